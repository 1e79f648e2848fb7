//! Tests of the circuit: right transfers satisfy every constraint, and each way to cheat breaks one.
//!
//! The constraints are evaluated on the rows of a trace directly: that says which one is broken, not only that one is.

use operations::stark::air::{
    BITS, HALVED, LEAF_CONSTRAINTS, LINK_CONSTRAINTS, RECEIVER, ROOT, ROUND_CONSTRAINTS, SENDER, STATE, TRACE_WIDTH,
    TRANSFER_ROWS, TransferAir,
};
use operations::stark::ledger::{Batch, Transfer};
use operations::stark::statement::Statement;
use operations::stark::{Felt, OPTIONS, trace};
use winterfell::math::FieldElement;
use winterfell::{Air, EvaluationFrame, Trace, TraceTable};

/// Transition constraints that some row breaks, or `usize::MAX` for an assertion.
fn broken(trace: &TraceTable<Felt>, statement: Statement) -> Vec<usize> {
    let air = TransferAir::new(trace.info().clone(), statement, OPTIONS);
    let columns = air.get_periodic_column_values();
    let constraints = air.context().num_main_transition_constraints();
    let mut broken = vec![false; constraints];
    let row_of = |row| (0..TRACE_WIDTH).map(|column| trace.get(column, row)).collect::<Vec<Felt>>();
    for row in 0..trace.length() - 1 {
        let frame = EvaluationFrame::from_rows(row_of(row), row_of(row + 1));
        let periodic: Vec<Felt> = columns.iter().map(|column| column[row % column.len()]).collect();
        let mut result = vec![Felt::ZERO; constraints];
        air.evaluate_transition(&frame, &periodic, &mut result);
        for (broken, value) in broken.iter_mut().zip(result) {
            *broken |= value != Felt::ZERO;
        }
    }
    let mut assertion_holds = true;
    for assertion in air.get_assertions() {
        assertion.apply(trace.length(), |step, value| {
            assertion_holds &= trace.get(assertion.column(), step) == value;
        });
    }
    let named = broken.iter().enumerate().filter(|(_, broken)| **broken).map(|(index, _)| index);
    named.chain((!assertion_holds).then_some(usize::MAX)).collect()
}

/// What is broken when the first of two transfers is changed. The statement is the one that the changed trace gives itself.
fn broken_by(change: impl Fn(&mut Transfer)) -> Vec<usize> {
    let mut batch = Batch::example(2);
    change(&mut batch.transfers[0]);
    let trace = trace::build(&batch);
    let last = trace.length() - 1;
    let new_root = std::array::from_fn(|element| trace.get(RECEIVER[1] + 4 + element, last));
    broken(&trace, Statement { new_root, ..batch.statement() })
}

/// First constraint of each kind.
const LINKS: usize = ROUND_CONSTRAINTS;
const LEAVES: usize = LINKS + 2 + LINK_CONSTRAINTS;
const HALVINGS: usize = LEAVES + LEAF_CONSTRAINTS;
const ROOTS: usize = HALVINGS + 3;

#[test]
fn right_transfers_break_nothing() {
    for count in [1, 2, 8] {
        let batch = Batch::example(count);
        let broken = broken(&trace::build(&batch), batch.statement());
        assert!(broken.is_empty(), "{count} transfers break {broken:?}");
    }
}

#[test]
fn money_cannot_be_made() {
    let more = broken_by(|transfer| transfer.receiver.after.balance += 1);
    assert!(more.contains(&(LEAVES + 6)), "{more:?}");
    let kept = broken_by(|transfer| transfer.sender.after.balance += 1);
    assert!(kept.contains(&(LEAVES + 6)), "{kept:?}");
}

#[test]
fn nobody_can_pay_more_than_he_has_or_less_than_nothing() {
    // Both sides agree on the amount, so only the range of the numbers is broken.
    let moved = |amount: Felt| {
        let mut batch = Batch::example(1);
        let transfer = &mut batch.transfers[0];
        let after = |balance: u64, by: Felt| (Felt::new(balance) + by).as_int();
        transfer.sender.after.balance = after(transfer.sender.before.balance, -amount);
        transfer.receiver.after.balance = after(transfer.receiver.before.balance, amount);
        let mut trace = trace::build(&batch);
        // The prover halves the amount as the field has it.
        for row in 0..TRANSFER_ROWS {
            trace.set(HALVED, row, Felt::new(amount.as_int().checked_shr(row as u32).unwrap_or(0)));
        }
        let statement = batch.statement();
        let root = |element: usize| trace.get(RECEIVER[1] + 4 + element, TRANSFER_ROWS - 1);
        let leaf_constraints = LEAVES..HALVINGS;
        let broken = broken(&trace, Statement { new_root: std::array::from_fn(root), ..statement });
        assert!(!broken.iter().any(|index| leaf_constraints.contains(index)), "{broken:?}");
        broken
    };
    assert!(moved(Felt::new(1 << 41)).contains(&usize::MAX), "more than the balance of 2^40");
    assert!(moved(-Felt::new(5)).contains(&usize::MAX), "a negative amount takes money from the receiver");
}

#[test]
fn nonce_and_owners_are_as_they_must_be() {
    assert!(broken_by(|transfer| transfer.sender.after.nonce -= 1).contains(&LEAVES));
    assert!(broken_by(|transfer| transfer.sender.after.owner[1] += Felt::ONE).contains(&(LEAVES + 2)));
    assert!(broken_by(|transfer| transfer.receiver.after.nonce += 1).contains(&(LEAVES + 3)));
    assert!(broken_by(|transfer| transfer.receiver.after.owner[0] += Felt::ONE).contains(&(LEAVES + 4)));
}

#[test]
fn an_account_that_is_not_in_the_tree_cannot_pay() {
    let richer = broken_by(|transfer| {
        transfer.sender.before.balance += 1;
        transfer.sender.after.balance += 1;
    });
    assert!(richer.iter().any(|index| (ROOTS..ROOTS + 4).contains(index)), "{richer:?}");
    let moved = broken_by(|transfer| transfer.sender.index ^= 1 << 20);
    assert!(moved.iter().any(|index| (ROOTS..ROOTS + 4).contains(index)), "{moved:?}");
    let other = broken_by(|transfer| transfer.receiver.siblings[9] = transfer.receiver.siblings[8]);
    assert!(other.iter().any(|index| (ROOTS + 4..ROOTS + 8).contains(index)), "{other:?}");
}

#[test]
fn each_column_of_the_trace_is_bound_by_a_constraint() {
    let batch = Batch::example(2);
    // The second row of a hash, inputs in the first row of a transfer, and its last row.
    for row in [1, TRANSFER_ROWS, 2 * TRANSFER_ROWS - 1, TRANSFER_ROWS - 1] {
        for column in 0..HALVED {
            let is_bit = (BITS..ROOT).contains(&column);
            if is_bit && row != TRANSFER_ROWS {
                continue;
            }
            let mut trace = trace::build(&batch);
            trace.set(column, row, trace.get(column, row) + Felt::ONE);
            let broken = broken(&trace, batch.statement());
            assert!(!broken.is_empty(), "row {row} column {column} can be anything");
        }
    }
}

#[test]
fn the_siblings_of_a_path_are_the_same_before_and_after() {
    let batch = Batch::example(1);
    let mut other = batch.clone();
    other.transfers[0].sender.siblings[5] = other.transfers[0].sender.siblings[6];
    let mut trace = trace::build(&batch);
    let forged = trace::build(&other);
    for column in SENDER[1]..SENDER[1] + STATE {
        for row in 0..TRANSFER_ROWS {
            trace.set(column, row, forged.get(column, row));
        }
    }
    let found = broken(&trace, batch.statement());
    assert!(found.iter().any(|index| (LINKS + 2 + 8..LINKS + 2 + 12).contains(index)), "{found:?}");
}
