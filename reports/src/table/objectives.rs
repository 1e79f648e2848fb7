//! What designs reach of their objectives: a row for each objective, a column for each design, with the margin.

use planner::{Attainment, Standing, Summary};

use super::Style;
use super::grid::Grid;
use super::part::Part;
use crate::number;

/// A share above which a margin is said in times.
const LARGEST_SHARE: f64 = 10.0;

/// A table for each cost book that objectives were asked of; nothing where there are none.
pub fn objectives(designs: &[Summary], style: Style) -> String {
    objectives_by_book(designs).into_iter().map(|part| format!("\n{}", part.render(style))).collect()
}

/// A table for each cost book that objectives were asked of.
pub(crate) fn objectives_by_book(designs: &[Summary]) -> Vec<Part> {
    let asked: Vec<&Summary> = designs.iter().filter(|summary| !summary.objectives.is_empty()).collect();
    let tables = each(asked.iter().map(|summary| summary.costs.as_str())).into_iter().filter_map(|book| {
        let of_book: Vec<&Summary> = asked.iter().filter(|summary| summary.costs == book).copied().collect();
        Part::of(format!("Objectives by design on {book} costs"), table(&of_book))
    });
    tables.collect()
}

/// Each name once, in the order of its first.
fn each<'a>(names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut each = Vec::new();
    for name in names {
        if !each.contains(&name) {
            each.push(name);
        }
    }
    each
}

/// The outcomes of one book: two sizings of a design share a column, since an objective is asked of one of them.
fn table(outcomes: &[&Summary]) -> Grid {
    let designs = each(outcomes.iter().map(|summary| summary.design.as_str()));
    let mut grid = Grid::new(&["objective"], designs.iter().map(|design| (*design).to_owned()));
    let all = || outcomes.iter().flat_map(|summary| &summary.objectives);
    for name in each(all().map(|reached| reached.name.as_str())) {
        let Some(first) = all().find(|reached| reached.name == name) else { continue };
        let wanted = format!("{name}\n{} {}", first.bound.name(), number::quantity(first.wanted, &first.unit));
        let mut row = vec![wanted];
        for design in &designs {
            let mut of_design = outcomes.iter().filter(|summary| summary.design == *design);
            let reached = of_design.find_map(|summary| summary.objectives.iter().find(|reached| reached.name == name));
            row.push(reached.map_or(String::new(), |reached| cell(reached, &mut grid)));
        }
        grid.row(row);
    }
    grid
}

/// What is reached, and below it where that stands.
fn cell(reached: &Attainment, grid: &mut Grid) -> String {
    let value = match reached.found {
        Some(value) => number::figure(value, &reached.unit),
        None => grid.missing(reached.why.as_deref()),
    };
    let margin = reached.margin.map_or(String::new(), |margin| format!(" {}", said(margin)));
    format!("{value}\n{}{margin}", standing(reached.standing))
}

/// A margin: a share of what is wanted, or how many times it what is reached is.
fn said(margin: f64) -> String {
    match margin {
        margin if margin < -LARGEST_SHARE => number::times(1.0 - margin),
        margin if margin < 0.0 => format!("−{}", number::share(-margin)),
        margin if margin > LARGEST_SHARE => number::times(1.0 + margin),
        margin => format!("+{}", number::share(margin)),
    }
}

fn standing(standing: Standing) -> &'static str {
    match standing {
        Standing::Pass => "pass",
        Standing::Fail => "fail",
        Standing::Undecided => "undecided",
        Standing::Untested => "untested",
    }
}

#[cfg(test)]
mod tests {
    use planner::Bound;

    use super::*;
    use crate::sample;

    #[test]
    fn objectives_show_their_margin_and_why_there_is_none() {
        let mut designs = sample::layered().designs;
        assert_eq!(objectives(&designs, Style::default()), "", "none were asked");
        let reached = Attainment {
            name: "finality".into(),
            metric: "optimistic_finality.p99".into(),
            standing: Standing::Fail,
            bound: Bound::AtMost,
            wanted: 0.2,
            unit: "s".into(),
            found: Some(0.3),
            low: None,
            high: None,
            margin: Some(-0.5),
            why: None,
        };
        let missing = Attainment {
            found: None,
            margin: None,
            standing: Standing::Untested,
            why: Some("no phone was measured".into()),
            ..reached.clone()
        };
        designs[0].objectives = vec![reached];
        designs[4].objectives = vec![missing];
        let text = objectives(&designs, Style::default());
        assert!(text.contains("at most 200 ms") && text.contains("no phone was measured"), "{text}");
        assert!(
            text.contains("fail −50 %") && text.contains("untested") && text.contains("on claimed costs"),
            "{text}"
        );
        assert_eq!((said(-5_252.0).as_str(), said(0.4).as_str()), ("5,300×", "+40 %"));
    }
}
