//! What runs, and what it costs a month, whether it is busy or not: pools of machines, each in a line of the bill.
//!
//! Model: machines × rent. A month has 730 hours.
//! Assumptions: constant fleets and list prices. Source: arithmetic; 730 = 365 · 24 / 12.
//! Leaves out: traffic, storage but for what is charged by the month, the operators' own profit (another ledger).

use std::borrow::Cow;

/// Hours in a month of the bill.
pub const HOURS_PER_MONTH: f64 = 730.0;

/// A line of the bill.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Making proofs, and keeping what they are made from.
    Proving,
    /// Checking what is claimed, and watching.
    Validation,
    /// Fees to another chain; a chain that settles on itself pays none.
    Settlement,
}

impl Role {
    /// All lines, in the order of the bill.
    pub const ALL: [Self; 3] = [Self::Proving, Self::Validation, Self::Settlement];

    /// Name as in `cost.<role>`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Proving => "proving",
            Self::Validation => "validation",
            Self::Settlement => "settlement",
        }
    }
}

/// What one machine costs, USD.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Rent {
    /// A price by the hour.
    Hourly(f64),
    /// A price by the month.
    Monthly(f64),
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
    /// Machines of each of them.
    pub machines: u64,
    /// What one machine costs.
    pub rent: Rent,
}

impl Pool {
    /// Machines of all owners together.
    pub fn in_all(&self) -> u64 {
        self.owners * self.machines
    }
}

/// What is paid by the month beside machines.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Charge {
    /// Its line of the bill.
    pub role: Role,
    /// USD per month.
    pub usd_per_month: f64,
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
        self.pool(pool).map_or(0, |pool| pool.machines)
    }

    /// A line of the bill, USD per month.
    pub fn usd_per_month(&self, role: Role) -> f64 {
        let (mut hourly, mut monthly) = (0.0, 0.0);
        for pool in self.pools.iter().filter(|pool| pool.role == role) {
            match pool.rent {
                Rent::Hourly(usd) => hourly += pool.in_all() as f64 * usd,
                Rent::Monthly(usd) => monthly += pool.in_all() as f64 * usd,
            }
        }
        let charges = self.charges.iter().filter(|charge| charge.role == role);
        hourly * HOURS_PER_MONTH + monthly + charges.map(|charge| charge.usd_per_month).sum::<f64>()
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

    /// USD per million requests at a throughput per second.
    pub fn per_million(&self, throughput: f64) -> f64 {
        self.total() / (throughput * HOURS_PER_MONTH * 3_600.0) * 1e6
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bill_by_hand() {
        let pool =
            |name: &'static str, role, owners, machines, rent| Pool { name: name.into(), role, owners, machines, rent };
        let validators = pool("validators", Role::Validation, 4, 3, Rent::Monthly(250.0));
        let provers = pool("provers", Role::Proving, 1, 10, Rent::Hourly(2.0));
        let mut fleet = Fleet { pools: vec![validators, provers], charges: Vec::new() };
        let bill = |fleet: &Fleet| (fleet.usd_per_month(Role::Proving), fleet.usd_per_month(Role::Validation));
        assert_eq!((bill(&fleet), fleet.total()), ((14_600.0, 3_000.0), 17_600.0));
        // 17,600 USD for 100 tx/s over 730 h = 262.8 million transactions.
        assert!((fleet.per_million(100.0) - 17_600.0 / 262.8).abs() < 1e-9);
        assert_eq!(fleet.roles().collect::<Vec<_>>(), [Role::Proving, Role::Validation]);
        fleet.charges.push(Charge { role: Role::Proving, usd_per_month: 40.0 });
        assert_eq!(bill(&fleet), (14_640.0, 3_000.0));
        // Two machines of a service at $3 an hour: 4,380 more.
        fleet.pools.push(pool("service", Role::Proving, 1, 2, Rent::Hourly(3.0)));
        assert_eq!(bill(&fleet), (19_020.0, 3_000.0));
        assert_eq!((fleet.machines("validators"), fleet.machines("none")), (3, 0));
    }
}
