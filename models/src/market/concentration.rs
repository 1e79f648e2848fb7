//! How unevenly something is shared: the measures of decentralisation.
//!
//! Model: shares of a whole. The largest share; the least number of holders with more than half (the Nakamoto
//! coefficient); the sum of squared shares (Herfindahl–Hirschman), whose inverse is the number of equal holders that
//! would be as uneven.
//! Source: B. S. Srinivasan, L. Lee, "Quantifying decentralization" (2017); A. O. Hirschman, "The paternity of an
//! index" (1964). Leaves out: one owner behind several names.

/// How unevenly something is shared.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Concentration {
    /// The largest share, 0–1.
    pub largest: f64,
    /// Least number of holders that have more than half together.
    pub nakamoto: usize,
    /// Sum of squared shares: 1/n when n holders are equal, 1 when one has all.
    pub herfindahl: f64,
}

impl Concentration {
    /// Of these non-negative amounts; `None` when there is nothing to share.
    pub fn of(amounts: &[f64]) -> Option<Self> {
        let total: f64 = amounts.iter().sum();
        if total <= 0.0 {
            return None;
        }
        let mut shares: Vec<f64> = amounts.iter().map(|amount| amount / total).collect();
        shares.sort_by(|a, b| b.total_cmp(a));
        let mut together = 0.0;
        // Half in halves of rounding errors is not more than half.
        let few = shares.iter().position(|share| {
            together += share;
            together > 0.5 + 1e-12
        });
        let herfindahl = shares.iter().map(|share| share * share).sum();
        Some(Self { largest: shares[0], nakamoto: few.map_or(shares.len(), |place| place + 1), herfindahl })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_by_hand() {
        let of = |amounts: &[f64]| Concentration::of(amounts).unwrap();
        let one = of(&[0.0, 7.0]);
        assert_eq!((one.largest, one.nakamoto, one.herfindahl), (1.0, 1, 1.0));
        let uneven = of(&[10.0, 40.0, 30.0, 20.0]);
        assert_eq!((uneven.largest, uneven.nakamoto), (0.4, 2));
        assert!((uneven.herfindahl - 0.30).abs() < 1e-12);
        // Two of four equal holders have half, and it takes more than half.
        let equal = of(&[3.0; 4]);
        assert_eq!((equal.nakamoto, equal.herfindahl), (3, 0.25));
        assert_eq!(of(&[1.0; 50]).nakamoto, 26);
        assert_eq!(Concentration::of(&[0.0, 0.0]), None);
        assert_eq!(Concentration::of(&[]), None);
    }
}
