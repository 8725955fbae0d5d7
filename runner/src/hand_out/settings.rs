//! `hand-out.toml` in the data folder: where lists go, how they look, and how many awards may end
//! at once. Without it each list has the columns that its bot gives it.

use std::collections::BTreeMap;

use clerkwork_bots::kit::{List, ListKind, plain};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use super::makers;
use crate::error::{Error, Result};
use crate::job_log::hex;
use crate::settings::{self, Folder};

/// The file.
pub const FILE: &str = "hand-out.toml";

/// Letters of a school's name that the name of its file keeps.
const NAME: usize = 60;

/// `hand-out.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Where lists are put, inside the data folder, in a folder of their bot.
    pub folder: String,
    /// So many of a hundred awards may end at once.
    pub ends_at_most: u8,
    /// How each list looks, by bot and kind.
    pub lists: BTreeMap<String, BTreeMap<String, Layout>>,
}

impl Default for Settings {
    fn default() -> Self {
        Self { folder: "outbox/lists".to_owned(), ends_at_most: 10, lists: BTreeMap::new() }
    }
}

/// How the lists of one kind look.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layout {
    /// A workbook or a text file; without it a workbook for people, text for a program.
    format: Option<Format>,
    /// How days are written; without it as people here write them, or for a program as ISO 8601.
    dates: Option<Dates>,
    /// Whether the headers are the first line; a workbook always has them.
    #[serde(default = "yes")]
    headers: bool,
    /// The columns, in order; without them the bot's own.
    #[serde(default)]
    columns: Vec<Column>,
}

/// The kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// A workbook.
    Xlsx,
    /// Text with commas.
    Csv,
}

/// How a day is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Dates {
    /// 02/03/2026.
    Uk,
    /// 2026-03-02.
    Iso,
}

/// A column of a council's own layout: what of the list it holds, or always the same text.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Column {
    header: String,
    holds: Option<String>,
    text: Option<String>,
}

/// How a list is to be written.
pub(super) struct Laid {
    pub(super) format: Format,
    pub(super) dates: Dates,
    pub(super) headers: bool,
    pub(super) columns: Vec<(String, Filled)>,
}

/// What fills a column.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Filled {
    /// The list's column of this number.
    With(usize),
    /// The same in every row.
    Always(String),
}

fn yes() -> bool {
    true
}

impl Format {
    fn ending(self) -> &'static str {
        match self {
            Self::Xlsx => "xlsx",
            Self::Csv => "csv",
        }
    }
}

impl Settings {
    /// The council's own; the usual ones where it has none.
    pub fn of(folder: &Folder) -> Result<Self> {
        let settings: Self = match std::fs::read_to_string(folder.root().join(FILE)) {
            Ok(text) => settings::parse(&text, FILE)?,
            Err(fault) if fault.kind() == std::io::ErrorKind::NotFound => Self::default(),
            Err(fault) => return Err(Error::io(format!("reading {FILE}"))(fault)),
        };
        folder.inside(&settings.folder)?;
        let faults = settings.faults();
        if faults.is_empty() {
            Ok(settings)
        } else {
            Err(Error::usage(format!("{FILE} is not right"), faults.join("\n")))
        }
    }

    fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        if self.ends_at_most > 100 {
            faults.push("ends_at_most: of a hundred awards, from 0 to 100".to_owned());
        }
        for (bot, lists) in &self.lists {
            let what = clerkwork_bots::find(bot).and_then(|bot| bot.hand_out());
            let Some(what) = what else {
                let makers = makers().join(", ");
                faults.push(format!("[lists.{bot}]: no bot of that name makes lists: {makers}"));
                continue;
            };
            for (name, layout) in lists {
                let place = format!("[lists.{bot}.{name}]");
                if let Some(kind) = what.lists.iter().find(|kind| kind.name == name) {
                    faults.extend(layout.faults(&place, kind));
                } else {
                    let kinds: Vec<&str> = what.lists.iter().map(|kind| kind.name).collect();
                    faults.push(format!("{place}: its lists are {}", kinds.join(", ")));
                }
            }
        }
        faults
    }

    /// How the lists of one kind look.
    pub(super) fn laid_out(&self, bot: &str, kind: &ListKind) -> Laid {
        let layout = self.lists.get(bot).and_then(|lists| lists.get(kind.name));
        let program = kind.for_a_program;
        let (format, dates) =
            if program { (Format::Csv, Dates::Iso) } else { (Format::Xlsx, Dates::Uk) };
        let own = layout.map(|layout| layout.columns.as_slice()).unwrap_or_default();
        Laid {
            format: layout.and_then(|layout| layout.format).unwrap_or(format),
            dates: layout.and_then(|layout| layout.dates).unwrap_or(dates),
            headers: layout.is_none_or(|layout| layout.headers),
            columns: if own.is_empty() {
                let columns = kind.columns.iter().enumerate();
                columns.map(|(at, it)| (it.header.to_owned(), Filled::With(at))).collect()
            } else {
                own.iter().map(|column| (column.header.clone(), column.filled(kind))).collect()
            },
        }
    }
}

impl Layout {
    fn faults(&self, place: &str, kind: &ListKind) -> Vec<String> {
        let all: Vec<&str> = kind.columns.iter().map(|column| column.holds).collect();
        let fault = |column: &Column| match (&column.holds, &column.text) {
            (Some(holds), None) if all.contains(&holds.as_str()) => None,
            (Some(holds), None) => {
                Some(format!("{place}: no column holds {holds:?}; there are {}", all.join(", ")))
            }
            (None, Some(_)) => None,
            _ => Some(format!(
                "{place}: column {:?} says what it holds, or the text of every row: one of the two",
                column.header
            )),
        };
        self.columns.iter().filter_map(fault).collect()
    }
}

impl Column {
    fn filled(&self, kind: &ListKind) -> Filled {
        let at = self
            .holds
            .as_deref()
            .and_then(|holds| kind.columns.iter().position(|column| column.holds == holds));
        match at {
            Some(at) => Filled::With(at),
            None => Filled::Always(self.text.clone().unwrap_or_default()),
        }
    }
}

/// A name for each list's file: its kind and, in plain letters, whose it is. Where two would have
/// the same, or little is left of it, a part of the hash of the whole name is added.
pub(super) fn named(lists: &[List], laid: &[Laid]) -> Vec<String> {
    let slugs: Vec<String> = lists.iter().map(|list| slug(&list.of)).collect();
    let mut seen = BTreeMap::new();
    for (list, slug) in lists.iter().zip(&slugs) {
        *seen.entry((list.kind, slug)).or_insert(0) += 1;
    }
    let name = |((list, slug), laid): ((&List, &String), &Laid)| {
        let mut name = list.kind.to_owned();
        if !list.of.is_empty() {
            let short = slug.len() < 3 || slug.len() >= NAME;
            if !slug.is_empty() {
                name.extend(["-", slug.as_str()]);
            }
            if short || seen.get(&(list.kind, slug)) > Some(&1) {
                name.extend(["-", &hex(&Sha256::digest(&list.of))[..8]]);
            }
        }
        format!("{name}.{}", laid.format.ending())
    };
    lists.iter().zip(&slugs).zip(laid).map(name).collect()
}

/// `St Bride's Primary` is `st-brides-primary`.
fn slug(name: &str) -> String {
    let mut slug = String::new();
    for letter in name.chars() {
        let known = plain(letter.encode_utf8(&mut [0; 4]));
        let known: String = known.chars().filter(char::is_ascii_alphanumeric).collect();
        if !known.is_empty() {
            slug.push_str(&known);
        } else if !matches!(letter, '\'' | '’') && !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.truncate(NAME);
    slug.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(text: &str) -> String {
        match settings::parse::<Settings>(text, FILE) {
            Ok(settings) => settings.faults().join("\n"),
            Err(fault) => fault.to_string(),
        }
    }

    #[test]
    fn what_a_council_has_laid_out_must_be_of_a_list_that_there_is() {
        for (text, says) in [
            ("", ""),
            ("ends_at_most = 101", "ends_at_most"),
            ("colour = 1", "colour"),
            ("[lists.hr-queries.kitchen]", "no bot of that name makes lists: free-school-meals"),
            ("[lists.free-school-meals.canteen]", "its lists are kitchen, flags"),
            (
                "[lists.free-school-meals.flags]\ncolumns = [{header = \"X\", holds = \"nino\"}]",
                "no column holds \"nino\"; there are scn, flag, from, to",
            ),
            ("[lists.free-school-meals.flags]\ncolumns = [{header = \"X\"}]", "one of the two"),
        ] {
            let told = faults(text);
            assert!(told.contains(says) && told.is_empty() == says.is_empty(), "{text}: {told}");
        }
        let own = "[lists.free-school-meals.flags]\nformat = \"xlsx\"\ncolumns = [\
                   {header = \"Flag\", text = \"FM1\"}, {header = \"Candidate\", holds = \"scn\"}]";
        let settings: Settings = settings::parse(own, FILE).unwrap();
        let what = clerkwork_bots::find("free-school-meals").unwrap().hand_out().unwrap();
        let laid = settings.laid_out("free-school-meals", &what.lists[1]);
        assert_eq!((laid.format, laid.dates), (Format::Xlsx, Dates::Iso));
        let columns = [
            ("Flag".to_owned(), Filled::Always("FM1".to_owned())),
            ("Candidate".to_owned(), Filled::With(0)),
        ];
        assert_eq!(laid.columns, columns);
    }

    #[test]
    fn each_file_has_a_plain_name_of_its_own() {
        let what = clerkwork_bots::find("free-school-meals").unwrap().hand_out().unwrap();
        let list = |of: &str| List { kind: "kitchen", of: of.to_owned(), rows: Vec::new() };
        let schools =
            ["St Bride's Primary", "Àrd-sgoil / Inbhir", "Àrd sgoil, Inbhir", "../../etc", "学校"];
        let lists: Vec<List> = schools.into_iter().map(list).collect();
        let laid: Vec<Laid> =
            lists.iter().map(|_| Settings::default().laid_out("", &what.lists[0])).collect();
        let names = named(&lists, &laid);
        assert_eq!(names[0], "kitchen-st-brides-primary.xlsx");
        assert!(names[1].starts_with("kitchen-ard-sgoil-inbhir-") && names[1] != names[2]);
        assert_eq!(names[3], "kitchen-etc.xlsx");
        assert!(names[4].starts_with("kitchen-") && names[4].is_ascii(), "{}", names[4]);
    }
}
