//! What lies around a plan: plausible worlds, cost against latency, what more would cost, and what measuring would be worth.

use planner::{FrontPoint, Measuring, Plausible, Priced, ShadowPrice};

use super::super::grid::Grid;
use super::{named, short};
use crate::number::{self, MISSING};

/// The fleet in plausible worlds.
pub(super) fn worlds(of: &Plausible) -> String {
    let (low, high) = of.usd_per_month;
    let mut text = format!(
        "where inputs are not at their best estimates, the fleet meets the objectives in {} of {} plausible worlds",
        of.meets, of.worlds
    );
    if of.undecided > 0 {
        text += &format!(" ({} undecided)", of.undecided);
    }
    if high > low {
        text += &format!(", and costs {} to {}", number::usd(low), number::usd(high));
    }
    let share = number::share(of.share);
    text += &match &of.enough {
        Some(_) if f64::from(of.meets) >= of.share * f64::from(of.worlds) => String::new(),
        Some(enough) => {
            format!("; {} is enough in {share} of them, {} a month", named(enough), number::usd(enough.usd_per_month))
        }
        None => format!("; no number of machines is enough in {share} of them"),
    };
    text
}

/// Cost against latency.
pub(super) fn front(points: &[FrontPoint]) -> Grid {
    let metric = points.first().map_or(String::new(), |first| first.metric.clone());
    let mut grid = Grid::new(&["fleet"], ["USD a month".to_owned(), metric]);
    for point in points.iter().filter(|point| point.on_front && point.seconds.is_some()) {
        let seconds = point.seconds.map_or(MISSING.to_owned(), number::duration);
        grid.row(vec![short(&point.fleet), number::usd(point.fleet.usd_per_month), seconds]);
    }
    grid
}

/// What one more unit of an objective costs.
pub(super) fn prices(prices: &[ShadowPrice]) -> Grid {
    let headings = ["from", "to", "USD a month", "per unit"].map(str::to_owned);
    let mut grid = Grid::new(&["what"], headings);
    for price in prices {
        let show = |value: f64| number::quantity(value, &price.unit);
        let one = price.usd_per_unit.map_or(MISSING.to_owned(), number::usd);
        let range = price.low.zip(price.high).filter(|(low, high)| high - low > 0.01 * high.abs());
        let per_unit = range.map_or(one, |(low, high)| format!("{} to {}", number::usd(low), number::usd(high)));
        let per_unit = match price.standing {
            Priced::Unchanged => "no change".to_owned(),
            Priced::Undecided if range.is_none() => "undecided".to_owned(),
            Priced::Untested => "not searched".to_owned(),
            Priced::Impossible => MISSING.to_owned(),
            Priced::Found | Priced::Undecided => format!("{per_unit} / {}", price.unit),
        };
        let usd = match price.standing {
            Priced::Impossible => "no fleet".to_owned(),
            _ => price.usd_per_month.map_or(MISSING.to_owned(), number::usd),
        };
        grid.row(vec![price.of.clone(), show(price.from), show(price.to), usd, per_unit]);
    }
    grid
}

/// The bill over the interval of every input that is not known exactly, and as it would be known if that were measured.
pub(super) fn measuring(of: &Measuring) -> Grid {
    let within = number::share(of.measured_within - 1.0);
    let headings = ["within".to_owned(), "USD a month".into(), format!("known within {within}"), "narrower by".into()];
    let mut grid = Grid::new(&["input"], headings);
    for input in &of.inputs {
        let range = |usd: Option<(f64, f64)>, grid: &mut Grid| match usd {
            Some((low, high)) => match (number::usd(low), number::usd(high)) {
                (low, high) if low == high => low,
                (low, high) => format!("{low} to {high}"),
            },
            None => grid.missing(input.why.as_deref()),
        };
        let known = if input.within < 2.0 {
            number::share(input.within - 1.0)
        } else {
            format!("factor {}", number::quantity(input.within, ""))
        };
        let (now, then) = (range(input.usd_per_month, &mut grid), range(input.usd_if_measured, &mut grid));
        let narrower = input.narrower_usd.map_or(MISSING.to_owned(), number::usd);
        grid.row(vec![input.input.clone(), known, now, then, narrower]);
    }
    grid
}
