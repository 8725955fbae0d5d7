//! The sheet Payments: a row a payment that follows from the batch, by number.

use std::collections::BTreeMap;

use clerkwork_connectors::spreadsheet::{ColumnKind, Heading, Out, SheetId, Workbook};
use rust_decimal::Decimal;

use super::sheets::{fault, heading};
use crate::error::Result;
use crate::ids::ItemId;
use crate::state::Payment as State;
use crate::store::payments::{Opened, Stands, Sums};

/// What stands where whom it goes to was erased.
const ERASED: &str = "(erased)";

/// The sheet, until every row of the batch has said its reference.
pub(super) struct PaymentsSheet {
    sheet: SheetId,
    dry: bool,
    all: Vec<Opened>,
    /// By the items that something is paid for.
    references: BTreeMap<ItemId, String>,
}

/// What the rows of the sheet come to.
#[derive(Default)]
pub(super) struct Paid {
    /// Of a dry run: nothing of it is paid.
    pub(super) dry: bool,
    /// By where they stand, those that there are.
    pub(super) states: BTreeMap<State, Stands>,
    /// Those that are not withdrawn.
    pub(super) in_all: Sums,
    /// How many of these lack their account number, such as those that were erased.
    pub(super) erased: i64,
}

impl PaymentsSheet {
    /// Begins the sheet; there is none where nothing is paid. The payments are in their order.
    pub(super) fn begin(book: &mut Workbook, all: Vec<Opened>, dry: bool) -> Result<Option<Self>> {
        if all.is_empty() {
            return Ok(None);
        }
        let of = |title, width, kind| Heading { title, width, kind };
        let headings = [
            heading("Payment", 10.0),
            heading("Item", 12.0),
            of("Reference", 16.0, ColumnKind::Text),
            heading("Kind", 18.0),
            of("Period", 10.0, ColumnKind::Text),
            of("Payee", 28.0, ColumnKind::Text),
            of("Sort code", 11.0, ColumnKind::Text),
            of("Account", 12.0, ColumnKind::Text),
            of("Amount", 12.0, ColumnKind::Money),
            of("Due", 12.0, ColumnKind::Date),
            heading("State", 18.0),
            heading("File", 8.0),
        ];
        let sheet = book.sheet("Payments", &headings).map_err(fault)?;
        let references = all.iter().map(|it| (it.payment.item, String::new())).collect();
        Ok(Some(Self { sheet, dry, all, references }))
    }

    /// The reference of an item of the batch.
    pub(super) fn note(&mut self, item: ItemId, reference: &str) {
        if let Some(noted) = self.references.get_mut(&item) {
            reference.clone_into(noted);
        }
    }

    /// Writes the rows, and says what they come to.
    pub(super) fn write(self, book: &mut Workbook) -> Result<Paid> {
        let mut paid = Paid { dry: self.dry, ..Paid::default() };
        for it in &self.all {
            self.row(book, it)?;
            paid.add(it);
        }
        Ok(paid)
    }

    fn row(&self, book: &mut Workbook, it: &Opened) -> Result<()> {
        let payment = &it.payment;
        let item = payment.item.to_string();
        let reference = self.references.get(&payment.item).map_or("", String::as_str);
        let [payee, sort_code, account] = match &it.payee {
            Some(to) => [&to.name, &to.sort_code, &to.account].map(|text| Out::Text(text)),
            None => [Out::Text(ERASED), Out::Empty, Out::Empty],
        };
        // The number in a throw-away store is that of somebody else's payment in the real one.
        let number = if self.dry { Out::Empty } else { Out::Integer(payment.id) };
        let cells = [
            number,
            Out::Text(&item),
            Out::Text(reference),
            Out::Text(&payment.kind),
            Out::Text(&payment.period),
            payee,
            sort_code,
            account,
            Out::Money(money(payment.pence)),
            Out::Date(payment.due),
            Out::Text(word(payment.state, self.dry)),
            payment.file.map_or(Out::Empty, Out::Integer),
        ];
        book.row(self.sheet, &cells).map_err(fault)
    }
}

impl Paid {
    fn add(&mut self, it: &Opened) {
        let payment = &it.payment;
        let stands = self.states.entry(payment.state).or_default();
        stands.count += 1;
        stands.pence += payment.pence;
        if payment.state == State::Withdrawn {
            return;
        }
        self.in_all.count += 1;
        self.in_all.pence += payment.pence;
        match it.payee.as_ref().map(|to| to.account.parse::<i64>()) {
            Some(Ok(account)) => self.in_all.hash_total += account,
            Some(Err(_)) | None => self.erased += 1,
        }
    }
}

/// Where a payment stands; of a dry run, where it would.
pub(super) fn word(state: State, dry: bool) -> &'static str {
    if dry && state == State::Due { "would be due" } else { state.as_str() }
}

/// Pounds and pence.
pub(super) fn money(pence: i64) -> Decimal {
    Decimal::new(pence, 2)
}
