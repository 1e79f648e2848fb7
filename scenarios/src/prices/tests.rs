//! Tests of the price book.

use std::collections::BTreeSet;

use super::*;
use crate::reading::Problem;

/// The library's prices under a text of the user's, called `mine.csv`.
fn over(texts: &[&str]) -> PriceBook {
    let mut book = PriceBook::library();
    for text in texts {
        book.put(&Source::new("mine.csv", *text)).unwrap_or_else(|problems| panic!("{problems}"));
    }
    book
}

fn usd(book: &PriceBook, instance: &str, market: &str, region: Option<&str>) -> Option<f64> {
    book.price("aws", instance, market, region).map(|price| price.usd_per_hour)
}

#[test]
fn every_row_of_the_library_has_a_date_and_a_source_and_is_there_once() {
    let offers = PriceBook::library().offers();
    assert!(offers.iter().filter(|offer| offer.price.is_some()).count() > 90, "{}", offers.len());
    let (mut prices, mut instances) = (BTreeSet::new(), BTreeSet::new());
    for Offer { instance, price } in offers {
        assert!(!instance.date.is_empty() && !instance.source.is_empty(), "{instance:?}");
        assert!(instance.gpus.is_none_or(|gpus| (gpus > 0.0) == instance.gpu.is_some()), "{instance:?}");
        assert!(instance.cores.zip(instance.vcpu).is_none_or(|(cores, vcpu)| cores <= vcpu), "{instance:?}");
        assert!(instance.network_gbit_s.zip(instance.burst_gbit_s).is_none_or(|(base, burst)| base <= burst));
        let Some(price) = price else {
            assert!(instances.insert(instance.name.clone()), "{instance:?} is there twice");
            continue;
        };
        assert!(price.usd_per_hour > 0.0 && !price.date.is_empty() && !price.source.is_empty(), "{price:?}");
        let key = [&price.provider, &price.region, &price.instance, &price.market].map(String::clone);
        assert!(prices.insert(key), "{price:?} is there twice");
    }
    assert!(services().iter().all(|service| service.value >= 0.0 && !service.date.is_empty()));
    assert!(services().iter().all(|service| !service.source.is_empty() && !service.unit.is_empty()));
}

#[test]
fn a_spot_price_of_the_library_is_derived_and_every_market_is_below_on_demand() {
    let library = PriceBook::library();
    let mut spot = 0;
    for price in library.prices().filter(|price| price.market != ON_DEMAND) {
        let whole = usd(&library, &price.instance, ON_DEMAND, Some("us-east-1")).expect("it has one");
        let share = price.usd_per_hour / whole;
        assert!(share > 0.2 && share < 0.6, "{price:?}");
        if price.market == SPOT {
            spot += 1;
            assert!(price.source.starts_with("derived: "), "{price:?}");
            assert!(
                (share * 100.0 - (share * 100.0).round()).abs() < 1e-6,
                "the saving is in whole percent: {price:?}"
            );
        }
    }
    assert_eq!(spot, 13);
}

#[test]
fn the_tables_of_the_library_read_as_a_file_of_the_users_says_the_same() {
    let (.., prices) = LIBRARY[0];
    let book = over(&[prices]);
    let values = |book: &PriceBook| -> Vec<(String, String, String, f64, Option<f64>, String)> {
        let offers = book.offers().into_iter().filter(|offer| offer.instance.provider == "aws");
        let mut values: Vec<_> = offers
            .filter_map(|offer| {
                let Price { region, instance, market, usd_per_hour, least_billed_s, date, .. } = offer.price?;
                // Where nobody says, the user's row holds everywhere.
                let region = if region.is_empty() { ANY.to_owned() } else { region };
                Some((instance, market, region, usd_per_hour, least_billed_s, date))
            })
            .collect();
        values.sort_by(|a, b| (&a.0, &a.1, &a.2).cmp(&(&b.0, &b.1, &b.2)));
        values
    };
    let library = values(&PriceBook::library());
    let read = values(&book);
    // The row without a region stays below the user's that holds in all.
    assert_eq!(read, library);
    assert!(book.price("aws", "c5.2xlarge", ON_DEMAND, None).is_some_and(|price| price.given));
    let source = &book.price("aws", "c5.2xlarge", ON_DEMAND, None).expect("a price").source;
    assert_eq!(source, "mine.csv, line 2: karpenter generated price table");
}

#[test]
fn a_row_overrides_its_own_region_and_market_and_the_last_file_wins() {
    let text = "provider,region,instance,market,usd_per_hour\naws,us-east-1,p5.48xlarge,,40\naws,eu-west-1,p5.48xlarge,on-demand,50\n";
    let book = over(&[text]);
    let demand = |region| usd(&book, "p5.48xlarge", ON_DEMAND, region);
    assert_eq!(
        (demand(Some("us-east-1")), demand(Some("eu-west-1")), demand(None)),
        (Some(40.0), Some(50.0), Some(40.0))
    );
    assert_eq!(demand(Some("eu-north-1")), None);
    let library = PriceBook::library();
    for (instance, market) in [("p5.48xlarge", SPOT), ("p4d.24xlarge", ON_DEMAND)] {
        assert_eq!(usd(&book, instance, market, None), usd(&library, instance, market, None), "{instance} {market}");
    }
    // Another region leaves the library's row where it is, and is one more.
    assert_eq!(book.offers().len(), library.offers().len() + 1);
    let two = over(&[text, "provider,instance,usd_per_hour\naws,p5.48xlarge,30\n"]);
    for region in [None, Some("us-east-1"), Some("eu-north-1")] {
        assert_eq!(usd(&two, "p5.48xlarge", ON_DEMAND, region), Some(30.0), "{region:?}");
    }
    assert_eq!(two.offers().len(), library.offers().len());
}

#[test]
fn what_a_row_says_of_the_instance_lies_over_the_library() {
    let book = over(&["instance,provider,usd_per_hour,memory_gib\nc5.2xlarge,aws,1,24\nnew,us,2,\n"]);
    let known = book.instance("aws", "c5.2xlarge").expect("an instance");
    assert_eq!((known.memory_gib, known.cores), (Some(24.0), Some(4.0)));
    assert_eq!(book.instance("us", "new"), None);
    assert!(book.offers().iter().any(|offer| offer.instance.name == "new" && offer.instance.memory_gib.is_none()));
}

#[test]
fn everything_that_is_wrong_is_said_with_its_line_and_column() {
    let wrong = |text: &str| -> Vec<((usize, usize), String)> {
        let problems = PriceBook::library().put(&Source::new("mine.csv", text)).expect_err("it is wrong");
        let told = |problem: &Problem| (problem.position().unwrap_or_default(), problem.message().to_owned());
        problems.iter().map(told).collect()
    };
    let text = "provider,instance,market,usd_per_hour,date\n\
                aws,a,spott,1,\n\
                aws,b,,0,2026-13\n\
                ,c,\"4 years, all upfront\",x,\n\
                aws,d,spot\n\
                aws,e,spot,1,2026\n\
                aws,e,spot,2,2026-11-29\n";
    let expected = [
        ((2, 7), "`market`: found `spott`"),
        ((3, 8), "`usd_per_hour`: found `0`"),
        ((3, 10), "`date`: found `2026-13`"),
        ((4, 1), "`provider`: it is empty"),
        ((4, 27), "`usd_per_hour`: found `x`"),
        ((5, 1), "found 3 fields, the first line has 5 columns"),
        ((7, 5), "`instance`: `e` has its price on this market in this region in line 6 already"),
    ];
    assert_eq!(wrong(text), expected.map(|(place, message)| (place, message.to_owned())));
    let columns = wrong("provider,instence,usd_per_hour,provider\n");
    assert_eq!(columns[0], ((1, 10), "unknown column `instence`".into()));
    assert_eq!(columns[1], ((1, 32), "column `provider` is there twice".into()));
    assert_eq!(columns[2], ((1, 1), "no column `instance`".into()));
}

#[test]
fn what_there_is_no_price_for_is_said_with_what_there_is() {
    let library = PriceBook::library();
    let lacks = |of, market: &str, region| library.lacks(of, market, region, true);
    let says = [
        (lacks(("aws", "p5.48xlarg"), ON_DEMAND, None), "instance", "the nearest name is `p5.48xlarge`"),
        (lacks(("gcp", "c5.2xlarge"), ON_DEMAND, None), "instance", "`aws` has one of that name"),
        (
            lacks(("aws", "c7g.16xlarge"), SPOT, None),
            "market",
            "`spot`; it has one on: `3 years, all upfront`, `on-demand`",
        ),
        (lacks(("aws", "c5.2xlarge"), SPOT, Some("mars")), "region", "in the region `mars`; it has one in: us-east-1"),
        (lacks(("hetzner", "AX103"), ON_DEMAND, None), "instance", "no price for `AX103` of `hetzner`"),
    ];
    for ((key, message), of, part) in says {
        assert_eq!(key, of, "{message}");
        assert!(message.contains(part) && message.contains("--prices FILE"), "no `{part}` in {message}");
    }
}
