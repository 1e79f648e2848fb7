//! A plan for every month as the load grows: where committing stops paying, and the months with what they cost.

use planner::{Growth, PlannedFleet};

use super::Style;
use super::grid::Grid;
use crate::number;

/// The answer, its table and what is to be known of it.
pub(super) fn growth(growth: &Growth, style: Style) -> String {
    let headings = ["load/s", "committed", "on demand", "all on demand", "paid", "spread"].map(str::to_owned);
    let mut grid = Grid::new(&["month"], headings).texts(&["fleet"]);
    for month in &growth.months {
        grid.row(vec![
            month.month.to_string(),
            number::quantity(month.load_per_s, ""),
            number::count(month.committed as f64),
            number::count(month.on_demand as f64),
            number::usd(month.usd_on_demand_only),
            number::usd(month.cash_usd),
            number::usd(month.amortised_usd),
            machines(&month.fleet),
        ]);
    }
    let title = format!("Load growing by {} a month", number::share(growth.share_per_month));
    let mut text = format!("\n{}\n", style.wrap(&growth.answer, 0));
    text += &grid.render(&title, style);
    for note in growth.notes.iter().map(String::as_str).chain(ALWAYS) {
        text += &format!("{}\n", style.item(note));
    }
    text
}

/// What holds of every such table.
const ALWAYS: [&str; 2] = [
    "the fleets of later months are searched, not certified",
    "what is paid upfront is in its month under `paid`, and over its term under `spread`",
];

/// The planned machines of a fleet by pool, by number alone where there is one such pool.
fn machines(fleet: &PlannedFleet) -> String {
    let planned: Vec<_> = fleet.pools.iter().filter(|pool| pool.is_planned).collect();
    match planned[..] {
        [pool] => number::count(pool.machines as f64),
        _ => {
            let of_pool = planned.iter().map(|pool| format!("{} {}", pool.pool, number::count(pool.machines as f64)));
            of_pool.collect::<Vec<_>>().join(", ")
        }
    }
}
