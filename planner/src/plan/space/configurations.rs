//! All configurations of what is planned: values of keys, machines, and of pools that buy what they have no time for how many there are.
//!
//! What such a pool buys falls with its machines, so that its bill is no sum that rises with them, and any number of them carries the load. Each
//! number is a configuration of its own; where there are many, those that cost least at an even load are tried, since that is known without a
//! simulation and what is bought grows evenly more slowly with every machine.

use std::collections::BTreeMap;

use scenarios::{Fault, OpenPool};

use super::{Configuration, Planned, Variant};

/// Numbers of machines of which the bill at an even load is looked at, and of which a plan tries those that cost least.
const MOST_LOOKED_AT: u64 = 64;
const MOST_TRIED: usize = 12;

/// A configuration that has no fleet, and why.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct NoFleet {
    pub(crate) what: String,
    pub(crate) why: String,
}

/// Why nothing that is planned has any fleet.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Nothing {
    /// There are too few machines of some kind, which the message names.
    Quota(String),
    /// Something is wrong with the first.
    Faults(Vec<Fault>),
}

impl Nothing {
    /// The same in words.
    pub(crate) fn why(self) -> String {
        match self {
            Self::Quota(why) => why,
            Self::Faults(faults) => first_of(&faults),
        }
    }
}

/// All configurations of what is planned; and those that have no fleet.
///
/// # Errors
/// Why none has any.
pub(crate) fn configurations(planned: Planned<'_>) -> Result<(Vec<Configuration<'_>>, Vec<NoFleet>), Nothing> {
    match all(planned) {
        (found, _, Some(faults)) if found.is_empty() => {
            Err(beyond_quota(planned).map_or(Nothing::Faults(faults), Nothing::Quota))
        }
        (found, none, _) => Ok((found, none)),
    }
}

/// The quota that the fewest machines which carry the load are beyond, where there would be a fleet without any.
fn beyond_quota(planned: Planned<'_>) -> Option<String> {
    for variant in planned.variants {
        let free = [Variant { chosen: variant.chosen.clone(), scenario: variant.scenario.without_limits() }];
        let (found, ..) = all(Planned { variants: &free, ..planned });
        let mut beyond = found.iter().filter_map(|one| {
            let least = one.case(&one.least()).ok()?;
            variant.scenario.beyond_limits(&least).into_iter().next()
        });
        if let Some((_, why)) = beyond.next() {
            return Some(why);
        }
    }
    None
}

/// All configurations, those that have no fleet, and what is wrong with the first of these.
fn all(planned: Planned<'_>) -> (Vec<Configuration<'_>>, Vec<NoFleet>, Option<Vec<Fault>>) {
    let (mut found, mut none, mut first) = (Vec::new(), Vec::new(), None);
    for (variant, of) in planned.variants.iter().enumerate() {
        let pools = of.scenario.open_pools((planned.design, planned.book), planned.calibrations);
        let pools = match pools {
            Ok(pools) => pools,
            Err(faults) => {
                none.push(NoFleet { what: named(&of.chosen, &BTreeMap::new()), why: first_of(&faults) });
                first.get_or_insert(faults);
                continue;
            }
        };
        let counted: Vec<String> = pools.iter().filter(|pool| pool.is_counted).map(|pool| pool.name.clone()).collect();
        for machines in combinations(&pools) {
            let what = named(&of.chosen, &machines);
            match Configuration::new(planned, variant, machines, &counted) {
                Ok(configuration) => found.extend(configuration.with_mixes()),
                Err(faults) => {
                    none.push(NoFleet { what, why: first_of(&faults) });
                    first.get_or_insert(faults);
                }
            }
        }
    }
    (found, none, first)
}

fn first_of(faults: &[Fault]) -> String {
    faults.first().map_or(String::new(), |(_, why)| why.clone())
}

/// What distinguishes a configuration: its machines and its values of keys.
pub(crate) fn named(chosen: &[(String, String)], machines: &BTreeMap<String, String>) -> String {
    let keys = chosen.iter().map(|(key, value)| format!("{key}={value}"));
    let machines = machines.iter().map(|(pool, machine)| format!("{pool}: {machine}"));
    keys.chain(machines).collect::<Vec<_>>().join(", ")
}

/// One machine for every pool that leaves it open, in all combinations.
fn combinations(pools: &[OpenPool]) -> Vec<BTreeMap<String, String>> {
    let mut all = vec![BTreeMap::new()];
    for pool in pools.iter().filter(|pool| !pool.machines.is_empty()) {
        let with = |chosen: &BTreeMap<String, String>, machine: &String| {
            let mut chosen = chosen.clone();
            chosen.insert(pool.name.clone(), machine.clone());
            chosen
        };
        all = all.iter().flat_map(|chosen| pool.machines.iter().map(move |machine| with(chosen, machine))).collect();
    }
    all
}

impl<'a> Configuration<'a> {
    /// The configuration with each number of machines that is tried of a pool whose other work is bought; itself where there is none.
    fn with_mixes(self) -> Vec<Self> {
        let Some((pool, all)) = self.overflowing() else { return vec![self] };
        let step = all.div_ceil(MOST_LOOKED_AT).max(1);
        let numbers = (0..=all).step_by(step as usize).chain([all]);
        let mut mixes: Vec<(f64, u64)> =
            numbers.filter_map(|machines| Some((self.mixed_usd(&pool, machines)?, machines))).collect();
        mixes.sort_by(|(one, few), (other, many)| one.total_cmp(other).then(few.cmp(many)));
        mixes.dedup_by_key(|(_, machines)| *machines);
        mixes.truncate(MOST_TRIED);
        let mut numbers: Vec<u64> = mixes.into_iter().map(|(_, machines)| machines).collect();
        numbers.sort_unstable();
        numbers.into_iter().filter_map(|machines| self.with_mix(&pool, machines).ok()).collect()
    }

    /// A pool whose work is bought as far as it has no time for it, and the machines that would do all of it.
    fn overflowing(&self) -> Option<(String, u64)> {
        let case = self.case(&self.sized()).ok()?;
        let carries = |pool: &str| case.stages.iter().any(|stage| stage.pool == pool);
        let pool = case.fleet.pools.iter().find(|pool| {
            !carries(&pool.name) && case.beside.iter().any(|stage| stage.pool == pool.name) && pool.machines() > 0
        })?;
        Some((pool.name.to_string(), pool.machines()))
    }

    /// What is paid with so many machines of such a pool at an even load \[USD per month\]; nothing where that cannot be.
    fn mixed_usd(&self, pool: &str, machines: u64) -> Option<f64> {
        self.with_mix(pool, machines).ok().map(|mixed| mixed.least_usd)
    }

    pub(super) fn with_mix(&self, pool: &str, machines: u64) -> Result<Self, Vec<Fault>> {
        let counted = self.counted_pools();
        let mix = Some((pool.to_owned(), machines));
        Self { mix, axes: Vec::new(), ..self.clone() }.bounded(&counted)
    }
}
