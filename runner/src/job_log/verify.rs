//! Finds the first entry of a log that is not as it was written, from the entries, the stored tiles
//! and head, and what is held outside. It is fed in order and keeps a few tiles only; who reads the
//! store, and how, is for others.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use super::note::{Checkpoint, VerifierKey};
use super::tree::{
    Frontier, Hash, TILE_BYTES, TILE_HEIGHT, TILE_WIDTH, TileId, Tree, hashes, leaf_hash,
    place_in_tile,
};

mod form;
mod report;
#[cfg(test)]
mod tests;

pub use form::{
    DEEPEST_ENTRY, EntryFault, FormFault, LONGEST_ENTRY, Named, check_entry_bytes, read_entry,
};
pub use report::{Fault, Report};

/// The head row of a log, as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// How many entries it says there are.
    pub size: u64,
    /// The root it says they have.
    pub root: Hash,
    /// The writer's state: [`Tree::to_bytes`].
    pub state: Vec<u8>,
}

/// What a log is held to.
#[derive(Clone, Debug, Default)]
pub struct Claims {
    /// The stored head; none for an exported log, which comes without head and tiles.
    pub head: Option<Head>,
    /// Signed heads, stored or held outside: where each is from, and its text.
    pub checkpoints: Vec<(String, String)>,
    /// The keys by which they are checked; the log's own among them.
    pub keys: Vec<VerifierKey>,
    /// Sizes and roots held outside, on a results workbook for one.
    pub held: Vec<(u64, Hash)>,
}

/// What one entry's bytes give by themselves. Any thread may work this out ahead of the verifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weighed {
    leaf: Hash,
    form: Result<(), EntryFault>,
}

impl Weighed {
    /// Hashes the bytes and checks their form.
    pub fn of(entry: &[u8]) -> Weighed {
        Self::and_named(entry).0
    }

    /// The same, and what the entry names; nothing if its form is not sound.
    pub fn and_named(entry: &[u8]) -> (Weighed, Option<Named<'_>>) {
        let read = read_entry(entry);
        (Weighed { leaf: leaf_hash(entry), form: read.map(drop) }, read.ok())
    }
}

/// Checks a log, entry by entry.
///
/// Feed every stored tile with [`tile`](Verifier::tile) before the first entry it covers: those of
/// level 1 and above first, then each of level 0 before its 256 entries. Feed the entries in
/// order with [`entry`](Verifier::entry) until it breaks, and [`finish`](Verifier::finish).
#[derive(Clone, Debug)]
pub struct Verifier {
    frontier: Frontier,
    /// How many entries were found as they were written.
    sound: u64,
    stored: Option<Stored>,
    /// Heads to compare with, the largest first.
    anchors: Vec<Anchor>,
    agreed: usize,
    covered: u64,
    fault: Option<Fault>,
    /// A fault that names no entry: reported if none does.
    aside: Option<Fault>,
}

#[derive(Clone, Debug)]
struct Anchor {
    name: String,
    size: u64,
    root: Hash,
}

impl Verifier {
    /// Begins with the claims that the log is held to.
    pub fn new(claims: Claims) -> Verifier {
        let mut verifier = Verifier {
            frontier: Frontier::default(),
            sound: 0,
            stored: None,
            anchors: Vec::new(),
            agreed: 0,
            covered: 0,
            fault: None,
            aside: None,
        };
        for (name, note) in claims.checkpoints {
            match Checkpoint::open(&note, &claims.keys) {
                Ok(Checkpoint { size, root, .. }) => {
                    let name = format!("checkpoint {name}");
                    verifier.anchors.push(Anchor { name, size, root });
                }
                Err(why) => verifier.set_aside(Fault::Checkpoint { name, why: why.to_string() }),
            }
        }
        let held = claims.held.into_iter();
        verifier.anchors.extend(held.map(|(size, root)| {
            let name = "the size and root held outside".to_owned();
            Anchor { name, size, root }
        }));
        verifier.anchors.sort_by_key(|anchor| std::cmp::Reverse(anchor.size));
        if let Some(head) = claims.head {
            verifier.stored = Some(verifier.read_head(&head));
        }
        verifier.meet_anchors();
        verifier
    }

    fn read_head(&mut self, head: &Head) -> Stored {
        let tiles = BTreeMap::new();
        match Tree::from_bytes(&head.state) {
            // The state vouches for itself, so it is believed before what stands beside it.
            Ok(tree) => {
                let (size, root) = (tree.size(), tree.root());
                if (size, root) != (head.size, head.root) {
                    let why = "its size and root are not those of its state".to_owned();
                    self.set_aside(Fault::Head { why });
                }
                Stored { size, root, edge: Some(tree), tiles }
            }
            Err(why) => {
                self.set_aside(Fault::Head { why: why.to_string() });
                Stored { size: head.size, root: head.root, edge: None, tiles }
            }
        }
    }

    /// Takes a stored tile. One that is not 8,192 bytes counts as missing.
    pub fn tile(&mut self, level: u8, index: u64, bytes: &[u8]) {
        if let Some(stored) = &mut self.stored
            && bytes.len() == TILE_BYTES
        {
            stored.tiles.insert(TileId { level, index }, bytes.to_vec());
        }
    }

    /// Takes the next entry. Once a fault is found it breaks, and nothing more need be fed.
    pub fn entry(&mut self, index: u64, bytes: &[u8]) -> ControlFlow<()> {
        self.weighed(index, &Weighed::of(bytes))
    }

    /// Takes the next entry, of which the bytes were weighed before.
    pub fn weighed(&mut self, index: u64, entry: &Weighed) -> ControlFlow<()> {
        if self.fault.is_none() {
            self.fault = self.advance(index, entry).err();
            if self.fault.is_none() {
                self.sound += 1;
                self.meet_anchors();
            }
        }
        if self.fault.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    /// Reports a fault that the caller found itself, unless one was found before.
    pub fn fail(&mut self, fault: Fault) {
        self.fault.get_or_insert(fault);
    }

    fn advance(&mut self, index: u64, entry: &Weighed) -> Result<(), Fault> {
        let next = self.frontier.size();
        if index > next {
            return Err(Fault::Missing { index: next, next: index });
        }
        if index < next {
            return Err(Fault::OutOfOrder { index, expected: next });
        }
        if let Some(stored) = &self.stored
            && index >= stored.size
        {
            return Err(Fault::Extra { index, size: stored.size });
        }
        let mut outcome = Ok(());
        self.frontier.push(entry.leaf, |level, position, hash| {
            if let Some(stored) = &mut self.stored
                && outcome.is_ok()
            {
                outcome = stored.meet(level, position, hash);
            }
        });
        outcome?;
        entry.form.map_err(|why| Fault::Malformed { index, why })
    }

    /// Compares the tree as it stands with each head held of this size.
    fn meet_anchors(&mut self) {
        let size = self.frontier.size();
        while let Some(anchor) = self.anchors.pop_if(|anchor| anchor.size == size) {
            if self.fault.is_some() {
                return;
            }
            if self.frontier.root() == anchor.root {
                self.agreed += 1;
                self.covered = size;
            } else {
                let (name, from) = (anchor.name, self.covered);
                self.fault = Some(Fault::Forked { name, size, from });
            }
        }
    }

    /// Ends the check: compares the log's end with its head and with what is held.
    pub fn finish(mut self) -> Report {
        let size = self.frontier.size();
        let root = self.frontier.root();
        if self.fault.is_none() {
            let end = self.stored.as_ref().and_then(|stored| stored.check_end(size, &root));
            let beyond = self.anchors.pop().map(|anchor| Fault::Short {
                name: anchor.name,
                index: size,
                size: anchor.size,
            });
            self.fault = end.or(beyond).or(self.aside);
        }
        Report::new(self.sound, root, self.agreed, self.covered, self.fault)
    }

    fn set_aside(&mut self, fault: Fault) {
        self.aside.get_or_insert(fault);
    }
}

/// The hashes that the store has of the log.
#[derive(Clone, Debug)]
struct Stored {
    size: u64,
    root: Hash,
    /// The unfilled tiles; none if the state cannot be read.
    edge: Option<Tree>,
    tiles: BTreeMap<TileId, Vec<u8>>,
}

impl Stored {
    /// The stored tile, full or unfilled, in which a level's position lies; `None` where it is
    /// missing. Without a readable state, unfilled tiles are not known and pass for empty.
    fn tile_of(&self, level: u8, position: u64) -> Option<&[Hash]> {
        let tile = TileId { level, index: position >> TILE_HEIGHT };
        if tile.is_full(self.size) {
            self.tiles.get(&tile).map(|bytes| hashes(bytes))
        } else {
            Some(self.edge.as_ref().map_or(&[], |tree| tree.partial(level)))
        }
    }

    /// Compares a hash made from the entries with the stored one.
    fn meet(&mut self, level: u8, position: u64, hash: &Hash) -> Result<(), Fault> {
        let first = position << (u32::from(level) * TILE_HEIGHT);
        let place = place_in_tile(position);
        let Some(tile) = self.tile_of(level, position) else {
            let tile = position >> TILE_HEIGHT;
            return Err(Fault::TileMissing { level, tile, index: first });
        };
        if tile.get(place).is_some_and(|stored| stored != hash) {
            if level > 0 {
                let to = (position + 1) << (u32::from(level) * TILE_HEIGHT);
                return Err(Fault::Range { from: first, to });
            }
            return Err(self.entry_fault(position, tile, hash));
        }
        if place == TILE_WIDTH - 1 {
            self.tiles.remove(&TileId { level, index: position >> TILE_HEIGHT });
        }
        Ok(())
    }

    /// An entry and its stored hash differ: which of the two was changed?
    fn entry_fault(&self, index: u64, tile: &[Hash], hash: &Hash) -> Fault {
        // The root of a full tile stands one level up. The unfilled tiles fit the head's root.
        let parent = index >> TILE_HEIGHT;
        let above = self.tile_of(1, parent).and_then(|above| above.get(place_in_tile(parent)));
        let mut mended = tile.to_vec();
        mended[place_in_tile(index)] = *hash;
        let is_full = tile.len() == TILE_WIDTH;
        if is_full && above.is_some_and(|above| *above == Frontier::over(&mended).root()) {
            return Fault::HashChanged { index };
        }
        let first = index - index % (1 << TILE_HEIGHT);
        let holds = (first..).zip(tile).find(|(_, stored)| *stored == hash);
        Fault::Changed { index, holds: holds.map(|(other, _)| other) }
    }

    fn check_end(&self, size: u64, root: &Hash) -> Option<Fault> {
        if size < self.size {
            return Some(Fault::Cut { index: size, size: self.size });
        }
        if *root != self.root {
            return Some(Fault::Root { size });
        }
        let (tile, _) = self.tiles.first_key_value()?;
        Some(Fault::TileBeyond { level: tile.level, tile: tile.index, size })
    }
}
