//! The sheets of a results workbook, written as their rows arrive.

use std::collections::BTreeMap;
use std::path::Path;

use clerkwork_bots::kit::{Holds, Ruling, Shown};
use clerkwork_connectors::spreadsheet::{
    ColumnKind, Heading, Out, SheetId, Workbook, WriteError, Written,
};
use rust_decimal::Decimal;
use tokio::runtime::Handle;
use tokio::task::JoinError;

use super::{Part, Report, Unsealing};
use crate::clock;
use crate::error::{Error, Result};
use crate::ids::ItemId;
use crate::job_log::{Head, hex};
use crate::state::Item;
use crate::store::batches::Batch;
use crate::store::payload::{RulingPayload, TurnedAway};
use crate::store::rows::Reported;
use crate::store::totals::Totals;

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
    totals: SheetId,
    columns: &'static [&'static str],
    batch: Batch,
    head: Head,
    council: String,
    bot: String,
    notices: Vec<String>,
    figures: BTreeMap<String, (String, String)>,
    payments: BTreeMap<String, (i64, Decimal)>,
    policies: BTreeMap<String, i64>,
}

/// The report's word for where an item stands.
pub fn outcome(state: Item) -> &'static str {
    if state == Item::Done { "decided" } else { state.as_str() }
}

impl Sheets {
    pub(super) fn new(report: &Report, batch: &Batch, head: Head, path: &Path) -> Result<Self> {
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
        let totals = sheet(
            "Totals",
            &[wrapped("What", 44.0), wrapped("Value", 60.0), wrapped("Source", 60.0)],
        )?;
        let act = u16::try_from(7 + columns.len()).expect("a bot has a few decision columns");
        book.choices(todo, act, ACTS).map_err(fault)?;
        let manifest = report.bot.manifest();
        Ok(Self {
            book,
            results,
            todo,
            errors,
            totals,
            columns,
            batch: batch.clone(),
            head,
            council: report.council.name.clone(),
            bot: format!(
                "{} {}, SHA-256 {}",
                manifest.title,
                manifest.version,
                report.bot.digest()
            ),
            notices: report.notices.clone(),
            figures: BTreeMap::new(),
            payments: BTreeMap::new(),
            policies: BTreeMap::new(),
        })
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
        self.totals()?;
        self.book.finish().map_err(fault)
    }

    fn row(&mut self, row: Reported) -> Result<()> {
        match row {
            Reported::Item { id, row, state, decided_at, case, ruling, .. } => {
                if let Some(ruling) = &ruling {
                    self.count(state, ruling);
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

    /// Figures used, payments decided, policies applied.
    fn count(&mut self, state: Item, payload: &RulingPayload) {
        for reason in &payload.ruling.reasons {
            let key = format!("{} from {}", reason.figure, reason.from.strftime("%d/%m/%Y"));
            self.figures
                .entry(key)
                .or_insert_with(|| (reason.source.title.clone(), reason.source.href.clone()));
        }
        match self.policies.get_mut(&payload.policy) {
            Some(n) => *n += 1,
            None => drop(self.policies.insert(payload.policy.clone(), 1)),
        }
        if state != Item::Done {
            return;
        }
        for (column, shown) in &payload.ruling.decision {
            if let Shown::Money(amount) = shown {
                let sum = self.payments.entry(column.clone()).or_default();
                sum.0 += 1;
                sum.1 += amount;
            }
        }
    }

    fn totals(&mut self) -> Result<()> {
        let totals = self.batch.totals;
        let first = self.book.next_row_number(self.totals).unwrap_or(2);
        let counts = outcomes(&totals);
        for (label, n) in counts {
            self.line(label, Out::Integer(n), "")?;
        }
        let last = first + u32::try_from(counts.len()).unwrap_or(1) - 1;
        self.book
            .column_chart(self.totals, "Outcomes", first + 1..=last, (0, 1), (1, 4))
            .map_err(fault)?;
        let balance = if totals.balance() { "yes" } else { "NO: run clerkwork doctor" };
        self.line(
            "Every row is accounted for",
            Out::Text(balance),
            "rows = rejected + duplicates + items",
        )?;
        for (column, (n, sum)) in std::mem::take(&mut self.payments) {
            self.line(&format!("{column}, number decided"), Out::Integer(n), "")?;
            self.line(&format!("{column}, sum decided"), Out::Money(sum), "")?;
        }
        let about = [
            ("Council", self.council.clone()),
            ("Batch", self.batch.id.to_string()),
            ("Schedule", self.batch.schedule.clone()),
            ("Bot", self.bot.clone()),
            ("Source, SHA-256", hex(&self.batch.source)),
            ("Day of the run", self.batch.today.strftime("%d/%m/%Y").to_string()),
        ];
        for (label, value) in about {
            self.line(label, Out::Wrapped(&value), "")?;
        }
        for (lookup, version) in self.batch.lookups.clone() {
            let value = if version == "none" {
                "not looked at".to_owned()
            } else {
                format!("SHA-256 {version}")
            };
            self.line(&format!("Lookup {lookup}"), Out::Wrapped(&value), "")?;
        }
        for (policy, n) in std::mem::take(&mut self.policies) {
            let value = format!("SHA-256 {policy}, {n} rulings");
            self.line("Policy", Out::Wrapped(&value), "")?;
        }
        for (figure, (title, href)) in std::mem::take(&mut self.figures) {
            self.line("Figure or rule used", Out::Wrapped(&figure), &format!("{title}\n{href}"))?;
        }
        for notice in std::mem::take(&mut self.notices) {
            self.line("Noticed while reading", Out::Wrapped(&notice), "")?;
        }
        let keep = "keep size and root outside: clerkwork log verify --held SIZE:ROOT";
        let (size, root) = (self.head.size.to_string(), self.head.root_text());
        self.line("Log size", Out::Text(&size), keep)?;
        self.line("Log root", Out::Text(&root), keep)
    }

    fn line(&mut self, label: &str, value: Out<'_>, source: &str) -> Result<()> {
        self.book
            .row(self.totals, &[Out::Wrapped(label), value, Out::Wrapped(source)])
            .map_err(fault)
    }
}

fn outcomes(totals: &Totals) -> [(&'static str, i64); 12] {
    [
        ("Rows", totals.rows),
        ("Rejected", totals.rejected),
        ("Duplicates", totals.duplicates),
        ("Items", totals.items),
        ("Decided", totals.done),
        ("Referred", totals.referred),
        ("Waiting", totals.waiting),
        ("Failed", totals.failed),
        ("By hand", totals.by_hand),
        ("Cancelled", totals.cancelled),
        ("Postponed", totals.postponed),
        ("In hand", totals.in_hand),
    ]
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

fn heading(title: &str, width: f64) -> Heading<'_> {
    Heading { title, width, kind: ColumnKind::General }
}

fn wrapped(title: &str, width: f64) -> Heading<'_> {
    Heading { title, width, kind: ColumnKind::Wrapped }
}

fn time(title: &str) -> Heading<'_> {
    Heading { title, width: 18.0, kind: ColumnKind::DateTime }
}

fn died(died: JoinError) -> Error {
    Error::failed(format!("unsealing rows for the report ended early: {died}"), "")
}

fn fault(fault: WriteError) -> Error {
    Error::failed(format!("the report cannot be written: {fault}"), "")
}
