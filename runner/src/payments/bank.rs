//! What the bank says of released payments: a sheet or text file with a line a payment. A line with
//! a fault is told and left; a line that was read before is left too.

use std::collections::BTreeMap;
use std::fs::File;

use clerkwork_bots::kit::plain;
use clerkwork_connectors::spreadsheet::{Cell, Event, Limits, Reading, Row};

use crate::error::{Error, Result};
use crate::job_log::{self, Actor, Entry, Kind};
use crate::state::Payment as State;
use crate::store::Store;
use crate::store::payments::{Filter, Step, move_payments};

/// Rows in which the header is looked for.
const LOOK: usize = 25;
/// The longest code of why something came back.
const LONGEST: usize = 40;

/// A line that cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// The sheet's own row number.
    pub row: u32,
    /// The column.
    pub column: &'static str,
    /// What is wrong, and what to do.
    pub says: String,
}

/// What came of a file.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// Payments that were paid.
    pub paid: i64,
    /// Payments that came back: each waits for a person.
    pub returned: i64,
    /// Lines that say what is known already.
    pub already: i64,
    /// Lines that cannot be taken.
    pub wrong: Vec<Wrong>,
}

/// A line as it stands.
struct Line {
    row: u32,
    payment: String,
    outcome: String,
    amount: String,
    reason: String,
}

/// Where the columns stand.
struct Columns {
    payment: usize,
    outcome: usize,
    amount: Option<usize>,
    reason: Option<usize>,
}

/// Reads what the bank says, and writes it down.
pub async fn read(store: &Store, actor: &Actor, file: File) -> Result<Said> {
    let lines = lines(file).await?;
    let mut said = Said::default();
    let payments = store.payments(&Filter::default(), None).await?;
    let known: BTreeMap<i64, _> = payments.into_iter().map(|it| (it.id, it)).collect();
    let mut steps: BTreeMap<i64, Step> = BTreeMap::new();
    for line in &lines {
        let mut wrong =
            |column, says: String| said.wrong.push(Wrong { row: line.row, column, says });
        let found = line.payment.parse::<i64>().ok().and_then(|id| known.get(&id));
        let Some(payment) = found else {
            wrong("Payment", "the number that the payments file has for it".to_owned());
            continue;
        };
        let to = match plain(&line.outcome).as_str() {
            "paid" => State::Paid,
            "returned" => State::Returned,
            _ => {
                wrong("Outcome", "paid or returned".to_owned());
                continue;
            }
        };
        if !line.amount.is_empty() && pence(&line.amount) != Some(payment.pence) {
            wrong("Amount", "the amount that was released, or nothing".to_owned());
            continue;
        }
        if steps.contains_key(&payment.id) {
            wrong("Payment", "a payment that stands once in the file".to_owned());
            continue;
        }
        if payment.state == to {
            said.already += 1;
            continue;
        }
        if !payment.state.may_become(to) {
            let says = format!(
                "a payment that was released; this one is {}: see clerkwork payments list",
                payment.state
            );
            wrong("Payment", says);
            continue;
        }
        let reason = if to == State::Returned { code(&line.reason) } else { String::new() };
        steps.insert(payment.id, payment.step(to, &reason));
    }
    let steps: Vec<Step> = steps.into_values().collect();
    for step in &steps {
        if step.to == State::Paid {
            said.paid += 1;
        } else {
            said.returned += 1;
        }
    }
    let mut tx = store.db.begin().await?;
    move_payments(&mut tx, &steps, actor).await?;
    let count = i64::try_from(lines.len()).unwrap_or(i64::MAX);
    job_log::append(&mut tx, &[Entry::new(Kind::PaymentsRead, actor).count(count)]).await?;
    tx.commit().await?;
    Ok(said)
}

async fn lines(file: File) -> Result<Vec<Line>> {
    let unreadable =
        |fault: clerkwork_connectors::spreadsheet::SheetError| Error::failed(fault.to_string(), "");
    let mut reading = Reading::start(file, Limits::default()).await.map_err(unreadable)?;
    let (mut columns, mut looked, mut lines) = (None, 0, Vec::new());
    while let Some(event) = reading.next().await.map_err(unreadable)? {
        let Event::Rows(rows) = event else { continue };
        for row in &rows {
            match &columns {
                Some(columns) => lines.extend(Line::of(columns, row)),
                None if looked < LOOK => columns = Columns::of(row),
                None => {}
            }
            looked += 1;
        }
    }
    if columns.is_none() {
        return Err(Error::failed(
            "the file has no columns Payment and Outcome",
            "Payment is the number in our payments file, Outcome is paid or returned",
        ));
    }
    Ok(lines)
}

impl Columns {
    fn of(row: &Row) -> Option<Self> {
        let find = |wanted: &str| row.cells.iter().position(|cell| plain(&cell.words()) == wanted);
        Some(Self {
            payment: find("payment")?,
            outcome: find("outcome")?,
            amount: find("amount"),
            reason: find("reason"),
        })
    }
}

impl Line {
    fn of(columns: &Columns, row: &Row) -> Option<Self> {
        let at = |at: usize| row.cells.get(at).unwrap_or(&Cell::Empty).words().trim().to_owned();
        let line = Self {
            row: row.number,
            payment: at(columns.payment),
            outcome: at(columns.outcome),
            amount: columns.amount.map(at).unwrap_or_default(),
            reason: columns.reason.map(at).unwrap_or_default(),
        };
        (!line.payment.is_empty() || !line.outcome.is_empty()).then_some(line)
    }
}

/// The bank's word for why it came back, as a code that the log may show.
fn code(reason: &str) -> String {
    let kept = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { ' ' };
    let text: String = reason.chars().map(kept).collect();
    let code = text.split_whitespace().collect::<Vec<_>>().join("-");
    let digits = code.chars().filter(char::is_ascii_digit).count();
    // A bank's code has a digit or two; what has more may be somebody's account.
    if code.is_empty() || code.len() > LONGEST || digits > 4 { "returned".to_owned() } else { code }
}

fn pence(amount: &str) -> Option<i64> {
    let plain: String = amount.chars().filter(|c| !matches!(c, '£' | ',' | ' ')).collect();
    let amount: rust_decimal::Decimal = plain.parse().ok()?;
    let pence = amount.checked_mul(rust_decimal::Decimal::ONE_HUNDRED)?;
    pence.fract().is_zero().then(|| i64::try_from(pence).ok()).flatten()
}
