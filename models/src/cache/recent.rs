//! A cache that forgets what was asked for least recently (LRU), of any size, for items that are known by their number.
//!
//! Model: the same as [`super::Lru`], whose list is short: here the items form a chain from the last that was asked for to the first,
//! so that asking and keeping take the same time however many there are. Assumptions: items of one size, numbered from 0 on.
//! Source: R. L. Mattson et al., "Evaluation techniques for storage hierarchies" (1970). Leaves out: other rules of eviction.

/// No item.
const NONE: u32 = u32::MAX;

/// The neighbours of an item in the chain; those of an item that is not kept mean nothing.
#[derive(Debug, Clone, Copy)]
struct Link {
    newer: u32,
    older: u32,
    kept: bool,
}

/// The cache.
#[derive(Debug, Clone)]
pub struct Recent {
    capacity: usize,
    kept: usize,
    newest: u32,
    oldest: u32,
    links: Vec<Link>,
}

impl Recent {
    /// An empty cache of so many of the items 0 .. `items`.
    pub fn new(capacity: u64, items: usize) -> Self {
        let link = Link { newer: NONE, older: NONE, kept: false };
        Self { capacity: capacity as usize, kept: 0, newest: NONE, oldest: NONE, links: vec![link; items] }
    }

    /// An item is asked for; tells whether it is there.
    pub fn ask(&mut self, item: u32) -> bool {
        let kept = self.links[item as usize].kept;
        if kept && self.newest != item {
            self.take_out(item);
            self.put_first(item);
        }
        kept
    }

    /// An item is there from now on; the one that was asked for least recently makes room.
    pub fn keep(&mut self, item: u32) {
        if self.capacity == 0 || self.ask(item) {
            return;
        }
        if self.kept == self.capacity {
            let oldest = self.oldest;
            self.take_out(oldest);
        }
        self.put_first(item);
    }

    fn put_first(&mut self, item: u32) {
        let second = self.newest;
        self.links[item as usize] = Link { newer: NONE, older: second, kept: true };
        match self.links.get_mut(second as usize) {
            Some(second) => second.newer = item,
            None => self.oldest = item,
        }
        self.newest = item;
        self.kept += 1;
    }

    fn take_out(&mut self, item: u32) {
        let Link { newer, older, .. } = self.links[item as usize];
        match self.links.get_mut(newer as usize) {
            Some(newer) => newer.older = older,
            None => self.newest = older,
        }
        match self.links.get_mut(older as usize) {
            Some(older) => older.newer = newer,
            None => self.oldest = newer,
        }
        self.links[item as usize].kept = false;
        self.kept -= 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cache::{Lru, Popularity};
    use sim::Streams;

    #[test]
    fn it_answers_as_the_short_list_does() {
        let popularity = Popularity::zipf(30, 0.7);
        for capacity in [0, 1, 2, 7, 30, 99] {
            let mut stream = Streams::new(1, 0).stream("items");
            let (mut recent, mut list) = (Recent::new(capacity, 30), Lru::new(capacity));
            for _ in 0..2_000 {
                let item = popularity.draw(&mut stream);
                let there = recent.ask(item as u32);
                assert_eq!(there, list.ask(item as u64));
                // Some are asked for in vain, as while they are being made.
                if stream.uniform() < 0.7 {
                    recent.keep(item as u32);
                    list.keep(item as u64);
                }
            }
        }
    }
}
