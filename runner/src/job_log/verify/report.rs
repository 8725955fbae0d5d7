//! What a check of the log found, in words and as data.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::Serialize;
use thiserror::Error;

use super::super::tree::Hash;
use super::form::EntryFault;

/// What a check of the log found. Its text (`Display`) is for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Nothing was found amiss.
    pub sound: bool,
    /// How many entries, from the first on, were found as they were written.
    pub entries: u64,
    /// The root made from the entries, in base 64; only if nothing was found amiss.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub root: Option<String>,
    /// How many signed or held heads agree with the entries.
    pub heads: usize,
    /// How many entries, from the first on, the largest head that agrees covers.
    pub covered: u64,
    /// The first entry that is bad or missing, if one can be named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_bad: Option<u64>,
    /// The fault in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The first fault found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<Fault>,
}

impl Report {
    pub(super) fn new(
        entries: u64,
        root: Hash,
        heads: usize,
        covered: u64,
        fault: Option<Fault>,
    ) -> Report {
        Report {
            sound: fault.is_none(),
            entries,
            root: fault.is_none().then(|| BASE64.encode(root)),
            heads,
            covered,
            first_bad: fault.as_ref().and_then(Fault::index),
            message: fault.as_ref().map(Fault::to_string),
            fault,
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.fault, &self.root) {
            (Some(fault), _) => {
                writeln!(f, "the log is NOT sound: {fault}")?;
                write!(f, "{} before that are as they were written", count(self.entries))?;
            }
            (None, root) => {
                let root = root.as_deref().unwrap_or_default();
                write!(f, "the log is sound: {}, root {root}", count(self.entries))?;
            }
        }
        match self.heads {
            0 => write!(f, "\nno signed or held head was met: only the store vouches for them"),
            heads => {
                let many = if heads == 1 { "head agrees" } else { "heads agree" };
                let covered = count(self.covered);
                write!(f, "\n{heads} signed or held {many}, covering the first {covered}")
            }
        }
    }
}

/// What is wrong with a log.
#[derive(Clone, Debug, Error, PartialEq, Eq, Serialize)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum Fault {
    /// The next entry has a greater index.
    #[error("entry {} is missing: the next one there is {}", number(*.index), number(*.next))]
    Missing {
        /// The first index that is not there.
        index: u64,
        /// The index that came instead.
        next: u64,
    },
    /// An index comes again, or too late.
    #[error("entry {} comes where entry {} should", number(*.index), number(*.expected))]
    OutOfOrder {
        /// The index that came.
        index: u64,
        /// The index that should have come.
        expected: u64,
    },
    /// An entry's bytes are not those that were hashed into the log.
    #[error("entry {} was changed: {}", number(*.index), held(*.holds))]
    Changed {
        /// The entry.
        index: u64,
        /// The entry nearby whose bytes it has, if any.
        #[serde(skip_serializing_if = "Option::is_none")]
        holds: Option<u64>,
    },
    /// An entry and its stored hash differ, and the stored hash does not fit the tree.
    #[error("the stored hash of entry {} was changed: the tree has another", number(*.index))]
    HashChanged {
        /// The entry.
        index: u64,
    },
    /// Entries fit their stored hashes, but not the hash stored over all of them.
    #[error(
        "an entry from {} up to {} was changed, and its stored hash with it: the hash stored over \
         all of them is another",
        number(*.from), number(*.to - 1)
    )]
    Range {
        /// The first entry of the range.
        from: u64,
        /// The entry after the last.
        to: u64,
    },
    /// A stored tile is missing or not whole.
    #[error(
        "stored tile {level}/{tile} is missing or not whole, so entries from {} on cannot be \
         compared with it",
        number(*.index)
    )]
    TileMissing {
        /// The tile's level.
        level: u8,
        /// The tile's place in its level.
        tile: u64,
        /// The first entry that cannot be compared.
        index: u64,
    },
    /// A stored tile covers entries that the log does not have.
    #[error("stored tile {level}/{tile} covers entries beyond the {} of the log", number(*.size))]
    TileBeyond {
        /// The tile's level.
        level: u8,
        /// The tile's place in its level.
        tile: u64,
        /// How many entries the log has.
        size: u64,
    },
    /// An entry is as it was written but is not of the form of an entry.
    #[error("entry {} is not of the form of an entry: {why}", number(*.index))]
    Malformed {
        /// The entry.
        index: u64,
        /// Where and why.
        why: EntryFault,
    },
    /// A column stored beside an entry says something else than the entry.
    #[error("entry {}: the column {column} does not say what the entry says", number(*.index))]
    Column {
        /// The entry.
        index: u64,
        /// The column's name.
        column: String,
    },
    /// There are fewer entries than the stored head says.
    #[error(
        "entry {} and those after it are missing: the head says there are {}",
        number(*.index), count(*.size)
    )]
    Cut {
        /// The first entry that is missing.
        index: u64,
        /// How many the head says there are.
        size: u64,
    },
    /// There are more entries than the stored head says.
    #[error("entry {} was added: the head says there are {}", number(*.index), count(*.size))]
    Extra {
        /// The first entry too many.
        index: u64,
        /// How many the head says there are.
        size: u64,
    },
    /// The stored head cannot be read, or contradicts itself.
    #[error("the stored head was changed: {why}")]
    Head {
        /// What is wrong with it.
        why: String,
    },
    /// The entries have another root than the stored head.
    #[error("the {} do not have the root that the stored head says", count(*.size))]
    Root {
        /// How many entries there are.
        size: u64,
    },
    /// A checkpoint is not good in itself.
    #[error("checkpoint {name} is not good: {why}")]
    Checkpoint {
        /// Where it is from.
        name: String,
        /// Why it is refused.
        why: String,
    },
    /// The entries have another root than a head signed or held.
    #[error(
        "{name}, of {}, does not agree: an entry from {} up to {} is not what it was",
        count(*.size), number(*.from), number(size.saturating_sub(1))
    )]
    Forked {
        /// Which head.
        name: String,
        /// The size it is of.
        size: u64,
        /// The entries before this one are covered by a smaller head that agrees.
        from: u64,
    },
    /// There are fewer entries than a head signed or held says.
    #[error(
        "entry {} and those after it are missing: {name} says there were {}",
        number(*.index), count(*.size)
    )]
    Short {
        /// Which head.
        name: String,
        /// The first entry that is missing.
        index: u64,
        /// The size it is of.
        size: u64,
    },
}

impl Fault {
    /// The first entry that is bad or missing, or may be; none where no entry can be named.
    pub fn index(&self) -> Option<u64> {
        match self {
            Fault::Missing { index, .. }
            | Fault::Changed { index, .. }
            | Fault::HashChanged { index }
            | Fault::TileMissing { index, .. }
            | Fault::Malformed { index, .. }
            | Fault::Column { index, .. }
            | Fault::Cut { index, .. }
            | Fault::Extra { index, .. }
            | Fault::Short { index, .. }
            | Fault::OutOfOrder { expected: index, .. }
            | Fault::Range { from: index, .. }
            | Fault::Forked { from: index, .. } => Some(*index),
            Fault::TileBeyond { .. }
            | Fault::Head { .. }
            | Fault::Root { .. }
            | Fault::Checkpoint { .. } => None,
        }
    }
}

fn held(holds: Option<u64>) -> String {
    match holds {
        Some(other) => format!("it has what was written as entry {}", number(other)),
        None => "its bytes do not give its stored hash".to_owned(),
    }
}

fn count(entries: u64) -> String {
    format!("{} {}", number(entries), if entries == 1 { "entry" } else { "entries" })
}

/// A number with a comma at each thousand.
fn number(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
