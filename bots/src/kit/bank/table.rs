//! Reads the published files.

use super::Table;
use super::check::{Algorithm, Check, SortCode, digits};
use super::range::Range;

/// The file of sort codes, algorithms, weights and exceptions: section 2.3.2.
pub const WEIGHTS: &str = "valacdos.txt";
/// The file of sort codes that stand in for others: section 2.2.2, exception 5.
pub const SUBSTITUTES: &str = "scsubtab.txt";

/// Something wrong with a published file: where, what, and what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}, line {line}: {problem}; {remedy}")]
pub struct TableFault {
    /// [`WEIGHTS`] or [`SUBSTITUTES`].
    pub file: &'static str,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong.
    pub problem: String,
    /// What to do.
    pub remedy: &'static str,
}

/// What is wrong with a line, and what to do.
type Odd = (String, &'static str);

/// For what can only have happened on the way here.
const AGAIN: &str = "take the file from Vocalink again, and leave it as it is published";
/// For what another version of the specification may bring, or a slip in its file: version 5.30 had
/// an exception 9 that 5.40 took back.
const NEWER: &str = "take the file from Vocalink again; if it says so there too, keep to the table \
                     before it: the file is wrong, or this program lacks a new rule";

impl Table {
    /// Reads the two files, [`WEIGHTS`] and [`SUBSTITUTES`], in their published layout: columns with
    /// white space between them. What the specification does not know is a fault: to pass over it
    /// would be to judge accounts by half a rule.
    pub fn parse(valacdos: &str, scsubtab: &str) -> Result<Table, TableFault> {
        let (ranges, rows) = ranges(valacdos)?;
        Ok(Table { ranges, substitutes: substitutes(scsubtab)?, rows })
    }
}

/// The ranges, and how many rows they stand in.
fn ranges(text: &str) -> Result<(Vec<Range>, usize), TableFault> {
    let fault = |line, (problem, remedy)| TableFault { file: WEIGHTS, line, problem, remedy };
    let mut rows = lines(text)
        .map(|(line, columns)| Ok((line, row(&columns).map_err(|odd| fault(line, odd))?)))
        .collect::<Result<Vec<(usize, Range)>, TableFault>>()?;
    let count = rows.len();
    if count == 0 {
        return Err(empty(WEIGHTS));
    }
    // Version 4.30 was not in order. The rows of one range stay as they stand: the first is checked
    // first.
    rows.sort_by_key(|(_, row)| (row.from, row.to));
    let mut ranges: Vec<(usize, Range)> = Vec::with_capacity(count);
    for (line, row) in rows {
        match ranges.last_mut() {
            Some((_, last)) if last.is_of(&row) && last.second.is_none() => {
                last.second = Some(row.first);
            }
            Some((before, last)) if row.from <= last.to => {
                return Err(fault(line.max(*before), overlap(last, &row)));
            }
            _ => ranges.push((line, row)),
        }
    }
    if let Some((line, range)) = ranges.iter().find(|(_, range)| !range.is_specified()) {
        let told = range.exceptions_told();
        let problem = format!("the specification has no range with exceptions {told}");
        return Err(fault(*line, (problem, NEWER)));
    }
    Ok((ranges.into_iter().map(|(_, range)| range).collect(), count))
}

fn substitutes(text: &str) -> Result<Vec<(SortCode, SortCode)>, TableFault> {
    let mut found: Vec<(SortCode, SortCode)> = Vec::new();
    for (line, columns) in lines(text) {
        let fault = |(problem, remedy)| TableFault { file: SUBSTITUTES, line, problem, remedy };
        let &[given, used] = columns.as_slice() else {
            let problem = format!("{} columns instead of two sort codes", columns.len());
            return Err(fault((problem, AGAIN)));
        };
        let given = sort_code(given).map_err(fault)?;
        let used = sort_code(used).map_err(fault)?;
        let Err(at) = found.binary_search_by_key(&given, |(given, _)| *given) else {
            let problem = format!("{} is substituted twice", told(given));
            return Err(fault((problem, AGAIN)));
        };
        found.insert(at, (given, used));
    }
    // Without substitutes, some good accounts would be found wrong.
    if found.is_empty() { Err(empty(SUBSTITUTES)) } else { Ok(found) }
}

/// The columns of each line that is not blank, with its number.
fn lines(text: &str) -> impl Iterator<Item = (usize, Vec<&str>)> {
    let lines = text.trim_start_matches('\u{feff}').lines();
    let columns = lines.map(|line| line.split_whitespace().collect::<Vec<_>>());
    (1..).zip(columns).filter(|(_, columns)| !columns.is_empty())
}

/// One row of the table of weights, as a range of one check.
fn row(columns: &[&str]) -> Result<Range, Odd> {
    let [from, to, algorithm, rest @ ..] = columns else {
        return Err(wrong_width(columns));
    };
    let (weights, exception) = match rest.split_first_chunk() {
        Some((weights, [])) => (weights, None),
        Some((weights, [exception])) => (weights, Some(*exception)),
        _ => return Err(wrong_width(columns)),
    };
    let (from, to) = (sort_code(from)?, sort_code(to)?);
    if to < from {
        return Err((
            format!("a range that goes back, from {} to {}", told(from), told(to)),
            AGAIN,
        ));
    }
    Ok(Range { from, to, first: check(algorithm, weights, exception)?, second: None })
}

fn check(algorithm: &str, weights: &[&str; 14], exception: Option<&str>) -> Result<Check, Odd> {
    let algorithm = match algorithm {
        "MOD10" => Algorithm::Standard(10),
        "MOD11" => Algorithm::Standard(11),
        "DBLAL" => Algorithm::DoubleAlternate,
        other => return Err((format!("there is no algorithm {other:?}"), NEWER)),
    };
    let mut check = Check { algorithm, weights: [0; 14], exception: 0 };
    for (place, text) in check.weights.iter_mut().zip(weights) {
        *place = weight(text)?;
    }
    // The digits of a negative product are nowhere defined.
    if algorithm == Algorithm::DoubleAlternate && check.weights.iter().any(|it| *it < 0) {
        return Err(("a negative weight in a double alternate check".to_owned(), NEWER));
    }
    if let Some(text) = exception {
        let known = text.parse().ok().filter(|number| (1..=14).contains(number));
        check.exception =
            known.ok_or_else(|| (format!("there is no exception {text:?}"), NEWER))?;
    }
    if check.is_specified() {
        Ok(check)
    } else {
        Err((format!("exception {} with another algorithm than its own", check.exception), NEWER))
    }
}

/// A whole number of up to three digits, with or without a sign.
fn weight(text: &str) -> Result<i16, Odd> {
    let known = text.parse().ok().filter(|weight| (-999..=999).contains(weight));
    known.ok_or_else(|| {
        (format!("the weight {text:?} is not a whole number of up to three digits"), AGAIN)
    })
}

fn sort_code(text: &str) -> Result<SortCode, Odd> {
    digits(text).ok_or_else(|| (format!("the sort code {text:?} is not six digits"), AGAIN))
}

fn wrong_width(columns: &[&str]) -> Odd {
    let width = columns.len();
    let layout = "two sort codes, an algorithm, 14 weights, and an exception or none";
    (format!("{width} columns instead of {layout}"), AGAIN)
}

fn overlap(one: &Range, other: &Range) -> Odd {
    let [from, to, other_from, other_to] = [one.from, one.to, other.from, other.to].map(told);
    let problem = if one.is_of(other) {
        format!("a third row of the range {from} to {to}, which may have two")
    } else {
        format!("the ranges {from} to {to} and {other_from} to {other_to} overlap")
    };
    (problem, AGAIN)
}

fn empty(file: &'static str) -> TableFault {
    TableFault { file, line: 1, problem: "there is no row".to_owned(), remedy: AGAIN }
}

fn told(code: SortCode) -> String {
    code.iter().map(u8::to_string).collect()
}
