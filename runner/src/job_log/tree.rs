//! The hash tree of RFC 6962 over the exact bytes of the entries, and the little of it that a writer keeps.
//! It knows hashes and sizes only: nothing of what entries say, of tables or of time.

use sha2::{Digest, Sha256};
use thiserror::Error;

#[cfg(test)]
mod tests;

/// A SHA-256 hash.
pub type Hash = [u8; 32];

/// How many bytes a hash has.
pub const HASH_BYTES: usize = 32;
/// How many hashes a full tile has.
pub const TILE_WIDTH: usize = 256;
/// How many bytes a full tile has.
pub const TILE_BYTES: usize = TILE_WIDTH * HASH_BYTES;
/// A tile spans this many levels of the binary tree.
pub(super) const TILE_HEIGHT: u32 = 8;

/// The hash of one entry's bytes. The prefix keeps a node from being passed off as an entry.
pub fn leaf_hash(entry: &[u8]) -> Hash {
    Sha256::new().chain_update([0]).chain_update(entry).finalize().into()
}

/// The hash of two neighbouring subtrees.
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    let mut bytes = [1; 1 + 2 * HASH_BYTES];
    bytes[1..=HASH_BYTES].copy_from_slice(left);
    bytes[1 + HASH_BYTES..].copy_from_slice(right);
    Sha256::digest(bytes).into()
}

/// The root of a tree without entries: the hash of nothing.
pub fn empty_root() -> Hash {
    Sha256::digest([]).into()
}

/// The hashes in the bytes of a tile; bytes beyond the last whole hash are left out.
pub(super) fn hashes(bytes: &[u8]) -> &[Hash] {
    bytes.as_chunks().0
}

/// Where a tile lies: its level (0 holds the hashes of entries) and its place in that level.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TileId {
    /// 0 for hashes of entries; each hash of a higher level is the root of a full tile one below.
    pub level: u8,
    /// The tile's place in its level, from 0.
    pub index: u64,
}

impl TileId {
    /// Whether a log of this size has the tile in full.
    pub(super) fn is_full(self, size: u64) -> bool {
        let in_level = size.checked_shr(u32::from(self.level) * TILE_HEIGHT).unwrap_or(0);
        self.index < in_level >> TILE_HEIGHT
    }
}

/// Which hash of its tile the one at this position of a level is.
pub(super) fn place_in_tile(position: u64) -> usize {
    let [.., place] = position.to_be_bytes();
    usize::from(place)
}

/// A full tile, as C2SP tlog-tiles lays it out: 256 neighbouring hashes of one level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tile {
    /// 0 for hashes of entries; each hash of a higher level is the root of a full tile one below.
    pub level: u8,
    /// The tile's place in its level, from 0.
    pub index: u64,
    /// The hashes, one after the other: 8,192 bytes.
    pub hashes: Vec<u8>,
}

impl Tile {
    /// Where this tile lies.
    pub fn id(&self) -> TileId {
        TileId { level: self.level, index: self.index }
    }
}

/// The least from which a root can be told and a tree grown: the roots of its perfect subtrees.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    /// One for each binary one of `size`, the largest subtree first.
    peaks: Vec<Hash>,
}

impl Frontier {
    /// How many entries there are.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The root of the tree as it stands.
    pub fn root(&self) -> Hash {
        let peaks = self.peaks.iter().copied();
        peaks.rev().reduce(|right, left| node_hash(&left, &right)).unwrap_or_else(empty_root)
    }

    /// Adds an entry's hash, and shows each hash that thereby joins a tile: its level, its
    /// position in that level, and the hash. The entry's own comes first, at level 0.
    pub fn push(&mut self, leaf: Hash, mut joins: impl FnMut(u8, u64, &Hash)) {
        let index = self.size;
        joins(0, index, &leaf);
        let mut hash = leaf;
        let mut level = 0;
        for height in 1..=index.trailing_ones() {
            let left = self.peaks.pop().expect("a peak for each binary one of the size");
            hash = node_hash(&left, &hash);
            if height % TILE_HEIGHT == 0 {
                level += 1;
                joins(level, index >> height, &hash);
            }
        }
        self.peaks.push(hash);
        self.size += 1;
    }

    /// The tree over these hashes as if each were an entry's: the root of a full tile, for one.
    pub(super) fn over(hashes: &[Hash]) -> Frontier {
        let mut frontier = Frontier::default();
        for hash in hashes {
            frontier.push(*hash, |_, _, _| {});
        }
        frontier
    }
}

/// What the writer of a log keeps between two entries: the root's frontier, and the tiles of
/// each level that are not full yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tree {
    frontier: Frontier,
    /// By level: the bytes of the tile that is being filled.
    partial: Vec<Vec<u8>>,
}

impl Tree {
    /// The empty tree.
    pub fn new() -> Tree {
        Tree::default()
    }

    /// How many entries there are.
    pub fn size(&self) -> u64 {
        self.frontier.size()
    }

    /// The root of the tree as it stands.
    pub fn root(&self) -> Hash {
        self.frontier.root()
    }

    /// Adds an entry's hash. Tiles that it fills are added to `full`, the lowest level first.
    pub fn append(&mut self, leaf: Hash, full: &mut Vec<Tile>) {
        let partial = &mut self.partial;
        self.frontier.push(leaf, |level, position, hash| {
            let place = usize::from(level);
            if place == partial.len() {
                partial.push(Vec::new());
            }
            let tile = &mut partial[place];
            tile.extend_from_slice(hash);
            if tile.len() == TILE_BYTES {
                let hashes = std::mem::replace(tile, Vec::with_capacity(TILE_BYTES));
                full.push(Tile { level, index: position >> TILE_HEIGHT, hashes });
            }
        });
    }

    /// The hashes of the tile of this level that is being filled; none where it is empty.
    pub fn partial(&self, level: u8) -> &[Hash] {
        self.partial.get(usize::from(level)).map_or(&[], |tile| hashes(tile))
    }

    /// The state as the head row keeps it: version, size, root, then the unfilled tiles.
    /// At most 8 KiB for each level: as a rule half of that, under 17 KB up to a
    /// million entries and under 25 KB up to sixteen million.
    pub fn to_bytes(&self) -> Vec<u8> {
        let tiles: usize = self.partial.iter().map(Vec::len).sum();
        let mut bytes = Vec::with_capacity(HEADER_BYTES + tiles);
        bytes.push(STATE_VERSION);
        bytes.extend_from_slice(&self.size().to_be_bytes());
        bytes.extend_from_slice(&self.root());
        for tile in &self.partial {
            bytes.extend_from_slice(tile);
        }
        bytes
    }

    /// Reads what [`Tree::to_bytes`] wrote, and refuses it unless its hashes give its root.
    pub fn from_bytes(bytes: &[u8]) -> Result<Tree, TreeFault> {
        match bytes.first() {
            Some(&STATE_VERSION) => {}
            Some(&version) => return Err(TreeFault::Version(version)),
            None => return Err(TreeFault::Length { expected: HEADER_BYTES, found: 0 }),
        }
        let short = TreeFault::Length { expected: HEADER_BYTES, found: bytes.len() };
        let (size, rest) = bytes[1..].split_first_chunk().ok_or(short.clone())?;
        let (root, tiles) = rest.split_first_chunk::<HASH_BYTES>().ok_or(short)?;
        let size = u64::from_be_bytes(*size);

        let widths = partial_widths(size);
        let expected = widths.iter().sum::<usize>() * HASH_BYTES;
        if tiles.len() != expected {
            let expected = HEADER_BYTES + expected;
            return Err(TreeFault::Length { expected, found: bytes.len() });
        }
        let mut rest = tiles;
        let partial: Vec<Vec<u8>> = widths
            .iter()
            .map(|width| {
                let (tile, after) = rest.split_at(width * HASH_BYTES);
                rest = after;
                tile.to_vec()
            })
            .collect();
        let peaks =
            partial.iter().rev().flat_map(|tile| Frontier::over(hashes(tile)).peaks).collect();
        let tree = Tree { frontier: Frontier { size, peaks }, partial };
        if tree.root() == *root { Ok(tree) } else { Err(TreeFault::Root { size }) }
    }
}

const STATE_VERSION: u8 = 1;
const HEADER_BYTES: usize = 1 + 8 + HASH_BYTES;

/// How many hashes the unfilled tile of each level has in a tree of this size.
fn partial_widths(size: u64) -> Vec<usize> {
    let mut widths = Vec::new();
    let mut left = size;
    while left > 0 {
        widths.push(place_in_tile(left));
        left >>= TILE_HEIGHT;
    }
    widths
}

/// Why a stored state is not that of a tree.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum TreeFault {
    /// It was written by another version of the program.
    #[error("the log's state has format {0}, which this version does not know")]
    Version(u8),
    /// It has too few or too many bytes for its size.
    #[error("the log's state should have {expected} bytes but has {found}")]
    Length {
        /// How many bytes a state of its size has.
        expected: usize,
        /// How many bytes there are.
        found: usize,
    },
    /// Its hashes do not give its root.
    #[error("the hashes in the log's state, at {size} entries, do not give the root beside them")]
    Root {
        /// The size it says it has.
        size: u64,
    },
}
