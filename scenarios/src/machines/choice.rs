//! Which of several machines a pool is made of: the one with which it costs least, and the runner-up with its excuse.

use serde::{Deserialize, Serialize};

use super::Rented;
use super::candidates::{Candidates, Excluded};
use crate::fault::Faults;
use crate::prices::Rates;

/// What a pool is made of, where the scenario leaves it open.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MachineChoice {
    /// The pool.
    pub pool: String,
    /// What was taken.
    pub taken: Bundle,
    /// What would have been next, and why it is not taken.
    pub runner_up: Option<RunnerUp>,
    /// Machines that could be compared.
    pub considered: usize,
    /// Machines that could not, each with the reason.
    pub excluded: Vec<Excluded>,
}

/// Machines of one kind that are enough, with all that has to be bought with them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Bundle {
    /// Who rents the machine out.
    pub provider: String,
    /// What it is.
    pub instance: String,
    /// How many each owner has.
    pub machines: u64,
    /// What all of it costs each owner \[USD per month\].
    pub usd_per_month: f64,
    /// What of that is for other things than machines: disks, traffic \[USD per month\].
    pub beside_usd_per_month: f64,
    /// The stage that takes so many.
    pub needed_by: String,
}

/// Who would be next.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunnerUp {
    /// What it would be.
    pub bundle: Bundle,
    /// Why it is not taken.
    pub excuse: String,
}

/// What enough of a machine is.
pub(crate) struct Enough<T> {
    /// What is made of it.
    pub(crate) of: T,
    /// How many each owner needs.
    pub(crate) machines: u64,
    /// What else each owner buys \[USD per month\].
    pub(crate) beside_usd_per_month: f64,
    /// The stage that takes so many.
    pub(crate) needed_by: String,
}

/// Takes the cheapest of the candidates for a pool, of equal ones the first; `enough` says how much of a machine is enough, or why none is.
///
/// # Errors
/// What is wrong with the first candidate, where none is enough.
pub(crate) fn cheapest<T>(
    (pool, owners): (&str, u64),
    rates: &Rates,
    candidates: Candidates,
    mut enough: impl FnMut(&Rented) -> Result<Enough<T>, Faults>,
) -> Result<(Rented, T, MachineChoice), Faults> {
    let Candidates { key, machines, mut excluded, .. } = candidates;
    let mut found: Vec<(Rented, T, Bundle)> = Vec::new();
    let mut first = None;
    for rented in machines {
        let enough = enough(&rented).and_then(|enough| {
            let within = rates.within_limits(&rented.machine, owners * enough.machines);
            within.map(|()| enough).map_err(|why| Faults::at(&key, why))
        });
        match enough {
            Ok(enough) => {
                let bundle = bundle(&rented, &enough);
                found.push((rented, enough.of, bundle));
            }
            Err(faults) => {
                excluded.push(Excluded { machine: rented.called(), why: faults.first() });
                first.get_or_insert(faults);
            }
        }
    }
    found.sort_by(|(.., one), (.., other)| one.usd_per_month.total_cmp(&other.usd_per_month));
    let considered = found.len();
    let mut found = found.into_iter();
    let Some((rented, of, taken)) = found.next() else {
        return Err(first.expect("a key names a machine, which was found wanting"));
    };
    let runner_up = found.next().map(|(.., bundle)| RunnerUp { excuse: excuse(&bundle, &taken), bundle });
    Ok((rented, of, MachineChoice { pool: pool.to_owned(), taken, runner_up, considered, excluded }))
}

fn bundle<T>(rented: &Rented, enough: &Enough<T>) -> Bundle {
    let rent = enough.machines as f64 * rented.price.usd_per_hour * models::fleet::HOURS_PER_MONTH;
    Bundle {
        provider: rented.machine.provider.clone(),
        instance: rented.machine.instance.clone(),
        machines: enough.machines,
        usd_per_month: rent + enough.beside_usd_per_month,
        beside_usd_per_month: enough.beside_usd_per_month,
        needed_by: enough.needed_by.clone(),
    }
}

/// Why a bundle comes behind another.
fn excuse(next: &Bundle, taken: &Bundle) -> String {
    let more = next.usd_per_month / taken.usd_per_month - 1.0;
    if more <= 0.0 {
        return "it costs as much, and comes later in the list".into();
    }
    let more =
        if more < 10.0 { format!("{:.0} % dearer", more * 100.0) } else { format!("{:.0} times as dear", more + 1.0) };
    let machines = if next.machines == 1 { "one machine".to_owned() } else { format!("{} machines", next.machines) };
    let takes = format!("{machines} for {}", next.needed_by.replace('_', " "));
    let beside =
        if next.beside_usd_per_month > 0.5 * next.usd_per_month { ", most of it for traffic and disks" } else { "" };
    format!("{more}: {takes}{beside}")
}
