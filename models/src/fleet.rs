//! What runs, and what it costs a month, whether it is busy or not: pools of machines, each in a line of the bill.
//!
//! Model: machines × rent, by lots of machines on the same terms, and quantities × prices. A month has 730 hours.
//! Machines that come and go are paid for as they did in a run ([`Fleet::as_paid`]). Assumptions: list prices. Source: arithmetic; 730 = 365 · 24 / 12.
//! Leaves out: the operators' own profit (another ledger).

use std::borrow::Cow;

use crate::machines::PoolOutcome;

/// Hours in a month of the bill.
pub const HOURS_PER_MONTH: f64 = 730.0;

/// A line of the bill.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Making proofs, and keeping what they are made from.
    Proving,
    /// Checking what is claimed, and watching.
    Validation,
    /// Ordering transactions.
    Sequencing,
    /// Data on another chain, or layer.
    Data,
    /// Settling on another chain; a chain that settles on itself pays nothing.
    Settlement,
    /// Interest on what is bound: bonds, and money that waits.
    Capital,
}

impl Role {
    /// All lines, in the order of the bill.
    pub const ALL: [Self; 6] =
        [Self::Proving, Self::Validation, Self::Sequencing, Self::Data, Self::Settlement, Self::Capital];

    /// Name as in `cost.<role>`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Proving => "proving",
            Self::Validation => "validation",
            Self::Sequencing => "sequencing",
            Self::Data => "data",
            Self::Settlement => "settlement",
            Self::Capital => "capital",
        }
    }
}

/// What one machine costs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Rent {
    /// It is rented, for USD per hour.
    Hourly(f64),
    /// It is bought.
    Owned {
        /// Price \[USD\].
        purchase_usd: f64,
        /// Months over which that is written off, in equal parts.
        write_off_months: f64,
        /// Place, power and traffic \[USD per month\].
        hosting_usd_per_month: f64,
        /// What it draws in the mean \[kW\]; 0 where nobody says.
        kilowatts: f64,
    },
}

impl Rent {
    /// What one machine costs while it is paid for \[USD per month\].
    pub fn usd_per_month(self) -> f64 {
        match self {
            Self::Hourly(usd) => usd * HOURS_PER_MONTH,
            Self::Owned { purchase_usd, write_off_months, hosting_usd_per_month, .. } => {
                hosting_usd_per_month + purchase_usd / write_off_months
            }
        }
    }
}

/// Machines of a pool that are had on the same terms.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lot {
    /// Machines of each owner.
    pub machines: u64,
    /// What one machine costs.
    pub rent: Rent,
    /// Share of the time that they are paid for, where they come and go; 1 for all of it.
    pub paid: f64,
}

/// Machines of one kind.
#[derive(Debug, Clone, PartialEq)]
pub struct Pool {
    /// Name as in `units.<pool>`.
    pub name: Cow<'static, str>,
    /// Its line of the bill.
    pub role: Role,
    /// How many operators have such machines of their own.
    pub owners: u64,
    /// The machines of each of them, by their terms.
    pub lots: Vec<Lot>,
}

impl Pool {
    /// A pool whose machines are all had on the same terms.
    pub fn of(name: impl Into<Cow<'static, str>>, role: Role, owners: u64, machines: u64, rent: Rent) -> Self {
        Self { name: name.into(), role, owners, lots: vec![Lot { machines, rent, paid: 1.0 }] }
    }

    /// Machines of each owner.
    pub fn machines(&self) -> u64 {
        self.lots.iter().map(|lot| lot.machines).sum()
    }

    /// Machines of each owner that are paid for, in the mean.
    pub fn paid_machines(&self) -> f64 {
        self.lots.iter().map(|lot| lot.machines as f64 * lot.paid).sum()
    }

    /// Machines of all owners together.
    pub fn in_all(&self) -> u64 {
        self.owners * self.machines()
    }
}

/// What is paid by the month beside machines.
#[derive(Debug, Clone, PartialEq)]
pub struct Charge {
    /// Its line of the bill.
    pub role: Role,
    /// What is paid for, such as `egress`.
    pub name: Cow<'static, str>,
    /// How many pay so much.
    pub owners: u64,
    /// How much each pays for, by the month.
    pub quantity: f64,
    /// Its unit: `GB`.
    pub unit: Cow<'static, str>,
    /// Price of one \[USD\].
    pub usd_per_unit: f64,
}

impl Charge {
    /// What all pay, USD per month.
    pub fn usd_per_month(&self) -> f64 {
        self.owners as f64 * self.quantity * self.usd_per_unit
    }
}

/// All that a system rents and pays for.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Fleet {
    /// Pools of machines, each with a name of its own.
    pub pools: Vec<Pool>,
    /// What is paid beside them.
    pub charges: Vec<Charge>,
}

impl Fleet {
    /// The pool of that name.
    pub fn pool(&self, name: &str) -> Option<&Pool> {
        self.pools.iter().find(|pool| pool.name == name)
    }

    /// Machines that one owner of a pool has; 0 where there is no such pool.
    pub fn machines(&self, pool: &str) -> u64 {
        self.pool(pool).map_or(0, Pool::machines)
    }

    /// A line of the bill, USD per month.
    pub fn usd_per_month(&self, role: Role) -> f64 {
        let (mut hourly, mut monthly) = (0.0, 0.0);
        for pool in self.pools.iter().filter(|pool| pool.role == role) {
            for lot in &pool.lots {
                let machines = (pool.owners * lot.machines) as f64;
                match lot.rent {
                    Rent::Hourly(usd) => hourly += machines * lot.paid * usd,
                    Rent::Owned { purchase_usd, write_off_months, hosting_usd_per_month, .. } => {
                        monthly += machines * (hosting_usd_per_month + purchase_usd / write_off_months);
                    }
                }
            }
        }
        let charges = self.charges.iter().filter(|charge| charge.role == role);
        hourly * HOURS_PER_MONTH + monthly + charges.map(Charge::usd_per_month).sum::<f64>()
    }

    /// The fleet as it was paid in a run, as far as its pools did anything there, and with what the run used by the month of what is
    /// charged.
    pub fn as_paid(&self, pools: &[PoolOutcome], used: &[(&str, f64)]) -> Self {
        let mut fleet = self.clone();
        for charge in &mut fleet.charges {
            if let Some((_, quantity)) = used.iter().find(|(name, _)| *name == charge.name) {
                charge.quantity = *quantity;
            }
        }
        for pool in &mut fleet.pools {
            let Some(ran) = pools.iter().find(|ran| ran.name == pool.name) else { continue };
            for (lot, paid) in pool.lots.iter_mut().zip(&ran.paid).filter(|(lot, _)| lot.machines > 0) {
                lot.paid = paid / lot.machines as f64;
            }
        }
        fleet
    }

    /// The same machines, paid for as long as in the mean of several runs, and what these used in the mean; `None` where there was none.
    pub fn mean_paid(runs: &[Self]) -> Option<Self> {
        let mut fleet = runs.first()?.clone();
        for (at, pool) in fleet.pools.iter_mut().enumerate() {
            for (place, lot) in pool.lots.iter_mut().enumerate() {
                let paid: f64 = runs.iter().map(|run| run.pools[at].lots[place].paid).sum();
                lot.paid = paid / runs.len() as f64;
            }
        }
        for (at, charge) in fleet.charges.iter_mut().enumerate() {
            let first = charge.quantity;
            // What is the same in all runs stays as it is, to the last digit.
            if runs.iter().any(|run| run.charges[at].quantity != first) {
                charge.quantity = runs.iter().map(|run| run.charges[at].quantity).sum::<f64>() / runs.len() as f64;
            }
        }
        Some(fleet)
    }

    /// What all machines that are bought cost to buy \[USD\], and what they draw \[kW\]; nothing where none is bought.
    pub fn hardware(&self) -> Option<(f64, f64)> {
        let bought =
            self.pools.iter().flat_map(|pool| pool.lots.iter().map(move |lot| (pool.owners * lot.machines, lot.rent)));
        let of = bought.filter_map(|(machines, rent)| match rent {
            Rent::Owned { purchase_usd, kilowatts, .. } if machines > 0 => {
                Some((machines as f64 * purchase_usd, machines as f64 * kilowatts))
            }
            Rent::Owned { .. } | Rent::Hourly(_) => None,
        });
        of.reduce(|sum, one| (sum.0 + one.0, sum.1 + one.1))
    }

    /// The lines of the bill that something is in, in its order.
    pub fn roles(&self) -> impl Iterator<Item = Role> {
        let roles = self.pools.iter().map(|pool| pool.role).chain(self.charges.iter().map(|charge| charge.role));
        let roles: Vec<Role> = roles.collect();
        Role::ALL.into_iter().filter(move |role| roles.contains(role))
    }

    /// The whole bill, USD per month.
    pub fn total(&self) -> f64 {
        Role::ALL.into_iter().map(|role| self.usd_per_month(role)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bill_by_hand() {
        // $7,200 over three years are $200 a month.
        let own =
            Rent::Owned { purchase_usd: 7_200.0, write_off_months: 36.0, hosting_usd_per_month: 50.0, kilowatts: 0.5 };
        let validators = Pool::of("validators", Role::Validation, 4, 3, own);
        let provers = Pool::of("provers", Role::Proving, 1, 10, Rent::Hourly(2.0));
        let mut fleet = Fleet { pools: vec![validators, provers], charges: Vec::new() };
        let bill = |fleet: &Fleet| (fleet.usd_per_month(Role::Proving), fleet.usd_per_month(Role::Validation));
        assert_eq!((bill(&fleet), fleet.total()), ((14_600.0, 3_000.0), 17_600.0));
        assert_eq!(fleet.hardware(), Some((12.0 * 7_200.0, 6.0)));
        assert_eq!(fleet.roles().collect::<Vec<_>>(), [Role::Proving, Role::Validation]);
        // Two who keep 200 GB each at $0.10.
        let storage = Charge {
            role: Role::Proving,
            name: "storage".into(),
            owners: 2,
            quantity: 200.0,
            unit: "GB".into(),
            usd_per_unit: 0.1,
        };
        fleet.charges.push(storage);
        assert_eq!(bill(&fleet), (14_640.0, 3_000.0));
        // Two machines of a service at $3 an hour: 4,380 more.
        fleet.pools.push(Pool::of("service", Role::Proving, 1, 2, Rent::Hourly(3.0)));
        assert_eq!(bill(&fleet), (19_020.0, 3_000.0));
        assert_eq!((fleet.machines("validators"), fleet.machines("none")), (3, 0));
    }
}
