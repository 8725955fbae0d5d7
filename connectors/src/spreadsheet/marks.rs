//! What the reader does not give of a sheet, picked up from its XML while the gate counts it: which
//! rows and columns Excel does not show, and errors that the reader has no name for.

use std::collections::BTreeMap;

use memchr::{memchr, memmem, memrchr};

/// What was picked up of one part of a workbook.
#[derive(Debug, Default, Clone)]
pub(super) struct Marks {
    rows: Vec<u32>,
    columns: Vec<(u32, u32)>,
    errors: Vec<OddError>,
}

/// An error that only some programs know, such as `#ERROR!` of Google Sheets. The reader stops at it
/// and does not say where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct OddError {
    /// Counted from 0.
    pub(super) row: u32,
    /// Counted from 0.
    pub(super) column: u32,
    pub(super) text: String,
}

/// Marks by where in the file the sheet's part begins.
pub(super) type MarksByPart = BTreeMap<u64, Marks>;

impl Marks {
    /// Whether the row with this number is hidden.
    pub(super) fn has_row(&self, number: u32) -> bool {
        self.rows.binary_search(&number).is_ok()
    }

    /// The hidden ones of the first columns, counted from 0.
    pub(super) fn columns(&self, of: usize) -> Vec<u32> {
        let of = u32::try_from(of).unwrap_or(u32::MAX);
        let is_hidden = |column: &u32| {
            let number = column + 1;
            self.columns.iter().any(|&(first, last)| (first..=last).contains(&number))
        };
        (0..of).filter(is_hidden).collect()
    }

    /// The odd errors in the order of the file.
    pub(super) fn errors(&self) -> &[OddError] {
        &self.errors
    }

    pub(super) fn in_order(mut self) -> Self {
        self.rows.sort_unstable();
        self
    }

    /// Picks up what is in a piece of XML that ends before a tag, and not within a cell.
    pub(super) fn scan(&mut self, xml: &[u8]) {
        for at in memmem::find_iter(xml, b" hidden=") {
            if let Some((tag, _)) = tag_around(xml, at) {
                self.hidden(tag);
            }
        }
        for at in memmem::find_iter(xml, b" t=\"e\"") {
            if let Some((tag, after)) = tag_around(xml, at) {
                self.errors.extend(odd_error(tag, after));
            }
        }
    }

    /// `<row hidden="1">` and `<col hidden="1">`.
    fn hidden(&mut self, tag: &[u8]) {
        if !matches!(attribute(tag, b" hidden="), Some(b"1" | b"true")) {
            return;
        }
        match name(tag) {
            b"row" => self.rows.extend(number(tag, b" r=")),
            b"col" => {
                self.columns.extend(number(tag, b" min=").zip(number(tag, b" max=")));
            }
            _ => {}
        }
    }
}

/// Where a piece of XML may end: before its last tag, and before its last cell.
pub(super) fn last_whole(xml: &[u8]) -> usize {
    let cell = memmem::rfind(xml, b"<c ").or_else(|| memmem::rfind(xml, b":c "));
    let cell = cell.and_then(|at| memrchr(b'<', &xml[..=at]));
    cell.or_else(|| memrchr(b'<', xml)).unwrap_or(xml.len())
}

/// The tag in which this place lies, without its brackets, and what follows it.
fn tag_around(xml: &[u8], at: usize) -> Option<(&[u8], &[u8])> {
    let start = memrchr(b'<', &xml[..at])? + 1;
    let end = at + memchr(b'>', &xml[at..])?;
    Some((&xml[start..end], &xml[end + 1..]))
}

/// The tag's name without its prefix.
fn name(tag: &[u8]) -> &[u8] {
    let name = tag.split(u8::is_ascii_whitespace).next().unwrap_or_default();
    name.rsplit(|&byte| byte == b':').next().unwrap_or_default()
}

fn attribute<'a>(tag: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let at = memmem::find(tag, name)? + name.len();
    let (&quote, rest) = tag.get(at..)?.split_first()?;
    rest.get(..memchr(quote, rest)?)
}

fn number(tag: &[u8], name: &[u8]) -> Option<u32> {
    std::str::from_utf8(attribute(tag, name)?).ok()?.parse().ok()
}

/// The error of a cell, unless it is one of those the reader knows.
fn odd_error(tag: &[u8], after: &[u8]) -> Option<OddError> {
    const KNOWN: [&str; 7] = ["#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"];
    if name(tag) != b"c" {
        return None;
    }
    let (row, column) = place(std::str::from_utf8(attribute(tag, b" r=")?).ok()?)?;
    let value = after.get(memmem::find(after, b"v>")? + 2..)?;
    let text = std::str::from_utf8(value.get(..memchr(b'<', value)?)?).ok()?;
    let text = text.to_owned();
    (!KNOWN.contains(&text.as_str())).then_some(OddError { row, column, text })
}

/// The row and the column of `B7`, counted from 0.
fn place(reference: &str) -> Option<(u32, u32)> {
    let (letters, digits) = reference.split_at(reference.find(|c: char| c.is_ascii_digit())?);
    let column = letters.bytes().try_fold(0_u32, |column, letter| {
        let digit = letter.to_ascii_uppercase().checked_sub(b'A').filter(|&digit| digit < 26)?;
        column.checked_mul(26)?.checked_add(u32::from(digit) + 1)
    })?;
    Some((digits.parse::<u32>().ok()?.checked_sub(1)?, column.checked_sub(1)?))
}
