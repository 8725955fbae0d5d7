//! The case under the labels of its form, in the form's order, and what was looked up for it.

use std::collections::BTreeMap;

use clerkwork_bots::kit::{self, Column, Fields, Kind, Registered, Shown};
use serde_json::Value;

use crate::store::payload::CasePayload;

/// A field as it is shown. Personal.
#[derive(Clone)]
pub struct Said {
    /// Its key.
    pub key: String,
    /// Its label.
    pub label: String,
    /// What it holds.
    pub value: Shown,
}

/// What was looked up in one place. Personal.
pub struct Looked {
    /// The place.
    pub lookup: String,
    /// What is looked up there.
    pub purpose: String,
    /// What was found, in a sentence.
    pub found: String,
    /// The records.
    pub records: Vec<Vec<Said>>,
}

/// The fields of a case; none where this version of its bot cannot read it.
pub fn fields(bot: &str, case: &CasePayload) -> Option<Vec<Said>> {
    let bot = clerkwork_bots::find(bot)?;
    let fields = bot.fields(case.case.get().as_bytes()).ok()?;
    Some(said(&bot.template().columns, &fields))
}

/// What was looked up for a ruling.
pub fn looked(bot: &Registered, looked: &BTreeMap<String, kit::Looked>) -> Vec<Looked> {
    let lookups = bot.manifest().lookups.iter();
    let told = lookups.filter_map(|lookup| {
        let columns = bot.lookup_template(lookup.name)?.columns.as_slice();
        let (found, records) = match looked.get(lookup.name)? {
            kit::Looked::NotLookedAt => ("Nobody looked.".to_owned(), Vec::new()),
            kit::Looked::Nothing { .. } => ("There is no such record.".to_owned(), Vec::new()),
            kit::Looked::Found { records, .. } => {
                let found = match records.len() {
                    1 => "One record was found.".to_owned(),
                    n => format!("{n} records were found."),
                };
                (found, records.iter().map(|record| said(columns, record)).collect())
            }
        };
        let (name, purpose) = (lookup.name.to_owned(), lookup.purpose.to_owned());
        Some(Looked { lookup: name, purpose, found, records })
    });
    told.collect()
}

fn said(columns: &[Column], fields: &Fields) -> Vec<Said> {
    let said = columns.iter().filter_map(|column| {
        let value = shown(fields.0.get(&column.key)?, column.kind);
        Some(Said { key: column.key.clone(), label: column.header.clone(), value })
    });
    said.collect()
}

fn shown(value: &Value, kind: Kind) -> Shown {
    match (value, kind) {
        (Value::String(date), Kind::Date { .. }) => {
            date.parse().map_or_else(|_| Shown::words(date), Shown::Date)
        }
        (Value::String(amount), Kind::Money | Kind::Balance) => {
            amount.parse().map_or_else(|_| Shown::words(amount), Shown::Money)
        }
        (Value::String(text), _) => Shown::words(text),
        (Value::Bool(yes), _) => Shown::words(if *yes { "yes" } else { "no" }),
        (Value::Null, _) => Shown::Empty,
        (other, _) => Shown::Text(other.to_string()),
    }
}
