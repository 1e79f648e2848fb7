//! The pools of a service whose machines come and go.

use models::systems::service::{Place, Service};

use super::Priced;
use super::hosts::Hosts;
use super::spec::ServiceSpec;
use crate::calibrations::Calibrations;
use crate::fault::Fault;
use crate::machines::lifecycle;
use crate::spec::LifecycleSpec;

/// Every pool that says how its machines come and go, with the key.
pub(super) fn all(system: &ServiceSpec) -> Vec<(String, &LifecycleSpec)> {
    let own = system.instances.lifecycle.as_ref().map(|spec| ("instances.lifecycle".to_owned(), spec));
    let shared =
        system.step.iter().enumerate().filter_map(|(at, step)| {
            Some((format!("step.{at}.pool.lifecycle"), step.pool.as_ref()?.lifecycle.as_ref()?))
        });
    own.into_iter().chain(shared).collect()
}

/// What is wrong where all lots say how many machines they have, and a pool needs more.
pub(super) fn in_no_lot(spec: &ServiceSpec, system: &Service) -> Option<Fault> {
    let own = ("instances".to_owned(), u64::from(system.instances.count), &system.instances.lifecycle);
    let shared = system.steps.iter().enumerate().filter_map(|(at, step)| match &step.place {
        Place::Pool(pool) => Some((format!("step.{at}.pool"), pool.machines, &pool.lifecycle)),
        Place::Workers | Place::Instance(_) | Place::Market => None,
    });
    let mut pools = std::iter::once(own).chain(shared);
    let fault = pools
        .find_map(|(key, machines, life)| lifecycle::in_no_lot(&key, life.in_lots(machines).iter().sum(), machines));
    fault.filter(|_| !all(spec).is_empty())
}

/// What is wrong where a pool has machines of several kinds, and how fast they are against each other is not known.
pub(super) fn not_comparable(hosts: &Hosts, priced: &Priced, calibrations: &Calibrations) -> Option<Fault> {
    let (at, host) = hosts
        .pools
        .iter()
        .enumerate()
        .find_map(|(at, host)| Some((at, host.as_ref()?)).filter(|it| it.1.lots.mixed))?;
    let measured = host.lots.all().chain([host.rented()]).find(|of| calibrations.own(&of.machine.instance).is_some());
    let measured = measured.map(|of| format!("`{}` has a calibration of its own", of.machine.instance));
    let why = measured.or_else(|| priced.other_machine())?;
    let message = format!("{why}, and machines in one pool are held against each other by their `speed` alone");
    Some((format!("step.{at}.pool.lifecycle.lots"), message))
}

/// What a reader must know of machines that come and go.
pub(super) fn assumptions(spec: &ServiceSpec, hosts: &Hosts) -> Vec<String> {
    let own = (spec.instances.lifecycle.as_ref(), &hosts.instance.lots);
    let shared = spec.step.iter().zip(&hosts.pools);
    let shared = shared.filter_map(|(step, host)| Some((step.pool.as_ref()?.lifecycle.as_ref(), &host.as_ref()?.lots)));
    lifecycle::assumptions(&std::iter::once(own).chain(shared).collect::<Vec<_>>())
}

/// Why lots of instances are all of one machine.
const ALIKE: &str = "instances are all alike; a pool that all of them share (`step.0.pool`) may have several machines";

/// What is wrong with how machines come and go.
pub(super) fn faults(system: &ServiceSpec) -> Vec<Fault> {
    let of = |(key, spec): &(String, &LifecycleSpec)| {
        lifecycle::faults(key, spec, key.starts_with("instances").then_some(ALIKE))
    };
    let looks = lifecycle::too_short("instances.health_check".to_owned(), system.instances.health_check.seconds());
    all(system).iter().flat_map(of).chain(looks).collect()
}
