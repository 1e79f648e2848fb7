//! From transfers to the trace that the circuit accepts, and from the trace to a proof.
//!
//! Building does not check anything: of wrong transfers it makes a trace that breaks the constraints, which the tests use.

use winterfell::crypto::hashers::Rp64_256;
use winterfell::crypto::{DefaultRandomCoin, MerkleTree};
use winterfell::math::FieldElement;
use winterfell::matrix::ColMatrix;
use winterfell::{
    AuxRandElements, CompositionPoly, CompositionPolyTrace, ConstraintCompositionCoefficients,
    DefaultConstraintCommitment, DefaultConstraintEvaluator, DefaultTraceLde, PartitionOptions, ProofOptions, Prover,
    StarkDomain, Trace, TraceInfo, TracePolyTable, TraceTable,
};

use super::air::{
    BITS, HALVED, HASH_ROWS, RECEIVER, ROOT, SENDER, STATE, TRACE_WIDTH, TRANSFER_ROWS, TransferAir, rows,
};
use super::ledger::{Account, Batch, DEPTH, Digest, Transfer, Update, elements};
use super::statement::Statement;
use super::{Commitment, Felt};

/// The trace of a batch; the number of transfers must be a power of two.
pub fn build(batch: &Batch) -> TraceTable<Felt> {
    let mut columns = vec![vec![Felt::ZERO; rows(batch.transfers.len())]; TRACE_WIDTH];
    let mut root = batch.statement().old_root;
    for (number, transfer) in batch.transfers.iter().enumerate() {
        root = fill_transfer(&mut columns, number * TRANSFER_ROWS, transfer, root);
    }
    TraceTable::init(columns)
}

/// Fills the rows of one transfer that begins with `root`; returns the root after it.
fn fill_transfer(columns: &mut [Vec<Felt>], first_row: usize, transfer: &Transfer, root: [Felt; 4]) -> [Felt; 4] {
    let Transfer { sender, receiver } = transfer;
    for (account, update) in [sender, receiver].into_iter().enumerate() {
        for height in 0..DEPTH {
            let row = first_row + height * HASH_ROWS;
            // Between hashes the bit means nothing; it is kept, so that the column stays one of bits.
            columns[BITS + account][row..row + HASH_ROWS].fill(Felt::new(u64::from(update.index >> height & 1)));
        }
    }
    fill_path(columns, SENDER[0], first_row, sender, sender.before);
    fill_path(columns, SENDER[1], first_row, sender, sender.after);
    fill_path(columns, RECEIVER[0], first_row, receiver, receiver.before);
    let new_root = fill_path(columns, RECEIVER[1], first_row, receiver, receiver.after);
    for (element, value) in root.into_iter().enumerate() {
        columns[ROOT + element][first_row..first_row + TRANSFER_ROWS].fill(value);
    }
    let amount = sender.before.balance.wrapping_sub(sender.after.balance);
    for (index, number) in [amount, sender.after.balance, receiver.after.balance].into_iter().enumerate() {
        for row in 0..TRANSFER_ROWS {
            columns[HALVED + index][first_row + row] = Felt::new(number.checked_shr(row as u32).unwrap_or(0));
        }
    }
    new_root
}

/// Fills one path from a leaf upwards; returns the root that it reaches.
fn fill_path(columns: &mut [Vec<Felt>], path: usize, first_row: usize, update: &Update, leaf: Account) -> [Felt; 4] {
    let mut node = leaf.leaf();
    for (height, sibling) in update.siblings.iter().enumerate() {
        let pair = if update.index >> height & 1 == 1 { [*sibling, node] } else { [node, *sibling] };
        let mut state = [Felt::ZERO; STATE];
        state[0] = Felt::new(8);
        state[4..].copy_from_slice(Digest::digests_as_elements(&pair));
        let rows = first_row + height * HASH_ROWS..;
        for (row, round) in rows.zip(0..HASH_ROWS) {
            for (element, value) in state.iter().enumerate() {
                columns[path + element][row] = *value;
            }
            if round < Rp64_256::NUM_ROUNDS {
                Rp64_256::apply_round(&mut state, round);
            }
        }
        node = Digest::new([state[4], state[5], state[6], state[7]]);
    }
    elements(node)
}

/// winterfell's prover with its own defaults for this circuit.
pub struct TransferProver {
    options: ProofOptions,
}

impl TransferProver {
    /// With these options.
    pub fn new(options: ProofOptions) -> Self {
        Self { options }
    }
}

impl Prover for TransferProver {
    type BaseField = Felt;
    type Air = TransferAir;
    type Trace = TraceTable<Felt>;
    type HashFn = Commitment;
    type VC = MerkleTree<Commitment>;
    type RandomCoin = DefaultRandomCoin<Commitment>;
    type TraceLde<E: FieldElement<BaseField = Felt>> = DefaultTraceLde<E, Commitment, Self::VC>;
    type ConstraintCommitment<E: FieldElement<BaseField = Felt>> = DefaultConstraintCommitment<E, Commitment, Self::VC>;
    type ConstraintEvaluator<'a, E: FieldElement<BaseField = Felt>> = DefaultConstraintEvaluator<'a, TransferAir, E>;

    fn get_pub_inputs(&self, trace: &TraceTable<Felt>) -> Statement {
        let last = trace.length() - 1;
        Statement {
            old_root: std::array::from_fn(|element| trace.get(ROOT + element, 0)),
            new_root: std::array::from_fn(|element| trace.get(RECEIVER[1] + 4 + element, last)),
            transfers: trace.length() / TRANSFER_ROWS,
        }
    }

    fn options(&self) -> &ProofOptions {
        &self.options
    }

    fn new_trace_lde<E: FieldElement<BaseField = Felt>>(
        &self,
        trace_info: &TraceInfo,
        main_trace: &ColMatrix<Felt>,
        domain: &StarkDomain<Felt>,
        partition: PartitionOptions,
    ) -> (Self::TraceLde<E>, TracePolyTable<E>) {
        DefaultTraceLde::new(trace_info, main_trace, domain, partition)
    }

    fn build_constraint_commitment<E: FieldElement<BaseField = Felt>>(
        &self,
        composition: CompositionPolyTrace<E>,
        columns: usize,
        domain: &StarkDomain<Felt>,
        partition: PartitionOptions,
    ) -> (Self::ConstraintCommitment<E>, CompositionPoly<E>) {
        DefaultConstraintCommitment::new(composition, columns, domain, partition)
    }

    fn new_evaluator<'a, E: FieldElement<BaseField = Felt>>(
        &self,
        air: &'a TransferAir,
        auxiliary: Option<AuxRandElements<E>>,
        coefficients: ConstraintCompositionCoefficients<E>,
    ) -> Self::ConstraintEvaluator<'a, E> {
        DefaultConstraintEvaluator::new(air, auxiliary, coefficients)
    }
}
