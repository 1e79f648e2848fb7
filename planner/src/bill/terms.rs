//! When money is paid: at the start, or each month.

use super::Exact;

/// What is paid at the start \[USD\], and each month \[USD per month\], for what costs so much a month on a market.
pub(super) fn cash(market: &str, usd_per_month: Exact) -> (Exact, Exact) {
    let Some((months, share)) = scenarios::term(market) else { return (Exact::ZERO, usd_per_month) };
    let upfront = usd_per_month.times(Exact::of(share));
    (upfront.times(Exact::whole(months.into())), usd_per_month.less(upfront))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commitment_is_paid_at_the_start_as_far_as_it_says() {
        // $100 a month for three years are $3,600.
        let paid = |market| {
            let (upfront, monthly) = cash(market, Exact::whole(100));
            (upfront.to_string(), monthly.to_string())
        };
        let pair = |upfront: &str, monthly: &str| (upfront.to_owned(), monthly.to_owned());
        assert_eq!(paid("3 years, all upfront"), pair("3600", "0"));
        assert_eq!(paid("3 years, partial upfront"), pair("1800", "50"));
        assert_eq!(paid("1 year, no upfront"), pair("0", "100"));
        assert_eq!(paid("1 year, all upfront"), pair("1200", "0"));
        assert_eq!(paid("on-demand"), pair("0", "100"));
        assert_eq!(paid(""), pair("0", "100"));
    }
}
