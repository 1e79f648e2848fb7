//! Numbers of what is made before a transaction is submitted: by users, and by a service of the network.
//!
//! The bill of users is an estimate beside the network's: `cost.users` is no part of `cost.total`. Both are at the offered load.

use scenarios::Case;

use crate::metrics::Metrics;

/// Machines of the service, and what users and the service do: cores that are busy, and time before a submission by tier.
pub(super) fn submission(metrics: &mut Metrics, case: &Case) {
    let system = &case.system;
    metrics.exact("user_cores", "cores", system.layered().user_cores());
    for class in &system.layered().classes {
        metrics.exact(format!("user_proving.{}", class.name), "s", system.layered().user_s(class));
    }
    if system.layered().service_cores() > 0.0 {
        metrics.exact("service_cores", "cores", system.layered().service_cores());
        for class in system.layered().classes.iter().filter(|class| system.layered().service_s(class) > 0.0) {
            metrics.exact(format!("service_proving.{}", class.name), "s", system.layered().service_s(class));
        }
    }
}

/// What users' devices would cost to rent.
pub(super) fn users_bill(metrics: &mut Metrics, case: &Case) {
    match case.system.layered().users_usd_per_month() {
        Some(usd) => metrics.exact("cost.users", "USD/month", usd),
        None => metrics.missing("cost.users".into(), "USD/month", "the scenario has no section `submission`".into()),
    }
}
