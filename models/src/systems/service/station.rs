//! Servers of a service behind one bounded queue: G/G/c/K with a discipline.
//!
//! Model: a job is served at once when a server is free, waits when there is a place, and is refused otherwise. The station
//! schedules nothing: how long a server is taken is for the world to say, because a worker takes a request through several
//! steps. Assumptions: servers are alike, and nobody who is served makes room for another.
//! Source: D. G. Kendall (1953) for the model; the notation G/G/c/K counts those who are served among the K.
//! Leaves out: balking and jockeying.

use std::collections::VecDeque;

use crate::systems::service::{Discipline, Servers};

/// What becomes of a job that arrives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Entry {
    /// A server begins with it.
    Begins,
    /// It waits.
    Waits,
    /// There is no place for it.
    Refused,
}

/// Servers and those who wait for them, by number.
#[derive(Debug)]
pub(super) struct Station {
    free: u64,
    places: u64,
    waiting: u64,
    last_first: bool,
    /// Those who wait, a lane for each priority; one lane where it does not matter.
    lanes: Vec<VecDeque<u32>>,
}

impl Station {
    /// Idle servers for jobs of priorities below `priorities`.
    pub(super) fn new(servers: Servers, priorities: usize) -> Self {
        let lanes = if servers.discipline == Discipline::Priority { priorities.max(1) } else { 1 };
        Self {
            free: servers.count,
            places: servers.places.unwrap_or(u64::MAX),
            waiting: 0,
            last_first: servers.discipline == Discipline::Lifo,
            lanes: vec![VecDeque::new(); lanes],
        }
    }

    /// A job arrives.
    #[inline]
    pub(super) fn submit(&mut self, job: u32, priority: usize) -> Entry {
        if self.free > 0 {
            self.free -= 1;
            Entry::Begins
        } else if self.waiting < self.places {
            self.waiting += 1;
            let lane = priority.min(self.lanes.len() - 1);
            self.lanes[lane].push_back(job);
            Entry::Waits
        } else {
            Entry::Refused
        }
    }

    /// So many servers come, which are idle; who waits must be given to them.
    pub(super) fn add(&mut self, servers: u64) {
        self.free += servers;
    }

    /// So many idle servers go.
    pub(super) fn remove(&mut self, servers: u64) {
        self.free -= servers;
    }

    /// The next of those who wait begins, where a server is free.
    pub(super) fn begin_next(&mut self) -> Option<u32> {
        if self.free == 0 || self.waiting == 0 {
            return None;
        }
        self.free -= 1;
        self.release()
    }

    /// A job that was served already waits again, and is the next.
    pub(super) fn put_back(&mut self, job: u32, priority: usize) {
        self.waiting += 1;
        let lane = priority.min(self.lanes.len() - 1);
        let lane = &mut self.lanes[lane];
        if self.last_first { lane.push_back(job) } else { lane.push_front(job) }
    }

    /// Whether a server has nothing to do.
    pub(super) fn is_free(&self) -> bool {
        self.free > 0
    }

    /// A server is done; returns the job that it begins next.
    #[inline]
    pub(super) fn release(&mut self) -> Option<u32> {
        if self.waiting == 0 {
            self.free += 1;
            return None;
        }
        self.waiting -= 1;
        let lane = self.lanes.iter_mut().find(|lane| !lane.is_empty()).expect("somebody waits");
        if self.last_first { lane.pop_back() } else { lane.pop_front() }
    }

    /// All who wait go away.
    pub(super) fn clear(&mut self) {
        self.lanes.iter_mut().for_each(VecDeque::clear);
        self.waiting = 0;
    }

    /// A job that waits goes away. Those who go are mostly those who waited longest, which are searched first.
    pub(super) fn withdraw(&mut self, job: u32, priority: usize) {
        let lane = priority.min(self.lanes.len() - 1);
        let place = self.lanes[lane].iter().position(|other| *other == job).expect("it waits");
        self.lanes[lane].remove(place);
        self.waiting -= 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn station(places: Option<u64>, discipline: Discipline) -> Station {
        Station::new(Servers { count: 1, places, discipline }, 3)
    }

    /// The order in which jobs of these priorities are served that arrive at a busy server.
    fn order(discipline: Discipline) -> Vec<u32> {
        let mut station = station(None, discipline);
        assert_eq!(station.submit(9, 0), Entry::Begins);
        for (job, priority) in [2, 0, 1, 0].into_iter().enumerate() {
            assert_eq!(station.submit(job as u32, priority), Entry::Waits);
        }
        std::iter::from_fn(|| station.release()).collect()
    }

    #[test]
    fn disciplines_by_hand() {
        assert_eq!(order(Discipline::Fifo), [0, 1, 2, 3]);
        assert_eq!(order(Discipline::Lifo), [3, 2, 1, 0]);
        assert_eq!(order(Discipline::Priority), [1, 3, 2, 0]);
    }

    #[test]
    fn a_full_queue_refuses() {
        let mut station = station(Some(1), Discipline::Fifo);
        let entries = [0, 1, 2].map(|job| station.submit(job, 0));
        assert_eq!(entries, [Entry::Begins, Entry::Waits, Entry::Refused]);
        assert_eq!((station.release(), station.submit(3, 0)), (Some(1), Entry::Waits));
        assert_eq!(station.submit(4, 0), Entry::Refused);
        station.withdraw(3, 0);
        assert_eq!((station.submit(5, 0), station.release(), station.release()), (Entry::Waits, Some(5), None));
    }
}
