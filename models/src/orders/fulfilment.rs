//! What it costs to deliver proofs, by how many are delivered at once.
//!
//! Model: gas is linear between stated batches, and goes on with the last slope. Source: the gas reports of the Boundless market's contracts. Leaves
//! out: proofs whose journals differ in size.

/// Gas of a delivery, by its number of proofs.
#[derive(Debug, Clone, PartialEq)]
pub struct Fulfilment {
    /// (proofs, gas), in ascending order of proofs; at least one.
    pub points: Vec<(f64, f64)>,
}

impl Fulfilment {
    /// The same for every proof.
    pub fn each(gas: f64) -> Self {
        Self { points: vec![(0.0, 0.0), (1.0, gas)] }
    }

    /// Gas of so many proofs at once.
    pub fn gas(&self, proofs: f64) -> f64 {
        let points = &self.points;
        let above = points.partition_point(|(at, _)| *at < proofs);
        if above == 0 || points.len() == 1 {
            return points[0].1;
        }
        let ((x0, y0), (x1, y1)) = (points[above.min(points.len() - 1) - 1], points[above.min(points.len() - 1)]);
        y0 + (y1 - y0) * (proofs - x0) / (x1 - x0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gas_by_hand() {
        let gas = Fulfilment { points: vec![(1.0, 142_017.0), (2.0, 206_142.0), (4.0, 336_634.0)] };
        assert_eq!([1.0, 2.0, 3.0, 4.0].map(|proofs| gas.gas(proofs)), [142_017.0, 206_142.0, 271_388.0, 336_634.0]);
        assert_eq!(gas.gas(6.0), 467_126.0);
        assert_eq!(gas.gas(0.5), 142_017.0);
        let each = Fulfilment::each(100.0);
        assert_eq!([1.0, 5.0].map(|proofs| each.gas(proofs)), [100.0, 500.0]);
    }
}
