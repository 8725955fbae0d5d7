//! Finds the header row of a sheet: below titles, beside blank columns, in one row or two.

use std::collections::BTreeMap;

use clerkwork_bots::kit::{Binding, Template};
use clerkwork_connectors::spreadsheet::{Cell, Row};
use serde::{Deserialize, Serialize};

/// Non-blank rows that are looked through before a sheet is held to have no header.
const LOOK: usize = 40;
/// A row with so many known headers is meant as the header even if a required one is absent.
const MEANT: usize = 4;

/// What came of looking.
pub enum Header {
    /// Not decided yet: give me the next row.
    Looking,
    /// Found; these rows stand below it.
    Found {
        /// Where the template's columns are.
        binding: Binding,
        /// Rows that were looked at in vain and belong below the header: none, by construction.
        row: u32,
    },
    /// This is meant to be the data, but required columns are absent.
    Absent {
        /// The row that looks most like the header.
        row: u32,
        /// The headers that are missing.
        missing: Vec<String>,
        /// What stands in that row.
        there: Vec<String>,
    },
    /// No row of this sheet looks like the template's header.
    None,
}

/// The header row of a sheet, where something in it is not the template's: what a person needs to
/// say which column is which.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Headers {
    /// The sheet's name.
    pub sheet: String,
    /// The row.
    pub row: i64,
    /// Columns of the template that are missing.
    pub missing: Vec<String>,
    /// Headers of the sheet that nobody reads.
    pub unread: Vec<String>,
}

/// The search through one sheet.
pub struct Search<'a> {
    template: &'a Template,
    council: &'a BTreeMap<String, String>,
    above: Vec<String>,
    best: Option<Best>,
    /// The row with most texts, which may be a header of which we know nothing.
    widest: Option<(u32, Vec<String>)>,
    looked: usize,
}

/// The row that looks most like the header.
struct Best {
    known: usize,
    row: u32,
    missing: Vec<String>,
    there: Vec<String>,
}

impl<'a> Search<'a> {
    /// Looks for the headers of a template, or what the council calls them.
    pub fn new(template: &'a Template, council: &'a BTreeMap<String, String>) -> Self {
        Self { template, council, above: Vec::new(), best: None, widest: None, looked: 0 }
    }

    /// Looks at the next row.
    pub fn look(&mut self, row: &Row) -> Header {
        let texts: Vec<String> = row.cells.iter().map(text).collect();
        let joined = join(&self.above, &texts);
        let filled = |texts: &[String]| texts.iter().filter(|text| !text.is_empty()).count();
        if filled(&texts) > self.widest.as_ref().map_or(1, |(_, widest)| filled(widest)) {
            self.widest = Some((row.number, texts.clone()));
        }
        for there in [&texts, &joined] {
            let headers: Vec<&str> = there.iter().map(String::as_str).collect();
            let known = self.template.known(&headers, self.council);
            if known == 0 {
                continue;
            }
            match self.template.bind(&headers, self.council) {
                Ok(binding) => return Header::Found { binding, row: row.number },
                Err(absent) => {
                    if self.best.as_ref().is_none_or(|best| known > best.known) {
                        let (row, missing, there) = (row.number, absent.columns, there.clone());
                        self.best = Some(Best { known, row, missing, there });
                    }
                }
            }
        }
        self.above = texts;
        self.looked += 1;
        if self.looked < LOOK { Header::Looking } else { self.end() }
    }

    /// The sheet ended, or we have looked long enough.
    pub fn end(&mut self) -> Header {
        match self.best.take() {
            Some(Best { known, row, missing, there }) if known >= MEANT => {
                Header::Absent { row, missing, there }
            }
            best => {
                self.best = best;
                Header::None
            }
        }
    }

    /// Where no header was found: the row that a person might say is one.
    pub fn perhaps(&mut self) -> Option<(u32, Vec<String>)> {
        let best = self.best.take().map(|best| (best.row, best.there));
        best.or_else(|| self.widest.take())
    }
}

/// Headers in two rows: a group above (merged, so its text stands in its first cell only) and the
/// column below it; or a text above with nothing below, merged downwards.
fn join(above: &[String], below: &[String]) -> Vec<String> {
    let width = above.len().max(below.len());
    let mut group = "";
    let cell =
        |row: &'_ [String], column: usize| row.get(column).map_or("", String::as_str).to_owned();
    (0..width)
        .map(|column| {
            let (over, under) = (cell(above, column), cell(below, column));
            if !over.is_empty() {
                group = above[column].as_str();
            }
            match (group, under.is_empty()) {
                (_, true) => over,
                ("", false) => under,
                (group, false) => format!("{group} {under}"),
            }
        })
        .collect()
}

fn text(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => {
            text.trim_matches(|c: char| c.is_whitespace() || c == '\u{a0}').to_owned()
        }
        Cell::Number(number) => number.to_string(),
        Cell::Empty | Cell::Date(_) | Cell::Bool(_) | Cell::Error(_) | Cell::NoValue => {
            String::new()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::join;

    fn texts(cells: &[&str]) -> Vec<String> {
        cells.iter().map(|cell| (*cell).to_owned()).collect()
    }

    #[test]
    fn a_merged_group_above_names_the_columns_below_it() {
        let above = texts(&["Reference", "Applicant", "", "Stage"]);
        let below = texts(&["", "forename", "surname", ""]);
        assert_eq!(
            join(&above, &below),
            texts(&["Reference", "Applicant forename", "Applicant surname", "Stage"])
        );
    }
}
