//! What every circuit must do: count as stated, bind all secrets, and let no tampered proof or statement pass.

use super::system::free_variable;
use super::*;

/// Whether a prover with these values could make a proof that is accepted.
pub fn holds(circuit: impl Circuit) -> bool {
    let matrices = matrices(circuit.clone()).expect("the circuit can be built");
    assignment(circuit).is_ok_and(|assignment| satisfied(&matrices, &assignment))
}

fn counts<C: Circuit>(family: &Family, example: fn(u64) -> C) {
    for &(size, stated) in family.constraints {
        let constraints = matrices(example(size)).expect("the circuit can be built")[0].len();
        assert_eq!(constraints, stated, "{} at {size} {}", family.name, family.size_unit);
    }
    assert!(
        family.constraints.windows(2).all(|pair| pair[0].1 < pair[1].1),
        "{}: cost grows with the input",
        family.name
    );
}

#[test]
fn constraints_are_as_many_as_stated_and_grow_with_the_input() {
    counts(&preimage::family(), preimage::Preimage::example);
    counts(&membership::family(), membership::Membership::example);
    counts(&pattern::family(), pattern::Pattern::example);
    counts(&payment::family(), |_| payment::Payment::example());
}

fn binds(circuit: impl Circuit) {
    let public = circuit.public();
    let matrices = matrices(circuit.clone()).expect("the circuit can be built");
    let assignment = assignment(circuit).expect("the example has all values");
    assert!(satisfied(&matrices, &assignment));
    assert_eq!(assignment[1..=public.len()], public);
    assert_eq!(free_variable(&matrices, &assignment, public.len()), None);
}

#[test]
fn no_variable_of_the_prover_is_free() {
    binds(preimage::Preimage::example(32));
    binds(membership::Membership::example(32));
    binds(pattern::Pattern::example(32));
    binds(payment::Payment::example());
}

fn rejects_what_was_tampered_with(circuit: impl Circuit) {
    let keys = set_up(circuit.clone(), 0).expect("a set-up");
    let public = circuit.public();
    let right = assignment(circuit.clone()).expect("the example has all values");
    let proof = prove(&keys, &right, 0).expect("a proof");
    assert!(verify(&keys, &public, &proof));
    assert_ne!(prove(&keys, &right, 1).expect("a proof"), proof, "proofs are blinded");

    for place in [0, 31, 32, 80, 95, 96, 127] {
        let mut tampered = proof.clone();
        tampered[place] ^= 1;
        assert!(!verify(&keys, &public, &tampered), "byte {place}");
    }
    assert!(!verify(&keys, &public, &proof[..127]) && !verify(&keys, &public, &[proof.as_slice(), &[0]].concat()));
    for changed in 0..public.len() {
        let mut other = public.clone();
        other[changed] += Fr::from(1);
        assert!(!verify(&keys, &other, &proof), "public input {changed}");
    }
    assert!(!verify(&keys, &public[1..], &proof) && !verify(&keys, &[], &proof));

    let mut wrong = right.clone();
    *wrong.last_mut().expect("there are variables") += Fr::from(1);
    let lie = prove(&keys, &wrong, 0).expect("a proof of something false");
    assert!(!verify(&keys, &public, &lie), "an assignment that breaks a constraint");
    let other_keys = set_up(circuit, 1).expect("a set-up");
    assert!(!verify(&other_keys, &public, &proof), "keys of another set-up");
}

#[test]
fn a_tampered_proof_statement_or_witness_is_rejected() {
    rejects_what_was_tampered_with(preimage::Preimage::example(32));
    rejects_what_was_tampered_with(membership::Membership::example(32));
    rejects_what_was_tampered_with(pattern::Pattern::example(32));
    rejects_what_was_tampered_with(payment::Payment::example());
}
