//! Reads the exact versions of the measured libraries from the lock file, so that a calibration never states a wrong one.

use std::{env, fs, path::PathBuf};

const LIBRARIES: &[&str] = &[
    "ark-groth16",
    "blake3",
    "ed25519-dalek",
    "halo2_proofs",
    "libcrux-ml-dsa",
    "libcrux-ml-kem",
    "lru",
    "qp-plonky2",
    "redb",
    "tari_bulletproofs_plus",
    "winterfell",
];

fn main() {
    let crate_folder = PathBuf::from(env::var("CARGO_MANIFEST_DIR").expect("cargo tells the folder"));
    let lock = crate_folder.join("../../Cargo.lock");
    let text = fs::read_to_string(&lock).expect("the workspace has a lock file");
    for library in LIBRARIES {
        let entry = format!("name = \"{library}\"\nversion = \"");
        let version = text.split_once(&entry).and_then(|(_, rest)| rest.split('"').next());
        let version = version.unwrap_or_else(|| panic!("{library} is not in the lock file"));
        let variable = library.to_uppercase().replace('-', "_");
        println!("cargo::rustc-env=LIBRARY_{variable}={library} {version}");
    }
    println!("cargo::rerun-if-changed={}", lock.display());
    println!("cargo::rerun-if-changed=build.rs");
}
