//! A log entry, taken apart for showing.

use jiff::Timestamp;
use serde_json::Value;

use crate::job_log::Stored;

/// One log entry as lists show it.
#[derive(Clone, Debug)]
pub struct Line {
    /// Its index.
    pub index: i64,
    /// When.
    pub at: Option<Timestamp>,
    /// Its kind, by name.
    pub kind: String,
    /// Who.
    pub who: String,
    /// From one state to another, or only to it.
    pub moved: String,
    /// Codes of why.
    pub reasons: Vec<String>,
    /// The officer whom an item was given to.
    pub officer: Option<String>,
    /// The ruling that a person saw.
    pub ruling: Option<i64>,
    /// How long before an act the case was opened.
    pub seconds: Option<i64>,
}

impl Line {
    /// An entry taken apart. What it does not have is empty.
    pub fn of(stored: &Stored) -> Self {
        let entry: Value = serde_json::from_slice(&stored.bytes).unwrap_or(Value::Null);
        let word = |key: &str| entry[key].as_str().unwrap_or_default().to_owned();
        let moved = match (word("from"), word("to")) {
            (from, to) if from.is_empty() => to,
            (from, to) => format!("{from} to {to}"),
        };
        let reasons = entry["reasons"].as_array().into_iter().flatten();
        Self {
            index: stored.index,
            at: word("at").parse().ok(),
            kind: word("kind"),
            who: entry["actor"]["id"].as_str().unwrap_or_default().to_owned(),
            moved,
            reasons: reasons.filter_map(Value::as_str).map(str::to_owned).collect(),
            officer: entry["officer"].as_str().map(str::to_owned),
            ruling: entry["ruling"].as_i64(),
            seconds: entry["seconds"].as_i64(),
        }
    }
}
