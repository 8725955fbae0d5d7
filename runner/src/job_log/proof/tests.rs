use std::collections::BTreeMap;

use ct_merkle::mem_backed_tree::MemoryBackedTree;
use proptest::prelude::*;
use sha2::Sha256;

use super::super::note::SecretKey;
use super::super::tree::Tile;
use super::*;

/// A log as a store would keep it: the writer's state and the full tiles.
struct Log {
    tree: Tree,
    tiles: BTreeMap<TileId, Vec<u8>>,
}

impl Log {
    fn of(size: u64) -> Log {
        let mut log = Log { tree: Tree::new(), tiles: BTreeMap::new() };
        (0..size).for_each(|_| log.grow());
        log
    }

    fn grow(&mut self) {
        let mut full = Vec::new();
        self.tree.append(leaf(self.tree.size()), &mut full);
        self.tiles.extend(full.into_iter().map(|tile: Tile| (tile.id(), tile.hashes)));
    }

    /// Makes the proof from the tiles it asked for and no others.
    fn prove(&self, plan: &Plan) -> Vec<Hash> {
        let asked = plan.tiles(&self.tree);
        assert!(asked.is_sorted());
        plan.hashes(&self.tree, |tile| {
            asked.binary_search(&tile).unwrap();
            self.tiles.get(&tile).map(Vec::as_slice)
        })
        .unwrap()
    }

    fn root(&self, size: u64) -> Hash {
        self.prove(&Plan::root(size))[0]
    }

    fn check(&self, index: u64, size: u64) {
        let proof = self.prove(&Plan::inclusion(index, size).unwrap());
        verify_inclusion(&leaf(index), index, size, &proof, &self.root(size)).unwrap();
        let proof = self.prove(&Plan::consistency(index, size).unwrap());
        verify_consistency(index, &self.root(index), size, &self.root(size), &proof).unwrap();
    }
}

fn leaf(index: u64) -> Hash {
    leaf_hash(&index.to_be_bytes())
}

#[test]
fn proofs_equal_those_of_another_implementation() {
    let (mut log, mut theirs) = (Log::of(0), MemoryBackedTree::<Sha256, _>::new());
    for size in 1_u64..=600 {
        log.grow();
        theirs.push((size - 1).to_be_bytes());
        // Every pair of small sizes; of larger ones those near the edges of tiles, and some more.
        let near_edge = [1, 127, 256, 511, 513, size / 3, size - 1];
        for index in 0..size {
            if size > 40 && !near_edge.contains(&index) {
                continue;
            }
            let proof = log.prove(&Plan::inclusion(index, size).unwrap());
            let at = usize::try_from(index).unwrap();
            assert_eq!(proof.as_flattened(), theirs.prove_inclusion(at).as_bytes());
            verify_inclusion(&leaf(index), index, size, &proof, &log.tree.root()).unwrap();
            if index > 0 {
                let proof = log.prove(&Plan::consistency(index, size).unwrap());
                let added = usize::try_from(size - index).unwrap();
                assert_eq!(proof.as_flattened(), theirs.prove_consistency(added).as_bytes());
            }
        }
    }
}

#[test]
fn proofs_hold_for_every_two_sizes_of_a_small_log() {
    let log = Log::of(600);
    for size in (1..40).chain([255, 256, 257, 513]) {
        for index in 0..size {
            log.check(index, size);
        }
    }
}

#[test]
fn proofs_hold_in_a_log_of_three_levels() {
    let log = Log::of(70_123);
    let edges = [1, 255, 256, 257, 65_279, 65_535, 65_536, 65_537, 69_888, 70_122, 70_123];
    for size in edges {
        edges.into_iter().filter(|index| *index < size).for_each(|index| log.check(index, size));
    }
    let (mut theirs, root) = (MemoryBackedTree::<Sha256, _>::new(), log.tree.root());
    (0..70_123_u64).for_each(|index| theirs.push(index.to_be_bytes()));
    assert_eq!(root[..], theirs.root().as_bytes()[..]);
    for index in [0_u64, 42_424, 65_536, 70_000, 70_122] {
        let proof = log.prove(&Plan::inclusion(index, 70_123).unwrap());
        let at = usize::try_from(index).unwrap();
        assert_eq!(proof.as_flattened(), theirs.prove_inclusion(at).as_bytes());
    }
}

#[test]
fn a_log_grows_out_of_nothing_and_out_of_itself() {
    let root = leaf(1);
    assert_eq!(verify_consistency(0, &empty_root(), 9, &root, &[]), Ok(()));
    assert_eq!(verify_consistency(0, &root, 9, &root, &[]), Err(ProofFault::Root));
    assert_eq!(verify_consistency(9, &root, 9, &root, &[]), Ok(()));
    assert_eq!(verify_consistency(9, &leaf(2), 9, &root, &[]), Err(ProofFault::Root));
    assert_eq!(verify_consistency(9, &root, 9, &root, &[root]), Err(ProofFault::Length));
    assert!(matches!(Plan::consistency(9, 8), Err(ProofFault::Shrunk { .. })));
    assert!(matches!(verify_consistency(9, &root, 8, &root, &[]), Err(ProofFault::Shrunk { .. })));
}

#[test]
fn what_cannot_be_proven_is_refused() {
    let log = Log::of(300);
    assert_eq!(Plan::inclusion(300, 300), Err(ProofFault::NoEntry { index: 300, size: 300 }));
    let plan = Plan::inclusion(3, 301).unwrap();
    let nothing = |_: TileId| None;
    assert_eq!(plan.hashes(&log.tree, nothing), Err(ProofFault::Beyond { size: 301, log: 300 }));
    let plan = Plan::inclusion(3, 300).unwrap();
    let missing = Err(ProofFault::Tile { level: 0, index: 0 });
    assert_eq!(plan.hashes(&log.tree, nothing), missing);
    assert_eq!(plan.hashes(&log.tree, |_| Some(&[0; TILE_BYTES - 1])), missing);
}

fn proof_file() -> (ProofFile, SecretKey) {
    let log = Log::of(700);
    let key = SecretKey::from_seed("jobs.example.gov.uk/log", &[7; 32]).unwrap();
    let checkpoint = Checkpoint::sign(700, log.tree.root(), &key);
    let hashes = log.prove(&Plan::inclusion(42, 700).unwrap());
    (ProofFile { extra: None, index: 42, hashes, checkpoint }, key)
}

#[test]
fn a_proof_file_goes_out_and_comes_back() {
    let (file, key) = proof_file();
    let keys = [key.verifier().clone()];
    let entry = 42_u64.to_be_bytes();
    for extra in [None, Some(b"what was decided".to_vec())] {
        let file = ProofFile { extra, ..file.clone() };
        let read = ProofFile::parse(&file.to_text()).unwrap();
        assert_eq!(read, file);
        assert_eq!(read.verify(&entry, &keys).unwrap().size, 700);
        assert_eq!(read.verify(&entry[1..], &keys), Err(ProofFault::Root));
        let moved = ProofFile { index: 43, ..read };
        assert_eq!(moved.verify(&entry, &keys), Err(ProofFault::Root));
    }
    assert_eq!(file.verify(&entry, &[]), Err(ProofFault::Checkpoint(NoteFault::Unsigned)));
    let single = ProofFile { hashes: Vec::new(), ..file };
    assert_eq!(ProofFile::parse(&single.to_text()), Ok(single));
}

#[test]
fn a_proof_file_that_was_changed_is_refused() {
    let (file, key) = proof_file();
    let keys = [key.verifier().clone()];
    let entry = 42_u64.to_be_bytes();
    let text = file.to_text();
    let proves =
        |text: &str| ProofFile::parse(text).and_then(|file| file.verify(&entry, &keys)).is_ok();
    assert!(proves(&text));
    for place in 0..text.len() {
        for bit in 0..7 {
            let mut bytes = text.clone().into_bytes();
            bytes[place] ^= 1 << bit;
            assert!(!String::from_utf8(bytes).is_ok_and(|text| proves(&text)), "{place} {bit}");
        }
        assert!(!text.is_char_boundary(place) || !proves(&text[..place]), "{place}");
    }
    for (from, to) in [
        ("@v1\n", "@v2\n"),
        ("@v1\n", "@v1\n\n"),
        ("@v1\n", "@v1\nextra \n"),
        ("@v1\n", "@v1\nextra !\n"),
        ("@v1\n", "@v1\nextra YQ==\nextra YQ==\n"),
        ("index 42", "index 042"),
        ("index 42", "index +42"),
        ("index 42\n", ""),
        ("index 42\n", "index 42\nindex 42\n"),
        ("\n\n", "\n"),
    ] {
        assert!(!proves(&text.replacen(from, to, 1)), "{from:?} to {to:?}");
    }
    let line = format!("{}\n", BASE64.encode([0; 32]));
    let long = text.replace("index 42\n", &format!("index 42\n{}", line.repeat(65)));
    assert_eq!(ProofFile::parse(&long), Err(ProofFault::File));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_proof_holds_for_its_own_claim_only(
        size in 1_u64..1_500, index in any::<prop::sample::Index>(), place in any::<prop::sample::Index>(),
        bit in 0..256_usize,
    ) {
        let log = Log::of(size);
        let root = log.tree.root();
        let index = u64::try_from(index.index(usize::try_from(size).unwrap())).unwrap();
        let proof = log.prove(&Plan::inclusion(index, size).unwrap());
        let holds = |leaf: &Hash, index, size, proof: &[Hash]| {
            verify_inclusion(leaf, index, size, proof, &root).is_ok()
        };
        prop_assert!(holds(&leaf(index), index, size, &proof));
        prop_assert!(!holds(&leaf(index + 1), index, size, &proof));
        prop_assert!(!holds(&leaf(index), index ^ 1, size, &proof));
        prop_assert!(!holds(&leaf(index), index, size, &[proof.as_slice(), &[root]].concat()));
        if !proof.is_empty() {
            prop_assert!(!holds(&leaf(index), index, size, &proof[1..]));
            let mut changed = proof.clone();
            changed[place.index(proof.len())][bit / 8] ^= 1 << (bit % 8);
            prop_assert!(!holds(&leaf(index), index, size, &changed));
        }

        let first = log.root(index);
        let grew = log.prove(&Plan::consistency(index, size).unwrap());
        let grows = |first: &Hash, proof: &[Hash]| {
            verify_consistency(index, first, size, &root, proof).is_ok()
        };
        prop_assert!(grows(&first, &grew));
        prop_assert!(!grows(&leaf(size), &grew));
        prop_assert!(!grows(&first, &[grew.as_slice(), &[root]].concat()));
        if !grew.is_empty() {
            prop_assert!(!grows(&first, &grew[1..]));
            let mut changed = grew.clone();
            changed[place.index(grew.len())][bit / 8] ^= 1 << (bit % 8);
            prop_assert!(!grows(&first, &changed));
        }
    }

    #[test]
    fn any_proof_is_checked_quietly(
        index in any::<u64>(), size in any::<u64>(), proof in prop::collection::vec(any::<Hash>(), 0..70),
    ) {
        let root = leaf(0);
        prop_assert!(verify_inclusion(&root, index, size, &proof, &root).is_err() || size == 1);
        prop_assert!(verify_consistency(index, &root, size, &root, &proof).is_err() || index == size);
    }

    #[test]
    fn any_text_for_a_proof_file_is_refused_quietly(text in "(c2sp.org/tlog-proof@v1\n)?(index [0-9]{1,22}\n)?\\PC*(\n\n\\PC*)?") {
        prop_assert!(ProofFile::parse(&text).and_then(|file| file.verify(b"", &[])).is_err());
    }
}
