//! From the cells and records of a golden case to typed fields.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde_json::json;
use toml::Value as Toml;

use super::{named, sorted};
use crate::kit::bot::Looked;
use crate::kit::columns::{Cell, Day, Fields, Template};
use crate::kit::registered::Registered;

/// What the runner does: the best key that gives any record.
pub(super) fn look_up(
    bot: &Registered,
    lookup: &str,
    rows: &[BTreeMap<String, Toml>],
    about: Option<&BTreeMap<String, String>>,
    case: &[u8],
    day: Day,
) -> Result<Looked, String> {
    let template = bot.lookup_template(lookup).ok_or("the bot has no such lookup")?;
    let mut records = Vec::new();
    for row in rows {
        records.push(read(template, row, day)?.map_err(|faults| sorted(&faults))?);
    }
    let mut known = bot.survey(lookup, &records);
    for (key, value) in about.into_iter().flatten() {
        known[key] = json!(value);
    }
    let version = "golden".to_owned();
    let keys = bot.case_keys(lookup, case).map_err(|error| error.to_string())?;
    for (index, key) in keys.iter().enumerate().filter(|(_, key)| key.is_some()) {
        let same = |record: &&Fields| bot.record_keys(lookup, record).get(index) == Some(key);
        let found: Vec<Fields> = records.iter().filter(same).cloned().collect();
        if !found.is_empty() {
            return Ok(Looked::Found { version, about: known, key: index, records: found });
        }
    }
    Ok(Looked::Nothing { version, about: known })
}

pub(super) type Read = Result<Fields, Vec<String>>;

pub(super) fn read(
    template: &Template,
    row: &BTreeMap<String, Toml>,
    day: Day,
) -> Result<Read, String> {
    let own: Vec<&str> = template.columns.iter().map(|column| column.header.as_str()).collect();
    let others = row.keys().map(String::as_str).filter(|header| !own.contains(header));
    let absent = |header: &&str| {
        row.get(*header).and_then(Toml::as_table).is_some_and(|table| table.contains_key("absent"))
    };
    let headers: Vec<&str> =
        own.iter().copied().chain(others).filter(|header| !absent(header)).collect();
    let binding = template.bind(&headers, &BTreeMap::new()).map_err(|absent| absent.to_string())?;
    let mut cells = Vec::new();
    for header in &headers {
        cells.push(row.get(*header).map_or(Some(Cell::Empty), cell).ok_or_else(|| {
            format!(
                "{header}: write a text, a whole number, a date, true or false, \
                     {{ number = \"1.5\" }}, {{ error = \"#N/A\" }}, {{ formula = true }} or \
                     {{ absent = true }}"
            )
        })?);
    }
    let read = template.read(&binding, &cells, &day);
    Ok(read.map_err(|faults| faults.iter().map(named).collect()))
}

fn cell(value: &Toml) -> Option<Cell<'_>> {
    match value {
        Toml::String(text) if text.is_empty() => Some(Cell::Empty),
        Toml::String(text) => Some(Cell::Text(text)),
        Toml::Integer(number) => Some(Cell::Number(Decimal::from(*number))),
        Toml::Boolean(yes) => Some(Cell::Bool(*yes)),
        Toml::Datetime(date) => date.to_string().parse().ok().map(Cell::Date),
        Toml::Table(table) => match (table.get("number"), table.get("error")) {
            (Some(number), _) => number.as_str()?.parse().ok().map(Cell::Number),
            (None, Some(error)) => error.as_str().map(Cell::Error),
            (None, None) => table.contains_key("formula").then_some(Cell::NoValue),
        },
        Toml::Float(_) | Toml::Array(_) => None,
    }
}
