//! How busy stages are, piece by piece of a run.
//!
//! Model: what servers have given since the start of a run, at the ends of its pieces; the share of a piece is what was added, over what the servers
//! could give in it. Source: the utilization law of P. J. Denning and J. P. Buzen, "The operational analysis of queueing network models" (1978).
//! Leaves out: servers that were there for a part of a piece only: all that a pool may have are meant.

use sim::Time;

/// What a stage has given so far.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Given {
    /// The name of the stage.
    pub(crate) stage: String,
    /// Since the start of the run \[server-s\].
    pub(crate) so_far_s: f64,
    /// Servers that it may have.
    pub(crate) servers: f64,
}

/// What had been given when the piece before ended.
#[derive(Debug, Default)]
pub(crate) struct Before {
    at: Time,
    so_far_s: Vec<f64>,
}

impl Before {
    /// A piece ends: the share of each stage's servers that worked in it, in the mean.
    pub(crate) fn end(&mut self, now: Time, given: Vec<Given>) -> Vec<(String, f64)> {
        let lasted_s = (now - self.at).as_secs_f64();
        self.at = now;
        self.so_far_s.resize(given.len(), 0.0);
        let share = |(stage, before): (Given, &mut f64)| {
            let added = stage.so_far_s - std::mem::replace(before, stage.so_far_s);
            let could = stage.servers * lasted_s;
            (stage.stage, if could > 0.0 { (added / could).max(0.0) } else { 0.0 })
        };
        given.into_iter().zip(&mut self.so_far_s).map(share).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_piece_has_what_was_added_in_it() {
        let given = |so_far_s| vec![Given { stage: "provers".into(), so_far_s, servers: 2.0 }];
        let mut before = Before::default();
        assert_eq!(before.end(Time::from_secs_f64(10.0), given(5.0)), [("provers".to_owned(), 0.25)]);
        assert_eq!(before.end(Time::from_secs_f64(14.0), given(13.0)), [("provers".to_owned(), 1.0)]);
        assert_eq!(before.end(Time::from_secs_f64(14.0), given(13.0)), [("provers".to_owned(), 0.0)]);
    }
}
