//! Who follows a measurement, and how far it has come.

use serde::{Deserialize, Serialize};

use crate::measurements::Measurements;

/// What a measurement is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Inputs are made, and the act is run and checked for the first time.
    Prepare,
    /// Samples are taken.
    Sample,
    /// Peak memory is measured in a process of its own.
    Memory,
}

/// Who follows a measurement: is told of its steps, keeps what there is, and may end it.
pub struct Audience<'a> {
    /// Told what is being done.
    pub report: Box<dyn FnMut(Progress<'_>) + 'a>,
    /// Given what is there after every process, so that little is lost if the next one is the last.
    pub keep: Box<dyn FnMut(Measurements) + 'a>,
    /// Once it says so, no further step is taken.
    pub stop: Box<dyn Fn() -> bool + 'a>,
}

impl Audience<'_> {
    /// Nobody follows.
    pub fn none() -> Self {
        Self { report: Box::new(|_| {}), keep: Box::new(|_| {}), stop: Box::new(|| false) }
    }
}

/// One step of a measurement, for a progress bar.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Progress<'a> {
    /// What is being done.
    pub phase: Phase,
    /// Which operation.
    pub operation: &'a str,
    /// At which size \[size unit\].
    pub size: u64,
    /// In which process, from 1.
    pub process: u32,
    /// How much of the whole is done, from 0 to 1: an estimate that never falls.
    pub done: f64,
    /// Time that is probably left \[s\].
    pub left_s: f64,
}
