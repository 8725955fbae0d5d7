//! Proofs that an entry is in the log, and that one head of the log grew out of an earlier one.
//! It says which tiles a proof needs and makes it of them; who reads tiles, and how, is for others.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use thiserror::Error;

use super::note::{Checkpoint, NoteFault, VerifierKey, parse_decimal, parse_hash};
use super::tree::{
    Frontier, Hash, TILE_BYTES, TILE_HEIGHT, TileId, Tree, empty_root, hashes, leaf_hash,
    node_hash, place_in_tile,
};

#[cfg(test)]
mod tests;

/// Which subtrees a proof is made of. First ask it which [tiles](Plan::tiles) to read, then have
/// it [made](Plan::hashes) of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Half-open ranges of entries, in the order of the proof.
    spans: Vec<(u64, u64)>,
    /// How many entries the log must have.
    size: u64,
}

impl Plan {
    /// The root of the log as it was at `size` entries: one hash.
    pub fn root(size: u64) -> Plan {
        Plan { spans: vec![(0, size)], size }
    }

    /// The proof that entry `index` is in the log of `size` entries (RFC 9162 section 2.1.3.1).
    pub fn inclusion(index: u64, size: u64) -> Result<Plan, ProofFault> {
        if index >= size {
            return Err(ProofFault::NoEntry { index, size });
        }
        let mut spans = Vec::new();
        let (mut from, mut to) = (0, size);
        while to - from > 1 {
            let middle = from + left_size(to - from);
            if index < middle {
                spans.push((middle, to));
                to = middle;
            } else {
                spans.push((from, middle));
                from = middle;
            }
        }
        spans.reverse();
        Ok(Plan { spans, size })
    }

    /// The proof that the log of `second` entries begins with that of `first` (section 2.1.4.1).
    pub fn consistency(first: u64, second: u64) -> Result<Plan, ProofFault> {
        if first > second {
            return Err(ProofFault::Shrunk { first, second });
        }
        let mut spans = Vec::new();
        if first == 0 || first == second {
            return Ok(Plan { spans, size: second });
        }
        let (mut from, mut to) = (0, second);
        while first != to {
            let middle = from + left_size(to - from);
            if first <= middle {
                spans.push((middle, to));
                to = middle;
            } else {
                spans.push((from, middle));
                from = middle;
            }
        }
        // The verifier holds the first root; where that is this very subtree, it need not be sent.
        if from > 0 {
            spans.push((from, to));
        }
        spans.reverse();
        Ok(Plan { spans, size: second })
    }

    /// The full tiles to read from the store, in order, each once.
    pub fn tiles(&self, log: &Tree) -> Vec<TileId> {
        let subtrees = self.spans.iter().flat_map(|&(from, to)| perfect_subtrees(from, to));
        let mut tiles: Vec<TileId> =
            subtrees.map(|subtree| subtree.tile).filter(|tile| tile.is_full(log.size())).collect();
        tiles.sort_unstable();
        tiles.dedup();
        tiles
    }

    /// Makes the hashes of the proof of full tiles as stored and the log's unfilled ones.
    pub fn hashes<'t>(
        &self,
        log: &Tree,
        read: impl Fn(TileId) -> Option<&'t [u8]>,
    ) -> Result<Vec<Hash>, ProofFault> {
        if self.size > log.size() {
            return Err(ProofFault::Beyond { size: self.size, log: log.size() });
        }
        self.spans.iter().map(|&(from, to)| span_hash(from, to, log, &read)).collect()
    }
}

/// A perfect subtree, as neighbouring hashes in one tile.
struct Subtree {
    tile: TileId,
    from: usize,
    width: usize,
}

fn perfect_subtrees(from: u64, to: u64) -> impl Iterator<Item = Subtree> {
    let mut from = from;
    std::iter::from_fn(move || {
        let height = (to - from).checked_ilog2()?;
        let level = height / TILE_HEIGHT;
        let place = from >> (level * TILE_HEIGHT);
        from += 1 << height;
        let level = u8::try_from(level).expect("64 bits have 8 levels");
        Some(Subtree {
            tile: TileId { level, index: place >> TILE_HEIGHT },
            from: place_in_tile(place),
            width: 1 << (height % TILE_HEIGHT),
        })
    })
}

fn span_hash<'t>(
    from: u64,
    to: u64,
    log: &Tree,
    read: impl Fn(TileId) -> Option<&'t [u8]>,
) -> Result<Hash, ProofFault> {
    let roots = perfect_subtrees(from, to).map(|subtree| {
        let tile = subtree.tile;
        let stored = if tile.is_full(log.size()) {
            read(tile).filter(|bytes| bytes.len() == TILE_BYTES).map(hashes)
        } else {
            Some(log.partial(tile.level))
        };
        let stored = stored.ok_or(ProofFault::Tile { level: tile.level, index: tile.index })?;
        Ok(Frontier::over(&stored[subtree.from..][..subtree.width]).root())
    });
    let roots = roots.collect::<Result<Vec<Hash>, ProofFault>>()?;
    let whole = roots.into_iter().rev().reduce(|right, left| node_hash(&left, &right));
    Ok(whole.unwrap_or_else(empty_root))
}

/// How many entries the left subtree has: the largest power of two below `size`.
fn left_size(size: u64) -> u64 {
    1 << (size - 1).ilog2()
}

/// Checks that the entry with this leaf hash is number `index` of the log of `size` entries with
/// this root (RFC 9162 section 2.1.3.2).
pub fn verify_inclusion(
    leaf: &Hash,
    index: u64,
    size: u64,
    proof: &[Hash],
    root: &Hash,
) -> Result<(), ProofFault> {
    if index >= size {
        return Err(ProofFault::NoEntry { index, size });
    }
    let (mut node, mut last, mut hash) = (index, size - 1, *leaf);
    for sibling in proof {
        if last == 0 {
            return Err(ProofFault::Length);
        }
        if node & 1 == 1 || node == last {
            hash = node_hash(sibling, &hash);
            // A node without a right neighbour rises until it has a left one.
            let rise = node.trailing_zeros();
            (node, last) = (node >> rise, last >> rise);
        } else {
            hash = node_hash(&hash, sibling);
        }
        (node, last) = (node >> 1, last >> 1);
    }
    if last != 0 {
        return Err(ProofFault::Length);
    }
    if hash == *root { Ok(()) } else { Err(ProofFault::Root) }
}

/// Checks that the log of `second` entries begins with that of `first` (section 2.1.4.2).
pub fn verify_consistency(
    first: u64,
    first_root: &Hash,
    second: u64,
    second_root: &Hash,
    proof: &[Hash],
) -> Result<(), ProofFault> {
    if first > second {
        return Err(ProofFault::Shrunk { first, second });
    }
    if first == 0 || first == second {
        let expected = if first == 0 { empty_root() } else { *second_root };
        return match proof {
            [] if *first_root == expected => Ok(()),
            [] => Err(ProofFault::Root),
            _ => Err(ProofFault::Length),
        };
    }
    // Where the first log is one perfect subtree, the proof leaves its root out.
    let (start, rest) = if first.is_power_of_two() {
        (first_root, proof)
    } else {
        proof.split_first().ok_or(ProofFault::Length)?
    };
    let rise = (first - 1).trailing_ones();
    let (mut node, mut last) = ((first - 1) >> rise, (second - 1) >> rise);
    let (mut old, mut new) = (*start, *start);
    for sibling in rest {
        if last == 0 {
            return Err(ProofFault::Length);
        }
        if node & 1 == 1 || node == last {
            old = node_hash(sibling, &old);
            new = node_hash(sibling, &new);
            let rise = node.trailing_zeros();
            (node, last) = (node >> rise, last >> rise);
        } else {
            new = node_hash(&new, sibling);
        }
        (node, last) = (node >> 1, last >> 1);
    }
    if last != 0 {
        return Err(ProofFault::Length);
    }
    if old == *first_root && new == *second_root { Ok(()) } else { Err(ProofFault::Root) }
}

const PROOF_MARK: &str = "c2sp.org/tlog-proof@v1\n";
/// No tree of 64-bit size needs more.
const MOST_HASHES: usize = 64;

/// A file that proves by itself that an entry is in the log: C2SP tlog-proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProofFile {
    /// Bytes that go with the proof but are not proven by it; never empty.
    pub extra: Option<Vec<u8>>,
    /// The entry's number, from 0.
    pub index: u64,
    /// The inclusion proof, from the entry's neighbour up.
    pub hashes: Vec<Hash>,
    /// The signed head that the proof leads to, as it was signed.
    pub checkpoint: String,
}

impl ProofFile {
    /// The file's text.
    pub fn to_text(&self) -> String {
        let extra = self.extra.iter().map(|extra| format!("extra {}\n", BASE64.encode(extra)));
        let index = format!("index {}\n", self.index);
        let hashes = self.hashes.iter().map(|hash| BASE64.encode(hash) + "\n");
        let lines: String = extra.chain([index]).chain(hashes).collect();
        format!("{PROOF_MARK}{lines}\n{}", self.checkpoint)
    }

    /// Reads such a text; whether it proves anything, [`ProofFile::verify`] tells.
    pub fn parse(text: &str) -> Result<ProofFile, ProofFault> {
        ProofFile::read(text).ok_or(ProofFault::File)
    }

    fn read(text: &str) -> Option<ProofFile> {
        let (head, checkpoint) = text.strip_prefix(PROOF_MARK)?.split_once("\n\n")?;
        let mut lines = head.split('\n').peekable();
        let extra = match lines.next_if(|line| line.starts_with("extra ")) {
            Some(line) => Some(BASE64.decode(line.strip_prefix("extra ")?).ok()?),
            None => None,
        };
        let index = parse_decimal(lines.next()?.strip_prefix("index ")?)?;
        let hashes = lines.map(parse_hash).collect::<Option<Vec<Hash>>>()?;
        let is_sound = hashes.len() <= MOST_HASHES && extra.as_ref().is_none_or(|e| !e.is_empty());
        let checkpoint = checkpoint.to_owned();
        is_sound.then_some(ProofFile { extra, index, hashes, checkpoint })
    }

    /// Checks that these are the entry's exact bytes and that a log whose key is known has them
    /// at this index; gives the head that says so.
    pub fn verify(&self, entry: &[u8], keys: &[VerifierKey]) -> Result<Checkpoint, ProofFault> {
        let head = Checkpoint::open(&self.checkpoint, keys)?;
        let leaf = leaf_hash(entry);
        verify_inclusion(&leaf, self.index, head.size, &self.hashes, &head.root)?;
        Ok(head)
    }
}

/// Why a proof cannot be made, or does not hold.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum ProofFault {
    /// The log has no such entry.
    #[error("there is no entry {index} in a log of {size} entries")]
    NoEntry {
        /// The entry asked for.
        index: u64,
        /// The log's size.
        size: u64,
    },
    /// The earlier head is of more entries than the later one.
    #[error("a log of {second} entries cannot have grown out of one of {first}")]
    Shrunk {
        /// The earlier size.
        first: u64,
        /// The later size.
        second: u64,
    },
    /// The log is not as long as the head that the proof is to lead to.
    #[error("the log has {log} entries, too few for a proof at {size}")]
    Beyond {
        /// The size the proof is for.
        size: u64,
        /// The log's size.
        log: u64,
    },
    /// A stored tile is missing or not whole.
    #[error("stored tile {level}/{index} is missing or not whole")]
    Tile {
        /// The tile's level.
        level: u8,
        /// The tile's place in its level.
        index: u64,
    },
    /// The proof has too few or too many hashes.
    #[error("the proof does not have as many hashes as it needs")]
    Length,
    /// The hashes lead to another root.
    #[error("the proof does not lead to the root: what it is to prove, or the proof, was changed")]
    Root,
    /// The file is not of the form of C2SP tlog-proof.
    #[error("this is not a tlog-proof file")]
    File,
    /// The signed head in the file is not good.
    #[error(transparent)]
    Checkpoint(#[from] NoteFault),
}
