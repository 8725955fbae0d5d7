//! Names of batches and items: `3` is the third batch, `3-231` what stood in row 231 of its sheet.
//!
//! Both are one integer in the store, so that the items of a batch lie side by side. With several
//! sheets in a file the numbers of the later ones go on where the earlier ended.

use std::fmt;
use std::str::FromStr;

const SPAN: i64 = 100_000_000;

/// A batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BatchId(pub i64);

/// An item, or a row that did not become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ItemId(pub i64);

impl BatchId {
    /// The item at this place of the batch, 1-based.
    pub const fn item(self, place: i64) -> ItemId {
        ItemId(self.0 * SPAN + place)
    }

    /// The integers of everything in the batch, the batch itself included.
    pub const fn span(self) -> (i64, i64) {
        (self.0 * SPAN, self.0 * SPAN + SPAN - 1)
    }
}

impl ItemId {
    /// Its batch.
    pub const fn batch(self) -> BatchId {
        BatchId(self.0 / SPAN)
    }

    /// Its place in the batch.
    pub const fn place(self) -> i64 {
        self.0 % SPAN
    }
}

/// A random number by which what went wrong on the page is found again in the traces.
#[derive(Clone, Copy, Debug)]
pub struct Correlation(uuid::Uuid);

impl Correlation {
    /// A new one.
    #[expect(clippy::new_without_default, reason = "there is no usual one")]
    pub fn new() -> Self {
        Self(uuid::Uuid::new_v4())
    }
}

impl fmt::Display for Correlation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.0.simple().to_string();
        f.write_str(text.get(..12).unwrap_or(&text))
    }
}

impl fmt::Display for BatchId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for ItemId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.0 / SPAN, self.0 % SPAN)
    }
}

impl FromStr for BatchId {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let id = text.parse::<i64>().ok().filter(|id| (1..i64::MAX / SPAN).contains(id));
        id.map(Self).ok_or_else(|| "a batch is named by its number, such as 3".to_owned())
    }
}

impl FromStr for ItemId {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let fault = || "an item is named by batch and row, such as 3-231".to_owned();
        let (batch, place) = text.split_once('-').ok_or_else(fault)?;
        let batch: BatchId = batch.parse().map_err(|_| fault())?;
        let place = place.parse::<i64>().ok().filter(|place| (1..SPAN).contains(place));
        place.map(|place| batch.item(place)).ok_or_else(fault)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_is_named_by_batch_and_row() {
        let id: ItemId = "3-231".parse().unwrap();
        assert_eq!((id.batch(), id.place(), id.to_string().as_str()), (BatchId(3), 231, "3-231"));
        for wrong in ["", "3", "3-", "-3", "0-1", "3-0", "3-1-2", "a-b", "99999999999999-1"] {
            assert!(wrong.parse::<ItemId>().is_err(), "{wrong}");
        }
    }
}
