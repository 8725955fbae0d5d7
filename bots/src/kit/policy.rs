//! Dated figures, rules and options: what was law, and the council's own decision, on which day.
//!
//! A row with an `until` ends there: past it there is no figure, never the last known one.
//! Marks say how sure a row is; C and P decide, R, D and I only where the council's policy
//! confirms them, NF never.

mod law;
mod overlay;
mod suppose;
mod toml_text;
mod value;

use jiff::civil::Date;
use rust_decimal::Decimal;

pub(crate) use law::Law;
use law::{Entry, TableKind};
use overlay::Overlay;
pub use suppose::Supposed;
pub use value::{InForce, Mark, NotInForce, Source, Value};

/// The law with a council's overlay, ready to be asked. Immutable.
#[derive(Clone, Debug)]
pub struct Policy {
    entries: Vec<Entry>,
    tables: Vec<Table>,
    automatic: Vec<(String, Authority)>,
    council: Option<String>,
    digest: String,
}

/// A table that only a council fills, such as its school sessions.
#[derive(Clone, Debug)]
struct Table {
    kind: TableKind,
    rows: Vec<Setting>,
}

/// One row of a council's table.
#[derive(Clone, Debug)]
pub struct Setting {
    values: Vec<(String, Value)>,
    /// The council's decision that set it.
    pub source: Source,
}

impl Setting {
    /// A value of the row; every column of a table is required, so it is there.
    pub fn value(&self, column: &str) -> Option<&Value> {
        self.values.iter().find(|(name, _)| name == column).map(|(_, value)| value)
    }

    /// A date of the row.
    pub fn date(&self, column: &str) -> Option<Date> {
        match self.value(column) {
            Some(Value::Date(date)) => Some(*date),
            _ => None,
        }
    }

    /// A number of the row.
    pub fn number(&self, column: &str) -> Option<Decimal> {
        match self.value(column) {
            Some(Value::Number(number)) => Some(*number),
            _ => None,
        }
    }

    /// A text of the row.
    pub fn text(&self, column: &str) -> Option<&str> {
        match self.value(column) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }
}

/// Who let a kind of decision be made without a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authority {
    /// The decision or assessment that allows it.
    pub authority: String,
}

/// One line of `bots show`: a row of a figure, rule or option, or of a council's table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FigureLine {
    /// `figure`, `rule`, `option`, or the name of the council's table.
    pub kind: &'static str,
    /// Id in the policy file; of a table, the table's name.
    pub id: String,
    /// For people.
    pub label: String,
    /// Such as `GBP/month`; empty for none.
    pub unit: String,
    /// First day; none where nothing is set.
    pub from: Option<Date>,
    /// Last day, if one is set.
    pub until: Option<Date>,
    /// The value as text.
    pub value: String,
    /// How sure it is.
    pub mark: Mark,
    /// What the council names as its source, where it confirms the row.
    pub confirmed_by: Option<String>,
    /// What set it; empty where nothing is set.
    pub source: Source,
}

/// Something wrong with a policy file: where, what, and what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {problem}; {remedy}")]
pub struct PolicyFault {
    /// Where in the file.
    pub place: String,
    /// What is wrong.
    pub problem: String,
    /// What to do.
    pub remedy: String,
}

impl PolicyFault {
    /// A fault at a place in the file.
    pub fn new(
        place: impl Into<String>,
        problem: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        PolicyFault { place: place.into(), problem: problem.into(), remedy: remedy.into() }
    }
}

impl Law {
    /// Lays a council's overlay over the law.
    pub(crate) fn with(&self, council: Option<&str>) -> Result<Policy, Vec<PolicyFault>> {
        let mut policy = Policy {
            entries: self.entries.clone(),
            tables: self.tables.iter().map(Table::of).collect(),
            automatic: Vec::new(),
            council: None,
            digest: law::digest(&self.text, council),
        };
        if let Some(text) = council {
            Overlay::from_toml(text, self)?.lay_over(&mut policy)?;
        }
        Ok(policy)
    }
}

impl Table {
    fn of(kind: &TableKind) -> Self {
        Table { kind: kind.clone(), rows: Vec::new() }
    }
}

impl Policy {
    /// SHA-256 hex of the law and the overlay.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// The council's name, if an overlay gives one.
    pub fn council(&self) -> Option<&str> {
        self.council.as_deref()
    }

    /// The row of a figure, rule or option that is in force on a day.
    pub fn in_force<'p>(&'p self, id: &'p str, day: Date) -> Result<InForce<'p>, NotInForce<'p>> {
        let found = self.entries.binary_search_by(|entry| entry.id.as_str().cmp(id));
        debug_assert!(found.is_ok(), "{id} is not in the policy file");
        let Ok(found) = found else {
            return Err(NotInForce { id, label: id, ended: None });
        };
        let entry = &self.entries[found];
        let begun = entry.rows.partition_point(|row| row.from <= day);
        let absent = NotInForce { id: &entry.id, label: &entry.label, ended: None };
        let Some(row) = begun.checked_sub(1).map(|last| &entry.rows[last]) else {
            return Err(absent);
        };
        if row.until.is_some_and(|until| until < day) {
            return Err(NotInForce { ended: row.until, ..absent });
        }
        Ok(InForce {
            id: &entry.id,
            label: &entry.label,
            value: &row.value,
            from: row.from,
            until: row.until,
            mark: row.mark,
            confirmed: row.confirmed_by.is_some(),
            source: &row.source,
        })
    }

    /// The rows of a council's table, by its first date column.
    pub fn rows(&self, table: &str) -> &[Setting] {
        let found = self.tables.iter().find(|candidate| candidate.kind.name == table);
        found.map_or(&[][..], |table| &table.rows)
    }

    /// A column of a table's row as something a reason can rest on.
    pub fn row_in_force<'p>(
        &'p self,
        table: &'p str,
        row: &'p Setting,
        column: &str,
        from: Date,
    ) -> InForce<'p> {
        let kind = self.tables.iter().find(|candidate| candidate.kind.name == table);
        InForce {
            id: table,
            label: kind.map_or(table, |table| table.kind.label.as_str()),
            value: row.value(column).unwrap_or(&Value::Rule),
            from,
            until: None,
            mark: Mark::Council,
            confirmed: true,
            source: &row.source,
        }
    }

    /// Who let this kind of decision be made without a person.
    pub fn automatic(&self, what: &str) -> Option<&Authority> {
        self.automatic.iter().find(|(name, _)| name == what).map(|(_, authority)| authority)
    }

    /// Every row of every figure, rule, option and table, for a page about the bot.
    pub fn figures(&self) -> impl Iterator<Item = FigureLine> + '_ {
        self.entries.iter().flat_map(Entry::lines).chain(self.tables.iter().flat_map(Table::lines))
    }
}

impl Table {
    fn lines(&self) -> Vec<FigureLine> {
        let line = |row: &Setting| {
            let value = row.values.iter().map(|(name, value)| format!("{name} {value}"));
            let mut dates = row.values.iter().filter_map(|(_, value)| match value {
                Value::Date(date) => Some(*date),
                _ => None,
            });
            FigureLine {
                kind: "table",
                id: self.kind.name.clone(),
                label: self.kind.label.clone(),
                unit: String::new(),
                from: dates.next(),
                until: None,
                value: value.collect::<Vec<_>>().join(", "),
                mark: Mark::Council,
                confirmed_by: None,
                source: row.source.clone(),
            }
        };
        self.rows.iter().map(line).collect()
    }
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    text
}

#[cfg(test)]
mod tests;
