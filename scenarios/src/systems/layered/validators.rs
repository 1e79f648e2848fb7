//! What a validator runs on: the machine that the design names, or, where a fleet is sized, the cheapest bundle of machines that is
//! enough.
//!
//! Model: a validator of a sized set has as many machines of one kind as keep its cores and its link below the target utilization; what it
//! keeps is on their own disks where these are enough, and otherwise on disks that are bought by the month, in whole gibibytes; what it
//! sends is paid for by the gigabyte where its provider does so. Both are for each validator by itself, as each has its own contract.
//! Assumptions: machines of one validator share its work evenly; a link may always be used as far as its provider says.
//! Source: arithmetic over the price list. Leaves out: machines of several kinds in one validator, traffic between its machines, and links
//! that are bought apart from machines, for which the price list has no row.

use models::fleet::{Charge, Rent, Role};
use models::stage::units_below;
use models::systems::layered::Layered;
use models::systems::layered::capacity::{self, VALIDATORS, validator_stages};
use models::validators::ValidatorMachine;

use super::blueprint::Blueprint;
use crate::basis::Known;
use crate::fault::Faults;
use crate::fleet_choice::FleetChoice;
use crate::machines::choice::{Enough, MachineChoice, cheapest};
use crate::machines::{self, Rented};
use crate::notes::{Input, Notes};
use crate::origins::Key;
use crate::prices::{Service, tiered};

/// Bits of a gigabit.
const GIGABIT: f64 = 1e9;
/// Bytes of a gigabyte, as disks of machines and traffic are sold.
const GB: f64 = 1e9;
/// Bytes of a gibibyte, as disks by the month are sold.
const GIB: f64 = 1_073_741_824.0;
/// Seconds of a month of the bill.
const MONTH_S: f64 = models::fleet::HOURS_PER_MONTH * 3_600.0;

/// What the design says of the machine that it names.
const OF_NAMED: [&str; 7] = [
    "validators.cores",
    "validators.downlink",
    "validators.uplink",
    "validators.disk",
    "validators.purchase",
    "validators.lifetime",
    "validators.hosting",
];

/// What every validator has.
pub(crate) struct Validators {
    /// Machines of each.
    pub(crate) machines: u64,
    /// What one costs.
    pub(crate) rent: Rent,
    /// What else is paid for.
    pub(crate) bought: Vec<Bought>,
    /// What is rented, where it is not the machine of the design.
    pub(crate) rented: Option<(Rented, MachineChoice)>,
}

/// What validators are charged for what they send, and for a GPU in each machine.
const TRAFFIC: &str = "traffic";
const GPU: &str = "GPU of validators";

/// Name of the input that says what a charge of validators costs.
pub(super) fn price_of(charge: &str) -> String {
    format!("price: {charge} of a validator")
}

/// The stage of a validator that takes most machines.
fn busiest(system: &Layered) -> String {
    let stages = validator_stages(system);
    let busiest = stages.iter().max_by(|one, other| one.utilization.total_cmp(&other.utilization));
    busiest.map_or(String::new(), |stage| stage.name.to_string())
}

/// What is bought with machines, with who says its price.
pub(crate) struct Bought {
    pub(crate) charge: Charge,
    price: Input,
}

/// The system on enough of a machine, and what is bought with it.
struct Equipped {
    system: Layered,
    bought: Vec<Bought>,
}

impl Validators {
    /// What a reader must know of them: of machines by need what these are, instead of what the design names.
    pub(super) fn noted(&self, mut notes: Notes) -> Notes {
        let Some((rented, _)) = &self.rented else { return notes };
        let of_design =
            |input: &Input| matches!(&input.key, Some(Key::OfDesign(key)) if OF_NAMED.contains(&key.as_str()));
        notes.inputs.retain(|input| !of_design(input));
        notes
            .inputs
            .extend(machines::inputs(rented).into_iter().filter(|input| !input.name.starts_with("proofs at once")));
        notes.inputs.extend(self.bought.iter().map(|bought| bought.price.clone()));
        let date = rented.price.date();
        if !date.is_empty() && (notes.prices_date.is_empty() || date < notes.prices_date.as_str()) {
            notes.prices_date = date.to_owned();
        }
        notes
    }
}

impl Blueprint {
    /// The validators as the design names them.
    pub(super) fn named_validators(&self) -> Validators {
        Validators { machines: 1, rent: self.validator_rent, bought: Vec::new(), rented: None }
    }

    /// The validators of a sized set, for whom the system is changed.
    pub(super) fn sized_validators(&self, system: &mut Layered, fleet: &FleetChoice) -> Result<Validators, Faults> {
        let decided = fleet.machines(VALIDATORS);
        let Some(candidates) = &self.validators_by_need else {
            let sized = capacity::size_validators(system, self.validator_unit, self.target_of_mean());
            let machines = decided.unwrap_or(sized);
            system.validator = self.validator_unit.times(machines);
            return Ok(Validators { machines, ..self.named_validators() });
        };
        let of = (VALIDATORS, self.validators);
        let candidates = candidates.clone().decided(fleet.machine(VALIDATORS));
        let candidates = candidates.map_err(|lack| Faults::OfDesign(Vec::new(), vec![lack]))?;
        let key = candidates.key.clone();
        let (rented, equipped, choice) = cheapest(of, &self.rates, candidates, |rented| {
            self.enough(system, rented, decided).map_err(|why| Faults::at(&key, why))
        })?;
        *system = equipped.system;
        Ok(Validators {
            machines: choice.taken.machines,
            rent: Rent::Hourly(rented.price.usd_per_hour),
            bought: equipped.bought,
            rented: Some((rented, choice)),
        })
    }

    /// How many of a machine a validator needs, and what has to be bought with them.
    fn enough(&self, system: &Layered, rented: &Rented, decided: Option<u64>) -> Result<Enough<Equipped>, String> {
        let machine = &rented.machine;
        let listed = self.rates.list.instance(&machine.provider, &machine.instance).unwrap_or_default();
        let link = listed
            .network_gbit_s
            .filter(|link| *link > 0.0)
            .ok_or("nobody says how fast its link is; `--prices FILE` with a column `network_gbit_s` does")?;
        let mut system = system.with_costs_times(1.0 / machine.speed.factor, 1.0, 1.0);
        let [downlink_bits_per_s, uplink_bits_per_s] = [link * GIGABIT; 2];
        let unit = |disk_bytes| ValidatorMachine {
            cores: machine.servers,
            downlink_bits_per_s,
            uplink_bits_per_s,
            disk_bytes,
        };
        let sized = |system: &mut Layered, unit: ValidatorMachine| {
            let machines = decided.unwrap_or(capacity::size_validators(system, unit, self.target_of_mean()));
            system.validator = unit.times(machines);
            machines
        };
        let mut machines = sized(&mut system, unit(f64::INFINITY));
        // Disks that are bought are as large as they have to be, and ask for no machine.
        let mut needed_by = busiest(&system);
        // Whole units of what is sold, as of machines: at a target of all of it the disk would be full, and no validator would keep up.
        let bought_gib = units_below(system.kept_bytes(), GIB, self.target) as f64;
        let kept = system.kept_bytes() / self.target;
        let own = listed.disk_gb.unwrap_or(0.0) * GB;
        let mut bought = Vec::new();
        if own * machines as f64 > kept {
            system.validator.disk_bytes = own * machines as f64;
        } else if let Some(storage) = self.rates.list.storage(&machine.provider) {
            system.validator.disk_bytes = bought_gib * GIB;
            let price = published("storage", storage);
            bought.push(self.bought("storage".into(), (bought_gib, "GiB"), price));
        } else if own > 0.0 {
            machines = sized(&mut system, unit(own));
            needed_by = busiest(&system);
        } else {
            return Err("nobody says what disk it has, and the price list has none to buy from its provider".into());
        }
        bought.extend(self.traffic(&system, &machine.provider)?);
        if self.gpu_usd_per_month > 0.0 {
            let key = Key::OfDesign("optimisations.signature_batch.gpu".into());
            let price = Input::stated(price_of(GPU), key, self.gpu_usd_per_month, "USD/month");
            bought.push(self.bought(GPU.into(), (machines as f64, "machine"), price));
        }
        let all: f64 = bought.iter().map(|bought| bought.charge.usd_per_month()).sum();
        let beside_usd_per_month = all / self.validators as f64;
        Ok(Enough { of: Equipped { system, bought }, machines, beside_usd_per_month, needed_by })
    }

    /// What each validator pays for what it sends.
    fn traffic(&self, system: &Layered, provider: &str) -> Result<Vec<Bought>, String> {
        let gigabytes = system.sent_bytes_per_s() * MONTH_S / GB;
        if let Some(usd) = self.usd_per_gb_sent {
            let key = Key::OfDesign("validators.terabyte_sent".into());
            let price = Input::stated(price_of(TRAFFIC), key, usd, "USD/GB");
            return Ok(vec![self.bought(TRAFFIC.into(), (gigabytes, "GB"), price)]);
        }
        let rows = self.rates.list.traffic(provider);
        if rows.is_empty() {
            let why = "nobody says what its provider charges for traffic; `validators.terabyte_sent = \"$10\"` does";
            return Err(why.into());
        }
        let several = rows.len() > 1;
        let parts = tiered(&rows, gigabytes).into_iter().filter(|(.., row)| row.value > 0.0);
        let tier = |(quantity, _, row): (f64, f64, &Service)| {
            let name = if several { format!("{TRAFFIC}, {}", row.term) } else { TRAFFIC.to_owned() };
            let price = published(&name, row);
            self.bought(name, (quantity, "GB"), price)
        };
        Ok(parts.map(tier).collect())
    }

    fn bought(&self, name: String, (quantity, unit): (f64, &'static str), price: Input) -> Bought {
        let (owners, usd_per_unit) = (self.validators, price.value);
        let charge =
            Charge { role: Role::Validation, name: name.into(), owners, quantity, unit: unit.into(), usd_per_unit };
        Bought { charge, price }
    }
}

/// A price of the list as an input of validators.
fn published(charge: &str, row: &Service) -> Input {
    let unit = if row.unit == "USD/GB" { "USD/GB" } else { "USD/GiB-month" };
    let (name, source) = (price_of(charge), format!("{}, {}", row.source, row.date));
    Input { name, value: row.value, unit, known: Known::Published, source, lower_bound: None, key: None }
}
