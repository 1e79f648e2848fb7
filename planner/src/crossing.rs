//! Where one design overtakes another along an axis, and how sure that is.
//!
//! Model: at every value of the key two designs differ by a factor r with an interval; between neighbouring values ln r is
//! taken as a straight line over the axis, which is logarithmic where every value is above zero. They change places where the
//! line is zero. The interval of that place is where the interval of ln r holds zero, followed to both sides as far as it does.
//!
//! Assumptions: nothing happens between two values that is not seen at them; designs that differ by less than
//! [`INDIFFERENCE`] at every value are alike, whatever the noise says (B. L. Nelson, J. Swann, D. Goldsman, W. Song, "Simple
//! procedures for selecting the best simulated system", Operations Research 49(6), 2001, on the indifference zone).
//! Leaves out: fleets grow by whole machines, so a cost is a staircase and the line only its trend.

/// Relative difference below which nobody would choose by it.
pub const INDIFFERENCE: f64 = 0.01;

/// The logarithm of the ratio of two designs at one value of the key, with its interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gap {
    /// Lower end.
    pub low: f64,
    /// The estimate; infinite where only one of the two carries the load.
    pub mid: f64,
    /// Upper end.
    pub high: f64,
}

/// A change of places: the first design is the smaller one before it, the second after it, or the other way round.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Crossing {
    /// Whether the first design is the smaller one before the change.
    pub first_leads: bool,
    /// Index of the last value before it.
    pub before: usize,
    /// Index of the first value after it.
    pub after: usize,
    /// Where, on the axis; none where one of the two has no figure on one side.
    pub at: Option<f64>,
    /// From where on it may be; none where that is not seen within the values.
    pub low: Option<f64>,
    /// Up to where it may be; none where that is not seen within the values.
    pub high: Option<f64>,
}

/// What can be said about two designs along an axis.
#[derive(Debug, Clone, PartialEq)]
pub enum Order {
    /// One is the smaller at every value, or they cannot be compared.
    Kept,
    /// They differ by less than anybody would choose by.
    Alike,
    /// Their intervals overlap everywhere.
    Undecided,
    /// They change places, perhaps more than once.
    Changes(Vec<Crossing>),
}

/// What the gaps at some places say; places where the two cannot be compared are left out by the caller.
///
/// A gap is ln(first / second): negative where the first is smaller. `places` ascend.
pub fn order(places: &[f64], gaps: &[(usize, Gap)]) -> Order {
    if gaps.is_empty() {
        return Order::Kept;
    }
    if gaps.iter().all(|(_, gap)| gap.mid.abs() < INDIFFERENCE) {
        return Order::Alike;
    }
    if gaps.iter().all(|(_, gap)| gap.low <= 0.0 && gap.high >= 0.0) {
        return Order::Undecided;
    }
    let signed: Vec<usize> = (0..gaps.len()).filter(|index| gaps[*index].1.mid != 0.0).collect();
    let changes: Vec<Crossing> = signed
        .windows(2)
        .filter(|pair| (gaps[pair[0]].1.mid < 0.0) != (gaps[pair[1]].1.mid < 0.0))
        .map(|pair| change(places, gaps, pair[0], pair[1]))
        .collect();
    if changes.is_empty() { Order::Kept } else { Order::Changes(changes) }
}

fn change(places: &[f64], gaps: &[(usize, Gap)], left: usize, right: usize) -> Crossing {
    let axis = Axis::over(places);
    let place = |index: usize| axis.to(places[gaps[index].0]);
    let (from, to) = (gaps[left].1.mid, gaps[right].1.mid);
    let sign = if from > 0.0 { 1.0 } else { -1.0 };
    let finite = from.is_finite() && to.is_finite();
    let at = finite.then(|| axis.back(zero((place(left), from), (place(right), to))));
    // How far the interval is from zero on the side that the gap has before, and after, the change.
    let before = |index: usize| clearance(gaps[index].1, sign);
    let after = |index: usize| clearance(gaps[index].1, -sign);
    let low = (0..=left)
        .rev()
        .find(|index| before(*index) > 0.0)
        .map(|index| edge((place(index), before(index)), (place(index + 1), before(index + 1))));
    let high = (right..gaps.len())
        .find(|index| after(*index) > 0.0)
        .map(|index| edge((place(index), after(index)), (place(index - 1), after(index - 1))));
    Crossing {
        first_leads: sign < 0.0,
        before: gaps[left].0,
        after: gaps[right].0,
        at,
        low: low.map(|place| axis.back(place)),
        high: high.map(|place| axis.back(place)),
    }
}

/// How far the nearer end of a gap is from zero on the side of `sign`; negative where the interval reaches over.
fn clearance(gap: Gap, sign: f64) -> f64 {
    if sign > 0.0 { gap.low } else { -gap.high }
}

/// Where the clearance ends on the way from a place where there is some; at that place itself where it is infinite.
fn edge(clear: (f64, f64), next: (f64, f64)) -> f64 {
    if clear.1.is_finite() && next.1.is_finite() && next.1 < 0.0 { zero(clear, next) } else { clear.0 }
}

/// Where the line through two points of different sign is zero.
fn zero((x, y): (f64, f64), (other_x, other_y): (f64, f64)) -> f64 {
    x + (other_x - x) * y / (y - other_y)
}

/// An axis on which lines are straight.
#[derive(Clone, Copy)]
enum Axis {
    Logarithmic,
    Linear,
}

impl Axis {
    fn over(places: &[f64]) -> Self {
        if places.iter().all(|place| *place > 0.0) { Self::Logarithmic } else { Self::Linear }
    }

    fn to(self, place: f64) -> f64 {
        match self {
            Self::Logarithmic => place.ln(),
            Self::Linear => place,
        }
    }

    fn back(self, place: f64) -> f64 {
        match self {
            Self::Logarithmic => place.exp(),
            Self::Linear => place,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gaps(of: &[(f64, f64)]) -> Vec<(usize, Gap)> {
        let gap = |(mid, half): &(f64, f64)| Gap { low: mid - half, mid: *mid, high: mid + half };
        of.iter().map(gap).enumerate().collect()
    }

    fn one(order: Order) -> Crossing {
        match order {
            Order::Changes(changes) if changes.len() == 1 => changes[0],
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn two_power_laws_cross_where_they_do() {
        // y = 8·x⁰·⁵ and y = x: equal at 64, exactly straight lines over a logarithmic axis.
        let places = [1.0, 10.0, 100.0, 1_000.0];
        let mid = |x: f64| (8.0 * x.sqrt() / x).ln();
        let found = one(order(&places, &gaps(&places.map(|x| (mid(x), 0.0)))));
        assert!(!found.first_leads && (found.before, found.after) == (1, 2));
        for place in [found.at, found.low, found.high] {
            assert!((place.expect("seen on both sides") - 64.0).abs() < 1e-9, "{found:?}");
        }
    }

    #[test]
    fn the_interval_of_a_crossing_is_where_the_intervals_overlap() {
        // ln r = ln 8 − ½ ln x ± ½ ln 2: zero at 64; its ends are zero at 32 and 128.
        let places = [1.0, 100.0, 10_000.0];
        let half = 0.5 * 2_f64.ln();
        let found = one(order(&places, &gaps(&places.map(|x: f64| ((8.0 / x.sqrt()).ln(), half)))));
        assert!((found.at.expect("a place") - 64.0).abs() < 1e-9);
        assert!((found.low.expect("an end") - 32.0).abs() < 1e-9 && (found.high.expect("an end") - 128.0).abs() < 1e-9);
        // Overlap over several values is followed to where it ends; where it does not end there is no bound.
        let found = one(order(&[1.0, 2.0, 3.0, 4.0], &gaps(&[(-2.0, 1.0), (-0.1, 0.5), (0.1, 0.5), (0.2, 0.5)])));
        assert!(found.first_leads && found.low.is_some_and(|low| low > 1.0 && low < 2.0) && found.high.is_none());
    }

    #[test]
    fn what_never_changes_is_kept_alike_or_undecided() {
        let places = [0.0, 1.0];
        assert_eq!(order(&places, &[]), Order::Kept);
        assert_eq!(order(&places, &gaps(&[(0.5, 0.1), (0.2, 0.1)])), Order::Kept);
        assert_eq!(order(&places, &gaps(&[(0.005, 0.0), (-0.005, 0.0)])), Order::Alike);
        assert_eq!(order(&places, &gaps(&[(0.5, 0.6), (-0.2, 0.6)])), Order::Undecided);
    }

    #[test]
    fn a_design_that_stops_carrying_the_load_is_overtaken_between_two_values() {
        let gap = |mid: f64| Gap { low: mid, mid, high: mid };
        let found = one(order(&[1.0, 10.0, 100.0], &[(0, gap(-0.5)), (1, gap(-0.4)), (2, gap(f64::INFINITY))]));
        assert_eq!((found.at, found.before, found.after), (None, 1, 2));
        assert!(
            (found.low.expect("bracket") - 10.0).abs() < 1e-9 && (found.high.expect("bracket") - 100.0).abs() < 1e-9
        );
    }
}
