//! The kinds of systems: a folder for each, with its world, its stages and what a run of it yields.
//!
//! What several kinds share is a part, and lies beside this folder.

pub mod layered;
pub mod market;
pub mod rollup;
pub mod service;
