//! An entry as it is stored, and under what it is filed.

use super::super::tree::Hash;
use super::super::verify::Named;
use crate::ids::{BatchId, ItemId};

/// An entry as it is stored.
pub struct Written {
    /// The integer it is filed under.
    pub(in crate::job_log) subject: i64,
    /// Its kind.
    pub(in crate::job_log) kind: &'static str,
    /// Who did it.
    pub(in crate::job_log) actor: String,
    /// Its bytes.
    pub(in crate::job_log) bytes: Vec<u8>,
    /// Their hash as a leaf of the tree.
    pub(in crate::job_log) leaf: Hash,
}

/// The integer that an entry is to be filed under, by what its bytes name.
pub fn subject_of(named: Named<'_>) -> Option<i64> {
    match (named.item, named.batch) {
        (Some(item), _) => item.parse::<ItemId>().ok().map(|id| id.0),
        (None, Some(batch)) => batch.parse::<BatchId>().ok().map(|id| id.span().0),
        (None, None) => Some(0),
    }
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        text.push(char::from_digit(u32::from(byte >> 4), 16).unwrap_or('0'));
        text.push(char::from_digit(u32::from(byte & 15), 16).unwrap_or('0'));
        text
    })
}
