//! The circuit that binds the four hashes of a job: the public digest is the Poseidon hash of all of them.
//!
//! A hash of 32 bytes enters as two field elements of 128 bits. The circuit does not check that they are so small: who settles
//! computes the digest from bytes, and other elements with that digest would be a collision.

use halo2_gadgets::poseidon::primitives::{ConstantLength, Hash as Poseidon, P128Pow5T3};
use halo2_gadgets::poseidon::{Hash, Pow5Chip, Pow5Config};
use halo2_proofs::circuit::{Layouter, SimpleFloorPlanner, Value};
use halo2_proofs::plonk::{Advice, Circuit, Column, ConstraintSystem, Error, Instance};
use pasta_curves::Fp;
use pasta_curves::group::ff::PrimeField;

/// Hashes that a job binds: job id, model, input, output.
pub const HASHES: usize = 4;
/// Field elements that they enter as.
const ELEMENTS: usize = 2 * HASHES;
/// Width of the permutation, and how many elements it takes at a time.
const WIDTH: usize = 3;
const RATE: usize = 2;
/// The circuit fits 2 to this power of rows.
pub const LOG_ROWS: u32 = 8;

/// The four hashes of a job.
pub type Hashes = [[u8; 32]; HASHES];

/// What the prover knows of a job.
#[derive(Clone, Copy)]
pub struct Binding {
    elements: Value<[Fp; ELEMENTS]>,
}

/// The columns of the circuit.
#[derive(Clone, Debug)]
pub struct Columns {
    poseidon: Pow5Config<Fp, WIDTH, RATE>,
    inputs: [Column<Advice>; RATE],
    digest: Column<Instance>,
}

/// The witness of a job, and its public digest.
pub fn bind(hashes: &Hashes) -> (Binding, Fp) {
    let elements = std::array::from_fn(|place| {
        let half = &hashes[place / 2][place % 2 * 16..][..16];
        Fp::from_u128(half.iter().rev().fold(0, |number, &byte| number << 8 | u128::from(byte)))
    });
    let digest = Poseidon::<_, P128Pow5T3, ConstantLength<ELEMENTS>, WIDTH, RATE>::init().hash(elements);
    (Binding { elements: Value::known(elements) }, digest)
}

impl Binding {
    /// The circuit without a job, for making keys.
    pub fn unknown() -> Self {
        Self { elements: Value::unknown() }
    }
}

impl Circuit<Fp> for Binding {
    type Config = Columns;
    type FloorPlanner = SimpleFloorPlanner;

    fn without_witnesses(&self) -> Self {
        Self::unknown()
    }

    fn configure(meta: &mut ConstraintSystem<Fp>) -> Columns {
        let state: [Column<Advice>; WIDTH] = std::array::from_fn(|_| meta.advice_column());
        let digest = meta.instance_column();
        meta.enable_equality(digest);
        let partial_sbox = meta.advice_column();
        let before = std::array::from_fn(|_| meta.fixed_column());
        let after: [_; WIDTH] = std::array::from_fn(|_| meta.fixed_column());
        meta.enable_constant(after[0]);
        let poseidon = Pow5Chip::configure::<P128Pow5T3>(meta, state, partial_sbox, before, after);
        Columns { poseidon, inputs: [state[0], state[1]], digest }
    }

    fn synthesize(&self, columns: Columns, mut layouter: impl Layouter<Fp>) -> Result<(), Error> {
        let chip = Pow5Chip::construct(columns.poseidon.clone());
        let message = layouter.assign_region(
            || "hashes",
            |mut region| {
                let mut cells = Vec::with_capacity(ELEMENTS);
                for place in 0..ELEMENTS {
                    let (column, row) = (columns.inputs[place % RATE], place / RATE);
                    let value = self.elements.map(|elements| elements[place]);
                    cells.push(region.assign_advice(|| "half of a hash", column, row, || value)?);
                }
                <[_; ELEMENTS]>::try_from(cells).map_err(|_| Error::Synthesis)
            },
        )?;
        let hash = Hash::<_, _, P128Pow5T3, ConstantLength<ELEMENTS>, WIDTH, RATE>::init(
            chip,
            layouter.namespace(|| "poseidon"),
        )?;
        let digest = hash.hash(layouter.namespace(|| "digest"), message)?;
        layouter.constrain_instance(digest.cell(), columns.digest, 0)
    }
}
