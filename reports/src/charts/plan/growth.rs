//! A load that grows: what is needed month by month, on which terms, and what is paid for it.

use planner::{Growth, GrowthMonth, Plan};

use crate::charts::layout;
use crate::charts::mark::{Look, Mark};
use crate::charts::panel::{self, Drawn, HEIGHT, Panel};
use crate::charts::picture::{PARTS, Picture, series};
use crate::number;

/// A curve of a panel: its look, what it is called, and its figure of a month.
type Line = (Look, &'static str, fn(&GrowthMonth) -> f64);

/// How a value is written.
type Figure = fn(f64) -> String;

/// The picture; none of fewer than two months.
pub fn picture(plan: &Plan) -> Option<Picture> {
    let growth = plan.growth.as_ref().filter(|growth| growth.months.len() > 1)?;
    let share = number::short(growth.share_per_month * 100.0);
    let subtitle =
        format!("{}, {}, {} costs; the load grows by {share} % a month.", plan.scenario, plan.design, plan.costs);
    let overrides = plan.outcome.as_ref().map_or(&[][..], |outcome| &outcome.overrides);
    let (mut picture, mut top) = layout::card(&title(growth), &subtitle, overrides);
    panel::columns(&mut picture, "month");
    let disc = |colour| Look::full(Mark::Circle, colour);
    let machines: [Line; 3] = [
        (disc(PARTS[1]), "needed", |month| (month.committed + month.on_demand) as f64),
        (disc(series(0)), "committed", |month| month.committed as f64),
        (disc(series(1)), "on demand", |month| month.on_demand as f64),
    ];
    let money: [Line; 3] = [
        (disc(PARTS[1]), "all on demand", |month| month.usd_on_demand_only),
        (disc(series(2)), "paid in the month", |month| month.cash_usd),
        (disc(series(0)), "the same, upfront payments spread", |month| month.amortised_usd),
    ];
    let panels: [(&str, &[Line], Figure); 2] =
        [("Machines with a price on demand", &machines, number::short), ("USD a month", &money, number::usd_short)];
    for (heading, lines, figure) in panels {
        let legend: Vec<(Look, String)> = lines.iter().map(|(look, name, _)| (*look, (*name).to_owned())).collect();
        top = layout::legend(&mut picture, top, &legend);
        let time = (0.0, growth.months.len() as f64);
        let curve = |(look, name, of): &Line| {
            let points = steps(&growth.months, *of);
            Drawn { name: (*name).to_owned(), look: *look, points }
        };
        let curves = lines.iter().map(curve).collect();
        Panel { heading, figure, time, axis: "months", band: None, curves }.draw(&mut picture, top);
        top += HEIGHT;
    }
    Some(layout::close(picture, top))
}

/// A figure that holds for each month from its beginning to its end.
fn steps(months: &[GrowthMonth], of: fn(&GrowthMonth) -> f64) -> Vec<(f64, f64)> {
    let ends = |month: &GrowthMonth| [0.0, 1.0].map(|after| (f64::from(month.month) + after, of(month)));
    months.iter().flat_map(ends).collect()
}

fn title(growth: &Growth) -> String {
    let over = format!("{} months", growth.months.len());
    if growth.saved_usd <= 0.0 {
        return format!("Committing saves nothing over {over}");
    }
    let share = number::short(growth.saved_usd / growth.usd_on_demand_only * 100.0);
    format!("Committing saves {}, {share} % of all on demand, over {over}", number::usd_short(growth.saved_usd))
}
