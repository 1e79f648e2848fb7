//! Pictures of a comparison, of a calibration, of a plan and of the studies beside them. Each is a pure function from the data to a [`Picture`]; only `canvas` draws.
//!
//! Titles say the finding and are worked out from the data; subtitles say the conditions. Series are labelled where
//! they are, colours are Okabe–Ito's, which colour-blind readers can tell apart, and nothing depends on a name.

mod bill;
mod canvas;
mod capacity;
mod claims;
mod cost;
mod course;
mod curves;
mod fleet;
mod glyphs;
mod heat;
mod history;
mod latency;
mod layout;
mod linear;
mod mark;
mod market;
mod overlap;
mod panel;
mod path;
mod picture;
mod plan;
mod ranks;
mod scale;
mod scaling;
mod side_by_side;
mod storm;
mod sweep;
mod switches;
mod throughput;
mod tornado;
mod utilization;

use calibrate::Calibration;
use calibrate::gate::history::Series;
use planner::{
    Comparison, Experiment, Finding, Plan, Sensitivity, SideBySide, StormStudy, Summary, Sweep, SwitchStudy,
};
use plotters::style::RGBColor;

pub use picture::Picture;

use crate::{table, view};

/// Those pictures that have something to show.
fn drawn(pictures: impl IntoIterator<Item = (&'static str, Option<Picture>)>) -> Vec<(&'static str, Picture)> {
    pictures.into_iter().filter_map(|(name, picture)| Some((name, picture?))).collect()
}

/// The pictures of a comparison that have something to show, each with the name of its file without extension.
pub fn all(comparison: &Comparison) -> Vec<(&'static str, Picture)> {
    let pictures = [
        ("capacity", capacity::picture(comparison)),
        ("throughput", throughput::picture(comparison)),
        ("latency", latency::picture(comparison)),
        ("path", path::picture(comparison)),
        ("cost", cost::picture(comparison)),
        ("bill", bill::picture(comparison)),
        ("fleet", fleet::picture(comparison)),
        ("utilization", utilization::picture(comparison)),
        ("market", market::picture(comparison)),
        ("claims", claims_of(comparison)),
    ];
    drawn(pictures)
}

/// The designs of a comparison by the names that are shown, each with its colour in every picture and the tint of areas, as `#RRGGBB`; designs
/// beyond the palette share theirs.
pub fn designs(comparison: &Comparison) -> Vec<(String, [String; 2])> {
    let outcomes: Vec<&Summary> = comparison.designs.iter().collect();
    let palette = mark::Palette::of(&comparison.roster, &outcomes);
    let written = |RGBColor(red, green, blue): picture::Colour| format!("#{red:02X}{green:02X}{blue:02X}");
    let shown = |design: &str| {
        let colour = palette.design(design).colour;
        (view::words(design), [colour, picture::tint(colour)].map(written))
    };
    view::designs(&outcomes).into_iter().map(shown).collect()
}

/// The picture of claims, where the figures of some were found.
pub fn claims(findings: &[&Finding]) -> Option<Picture> {
    claims::picture(findings, &[])
}

fn claims_of(comparison: &Comparison) -> Option<Picture> {
    let findings = table::unique(comparison.designs.iter().flat_map(|one| &one.claims));
    claims::picture(&findings, comparison.designs.first().map_or(&[][..], |one| &one.overrides))
}

/// The pictures of a calibration that have something to show, each with the name of its file without extension.
pub fn calibration(calibration: &Calibration) -> Vec<(&'static str, Picture)> {
    drawn([("curves", curves::picture(calibration)), ("scaling", scaling::picture(calibration))])
}

/// The picture of what checks found over time, where any figure varied.
pub fn history(series: &[Series]) -> Option<Picture> {
    history::picture(series)
}

/// The picture of a sweep, where it has something to show.
pub fn sweep(sweep: &Sweep) -> Option<Picture> {
    sweep::picture(sweep)
}

/// The pictures of points of several keys: maps where there are two, else which key decides; each with the name of its file without
/// extension.
pub fn experiment(found: &Experiment) -> Vec<(String, Picture)> {
    match table::experiment_is_map(found) {
        true => heat::pictures(found),
        false => ranks::picture(found).map(|picture| ("variation".to_owned(), picture)).into_iter().collect(),
    }
}

/// The picture of several scenarios side by side, where there is something to compare.
pub fn side_by_side(found: &SideBySide) -> Option<Picture> {
    side_by_side::picture(found)
}

/// The picture of what the switches of one case do, where there are some.
pub fn switches(found: &SwitchStudy) -> Option<Picture> {
    switches::picture(found)
}

/// The picture of a storm, where there is one.
pub fn storm(found: &StormStudy) -> Option<Picture> {
    storm::picture(found)
}

/// The picture of a plan, where any fleet is known.
pub fn plan(plan: &Plan) -> Option<Picture> {
    plan::picture(plan)
}

/// The picture of the months of a plan, where its load grows.
pub fn growth(plan: &Plan) -> Option<Picture> {
    plan::growing(plan)
}

/// The picture of what moves one case, where something does.
pub fn tornado(found: &Sensitivity) -> Option<Picture> {
    tornado::picture(found)
}

#[cfg(test)]
mod tests {
    use planner::{DistributionCurve, Summary};

    use super::glyphs::text_width;
    use super::picture::{Align, Shape};
    use super::*;
    use crate::{sample, sample_calibration, sample_experiment, sample_plan, sample_scenarios};

    /// Left, top, right and bottom of the capitals and digits of each text.
    fn texts(picture: &Picture) -> Vec<(String, [f64; 4])> {
        let boxed = |shape: &Shape| {
            let Shape::Text { baseline: (x, y), text, face, align } = shape else { return None };
            let width = text_width(text, *face);
            let left = match align {
                Align::Left => *x,
                Align::Centre => x - width / 2.0,
                Align::Right => x - width,
            };
            Some((text.clone(), [left, y - 0.73 * face.size, left + width, *y]))
        };
        picture.shapes.iter().filter_map(boxed).collect()
    }

    /// Draws every chart, and checks that no text is cut off by the card or covers another.
    fn draw(case: &str, comparison: &Comparison) {
        inspect(case, all(comparison));
    }

    fn inspect(case: &str, pictures: Vec<(&'static str, Picture)>) {
        for (name, picture) in pictures {
            let texts = texts(&picture);
            for (index, (text, [left, top, right, bottom])) in texts.iter().enumerate() {
                let inside =
                    *left >= 4.0 && *right <= picture.width - 4.0 && *top >= 4.0 && *bottom <= picture.height - 4.0;
                assert!(inside, "{case}: `{text}` leaves the card {name}");
                for (other, [l, t, r, b]) in &texts[..index] {
                    let apart = right <= l || r <= left || bottom <= t || b <= top;
                    assert!(apart, "{case}: `{text}` covers `{other}` in {name}");
                }
            }
            assert!(picture.svg().expect("drawn").contains("</svg>"));
            let told = picture.data().is_some() || case == "empty curves";
            assert!(told, "{case}: {name} has no table of its values");
        }
    }

    #[test]
    fn sweeps_and_swings_are_drawn_on_the_card() {
        let drawn = |picture: Option<Picture>| vec![("it", picture.expect("something to show"))];
        inspect("sweep", drawn(super::sweep(&sample::sweep())));
        let without = planner::Sweep { references: Vec::new(), ..sample::sweep() };
        inspect("sweep without runs", drawn(super::sweep(&without)));
        for found in [sample_experiment::map(), sample_experiment::alone(), sample_experiment::sampled()] {
            let pictures = super::experiment(&found);
            assert!(!pictures.is_empty());
            inspect("several keys", pictures.into_iter().map(|(_, picture)| ("it", picture)).collect());
        }
        let empty = planner::Sweep { points: Vec::new(), ..without };
        assert_eq!(super::sweep(&empty), None);
        inspect("swings", drawn(super::tornado(&sample::sensitivity())));
        inspect("switches", drawn(super::switches(&sample::switches())));
    }

    #[test]
    fn scenarios_are_drawn_on_the_card_by_a_finality_that_both_have() {
        let mut found = sample_scenarios::side_by_side();
        let picture = super::side_by_side(&found).expect("six rows");
        let words: String = texts(&picture).into_iter().map(|(text, _)| text + "\n").collect();
        assert!(words.contains("P99 of soft finality") && words.contains("desk/combined"), "{words}");
        inspect("scenarios", vec![("it", picture)]);
        for (index, row) in found.rows.iter_mut().enumerate() {
            row.name = format!("{} {}", row.name, "long ".repeat(20));
            let value = [0.0, 1e-300, 1e300, -5.0, 1.0, 1.0][index];
            row.figures.iter_mut().for_each(|figure| figure.metric.value = Some(value));
        }
        inspect("odd scenarios", super::side_by_side(&found).into_iter().map(|picture| ("it", picture)).collect());
        found.rows.truncate(1);
        assert_eq!(super::side_by_side(&found), None, "nothing to compare");
    }

    #[test]
    fn plans_are_drawn_on_the_card() {
        let drawn = |plan: &Plan| vec![("plan", super::plan(plan).expect("something to show"))];
        for plan in [sample_plan::with_front(), sample_plan::without_front()] {
            inspect("plan", drawn(&plan));
            inspect("long names", drawn(&sample_plan::with_long_names(plan)));
        }
        for seconds in [0.0, 1e-300, 1e300, -5.0, f64::NAN] {
            let mut odd = sample_plan::with_front();
            for (index, point) in odd.front.iter_mut().enumerate() {
                (point.seconds, point.low, point.high) = (Some(seconds), Some(-seconds), None);
                point.fleet.usd_per_month = [0.0, 1e300, f64::INFINITY, 1e-300, 7.0][index];
            }
            inspect(&format!("all {seconds}"), drawn(&odd));
            odd.front.truncate(1);
            inspect(&format!("one of {seconds}"), drawn(&odd));
        }
        for (_, picture) in drawn(&sample_plan::with_front()) {
            assert!(picture.png().expect("drawn").starts_with(b"\x89PNG"));
        }
    }

    #[test]
    fn markets_are_drawn_on_the_card() {
        let pictures = |comparison: &Comparison| drawn([("market", market::picture(comparison))]);
        inspect("market", pictures(&sample::with_market()));
        let mut odd = sample::with_market();
        for (index, series) in odd.designs.iter_mut().flat_map(|one| &mut one.series).enumerate() {
            let value = [0.0, 1e-300, 1e300, -5.0][index % 4];
            series.points.iter_mut().for_each(|point| (point.value, point.low) = (Some(value), Some(-value)));
            series.points[index % 3].value = None;
        }
        inspect("odd market", pictures(&odd));
        rasterise(&odd);
    }

    fn rasterise(comparison: &Comparison) {
        for (_, picture) in all(comparison) {
            assert!(picture.png().expect("drawn").starts_with(b"\x89PNG"));
        }
    }

    fn changed(change: impl Fn(&mut Summary)) -> Comparison {
        let mut comparison = sample::layered();
        let same = comparison.same_load.iter_mut().flat_map(|same| &mut same.designs);
        comparison.designs.iter_mut().chain(same).for_each(change);
        comparison
    }

    #[test]
    fn texts_stay_on_the_card_and_apart() {
        draw("sample", &sample::layered());
        rasterise(&sample::layered());
        let renamed = |name: &str| name.to_owned() + &" with a long name".repeat(4)[..60 - name.len()];
        draw("names of 60 characters", &changed(|summary| summary.design = renamed(&summary.design)));
        draw("one word of 60", &changed(|summary| summary.design = format!("{:W<60}", summary.design)));
    }

    #[test]
    fn what_is_missing_is_drawn_as_such_and_what_is_empty_not_at_all() {
        assert_eq!(all(&sample::empty()), []);
        draw("no metric", &changed(|summary| summary.metrics.clear()));
        draw("all missing", &changed(|summary| summary.metrics.iter_mut().for_each(|metric| metric.value = None)));
        draw("no curve", &changed(|summary| summary.distributions.clear()));
        draw(
            "empty curves",
            &changed(|summary| summary.distributions.iter_mut().for_each(|curve| curve.points.clear())),
        );
        let mut one = sample::layered();
        one.designs.truncate(2);
        one.same_load = None;
        draw("one design, one book", &one);
    }

    #[test]
    fn extreme_values_are_drawn_within_the_card() {
        for value in [0.0, 1e-300, 1e-9, 1e12, 1e300, -5.0] {
            let scaled = |summary: &mut Summary| {
                for metric in &mut summary.metrics {
                    (metric.value, metric.low, metric.high) = (Some(value), Some(value), Some(value));
                }
                let flat = |curve: &mut DistributionCurve| curve.points.iter_mut().for_each(|point| point.1 = value);
                summary.distributions.iter_mut().for_each(flat);
            };
            draw(&format!("all {value}"), &changed(scaled));
            if value == 0.0 || value == 1e300 {
                rasterise(&changed(scaled));
            }
        }
        let mut mixed = sample::layered();
        for (index, summary) in mixed.designs.iter_mut().enumerate() {
            summary.metrics.iter_mut().for_each(|metric| metric.value = Some(10f64.powi(index as i32 * 3 - 30)));
        }
        draw("seventy orders of magnitude", &mixed);
    }

    #[test]
    fn bills_are_drawn_like_with_like_and_without_what_users_pay() {
        let usd = |summary: &mut Summary| summary.metrics.push(sample::estimate("cost.users", "USD/month", 1e6, 0.1));
        let mut comparison = changed(usd);
        let words = |comparison: &Comparison| -> Vec<String> {
            texts(&super::cost::picture(comparison).expect("bills")).into_iter().map(|(text, _)| text).collect()
        };
        let same = words(&comparison);
        assert!(same.iter().any(|text| text.contains("sized for 50,000 tx/s, all private")), "{same:?}");
        assert!(same.iter().any(|text| text == "validation") && !same.iter().any(|text| text == "users"), "{same:?}");
        comparison.same_load = None;
        assert!(words(&comparison).iter().any(|text| text.contains("sized for its own load")));
    }

    #[test]
    fn a_chart_says_what_was_overridden_and_what_its_axes_count() {
        let change = planner::Override {
            key: "load.rate".into(),
            value: "5k".into(),
            instead_of: Some("50,000/s".into()),
            in_designs: std::collections::BTreeMap::default(),
        };
        let words = |picture: &Picture| texts(picture).into_iter().map(|(text, _)| text).collect::<Vec<_>>().join("\n");
        let mut changed = changed(|summary| summary.overrides = vec![change.clone()]);
        changed.designs.extend(sample::with_market().designs);
        let units = [
            ("capacity", "tx/s, log scale"),
            ("throughput", "tx/s, log scale"),
            ("latency", "time, log scale"),
            ("path", "time since the submission"),
            ("cost", "USD a month, log scale"),
            ("bill", "USD a month"),
            ("market", "month"),
            ("claims", "found ÷ claimed, log scale"),
        ];
        for ((name, picture), (expected, unit)) in all(&changed).iter().zip(units) {
            assert_eq!(name, &expected);
            let words = words(picture);
            let says = name == &"market" || words.contains("overridden: load.rate = 5k, instead of 50,000/s");
            assert!(says && words.contains(unit), "{name}: {words}");
        }
        let mut sweep = sample::sweep();
        sweep.points[0].designs.iter_mut().for_each(|summary| summary.overrides = vec![change.clone()]);
        let words = words(&super::sweep(&sweep).expect("a picture"));
        assert!(words.contains("overridden: load.rate") && words.contains("load.rate, per second"), "{words}");
    }

    #[test]
    fn a_design_has_its_colour_in_every_chart_also_alone() {
        let gpu = super::picture::series(3);
        let uses = |picture: &Picture, colour: super::picture::Colour| {
            picture.shapes.iter().any(|shape| match shape {
                Shape::Rectangle { colour: it, .. } | Shape::Line { colour: it, .. } => *it == colour,
                Shape::Polygon { colour: it, .. } | Shape::Circle { colour: it, .. } => *it == colour,
                Shape::Text { .. } => false,
            })
        };
        let mut alone = sample::layered();
        alone.designs.retain(|summary| summary.design == "gpu" && summary.costs == "measured");
        alone.same_load = None;
        for (name, picture) in all(&alone) {
            assert!(uses(&picture, gpu), "{name} draws gpu in its colour");
            let others = (0..7).filter(|index| *index != 3).map(super::picture::series);
            assert!(others.into_iter().all(|other| !uses(&picture, other)), "{name} draws it in another");
        }
        let mut sweep = planner::Sweep { references: Vec::new(), ..sample::sweep() };
        sweep.points.iter_mut().for_each(|point| point.designs.retain(|summary| summary.design == "gpu"));
        assert!(super::sweep(&sweep).is_some_and(|picture| uses(&picture, gpu)));
    }

    #[test]
    fn many_designs_and_books_still_fit() {
        let mut many = sample::layered();
        for copy in 1..4 {
            let further = sample::layered().designs.into_iter().map(|mut summary| {
                summary.design = format!("{} {copy}", summary.design);
                summary
            });
            many.designs.extend(further);
        }
        many.same_load = None;
        let another = many.designs.clone().into_iter().map(|mut summary| {
            summary.costs = format!("{}-again.json", summary.costs);
            summary
        });
        many.designs.extend(another.collect::<Vec<_>>());
        draw("24 designs, 4 books", &many);
    }

    #[test]
    fn calibrations_are_drawn_with_steps_threads_and_without_anything() {
        for (case, calibration) in
            [("several", sample_calibration::calibration()), ("empty", sample_calibration::empty_calibration())]
        {
            inspect(case, super::calibration(&calibration));
            for (_, picture) in super::calibration(&calibration) {
                assert!(picture.png().expect("drawn").starts_with(b"\x89PNG"));
            }
        }
        let pictures = super::calibration(&sample_calibration::calibration());
        let curves = pictures[0].1.svg().expect("drawn");
        assert!(curves.contains("padded.prove") && curves.contains("n padded to a power of two"));
        assert!(pictures[1].1.svg().expect("drawn").contains("wide.sign"));
    }
}
