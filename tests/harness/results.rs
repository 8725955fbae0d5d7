//! A results workbook, read back.

use std::collections::BTreeMap;
use std::path::Path;

use calamine::{Data, Reader as _, Xlsx, open_workbook};
use jiff::ToSpan as _;
use jiff::civil::{Date, date};

/// The sheets of a results workbook.
pub(crate) struct Results {
    /// In their order.
    pub(crate) names: Vec<String>,
    sheets: BTreeMap<String, Table>,
}

/// A sheet with a header row.
pub(crate) struct Table {
    /// The first row.
    pub(crate) headers: Vec<String>,
    /// The rows below, as text: dates as ISO, numbers without needless zeros.
    pub(crate) rows: Vec<Vec<String>>,
    kinds: Vec<Vec<Data>>,
}

impl Results {
    /// Reads it all.
    pub(crate) fn read(path: &Path) -> Self {
        let mut book: Xlsx<_> =
            open_workbook(path).unwrap_or_else(|fault| panic!("{}: {fault}", path.display()));
        let names = book.sheet_names();
        let sheets = names.iter().map(|name| {
            let range = book.worksheet_range(name).unwrap();
            let mut kinds: Vec<Vec<Data>> = range.rows().map(<[Data]>::to_vec).collect();
            let headers = kinds.remove(0).iter().map(text).collect();
            let rows = kinds.iter().map(|row| row.iter().map(text).collect()).collect();
            (name.clone(), Table { headers, rows, kinds })
        });
        Self { sheets: sheets.collect(), names: names.clone() }
    }

    /// One sheet.
    pub(crate) fn sheet(&self, name: &str) -> &Table {
        &self.sheets[name]
    }

    /// The value beside a label of the Totals sheet.
    pub(crate) fn total(&self, label: &str) -> &str {
        let row = self.sheet("Totals").rows.iter().find(|row| row[0] == label);
        &row.unwrap_or_else(|| panic!("Totals has no {label}"))[1]
    }
}

impl Table {
    /// Where a column is.
    pub(crate) fn at(&self, header: &str) -> usize {
        let at = self.headers.iter().position(|it| it == header);
        at.unwrap_or_else(|| panic!("no column {header:?} among {:?}", self.headers))
    }

    /// A column as text.
    pub(crate) fn column(&self, header: &str) -> Vec<&str> {
        let at = self.at(header);
        self.rows.iter().map(|row| row[at].as_str()).collect()
    }

    /// Cells of a column that are not empty are dates, or numbers, and not text.
    pub(crate) fn has_no_text_in(&self, header: &str) {
        let at = self.at(header);
        for row in &self.kinds {
            assert!(
                !matches!(row[at], Data::String(_) | Data::DateTimeIso(_)),
                "{header}: {:?}",
                row[at]
            );
        }
    }
}

fn text(cell: &Data) -> String {
    match cell {
        Data::Empty => String::new(),
        Data::Float(number) => number.to_string(),
        Data::DateTime(at) => day(at.as_f64()),
        other => other.to_string(),
    }
}

/// A serial day as ISO, without the time.
fn day(serial: f64) -> String {
    let days: i64 = format!("{:.0}", serial.trunc()).parse().unwrap();
    let first: Date = date(1899, 12, 30);
    (first + days.days()).to_string()
}
