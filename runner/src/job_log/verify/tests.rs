use proptest::prelude::*;

use super::super::note::SecretKey;
use super::super::tree::Tile;
use super::*;

/// A log as a store has it.
#[derive(Clone)]
struct Store {
    entries: Vec<(u64, Vec<u8>)>,
    tiles: Vec<Tile>,
    head: Option<Head>,
    checkpoints: Vec<(String, String)>,
    held: Vec<(u64, Hash)>,
}

fn key() -> SecretKey {
    SecretKey::from_seed("jobs.example.gov.uk/log", &[7; 32]).unwrap()
}

fn text(index: u64) -> Vec<u8> {
    format!(r#"{{"n":{index},"v":1}}"#).into_bytes()
}

impl Store {
    fn of(entries: impl IntoIterator<Item = Vec<u8>>) -> Store {
        let (mut tree, mut tiles) = (Tree::new(), Vec::new());
        let entries: Vec<(u64, Vec<u8>)> = (0..).zip(entries).collect();
        for (_, entry) in &entries {
            tree.append(leaf_hash(entry), &mut tiles);
        }
        // Upper levels first, as a store is asked for them.
        tiles.sort_by_key(|tile| (tile.level == 0, tile.level, tile.index));
        let head = Head { size: tree.size(), root: tree.root(), state: tree.to_bytes() };
        Store { entries, tiles, head: Some(head), checkpoints: Vec::new(), held: Vec::new() }
    }

    fn numbered(size: u64) -> Store {
        Store::of((0..size).map(text))
    }

    fn root_at(&self, size: usize) -> Hash {
        let leaves: Vec<Hash> =
            self.entries[..size].iter().map(|(_, entry)| leaf_hash(entry)).collect();
        Frontier::over(&leaves).root()
    }

    /// Signs the head at this size.
    fn with_checkpoint(mut self, size: usize) -> Store {
        let note = Checkpoint::sign(u64::try_from(size).unwrap(), self.root_at(size), &key());
        self.checkpoints.push((format!("of {size}"), note));
        self
    }

    fn with_held(mut self, size: usize) -> Store {
        self.held.push((u64::try_from(size).unwrap(), self.root_at(size)));
        self
    }

    /// The entries alone, with what is held outside.
    fn exported(mut self) -> Store {
        self.head = None;
        self.tiles.clear();
        self
    }

    fn verifier(&self) -> Verifier {
        let mut verifier = Verifier::new(Claims {
            head: self.head.clone(),
            checkpoints: self.checkpoints.clone(),
            keys: vec![key().verifier().clone()],
            held: self.held.clone(),
        });
        self.tiles.iter().for_each(|tile| verifier.tile(tile.level, tile.index, &tile.hashes));
        verifier
    }

    fn check(&self) -> Report {
        end(self.verifier(), self.entries.iter().map(|(index, entry)| (*index, entry.as_slice())))
    }

    fn fault(&self) -> Fault {
        let report = self.check();
        assert!(!report.sound);
        report.fault.unwrap()
    }

    /// Numbers the entries anew, as one who hides a deletion would.
    fn renumber(&mut self) {
        (0..).zip(&mut self.entries).for_each(|(index, entry)| entry.0 = index);
    }
}

#[test]
fn a_log_as_it_was_written_is_sound_at_every_size() {
    for size in (0..=20).chain([255, 256, 257, 511, 512, 513, 700]) {
        let at = usize::try_from(size).unwrap();
        let store = Store::numbered(size).with_checkpoint(at).with_held(at / 2).with_checkpoint(0);
        let report = store.check();
        assert!(report.sound, "{report}");
        assert_eq!((report.entries, report.heads, report.covered), (size, 3, size));
        assert!(store.exported().check().sound);
    }
    let report = Store::numbered(70_123).with_checkpoint(65_536).check();
    assert!(report.sound, "{report}");
    assert_eq!((report.entries, report.covered), (70_123, 65_536));
}

/// Ends a check that began before, with these entries.
fn end<'e>(mut verifier: Verifier, rest: impl IntoIterator<Item = (u64, &'e [u8])>) -> Report {
    for (index, entry) in rest {
        if verifier.entry(index, entry).is_break() {
            break;
        }
    }
    verifier.finish()
}

#[test]
fn every_changed_bit_is_found_at_its_entry() {
    let store = Store::numbered(700);
    let mut verifier = store.verifier();
    for (index, entry) in &store.entries {
        let near_edge = [0, 1, 255, 256, 511, 512, 699].contains(index);
        let weighed = Weighed::of(entry);
        for bit in 0..entry.len() * 8 {
            let mut changed = entry.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert_ne!(Weighed::of(&changed).leaf, weighed.leaf);
            // All there is to an entry is its hash, so that one bit will do for most.
            if !near_edge && bit != 40 {
                continue;
            }
            let report = end(verifier.clone(), [(*index, changed.as_slice())]);
            // One bit may turn an entry into its neighbour, of which the fault then tells.
            let fault = report.fault.unwrap();
            assert!(matches!(fault, Fault::Changed { index: at, .. } if at == *index));
            assert_eq!((report.first_bad, report.entries), (Some(*index), *index));
        }
        assert!(verifier.entry(*index, entry).is_continue());
    }
    assert!(verifier.finish().sound);
}

#[test]
fn every_missing_added_swapped_or_cut_entry_is_found() {
    let store = Store::numbered(700);
    let near = |index: u64, other: u64| (index / 256 == other / 256).then_some(other);
    let is_last = |index| index == 699;
    let mut verifier = store.verifier();
    for (index, entry) in &store.entries {
        let index = *index;
        let numbered = store.entries[usize::try_from(index).unwrap()..].iter();
        let numbered: Vec<(u64, &[u8])> =
            numbered.map(|(index, entry)| (*index, entry.as_slice())).collect();
        let texts: Vec<&[u8]> = numbered.iter().map(|(_, entry)| *entry).collect();
        let as_it_is = |rest: &[(u64, &[u8])]| {
            end(verifier.clone(), rest.iter().copied()).fault.expect("a fault")
        };
        // As one would who hides what was done.
        let renumbered = |texts: &[&[u8]]| {
            end(verifier.clone(), (index..).zip(texts.iter().copied())).fault.expect("a fault")
        };

        let cut = Fault::Cut { index, size: 700 };
        assert_eq!(as_it_is(&[]), cut);
        let missing = Fault::Missing { index, next: index + 1 };
        assert_eq!(as_it_is(&numbered[1..]), if is_last(index) { cut.clone() } else { missing });
        let closed_up = Fault::Changed { index, holds: near(index, index + 1) };
        assert_eq!(renumbered(&texts[1..]), if is_last(index) { cut } else { closed_up });

        let added: &[u8] = br#"{"new":true,"v":1}"#;
        let more = [&[added], texts.as_slice()].concat();
        assert_eq!(renumbered(&more), Fault::Changed { index, holds: None });

        let twice = [&numbered[..1], &numbered].concat();
        assert_eq!(as_it_is(&twice), Fault::OutOfOrder { index, expected: index + 1 });
        let shifted = Fault::Changed { index: index + 1, holds: near(index + 1, index) };
        let extra = Fault::Extra { index: 700, size: 700 };
        let twice = [&texts[..1], &texts].concat();
        assert_eq!(renumbered(&twice), if is_last(index) { extra } else { shifted });

        for distance in [1, 2, 100, 256] {
            let place = usize::try_from(distance).unwrap();
            if place < texts.len() {
                let mut swapped = numbered.clone();
                swapped.swap(0, place);
                assert_eq!(as_it_is(&swapped), Fault::Missing { index, next: index + distance });
                let mut swapped = texts.clone();
                swapped.swap(0, place);
                let holds = near(index, index + distance);
                assert_eq!(renumbered(&swapped), Fault::Changed { index, holds });
            }
        }
        assert!(verifier.entry(index, entry).is_continue());
    }
    let added = [(700, text(700))];
    let report = end(verifier, added.iter().map(|(index, entry)| (*index, entry.as_slice())));
    assert_eq!(report.fault, Some(Fault::Extra { index: 700, size: 700 }));
}

#[test]
fn changed_stored_hashes_are_told_from_changed_entries() {
    let store = Store::numbered(700);
    for place in [0, 1, 255] {
        let mut changed = store.clone();
        changed.tiles[1].hashes[place * 32] ^= 1;
        let index = 256 + u64::try_from(place).unwrap();
        assert_eq!(changed.fault(), Fault::HashChanged { index });
    }
    // The entry and its hash, but not the hash above.
    let mut both = store.clone();
    both.entries[300].1 = text(9);
    both.tiles[1].hashes[44 * 32..45 * 32].copy_from_slice(&leaf_hash(&text(9)));
    assert_eq!(both.fault(), Fault::Range { from: 256, to: 512 });

    let mut missing = store.clone();
    missing.tiles.remove(1);
    assert_eq!(missing.fault(), Fault::TileMissing { level: 0, tile: 1, index: 256 });
    let mut short = store.clone();
    short.tiles[0].hashes.pop();
    assert_eq!(short.fault(), Fault::TileMissing { level: 0, tile: 0, index: 0 });
    let mut beyond = store;
    beyond.tiles.push(Tile { level: 0, index: 2, hashes: vec![0; TILE_BYTES] });
    assert_eq!(beyond.fault(), Fault::TileBeyond { level: 0, tile: 2, size: 700 });
}

#[test]
fn upper_tiles_are_compared_as_soon_as_they_can_be() {
    let store = Store::numbered(66_000);
    assert_eq!(store.tiles[0].level, 1);
    let mut changed = store.clone();
    changed.tiles[0].hashes[3 * 32] ^= 1;
    assert_eq!(changed.fault(), Fault::Range { from: 768, to: 1_024 });
    let mut missing = store.clone();
    missing.tiles.remove(0);
    assert_eq!(missing.fault(), Fault::TileMissing { level: 1, tile: 0, index: 0 });
    let mut later = store;
    later.entries[65_999].1 = text(9);
    assert_eq!(later.fault(), Fault::Changed { index: 65_999, holds: None });
}

#[test]
fn a_changed_head_is_found_and_does_not_hide_a_changed_entry() {
    let store = Store::numbered(700);
    let change = |how: &dyn Fn(&mut Head)| {
        let mut store = store.clone();
        how(store.head.as_mut().unwrap());
        store
    };
    let changes: [&dyn Fn(&mut Head); 5] = [
        &|head| head.size -= 1,
        &|head| head.size += 1,
        &|head| head.root[9] ^= 1,
        &|head| head.state[50] ^= 1,
        &|head| head.state.clear(),
    ];
    for how in changes {
        let mut store = change(how);
        assert!(matches!(store.fault(), Fault::Head { .. }));
        store.entries[400].1 = text(9);
        assert_eq!(store.fault(), Fault::Changed { index: 400, holds: None });
    }
    let mut edge = change(&|head| head.state.clear());
    edge.entries[650].1 = text(9);
    assert_eq!(edge.fault(), Fault::Root { size: 700 });
}

#[test]
fn an_insider_who_rebuilds_everything_is_found_by_what_is_held() {
    let first = Store::numbered(700);
    let rebuilt = || Store::of((0..700).map(|index| text(if index == 333 { 9 } else { index })));
    assert!(rebuilt().check().sound);

    for checkpoint in [334, 400, 700] {
        let held = first.clone().with_checkpoint(200).with_checkpoint(checkpoint).with_held(300);
        let store = Store { checkpoints: held.checkpoints, held: held.held, ..rebuilt() };
        let size = u64::try_from(checkpoint).unwrap();
        let name = format!("checkpoint of {checkpoint}");
        assert_eq!(store.fault(), Fault::Forked { name, size, from: 300 });
        assert_eq!(store.exported().check().first_bad, Some(300));
    }
    let store = Store { held: first.clone().with_held(700).held, ..rebuilt() };
    assert!(matches!(store.fault(), Fault::Forked { size: 700, from: 0, .. }));

    let held = first.with_checkpoint(690).with_held(700);
    let cut = Store::numbered(650);
    let store = Store { checkpoints: held.checkpoints, ..cut.clone() };
    let name = "checkpoint of 690".to_owned();
    assert_eq!(store.fault(), Fault::Short { name, index: 650, size: 690 });
    let store = Store { held: held.held, ..cut };
    assert!(matches!(store.fault(), Fault::Short { index: 650, size: 700, .. }));
}

#[test]
fn a_checkpoint_that_is_not_good_is_reported_last() {
    let mut store = Store::numbered(700).with_checkpoint(600);
    let forged = store.checkpoints[0].1.replace("600", "601");
    store.checkpoints.push(("in the store".to_owned(), forged));
    let Fault::Checkpoint { name, why } = store.fault() else { panic!() };
    assert_eq!(name, "in the store");
    assert!(why.contains("jobs.example.gov.uk/log"), "{why}");
    store.entries[650].1 = text(9);
    assert_eq!(store.fault(), Fault::Changed { index: 650, holds: None });
}

#[test]
fn entries_of_another_form_are_found_though_their_hashes_fit() {
    let store = Store::of([text(0), br#"{"v":1,"v":1}"#.to_vec(), text(2)]);
    let why = EntryFault { at: 7, why: FormFault::Repeated };
    assert_eq!(store.fault(), Fault::Malformed { index: 1, why });
}

#[test]
fn a_fault_found_by_the_caller_is_reported_unless_one_came_before() {
    let store = Store::numbered(9);
    let column = Fault::Column { index: 0, column: "batch".to_owned() };
    let mut verifier = store.verifier();
    assert!(verifier.entry(0, &text(0)).is_continue());
    verifier.fail(column.clone());
    assert!(verifier.entry(1, &text(8)).is_break());
    assert_eq!(verifier.finish().fault, Some(column));
}

#[test]
fn reports_are_told_to_people_and_to_programs() {
    let mut store = Store::numbered(2_000).with_checkpoint(1_000);
    let root = store.check().root.unwrap();
    assert_eq!(
        store.check().to_string(),
        format!(
            "the log is sound: 2,000 entries, root {root}\n\
             1 signed or held head agrees, covering the first 1,000 entries"
        )
    );
    store.entries.swap(1_041, 1_042);
    store.renumber();
    let report = store.check();
    assert_eq!(
        report.to_string(),
        "the log is NOT sound: entry 1,041 was changed: it has what was written as entry 1,042\n\
         1,041 entries before that are as they were written\n\
         1 signed or held head agrees, covering the first 1,000 entries"
    );
    assert_eq!(
        serde_json::to_string(&report).unwrap(),
        r#"{"sound":false,"entries":1041,"heads":1,"covered":1000,"first_bad":1041,"#.to_owned()
            + r#""message":"entry 1,041 was changed: it has what was written as entry 1,042","#
            + r#""fault":{"code":"changed","index":1041,"holds":1042}}"#
    );
    let alone = Store::numbered(1).check().to_string();
    assert!(alone.starts_with("the log is sound: 1 entry, root "), "{alone}");
    assert!(alone.ends_with("only the store vouches for them"), "{alone}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn the_first_of_several_changes_is_named(
        size in 1_u64..1_200, places in prop::collection::vec(any::<prop::sample::Index>(), 1..6),
    ) {
        let mut store = Store::numbered(size);
        let places: Vec<usize> =
            places.iter().map(|place| place.index(store.entries.len())).collect();
        for place in &places {
            store.entries[*place].1 = br#"{"n":"other","v":1}"#.to_vec();
        }
        let first = u64::try_from(*places.iter().min().unwrap()).unwrap();
        prop_assert_eq!(store.check().first_bad, Some(first));
        prop_assert_eq!(store.check().entries, first);
    }

    #[test]
    fn a_held_head_finds_any_change_before_it(
        size in 1_usize..600, held in any::<prop::sample::Index>(), place in any::<prop::sample::Index>(),
    ) {
        let first = Store::numbered(u64::try_from(size).unwrap());
        let (held, place) = (held.index(size + 1), place.index(size));
        let mut changed = first.entries.clone();
        changed[place].1 = br#"{"n":"other","v":1}"#.to_vec();
        let rebuilt = Store::of(changed.into_iter().map(|(_, entry)| entry));
        let store = Store { held: first.with_held(held).held, ..rebuilt };
        prop_assert_eq!(store.check().sound, place >= held);
    }
}
