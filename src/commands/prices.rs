//! The price list of the command line, and what is old in it.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use scenarios::{Case, PriceBook};

use super::Failure;
use crate::args::Common;
use crate::terminal;

/// The provider of what the designs' authors say that machines cost: no market moves that.
const DESIGN: &str = "design";

/// The library's prices with the files of the command line over them.
pub fn book(common: &Common) -> Result<PriceBook, Failure> {
    PriceBook::read(&common.prices).map_err(Failure::because)
}

/// Prices in use that are older than a year.
static OLD: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// Looks for prices older than a year in what is asked for.
pub fn look_for_old(cases: &[Case]) {
    let now = unix_s();
    let old = cases
        .iter()
        .flat_map(|case| &case.rented)
        .filter(|rental| rental.provider != DESIGN && reports::number::is_older_than_a_year(&rental.price_date, now));
    let named =
        |rental: &scenarios::Rental| format!("{} of {} ({})", rental.instance, rental.provider, rental.price_date);
    OLD.lock().unwrap_or_else(PoisonError::into_inner).extend(old.map(named));
}

/// Warns of what was found, once there is an answer that rests on it.
pub fn warn_of_old() {
    let old = OLD.lock().unwrap_or_else(PoisonError::into_inner);
    if !old.is_empty() {
        let old = old.iter().cloned().collect::<Vec<_>>().join(", ");
        let warning = format!("warning: prices older than a year: {old}; give those of today with `--prices FILE`");
        terminal::tell(&warning);
    }
}

/// Now, in seconds since 1970.
pub fn unix_s() -> u64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs()
}
