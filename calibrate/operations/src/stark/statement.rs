//! What a proof of transfers states.

use winterfell::math::ToElements;

use super::Felt;

/// What a proof states: these many transfers lead from the old root to the new one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Statement {
    /// Root of the state before the first transfer.
    pub old_root: [Felt; 4],
    /// Root of the state after the last.
    pub new_root: [Felt; 4],
    /// How many, a power of two.
    pub transfers: usize,
}

impl ToElements<Felt> for Statement {
    fn to_elements(&self) -> Vec<Felt> {
        [self.old_root.as_slice(), &self.new_root, &[Felt::new(self.transfers as u64)]].concat()
    }
}
