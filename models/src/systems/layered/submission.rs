//! What the transactions of a layered system need before they are submitted; the model is in [`crate::submission`].

use crate::fleet::HOURS_PER_MONTH;
use crate::stage::units_below;
use crate::systems::layered::Layered;
use crate::validators::TransactionClass;

impl Layered {
    /// Whether a service of the network makes proofs of single transactions.
    fn has_service(&self) -> bool {
        self.submission.is_some_and(|submission| submission.by_network)
    }

    /// Seconds of a user's core before a transaction of a class is submitted; 0 where there is nothing to do.
    pub fn user_s(&self, class: &TransactionClass) -> f64 {
        match class.own_proof_s {
            Some(seconds) if !self.has_service() => seconds,
            // The service makes the proof of what the user knows: its witness.
            Some(_) => self.witness_s.unwrap_or(0.0),
            None if class.proven => self.witness_s.unwrap_or(0.0),
            None => 0.0,
        }
    }

    /// Seconds of a core of the network's service before a transaction of a class is submitted; 0 where there is none.
    pub fn service_s(&self, class: &TransactionClass) -> f64 {
        class.own_proof_s.filter(|_| self.has_service()).unwrap_or(0.0)
    }

    /// Cores of users' devices that are busy at the offered load.
    pub fn user_cores(&self) -> f64 {
        self.classes.iter().map(|class| self.load_per_s * class.share * self.user_s(class)).sum()
    }

    /// Cores of the network's service that are busy at the offered load.
    pub fn service_cores(&self) -> f64 {
        self.classes.iter().map(|class| self.load_per_s * class.share * self.service_s(class)).sum()
    }

    /// Witnesses that users make, by the second.
    pub fn witnesses_per_s(&self) -> f64 {
        let own = |class: &&TransactionClass| class.own_proof_s.is_some() && !self.has_service();
        let made = self.classes.iter().filter(|class| class.proven && !own(class));
        self.load_per_s * made.map(|class| class.share).sum::<f64>()
    }

    /// Machines of the service that stay below a utilization; none where it has nothing to do.
    pub fn service_machines(&self, target: f64) -> u64 {
        match (self.submission, self.service_cores()) {
            (Some(submission), cores) if cores > 0.0 => units_below(cores, submission.cores_per_machine as f64, target),
            _ => 0,
        }
    }

    /// What the cores of users' devices would cost to rent, in USD per month; none without a price.
    pub fn users_usd_per_month(&self) -> Option<f64> {
        let submission = self.submission?;
        let core_hour = submission.machine_usd_per_hour / submission.cores_per_machine as f64;
        Some(self.user_cores() * core_hour * HOURS_PER_MONTH)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::submission::Submission;
    use crate::systems::layered::tests::system;

    /// 200,000 tx/s: public 74.75 %, private 25 %, and 500 a second with a proof of their own.
    fn tiers(by_network: bool) -> Layered {
        let mut system = system(200_000.0, None);
        let class =
            |share, proven, own_proof_s| TransactionClass { share, proven, own_proof_s, ..system.classes[0].clone() };
        system.classes = vec![class(0.0025, true, Some(2.0)), class(0.25, true, None), class(0.7475, false, None)];
        system.witness_s = Some(0.05);
        system.submission = Some(Submission { by_network, cores_per_machine: 32, machine_usd_per_hour: 3.2 });
        system
    }

    fn near(found: f64, hand: f64) -> bool {
        (found / hand - 1.0).abs() < 1e-12
    }

    #[test]
    fn five_hundred_proofs_of_two_seconds_are_a_thousand_cores() {
        // Users: 500/s · 2 s for the proofs, and 50,000/s · 50 ms for witnesses: 3,500 cores, at $0.10 a core-hour.
        let users = tiers(false);
        assert!(near(users.user_cores(), 1_000.0 + 2_500.0) && users.service_cores() == 0.0);
        assert!(near(users.users_usd_per_month().expect("a price"), 3_500.0 * 0.1 * 730.0));
        assert_eq!((users.user_s(&users.classes[0]), users.user_s(&users.classes[1])), (2.0, 0.05));
        assert!(near(users.witnesses_per_s(), 50_000.0) && users.service_machines(0.8) == 0);
    }

    #[test]
    fn a_service_takes_the_proofs_and_leaves_the_witnesses() {
        // 1,000 cores at 80 % of 32 a machine: 39.06, so 40 machines. Users make 50,500 witnesses a second.
        let service = tiers(true);
        assert!(near(service.service_cores(), 1_000.0) && service.service_machines(0.8) == 40);
        assert!(near(service.user_cores(), 50_500.0 * 0.05) && near(service.witnesses_per_s(), 50_500.0));
        assert_eq!(service.service_s(&service.classes[0]), 2.0);
    }

    #[test]
    fn who_carries_no_proof_and_is_not_proven_does_nothing() {
        let mut public = tiers(false);
        public.classes.remove(0);
        public.classes[0].proven = false;
        assert_eq!((public.user_cores(), public.users_usd_per_month()), (0.0, Some(0.0)));
        public.submission = None;
        assert_eq!(public.users_usd_per_month(), None, "no price, no bill");
    }
}
