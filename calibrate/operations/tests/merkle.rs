//! Merkle paths.

use operations::merkle::Path;

#[test]
fn a_tampered_leaf_index_or_sibling_gives_another_root() {
    let root = Path::example().root();
    let tampered = |change: fn(&mut Path)| {
        let mut path = Path::example();
        change(&mut path);
        path.root()
    };
    assert_ne!(tampered(|path| path.leaf[0] ^= 1), root);
    assert_ne!(tampered(|path| path.index ^= 1 << 31), root);
    assert_ne!(tampered(|path| path.siblings[17][31] ^= 1), root);
}
