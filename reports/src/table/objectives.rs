//! What designs reach of their objectives: a row for each, with the margin.

use planner::{Attainment, Standing, Summary};

use super::Style;
use super::grid::Grid;
use crate::number;

/// A table of all designs that objectives were asked of; nothing where there are none.
pub fn objectives(designs: &[Summary], style: Style) -> String {
    let mut grid =
        Grid::new(&["objective", "wanted", "design", "costs", "stands"], ["reaches", "margin"].map(str::to_owned));
    let asked: Vec<&Summary> = designs.iter().filter(|summary| !summary.objectives.is_empty()).collect();
    let mut names: Vec<&str> = Vec::new();
    for reached in asked.iter().flat_map(|summary| &summary.objectives) {
        if !names.contains(&reached.name.as_str()) {
            names.push(&reached.name);
        }
    }
    for name in names {
        let rows =
            asked.iter().filter_map(|summary| Some((summary, summary.objectives.iter().find(|o| o.name == name)?)));
        for (index, (summary, reached)) in rows.enumerate() {
            let first = |text: String| if index == 0 { text } else { String::new() };
            let reaches = match reached.found {
                Some(value) => number::quantity(value, &reached.unit),
                None => grid.missing(reached.why.as_deref()),
            };
            grid.row(vec![
                first(name.to_owned()),
                first(format!("{} {}", reached.bound, number::quantity(reached.wanted, &reached.unit))),
                summary.design.clone(),
                summary.costs.clone(),
                standing(reached.standing).to_owned(),
                reaches,
                margin(reached),
            ]);
        }
    }
    let text = grid.render("What designs reach of their objectives", style);
    if text.is_empty() { text } else { format!("\n{text}") }
}

fn margin(reached: &Attainment) -> String {
    reached.margin.map_or(number::MISSING.to_owned(), |margin| match margin {
        m if m < 0.0 => format!("−{}", number::share(-m)),
        m => format!("+{}", number::share(m)),
    })
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
            bound: "at most",
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
        designs[1].objectives = vec![missing];
        let text = objectives(&designs, Style::default());
        assert!(text.contains("at most 200 ms") && text.contains("−50 %") && text.contains("no phone"), "{text}");
    }
}
