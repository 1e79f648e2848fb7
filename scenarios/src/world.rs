//! Plausible worlds: what the inputs that are not known exactly may truly be.
//!
//! Model: the truth of such an input is its best estimate times a factor, lognormal with median 1, whose 95 % interval reaches
//! from 1/w to w. A kind of input is sampled by itself, [`WORLDS`] times: in each world all inputs of that kind have factors of
//! their own, and those of other kinds are at their best estimates, so the spread of a figure over the worlds of a kind is that
//! kind's share of its uncertainty. A world is the same for all designs, which are compared world by world.
//!
//! Assumptions: inputs are independent; an input has one factor for all sizes and uses. Source: R. R. Barton, B. L. Nelson,
//! W. Xie, "Quantifying input uncertainty via simulation confidence intervals", INFORMS Journal on Computing 26(1), 2014.
//! Leaves out: what inputs of several kinds do together, but in the joint worlds, where all of them move at once.

use std::cell::RefCell;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sim::{Streams, scores};

/// Worlds of each kind of input.
pub const WORLDS: usize = 10;
/// Worlds in which inputs of all kinds are elsewhere at once.
pub const JOINT_WORLDS: usize = 20;
/// Half-width of a 95 % interval in standard deviations of a normal law.
const Z_95: f64 = 1.96;
/// The seed of all factors: a world is the same in every study.
const SEED: u64 = 0;

/// Why an input is not known exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum InputKind {
    /// It was measured on a host, with noise.
    Calibration,
    /// It was published, scaled or assumed.
    Published,
    /// It is a price that moves.
    Price,
}

impl InputKind {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::Calibration, Self::Published, Self::Price];

    /// The word for it in results.
    pub fn name(self) -> &'static str {
        match self {
            Self::Calibration => "calibration",
            Self::Published => "published",
            Self::Price => "price",
        }
    }
}

/// An input that is not known exactly.
#[derive(Debug, Clone, PartialEq)]
pub struct Unsure {
    /// Why.
    pub kind: InputKind,
    /// What it is.
    pub name: String,
    /// At 95 % the truth lies within this factor of the best estimate.
    pub within: f64,
}

/// Inputs that are not known exactly, as they are met: by kind and name, with the largest factor that each is known within.
pub(crate) type Met = RefCell<BTreeMap<(InputKind, String), f64>>;

/// One world.
#[derive(Debug, Clone, Copy)]
pub(crate) enum World<'a> {
    /// All inputs are at their best estimates.
    Best,
    /// So they are here, and those that are not known exactly are written down.
    Told(&'a Met),
    /// One input is so many times its best estimate, and all others are at theirs.
    Alone(&'a Unsure, f64),
    /// Those of one kind are at the factors of a number below [`WORLDS`].
    Of(InputKind, usize),
    /// Those of all kinds are at the factors of a number below [`JOINT_WORLDS`].
    Joint(usize),
}

impl World<'_> {
    /// The world in which every input is at its best estimate.
    pub(crate) const BEST: Self = Self::Best;

    pub(crate) fn of(kind: InputKind, number: usize) -> Self {
        Self::Of(kind, number)
    }

    pub(crate) fn joint(number: usize) -> Self {
        Self::Joint(number)
    }

    /// The factor of an input of this kind and name that is known to within a factor of `within`, at 95 %.
    pub(crate) fn factor(self, kind: InputKind, name: &str, within: f64) -> f64 {
        let score = |of: &str, worlds: usize, number: usize| {
            let mut stream = Streams::new(SEED, 0).stream(&format!("{of}{} {name}", kind.name()));
            scores(worlds, &mut stream)[number]
        };
        let score = match self {
            _ if within <= 1.0 => return 1.0,
            Self::Told(met) => {
                let mut met = met.borrow_mut();
                let known = met.entry((kind, name.to_owned())).or_insert(within);
                *known = known.max(within);
                return 1.0;
            }
            Self::Alone(of, factor) => return if of.kind == kind && of.name == name { factor } else { 1.0 },
            Self::Of(of, number) if of == kind => score("", WORLDS, number),
            Self::Joint(number) => score("joint ", JOINT_WORLDS, number),
            Self::Best | Self::Of(..) => return 1.0,
        };
        (score * within.ln() / Z_95).exp()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_factor_has_median_one_and_the_spread_that_its_interval_says() {
        let logs: Vec<f64> = (0..WORLDS)
            .map(|number| World::of(InputKind::Published, number).factor(InputKind::Published, "a row", 2.0).ln())
            .collect();
        let square = logs.iter().map(|log| log * log).sum::<f64>() / WORLDS as f64;
        assert!(
            logs.iter().sum::<f64>().abs() < 1e-9 && (Z_95 * square.sqrt() - 2.0_f64.ln()).abs() < 1e-9,
            "{logs:?}"
        );
    }

    #[test]
    fn only_inputs_of_the_kind_that_are_not_known_exactly_move() {
        let world = World::of(InputKind::Calibration, 3);
        assert_eq!(world.factor(InputKind::Price, "a price", 2.0), 1.0);
        assert_eq!(world.factor(InputKind::Calibration, "an operation", 1.0), 1.0);
        assert_eq!(World::BEST.factor(InputKind::Calibration, "an operation", 2.0), 1.0);
        assert_ne!(world.factor(InputKind::Calibration, "an operation", 2.0), 1.0);
        let same = world.factor(InputKind::Calibration, "an operation", 2.0);
        assert_eq!(world.factor(InputKind::Calibration, "an operation", 2.0), same);
    }

    #[test]
    fn an_input_moves_alone_and_is_written_down_once() {
        let unsure = Unsure { kind: InputKind::Price, name: "a price".into(), within: 2.0 };
        let alone = World::Alone(&unsure, 1.5);
        let factor = |kind, name| alone.factor(kind, name, 3.0);
        assert_eq!(factor(InputKind::Price, "a price"), 1.5);
        assert_eq!((factor(InputKind::Published, "a price"), factor(InputKind::Price, "another")), (1.0, 1.0));
        let met = Met::default();
        for within in [1.2, 1.0, 1.5, 1.3] {
            assert_eq!(World::Told(&met).factor(InputKind::Price, "a price", within), 1.0);
        }
        assert_eq!(met.into_inner().into_iter().collect::<Vec<_>>(), [((InputKind::Price, "a price".to_owned()), 1.5)]);
    }
}
