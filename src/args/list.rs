//! What `list` lists.

use clap::{Args, ValueEnum};

/// Options of `list`.
#[derive(Debug, Args)]
pub struct List {
    /// What to list
    #[arg(value_enum, default_value_t = Shelf::Scenarios)]
    pub shelf: Shelf,
    /// Print this scenario of the library, with its comments
    #[arg(value_name = "SCENARIO")]
    pub name: Option<String>,
    /// Which prices.
    #[command(flatten)]
    pub filter: PriceFilter,
}

/// Which prices are listed, and in which order.
#[derive(Debug, Args)]
#[command(next_help_heading = "Options of `list prices`")]
pub struct PriceFilter {
    /// Only this provider; `*` stands for anything
    #[arg(long, value_name = "PATTERN")]
    pub provider: Option<String>,
    /// Only prices that hold in this region, like `us-east-1`
    #[arg(long, value_name = "PATTERN")]
    pub region: Option<String>,
    /// Only machines with this GPU, like `H100` or `A100-80`
    #[arg(long, value_name = "PATTERN")]
    pub gpu: Option<String>,
    /// Only this market: on-demand, spot, or a commitment like `3 years*`
    #[arg(long, value_name = "PATTERN")]
    pub market: Option<String>,
    /// Only machines known to have at least so many physical cores
    #[arg(long, value_name = "N")]
    pub min_cores: Option<f64>,
    /// Only machines known to have at least so much memory, in GiB
    #[arg(long, value_name = "GIB")]
    pub min_memory: Option<f64>,
    /// Order: cheapest first, or largest first; what is not known comes last
    #[arg(long, value_enum)]
    pub sort: Option<SortBy>,
    /// Prices of what is no machine: traffic, load balancers, storage, which a scenario's `[charge]` pays
    #[arg(long, conflicts_with_all = ["gpu", "market", "min_cores", "min_memory", "sort"])]
    pub services: bool,
}

impl PriceFilter {
    /// Whether nothing is asked for.
    pub fn is_empty(&self) -> bool {
        let Self { provider, region, gpu, market, min_cores, min_memory, sort, services } = self;
        let texts = [provider, region, gpu, market];
        let numbers = [min_cores, min_memory];
        texts.iter().all(|text| text.is_none())
            && numbers.iter().all(|number| number.is_none())
            && sort.is_none()
            && !services
    }
}

/// What prices are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SortBy {
    /// USD per hour, the lowest first
    Price,
    /// Physical cores, the most first
    Cores,
    /// Memory, the most first
    Memory,
    /// USD per hour and physical core, the lowest first
    UsdPerCore,
}

/// A shelf of the library.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Shelf {
    /// Scenarios with their questions; with a name, the whole file of one
    #[value(alias = "scenario")]
    Scenarios,
    /// Operations that `calibrate` measures
    Operations,
    /// Prices of machines by provider, market and region, with date, age and source; `--services`: of traffic, storage and
    /// load balancers
    Prices,
    /// What operations cost on machines that others measured, with the source
    Hardware,
    /// Spot machines: in what share of the time they could be had, how well that is predicted, and how often they are interrupted
    Spot,
}
