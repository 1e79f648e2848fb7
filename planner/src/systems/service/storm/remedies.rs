//! What is tried against a storm: of each kind, the mildest first.
//!
//! Source: B. Beyer et al., *Site Reliability Engineering* (2016), chapters 21 and 22, for budgets, back-off, queues and order of service.

use models::systems::service::{Budget, Discipline, Place, Retries, Service};
use scenarios::Case;
use sim::Span;

use crate::text::count;

/// Retries per request, in the long run.
const BUDGETS: [f64; 4] = [0.5, 0.2, 0.1, 0.05];
/// Retries that a budget saves for bad times.
const SAVED: f64 = 20.0;
/// What multiplies the pauses.
const LONGER: [u64; 4] = [3, 10, 30, 100];
/// Most attempts.
const FEWER: [u32; 2] = [3, 2];
/// Share of the time that clients wait which a queue may take.
const OF_THE_TIME_OUT: f64 = 0.5;

/// A service with a remedy.
#[derive(Debug, Clone)]
pub(super) struct Remedy {
    /// What is done, in words.
    pub(super) name: String,
    /// The same as `--set` takes it in a shell.
    pub(super) set: Vec<String>,
    pub(super) service: Service,
}

/// Everything that may be done to this service: a list for each kind.
pub(super) fn remedies(case: &Case, service: &Service) -> Vec<Vec<Remedy>> {
    let of_clients = service.clients.retries.map(|retries| of_retries(service, retries)).unwrap_or_default();
    let all = of_clients.into_iter().chain([cancel(service), queue(case, service), order(service)]);
    all.filter(|kind| !kind.is_empty()).collect()
}

fn of_retries(service: &Service, retries: Retries) -> [Vec<Remedy>; 3] {
    let with = |name: String, set: Vec<String>, retries: Retries| {
        let mut service = service.clone();
        service.clients.retries = Some(retries);
        Remedy { name, set, service }
    };
    let left = retries.budget.map_or(f64::INFINITY, |budget| budget.ratio);
    let budgets = BUDGETS.into_iter().filter(|ratio| *ratio < left).map(|ratio| {
        let share = format!("{} %", count(ratio * 100.0));
        let set = format!("'clients.retries.budget={{ratio={ratio},burst={SAVED}}}'");
        with(
            format!("retry budget of {share}"),
            vec![set],
            Retries { budget: Some(Budget { ratio, burst: SAVED }), ..retries },
        )
    });
    let pauses = LONGER.into_iter().map(|times| {
        let (base, cap) = (retries.base * times, retries.cap * times);
        let set = [("base", base), ("cap", cap)].map(|(key, span)| format!("clients.retries.{key}={}s", seconds(span)));
        let name = format!("back-off from {} s up to {} s", seconds(base), seconds(cap));
        with(name, set.into(), Retries { base, cap, ..retries })
    });
    let attempts = FEWER.into_iter().filter(|attempts| *attempts < retries.attempts).map(|attempts| {
        let set = format!("clients.retries.attempts={attempts}");
        with(format!("at most {attempts} attempts"), vec![set], Retries { attempts, ..retries })
    });
    [budgets.collect(), pauses.collect(), attempts.collect()]
}

fn seconds(span: Span) -> String {
    count(span.as_secs_f64())
}

/// The service stops working on what nobody waits for.
fn cancel(service: &Service) -> Vec<Remedy> {
    let mut service = service.clone();
    let Some(time_out) = service.clients.time_out.as_mut().filter(|time_out| !time_out.cancels) else {
        return Vec::new();
    };
    time_out.cancels = true;
    let set = vec!["clients.timeout.cancels=true".to_owned()];
    vec![Remedy { name: "cancel what timed out".into(), set, service }]
}

/// A queue before the workers that is served within half of the time that clients wait.
fn queue(case: &Case, service: &Service) -> Vec<Remedy> {
    let Some(time_out) = service.clients.time_out else { return Vec::new() };
    let on_workers = service.steps.iter().any(|step| step.place == Place::Workers);
    let Some(stage) = case.stages.iter().find(|stage| stage.name == "workers").filter(|_| on_workers) else {
        return Vec::new();
    };
    let of_an_instance = stage.capacity / f64::from(service.instances.count);
    let places = (OF_THE_TIME_OUT * time_out.after.as_secs_f64() * of_an_instance) as u64;
    if service.instances.workers.places.is_some_and(|now| now <= places) {
        return Vec::new();
    }
    let mut service = service.clone();
    service.instances.workers.places = Some(places);
    vec![Remedy { name: format!("queue of {places}"), set: vec![format!("instances.queue={places}")], service }]
}

/// Who came last is served first: whoever waited long has given up.
fn order(service: &Service) -> Vec<Remedy> {
    if service.instances.workers.discipline != Discipline::Fifo {
        return Vec::new();
    }
    let mut service = service.clone();
    service.instances.workers.discipline = Discipline::Lifo;
    let set = vec!["'instances.discipline=last come first served'".to_owned()];
    vec![Remedy { name: "last come first served".into(), set, service }]
}
