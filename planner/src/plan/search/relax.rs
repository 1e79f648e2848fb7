//! A search that gives up what no fleet meets.

use super::super::trial::LOOKS;
use super::Search;
use crate::summary::Standing;

impl Search<'_> {
    /// Gives up what no fleet meets: the bounds on costs, or what the largest fleets that were tested fail. Returns what that is, and has
    /// searched for the rest; nothing where nothing would be left.
    pub(crate) fn relax(&mut self) -> Option<Vec<String>> {
        let (all, asked_first) = (self.targets(), self.asked.clone());
        let mut given_up: Vec<usize> = (0..all.len()).filter(|at| all[*at].is_cap()).collect();
        for round in 0..2 {
            // Without the bounds on costs it is known what else fails.
            if round == 1 || given_up.is_empty() {
                let failed = (0..all.len()).filter(|at| !given_up.contains(at) && self.fails(asked_first[*at]));
                let failed: Vec<usize> = failed.collect();
                given_up.extend(failed);
            }
            if given_up.is_empty() || given_up.len() == all.len() || self.stopped() {
                continue;
            }
            let asked = (0..all.len()).filter(|at| !given_up.contains(at)).map(|at| asked_first[at]).collect();
            let scores = std::mem::take(&mut self.scores);
            let fewer = Search { scores, looks: LOOKS, ..self.beside(self.configurations.clone(), asked, None) };
            *self = Search { replications: self.replications, ..fewer };
            self.find();
            if self.best().is_some() {
                return Some(given_up.into_iter().map(|at| all[at].name.clone()).collect());
            }
        }
        None
    }

    /// Whether any fleet that was tested fails a target, by its place among all.
    fn fails(&self, place: usize) -> bool {
        let Some(at) = self.asked.iter().position(|asked| *asked == place) else { return false };
        self.trials.values().any(|it| it.targets.get(at).is_some_and(|held| held.standing == Standing::Fail))
    }
}
