//! The options of `plan`.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::{precision, time};

/// Options of `plan`.
#[derive(Debug, Clone, Args)]
pub struct Plan {
    /// Name in the library, or path of a file
    pub scenario: String,
    /// Override an input of the scenario, like `load.rate=5k` (repeatable)
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub set: Vec<String>,
    /// Design to plan [default: the scenario's base design]
    #[arg(long, value_name = "NAME")]
    pub design: Option<String>,
    /// Cost book to use [default: measured, or the only one]
    #[arg(long, value_name = "BOOK")]
    pub costs: Option<String>,
    /// What the fleet must reach, like `sojourn.p99 <= 1s`, beside the objectives of the scenario (repeatable); one about the
    /// same figure takes its place
    #[arg(long, value_name = "FIGURE<=VALUE")]
    pub objective: Vec<String>,
    /// Most that the bill may be, like `25k/month`
    #[arg(long, value_name = "USD")]
    pub budget: Option<String>,
    /// Also choose the value of a key, like `instances.balancer=round robin,least loaded` or `instances.queue=1..8` (repeatable)
    #[arg(long, value_name = "KEY=VALUE,…")]
    pub choose: Vec<String>,
    /// Rent no spot machines, which the provider may take back
    #[arg(long)]
    pub no_spot: bool,
    /// Chance that what is certified is wrong
    #[arg(long, value_name = "SHARE", default_value = "5%", value_parser = precision)]
    pub error: f64,
    /// Stop after this time, like 60s or 10min, with the best so far; exit status 3 where that is not certified
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub time: Option<Duration>,
    /// Only the fleet and its certificate: no plausible worlds, no front, no prices of objectives
    #[arg(long)]
    pub brief: bool,
    /// Verify the fleet of this plan.json, and that cheaper ones fail, on the random numbers of another `--seed`
    #[arg(long, value_name = "FILE")]
    pub verify: Option<PathBuf>,
}
