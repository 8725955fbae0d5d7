//! The law file of a bot: figures, rules and options with dated rows, and the tables that a
//! council fills.

use jiff::civil::Date;
use sha2::{Digest, Sha256};
use toml::Table;

use super::toml_text::{Kind, Reader, inside};
use super::{FigureLine, Mark, PolicyFault, Source, Value, hex};

/// A bot's law, read once.
#[derive(Debug)]
pub(crate) struct Law {
    pub(super) entries: Vec<Entry>,
    pub(super) tables: Vec<TableKind>,
    pub(super) automatic: Vec<String>,
    pub(super) text: String,
}

/// A figure, rule or option with its rows by start date.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) section: Section,
    pub(super) id: String,
    pub(super) label: String,
    pub(super) unit: String,
    pub(super) kind: Kind,
    /// What an option's list may hold; empty for anything.
    pub(super) among: Vec<String>,
    pub(super) rows: Vec<Row>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Section {
    Figure,
    Rule,
    Option,
}

impl Section {
    const ALL: [Section; 3] = [Section::Figure, Section::Rule, Section::Option];

    /// The heading in both files.
    pub(super) fn heading(self) -> &'static str {
        match self {
            Section::Figure => "figures",
            Section::Rule => "rules",
            Section::Option => "options",
        }
    }

    fn word(self) -> &'static str {
        match self {
            Section::Figure => "figure",
            Section::Rule => "rule",
            Section::Option => "option",
        }
    }
}

#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) from: Date,
    pub(super) until: Option<Date>,
    pub(super) value: Value,
    pub(super) mark: Mark,
    pub(super) source: Source,
    pub(super) confirmed_by: Option<Source>,
}

/// The shape of a table that a council fills.
#[derive(Clone, Debug)]
pub(super) struct TableKind {
    pub(super) name: String,
    pub(super) label: String,
    pub(super) columns: Vec<(String, Kind)>,
}

impl Law {
    pub(crate) fn from_toml(text: &str) -> Result<Law, Vec<PolicyFault>> {
        let mut read = Reader::default();
        let Some(file) = read.file(text) else { return Err(read.faults) };
        read.only("", &file, &["figures", "rules", "options", "tables", "automatic"]);

        let mut entries = Vec::new();
        for section in Section::ALL {
            let Some(value) = file.get(section.heading()) else { continue };
            let Some(table) = read.table(section.heading(), value) else { continue };
            for (id, value) in table {
                let place = inside(section.heading(), id);
                let Some(table) = read.table(&place, value) else { continue };
                entries.extend(entry(&mut read, &place, section, id, table));
            }
        }
        entries.sort_by(|one, other| one.id.cmp(&other.id));
        for pair in entries.windows(2).filter(|pair| pair[0].id == pair[1].id) {
            read.fault(&pair[0].id, "the id is used twice", "give one of them another name");
        }

        let mut tables = Vec::new();
        if let Some(found) = file.get("tables").and_then(|value| read.table("tables", value)) {
            for (name, value) in found {
                let place = inside("tables", name);
                let Some(table) = read.table(&place, value) else { continue };
                tables.extend(table_kind(&mut read, &place, name, table));
            }
        }
        let automatic = match file.get("automatic").and_then(toml::Value::as_array) {
            Some(names) => {
                names.iter().filter_map(toml::Value::as_str).map(str::to_owned).collect()
            }
            None => Vec::new(),
        };
        if read.faults.is_empty() {
            Ok(Law { entries, tables, automatic, text: text.to_owned() })
        } else {
            Err(read.faults)
        }
    }
}

fn entry(
    read: &mut Reader,
    place: &str,
    section: Section,
    id: &str,
    table: &Table,
) -> Option<Entry> {
    read.only(place, table, &["label", "unit", "kind", "among", "rows"]);
    let label = read.text(place, table, "label");
    let kind = match section {
        Section::Rule => Some(Kind::Rule),
        Section::Figure | Section::Option => {
            let name = read.text(place, table, "kind")?;
            let kind = Kind::named(&name);
            if kind.is_none() {
                let remedy = "use money, number, text, list or date";
                read.fault(&inside(place, "kind"), "no such kind", remedy);
            }
            kind
        }
    };
    let unit = table.get("unit").and_then(toml::Value::as_str).unwrap_or_default().to_owned();
    let among = match table.get("among").and_then(toml::Value::as_array) {
        Some(words) => words.iter().filter_map(toml::Value::as_str).map(str::to_owned).collect(),
        None => Vec::new(),
    };
    let kind = kind?;
    let mut rows = Vec::new();
    for (index, found) in read.tables(&inside(place, "rows"), table.get("rows")).iter().enumerate()
    {
        let place = format!("{place} row {}", index + 1);
        read.only(&place, found, &["from", "until", "value", "mark", "source", "note"]);
        rows.extend(law_row(read, &place, found, kind));
    }
    let mut entry = Entry { section, id: id.to_owned(), label: label?, unit, kind, among, rows };
    entry.put_in_order(read, place);
    Some(entry)
}

fn law_row(read: &mut Reader, place: &str, table: &Table, kind: Kind) -> Option<Row> {
    let mark = match read.text(place, table, "mark")?.as_str() {
        "C" => Some(Mark::C),
        "P" => Some(Mark::P),
        "R" => Some(Mark::R),
        "D" => Some(Mark::D),
        "I" => Some(Mark::I),
        "NF" => Some(Mark::NF),
        _ => None,
    };
    if mark.is_none() {
        read.fault(&inside(place, "mark"), "no such mark", "use C, P, R, D, I or NF");
    }
    row(read, place, table, kind, mark?)
}

/// A row of either file.
pub(super) fn row(
    read: &mut Reader,
    place: &str,
    table: &Table,
    kind: Kind,
    mark: Mark,
) -> Option<Row> {
    let from = read.date(place, table, "from");
    let until = read.optional_date(place, table, "until");
    let value = read.value(place, table, "value", kind);
    let source = read.source(place, table);
    if let (Some(from), Some(until)) = (from, until)
        && until < from
    {
        read.fault(place, "it ends before it begins", "mend from or until");
    }
    Some(Row { from: from?, until, value: value?, mark, source: source?, confirmed_by: None })
}

impl Entry {
    /// By start date; two rows for one day are a fault.
    pub(super) fn put_in_order(&mut self, read: &mut Reader, place: &str) {
        self.rows.sort_by_key(|row| row.from);
        for pair in self.rows.windows(2) {
            let overlap = pair[0].until.is_some_and(|until| until >= pair[1].from);
            if overlap || pair[0].from == pair[1].from {
                let problem = format!("two rows hold on {}", pair[1].from);
                read.fault(place, problem, "end the first row before the second begins");
            }
        }
    }

    pub(super) fn lines(&self) -> Vec<FigureLine> {
        let line = |row: &Row| FigureLine {
            kind: self.section.word(),
            id: self.id.clone(),
            label: self.label.clone(),
            unit: self.unit.clone(),
            from: Some(row.from),
            until: row.until,
            value: row.value.to_string(),
            mark: row.mark,
            confirmed_by: row.confirmed_by.as_ref().map(|source| source.title.clone()),
            source: row.source.clone(),
        };
        if self.rows.is_empty() {
            let nobody = Source { title: String::new(), href: String::new() };
            return vec![FigureLine {
                kind: self.section.word(),
                id: self.id.clone(),
                label: self.label.clone(),
                unit: self.unit.clone(),
                from: None,
                until: None,
                value: "not set".to_owned(),
                mark: Mark::NF,
                confirmed_by: None,
                source: nobody,
            }];
        }
        self.rows.iter().map(line).collect()
    }
}

fn table_kind(read: &mut Reader, place: &str, name: &str, table: &Table) -> Option<TableKind> {
    read.only(place, table, &["label", "columns"]);
    let label = read.text(place, table, "label");
    let columns = table.get("columns").and_then(|value| read.table(place, value))?;
    let column = |(name, kind): (&String, &toml::Value)| {
        Some((name.clone(), kind.as_str().and_then(Kind::named)?))
    };
    let known: Vec<_> = columns.iter().filter_map(column).collect();
    if known.len() != columns.len() {
        read.fault(place, "a column of no known kind", "use money, number, text, list or date");
    }
    Some(TableKind { name: name.to_owned(), label: label?, columns: known })
}

/// Which law and which overlay.
pub(super) fn digest(law: &str, council: Option<&str>) -> String {
    let mut hash = Sha256::new();
    hash.update(law.as_bytes());
    hash.update([0]);
    hash.update(council.unwrap_or_default().as_bytes());
    hex(&hash.finalize())
}
