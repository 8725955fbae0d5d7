//! Reads TOML by hand, so that every fault of a policy file is told at once.

use jiff::civil::Date;
use rust_decimal::Decimal;
use toml::{Table, Value as Toml};

use super::{PolicyFault, Source, Value};

/// What a value must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Rule,
    Money,
    Number,
    Text,
    List,
    Date,
}

impl Kind {
    pub(super) fn named(name: &str) -> Option<Kind> {
        match name {
            "money" => Some(Kind::Money),
            "number" => Some(Kind::Number),
            "text" => Some(Kind::Text),
            "list" => Some(Kind::List),
            "date" => Some(Kind::Date),
            _ => None,
        }
    }
}

/// Collects faults while a file is read.
#[derive(Debug, Default)]
pub(super) struct Reader {
    pub(super) faults: Vec<PolicyFault>,
    supposing: bool,
}

impl Reader {
    /// Reads figures that nobody has set: they need no source.
    pub(super) fn supposing() -> Self {
        Reader { faults: Vec::new(), supposing: true }
    }

    pub(super) fn is_supposing(&self) -> bool {
        self.supposing
    }

    /// What stands for the source of a figure that nobody has set.
    pub(super) fn supposition() -> Source {
        let text = |text: &str| text.to_owned();
        Source { title: text("Supposed, to see what would follow"), href: text("none") }
    }

    pub(super) fn fault(&mut self, place: &str, problem: impl Into<String>, remedy: &str) {
        self.faults.push(PolicyFault::new(place, problem, remedy));
    }

    /// The whole file as a table.
    pub(super) fn file(&mut self, text: &str) -> Option<Table> {
        match text.parse::<Table>() {
            Ok(table) => Some(table),
            Err(error) => {
                let line =
                    error.span().map_or(1, |span| 1 + text[..span.start].matches('\n').count());
                let problem = format!("not TOML: {}", error.message());
                self.fault(&format!("line {line}"), problem, "mend the line");
                None
            }
        }
    }

    /// Keys that nobody knows.
    pub(super) fn only(&mut self, place: &str, table: &Table, known: &[&str]) {
        for key in table.keys().filter(|key| !known.contains(&key.as_str())) {
            let remedy = format!("take it out, or use one of: {}", known.join(", "));
            self.fault(&inside(place, key), "nobody knows this key", &remedy);
        }
    }

    pub(super) fn table<'t>(&mut self, place: &str, value: &'t Toml) -> Option<&'t Table> {
        let table = value.as_table();
        if table.is_none() {
            self.fault(place, "not a table", "write [name] with keys under it");
        }
        table
    }

    /// A list of tables; absent is empty.
    pub(super) fn tables<'t>(&mut self, place: &str, value: Option<&'t Toml>) -> Vec<&'t Table> {
        let Some(value) = value else { return Vec::new() };
        let Some(list) = value.as_array() else {
            self.fault(place, "not a list of tables", "write [[name]] with keys under it");
            return Vec::new();
        };
        list.iter().filter_map(|item| self.table(place, item)).collect()
    }

    pub(super) fn text(&mut self, place: &str, table: &Table, key: &str) -> Option<String> {
        match table.get(key) {
            Some(Toml::String(text)) if !text.trim().is_empty() => Some(text.clone()),
            Some(_) => {
                self.fault(&inside(place, key), "not a text", "write it in quotation marks");
                None
            }
            None => {
                self.fault(&inside(place, key), "missing", "add it");
                None
            }
        }
    }

    pub(super) fn date(&mut self, place: &str, table: &Table, key: &str) -> Option<Date> {
        let date = self.optional_date(place, table, key);
        if date.is_none() && !table.contains_key(key) {
            self.fault(&inside(place, key), "missing", "add it, as \"2025-04-01\"");
        }
        date
    }

    pub(super) fn optional_date(&mut self, place: &str, table: &Table, key: &str) -> Option<Date> {
        let date = table.get(key).map(date_of)?;
        if date.is_none() {
            let remedy = "write a day that exists, as \"2025-04-01\"";
            self.fault(&inside(place, key), "not a date", remedy);
        }
        date
    }

    pub(super) fn source(&mut self, place: &str, table: &Table) -> Option<Source> {
        let place = inside(place, "source");
        let Some(value) = table.get("source") else {
            if self.supposing {
                return Some(Reader::supposition());
            }
            let remedy = "name who set it: source = { title = \"...\", href = \"...\" }";
            self.fault(&place, "missing", remedy);
            return None;
        };
        let table = self.table(&place, value)?;
        self.only(&place, table, &["title", "href"]);
        let (title, href) = (self.text(&place, table, "title"), self.text(&place, table, "href"));
        Some(Source { title: title?, href: href? })
    }

    pub(super) fn value(
        &mut self,
        place: &str,
        table: &Table,
        key: &str,
        kind: Kind,
    ) -> Option<Value> {
        if kind == Kind::Rule {
            if table.contains_key(key) {
                self.fault(&inside(place, key), "a rule has no value", "take it out");
            }
            return Some(Value::Rule);
        }
        let Some(found) = table.get(key) else {
            self.fault(&inside(place, key), "missing", "add it");
            return None;
        };
        let (value, remedy) = match kind {
            Kind::Rule => (Some(Value::Rule), ""),
            Kind::Money => (money(found).map(Value::Money), "write pounds and pence: \"850.00\""),
            Kind::Number => (number(found).map(Value::Number), "write a number: 5"),
            Kind::Text => (found.as_str().map(|text| Value::Text(text.to_owned())), "write a text"),
            Kind::List => (list(found).map(Value::List), "write a list: [\"one\", \"two\"]"),
            Kind::Date => (date_of(found).map(Value::Date), "write a day: \"2025-04-01\""),
        };
        if value.is_none() {
            self.fault(&inside(place, key), "not the kind of value it should be", remedy);
        }
        value
    }
}

/// A place within a place.
pub(super) fn inside(place: &str, key: &str) -> String {
    if place.is_empty() { key.to_owned() } else { format!("{place}.{key}") }
}

fn date_of(value: &Toml) -> Option<Date> {
    match value {
        Toml::String(text) => text.parse().ok(),
        Toml::Datetime(moment) if moment.time.is_none() => moment.to_string().parse().ok(),
        _ => None,
    }
}

/// Money is a quoted decimal with its pence, never a float.
fn money(value: &Toml) -> Option<Decimal> {
    let amount: Decimal = value.as_str()?.parse().ok()?;
    (amount.scale() == 2 && !amount.is_sign_negative()).then_some(amount)
}

fn number(value: &Toml) -> Option<Decimal> {
    match value {
        Toml::Integer(whole) => Some(Decimal::from(*whole)),
        Toml::String(text) => text.parse().ok(),
        _ => None,
    }
}

fn list(value: &Toml) -> Option<Vec<String>> {
    value.as_array()?.iter().map(|item| item.as_str().map(str::to_owned)).collect()
}
