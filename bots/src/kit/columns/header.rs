//! Which column of a sheet is which column of the template.

use std::collections::BTreeMap;

use super::template::Template;
use super::{is_blank, plain};

/// Where each column of the template stands in a sheet.
#[derive(Clone, Debug)]
pub struct Binding {
    /// For each column of the template, its places; more than one if the header stands twice.
    pub(super) places: Vec<Vec<usize>>,
    unknown: Vec<String>,
    unknown_places: Vec<usize>,
    absent_optional: Vec<String>,
    duplicated: Vec<String>,
}

impl Binding {
    /// Headers that nobody knows, or that gave way to a better match.
    pub fn unknown(&self) -> &[String] {
        &self.unknown
    }

    /// Where a column stands that is none of the template's, counted from 0.
    pub fn place_of(&self, header: &str) -> Option<usize> {
        let at = self.unknown.iter().position(|own| plain(own) == plain(header))?;
        self.unknown_places.get(at).copied()
    }

    /// Optional columns that the sheet does not have.
    pub fn absent_optional(&self) -> &[String] {
        &self.absent_optional
    }

    /// Columns that the sheet has more than once.
    pub fn duplicated(&self) -> &[String] {
        &self.duplicated
    }

    /// Where a column of the template stands, counted from 0.
    pub fn places(&self, column: usize) -> &[usize] {
        self.places.get(column).map_or(&[], Vec::as_slice)
    }
}

/// Required columns that a sheet does not have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the sheet has no column {}: add it, or map the council's own header to it", .columns.join(", "))]
pub struct Absent {
    /// Headers of the template.
    pub columns: Vec<String>,
}

/// How well a header matches; the better one takes the column.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Match {
    Synonym,
    Exact,
    Council,
}

impl Template {
    /// How many of these cells are headers that this template knows.
    pub fn known(&self, cells: &[&str], council: &BTreeMap<String, String>) -> usize {
        let council = plain_council(council);
        cells.iter().filter(|cell| self.recognise(cell, &council).is_some()).count()
    }

    /// Binds columns to places. Refused if a required column is absent.
    pub fn bind(
        &self,
        headers: &[&str],
        council: &BTreeMap<String, String>,
    ) -> Result<Binding, Absent> {
        let council = plain_council(council);
        let mut found: Vec<(Option<Match>, Vec<usize>)> =
            vec![(None, Vec::new()); self.columns.len()];
        let mut unknown = Vec::new();
        for (place, header) in headers.iter().enumerate().filter(|(_, header)| !is_blank(header)) {
            let Some((column, matched)) = self.recognise(header, &council) else {
                unknown.push((place, (*header).to_owned()));
                continue;
            };
            let (best, places) = &mut found[column];
            if Some(matched) > *best {
                unknown.extend(places.drain(..).map(|place| (place, headers[place].to_owned())));
                *best = Some(matched);
            }
            if Some(matched) == *best {
                places.push(place);
            } else {
                unknown.push((place, (*header).to_owned()));
            }
        }
        unknown.sort();

        let places: Vec<Vec<usize>> = found.into_iter().map(|(_, places)| places).collect();
        let header_where = |wanted: &dyn Fn(bool, usize) -> bool| -> Vec<String> {
            let columns = self.columns.iter().zip(&places);
            let chosen = columns.filter(|(column, places)| wanted(column.required, places.len()));
            chosen.map(|(column, _)| column.header.clone()).collect()
        };
        let absent = header_where(&|required, places| required && places == 0);
        if !absent.is_empty() {
            return Err(Absent { columns: absent });
        }
        let absent_optional = header_where(&|required, places| !required && places == 0);
        let duplicated = header_where(&|_, places| places > 1);
        let (unknown_places, unknown) = unknown.into_iter().unzip();
        Ok(Binding { places, unknown, unknown_places, absent_optional, duplicated })
    }

    fn recognise(&self, header: &str, council: &[(String, String)]) -> Option<(usize, Match)> {
        let whole = self.recognise_plain(&plain(header), council);
        // A note in brackets is no part of the name: "Date of birth (dd/mm/yyyy)".
        let before = || header.split_once('(').map(|(before, _)| plain(before));
        whole.or_else(|| self.recognise_plain(&before()?, council))
    }

    fn recognise_plain(
        &self,
        header: &str,
        council: &[(String, String)],
    ) -> Option<(usize, Match)> {
        if let Some((_, target)) = council.iter().find(|(theirs, _)| theirs == header) {
            let column = self.spelled(target).filter(|spelling| spelling.exact)?;
            return Some((column.column, Match::Council));
        }
        let spelling = self.spelled(header)?;
        let matched = if spelling.exact { Match::Exact } else { Match::Synonym };
        Some((spelling.column, matched))
    }

    fn spelled(&self, header: &str) -> Option<&super::template::Spelling> {
        let found = self.spellings.binary_search_by(|known| known.plain.as_str().cmp(header));
        found.ok().map(|index| &self.spellings[index])
    }
}

fn plain_council(council: &BTreeMap<String, String>) -> Vec<(String, String)> {
    council.iter().map(|(theirs, ours)| (plain(theirs), plain(ours))).collect()
}
