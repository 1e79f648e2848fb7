//! What tells one scenario from another: a hash of everything that it says.

use sha2::{Digest, Sha256};

use crate::reading::Layer;

/// The SHA-256 of some bytes, in hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Everything that the layers of a scenario say, for its fingerprint.
pub(crate) fn all_said(layers: &[Layer]) -> Vec<u8> {
    let text = |layer: &Layer| match layer {
        Layer::File(source) => source.text.clone(),
        Layer::Set(text) | Layer::SetBy(_, text) => text.clone(),
    };
    layers.iter().map(text).collect::<Vec<_>>().join("\n").into_bytes()
}
