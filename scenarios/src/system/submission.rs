//! What is made before a transaction is submitted: whose work it is, and the price of a core-hour of it.

use models::submission::Submission;

use super::Resolved;
use crate::notes::Work;
use crate::spec::{ProofsBySpec, Tier, When};

impl Resolved<'_> {
    /// Who makes witnesses and proofs of single transactions.
    pub(super) fn submission(&mut self) -> Option<Submission> {
        let spec = self.spec.submission.as_ref()?;
        let (machine, price) = self.machine_named("submission.machine", &spec.machine)?;
        let per_hour = price.usd_per_hour / machine.servers as f64;
        self.remarks.assumptions.push(format!(
            "users: a device is as fast as one core of {}, and would cost ${per_hour:.3} an hour to rent: an estimate beside the \
             network's bill, never part of it",
            machine.instance
        ));
        Some(Submission {
            by_network: spec.proofs_by == ProofsBySpec::Network,
            cores_per_machine: machine.servers,
            machine_usd_per_hour: price.usd_per_hour,
        })
    }

    /// Time of a core to make the proof that a transaction of a tier carries of its own. Where all are proven before inclusion,
    /// the fleet makes it, and nobody else does.
    pub(super) fn own_proof_s(&mut self, name: &str, tier: &Tier) -> Option<f64> {
        let cost = tier.proof.as_ref()?;
        let key = format!("tiers.{name}.proof");
        if tier.share.value() == 0.0 {
            self.cost(&key, cost);
            return None;
        }
        let seconds = self.noted_cost(Work::Submission, &key, cost).curve().seconds(1.0);
        (self.spec.proving.when != When::BeforeInclusion).then_some(seconds)
    }
}
