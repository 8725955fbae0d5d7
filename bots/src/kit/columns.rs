//! A spreadsheet's columns: the template, its headers in all their spellings, and the reading of
//! a row's cells into typed fields.
//!
//! Never stops at the first fault, never panics whatever the cells hold, and never prints what it
//! found: that is somebody's data.

mod dates;
mod header;
mod holds;
mod money;
mod read;
mod spelling;
mod template;

use std::collections::BTreeMap;

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use header::{Absent, Binding};
pub use holds::Holds;
pub use spelling::plain;
pub(crate) use spelling::{is_blank, is_gap};
pub use template::{Choice, Column, Kind, Template, TemplateFault};

/// What a cell holds.
#[derive(Clone, Copy, PartialEq)]
pub enum Cell<'a> {
    /// Nothing.
    Empty,
    /// Text, also a number stored as text.
    Text(&'a str),
    /// A number.
    Number(Decimal),
    /// A cell styled as a date.
    Date(Date),
    /// TRUE or FALSE.
    Bool(bool),
    /// An error such as `#N/A`.
    Error(&'a str),
    /// A formula whose result is not in the file.
    NoValue,
}

/// What the reading of a row needs to know of the day and the workbook.
#[derive(Clone, Copy, Debug)]
pub struct Day {
    /// The run's day, for dates that cannot lie ahead.
    pub today: Date,
    /// The workbook counts its days from 1904.
    pub epoch_1904: bool,
}

/// Typed fields of one row by key: dates ISO, money `850.00`, yes/no true or false, all else text.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fields(pub BTreeMap<String, Value>);

impl Fields {
    /// A text as it is stored.
    pub fn text(&self, key: &str) -> Option<&str> {
        self.0.get(key).and_then(Value::as_str)
    }

    /// Takes a text out.
    pub fn take(&mut self, key: &str) -> Option<String> {
        match self.0.get_mut(key).map(Value::take) {
            Some(Value::String(text)) => Some(text),
            _ => None,
        }
    }

    /// A date.
    pub fn date(&self, key: &str) -> Option<Date> {
        self.text(key).and_then(|text| text.parse().ok())
    }

    /// An amount of money.
    pub fn money(&self, key: &str) -> Option<Decimal> {
        self.text(key).and_then(|text| text.parse().ok())
    }

    /// Yes or no.
    pub fn yes(&self, key: &str) -> Option<bool> {
        self.0.get(key).and_then(Value::as_bool)
    }
}

/// Names the keys only: the values are somebody's data.
impl std::fmt::Debug for Fields {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Fields")?;
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// What is wrong with a cell or a row. `found` is for the Errors sheet and the page only.
#[derive(Clone, PartialEq, Eq)]
pub struct Fault {
    /// The header of the template.
    pub column: String,
    /// kebab-case.
    pub code: &'static str,
    /// What would be right, and what to do.
    pub expected: String,
    /// What the cell holds.
    pub found: String,
}

impl Fault {
    /// A fault of one column.
    pub fn new(
        column: impl Into<String>,
        code: &'static str,
        expected: impl Into<String>,
        found: impl Into<String>,
    ) -> Self {
        Fault { column: column.into(), code, expected: expected.into(), found: found.into() }
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "column {}: expected {}", self.column, self.expected)
    }
}

impl std::fmt::Debug for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Fault")
            .field("column", &self.column)
            .field("code", &self.code)
            .field("expected", &self.expected)
            .field("found", &"(not shown)")
            .finish()
    }
}

#[cfg(test)]
mod tests;
