//! The bill with the names of FOCUS 1.2, the FinOps Open Cost and Usage Specification, so that tools for bills read a forecast.
//!
//! It is no invoice, and says so in `ChargeDescription` and in `x_Forecast`. A forecast has no dates: the columns of periods are there
//! and empty, against the letter of FOCUS, and `x_Period` says what a row is for. What is paid at the start is a row of its own
//! (`Purchase`, billed and of no effective cost); the other rows are a month, with the effective cost amortised.
//! Source: focus.finops.org, version 1.2. Leaves out: columns that would all be empty and are not mandatory.

use planner::{Comparison, Exact, Line};

use super::{Entry, entries, money, number, table};
use crate::ReportError;

const COLUMNS: [&str; 48] = [
    "BilledCost",
    "BillingAccountId",
    "BillingAccountName",
    "BillingCurrency",
    "BillingPeriodEnd",
    "BillingPeriodStart",
    "ChargeCategory",
    "ChargeClass",
    "ChargeDescription",
    "ChargeFrequency",
    "ChargePeriodEnd",
    "ChargePeriodStart",
    "ConsumedQuantity",
    "ConsumedUnit",
    "ContractedCost",
    "ContractedUnitPrice",
    "EffectiveCost",
    "InvoiceIssuerName",
    "ListCost",
    "ListUnitPrice",
    "PricingCategory",
    "PricingQuantity",
    "PricingUnit",
    "ProviderName",
    "PublisherName",
    "RegionId",
    "ResourceId",
    "ResourceName",
    "ResourceType",
    "ServiceCategory",
    "ServiceName",
    "SkuId",
    "SubAccountId",
    "SubAccountName",
    "Tags",
    "x_Forecast",
    "x_Period",
    "x_Load",
    "x_Design",
    "x_CostBook",
    "x_Sizing",
    "x_Role",
    "x_CostLow",
    "x_CostHigh",
    "x_IdleShare",
    "x_PriceKnown",
    "x_PriceSource",
    "x_PriceDate",
];

/// `bill-focus.csv`.
///
/// # Errors
/// As [`super::csv`].
pub fn focus(comparison: &Comparison) -> Result<Vec<u8>, ReportError> {
    let rows = entries(comparison).flat_map(|entry| {
        let bought = (!entry.line.upfront_usd.is_zero()).then(|| row(&entry, &Part::at_start(entry.line)));
        std::iter::once(row(&entry, &Part::of_month(entry.line))).chain(bought)
    });
    table(&COLUMNS, rows.map(|row| row.to_vec()))
}

/// What of a line a row is about.
struct Part {
    category: &'static str,
    frequency: &'static str,
    period: &'static str,
    quantity: Exact,
    unit: String,
    list_price: Exact,
    price: Exact,
    list: Exact,
    contracted: Exact,
    billed: Exact,
    effective: Exact,
    is_usage: bool,
}

impl Part {
    /// What is used in a month.
    fn of_month(line: &Line) -> Self {
        let monthly = |price: Exact| line.over_months.map_or(price, |months| price.over(months).unwrap_or_default());
        let unit = match (line.hours, line.unit.as_str()) {
            (Some(_), _) => "Hours".to_owned(),
            (None, "machine" | "month") => "Months".to_owned(),
            (None, "h") => "Hours".to_owned(),
            (None, unit) if unit.ends_with("-month") => format!("{unit}s").replace("-months", "-Months"),
            (None, unit) if unit.ends_with("-h") => unit.replace("-h", "-Hours"),
            (None, unit) => unit.to_owned(),
        };
        Self {
            category: "Usage",
            frequency: if line.hours.is_some() || line.pool.is_empty() { "Usage-Based" } else { "Recurring" },
            period: "a month of 730 hours",
            quantity: line.quantity.times(line.hours.unwrap_or(Exact::ONE)),
            unit,
            list_price: monthly(line.list_price),
            price: monthly(line.price),
            list: line.list_usd_per_month(),
            contracted: line.usd_per_month,
            billed: line.cash_usd_per_month,
            effective: line.usd_per_month,
            is_usage: true,
        }
    }

    /// What is paid once.
    fn at_start(line: &Line) -> Self {
        let each = |usd: Exact| usd.over(line.quantity).unwrap_or_default();
        // What is paid at the start is a part of what is paid in all, at the list price as at that of the contract.
        let list = line.upfront_usd.times(line.list_price).over(line.price).unwrap_or_default();
        Self {
            category: "Purchase",
            frequency: "One-Time",
            period: "once, at the start of the term",
            quantity: line.quantity,
            unit: "Count".to_owned(),
            list_price: each(list),
            price: each(line.upfront_usd),
            list,
            contracted: line.upfront_usd,
            billed: line.upfront_usd,
            effective: Exact::ZERO,
            is_usage: false,
        }
    }
}

fn row(Entry { load, summary, line, .. }: &Entry<'_>, part: &Part) -> [String; COLUMNS.len()] {
    let none = String::new;
    let text = |text: &str| text.to_owned();
    let provider = match (line.provider.as_str(), line.market.as_str()) {
        ("", "owned") => "own".to_owned(),
        ("", _) => "not said".to_owned(),
        (provider, _) => provider.to_owned(),
    };
    let [consumed, consumed_unit] =
        if part.is_usage { [money(part.quantity), part.unit.clone()] } else { [none(), none()] };
    let cost = |end: Option<f64>| number(end.filter(|end| part.is_usage && end.is_finite()));
    let tags =
        serde_json::json!({ "design": summary.design, "costs": summary.costs, "sizing": summary.sizing, "load": load });
    [
        money(part.billed),
        text("forecast"),
        summary.scenario.clone(),
        text("USD"),
        none(),
        none(),
        text(part.category),
        none(),
        description(line),
        text(part.frequency),
        none(),
        none(),
        consumed,
        consumed_unit,
        money(part.contracted),
        money(part.price),
        money(part.effective),
        provider.clone(),
        money(part.list),
        money(part.list_price),
        text(pricing(line)),
        money(part.quantity),
        part.unit.clone(),
        provider.clone(),
        provider,
        if line.region == "any" { none() } else { line.region.clone() },
        none(),
        line.item.clone(),
        text(if line.pool.is_empty() { "Service" } else { "Machine" }),
        text(service(line)),
        if line.instance.is_empty() { line.item.clone() } else { line.instance.clone() },
        sku(line),
        summary.design.clone(),
        summary.design.clone(),
        tags.to_string(),
        text("true"),
        text(part.period),
        text(load),
        summary.design.clone(),
        summary.costs.clone(),
        summary.sizing.clone(),
        line.role.clone(),
        cost(line.cost.low),
        cost(line.cost.high),
        number(line.idle),
        line.known.clone(),
        line.source.clone(),
        line.price_date.clone(),
    ]
}

fn description(line: &Line) -> String {
    let quantity = line.quantity.rounded(2);
    let of = [&line.provider, &line.instance, &line.market].into_iter().filter(|text| !text.is_empty());
    let of: Vec<&str> = of.map(String::as_str).collect();
    let of = if of.is_empty() { String::new() } else { format!(" ({})", of.join(", ")) };
    format!(
        "Forecast, not an invoice: {}, {quantity} {}{of}",
        line.item,
        planner::counted(&quantity.to_string(), &line.unit)
            .trim_start_matches(|c: char| c.is_ascii_digit() || "., ".contains(c))
    )
}

/// How the price came about.
fn pricing(line: &Line) -> &'static str {
    match line.market.as_str() {
        "spot" => "Dynamic",
        "owned" => "Other",
        market if market.contains("upfront") => "Committed",
        _ => "Standard",
    }
}

fn service(line: &Line) -> &'static str {
    match line.instance.split(':').next() {
        _ if !line.pool.is_empty() => "Compute",
        Some("egress" | "network" | "load balancer") => "Networking",
        Some("storage") => "Storage",
        _ => "Other",
    }
}

fn sku(line: &Line) -> String {
    let parts =
        [&line.provider, &line.instance, &line.market, &line.region].into_iter().filter(|part| !part.is_empty());
    parts.map(String::as_str).collect::<Vec<_>>().join("/")
}
