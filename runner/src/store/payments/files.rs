//! Payments files: made by one person, released by another, or cancelled.

use sqlx::Row as _;

use super::Payment;
use super::moves::move_payments;
use crate::clock;
use crate::db::{Row, Tx};
use crate::error::{Error, Result};
use crate::ids::ItemId;
use crate::job_log::{self, Actor, Entry, Kind};
use crate::state::PaymentFile;
use crate::store::Store;
use crate::store::payload::{Label, seal};

/// What is in a payments file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    /// How many payments.
    pub count: i64,
    /// How much in all.
    pub pence: i64,
    /// The sum of the account numbers.
    pub hash_total: i64,
}

/// A payments file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its number.
    pub id: i64,
    /// Where it stands.
    pub state: PaymentFile,
    /// Who made it.
    pub made_by: String,
    /// When.
    pub made_at: i64,
    /// Who released it.
    pub released_by: Option<String>,
    /// When.
    pub released_at: Option<i64>,
    /// What is in it.
    pub sums: Sums,
    /// Its columns, as the council had set them when it was made.
    pub layout: String,
    /// The hash of the bytes that were released.
    pub sha256: Option<Vec<u8>>,
}

const COLUMNS: &str = "id, state, made_by, made_at, released_by, released_at, count, pence, \
     hash_total, layout, sha256";

pub(super) fn file_state(text: &str) -> PaymentFile {
    PaymentFile::parse(text).expect("the table allows no other state")
}

fn file(row: &Row) -> File {
    File {
        id: row.get("id"),
        state: file_state(row.get("state")),
        made_by: row.get("made_by"),
        made_at: row.get("made_at"),
        released_by: row.get("released_by"),
        released_at: row.get("released_at"),
        sums: Sums {
            count: row.get("count"),
            pence: row.get("pence"),
            hash_total: row.get("hash_total"),
        },
        layout: row.get("layout"),
        sha256: row.get("sha256"),
    }
}

impl Store {
    /// Payments files, the newest first.
    pub async fn payment_files(&self, limit: i64) -> Result<Vec<File>> {
        let sql = format!("SELECT {COLUMNS} FROM payment_file ORDER BY id DESC LIMIT $1");
        let rows =
            sqlx::query(sqlx::AssertSqlSafe(sql)).bind(limit).fetch_all(self.db.readers()).await?;
        Ok(rows.iter().map(file).collect())
    }

    /// Payments files that stand there, the newest first.
    pub async fn payment_files_in(&self, state: PaymentFile) -> Result<Vec<File>> {
        let sql = format!("SELECT {COLUMNS} FROM payment_file WHERE state = $1 ORDER BY id DESC");
        let sql = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(state.as_str());
        Ok(sql.fetch_all(self.db.readers()).await?.iter().map(file).collect())
    }

    /// One payments file.
    pub async fn payment_file(&self, id: i64) -> Result<File> {
        let sql = format!("SELECT {COLUMNS} FROM payment_file WHERE id = $1");
        let row = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(id)
            .fetch_optional(self.db.readers())
            .await?;
        row.as_ref().map(file).ok_or_else(|| {
            Error::usage(
                format!("there is no payments file {id}"),
                "see which there are: clerkwork payments files",
            )
        })
    }

    /// Who opened the batches that payments of a file follow from.
    pub async fn submitters_of(&self, file: i64) -> Result<Vec<String>> {
        let rows = sqlx::query(
            "SELECT DISTINCT batch.opened_by AS who FROM payment \
             JOIN item ON item.id = payment.item JOIN batch ON batch.id = item.batch \
             WHERE payment.file = $1",
        )
        .bind(file)
        .fetch_all(self.db.readers())
        .await?;
        Ok(rows.iter().filter_map(|row| row.get::<Option<String>, _>("who")).collect())
    }

    /// The bots from whose work the payments of a file follow; none once it is cancelled.
    pub async fn bots_of_file(&self, file: i64) -> Result<Vec<String>> {
        let rows = sqlx::query(
            "SELECT DISTINCT batch.bot FROM payment JOIN item ON item.id = payment.item \
             JOIN batch ON batch.id = item.batch WHERE payment.file = $1",
        )
        .bind(file)
        .fetch_all(self.db.readers())
        .await?;
        Ok(rows.iter().map(|row| row.get("bot")).collect())
    }

    /// How many accounts a file pays to. The hash total of a file that pays to one alone tells that
    /// account's number.
    pub async fn accounts_of_file(&self, file: i64) -> Result<i64> {
        let row = sqlx::query("SELECT count(DISTINCT account) AS n FROM payment WHERE file = $1")
            .bind(file)
            .fetch_one(self.db.readers())
            .await?;
        Ok(row.get("n"))
    }

    /// Makes a file of these payments, which are due; it awaits its release.
    pub async fn make_payment_file(
        &self,
        tx: &mut Tx,
        layout: &str,
        sums: Sums,
        payments: &[&Payment],
        actor: &Actor,
        why: &str,
    ) -> Result<i64> {
        let row = sqlx::query(
            "INSERT INTO payment_file (state, made_by, made_at, count, pence, hash_total, layout) \
             VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id",
        )
        .bind(PaymentFile::Awaiting.as_str())
        .bind(&actor.id)
        .bind(clock::micros())
        .bind(sums.count)
        .bind(sums.pence)
        .bind(sums.hash_total)
        .bind(layout)
        .fetch_one(&mut **tx)
        .await?;
        let id: i64 = row.get("id");
        let steps: Vec<_> = payments.iter().map(|payment| payment.put_into(id)).collect();
        move_payments(tx, &steps, actor).await?;
        let entry = Entry::new(Kind::PaymentFileMade, actor).file(id).sums(sums.count, sums.pence);
        let entry = self.payment_act(tx, About::File(id), "make", actor, why, entry).await?;
        job_log::append(tx, &[entry]).await?;
        Ok(id)
    }

    /// Keeps why something was done; the entry commits to the words.
    pub async fn payment_act(
        &self,
        tx: &mut Tx,
        about: About,
        what: &str,
        actor: &Actor,
        why: &str,
        entry: Entry,
    ) -> Result<Entry> {
        let next: i64 = sqlx::query("SELECT COALESCE(MAX(id), 0) + 1 AS next FROM payment_act")
            .fetch_one(&mut **tx)
            .await?
            .get("next");
        let (key, wrapped) = self.vault.new_key()?;
        let sealed = seal(&key, Label::PaymentAct, ItemId(next), &why)?;
        let (payment, file) = match about {
            About::Payment(id) => (Some(id), None),
            About::File(id) => (None, Some(id)),
        };
        sqlx::query(
            "INSERT INTO payment_act (id, at, by, what, payment, file, key, sealed) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(next)
        .bind(clock::micros())
        .bind(&actor.id)
        .bind(what)
        .bind(payment)
        .bind(file)
        .bind(wrapped)
        .bind(sealed.bytes)
        .execute(&mut **tx)
        .await?;
        Ok(entry.payload(&sealed.commitment))
    }
}

/// What an act is on.
#[derive(Clone, Copy, Debug)]
pub enum About {
    /// A payment.
    Payment(i64),
    /// A payments file.
    File(i64),
}
