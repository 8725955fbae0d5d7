//! Payments as lists show them, and unsealed for the file and for whoever may see them.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use sqlx::Row as _;

use super::{Payee, Payment};
use crate::db::{Row, Statement};
use crate::error::{Error, Result};
use crate::ids::{BatchId, ItemId};
use crate::state::Payment as State;
use crate::store::Store;
use crate::store::payload::{Label, open};

pub(super) const COLUMNS: &str = "payment.id, payment.item, payment.ruling, payment.kind, \
     payment.period, payment.n, payment.pence, payment.due, payment.state, payment.reason, \
     payment.cleared, payment.file";

/// Which payments.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// In one of these states; in any where there is none.
    pub states: Vec<State>,
    /// Due on this day or before.
    pub due_by: Option<Date>,
    /// That follow from items of this batch.
    pub batch: Option<BatchId>,
    /// In this file.
    pub file: Option<i64>,
    /// Of these kinds, or of those that begin with it where it ends with a `*`.
    pub kind: Option<String>,
    /// Only this one.
    pub id: Option<i64>,
    /// Only those that follow from the work of these bots.
    pub bots: Option<BTreeSet<String>>,
}

/// A payment with whom it goes to. Personal.
pub struct Opened {
    /// The payment.
    pub payment: Payment,
    /// Whom it goes to; `None` where that was erased.
    pub payee: Option<Payee>,
}

/// An account as a payment named it, in blind indexes.
pub struct Named {
    /// The payment.
    pub payment: i64,
    /// The account.
    pub account: Vec<u8>,
    /// Whose it is.
    pub payee: Vec<u8>,
    /// Whom the payment is for.
    pub whom: Vec<u8>,
    /// When.
    pub noted_at: i64,
    /// It came back from the bank.
    pub came_back: bool,
    /// An officer said that it is right.
    pub cleared: bool,
}

/// How many payments stand somewhere, and how much they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stands {
    /// How many.
    pub count: i64,
    /// How much in all.
    pub pence: i64,
}

/// A payment as its row has it.
pub(super) fn payment(row: &Row) -> Payment {
    let state: &str = row.get("state");
    let due: &str = row.get("due");
    Payment {
        id: row.get("id"),
        item: ItemId(row.get("item")),
        ruling: row.get("ruling"),
        kind: row.get("kind"),
        period: row.get("period"),
        n: row.get("n"),
        pence: row.get("pence"),
        due: due.parse().expect("a day was written"),
        state: State::parse(state).expect("the table allows no other state"),
        reason: row.get("reason"),
        cleared: row.get("cleared"),
        file: row.get("file"),
    }
}

impl Filter {
    fn write(&self, sql: &mut Statement) {
        sql.push(" WHERE 1 = 1");
        if !self.states.is_empty() {
            sql.push(" AND payment.state IN ");
            sql.words(self.states.iter().map(|state| state.as_str()));
        }
        if let Some(day) = self.due_by {
            sql.push(" AND payment.due <= ").word(&day.to_string());
        }
        if let Some(batch) = self.batch {
            let (first, last) = batch.span();
            sql.push(" AND payment.item BETWEEN ").int(first).push(" AND ").int(last);
        }
        if let Some(file) = self.file {
            sql.push(" AND payment.file = ").int(file);
        }
        if let Some(id) = self.id {
            sql.push(" AND payment.id = ").int(id);
        }
        if let Some(bots) = &self.bots {
            sql.push(
                " AND payment.item IN (SELECT item.id FROM item \
                 JOIN batch ON batch.id = item.batch WHERE batch.bot IN ",
            );
            sql.words(bots.iter().map(String::as_str)).push(")");
        }
        match self.kind.as_deref().map(|kind| (kind, kind.strip_suffix('*'))) {
            None => {}
            Some((_, Some(begins))) => {
                sql.push(" AND substr(payment.kind, 1, ");
                sql.int(i64::try_from(begins.chars().count()).unwrap_or(i64::MAX));
                sql.push(") = ").word(begins);
            }
            Some((kind, None)) => {
                sql.push(" AND payment.kind = ").word(kind);
            }
        }
    }
}

impl Store {
    /// Payments by their numbers. Nothing personal.
    pub async fn payments(&self, filter: &Filter, limit: Option<i64>) -> Result<Vec<Payment>> {
        let mut sql = Statement::new("SELECT ");
        sql.push(COLUMNS).push(" FROM payment");
        filter.write(&mut sql);
        sql.push(" ORDER BY payment.id");
        if let Some(limit) = limit {
            sql.push(" LIMIT ").int(limit);
        }
        Ok(sql.rows(&self.db).await?.iter().map(payment).collect())
    }

    /// One payment.
    pub async fn payment(&self, id: i64) -> Result<Payment> {
        let found = self.payments(&Filter { id: Some(id), ..Filter::default() }, None).await?;
        found.into_iter().next().ok_or_else(|| {
            Error::usage(
                format!("there is no payment {id}"),
                "see which there are: clerkwork payments list",
            )
        })
    }

    /// Payments with whom they go to. Personal.
    pub async fn payments_opened(&self, filter: &Filter) -> Result<Vec<Opened>> {
        let mut sql = Statement::new("SELECT ");
        sql.push(COLUMNS).push(
            ", payment.sealed, payload.key FROM payment \
             LEFT JOIN payload ON payload.item = payment.item",
        );
        filter.write(&mut sql);
        sql.push(" ORDER BY payment.id");
        let rows = sql.rows(&self.db).await?;
        rows.iter()
            .map(|row| {
                let payment = payment(row);
                let key: Option<&[u8]> = row.get("key");
                let sealed: Option<&[u8]> = row.get("sealed");
                let payee = match key.zip(sealed) {
                    Some((key, sealed)) => {
                        let key = self.vault.unwrap_key(key)?;
                        Some(open::<Payee>(&key, Label::Payment, payment.item, sealed)?)
                    }
                    None => None,
                };
                Ok(Opened { payment, payee })
            })
            .collect()
    }

    /// Every account that was ever named, by whom and for whom, in blind indexes.
    pub async fn accounts_named(&self) -> Result<Vec<Named>> {
        let rows = sqlx::query(
            "SELECT id, account, payee, whom, noted_at, state = 'returned' OR reason IN \
             ('came-back', 'paid-again') AS came_back, cleared IS NOT NULL AS cleared FROM payment WHERE account IS NOT NULL \
             ORDER BY id",
        )
        .fetch_all(self.db.readers())
        .await?;
        Ok(rows
            .iter()
            .map(|row| Named {
                payment: row.get("id"),
                account: row.get("account"),
                payee: row.get("payee"),
                whom: row.get("whom"),
                noted_at: row.get("noted_at"),
                came_back: row.get("came_back"),
                cleared: row.get("cleared"),
            })
            .collect())
    }

    /// How many payments stand where, and how much they are.
    pub async fn payment_totals(&self, filter: &Filter) -> Result<BTreeMap<State, Stands>> {
        let mut sql = Statement::new(
            "SELECT payment.state, count(*) AS n, sum(payment.pence) AS pence FROM payment",
        );
        filter.write(&mut sql);
        sql.push(" GROUP BY payment.state");
        let rows = sql.rows(&self.db).await?;
        Ok(rows
            .iter()
            .map(|row| {
                let state = State::parse(row.get("state")).expect("the table allows no other");
                (state, Stands { count: row.get("n"), pence: row.get("pence") })
            })
            .collect())
    }
}
