//! A formula over named numbers, and the check that its units give the unit of a claim.
//!
//! Method of the check: a formula is right in its units when its value changes as its unit does, whatever units its inputs
//! are written in (Bridgman, *Dimensional Analysis*, 1922). So one base unit after the other is made smaller, the inputs grow
//! by its powers in them, and the power by which the value grows is read off: a whole one where the formula is right, and
//! the claim's. The inputs are moved to arbitrary values first, so that neither chance equality nor size hides a mistake:
//! `floor` and `ceil` of anything but a plain number are found too. Left out: units inside of constants, which have none.

use exmex::{Express, FlatEx};

use super::unit::{Amount, Dimension};

/// How much smaller a base unit is made.
const SMALLER: f64 = 1.7;
/// Values of the inputs that are tried.
const TRIALS: usize = 10;
/// How far a power may be from a whole one: rounding of a few operations.
const ROUNDING: f64 = 1e-6;

/// A formula and the names in it.
#[derive(Debug, Clone)]
pub struct Formula {
    text: String,
    expression: FlatEx<f64>,
}

impl Formula {
    /// Reads a formula.
    ///
    /// # Errors
    /// What the parser says.
    pub fn parse(text: &str) -> Result<Self, String> {
        let expression = FlatEx::<f64>::parse(text).map_err(|error| format!("the formula does not read: {error}"))?;
        Ok(Self { text: text.to_owned(), expression })
    }

    /// As it was written, with texts in the places of its names.
    pub fn with(&self, texts: &[&str]) -> String {
        let is_name = |c: char| c.is_alphanumeric() || c == '_';
        let mut text = String::new();
        let mut rest = self.text.trim();
        while let Some(start) = rest.find(|c: char| c.is_alphabetic() || c == '_') {
            let length = rest[start..].find(|c| !is_name(c)).unwrap_or(rest.len() - start);
            let (before, name) = (&rest[..start], &rest[start..start + length]);
            let known = self.names().iter().zip(texts).find(|(known, _)| *known == name);
            text.push_str(&before.replace('*', "×"));
            text.push_str(known.map_or(name, |(_, text)| text));
            rest = &rest[start + length..];
        }
        text + &rest.replace('*', "×")
    }

    /// Names in it, in alphabetical order: that of the values.
    pub fn names(&self) -> &[String] {
        self.expression.var_names()
    }

    /// Its value.
    ///
    /// # Errors
    /// It is not finite.
    pub fn value(&self, values: &[f64]) -> Result<f64, String> {
        let value = self.expression.eval(values).map_err(|error| error.to_string())?;
        if value.is_finite() { Ok(value) } else { Err(format!("`{}` gives {value}", self.text)) }
    }

    /// The dimension that the formula gives for inputs like these.
    ///
    /// # Errors
    /// The units do not fit together.
    pub fn dimension(&self, inputs: &[Amount]) -> Result<Dimension, String> {
        let mut bases: Vec<&'static str> = inputs.iter().flat_map(|input| input.dimension.bases()).collect();
        bases.sort_unstable();
        bases.dedup();
        let mut dimension = Dimension::default();
        for base in bases {
            dimension = dimension.times(base, self.power(base, inputs)?);
        }
        Ok(dimension)
    }

    /// The power of a base unit in the value, the same in every trial.
    fn power(&self, base: &str, inputs: &[Amount]) -> Result<i32, String> {
        let unlike = || {
            format!(
                "the units of `{}` do not fit together: it adds, compares or rounds what is counted in {base} with what is not",
                self.text
            )
        };
        let mut found = None;
        for trial in 0..TRIALS {
            let moved: Vec<f64> = (0..).zip(inputs).map(|(index, input)| moved(input.value, index, trial)).collect();
            let grown: Vec<f64> = moved
                .iter()
                .zip(inputs)
                .map(|(value, input)| value * SMALLER.powi(input.dimension.power(base)))
                .collect();
            let (Ok(before), Ok(after)) = (self.value(&moved), self.value(&grown)) else { continue };
            if before == 0.0 && after == 0.0 {
                continue;
            }
            let power = (after / before).ln() / SMALLER.ln();
            // A ratio below zero has no logarithm, and NaN is no whole number.
            let whole = power.round();
            let fits = (power - whole).abs() < ROUNDING && whole.abs() < 100.0;
            if !fits || found.is_some_and(|found| found != whole as i32) {
                return Err(unlike());
            }
            found = Some(whole as i32);
        }
        found.ok_or_else(|| {
            format!("`{}` is zero or undefined around its inputs: its units cannot be checked", self.text)
        })
    }
}

/// What stands for an input in a trial. In every other trial it is near its value, so that the formula is defined there;
/// in the others all inputs are about one, so that none hides behind a larger one in a sum or a maximum. Multiples of the
/// golden ratio spread evenly and have no common measure, so that sums do not cancel.
fn moved(value: f64, index: usize, trial: usize) -> f64 {
    const GOLDEN: f64 = 0.618_033_988_749_895;
    let share = ((1 + index * TRIALS + trial) as f64 * GOLDEN).fract();
    if value != 0.0 && trial.is_multiple_of(2) { value * (GOLDEN + share) } else { 10f64.powf(2.0 * share - 1.0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dimension(formula: &str, inputs: &[&str]) -> Result<String, String> {
        let amounts: Vec<Amount> = inputs.iter().map(|text| Amount::parse(text).expect("a quantity")).collect();
        Formula::parse(formula).expect("a formula").dimension(&amounts).map(|dimension| dimension.to_string())
    }

    #[test]
    fn units_follow_from_those_of_the_inputs() {
        let is = |text: &str| Ok(text.to_owned());
        assert_eq!(dimension("a * b", &["50000 tx/s", "1 h"]), is("tx"));
        assert_eq!(dimension("a * b / c", &["50000 tx/s", "17 ms·core/tx", "64 core"]), is("a plain number"));
        assert_eq!(dimension("ceil(a / b) * c * d", &["50000 tx/s", "5000 tx/s", "$2/h", "730 h/month"]), is("USD/s"));
        assert_eq!(dimension("max(a, b) - min(a, b)", &["1 s", "1 s"]), is("s"));
        assert_eq!(dimension("(a / b) ^ 2", &["3 tx", "1 s"]), is("tx^2/s^2"));
        assert_eq!(dimension("1 - a / b", &["3 s", "3 s"]), is("a plain number"));
    }

    #[test]
    fn units_that_do_not_fit_are_found() {
        for (formula, inputs) in [
            ("a + b", ["1 s", "1 tx"]),
            ("max(a, b)", ["1 s", "100 tx"]),
            ("floor(a) * b", ["7 tx", "2"]),
            ("ceil(a / b)", ["10 tx/s", "5 tx"]),
            ("a + 1", ["1 s", "1"]),
            ("a ^ b", ["2 s", "3 s"]),
        ] {
            let names = if formula.contains('b') { &inputs[..] } else { &inputs[..1] };
            assert!(dimension(formula, names).is_err(), "{formula} with {inputs:?}");
        }
        let formula = Formula::parse("ceil(a_1 * b) / 3 * 2").expect("a formula");
        assert_eq!(formula.with(&["5 tx", "7"]), "ceil(5 tx × 7) / 3 × 2");
        assert!(Formula::parse("a +* b").is_err());
        assert!(Formula::parse("a / b").expect("a formula").value(&[1.0, 0.0]).is_err());
    }
}
