//! `simulate`: one design under one cost book and one sizing.

use super::study::{Study, sizing};
use super::{Answer, Failure, print};
use crate::args::{Common, Simulate};
use crate::terminal;

/// Simulates the design and prints its numbers.
pub fn run(options: &Simulate, common: &Common) -> Result<Answer, Failure> {
    let base;
    let designs = match &options.design {
        Some(design) => std::slice::from_ref(design),
        None => {
            base = scenarios::open(&options.chosen.scenario, &options.chosen.set).map_err(Failure::because)?.base;
            std::slice::from_ref(&base)
        }
    };
    let books = std::slice::from_ref(&options.costs);
    let study = Study::open(&options.chosen, designs, books, Some(sizing(options.sizing)), common)?;
    let comparison = study.compare(&options.chosen, common)?;
    let Some(summary) = comparison.designs.first() else {
        return Err(Failure::because("the scenario has no such design"));
    };
    if common.json {
        print(&reports::json::outcome(summary).map_err(Failure::because)?)?;
    } else {
        print(&reports::table::outcome(summary, terminal::style()))?;
        print(&reports::table::objectives(&comparison.designs, terminal::style()))?;
    }
    Ok(Answer::Done)
}
