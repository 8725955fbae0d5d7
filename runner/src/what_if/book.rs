//! The workbook of an answer: every case that changes, the sums, and a chart.

use std::path::Path;

use clerkwork_bots::kit::{FigureLine, Holds, Shown, Supposed};
use clerkwork_connectors::spreadsheet::{ColumnKind, Heading, Out, SheetId, Workbook, WriteError};
use rust_decimal::Decimal;

use super::compare::{Comparison, Pair, Twice};
use crate::clock;
use crate::error::{Error, Result};

/// The workbook while it is written.
pub(super) struct Book {
    book: Workbook,
    changes: SheetId,
    totals: SheetId,
    columns: Vec<(&'static str, Holds)>,
    figures: Vec<Supposed>,
}

impl Book {
    pub(super) fn new(
        comparison: &Comparison,
        figures: Vec<Supposed>,
        path: &Path,
    ) -> Result<Self> {
        let mut book = Workbook::create(path).map_err(fault)?;
        book.created_at(clock::local(clock::now()));
        let columns = comparison.columns().to_vec();
        let mut titles = vec![
            ("Reference".to_owned(), ColumnKind::General),
            ("Row".to_owned(), ColumnKind::General),
            ("Outcome, before".to_owned(), ColumnKind::General),
            ("Outcome, after".to_owned(), ColumnKind::General),
        ];
        for (column, holds) in &columns {
            let kind = kind(*holds);
            titles.push((format!("{column}, before"), kind));
            titles.push((format!("{column}, after"), kind));
            if *holds == Holds::Money {
                titles.push((format!("{column}, difference"), kind));
            }
        }
        let heading = |(title, kind): &'_ (String, ColumnKind)| (title.clone(), *kind);
        let titles: Vec<(String, ColumnKind)> = titles.iter().map(heading).collect();
        let headings: Vec<Heading<'_>> = titles
            .iter()
            .map(|(title, kind)| Heading { title, width: 16.0, kind: *kind })
            .collect();
        let changes = book.sheet("Changes", &headings).map_err(fault)?;
        let total = |title, width, kind| Heading { title, width, kind };
        let totals = [
            total("What", 44.0, ColumnKind::Wrapped),
            total("Before", 18.0, ColumnKind::General),
            total("After", 18.0, ColumnKind::General),
            total("Difference", 18.0, ColumnKind::General),
            total("Gain", 10.0, ColumnKind::General),
            total("Lose", 10.0, ColumnKind::General),
        ];
        let totals = book.sheet("Totals", &totals).map_err(fault)?;
        Ok(Self { book, changes, totals, columns, figures })
    }

    /// A case that changes.
    pub(super) fn change(&mut self, reference: &str, case: &Twice<'_>) -> Result<()> {
        let outcome = case.outcome();
        let mut cells = vec![
            Out::Text(reference),
            Out::Integer(case.row),
            Out::Text(outcome.now),
            Out::Text(outcome.supposed),
        ];
        for (column, holds) in &self.columns {
            let now = case.ruling.now.decision_value(column);
            let supposed = case.ruling.supposed.decision_value(column);
            cells.extend([cell(now), cell(supposed)]);
            if *holds == Holds::Money {
                cells.push(difference(now, supposed));
            }
        }
        self.book.row(self.changes, &cells).map_err(fault)
    }

    /// The sums, and a chart of what money goes where; of the outcomes where there is no money.
    pub(super) fn finish(mut self, comparison: &Comparison) -> Result<()> {
        for money in &comparison.money {
            let cells = [
                Out::Money(money.sum.now),
                Out::Money(money.sum.supposed),
                Out::Money(money.difference()),
                integer(money.gain),
                integer(money.lose),
            ];
            self.line(money.column, &cells)?;
        }
        for (outcome, pair) in &comparison.outcomes {
            self.counts(&format!("Outcome: {outcome}"), *pair)?;
        }
        for ((at, word), pair) in &comparison.answers {
            let word = if word.is_empty() { "(empty)" } else { word };
            self.counts(&format!("{}: {word}", comparison.column(*at)), *pair)?;
        }
        self.line("Cases compared", &[integer(comparison.cases)])?;
        self.line("Cases that change", &[integer(comparison.changed)])?;
        for (why, n) in &comparison.left_out {
            self.line(&format!("Left out: {why}"), &[integer(*n)])?;
        }
        let bars: Vec<(String, Out<'_>)> = if comparison.money.is_empty() {
            let bar = |(outcome, pair): (&&str, &Pair<u64>)| {
                [
                    (format!("{outcome}, before"), integer(pair.now)),
                    (format!("{outcome}, after"), integer(pair.supposed)),
                ]
            };
            comparison.outcomes.iter().flat_map(bar).collect()
        } else {
            let bars = comparison.money.iter().flat_map(|money| {
                [
                    (format!("{}, before", money.column), Out::Money(money.sum.now)),
                    (format!("{}, after", money.column), Out::Money(money.sum.supposed)),
                ]
            });
            bars.collect()
        };
        self.chart(&bars)?;
        for figure in std::mem::take(&mut self.figures) {
            let (was, is) = (lines(&figure.was), lines(&figure.is));
            let what = format!("Figure {}: {}", figure.id, figure.label);
            self.line(&what, &[Out::Wrapped(&was), Out::Wrapped(&is)])?;
        }
        self.book.finish().map_err(fault).map(drop)
    }

    fn chart(&mut self, bars: &[(String, Out<'_>)]) -> Result<()> {
        let Some(first) = self.book.next_row_number(self.totals) else { return Ok(()) };
        for (label, value) in bars {
            self.line(label, &[*value])?;
        }
        let last = first + u32::try_from(bars.len()).unwrap_or(1).saturating_sub(1);
        self.book
            .column_chart(self.totals, "Before and after", first..=last, (0, 1), (2, 7))
            .map_err(fault)
    }

    fn counts(&mut self, what: &str, pair: Pair<u64>) -> Result<()> {
        let more = Decimal::from(pair.supposed) - Decimal::from(pair.now);
        self.line(what, &[integer(pair.now), integer(pair.supposed), Out::Number(more)])
    }

    fn line(&mut self, what: &str, cells: &[Out<'_>]) -> Result<()> {
        let mut row = vec![Out::Wrapped(what)];
        row.extend(cells);
        self.book.row(self.totals, &row).map_err(fault)
    }
}

/// Rows of a figure with their days, a line each.
pub fn lines(rows: &[FigureLine]) -> String {
    let line = |row: &FigureLine| {
        let day = |day: jiff::civil::Date| day.strftime("%d/%m/%Y").to_string();
        match (row.from, row.until) {
            (Some(from), Some(until)) => {
                format!("{} from {} to {}", row.value, day(from), day(until))
            }
            (Some(from), None) => format!("{} from {}", row.value, day(from)),
            (None, _) => row.value.clone(),
        }
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn kind(holds: Holds) -> ColumnKind {
    match holds {
        Holds::Date => ColumnKind::Date,
        Holds::Money => ColumnKind::Money,
        Holds::Number => ColumnKind::Number,
        Holds::Words(_) | Holds::Text => ColumnKind::General,
    }
}

fn cell(shown: &Shown) -> Out<'_> {
    match shown {
        Shown::Empty => Out::Empty,
        Shown::Text(text) => Out::Text(text),
        Shown::Date(date) => Out::Date(*date),
        Shown::Money(amount) => Out::Money(*amount),
        Shown::Number(number) => Out::Number(*number),
    }
}

fn difference(now: &Shown, supposed: &Shown) -> Out<'static> {
    let amount = |shown: &Shown| match shown {
        Shown::Money(amount) => *amount,
        _ => Decimal::ZERO,
    };
    Out::Money(amount(supposed) - amount(now))
}

fn integer(n: u64) -> Out<'static> {
    Out::Integer(i64::try_from(n).unwrap_or(i64::MAX))
}

fn fault(fault: WriteError) -> Error {
    Error::failed(fault.to_string(), "")
}
