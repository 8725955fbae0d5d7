//! The one place where the state of a payment or of a payments file is written, together with its
//! log entry.

use sqlx::Row as _;

use crate::clock;
use crate::db::{ROWS, Tx, values};
use crate::error::{Error, Result};
use crate::ids::ItemId;
use crate::job_log::{self, Actor, Entry, Kind, Written};
use crate::state;

/// A payment's move.
#[derive(Clone, Debug)]
pub struct Step {
    /// The payment.
    pub id: i64,
    /// The item that it follows from.
    pub item: ItemId,
    /// How much it is.
    pub pence: i64,
    /// Where it must stand now.
    pub from: state::Payment,
    /// Where it goes.
    pub to: state::Payment,
    /// Why; a code.
    pub reason: String,
    /// The file that it is in from now on.
    pub file: Option<i64>,
}

/// Moves payments, each with its entry. All of them or none: where one stands elsewhere by now,
/// roll back.
pub async fn move_payments(tx: &mut Tx, steps: &[Step], actor: &Actor) -> Result<()> {
    let mut entries: Vec<Written> = Vec::with_capacity(steps.len());
    let now = clock::micros();
    for chunk in steps.chunks(ROWS) {
        let sql = format!(
            "WITH v (id, was, state, reason, file) AS (VALUES {}) \
             UPDATE payment SET state = v.state, reason = v.reason, file = v.file, changed_at = ? \
             FROM v WHERE payment.id = v.id AND payment.state = v.was",
            values(chunk.len(), 5)
        );
        let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
        for step in chunk {
            assert!(step.from.may_become(step.to), "{} may not become {}", step.from, step.to);
            query = query
                .bind(step.id)
                .bind(step.from.as_str())
                .bind(step.to.as_str())
                .bind(&step.reason)
                .bind(step.file);
            let mut entry = Entry::new(Kind::PaymentMoved, actor)
                .item(step.item)
                .payment(step.id, step.pence)
                .payment_move(step.from, step.to);
            if let Some(file) = step.file {
                entry = entry.file(file);
            }
            if !step.reason.is_empty() {
                entry = entry.reasons(vec![step.reason.clone()]);
            }
            entries.push(entry.write());
        }
        let moved = query.bind(now).execute(&mut **tx).await?.rows_affected();
        if usize::try_from(moved).ok() != Some(chunk.len()) {
            return Err(Error::failed(
                "a payment was moved by somebody else meanwhile",
                "nothing was changed: look at it again, and try again",
            ));
        }
    }
    job_log::append_written(tx, entries).await
}

/// Moves a payments file at somebody's word; `sha256` is the hash of the bytes that are released.
pub async fn move_file(
    tx: &mut Tx,
    id: i64,
    to: state::PaymentFile,
    sha256: Option<&[u8]>,
    by: &Actor,
    entry: Entry,
) -> Result<()> {
    let row = sqlx::query("SELECT state, count, pence FROM payment_file WHERE id = $1")
        .bind(id)
        .fetch_one(&mut **tx)
        .await?;
    let from = super::files::file_state(row.get("state"));
    if !from.may_become(to) {
        return Err(Error::usage(
            format!("payments file {id} is {from}, and cannot become {to}"),
            format!("look at it: clerkwork payments show {id}"),
        ));
    }
    let released = (to == state::PaymentFile::Released).then_some(());
    sqlx::query(
        "UPDATE payment_file SET state = $1, sha256 = $2, released_by = $3, released_at = $4 \
         WHERE id = $5",
    )
    .bind(to.as_str())
    .bind(sha256)
    .bind(released.map(|()| by.id.clone()))
    .bind(released.map(|()| clock::micros()))
    .bind(id)
    .execute(&mut **tx)
    .await?;
    let mut entry = entry.file(id).file_move(from, to).sums(row.get("count"), row.get("pence"));
    if let Some(sha256) = sha256 {
        entry = entry.sha256(sha256);
    }
    job_log::append(tx, &[entry]).await
}
