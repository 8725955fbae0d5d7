//! A council's policy file: what it sets, what it confirms, and what it lets be decided without
//! a person.

use toml::Table;

use super::law::{Entry, Law, Row, row};
use super::toml_text::{Reader, inside};
use super::{Authority, Mark, Policy, PolicyFault, Setting, Source};

/// A council's policy file, read and checked against the law it is laid over.
pub(super) struct Overlay {
    council: Option<String>,
    pub(super) rows: Vec<(usize, Row)>,
    pub(super) tables: Vec<Vec<Setting>>,
    confirms: Vec<Confirmation>,
    pub(super) automatic: Vec<(String, Authority)>,
}

struct Confirmation {
    id: String,
    source: Source,
}

impl Overlay {
    pub(super) fn from_toml(text: &str, law: &Law) -> Result<Overlay, Vec<PolicyFault>> {
        Overlay::read(text, law, Reader::default())
    }

    /// The same file, where who set what may be left out.
    pub(super) fn supposed(text: &str, law: &Law) -> Result<Overlay, Vec<PolicyFault>> {
        Overlay::read(text, law, Reader::supposing())
    }

    fn read(text: &str, law: &Law, mut read: Reader) -> Result<Overlay, Vec<PolicyFault>> {
        let Some(file) = read.file(text) else { return Err(read.faults) };
        let fixed = ["council", "figures", "rules", "options", "confirms", "automatic"];
        let tables = law.tables.iter().map(|table| table.name.as_str());
        let known: Vec<&str> = fixed.into_iter().chain(tables).collect();
        read.only("", &file, &known);

        let (council, own) = council(&mut read, &file);
        let mut rows = Vec::new();
        for (index, entry) in law.entries.iter().enumerate() {
            rows.extend(added(&mut read, &file, entry).into_iter().map(|row| (index, row)));
        }
        unknown_ids(&mut read, &file, law);
        let overlay = Overlay {
            council,
            rows,
            tables: settings(&mut read, &file, law, own.as_ref()),
            confirms: confirmations(&mut read, &file, law),
            automatic: automatic(&mut read, &file, law),
        };
        if read.faults.is_empty() { Ok(overlay) } else { Err(read.faults) }
    }

    pub(super) fn lay_over(self, policy: &mut Policy) -> Result<(), Vec<PolicyFault>> {
        let mut read = Reader::default();
        self.confirm(policy);
        for (index, row) in self.rows {
            policy.entries[index].rows.push(row);
        }
        for entry in &mut policy.entries {
            let place = inside(entry.section.heading(), &entry.id);
            entry.put_in_order(&mut read, &place);
        }
        for (table, rows) in policy.tables.iter_mut().zip(self.tables) {
            table.rows = rows;
        }
        policy.automatic = self.automatic;
        policy.council = self.council;
        if read.faults.is_empty() { Ok(()) } else { Err(read.faults) }
    }
}

impl Overlay {
    /// Marks what the council has checked, and says so in its source.
    pub(super) fn confirm(&self, policy: &mut Policy) {
        for confirmation in &self.confirms {
            let entry = policy.entries.iter_mut().find(|entry| entry.id == confirmation.id);
            let rows = entry.into_iter().flat_map(|entry| &mut entry.rows);
            for row in rows.filter(|row| row.mark.can_be_confirmed() && row.confirmed_by.is_none())
            {
                let confirmed = &confirmation.source;
                row.source.title =
                    format!("{}; confirmed by the council: {}", row.source.title, confirmed.title);
                row.confirmed_by = Some(confirmed.clone());
            }
        }
    }
}

/// The council's name, and the source it names once for everything it sets itself.
fn council(read: &mut Reader, file: &Table) -> (Option<String>, Option<Source>) {
    let Some(value) = file.get("council") else {
        if read.is_supposing() {
            return (None, Some(Reader::supposition()));
        }
        read.fault("council", "missing", "add [council] with its name and a source");
        return (None, None);
    };
    let Some(table) = read.table("council", value) else { return (None, None) };
    read.only("council", table, &["name", "address", "who_confirms", "source"]);
    for key in ["address", "who_confirms"] {
        if table.contains_key(key) {
            read.text("council", table, key);
        }
    }
    (read.text("council", table, "name"), read.source("council", table))
}

/// Rows that a council adds to a figure, rule or option.
fn added(read: &mut Reader, file: &Table, entry: &Entry) -> Vec<Row> {
    let heading = entry.section.heading();
    let place = inside(heading, &entry.id);
    let found = file.get(heading).and_then(|value| value.get(&entry.id));
    let mut rows = Vec::new();
    for (index, table) in read.tables(&place, found).into_iter().enumerate() {
        let place = format!("{place} row {}", index + 1);
        read.only(&place, table, &["from", "until", "value", "source", "note"]);
        let Some(row) = row(read, &place, table, entry.kind, Mark::Council) else { continue };
        if let super::Value::List(words) = &row.value {
            for word in
                words.iter().filter(|word| !entry.among.is_empty() && !entry.among.contains(word))
            {
                let remedy = format!("use: {}", entry.among.join(", "));
                read.fault(&place, format!("“{word}” is not one of the choices"), &remedy);
            }
        }
        rows.push(row);
    }
    rows
}

fn unknown_ids(read: &mut Reader, file: &Table, law: &Law) {
    for heading in ["figures", "rules", "options"] {
        let Some(value) = file.get(heading) else { continue };
        let Some(table) = read.table(heading, value) else { continue };
        let here = law.entries.iter().filter(|entry| entry.section.heading() == heading);
        let known: Vec<&str> = here.map(|entry| entry.id.as_str()).collect();
        read.only(heading, table, &known);
    }
}

/// Rows of the tables that only a council fills; a row may name a source of its own.
fn settings(read: &mut Reader, file: &Table, law: &Law, own: Option<&Source>) -> Vec<Vec<Setting>> {
    let mut tables = Vec::new();
    for kind in &law.tables {
        let mut rows = Vec::new();
        let found = read.tables(&kind.name, file.get(&kind.name));
        for (index, table) in found.into_iter().enumerate() {
            let place = format!("{} {}", kind.name, index + 1);
            let columns = kind.columns.iter().map(|(name, _)| name.as_str());
            read.only(&place, table, &columns.chain(["source"]).collect::<Vec<_>>());
            let mut values = Vec::new();
            for (name, kind) in &kind.columns {
                let value = read.value(&place, table, name, *kind);
                values.extend(value.map(|value| (name.clone(), value)));
            }
            let named = table.contains_key("source");
            let source = if named { read.source(&place, table) } else { own.cloned() };
            rows.extend(source.map(|source| Setting { values, source }));
        }
        tables.push(rows);
    }
    tables
}

/// R, D and I rows that the council has checked; each names where it was checked.
fn confirmations(read: &mut Reader, file: &Table, law: &Law) -> Vec<Confirmation> {
    let mut all = Vec::new();
    let found = read.tables("confirms", file.get("confirms"));
    for (index, table) in found.into_iter().enumerate() {
        let place = format!("confirms {}", index + 1);
        read.only(&place, table, &["id", "source"]);
        let Some(id) = read.text(&place, table, "id") else { continue };
        if !law.entries.iter().any(|entry| entry.id == id) {
            let remedy = "use the id of a figure or rule of this bot";
            read.fault(&place, format!("there is no “{id}” to confirm"), remedy);
        }
        all.extend(read.source(&place, table).map(|source| Confirmation { id, source }));
    }
    all
}

fn automatic(read: &mut Reader, file: &Table, law: &Law) -> Vec<(String, Authority)> {
    let Some(value) = file.get("automatic") else { return Vec::new() };
    let Some(table) = read.table("automatic", value) else { return Vec::new() };
    let known: Vec<&str> = law.automatic.iter().map(String::as_str).collect();
    read.only("automatic", table, &known);
    let mut all = Vec::new();
    for (name, value) in table {
        let place = inside("automatic", name);
        let Some(table) = read.table(&place, value) else { continue };
        read.only(&place, table, &["authority"]);
        let authority = read.text(&place, table, "authority");
        all.extend(authority.map(|authority| (name.clone(), Authority { authority })));
    }
    all
}
