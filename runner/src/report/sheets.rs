//! The sheets of a results workbook, written as their rows arrive.

use std::path::Path;

use clerkwork_bots::kit::{Holds, Ruling, Shown};
use clerkwork_connectors::spreadsheet::{
    ColumnKind, Heading, Out, SheetId, Workbook, WriteError, Written,
};
use tokio::runtime::Handle;
use tokio::task::JoinError;

use super::payments::PaymentsSheet;
use super::totals::TotalsSheet;
use super::{Part, Report, Unsealing};
use crate::clock;
use crate::error::{Error, Result};
use crate::ids::ItemId;
use crate::job_log::Head;
use crate::state::Item;
use crate::store::batches::Batch;
use crate::store::items::OVERTAKEN;
use crate::store::payload::{RulingPayload, TurnedAway};
use crate::store::payments::Opened;
use crate::store::rows::Reported;

/// The sheet that officers fill in.
pub const TODO: &str = "To do";
/// Its column for the item.
pub const ITEM: &str = "Item";
/// Its column for the applicant's or the council's reference.
pub const REFERENCE: &str = "Reference";
/// Its column for the officer's act.
pub const ACT: &str = "Act";
/// Its column for the reason.
pub const WHY: &str = "Why";
/// Its column for the officer's name.
pub const OFFICER: &str = "Officer";
/// What a decision column is called where an officer writes a changed value.
pub const NEW: &str = "New: ";
/// The acts that may be filled in.
pub const ACTS: &[&str] = &["confirm", "change", "ask for evidence", "by hand", "cancel"];

/// The workbook while it is written.
pub(super) struct Sheets {
    book: Workbook,
    results: SheetId,
    todo: SheetId,
    errors: SheetId,
    payments: Option<PaymentsSheet>,
    totals: TotalsSheet,
    columns: &'static [&'static str],
}

/// The report's word for where an item stands.
pub fn outcome(state: Item) -> &'static str {
    if state == Item::Done { "decided" } else { state.as_str() }
}

impl Sheets {
    pub(super) fn new(
        report: &Report,
        batch: &Batch,
        payments: Vec<Opened>,
        head: Head,
        path: &Path,
    ) -> Result<Self> {
        let columns = report.bot.decision_columns();
        let mut book = Workbook::create(path).map_err(fault)?;
        book.created_at(clock::local(clock::now()));
        let mut sheet = |name, headings: &[Heading<'_>]| book.sheet(name, headings).map_err(fault);
        let decision = columns.iter().map(|title| Heading {
            title,
            width: 16.0,
            kind: match report.bot.holds(title) {
                Holds::Date => ColumnKind::Date,
                Holds::Money => ColumnKind::Money,
                Holds::Number => ColumnKind::Number,
                Holds::Words(_) | Holds::Text => ColumnKind::General,
            },
        });
        let results = [heading("Reference", 16.0), heading("Row", 8.0), heading("Outcome", 12.0)]
            .into_iter()
            .chain(decision.clone())
            .chain([wrapped("Reasons", 60.0), wrapped("Law", 44.0), wrapped("Working", 60.0)])
            .chain([heading("Batch", 8.0), time("Decided at")]);
        let results = sheet("Results", &results.collect::<Vec<_>>())?;
        let new: Vec<String> = columns.iter().map(|title| format!("{NEW}{title}")).collect();
        let todo = [heading(ITEM, 12.0), heading("Row", 8.0), heading(REFERENCE, 16.0)]
            .into_iter()
            .chain([wrapped("What a person is needed for", 50.0)])
            .chain(decision)
            .chain([
                wrapped("Reasons", 60.0),
                wrapped("Working", 60.0),
                heading("Assigned to", 16.0),
            ])
            .chain([heading(ACT, 16.0), wrapped(WHY, 40.0), heading(OFFICER, 20.0)])
            .chain(new.iter().map(|title| heading(title, 16.0)));
        let todo = sheet(TODO, &todo.collect::<Vec<_>>())?;
        let errors = sheet(
            "Errors",
            &[
                heading("Sheet", 16.0),
                heading("Row", 8.0),
                heading("Column", 24.0),
                wrapped("Found", 30.0),
                wrapped("Expected", 60.0),
            ],
        )?;
        let act = u16::try_from(7 + columns.len()).expect("a bot has a few decision columns");
        book.choices(todo, act, ACTS).map_err(fault)?;
        let dry = report.store.only_batch().is_some();
        let payments = PaymentsSheet::begin(&mut book, payments, dry)?;
        let totals = TotalsSheet::begin(&mut book, report, batch, head)?;
        Ok(Self { book, results, todo, errors, payments, totals, columns })
    }

    #[tracing::instrument(level = "debug", skip_all, name = "write")]
    pub(super) fn write(mut self, mut parts: Unsealing) -> Result<Written> {
        let runtime = Handle::current();
        while let Some(unsealed) = parts.blocking_recv() {
            for part in runtime.block_on(unsealed).map_err(died)?? {
                match part {
                    Part::Row(row) => self.row(row)?,
                    Part::Todo(row) => self.todo(row)?,
                }
            }
        }
        let paid = self.payments.map(|it| it.write(&mut self.book)).transpose()?;
        self.totals.write(&mut self.book, paid.as_ref())?;
        self.book.finish().map_err(fault)
    }

    fn row(&mut self, row: Reported) -> Result<()> {
        match row {
            Reported::Item { id, row, state, reason, decided_at, case, ruling, .. } => {
                if let Some(ruling) = &ruling {
                    self.totals.count(state, ruling);
                }
                if let Some(payments) = &mut self.payments {
                    payments.note(id, &case.reference);
                }
                if reason == OVERTAKEN {
                    return self.overtaken(id, row, &case.reference);
                }
                self.result(id, row, state, decided_at, &case.reference, ruling.as_deref())
            }
            Reported::TurnedAway { id, row, duplicate, payload } => {
                self.turned_away(id, row, duplicate, &payload)
            }
        }
    }

    fn result(
        &mut self,
        id: ItemId,
        row: i64,
        state: Item,
        decided_at: Option<i64>,
        reference: &str,
        ruling: Option<&RulingPayload>,
    ) -> Result<()> {
        let texts = ruling.map(|payload| Texts::of(&payload.ruling)).unwrap_or_default();
        let mut cells = Vec::with_capacity(self.columns.len() + 8);
        cells.extend([Out::Text(reference), Out::Integer(row), Out::Text(outcome(state))]);
        decision(&mut cells, self.columns, ruling.map(|payload| &payload.ruling));
        cells.extend([
            Out::Wrapped(&texts.reasons),
            Out::Wrapped(&texts.law),
            Out::Wrapped(&texts.working),
            Out::Integer(id.batch().0),
            decided_at.map_or(Out::Empty, |at| Out::DateTime(clock::local_micros(at))),
        ]);
        self.book.row(self.results, &cells).map_err(fault)
    }

    /// A row that was not decided, as another of its batch counts before it.
    fn overtaken(&mut self, id: ItemId, row: i64, reference: &str) -> Result<()> {
        let why = "Another row of this batch is of the same application, and counts before it.";
        let mut cells = Vec::with_capacity(self.columns.len() + 8);
        let outcome = outcome(Item::Cancelled);
        cells.extend([Out::Text(reference), Out::Integer(row), Out::Text(outcome)]);
        decision(&mut cells, self.columns, None);
        let batch = Out::Integer(id.batch().0);
        cells.extend([Out::Wrapped(why), Out::Empty, Out::Empty, batch, Out::Empty]);
        self.book.row(self.results, &cells).map_err(fault)
    }

    fn turned_away(
        &mut self,
        id: ItemId,
        row: i64,
        duplicate: bool,
        away: &TurnedAway,
    ) -> Result<()> {
        let outcome = if duplicate { "duplicate" } else { "rejected" };
        let mut cells = Vec::with_capacity(self.columns.len() + 8);
        cells.extend([Out::Text(&away.reference), Out::Integer(row), Out::Text(outcome)]);
        cells.extend(self.columns.iter().map(|_| Out::Empty));
        cells.extend([
            Out::Wrapped(&away.why),
            Out::Empty,
            Out::Empty,
            Out::Integer(id.batch().0),
            Out::Empty,
        ]);
        self.book.row(self.results, &cells).map_err(fault)?;
        for problem in &away.faults {
            let cells = [
                Out::Text(&away.sheet),
                Out::Integer(row),
                Out::Text(&problem.column),
                Out::Wrapped(&problem.found),
                Out::Wrapped(&problem.expected),
            ];
            self.book.row(self.errors, &cells).map_err(fault)?;
        }
        Ok(())
    }

    fn todo(&mut self, row: Reported) -> Result<()> {
        let Reported::Item { id, row, case, ruling: Some(payload), assigned_to, .. } = row else {
            return Ok(());
        };
        let ruling = &payload.ruling;
        let needs: Vec<&str> = ruling.needs.iter().map(|need| need.why.as_str()).collect();
        let (needs, id) = (needs.join("\n"), id.to_string());
        let texts = Texts::of(ruling);
        let mut cells = Vec::with_capacity(2 * self.columns.len() + 10);
        cells.extend([
            Out::Text(&id),
            Out::Integer(row),
            Out::Text(&case.reference),
            Out::Wrapped(&needs),
        ]);
        decision(&mut cells, self.columns, Some(ruling));
        cells.extend([
            Out::Wrapped(&texts.reasons),
            Out::Wrapped(&texts.working),
            assigned_to.as_deref().map_or(Out::Empty, Out::Text),
        ]);
        self.book.row(self.todo, &cells).map_err(fault)
    }
}

#[derive(Default)]
struct Texts {
    reasons: String,
    law: String,
    working: String,
}

impl Texts {
    fn of(ruling: &Ruling) -> Self {
        Self {
            reasons: ruling.reasons_text(),
            law: ruling.law_text(),
            working: ruling.working_text(),
        }
    }
}

fn decision<'r>(cells: &mut Vec<Out<'r>>, columns: &[&str], ruling: Option<&'r Ruling>) {
    cells.extend(columns.iter().map(|column| match ruling.map(|it| it.decision_value(column)) {
        None | Some(Shown::Empty) => Out::Empty,
        Some(Shown::Text(text)) => Out::Text(text),
        Some(Shown::Date(date)) => Out::Date(*date),
        Some(Shown::Money(amount)) => Out::Money(*amount),
        Some(Shown::Number(number)) => Out::Number(*number),
    }));
}

pub(super) fn heading(title: &str, width: f64) -> Heading<'_> {
    Heading { title, width, kind: ColumnKind::General }
}

pub(super) fn wrapped(title: &str, width: f64) -> Heading<'_> {
    Heading { title, width, kind: ColumnKind::Wrapped }
}

fn time(title: &str) -> Heading<'_> {
    Heading { title, width: 18.0, kind: ColumnKind::DateTime }
}

fn died(died: JoinError) -> Error {
    Error::failed(format!("unsealing rows for the report ended early: {died}"), "")
}

pub(super) fn fault(fault: WriteError) -> Error {
    Error::failed(format!("the report cannot be written: {fault}"), "")
}
