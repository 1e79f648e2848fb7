//! Summaries to tables, charts and files.
//!
//! | file | makes |
//! |---|---|
//! | [`number`] | text of a number |
//! | [`table`] | the answer on a terminal: comparison and claims |
//! | [`charts`] | pictures of comparisons, plans, calibrations and studies, each as SVG and PNG, with their values as a table |
//! | [`frame`] | the long table of metrics, as CSV and Parquet |
//! | [`bill`] | the bill by line: CSV, FOCUS, Markdown, a sheet with formulas |
//! | [`check`] | the answer of a gate: for GitHub, JUnit, Bencher |
//! | [`redact`] | answers without prices, for what leaves the house |
//! | [`json`] | the machine documents |
//! | [`kept`] | those that files keep, read back |
//! | [`markdown`] | the verdicts as a page |
//! | [`page`] | the answer as one file of HTML |
//! | [`timeline`] | what happened when, for a trace viewer |
//! | [`suites`] | what the source of a suite claims beside what was measured, with recommendations |
//! | [`files`] | all of these, whole, in a folder |
//!
//! **Architecture invariant:** this is the only crate that lays out figures in tables, charts and files, and the only one that
//! knows polars and plotters. No figure is rounded, abbreviated or given another unit before it is here. Sentences that other
//! crates make (why there is no figure, what was assumed) round the numbers that they tell.
//!
//! **Architecture invariant:** reports compute nothing about the world. They order, name and draw what
//! [`planner::Comparison`] says; a title is chosen by the data, and a number that is missing stays missing, with its
//! reason.
//!
//! **Architecture invariant:** the same comparison gives the same bytes: no clock, no randomness, no hash order.

pub mod bill;
pub mod charts;
pub mod check;
mod error;
pub mod files;
mod folder;
pub mod frame;
pub mod json;
pub mod kept;
pub mod markdown;
pub mod meaning;
mod money;
pub mod number;
pub mod page;
pub mod redact;
pub mod suites;
pub mod table;
pub mod timeline;
mod view;
mod words;

#[cfg(test)]
mod sample;
#[cfg(test)]
mod sample_calibration;
#[cfg(test)]
mod sample_experiment;
#[cfg(test)]
mod sample_plan;
#[cfg(test)]
mod sample_scenarios;

pub use error::ReportError;
pub use files::{write_all, write_claims};
