//! The options of `plan`.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use planner::Growing;

use super::{precision, time};

/// Most months that are planned.
const MOST_MONTHS: i64 = 120;
/// Months that are planned unless said otherwise.
const MONTHS: u32 = 12;

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
    /// Plan every month of a load that grows, like `8%/month`, and find the machines that are worth a commitment
    #[arg(long, value_name = "SHARE/month", value_parser = growth)]
    pub growth: Option<f64>,
    /// Months of `--growth`, 1 to 120 [default: 12]
    #[arg(long, value_name = "COUNT", requires = "growth", value_parser = clap::value_parser!(u32).range(1..=MOST_MONTHS))]
    pub months: Option<u32>,
    /// Verify the fleet of this plan.json, and that cheaper ones fail, on the random numbers of another `--seed`; design, costs,
    /// objectives and choices are those of the file unless they are given
    #[arg(long, value_name = "FILE", conflicts_with = "growth")]
    pub verify: Option<PathBuf>,
}

impl Plan {
    /// How the load grows, where that is asked for.
    pub fn growing(&self) -> Option<Growing> {
        self.growth.map(|share| Growing { share, months: self.months.unwrap_or(MONTHS) })
    }
}

/// A share by which something grows from month to month: `8%/month`.
fn growth(text: &str) -> Result<f64, String> {
    let percent = text.trim().strip_suffix("/month").and_then(|share| share.trim().strip_suffix('%'));
    let percent = percent.and_then(|percent| percent.trim().parse::<f64>().ok());
    let share = percent.filter(|percent| *percent > 0.0 && *percent <= 100.0).map(|percent| percent / 100.0);
    share.ok_or_else(|| "give a share by the month above 0 and up to 100 %, like `8%/month`".into())
}
