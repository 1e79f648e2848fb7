//! Things under numbers that are used again: what is in a system now, at the cost of an index.
//!
//! A number that was given back is given out next, so that what is in use stays small and near. Which number a thing gets depends
//! on the order of calls alone.

use std::ops::{Index, IndexMut};

/// Things of one kind, each under a number.
#[derive(Debug)]
pub(super) struct Slab<T> {
    places: Vec<T>,
    free: Vec<u32>,
}

impl<T> Slab<T> {
    pub(super) fn new() -> Self {
        Self { places: Vec::new(), free: Vec::new() }
    }

    /// Keeps a thing; returns its number.
    #[inline]
    pub(super) fn insert(&mut self, thing: T) -> u32 {
        match self.free.pop() {
            Some(number) => {
                self.places[number as usize] = thing;
                number
            }
            None => {
                self.places.push(thing);
                u32::try_from(self.places.len() - 1).expect("fewer than 2³² things at once")
            }
        }
    }

    /// The number may be given to another thing from now on.
    #[inline]
    pub(super) fn remove(&mut self, number: u32) {
        self.free.push(number);
    }

    /// All numbers in use, in order. Takes time in how many there ever were at once.
    pub(super) fn numbers(&self) -> Vec<u32> {
        let mut used = vec![true; self.places.len()];
        self.free.iter().for_each(|number| used[*number as usize] = false);
        (0..self.places.len() as u32).filter(|number| used[*number as usize]).collect()
    }
}

impl<T> Index<u32> for Slab<T> {
    type Output = T;

    #[inline]
    fn index(&self, number: u32) -> &T {
        &self.places[number as usize]
    }
}

impl<T> IndexMut<u32> for Slab<T> {
    #[inline]
    fn index_mut(&mut self, number: u32) -> &mut T {
        &mut self.places[number as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_used_again() {
        let mut slab = Slab::new();
        assert_eq!(["a", "b", "c"].map(|thing| slab.insert(thing)), [0, 1, 2]);
        slab.remove(1);
        assert_eq!((slab.insert("d"), slab.insert("e")), (1, 3));
        assert_eq!((slab[1], slab[3]), ("d", "e"));
        slab.remove(0);
        assert_eq!(slab.numbers(), [1, 2, 3]);
    }
}
