//! The most machines that there are of some kinds, and what needs more.

use crate::case::{Case, Rental};
use crate::fault::Fault;
use crate::prices;
use crate::scenario::Scenario;

impl Scenario {
    /// The same scenario where there is no limit to the number of machines.
    #[must_use]
    pub fn without_limits(&self) -> Self {
        let mut free = self.clone();
        free.limits.clear();
        free.books.values_mut().for_each(|book| book.rates.limits.clear());
        free
    }

    /// Limits of which a case needs more, with what to do.
    pub fn beyond_limits(&self, case: &Case) -> Vec<Fault> {
        let beyond = |(pattern, limit): (&String, &u64)| {
            let named = |rental: &&Rental| prices::names(pattern, &rental.provider, &rental.instance);
            let machines: u64 = case.rented.iter().filter(named).map(|rental| rental.machines).sum();
            let Case { design, book, sizing, .. } = case;
            let message = format!(
                "design `{design}` needs {} of `{pattern}` (book `{book}`, {}), and there are {limit}: raise the limit, \
                 or change the load or the machine",
                crate::counted(&machines.to_string(), "machine"),
                sizing.name()
            );
            (machines > *limit).then(|| (format!("limit.{pattern}"), message))
        };
        self.limits.iter().filter_map(beyond).collect()
    }
}
