//! Which key decides: a bar for each key and design from zero to its rank correlation with each figure, with its interval.

use planner::{Experiment, Summary};

use super::layout::{self, MARGIN, PLAIN, SMALL, STRONG, WIDTH, label};
use super::mark::{Look, Mark, Palette};
use super::picture::{Align, GRID, INK, Picture, tint};
use crate::table::{RANKS, correlation, experiment_books, experiment_designs, experiment_ranked, experiment_shown};
use crate::view;

const NAMES: f64 = 250.0;
const VALUES: f64 = 60.0;
/// Height of a bar, and of the space between the bars of two keys.
const BAR: f64 = 11.0;
const SPACE: f64 = 8.0;
/// Height of the bar of a single design.
const ALONE: f64 = 16.0;
const HEAD: f64 = 34.0;
const FOOT: f64 = 34.0;
/// Keys of a panel; further ones decide less.
const MOST: usize = 12;

/// A panel for each figure and book, its keys sorted by what they decide.
pub fn picture(found: &Experiment) -> Option<Picture> {
    let books = experiment_books(found);
    let figures = experiment_shown(found);
    let pairs = figures.iter().flat_map(|(figure, _)| books.iter().map(move |book| (*figure, *book)));
    let panels: Vec<(&str, &str)> =
        pairs.filter(|(figure, book)| !experiment_ranked(found, figure, book).is_empty()).collect();
    let first: Vec<&Summary> = found.first.iter().collect();
    let palette = Palette::of(&found.roster, &first);
    let title = title(found, panels.first()?);
    let subtitle = format!("{}: rank correlation of each key with each figure. {}.", found.how, RANKS);
    let overrides = first.first().map_or(&[][..], |one| &one.overrides);
    let (mut picture, y) = layout::card(&title, &subtitle, overrides);
    let square = |design: &&str| (Look::full(Mark::Square, palette.design(design).colour), view::words(design));
    let entries: Vec<_> = experiment_designs(found).iter().map(square).collect();
    let mut top = layout::legend(&mut picture, y, &entries);
    picture.columns(&["figure", "costs", "key", "design"], ["correlation", "low", "high"]);
    for (figure, book) in panels {
        top = panel(&mut picture, top, found, (figure, book), &palette);
    }
    Some(layout::close(picture, top))
}

/// Which key decides the first figure, of each design.
fn title(found: &Experiment, (figure, book): &(&str, &str)) -> String {
    let ranked = experiment_ranked(found, figure, book);
    let designs = experiment_designs(found);
    let decides = |of: usize| {
        let told =
            ranked.iter().filter_map(|(key, effects)| Some((*key, effects[of].filter(|effect| effect.is_told())?)));
        told.max_by(|a, b| a.1.correlation.abs().total_cmp(&b.1.correlation.abs())).map(|(key, _)| key)
    };
    let mut keys: Vec<(&str, Vec<&str>)> = Vec::new();
    for (of, design) in designs.iter().enumerate() {
        let Some(key) = decides(of) else { continue };
        match keys.iter_mut().find(|(known, _)| *known == key) {
            Some((_, designs)) => designs.push(design),
            None => keys.push((key, vec![design])),
        }
    }
    let figure = view::metric(figure);
    match &keys[..] {
        [] => format!("No key decides {figure} beyond chance"),
        [(key, _)] => format!("{key} decides {figure} most"),
        several => {
            let part = |(key, designs): &(&str, Vec<&str>)| format!("{key} of {}", planner::listed(designs));
            format!("What decides {figure} most: {}", several.iter().map(part).collect::<Vec<_>>().join("; "))
        }
    }
}

/// Draws the bars of a figure, and returns the height below them.
fn panel(
    picture: &mut Picture,
    top: f64,
    found: &Experiment,
    (figure, book): (&str, &str),
    palette: &Palette<'_>,
) -> f64 {
    let mut ranked = experiment_ranked(found, figure, book);
    ranked.truncate(MOST);
    let bar = if ranked.first().map_or(0, |(_, effects)| effects.len()) > 1 { BAR } else { ALONE };
    let heading = format!("{}, {book} costs", view::metric(figure));
    label(picture, (MARGIN, top + 12.0), &layout::fitted(&heading, STRONG, WIDTH - 2.0 * MARGIN), STRONG, Align::Left);
    let (from, to) = (MARGIN + NAMES, WIDTH - MARGIN - VALUES);
    let at = |correlation: f64| from + (to - from) * (correlation + 1.0) / 2.0;
    let rows = top + HEAD;
    let height = |(_, effects): &(&str, Vec<_>)| bar * effects.len() as f64 + SPACE;
    let bottom = rows + ranked.iter().map(height).sum::<f64>();
    let ticks = [("−1", -1.0), ("−0.5", -0.5), ("0", 0.0), ("0.5", 0.5), ("1", 1.0)];
    let ticks: Vec<(f64, String)> = ticks.iter().map(|(name, value)| (at(*value), (*name).to_owned())).collect();
    layout::axis(picture, &ticks, (rows - 6.0, bottom));
    let mut y = rows;
    for (key, effects) in &ranked {
        let middle = y + bar * effects.len() as f64 / 2.0;
        label(picture, (MARGIN, middle), &layout::fitted(key, PLAIN, NAMES - 12.0), PLAIN, Align::Left);
        for effect in effects {
            if let Some(effect) = effect {
                let (x, centre) = (at(effect.correlation), y + bar / 2.0);
                let colour = palette.design(&effect.design).colour;
                let colour = if effect.is_told() { colour } else { tint(colour) };
                picture.rectangle(
                    (at(0.0).min(x), y + 1.0),
                    (at(0.0).max(x).max(at(0.0) + 0.5), y + bar - 1.0),
                    colour,
                );
                picture.line(vec![(at(effect.low), centre), (at(effect.high), centre)], 1.0, INK);
                label(picture, (WIDTH - MARGIN, centre), &correlation(effect), SMALL, Align::Right);
                let figures = [effect.correlation, effect.low, effect.high].map(|value| format!("{value:.2}"));
                let names = [view::metric(figure), book.to_owned(), (*key).to_owned(), effect.design.clone()];
                picture.mark((x, centre), names.into_iter().chain(figures));
            }
            y += bar;
        }
        y += SPACE / 2.0;
        picture.line(vec![(MARGIN, y), (WIDTH - MARGIN, y)], 1.0, GRID);
        y += SPACE / 2.0;
    }
    picture.line(vec![(at(0.0), rows - 6.0), (at(0.0), bottom)], 1.5, INK);
    bottom + FOOT
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample_experiment;

    #[test]
    fn the_key_that_decides_is_named_and_drawn_first() {
        let found = sample_experiment::sampled();
        let svg = picture(&found).expect("a picture").svg().expect("drawn");
        assert!(svg.contains("load.rate decides total cost a month most"), "{svg}");
        let without = Experiment { effects: Vec::new(), ..found };
        assert_eq!(picture(&without), None);
    }
}
