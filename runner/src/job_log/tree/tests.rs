use ct_merkle::mem_backed_tree::MemoryBackedTree;
use proptest::prelude::*;

use super::*;

/// The leaves and roots that the Certificate Transparency projects test their trees with.
const KNOWN: [(&str, &str); 8] = [
    ("", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
    ("00", "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"),
    ("10", "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"),
    ("2021", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"),
    ("3031", "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"),
    ("40414243", "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"),
    ("5051525354555657", "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"),
    (
        "606162636465666768696a6b6c6d6e6f",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ),
];

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len() / 2).map(|i| u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).unwrap()).collect()
}

/// The definition of RFC 6962 section 2.1, word for word.
fn defined(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => empty_root(),
        [leaf] => *leaf,
        _ => {
            let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
            node_hash(&defined(left), &defined(right))
        }
    }
}

fn leaf(index: u64) -> Hash {
    leaf_hash(&index.to_be_bytes())
}

#[test]
fn the_known_leaves_give_the_known_roots() {
    let mut tree = Tree::new();
    assert_eq!(
        tree.root().to_vec(),
        bytes("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    );
    for (entry, root) in KNOWN {
        tree.append(leaf_hash(&bytes(entry)), &mut Vec::new());
        assert_eq!(tree.root().to_vec(), bytes(root));
    }
}

#[test]
fn roots_equal_those_of_another_implementation() {
    let mut theirs = MemoryBackedTree::<Sha256, _>::new();
    let mut ours = Tree::new();
    for index in 0_u64..=600 {
        assert_eq!(ours.size(), index);
        assert_eq!(ours.root()[..], theirs.root().as_bytes()[..]);
        ours.append(leaf(index), &mut Vec::new());
        theirs.push(index.to_be_bytes());
    }
}

#[test]
fn tiles_hold_every_hash_in_its_place() {
    let leaves: Vec<Hash> = (0..70_000).map(leaf).collect();
    let (mut tree, mut tiles) = (Tree::new(), Vec::new());
    for leaf in &leaves {
        tree.append(*leaf, &mut tiles);
    }

    // The example of C2SP tlog-tiles.
    assert_eq!(tiles.iter().filter(|tile| tile.level == 0).count(), 273);
    assert_eq!(tiles.iter().filter(|tile| tile.level == 1).count(), 1);
    assert_eq!([0, 1, 2, 3].map(|level| tree.partial(level).len()), [112, 17, 1, 0]);

    let mut level_0: Vec<u8> = Vec::new();
    for tile in tiles.iter().filter(|tile| tile.level == 0) {
        assert_eq!(tile.hashes.len(), TILE_BYTES);
        assert_eq!(tile.index, u64::try_from(level_0.len() / TILE_BYTES).unwrap());
        level_0.extend_from_slice(&tile.hashes);
    }
    level_0.extend_from_slice(tree.partial(0).as_flattened());
    assert_eq!(level_0, leaves.as_flattened());

    let level_1 = tiles.iter().find(|tile| tile.level == 1).unwrap();
    assert_eq!(level_1.id(), TileId { level: 1, index: 0 });
    for (place, hash) in hashes(&level_1.hashes).iter().enumerate() {
        assert_eq!(*hash, defined(&leaves[place * 256..][..256]));
    }
    assert_eq!(tree.partial(2), [defined(&leaves[..65_536])]);
}

#[test]
fn a_state_goes_out_and_comes_back_at_every_size() {
    let mut tree = Tree::new();
    for index in 0..1_100 {
        let state = tree.to_bytes();
        assert!(state.len() <= HEADER_BYTES + 2 * TILE_BYTES);
        assert_eq!(Tree::from_bytes(&state).as_ref(), Ok(&tree));
        tree.append(leaf(index), &mut Vec::new());
    }
}

#[test]
fn a_state_that_was_changed_is_refused() {
    let mut tree = Tree::new();
    (0..700).for_each(|index| tree.append(leaf(index), &mut Vec::new()));
    let state = tree.to_bytes();

    for place in 0..state.len() {
        let mut changed = state.clone();
        changed[place] ^= 1 << (place % 8);
        assert!(Tree::from_bytes(&changed).is_err(), "byte {place}");
        assert!(Tree::from_bytes(&state[..place]).is_err(), "first {place} bytes");
    }
    let longer = [state.as_slice(), &[0]].concat();
    assert!(matches!(Tree::from_bytes(&longer), Err(TreeFault::Length { .. })));
    let largest = [&[1][..], &[0xff; 8], &[0; 32]].concat();
    assert!(matches!(Tree::from_bytes(&largest), Err(TreeFault::Length { .. })));
    assert_eq!(Tree::from_bytes(&[2]), Err(TreeFault::Version(2)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn roots_follow_the_definition(size in 0_u64..5_000, seed in any::<u64>()) {
        let leaves: Vec<Hash> = (0..size).map(|index| leaf(seed.wrapping_add(index))).collect();
        let mut tree = Tree::new();
        for leaf in &leaves {
            tree.append(*leaf, &mut Vec::new());
        }
        prop_assert_eq!(tree.root(), defined(&leaves));
        prop_assert_eq!(Tree::from_bytes(&tree.to_bytes()), Ok(tree));
    }

    #[test]
    fn any_bytes_for_a_state_are_refused_quietly(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        prop_assert!(Tree::from_bytes(&bytes).is_err());
    }
}
