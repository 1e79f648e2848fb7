//! A base fee that moves by how full the last block was.
//!
//! Model: every block has a target; the fee of the next block is the fee of this one times 1 + (used − target) /
//! (target · denominator), and never below a floor. A block holds at most elasticity · target. All transactions of a
//! tier use the same gas, so usage is counted in transactions and the fee is tokens per transaction.
//! Source: V. Buterin et al., "EIP-1559: Fee market change for ETH 1.0 chain" (2019); analysed by T. Roughgarden,
//! "Transaction fee mechanism design for the Ethereum blockchain: an economic analysis of EIP-1559" (2020).
//! Leaves out: rounding to whole units of the token, transactions of unequal gas.

/// How a base fee moves.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BaseFee {
    /// Transactions per block at which the fee stays; positive.
    pub target: f64,
    /// The fee moves by 1/denominator when usage differs from the target by the target; 8 in EIP-1559, at least 1.
    pub denominator: f64,
    /// The most a block holds over its target; 2 in EIP-1559, at least 1.
    pub elasticity: f64,
    /// The least fee in tokens per transaction; positive, since a fee of zero could never rise again.
    pub floor: f64,
}

impl BaseFee {
    /// The rule of EIP-1559 with this target (transactions per block) and floor (tokens).
    pub fn eip_1559(target: f64, floor: f64) -> Self {
        Self { target, denominator: 8.0, elasticity: 2.0, floor }
    }

    /// The most transactions that a block holds.
    pub fn limit(&self) -> u64 {
        (self.target * self.elasticity) as u64
    }

    /// The fee of the next block after one with so many transactions at this fee.
    pub fn next(&self, fee: f64, used: u64) -> f64 {
        let excess = (used as f64 - self.target) / self.target;
        (fee * (1.0 + excess / self.denominator)).max(self.floor)
    }

    /// Panics unless the parameters are as their documentation says.
    pub(super) fn check(&self) {
        assert!(self.target >= 1.0 && self.target.is_finite(), "a target is at least one transaction: {self:?}");
        assert!(self.denominator >= 1.0 && self.elasticity >= 1.0, "both are at least one: {self:?}");
        assert!(self.floor > 0.0 && self.floor.is_finite(), "a fee of zero could never rise: {self:?}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fee_moves_by_an_eighth_of_the_relative_excess() {
        let rule = BaseFee::eip_1559(100.0, 0.001);
        // By hand: full +12.5 %, half over +6.25 %, on target nothing, empty −12.5 %.
        for (used, fee) in [(200, 1.125), (150, 1.0625), (100, 1.0), (0, 0.875)] {
            assert_eq!(rule.next(1.0, used), fee);
        }
        assert_eq!((rule.limit(), rule.next(0.001, 0)), (200, 0.001));
        let gentle = BaseFee { denominator: 16.0, elasticity: 4.0, ..rule };
        assert_eq!((gentle.limit(), gentle.next(1.0, 400)), (400, 1.1875));
    }
}
