//! Cells become typed fields; every fault of a row is told at once.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use rust_decimal::Decimal;
use serde_json::Value;

use super::header::Binding;
use super::template::{Column, Kind, Template};
use super::{Cell, Day, Fault, Fields, dates, is_blank, is_gap, money, plain};
use crate::kit::identifiers;

impl Template {
    /// Reads a row's cells. `Err` holds every fault of the row.
    pub fn read(
        &self,
        binding: &Binding,
        cells: &[Cell<'_>],
        day: &Day,
    ) -> Result<Fields, Vec<Fault>> {
        let mut fields = BTreeMap::new();
        let mut faults = Vec::new();
        let mut empty = Vec::new();
        for (column, places) in self.columns.iter().zip(&binding.places) {
            match column.read(places, cells, *day) {
                Ok(Some(value)) => {
                    fields.insert(column.key.clone(), value);
                }
                Ok(None) if column.required => empty.push(column),
                Ok(None) => {}
                Err(fault) => faults.push(fault),
            }
        }
        if faults.is_empty() && empty.is_empty() {
            return Ok(Fields(fields));
        }
        let required = self.columns.iter().filter(|column| column.required).count();
        let mostly_empty = empty.len() > 3 && empty.len() * 2 > required;
        if mostly_empty && let Some(words) = total_row(cells) {
            let expected = "an item; this looks like a row of totals: take it out of the sheet";
            return Err(vec![Fault::new(&self.columns[0].header, "total-row", expected, words)]);
        }
        faults.extend(missing(&empty, mostly_empty));
        Err(faults)
    }
}

/// Required cells that are empty: one fault each, or one for all in a row that holds little.
fn missing(empty: &[&Column], mostly_empty: bool) -> Vec<Fault> {
    if mostly_empty {
        let headers: Vec<&str> = empty.iter().map(|column| column.header.as_str()).collect();
        let expected = format!(
            "a value here and in {}; fill the row in, or take it out",
            headers[1..].join(", ")
        );
        return vec![Fault::new(headers[0], "mostly-empty", expected, "")];
    }
    let fault = |column: &&Column| Fault::new(&column.header, "empty", column.expected(), "");
    empty.iter().map(fault).collect()
}

/// The words that make a row with little in it one of totals.
fn total_row(cells: &[Cell<'_>]) -> Option<String> {
    let starts = ["total", "grandtotal", "subtotal", "overalltotal"];
    cells.iter().find_map(|cell| match cell {
        Cell::Text(text) if text.len() < 60 => {
            let words = plain(text);
            let total = starts.iter().any(|start| words.starts_with(start));
            (total || words == "sum" || words == "count").then(|| shorten(text))
        }
        _ => None,
    })
}

impl Column {
    fn read(&self, places: &[usize], cells: &[Cell<'_>], day: Day) -> Result<Option<Value>, Fault> {
        let mut kept = None;
        for place in places {
            let cell = cells.get(*place).copied().unwrap_or(Cell::Empty);
            let value = self.value(cell, day)?;
            match (&kept, value) {
                (_, None) => {}
                (None, value) => kept = value,
                (Some(first), Some(value)) if *first == value => {}
                (Some(_), Some(_)) => {
                    let letters: Vec<String> = places.iter().map(|it| letters(*it)).collect();
                    let expected = format!(
                        "one value: columns {} of the sheet are for this, and they differ",
                        letters.join(" and ")
                    );
                    return Err(Fault::new(&self.header, "two-columns", expected, found(cell)));
                }
            }
        }
        Ok(kept)
    }

    fn value(&self, cell: Cell<'_>, day: Day) -> Result<Option<Value>, Fault> {
        match cell {
            Cell::Empty => return Ok(None),
            Cell::Text(text) if is_blank(text) => return Ok(None),
            Cell::Text(text) if text.len() > self.longest => {
                let expected = format!("{}, {} characters at most", self.expected(), self.longest);
                return Err(self.fault("too-long", expected, cell));
            }
            Cell::Error(_) => {
                let expected = format!("{}; the cell is an error: mend it", self.expected());
                return Err(self.fault("error-cell", expected, cell));
            }
            Cell::NoValue => {
                let expected = format!(
                    "{}; the file does not hold the formula's result: open it in a spreadsheet \
                     program, save it, and send it again",
                    self.expected()
                );
                return Err(self.fault("formula-without-value", expected, cell));
            }
            Cell::Text(_) | Cell::Number(_) | Cell::Date(_) | Cell::Bool(_) => {}
        }
        let value = match self.kind {
            Kind::Text => self.words(cell, false)?,
            Kind::Name => self.words(cell, true)?,
            Kind::Date { not_future } => self.date(cell, not_future, day)?,
            Kind::YesNo => {
                Value::Bool(yes_no(cell).ok_or_else(|| self.wrong("not-yes-or-no", cell))?)
            }
            Kind::Dates => self.dates(cell, day)?,
            Kind::Money => self.money(cell)?,
            Kind::Number { whole, most } => {
                let number = number(cell, whole, most);
                Value::String(number.ok_or_else(|| self.wrong("not-a-number", cell))?)
            }
            Kind::Balance => self.balance(cell)?,
            Kind::Choice => self.choice(cell)?,
            Kind::Digits { length, number_from, text_from } => {
                let digits = digits(cell, length, number_from, text_from);
                Value::String(digits.ok_or_else(|| self.wrong("not-digits", cell))?)
            }
            Kind::Nino => self.identifier(cell, "not-a-nino", identifiers::nino)?,
            Kind::Postcode => self.identifier(cell, "not-a-postcode", identifiers::postcode)?,
        };
        Ok(Some(value))
    }

    fn words(&self, cell: Cell<'_>, name: bool) -> Result<Value, Fault> {
        let text = match cell {
            Cell::Text(text) => tidy(text),
            Cell::Number(number) if !name => number.normalize().to_string(),
            Cell::Date(date) if self.or_date => date.to_string(),
            _ => return Err(self.wrong("not-text", cell)),
        };
        if name && !text.chars().any(char::is_alphabetic) {
            return Err(self.wrong("not-a-name", cell));
        }
        Ok(Value::String(text))
    }

    fn date(&self, cell: Cell<'_>, not_future: bool, day: Day) -> Result<Value, Fault> {
        let date = match cell {
            Cell::Date(date) => Ok(date),
            Cell::Number(serial) => dates::from_serial(serial, day.epoch_1904),
            Cell::Text(text) => dates::from_text(text, day.epoch_1904),
            _ => Err(""),
        };
        let date = date.map_err(|problem| {
            self.fault("not-a-date", format!("{}{problem}", self.expected()), cell)
        })?;
        if not_future && date > day.today {
            let expected = format!("{}, not after the day of the run", self.expected());
            return Err(self.fault("in-the-future", expected, cell));
        }
        Ok(Value::String(date.to_string()))
    }

    /// Kept as ISO dates with `; ` between them, in the order of the cell.
    fn dates(&self, cell: Cell<'_>, day: Day) -> Result<Value, Fault> {
        let Cell::Text(text) = cell else { return self.date(cell, false, day) };
        let mut kept = String::with_capacity(text.len());
        for part in text.split(';').filter(|part| !is_blank(part)) {
            let date = dates::from_text(part, day.epoch_1904).map_err(|problem| {
                self.fault("not-a-date", format!("{}{problem}", self.expected()), cell)
            })?;
            let between = if kept.is_empty() { "" } else { "; " };
            write!(kept, "{between}{date}").expect("writing to a String cannot fail");
        }
        if kept.is_empty() { Err(self.wrong("not-a-date", cell)) } else { Ok(Value::String(kept)) }
    }

    fn money(&self, cell: Cell<'_>) -> Result<Value, Fault> {
        let amount = match cell {
            Cell::Number(amount) => money::from_number(amount),
            Cell::Text(text) => money::from_text(text),
            _ => Err(""),
        };
        let amount = amount.map_err(|problem| {
            self.fault("not-money", format!("{}{problem}", self.expected()), cell)
        })?;
        Ok(Value::String(amount.to_string()))
    }

    fn balance(&self, cell: Cell<'_>) -> Result<Value, Fault> {
        let amount = match cell {
            Cell::Number(amount) => money::balance_from_number(amount),
            Cell::Text(text) => money::balance_from_text(text),
            _ => Err(""),
        };
        let amount = amount.map_err(|problem| {
            self.fault("not-money", format!("{}{problem}", self.expected()), cell)
        })?;
        Ok(Value::String(amount.to_string()))
    }

    fn choice(&self, cell: Cell<'_>) -> Result<Value, Fault> {
        let spelled = match cell {
            Cell::Text(text) => plain(text),
            _ => return Err(self.wrong("not-in-the-list", cell)),
        };
        let found = self.choices.binary_search_by(|(word, _)| word.as_str().cmp(&spelled));
        let found = found.map_err(|_| self.wrong("not-in-the-list", cell))?;
        Ok(Value::String(self.values[self.choices[found].1].value.clone()))
    }

    fn identifier(
        &self,
        cell: Cell<'_>,
        code: &'static str,
        read: fn(&str) -> Option<String>,
    ) -> Result<Value, Fault> {
        let found = match cell {
            Cell::Text(text) => read(text),
            _ => None,
        };
        found.map(Value::String).ok_or_else(|| self.wrong(code, cell))
    }

    fn wrong(&self, code: &'static str, cell: Cell<'_>) -> Fault {
        self.fault(code, self.expected(), cell)
    }

    fn fault(&self, code: &'static str, expected: String, cell: Cell<'_>) -> Fault {
        Fault::new(&self.header, code, expected, found(cell))
    }
}

fn yes_no(cell: Cell<'_>) -> Option<bool> {
    match cell {
        Cell::Bool(yes) => Some(yes),
        Cell::Number(number) if number.is_zero() => Some(false),
        Cell::Number(number) if number == Decimal::ONE => Some(true),
        Cell::Text(text) => {
            let text = text.trim_matches(is_gap);
            let is = |words: [&str; 4]| words.iter().any(|word| word.eq_ignore_ascii_case(text));
            if is(["yes", "y", "true", "1"]) {
                Some(true)
            } else if is(["no", "n", "false", "0"]) {
                Some(false)
            } else {
                None
            }
        }
        _ => None,
    }
}

/// How many, without zeros that say nothing.
fn number(cell: Cell<'_>, whole: bool, most: u32) -> Option<String> {
    let number = match cell {
        Cell::Number(number) => number,
        Cell::Text(text) => text.trim_matches(is_gap).parse::<Decimal>().ok()?,
        _ => return None,
    };
    let fits = number >= Decimal::ZERO && number <= Decimal::from(most);
    let fine = if whole { number.is_integer() } else { number.normalize().scale() <= 2 };
    (fits && fine).then(|| number.normalize().abs().to_string())
}

/// A number that is a name; zeros that a spreadsheet took away are put back.
fn digits(cell: Cell<'_>, length: usize, number_from: usize, text_from: usize) -> Option<String> {
    let (digits, from) = match cell {
        Cell::Number(number) if number.is_integer() && !number.is_sign_negative() => {
            (number.normalize().to_string(), number_from)
        }
        Cell::Text(text) => {
            let dash = |letter: char| matches!(letter, '-' | '\u{2010}'..='\u{2015}');
            let kept = text.chars().filter(|letter| !is_gap(*letter) && !dash(*letter));
            (kept.collect::<String>(), text_from)
        }
        _ => return None,
    };
    let fits = (from..=length).contains(&digits.len());
    let all = digits.bytes().all(|byte| byte.is_ascii_digit());
    (fits && all).then(|| format!("{digits:0>length$}"))
}

/// A column as a spreadsheet names it: A, B, Z, AA.
fn letters(place: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = place + 1;
    while rest > 0 {
        letters.push(char::from(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"[(rest - 1) % 26]));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect()
}

/// Gaps become one space, and none at the ends.
fn tidy(text: &str) -> String {
    let mut tidy = String::with_capacity(text.len());
    for word in text.split(is_gap).filter(|word| !word.is_empty()) {
        if !tidy.is_empty() {
            tidy.push(' ');
        }
        tidy.push_str(word);
    }
    tidy
}

fn found(cell: Cell<'_>) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Text(text) | Cell::Error(text) => shorten(text),
        Cell::Number(number) => number.to_string(),
        Cell::Date(date) => date.to_string(),
        Cell::Bool(true) => "TRUE".to_owned(),
        Cell::Bool(false) => "FALSE".to_owned(),
        Cell::NoValue => "a formula without a value".to_owned(),
    }
}

fn shorten(text: &str) -> String {
    let mut short: String = text.chars().take(120).collect();
    if short.len() < text.len() {
        write!(short, "…").expect("writing to a String cannot fail");
    }
    short
}
