//! The sections `market.kind.NAME`: kinds of provers, with speeds and bills that are stated, published or in the price list.

use models::fleet::HOURS_PER_MONTH;
use models::market::kinds::Kind;

use super::{Economy, SectionFaults};
use crate::basis::Known;
use crate::costs::row;
use crate::notes::{Input, SCENARIO};
use crate::origins::Key;
use crate::prices::{ON_DEMAND, PriceBook};
use crate::published::{Published, published_costs};
use crate::spec::Book;
use crate::systems::layered::spec::LayeredSpec;
use crate::systems::layered::spec::economy::{KindSpec, MarketSpec, RatioSpec, RentSpec};

/// How far the shares of all kinds may be from 1.
const ROUNDING: f64 = 1e-9;

/// The kinds of the market, where a prover of no kind has so many machines. Faults are added to `found`, and where the
/// figures come from to `economy`.
pub(super) fn kinds(
    market: &MarketSpec,
    spec: &LayeredSpec,
    book: &Book,
    machines: u64,
    economy: &mut Economy,
    found: &mut SectionFaults,
) -> Vec<Kind> {
    let total: f64 = market.kind.values().map(|kind| kind.share.value()).sum();
    if !market.kind.is_empty() && (total - 1.0).abs() > ROUNDING {
        found.add("market.kind", format!("the shares of the kinds add to {:.4} %, not to 100 %", total * 100.0));
    }
    let published: Vec<&Published> = book.rows.iter().chain(published_costs()).collect();
    let proves_on = book.machines.get(spec.proving.machine.first()).map(|machine| machine.instance.as_str());
    let mut kinds = Vec::new();
    for (name, kind) in &market.kind {
        let mut reader = Reader { name, kind, published: &published, prices: &book.rates.list, economy, found };
        let speed = reader.speed(proves_on.unwrap_or_default());
        let monthly_usd = reader.monthly_usd();
        let (Some(speed), Some(monthly_usd)) = (speed, monthly_usd) else { continue };
        let fleet = kind.machines.unwrap_or(machines) as f64 / machines as f64;
        kinds.push(Kind {
            name: name.clone(),
            share: kind.share.value() / total,
            speed: speed * fleet,
            bill: monthly_usd * fleet / market.prover.monthly.usd_per_month(),
        });
    }
    kinds
}

/// One kind on its way from the file.
struct Reader<'a> {
    name: &'a str,
    kind: &'a KindSpec,
    published: &'a [&'a Published],
    prices: &'a PriceBook,
    economy: &'a mut Economy,
    found: &'a mut SectionFaults,
}

impl Reader<'_> {
    fn fault<T>(&mut self, key: &str, message: String) -> Option<T> {
        let dot = if key.is_empty() { "" } else { "." };
        self.found.add(&format!("market.kind.{}{dot}{key}", self.name), message);
        None
    }

    fn input(&mut self, (what, key): (&str, &str), value: f64, unit: &'static str, known: Known, source: String) {
        let name = format!("market: {}: {what}", self.name);
        let key = Some(Key::OfDesign(format!("market.kind.{}.{key}", self.name)));
        self.economy.inputs.push(Input { name, value, unit, known, source, lower_bound: None, key });
    }

    /// Speed of one machine against one of the book's.
    fn speed(&mut self, proves_on: &str) -> Option<f64> {
        let (speed, known, source) = match (self.kind.speed, &self.kind.ratio) {
            (Some(speed), None) => (speed, Known::Scenario, SCENARIO.to_owned()),
            (None, Some(ratio)) => match self.ratio(ratio) {
                Ok((speed, source)) => {
                    self.against(ratio, proves_on);
                    (speed, Known::Published, source)
                }
                Err((key, why)) => return self.fault(&format!("ratio.{key}"), why),
            },
            _ => return self.fault("", "a kind has a `speed` or a `ratio` of published times, and not both".into()),
        };
        self.input(("speed", "speed"), speed, "1", known, source);
        Some(speed)
    }

    /// How many times as fast the machine of the kind is, and who says so; or the key that is wrong, and why.
    fn ratio(&self, ratio: &RatioSpec) -> Result<(f64, String), (&'static str, String)> {
        let slower = row(self.published, &ratio.of, &ratio.machine, ratio.size).map_err(|why| ("machine", why))?;
        let size = ratio.size.or(slower.size);
        let faster = row(self.published, &ratio.of, &ratio.against, size).map_err(|why| ("against", why))?;
        match (slower.prove_or_run_ms, faster.prove_or_run_ms) {
            (Some(own), Some(other)) if own > 0.0 && other > 0.0 => {
                let size = size.map_or(String::new(), |size| format!(" of {size}"));
                let (operation, machine, against) = (&ratio.of, &ratio.machine, &ratio.against);
                let source = format!("{machine} against {against} in {operation}{size}: {}", slower.source);
                Ok((other / own, source))
            }
            _ => Err(("of", format!("the rows of `{}` have no time", ratio.of))),
        }
    }

    /// Says so where the ratio is against another machine than the design proves on.
    fn against(&mut self, ratio: &RatioSpec, proves_on: &str) {
        let gpu = self.prices.gpu_of(proves_on);
        if ratio.against != gpu && ratio.against != proves_on {
            let (name, against) = (self.name, &ratio.against);
            self.economy.assumptions.push(format!(
                "prover market: the speed of {name} is known against {against} and taken as if {proves_on}, which the design \
                 proves on, were as fast"
            ));
        }
    }

    /// Bill of one machine.
    fn monthly_usd(&mut self) -> Option<f64> {
        let (usd, known, source) = match (self.kind.monthly, &self.kind.rent) {
            (Some(monthly), None) => (monthly.usd_per_month(), Known::Scenario, SCENARIO.to_owned()),
            (None, Some(RentSpec { provider, instance })) => {
                match self.prices.price(provider, instance, ON_DEMAND, None) {
                    Some(price) => {
                        let source = format!("{}, for every hour of a month", price.dated());
                        (price.usd_per_hour * HOURS_PER_MONTH, price.known(), source)
                    }
                    None => {
                        let why = self.prices.lacks((provider, instance), ON_DEMAND, None, false).1;
                        return self.fault("rent.instance", why);
                    }
                }
            }
            _ => return self.fault("", "a kind has a `monthly` bill or a `rent`, and not both".into()),
        };
        self.input(("bill of a machine", "monthly"), usd, "USD/month", known, source);
        Some(usd)
    }
}
