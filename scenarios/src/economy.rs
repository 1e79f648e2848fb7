//! The money of a design: which markets are studied beside its world, and with what.
//!
//! Nothing here feeds back into the world, with one exception that a scenario must ask for: `fees.shape_load` lets only
//! those transactions in that pay the equilibrium's fees.

mod fees;
mod kinds;
mod market;
mod nodes;

use models::fees::study::FeeStudy;
use models::market::study::MarketStudy;
use models::nodes::NodeStudy;
use sim::Span;

use crate::fault::Fault;
use crate::notes::Input;
use crate::origins::Key;
use crate::quantity::{Duration, Share, shorten};
use crate::spec::Book;
use crate::systems::layered::blueprint::Blueprint;
use crate::systems::layered::spec::LayeredSpec;

/// Longest duration that a market is given: a year \[s\].
const LONGEST_S: f64 = 365.0 * 86_400.0;

/// What is studied beside the world of a design; what the scenario has no section for is not.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Economy {
    /// The market for proofs.
    pub market: Option<MarketStudy>,
    /// Fees of the tiers.
    pub fees: Option<FeeStudy>,
    /// What nodes cost and earn.
    pub nodes: Option<NodeStudy>,
    /// What the studies rest on, one sentence each.
    pub assumptions: Vec<String>,
    /// Figures of the scenario that went in.
    pub inputs: Vec<Input>,
}

impl Economy {
    /// The studies that a design's sections ask for, or everything that is wrong with them.
    pub(crate) fn of(spec: &LayeredSpec, book: &Book, blueprint: &Blueprint) -> Result<Self, Vec<Fault>> {
        let mut found = SectionFaults::default();
        let mut economy = Self::default();
        let sections =
            [("market", spec.market.is_some()), ("fees", spec.fees.is_some()), ("nodes", spec.nodes.is_some())];
        let Some(token_usd) = spec.token.as_ref().map(|token| token.price.usd()) else {
            for (name, _) in sections.into_iter().filter(|(_, there)| *there) {
                let message = "it counts in tokens, and `token.price` does not say what one is worth, as in \"$0.10\"";
                found.add(name, message.into());
            }
            return found.none_or(economy);
        };
        let epoch_s = spec.chain.epoch.seconds();
        if sections.iter().any(|(_, there)| *there) {
            economy.input("token: price", "token.price", token_usd, "USD");
        }
        if let Some(market) = &spec.market {
            let mut study = market::study(market, token_usd, epoch_s, blueprint, &mut found);
            market::note(&study, market, &mut economy);
            study.population.candidates.kinds =
                kinds::kinds(market, spec, book, study.machines, &mut economy, &mut found);
            economy.market = Some(study);
        }
        if let Some(fees) = &spec.fees {
            economy.fees = fees::study(fees, spec, token_usd, &mut found);
            fees::note(fees, &mut economy);
        }
        if let Some(nodes) = &spec.nodes {
            nodes::check_speedups(nodes, book, &mut found);
            let others = (economy.fees.as_ref(), economy.market.as_ref());
            economy.nodes = nodes::study(nodes, spec, token_usd, others, blueprint, &mut found);
            nodes::note(nodes, &mut economy);
        }
        found.none_or(economy)
    }

    fn input(&mut self, name: &str, key: &str, value: f64, unit: &'static str) {
        self.inputs.push(Input::stated(name, Key::OfDesign(key.into()), value, unit));
    }
}

/// The design with the load that the fees let through, where its scenario asks for that.
pub(crate) fn shaped(spec: &LayeredSpec) -> Result<Option<LayeredSpec>, Vec<Fault>> {
    let (Some(fees), Some(token)) = (spec.fees.as_ref().filter(|fees| fees.shape_load), &spec.token) else {
        return Ok(None);
    };
    let mut found = SectionFaults::default();
    let study = fees::study(fees, spec, token.price.usd(), &mut found);
    let shaped = study.and_then(|study| fees::shaped(spec, &study, &mut found));
    found.none_or(shaped)
}

/// What is wrong, by its key below the design.
#[derive(Default)]
struct SectionFaults(Vec<Fault>);

impl SectionFaults {
    fn add(&mut self, key: &str, message: String) {
        self.0.push((key.to_owned(), message));
    }

    /// A duration as a span, where it is short enough for one.
    fn span(&mut self, key: &str, duration: Duration) -> Span {
        let seconds = duration.seconds();
        if seconds > LONGEST_S {
            self.add(key, format!("`{}` is too long; at most 365 d", shorten(&duration.to_string())));
        }
        Span::from_secs_f64(seconds.min(LONGEST_S))
    }

    fn none_or<T>(self, value: T) -> Result<T, Vec<Fault>> {
        if self.0.is_empty() { Ok(value) } else { Err(self.0) }
    }
}

/// A share that a design may have once its fees are known.
fn share(value: f64) -> Share {
    Share::new(value.clamp(0.0, 1.0))
}
