//! A request in parts, which are joined in a tree.
//!
//! Model: a request is divided into parts of equal size. Parts are joined by `arity` neighbours at a time, and what comes of it again,
//! until one is left; a join can begin when all that it joins is there, whatever the others do. What is left over at the end of a row
//! goes up alone.
//! Source: fork–join queues (F. Baccelli, A. Makowski, "Queueing models for systems with synchronization constraints", 1989).
//! Leaves out: parts of unequal size.

use sim::Time;

/// A part, or what was joined of parts: its row, 0 being that of the parts, and its place there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Node {
    pub(super) row: u16,
    pub(super) place: u32,
}

/// What follows when a node is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    /// So many are joined into this node.
    Join(Node, u32),
    /// Others are waited for.
    Wait,
    /// It is the last: the request is whole again.
    Whole,
}

/// A request in parts.
#[derive(Debug)]
pub(super) struct Division {
    arity: u32,
    /// Nodes of every row.
    sizes: Vec<u32>,
    /// Those that are still missing of every node above the parts, row by row.
    missing: Vec<Vec<u32>>,
    /// Jobs of the parts and joins that wait or are served.
    pub(super) jobs: Vec<u32>,
    /// When the first part was begun.
    pub(super) begun: Option<Time>,
}

impl Division {
    /// Panics unless there is a part and two or more are joined at a time.
    pub(super) fn new(parts: u32, arity: u32) -> Self {
        assert!(parts > 0 && arity > 1, "parts are joined");
        let mut sizes = vec![parts];
        let mut missing = Vec::new();
        while sizes[sizes.len() - 1] > 1 {
            let below = sizes[sizes.len() - 1];
            let size = below.div_ceil(arity);
            missing.push((0..size).map(|place| arity.min(below - place * arity)).collect());
            sizes.push(size);
        }
        Self { arity, sizes, missing, jobs: Vec::new(), begun: None }
    }

    /// A node is there.
    pub(super) fn done(&mut self, node: Node) -> Next {
        let Node { row, place } = node;
        if row as usize + 1 == self.sizes.len() {
            return Next::Whole;
        }
        let above = Node { row: row + 1, place: place / self.arity };
        let missing = &mut self.missing[row as usize][above.place as usize];
        *missing -= 1;
        if *missing > 0 {
            return Next::Wait;
        }
        match self.arity.min(self.sizes[row as usize] - above.place * self.arity) {
            1 => self.done(above),
            joined => Next::Join(above, joined),
        }
    }

    /// The numbers of inputs of all joins of so many parts.
    pub(super) fn joins(parts: u32, arity: u32) -> Vec<u32> {
        let whole = Self::new(parts, arity);
        whole.missing.into_iter().flatten().filter(|inputs| *inputs > 1).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_parts_are_joined_two_by_two() {
        let mut division = Division::new(5, 2);
        let mut done = |row, place| division.done(Node { row, place });
        let join = |row, place| Next::Join(Node { row, place }, 2);
        assert_eq!([done(0, 4), done(0, 1), done(0, 0), done(0, 2)], [Next::Wait, Next::Wait, join(1, 0), Next::Wait]);
        assert_eq!([done(0, 3), done(1, 0), done(1, 1)], [join(1, 1), Next::Wait, join(2, 0)]);
        // The fifth went up alone, and waits for the others at the top.
        assert_eq!([done(2, 0), done(3, 0)], [join(3, 0), Next::Whole]);
        assert_eq!(Division::joins(5, 2), [2; 4]);
        assert_eq!((Division::joins(9, 4), Division::joins(1, 2)), (vec![4, 4, 3], vec![]));
        assert_eq!(Division::new(1, 2).done(Node { row: 0, place: 0 }), Next::Whole);
    }
}
