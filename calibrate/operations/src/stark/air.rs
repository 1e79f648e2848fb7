//! The circuit: which traces are transfers.
//!
//! A transfer takes 256 rows: four paths side by side (sender before and after, receiver before and after), 32 hashes of 8 rows
//! each. Row 0 of a hash holds its input, rows 1–7 the state after each round of Rescue-Prime.
//!
//! ```text
//!  column   0      12      24      36      48  50     54                              57
//!           ├before┼─after─┼before─┼─after─┼bits┼─root─┼──what is left of three numbers─┤
//!           └───sender─────┴──receiver─────┘
//!  row 0 of a transfer    the leaves are the accounts; the amount moves; the three numbers are loaded
//!  row 7 of each hash     its digest is a child in the next hash, on the side that the bit says
//!  row 255                sender before = root; sender after = receiver before; receiver after = the next transfer's root
//! ```
//!
//! A number is below 2^62 because halving it 62 times, with remainders 0 or 1, leaves zero.

use winterfell::crypto::hashers::Rp64_256;
use winterfell::math::FieldElement;
use winterfell::{
    Air, AirContext, Assertion, EvaluationFrame, ProofOptions, TraceInfo, TransitionConstraintDegree as Degree,
};

use super::Felt;
use super::ledger::{BALANCE_BITS, DEPTH};
use super::statement::Statement;

/// Elements of a hash state: four of capacity, then left child, then right child.
pub const STATE: usize = Rp64_256::STATE_WIDTH;
/// Rows of one hash: its input and one row per round.
pub const HASH_ROWS: usize = Rp64_256::NUM_ROUNDS + 1;
/// Rows of one transfer.
pub const TRANSFER_ROWS: usize = DEPTH * HASH_ROWS;

/// First column of each path: before and after the change.
pub const SENDER: [usize; 2] = [0, STATE];
/// The same for the receiver.
pub const RECEIVER: [usize; 2] = [2 * STATE, 3 * STATE];
/// Column of the sender's direction bit; the receiver's is next to it.
pub const BITS: usize = 4 * STATE;
/// First of the four columns that hold the root before the transfer.
pub const ROOT: usize = BITS + 2;
/// First of the three columns in which amount, sender's and receiver's new balance are halved row by row.
pub const HALVED: usize = ROOT + 4;
/// Number of columns.
pub const TRACE_WIDTH: usize = HALVED + 3;

/// Constraints that rows of a hash follow from each other; they come first.
pub const ROUND_CONSTRAINTS: usize = 4 * STATE;
/// Constraints on digests and siblings, after one for each of the two bits.
pub const LINK_CONSTRAINTS: usize = 2 * (4 + 8);
/// Constraints on the accounts, after those.
pub const LEAF_CONSTRAINTS: usize = 10;
/// Constraints on the roots, which come last, after three on what is halved.
pub const ROOT_CONSTRAINTS: usize = 12;

/// Rows that so many transfers take.
pub fn rows(transfers: usize) -> usize {
    transfers * TRANSFER_ROWS
}

/// The constraints on a trace.
pub struct TransferAir {
    context: AirContext<Felt>,
    statement: Statement,
}

impl Air for TransferAir {
    type BaseField = Felt;
    type PublicInputs = Statement;

    fn new(trace: TraceInfo, statement: Statement, options: ProofOptions) -> Self {
        assert_eq!(trace.width(), TRACE_WIDTH, "checked before a proof is verified");
        let mut degrees = vec![Degree::with_cycles(7, vec![HASH_ROWS]); ROUND_CONSTRAINTS];
        degrees.extend(vec![Degree::new(2); 2]);
        for _ in 0..2 {
            degrees.extend(vec![Degree::with_cycles(2, vec![TRANSFER_ROWS]); 8]);
            degrees.extend(vec![Degree::with_cycles(2, vec![HASH_ROWS]); 4]);
        }
        degrees.extend(vec![Degree::with_cycles(2, vec![TRANSFER_ROWS]); LEAF_CONSTRAINTS]);
        degrees.extend(vec![Degree::with_cycles(2, vec![TRANSFER_ROWS]); 3]);
        degrees.extend(vec![Degree::with_cycles(1, vec![TRANSFER_ROWS]); ROOT_CONSTRAINTS]);
        let assertions = 4 * 4 + 3 + 4 + 4;
        Self { context: AirContext::new(trace, degrees, assertions, options), statement }
    }

    fn context(&self) -> &AirContext<Felt> {
        &self.context
    }

    fn get_periodic_column_values(&self) -> Vec<Vec<Felt>> {
        let flags = |length: usize, set: &dyn Fn(usize) -> bool| -> Vec<Felt> {
            (0..length).map(|row| if set(row) { Felt::ONE } else { Felt::ZERO }).collect()
        };
        let last_of_hash = |row: usize| row % HASH_ROWS == HASH_ROWS - 1;
        let mut columns = vec![
            flags(HASH_ROWS, &|row| !last_of_hash(row)),
            flags(HASH_ROWS, &|row| row == 0),
            flags(TRANSFER_ROWS, &|row| last_of_hash(row) && row != TRANSFER_ROWS - 1),
            flags(TRANSFER_ROWS, &|row| row == 0),
            flags(TRANSFER_ROWS, &|row| row == TRANSFER_ROWS - 2),
            flags(TRANSFER_ROWS, &|row| row == TRANSFER_ROWS - 1),
        ];
        for constants in [&Rp64_256::ARK1, &Rp64_256::ARK2] {
            for element in 0..STATE {
                // The row after the last round has no constants: its constraint is switched off.
                let rounds = constants.iter().map(|round| round[element]);
                columns.push(rounds.chain([Felt::ZERO]).collect());
            }
        }
        columns
    }

    fn evaluate_transition<E: FieldElement<BaseField = Felt>>(
        &self,
        frame: &EvaluationFrame<E>,
        periodic: &[E],
        result: &mut [E],
    ) {
        let (current, next) = (frame.current(), frame.next());
        let periodic = Periodic::of(periodic);
        let (rounds, result) = result.split_at_mut(ROUND_CONSTRAINTS);
        let (links, result) = result.split_at_mut(2 + LINK_CONSTRAINTS);
        let (leaves, result) = result.split_at_mut(LEAF_CONSTRAINTS);
        let (halvings, roots) = result.split_at_mut(3);
        evaluate_rounds(current, next, &periodic, rounds);
        evaluate_links(current, next, &periodic, links);
        evaluate_leaves(current, &periodic, leaves);
        for (column, halving) in (HALVED..).zip(halvings) {
            let remainder = current[column] - next[column].double();
            *halving = (E::ONE - periodic.last_row) * remainder * (remainder - E::ONE);
        }
        evaluate_roots(current, next, &periodic, roots);
    }

    fn get_assertions(&self) -> Vec<Assertion<Felt>> {
        let last = self.trace_length() - 1;
        let mut assertions = Vec::new();
        for path in SENDER.into_iter().chain(RECEIVER) {
            // The capacity of a hash of eight elements, as the library pads it.
            assertions.push(Assertion::periodic(path, 0, HASH_ROWS, Felt::new(8)));
            assertions.extend((1..4).map(|column| Assertion::periodic(path + column, 0, HASH_ROWS, Felt::ZERO)));
        }
        for column in HALVED..TRACE_WIDTH {
            assertions.push(Assertion::periodic(column, BALANCE_BITS, TRANSFER_ROWS, Felt::ZERO));
        }
        for element in 0..4 {
            assertions.push(Assertion::single(ROOT + element, 0, self.statement.old_root[element]));
            assertions.push(Assertion::single(RECEIVER[1] + 4 + element, last, self.statement.new_root[element]));
        }
        assertions
    }
}

/// The values of the periodic columns in one row.
struct Periodic<'a, E> {
    /// A round of the hash leads to the next row.
    in_hash: E,
    /// The row holds inputs of hashes.
    hash_input: E,
    /// The row holds digests that are inputs in the next row.
    link: E,
    /// First row of a transfer.
    first_row: E,
    /// Last row but one.
    before_last_row: E,
    /// Last row.
    last_row: E,
    /// Constants of the first half of the round.
    constants_1: &'a [E],
    /// Constants of the second half.
    constants_2: &'a [E],
}

impl<'a, E: FieldElement> Periodic<'a, E> {
    fn of(values: &'a [E]) -> Self {
        Self {
            in_hash: values[0],
            hash_input: values[1],
            link: values[2],
            first_row: values[3],
            before_last_row: values[4],
            last_row: values[5],
            constants_1: &values[6..6 + STATE],
            constants_2: &values[6 + STATE..6 + 2 * STATE],
        }
    }
}

/// A round of Rescue-Prime in each of the four paths. The round is met in the middle, where both halves have degree 7:
/// forwards x ↦ M·x⁷ + c₁, backwards y ↦ (M⁻¹·(y − c₂))⁷.
fn evaluate_rounds<E>(current: &[E], next: &[E], periodic: &Periodic<'_, E>, result: &mut [E])
where
    E: FieldElement<BaseField = Felt>,
{
    for (path, result) in result.chunks_exact_mut(STATE).enumerate() {
        let columns = path * STATE..(path + 1) * STATE;
        let (before, after) = (&current[columns.clone()], &next[columns]);
        let powers: [E; STATE] = std::array::from_fn(|element| seventh(before[element]));
        let unshifted: [E; STATE] = std::array::from_fn(|element| after[element] - periodic.constants_2[element]);
        for (element, result) in result.iter_mut().enumerate() {
            let forwards = product(&Rp64_256::MDS[element], &powers) + periodic.constants_1[element];
            let backwards = seventh(product(&Rp64_256::INV_MDS[element], &unshifted));
            *result = periodic.in_hash * (forwards - backwards);
        }
    }
}

fn seventh<E: FieldElement>(value: E) -> E {
    let cube = value.square() * value;
    cube.square() * value
}

fn product<E: FieldElement<BaseField = Felt>>(row: &[Felt; STATE], vector: &[E; STATE]) -> E {
    row.iter().zip(vector).fold(E::ZERO, |sum, (&factor, &element)| sum + element.mul_base(factor))
}

/// The child on the side that the bit names: left for 0, right for 1.
fn child<E: FieldElement>(row: &[E], path: usize, bit: E, element: usize) -> E {
    let (left, right) = (row[path + 4 + element], row[path + 8 + element]);
    left + bit * (right - left)
}

/// Bits are bits, digests climb, and a path has the same siblings before and after.
fn evaluate_links<E: FieldElement>(current: &[E], next: &[E], periodic: &Periodic<'_, E>, result: &mut [E]) {
    let (bits, links) = result.split_at_mut(2);
    for (account, paths) in [SENDER, RECEIVER].into_iter().enumerate() {
        let bit = current[BITS + account];
        let next_bit = next[BITS + account];
        bits[account] = bit * (bit - E::ONE);
        let result = &mut links[account * LINK_CONSTRAINTS / 2..];
        for element in 0..4 {
            for (which, path) in paths.into_iter().enumerate() {
                let climbed = child(next, path, next_bit, element) - current[path + 4 + element];
                result[4 * which + element] = periodic.link * climbed;
            }
            let sibling = |path| child(current, path, E::ONE - bit, element);
            result[8 + element] = periodic.hash_input * (sibling(paths[0]) - sibling(paths[1]));
        }
    }
}

/// What a transfer does to the two accounts, and which numbers are halved.
fn evaluate_leaves<E: FieldElement>(current: &[E], periodic: &Periodic<'_, E>, result: &mut [E]) {
    const BALANCE: usize = 0;
    const NONCE: usize = 1;
    const OWNER: [usize; 2] = [2, 3];
    let (sender_bit, receiver_bit) = (current[BITS], current[BITS + 1]);
    let sender = |which: usize, element| child(current, SENDER[which], sender_bit, element);
    let receiver = |which: usize, element| child(current, RECEIVER[which], receiver_bit, element);
    let amount = sender(0, BALANCE) - sender(1, BALANCE);
    let differences = [
        sender(0, NONCE) + E::ONE - sender(1, NONCE),
        sender(0, OWNER[0]) - sender(1, OWNER[0]),
        sender(0, OWNER[1]) - sender(1, OWNER[1]),
        receiver(0, NONCE) - receiver(1, NONCE),
        receiver(0, OWNER[0]) - receiver(1, OWNER[0]),
        receiver(0, OWNER[1]) - receiver(1, OWNER[1]),
        receiver(0, BALANCE) + current[HALVED] - receiver(1, BALANCE),
        current[HALVED] - amount,
        current[HALVED + 1] - sender(1, BALANCE),
        current[HALVED + 2] - receiver(1, BALANCE),
    ];
    for (result, difference) in result.iter_mut().zip(differences) {
        *result = periodic.first_row * difference;
    }
}

/// The root before a transfer is the sender's, each update begins where the one before ended, and so does each transfer.
/// Equalities in the last row are written about the row after the last but one, because nothing leads on from a trace's last row.
fn evaluate_roots<E: FieldElement>(current: &[E], next: &[E], periodic: &Periodic<'_, E>, result: &mut [E]) {
    for element in 0..4 {
        let digest = |row: &[E], path: usize| row[path + 4 + element];
        let root = current[ROOT + element];
        let proven = digest(current, RECEIVER[1]);
        result[element] = periodic.before_last_row * (next[ROOT + element] - digest(next, SENDER[0]));
        result[4 + element] = periodic.before_last_row * (digest(next, SENDER[1]) - digest(next, RECEIVER[0]));
        result[8 + element] = next[ROOT + element] - root - periodic.last_row * (proven - root);
    }
}
