//! The network's monthly bill: what runs is paid for, whether it is busy or not.
//!
//! Model: machines × price. A month has 730 hours. A validator's machines are written off evenly over their lifetime.
//! Assumptions: constant fleets and list prices. Source: arithmetic; 730 = 365 · 24 / 12.
//! Leaves out: traffic, storage but for that archive, the operators' own profit (another ledger).

/// Hours in a month of the bill.
pub const HOURS_PER_MONTH: f64 = 730.0;

/// What things cost.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Prices {
    /// One machine of a validator, hosting and write-off, USD per month.
    pub validator_machine_per_month: f64,
    /// One machine of the prover fleet, USD per hour.
    pub prover_machine_per_hour: f64,
    /// One machine of the service that proves single transactions, USD per hour.
    pub service_machine_per_hour: f64,
    /// The archive that proofs are made from late, USD per month.
    pub archive_per_month: f64,
}

/// How many of them run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Units {
    /// Validators.
    pub validators: u64,
    /// Machines of each validator.
    pub machines_per_validator: u64,
    /// Machines of the prover fleet.
    pub prover_machines: u64,
    /// Machines of the service that proves single transactions.
    pub service_machines: u64,
    /// Machines of a validator's kind that watchers have for themselves, all watchers together.
    pub watcher_machines: u64,
}

/// USD per month by part.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bill {
    /// The prover fleet, the archive that it draws on, and the service that proves single transactions.
    pub proving: f64,
    /// The validator set, and the machines that watchers have for themselves.
    pub validation: f64,
    /// Fees to another chain; a chain that settles on itself pays none.
    pub settlement: f64,
}

impl Bill {
    /// The bill for what runs.
    pub fn of(units: &Units, prices: &Prices) -> Self {
        Self {
            proving: (units.prover_machines as f64 * prices.prover_machine_per_hour
                + units.service_machines as f64 * prices.service_machine_per_hour)
                * HOURS_PER_MONTH
                + prices.archive_per_month,
            validation: (units.validators * units.machines_per_validator + units.watcher_machines) as f64
                * prices.validator_machine_per_month,
            settlement: 0.0,
        }
    }

    /// All parts together.
    pub fn total(&self) -> f64 {
        self.proving + self.validation + self.settlement
    }

    /// USD per million transactions at a throughput in tx/s.
    pub fn per_million(&self, throughput: f64) -> f64 {
        self.total() / (throughput * HOURS_PER_MONTH * 3_600.0) * 1e6
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bill_by_hand() {
        let prices = Prices {
            validator_machine_per_month: 250.0,
            prover_machine_per_hour: 2.0,
            service_machine_per_hour: 3.0,
            archive_per_month: 0.0,
        };
        let units = Units {
            validators: 4,
            machines_per_validator: 3,
            prover_machines: 10,
            service_machines: 0,
            watcher_machines: 0,
        };
        let bill = Bill::of(&units, &prices);
        assert_eq!((bill.proving, bill.validation, bill.total()), (14_600.0, 3_000.0, 17_600.0));
        assert_eq!(Bill::of(&Units { watcher_machines: 8, ..units }, &prices).total(), 19_600.0);
        let archive = Prices { archive_per_month: 40.0, ..prices };
        assert_eq!(Bill::of(&units, &archive).proving, 14_640.0);
        // Two machines of a service at $3 an hour: 4,380 more.
        assert_eq!(Bill::of(&Units { service_machines: 2, ..units }, &prices).proving, 18_980.0);
        // 17,600 USD for 100 tx/s over 730 h = 262.8 million transactions.
        assert!((bill.per_million(100.0) - 17_600.0 / 262.8).abs() < 1e-9);
    }
}
