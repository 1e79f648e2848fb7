//! One design under one cost book and one sizing: a complete world with its bill and what both rest on.

use models::fleet::Fleet;
use models::stage::Stage;
use models::system::{AnySystem, Horizon};

use crate::basis::{Known, Shares};
use crate::economy::Economy;
use crate::machines::choice::MachineChoice;
use crate::notes::Input;
use crate::sizing::Sizing;
use crate::world::InputKind;

/// A design under a book and a sizing.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// Name of the design.
    pub design: String,
    /// Name of the book.
    pub book: String,
    /// The sizing.
    pub sizing: Sizing,
    /// Share of its capacity that a stage is sized to use at most.
    pub target_utilization: f64,
    /// The world's parameters.
    pub system: AnySystem,
    /// What a run covers.
    pub horizon: Horizon,
    /// All stages in isolation.
    pub stages: Vec<Stage>,
    /// Stages that the system goes on without, and that limit nothing.
    pub beside: Vec<Stage>,
    /// What runs, and what it costs.
    pub fleet: Fleet,
    /// The machines of it that the price list or the scenario has prices for.
    pub rented: Vec<Rental>,
    /// Who says what the rest of the bill costs.
    pub terms: Vec<Terms>,
    /// Which machines were taken where the scenario leaves it open, and why.
    pub choices: Vec<MachineChoice>,
    /// What the bill rests on, in shares of it.
    pub basis: Shares,
    /// What the proving part of it rests on.
    pub proving_basis: Shares,
    /// Why proving costs are only a lower bound, if they are.
    pub lower_bound: Option<String>,
    /// What is studied beside the world.
    pub economy: Economy,
    /// Every input with its source.
    pub inputs: Vec<Input>,
    /// Assumptions, one sentence each.
    pub assumptions: Vec<String>,
    /// Date of the youngest price used.
    pub prices_date: String,
    /// The same case in plausible worlds, by kind of input: what is not known exactly. Empty where nobody asked for them.
    pub worlds: Vec<PlausibleCase>,
}

impl Case {
    /// Requests that are offered per second, in the mean of a run.
    pub fn load_per_s(&self) -> f64 {
        self.system.load_per_s(self.horizon)
    }

    /// Whether that is so in all their plausible worlds as well.
    pub fn same_worlds(&self, other: &Self) -> bool {
        let (ours, theirs) = (&self.worlds, &other.worlds);
        let same =
            || ours.iter().zip(theirs).all(|(one, other)| one.kind == other.kind && one.case.same_world(&other.case));
        self.same_world(other) && ours.len() == theirs.len() && same()
    }

    /// Whether the same is simulated and paid for in both cases.
    pub fn same_world(&self, other: &Self) -> bool {
        let same_money = {
            let (one, other) = (&self.economy, &other.economy);
            one.market == other.market && one.fees == other.fees && one.nodes == other.nodes
        };
        self.system == other.system && self.horizon == other.horizon && self.fleet == other.fleet && same_money
    }
}

/// Machines of a lot of a pool, as they are rented.
#[derive(Debug, Clone, PartialEq)]
pub struct Rental {
    /// The pool that they are in.
    pub pool: String,
    /// Which lot of it.
    pub lot: usize,
    /// Who rents them out.
    pub provider: String,
    /// What they are.
    pub instance: String,
    /// The market, such as `on-demand`.
    pub market: String,
    /// The region of the price; `any` where it holds in all, empty where nobody says.
    pub region: String,
    /// How many there are in all.
    pub machines: u64,
    /// Price before the discount \[USD per hour\].
    pub list_usd_per_hour: f64,
    /// What the scenario takes off it, as a share.
    pub discount: f64,
    /// What is paid \[USD per hour\].
    pub usd_per_hour: f64,
    /// Time that is billed at least once one has started \[s\], where it is known.
    pub least_billed_s: Option<f64>,
    /// How the price is known.
    pub known: Known,
    /// Who says so.
    pub source: String,
    /// When the price held that is paid for them; empty where the scenario gives it, or nobody says.
    pub price_date: String,
}

/// How the price is known of what is owned, or is no machine.
#[derive(Debug, Clone, PartialEq)]
pub struct Terms {
    /// The line of the bill: the name of a charge or a pool, or of a pool with `, write-off` or `, hosting`.
    pub of: String,
    /// Who is paid; empty where nobody says.
    pub provider: String,
    /// What of the provider's it is; empty where nobody says.
    pub instance: String,
    /// The region of the price; empty where nobody says.
    pub region: String,
    /// How the price is known.
    pub known: Known,
    /// Who says so.
    pub source: String,
    /// When the price held; empty where the scenario gives it, or nobody says.
    pub price_date: String,
}

impl Terms {
    /// Those of a price that the scenario gives, as an input of it.
    pub(crate) fn of_scenario(of: &str, input: &Input) -> Self {
        let nobody = String::new;
        Self {
            of: of.to_owned(),
            provider: nobody(),
            instance: nobody(),
            region: nobody(),
            known: input.known,
            source: input.source.clone(),
            price_date: nobody(),
        }
    }
}

/// A case in a plausible world: its fleet is sized for the costs of that world.
#[derive(Debug, Clone, PartialEq)]
pub struct PlausibleCase {
    /// The kind of input that is not at its best estimate.
    pub kind: InputKind,
    /// The case, without plausible worlds of its own.
    pub case: Case,
}
