//! The bill in lines: what is paid by the month for what runs and for what is used, idle time included.
//!
//! Model: a line is quantity × hours × price, less the discount, over the months that a purchase is written off in. Of machines that
//! come and go, as many count as were paid for in the mean of the runs, start-up, idle time and the least time that is billed included;
//! a month has 730 hours. Money is decimal and exact ([`Exact`]).
//! A line has an interval where it differs between runs, or the fleet or the price does between plausible worlds, with the share of each kind of input, as
//! every figure has ([`Sample`]).
//!
//! Two views of the same money. Amortised: what is paid at the start is spread over the term, which `cost.total` and `cost.ROLE` are the
//! sums of. Cash: what is paid at the start, and what each month. Sources: arithmetic.
//! Leaves out: interest, taxes, the operators' own profit.

mod exact;
mod terms;

use models::fleet::{Charge, Fleet, HOURS_PER_MONTH, Lot, Pool, Rent, Role};
use scenarios::{Case, Terms};
use serde::{Deserialize, Serialize};

pub use exact::{Exact, REDACTED};

use crate::metrics::{self, CONFIDENCE, proofs_per_s};
use crate::sample::{InWorld, Sample};
use crate::summary::Metric;

/// The bill of a case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Bill {
    /// All that something is paid for.
    pub lines: Vec<Line>,
    /// The sum of the lines \[USD per month\].
    pub usd_per_month: Exact,
    /// What is paid at the start \[USD\].
    pub upfront_usd: Exact,
    /// What is paid each month beside that \[USD per month\].
    pub cash_usd_per_month: Exact,
    /// Requests that are carried in a month, or answered by a service.
    pub requests_per_month: f64,
    /// Proofs that are made in a month: of an epoch, or for a request; none where the system makes none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proofs_per_month: Option<f64>,
}

/// A line of a bill.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// What is paid for; no two lines of a bill have the same.
    pub item: String,
    /// The pool of machines; empty for what is no machine.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub pool: String,
    /// The stages that the pool serves.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stages: Vec<String>,
    /// `proving`, `validation` or `settlement`: the line is a part of `cost.ROLE`.
    pub role: String,
    /// Who is paid; empty where nobody says.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub provider: String,
    /// The instance, or what of the provider's it is; empty where nobody says.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub instance: String,
    /// `on-demand`, `spot`, a commitment, or `owned`; empty for what is no machine.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub market: String,
    /// Region of the price; empty where nobody says.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub region: String,
    /// How many operators pay.
    pub owners: u64,
    /// How much all of them pay for; of machines that come and go, how many in the mean.
    pub quantity: Exact,
    /// What that is counted in: `machine`, `GB`.
    pub unit: String,
    /// Hours a month that each is billed for, where the price is by the hour.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<Exact>,
    /// Time that is billed at least once a machine has started \[s\], where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub least_billed_s: Option<f64>,
    /// Price before the discount, in `price_unit`.
    pub list_price: Exact,
    /// What is taken off it, as a share.
    pub discount: Exact,
    /// Price that is paid, in `price_unit`.
    pub price: Exact,
    /// `USD/h`, `USD/month`, `USD` of a purchase, or `USD/GB` and the like.
    pub price_unit: String,
    /// Months that a purchase is written off in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub over_months: Option<Exact>,
    /// What it costs amortised \[USD per month\].
    pub usd_per_month: Exact,
    /// The same as a number, with its interval where it is not known exactly.
    pub cost: Metric,
    /// What is paid at the start \[USD\].
    pub upfront_usd: Exact,
    /// What is paid each month beside that \[USD per month\].
    pub cash_usd_per_month: Exact,
    /// How busy the busiest stage of the pool is, as a share.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub utilization: Option<f64>,
    /// What of the pool is idle, as a share of what is paid for: start-up and repair too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idle: Option<f64>,
    /// How the price is known: `measured`, `published`, `claimed`, `given`, `scenario` or `extrapolated`.
    pub known: String,
    /// Who says so.
    pub source: String,
    /// When the price held; empty where nobody says.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub price_date: String,
}

impl Line {
    /// The list price of all of it \[USD per month\].
    pub fn list_usd_per_month(&self) -> Exact {
        self.at(self.list_price)
    }

    /// All of it at a price.
    fn at(&self, price: Exact) -> Exact {
        let whole = self.quantity.times(self.hours.unwrap_or(Exact::ONE)).times(price);
        self.over_months.map_or(whole, |months| whole.over(months).unwrap_or_default())
    }

    /// The same with its price and what follows from it.
    fn priced(mut self) -> Self {
        self.price = self.list_price.times(Exact::ONE.less(self.discount));
        self.usd_per_month = self.at(self.price);
        self.cost = Metric::exact(format!("bill.{}", self.item), "USD/month", self.usd_per_month.to_f64());
        (self.upfront_usd, self.cash_usd_per_month) = match self.over_months {
            Some(_) => (self.quantity.times(self.price), Exact::ZERO),
            None => terms::cash(&self.market, self.usd_per_month),
        };
        self
    }
}

impl Bill {
    /// The bill of a case, of what was paid and what is known of its stages after some runs.
    pub(crate) fn of(case: &Case, paid: &Paid, metrics: &[Metric]) -> Self {
        let mean = Fleet::mean_paid(&paid.runs).unwrap_or_else(|| case.fleet.clone());
        let mut lines = lines(case, &mean);
        let usd = |lines: &[Line], item: &str| {
            lines.iter().find(|line| line.item == item).map_or(0.0, |line| line.usd_per_month.to_f64())
        };
        let in_runs: Vec<_> = paid.runs.iter().map(|fleet| self::lines(case, fleet)).collect();
        let in_worlds = paid
            .worlds
            .iter()
            .zip(&case.worlds)
            .map(|((best, there), world)| (world.kind, self::lines(case, best), self::lines(&world.case, there)));
        let in_worlds: Vec<_> = in_worlds.collect();
        for line in &mut lines {
            let runs: Vec<f64> = in_runs.iter().map(|lines| usd(lines, &line.item)).collect();
            let same = runs.iter().all(|run| *run == runs[0]);
            let mut sample = if same { Sample::exact(line.usd_per_month.to_f64()) } else { Sample::drawn(runs) };
            for (kind, best, there) in &in_worlds {
                let world = Some(usd(there, &line.item));
                sample.add(*kind, InWorld { best: usd(best, &line.item), world });
            }
            line.cost = sample.metric(line.cost.name.clone(), "USD/month", CONFIDENCE);
            busy(line, case, metrics);
        }
        let sum = |of: fn(&Line) -> Exact| lines.iter().map(of).sum();
        let by_month = |per_s: f64| per_s * HOURS_PER_MONTH * 3_600.0;
        let carried_per_s = metrics::mean(paid.carried_per_s.iter().copied()).unwrap_or(0.0);
        Self {
            usd_per_month: sum(|line| line.usd_per_month),
            upfront_usd: sum(|line| line.upfront_usd),
            cash_usd_per_month: sum(|line| line.cash_usd_per_month),
            requests_per_month: by_month(carried_per_s),
            proofs_per_month: proofs_per_s(case, carried_per_s).map(by_month),
            lines,
        }
    }

    /// What an amount a month is for each million requests \[USD\]; nothing where none is carried.
    pub fn per_million(&self, usd_per_month: Exact) -> Option<Exact> {
        usd_per_month.times(Exact::whole(1_000_000)).over(Exact::of(self.requests_per_month))
    }

    /// What proving costs for each proof \[USD\]; nothing where none is made.
    pub fn proving_per_proof(&self) -> Option<Exact> {
        let proving = self.lines.iter().filter(|line| line.role == Role::Proving.name());
        self.per_proof(proving.map(|line| line.usd_per_month).sum())
    }

    /// What an amount a month is for each proof \[USD\]; nothing where none is made.
    pub fn per_proof(&self, usd_per_month: Exact) -> Option<Exact> {
        usd_per_month.over(Exact::of(self.proofs_per_month?))
    }
}

/// What was paid, and for how many requests: the fleet in every run at the best estimates, and in every plausible world beside that of its run.
#[derive(Debug, Default)]
pub(crate) struct Paid {
    pub(crate) runs: Vec<Fleet>,
    /// Requests per second in every run that the bill is divided by.
    pub(crate) carried_per_s: Vec<f64>,
    pub(crate) worlds: Vec<(Fleet, Fleet)>,
}

/// All lines that something is paid in, of the fleet of a case as it was paid.
fn lines(case: &Case, fleet: &Fleet) -> Vec<Line> {
    let machines = fleet.pools.iter().flat_map(|pool| {
        let lots = pool.lots.iter().enumerate().filter(|(_, lot)| lot.machines > 0 && pool.owners > 0);
        lots.flat_map(move |(at, lot)| of_lot(case, pool, at, lot))
    });
    let mut lines: Vec<Line> = machines.chain(fleet.charges.iter().map(|charge| of_charge(case, charge))).collect();
    lines.retain(|line| !line.quantity.is_zero() && !line.list_price.is_zero());
    for at in 0..lines.len() {
        let same = lines[..at].iter().filter(|other| other.item == lines[at].item).count();
        if same > 0 {
            let item = format!("{} {}", lines[at].item, same + 1);
            (lines[at].cost.name, lines[at].item) = (format!("bill.{item}"), item);
        }
    }
    lines
}

/// The line of rented machines, or those of what is owned: what it cost, and where it stands.
fn of_lot(case: &Case, pool: &Pool, at: usize, lot: &Lot) -> Vec<Line> {
    let machines = Line {
        pool: pool.name.to_string(),
        stages: of_pool(case, &pool.name).map(|stage| stage.name.to_string()).collect(),
        quantity: Exact::whole(pool.owners).times(Exact::of(lot.machines as f64 * lot.paid)),
        unit: "machine".to_owned(),
        ..nothing(&pool.name, pool.role.name(), pool.owners)
    };
    let rental = case.rented.iter().find(|rental| rental.pool == *pool.name && rental.lot == at);
    match (lot.rent, rental) {
        (Rent::Hourly(_), Some(rental)) => {
            let of = match (pool.lots.len() > 1, alike(case, pool)) {
                (false, _) => machines.item.clone(),
                (true, true) => format!("{}, {}", pool.name, rental.market),
                (true, false) => format!("{}, {}, {}", pool.name, rental.instance, rental.market),
            };
            let line = Line {
                item: of,
                provider: rental.provider.clone(),
                instance: rental.instance.clone(),
                market: rental.market.clone(),
                region: rental.region.clone(),
                hours: Some(Exact::of(HOURS_PER_MONTH)),
                least_billed_s: rental.least_billed_s,
                list_price: Exact::of(rental.list_usd_per_hour),
                discount: Exact::of(rental.discount),
                price_unit: "USD/h".to_owned(),
                known: rental.known.name().to_owned(),
                source: rental.source.clone(),
                price_date: rental.price_date.clone(),
                ..machines
            };
            vec![line.priced()]
        }
        (Rent::Hourly(usd), None) => {
            let line = Line {
                hours: Some(Exact::of(HOURS_PER_MONTH)),
                list_price: Exact::of(usd),
                price_unit: "USD/h".to_owned(),
                ..machines
            };
            vec![stated(line, case).priced()]
        }
        (Rent::Owned { purchase_usd, write_off_months, hosting_usd_per_month, .. }, _) => {
            let write_off = Line {
                item: format!("{}, write-off", pool.name),
                market: "owned".to_owned(),
                list_price: Exact::of(purchase_usd),
                price_unit: "USD".to_owned(),
                over_months: Some(Exact::of(write_off_months)),
                ..machines.clone()
            };
            let hosting = Line {
                item: format!("{}, hosting", pool.name),
                market: "owned".to_owned(),
                list_price: Exact::of(hosting_usd_per_month),
                price_unit: "USD/month".to_owned(),
                ..machines
            };
            [write_off, hosting].map(|line| stated(line, case).priced()).to_vec()
        }
    }
}

/// Whether all that is rented of a pool is the same instance.
fn alike(case: &Case, pool: &Pool) -> bool {
    let mut rented = case.rented.iter().filter(|rental| rental.pool == *pool.name).map(|rental| &rental.instance);
    let first = rented.next();
    rented.all(|other| Some(other) == first)
}

fn of_charge(case: &Case, charge: &Charge) -> Line {
    let line = Line {
        quantity: Exact::whole(charge.owners).times(Exact::of(charge.quantity)),
        unit: charge.unit.to_string(),
        list_price: Exact::of(charge.usd_per_unit),
        price_unit: format!("USD/{}", charge.unit),
        ..nothing(&charge.name, charge.role.name(), charge.owners)
    };
    stated(line, case).priced()
}

/// A line that nothing is in yet.
fn nothing(item: &str, role: &str, owners: u64) -> Line {
    Line {
        item: item.to_owned(),
        pool: String::new(),
        stages: Vec::new(),
        role: role.to_owned(),
        provider: String::new(),
        instance: String::new(),
        market: String::new(),
        region: String::new(),
        owners,
        quantity: Exact::ZERO,
        unit: String::new(),
        hours: None,
        least_billed_s: None,
        list_price: Exact::ZERO,
        discount: Exact::ZERO,
        price: Exact::ZERO,
        price_unit: String::new(),
        over_months: None,
        usd_per_month: Exact::ZERO,
        cost: Metric::exact("", "USD/month", 0.0),
        upfront_usd: Exact::ZERO,
        cash_usd_per_month: Exact::ZERO,
        utilization: None,
        idle: None,
        known: String::new(),
        source: String::new(),
        price_date: String::new(),
    }
}

/// The line with who says its price, where it is no machine of the price list.
fn stated(line: Line, case: &Case) -> Line {
    let Some(Terms { provider, instance, region, known, source, price_date, .. }) =
        case.terms.iter().find(|terms| terms.of == line.item)
    else {
        return line;
    };
    Line {
        provider: provider.clone(),
        instance: instance.clone(),
        region: region.clone(),
        known: known.name().to_owned(),
        source: source.clone(),
        price_date: price_date.clone(),
        ..line
    }
}

fn of_pool<'c>(case: &'c Case, pool: &'c str) -> impl Iterator<Item = &'c models::stage::Stage> {
    case.stages.iter().chain(&case.beside).filter(move |stage| stage.pool == pool && !pool.is_empty())
}

/// How busy the machines of a line are: as simulated where they were, otherwise as the offered load asks.
fn busy(line: &mut Line, case: &Case, metrics: &[Metric]) {
    let simulated = |name: &str| metrics.iter().find(|metric| metric.name == format!("utilization.{name}"))?.value;
    let of_stages = of_pool(case, &line.pool).map(|stage| simulated(&stage.name).unwrap_or(stage.utilization));
    line.utilization = of_stages.filter(|share| share.is_finite()).reduce(f64::max);
    // Of what is paid for, machines that start or are repaired are idle too.
    let of = |what: &str| metrics.iter().find(|metric| metric.name == what)?.value;
    let served = of(&format!("machines.{}.serving", line.pool)).zip(of(&format!("units.{}", line.pool)));
    let serving = served.filter(|(_, paid)| *paid > 0.0).map_or(1.0, |(serving, paid)| (serving / paid).min(1.0));
    line.idle = line.utilization.map(|share| (1.0 - share * serving).clamp(0.0, 1.0));
}
