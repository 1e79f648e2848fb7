//! What is made before a transaction is submitted: whose work it is, and the price of a core-hour of it.

use models::submission::Submission;

use super::Resolved;
use crate::machines::{self, Rented};
use crate::notes::Work;
use crate::systems::layered::spec::{ProofsBySpec, Tier, When};

impl Resolved<'_> {
    /// Who makes witnesses and proofs of single transactions.
    pub(super) fn submission(&mut self) -> Option<(Submission, Rented)> {
        let spec = self.spec.submission.as_ref()?;
        let rented = machines::named((self.book, self.world), "submission.machine", &spec.machine)
            .map_err(|lack| self.lacking.push(lack))
            .ok()?;
        let (machine, usd_per_hour) = (&rented.machine, rented.price.usd_per_hour);
        let per_hour = usd_per_hour / machine.servers as f64;
        self.remarks.assumptions.push(format!(
            "users: a device is as fast as one core of {}, and would cost ${per_hour:.3} an hour to rent: an estimate beside the \
             network's bill, never part of it",
            machine.instance
        ));
        let submission = Submission {
            by_network: spec.proofs_by == ProofsBySpec::Network,
            cores_per_machine: machine.servers,
            machine_usd_per_hour: usd_per_hour,
        };
        Some((submission, rented))
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

#[cfg(test)]
mod tests {
    use models::fleet::Role;
    use models::systems::layered::capacity::SERVICE;

    use crate::{Calibrations, Case, Sizing};

    fn case(design: &str, changes: &[&str]) -> Case {
        let changes: Vec<String> = changes.iter().map(|change| (*change).to_owned()).collect();
        let scenario = crate::open("layered", &changes).unwrap_or_else(|problems| panic!("{problems}"));
        let case = scenario.case(design, "claimed", Sizing::Sized, &Calibrations::default());
        case.unwrap_or_else(|faults| panic!("{faults:?}"))
    }

    fn near(found: f64, hand: f64) -> bool {
        (found / hand - 1.0).abs() < 1e-9
    }

    #[test]
    fn full_starks_are_on_the_bill_of_who_makes_them() {
        // 200,000 tx/s: 500 STARKs of 2 s and 50,000 witnesses of 50 ms a second, on cores of a machine of 64 for $3 an hour.
        let users = case("hybrid", &[]);
        assert!(
            near(users.system.layered().user_cores(), 1_000.0 + 2_500.0),
            "{}",
            users.system.layered().user_cores()
        );
        assert!(near(users.system.layered().users_usd_per_month().expect("a price"), 3_500.0 * 3.0 / 64.0 * 730.0));
        let service = case("hybrid", &["submission.proofs_by=network"]);
        // 1,000 of 64 cores a machine, fully used as the book has it: 16 machines, and as much more on the network's bill.
        assert_eq!((users.fleet.machines(SERVICE), service.fleet.machines(SERVICE)), (0, 16));
        assert!(near(
            service.fleet.usd_per_month(Role::Proving) - users.fleet.usd_per_month(Role::Proving),
            16.0 * 3.0 * 730.0
        ));
        assert!(near(service.system.layered().user_cores(), 50_500.0 * 0.05));
        // Half as many, and twice as fast.
        let few = case(
            "hybrid",
            &["books.claimed.factors.transaction_stark=0.5", "load.rate=100k/s", "design.hybrid.load.rate=100k/s"],
        );
        assert!(near(few.system.layered().user_cores(), 250.0 + 1_250.0));
    }

    #[test]
    fn what_the_fleet_proves_before_inclusion_nobody_proves_again() {
        let tiers = ["design.naive.tiers.private.share=99 %", "design.naive.tiers.max_privacy.share=1 %"];
        let naive = case("naive", &tiers);
        assert!(naive.system.layered().classes.iter().all(|class| class.own_proof_s.is_none()));
        assert!(near(naive.system.layered().user_cores(), 50_000.0 * 0.05), "witnesses alone");
        assert_eq!(naive.fleet, case("naive", &[&tiers[..], &["submission.proofs_by=network"]].concat()).fleet);
    }

    #[test]
    fn a_wrong_machine_or_proof_has_its_place() {
        for (change, says) in
            [("submission.machine=abacus", "no machine `abacus`"), ("tiers.public.proof=magic", "no cost `magic`")]
        {
            let scenario = crate::open("layered", &[change.to_owned()]).unwrap_or_else(|problems| panic!("{problems}"));
            let faults = scenario.case("gpu", "claimed", Sizing::Sized, &Calibrations::default()).expect_err(change);
            let (key, _) = change.split_once('=').expect("a key");
            assert!(faults.iter().any(|(at, why)| at.ends_with(key) && why.contains(says)), "{faults:?}");
        }
    }
}
