//! What every circuit must do: count as stated, bind all secrets, and let no tampered proof or statement pass.

use std::collections::BTreeMap;

use ark_bn254::Fr;
use ark_relations::gr1cs::{mat_vec_mul, transpose};
use operations::groth16::membership::{self, Membership};
use operations::groth16::pattern::{self, Pattern};
use operations::groth16::payment::{self, Payment};
use operations::groth16::preimage::{self, Preimage};
use operations::groth16::system::{Matrices, assignment, matrices, prove, satisfied, set_up, verify};
use operations::groth16::{Circuit, Family};

fn counts(family: &Family, example: fn(u64) -> Box<dyn Circuit>) {
    for &(size, stated) in family.constraints {
        let constraints = matrices(example(size).as_ref()).expect("the circuit can be built")[0].len();
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
    counts(&preimage::family(), |size| Box::new(Preimage::example(size)));
    counts(&membership::family(), |size| Box::new(Membership::example(size)));
    counts(&pattern::family(), |size| Box::new(Pattern::example(size)));
    counts(&payment::family(), |_| Box::new(Payment::example()));
}

/// The first variable of the prover that could have another value without breaking a constraint, if there is one.
///
/// A secret that can be changed alone is not bound to the statement.
fn free_variable(matrices: &Matrices, assignment: &[Fr], public: usize) -> Option<usize> {
    let columns: Vec<_> = matrices.iter().map(|matrix| transpose(matrix, assignment.len())).collect();
    let values: Vec<Vec<Fr>> = matrices.iter().map(|matrix| mat_vec_mul(matrix, assignment)).collect();
    (public + 1..assignment.len()).find(|&variable| {
        let mut rows: BTreeMap<usize, [Fr; 3]> = BTreeMap::new();
        for (which, columns) in columns.iter().enumerate() {
            for &(coefficient, row) in &columns[variable] {
                rows.entry(row).or_insert([0, 1, 2].map(|which| values[which][row]))[which] += coefficient;
            }
        }
        rows.values().all(|[a, b, c]| *a * b == *c)
    })
}

fn binds(circuit: &dyn Circuit) {
    let public = circuit.public();
    let matrices = matrices(circuit).expect("the circuit can be built");
    let assignment = assignment(circuit).expect("the example has all values");
    assert!(satisfied(&matrices, &assignment));
    assert_eq!(assignment[1..=public.len()], public);
    assert_eq!(free_variable(&matrices, &assignment, public.len()), None);
}

#[test]
fn no_variable_of_the_prover_is_free() {
    binds(&Preimage::example(32));
    binds(&Membership::example(32));
    binds(&Pattern::example(32));
    binds(&Payment::example());
}

fn rejects_what_was_tampered_with(circuit: &dyn Circuit) {
    let keys = set_up(circuit, 0).expect("a set-up");
    let public = circuit.public();
    let right = assignment(circuit).expect("the example has all values");
    let proof = prove(&keys, &right, 0).expect("a proof");
    assert!(verify(&keys, &public, &proof));

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
}

/// What is the proof system's own and no circuit's, on the smallest.
#[test]
fn proofs_are_blinded_and_of_their_own_set_up() {
    let circuit = Preimage::example(32);
    let [keys, other_keys] = [0, 1].map(|number| set_up(&circuit, number).expect("a set-up"));
    let right = assignment(&circuit).expect("the example has all values");
    let [proof, again] = [0, 1].map(|number| prove(&keys, &right, number).expect("a proof"));
    assert_ne!(proof, again, "proofs are blinded");
    assert!(verify(&keys, &circuit.public(), &proof) && verify(&keys, &circuit.public(), &again));
    assert!(!verify(&other_keys, &circuit.public(), &proof), "keys of another set-up");
}

#[test]
fn a_tampered_proof_statement_or_witness_is_rejected() {
    rejects_what_was_tampered_with(&Preimage::example(32));
    rejects_what_was_tampered_with(&Membership::example(32));
    rejects_what_was_tampered_with(&Pattern::example(32));
    rejects_what_was_tampered_with(&Payment::example());
}
