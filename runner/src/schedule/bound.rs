//! What a schedule binds its bot to: where cases come from, what completes them, and where results
//! go.

use std::collections::BTreeMap;

use serde::Deserialize;
use uuid::Uuid;

/// Reads a spreadsheet.
pub const SPREADSHEET: &str = "spreadsheet";
pub use crate::connections::{DATAVERSE, NOTIFY, SMTP};

/// Where work comes from.
#[derive(Clone, Debug, Deserialize)]
pub struct Source {
    /// The connector: `spreadsheet` or `dataverse`.
    pub connector: String,
    /// Which connection of `connections.toml`; else the one that has the connector's own name.
    pub connection: Option<String>,
    /// A watched folder with a pattern, relative to the data folder.
    #[serde(default)]
    pub path: String,
    /// Which cases of the CRM are meant: columns and what they hold, all of them.
    #[serde(default)]
    pub only: BTreeMap<String, Held>,
    /// The council's own headers, or the CRM's columns, and the template's that they stand for.
    #[serde(default)]
    pub columns: BTreeMap<String, String>,
}

/// What a column holds.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Held {
    /// Yes or no.
    Flag(bool),
    /// A whole number, also the number of a choice.
    Whole(i64),
    /// A text, or the key of a row that it points at.
    Text(String),
}

/// A second source.
#[derive(Clone, Debug, Deserialize)]
pub struct LookupSource {
    /// The connector: `spreadsheet`.
    pub connector: String,
    /// A file, relative to the data folder.
    #[serde(default)]
    pub path: String,
    /// The council's own headers.
    #[serde(default)]
    pub columns: BTreeMap<String, String>,
    /// What is known of it as a whole, such as `session = "2025/26"` for a school roll.
    #[serde(default)]
    pub about: BTreeMap<String, String>,
}

/// A place to post results back to.
#[derive(Clone, Debug, Deserialize)]
pub struct Outlet {
    /// The connector: `dataverse`, `notify` or `smtp`.
    pub connector: String,
    /// Which connection of `connections.toml`; else the one that has the connector's own name.
    pub connection: Option<String>,
    /// Whether a case that is decided is resolved.
    #[serde(default = "yes")]
    pub close: bool,
    /// The status code of a resolved case; 5 is "Problem solved".
    #[serde(default = "solved")]
    pub status: i32,
    /// Columns of the case, and the decision columns that are written into them.
    #[serde(default)]
    pub columns: BTreeMap<String, String>,
    /// Of a notice: the column of the source that holds the person's e-mail address, beside the
    /// template's columns. Where it is empty, the address is the one that the bot knows.
    pub to: Option<String>,
    /// Of GOV.UK Notify: the template, which has the fields `subject` and `text`.
    pub template: Option<Uuid>,
}

const fn yes() -> bool {
    true
}

const fn solved() -> i32 {
    5
}

impl Source {
    /// The connection's name.
    pub fn connection(&self) -> &str {
        self.connection.as_ref().unwrap_or(&self.connector)
    }

    /// Knows these headers too; what the schedule's file says of one comes first.
    pub fn also(&mut self, matched: BTreeMap<String, String>) {
        for (theirs, ours) in matched {
            self.columns.entry(theirs).or_insert(ours);
        }
    }

    /// Whether it is a CRM, and not a sheet.
    pub fn is_crm(&self) -> bool {
        self.connector == DATAVERSE
    }
}

impl Outlet {
    /// The connection's name.
    pub fn connection(&self) -> &str {
        self.connection.as_ref().unwrap_or(&self.connector)
    }
}
