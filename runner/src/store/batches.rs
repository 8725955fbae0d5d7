//! Batches: opened once a source, found again by it, counted to the row.

use std::collections::BTreeMap;

use sqlx::Row as _;

use super::Store;
use super::payload::{self, Label, SourcePayload, seal};
use super::totals::Totals;
use crate::clock;
use crate::db::{Row, Tx};
use crate::error::{Error, Result};
use crate::ids::{BatchId, ItemId};
use crate::job_log::{self, Actor, BotMark, Entry, Kind};
use crate::state::{self, Item};
use crate::vault::ItemKey;

/// What a batch is begun with.
pub struct Opening<'a> {
    /// Its number, where the store is not to choose it: a dry run beside a real store.
    pub id: Option<BatchId>,
    /// The schedule's name.
    pub schedule: &'a str,
    /// The bot.
    pub bot: &'a BotMark,
    /// Hash of the policy in force.
    pub policy: &'a str,
    /// What its rulings are packed against.
    pub pattern: &'a [u8],
    /// SHA-256 of the source.
    pub source: &'a [u8; 32],
    /// How often this source was run before.
    pub again: i64,
    /// Lookup name to SHA-256 in hexadecimal, or `none`.
    pub lookups: &'a BTreeMap<String, String>,
    /// The run's day.
    pub today: jiff::civil::Date,
    /// By when its items are to be settled.
    pub due: Option<jiff::civil::Date>,
    /// The batch that this one follows.
    pub follows: Option<BatchId>,
    /// Who queued it, where that is somebody else than who reads it.
    pub opened_by: Option<&'a str>,
}

/// A batch as stored.
#[derive(Clone, Debug)]
pub struct Batch {
    /// Its number.
    pub id: BatchId,
    /// The schedule's name.
    pub schedule: String,
    /// The bot's name.
    pub bot: String,
    /// Where it stands.
    pub state: state::Batch,
    /// SHA-256 of its source.
    pub source: Vec<u8>,
    /// How often its source had been run before.
    pub again: i64,
    /// What it was completed from.
    pub lookups: BTreeMap<String, String>,
    /// The run's day.
    pub today: jiff::civil::Date,
    /// By when its items are to be settled, unless somebody moves one.
    pub due: Option<jiff::civil::Date>,
    /// Who queued it, or ran it.
    pub opened_by: String,
    /// The batch it follows.
    pub follows: Option<BatchId>,
    /// When it was opened.
    pub created_at: i64,
    /// Since when nothing is in hand.
    pub ended_at: Option<i64>,
    /// Intake is complete up to this place.
    pub last_place: i64,
    /// Its control totals.
    pub totals: Totals,
}

pub(super) const COLUMNS: &str = "SELECT id, schedule, bot, state, source, again, lookups, today, due, \
     follows, opened_by, created_at, ended_at, last_place, rows, rejected, duplicates, items FROM batch";

impl Store {
    /// Opens a batch in state loading.
    pub async fn open_batch(&self, opening: &Opening<'_>, actor: &Actor) -> Result<BatchId> {
        let mut tx = self.db.begin().await?;
        let id = open(&mut tx, opening, actor).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// The newest batch of this schedule and source.
    pub async fn batch_of_source(
        &self,
        schedule: &str,
        source: &[u8; 32],
    ) -> Result<Option<Batch>> {
        let sql =
            format!("{COLUMNS} WHERE schedule = $1 AND source = $2 ORDER BY again DESC LIMIT 1");
        let row = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(schedule)
            .bind(source.to_vec())
            .fetch_optional(self.db.readers())
            .await?;
        self.with_totals(row).await
    }

    /// One batch.
    pub async fn batch(&self, id: BatchId) -> Result<Batch> {
        let sql = format!("{COLUMNS} WHERE id = $1");
        let row = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(id.0)
            .fetch_optional(self.db.readers())
            .await?;
        self.with_totals(row).await?.ok_or_else(|| {
            Error::usage(format!("there is no batch {id}"), "list them with: clerkwork batches")
        })
    }

    /// The newest batches, newest first; with `open`, only those that have not ended.
    pub async fn batches(&self, open: bool, limit: i64) -> Result<Vec<Batch>> {
        let some =
            if open { "WHERE state NOT IN ('complete', 'cancelled', 'unreadable')" } else { "" };
        let sql = format!("{COLUMNS} {some} ORDER BY id DESC LIMIT $1");
        let rows =
            sqlx::query(sqlx::AssertSqlSafe(sql)).bind(limit).fetch_all(self.db.readers()).await?;
        let mut batches = Vec::with_capacity(rows.len());
        for row in rows {
            batches.extend(self.with_totals(Some(row)).await?);
        }
        Ok(batches)
    }

    /// Says by when a batch is to be settled, and what waits in it, where nobody has said so.
    pub async fn fill_due(&self, id: BatchId, due: jiff::civil::Date) -> Result<()> {
        let (first, last) = id.span();
        let mut tx = self.db.begin().await?;
        sqlx::query("UPDATE batch SET due = $1 WHERE id = $2 AND due IS NULL")
            .bind(due.to_string())
            .bind(id.0)
            .execute(&mut *tx)
            .await?;
        sqlx::query(
            "UPDATE item SET due = $1 WHERE id BETWEEN $2 AND $3 AND due IS NULL \
             AND state NOT IN ('done', 'by hand', 'cancelled')",
        )
        .bind(due.to_string())
        .bind(first)
        .bind(last)
        .execute(&mut *tx)
        .await?;
        tx.commit().await
    }

    /// Batches of which something is still to be read or decided by a runner, oldest first. Those
    /// that a person holds up are not among them.
    pub async fn unfinished(&self) -> Result<Vec<Batch>> {
        let sql = format!("{COLUMNS} WHERE state IN ('loading', 'checked', 'running') ORDER BY id");
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).fetch_all(self.db.readers()).await?;
        let mut batches = Vec::with_capacity(rows.len());
        for row in rows {
            batches.extend(self.with_totals(Some(row)).await?);
        }
        Ok(batches)
    }

    async fn with_totals(&self, row: Option<Row>) -> Result<Option<Batch>> {
        let Some(row) = row else { return Ok(None) };
        let mut batch = batch(&row)?;
        let counts = sqlx::query("SELECT state, n FROM batch_count WHERE batch = $1")
            .bind(batch.id.0)
            .fetch_all(self.db.readers())
            .await?;
        count_into(&mut batch.totals, &counts);
        Ok(Some(batch))
    }

    /// The key that a batch's original and its name are sealed with; made when first asked for.
    pub async fn batch_key(&self, id: BatchId) -> Result<ItemKey> {
        let mut tx = self.db.begin().await?;
        let row = sqlx::query("SELECT key FROM batch WHERE id = $1")
            .bind(id.0)
            .fetch_one(&mut *tx)
            .await?;
        if let Some(wrapped) = row.get::<Option<&[u8]>, _>("key") {
            return self.vault.unwrap_key(wrapped);
        }
        let (key, wrapped) = self.vault.new_key()?;
        sqlx::query("UPDATE batch SET key = $1 WHERE id = $2")
            .bind(wrapped)
            .bind(id.0)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(key)
    }

    /// Keeps the name of a batch's file and what was noticed in it, sealed.
    pub async fn keep_source(
        &self,
        tx: &mut Tx,
        id: BatchId,
        key: &ItemKey,
        name: &str,
        notices: &[String],
    ) -> Result<()> {
        let source = SourcePayload { name: name.to_owned(), notices: notices.to_vec() };
        let sealed = seal(key, Label::Source, ItemId(id.span().0), &source)?;
        sqlx::query("UPDATE batch SET sealed_source = $1 WHERE id = $2")
            .bind(sealed.bytes)
            .bind(id.0)
            .execute(&mut **tx)
            .await?;
        Ok(())
    }

    /// The name of a batch's file and what was noticed in it.
    pub async fn source_of(&self, id: BatchId) -> Result<Option<SourcePayload>> {
        let row = sqlx::query("SELECT key, sealed_source FROM batch WHERE id = $1")
            .bind(id.0)
            .fetch_one(self.db.readers())
            .await?;
        let (key, sealed): (Option<&[u8]>, Option<&[u8]>) =
            (row.get("key"), row.get("sealed_source"));
        let (Some(key), Some(sealed)) = (key, sealed) else { return Ok(None) };
        let key = self.vault.unwrap_key(key)?;
        payload::open(&key, Label::Source, ItemId(id.span().0), sealed).map(Some)
    }

    /// What a batch's rulings are packed against.
    pub async fn pattern(&self, id: BatchId) -> Result<Vec<u8>> {
        let row = sqlx::query("SELECT pattern FROM batch WHERE id = $1")
            .bind(id.0)
            .fetch_one(self.db.readers())
            .await?;
        Ok(row.get("pattern"))
    }

    /// Writes a log entry if a bot's policy differs from the one it last ruled by.
    pub async fn note_policy(&self, bot: &str, digest: &str, actor: &Actor) -> Result<()> {
        let mut tx = self.db.begin().await?;
        let known = sqlx::query("SELECT digest FROM policy_seen WHERE bot = $1")
            .bind(bot)
            .fetch_optional(&mut *tx)
            .await?;
        if known.is_some_and(|row| row.get::<&str, _>("digest") == digest) {
            return Ok(());
        }
        sqlx::query(
            "INSERT INTO policy_seen (bot, digest) VALUES ($1, $2) \
             ON CONFLICT (bot) DO UPDATE SET digest = excluded.digest",
        )
        .bind(bot)
        .bind(digest)
        .execute(&mut *tx)
        .await?;
        let entry =
            Entry::new(Kind::PolicyChanged, actor).policy(digest).reasons(vec![bot.to_owned()]);
        job_log::append(&mut tx, &[entry]).await?;
        tx.commit().await
    }

    /// The number that the next batch will have.
    pub async fn next_batch(&self) -> Result<BatchId> {
        let row = sqlx::query("SELECT COALESCE(MAX(id), 0) + 1 AS next FROM batch")
            .fetch_one(self.db.readers())
            .await?;
        Ok(BatchId(row.get("next")))
    }

    /// Takes back everything of a batch whose source could not be read to its end.
    pub async fn discard(&self, id: BatchId, reason: &str, actor: &Actor) -> Result<()> {
        let (first, last) = id.span();
        let mut tx = self.db.begin().await?;
        for sql in [
            "DELETE FROM payload WHERE item BETWEEN $1 AND $2",
            "DELETE FROM turned_away WHERE id BETWEEN $1 AND $2",
            "DELETE FROM item WHERE id BETWEEN $1 AND $2",
        ] {
            sqlx::query(sql).bind(first).bind(last).execute(&mut *tx).await?;
        }
        sqlx::query("DELETE FROM batch_count WHERE batch = $1")
            .bind(id.0)
            .execute(&mut *tx)
            .await?;
        let (_, totals) = totals(&mut tx, id).await?;
        sqlx::query(
            "UPDATE batch SET rows = 0, rejected = 0, duplicates = 0, items = 0, last_place = 0 WHERE id = $1",
        )
        .bind(id.0)
        .execute(&mut *tx)
        .await?;
        let entry =
            Entry::new(Kind::BatchMoved, actor).count(totals.rows).reasons(vec![reason.to_owned()]);
        super::moves::batch(&mut tx, id, state::Batch::Unreadable, entry).await?;
        tx.commit().await
    }
}

/// Opens a batch in state loading, in the caller's transaction.
pub async fn open(tx: &mut Tx, opening: &Opening<'_>, actor: &Actor) -> Result<BatchId> {
    let lookups = serde_json::to_string(opening.lookups).expect("a map of strings");
    let row = sqlx::query(
        "INSERT INTO batch (schedule, bot, state, source, again, lookups, today, follows, \
         policy, pattern, opened_by, created_at, id, due) \
         VALUES ($1, $2, 'loading', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) \
         RETURNING id",
    )
    .bind(opening.schedule)
    .bind(&opening.bot.name)
    .bind(opening.source.to_vec())
    .bind(opening.again)
    .bind(lookups)
    .bind(opening.today.to_string())
    .bind(opening.follows.map(|batch| batch.0))
    .bind(opening.policy)
    .bind(opening.pattern.to_vec())
    .bind(opening.opened_by.unwrap_or(&actor.id))
    .bind(clock::micros())
    .bind(opening.id.map(|id| id.0))
    .bind(opening.due.map(|due| due.to_string()))
    .fetch_one(&mut **tx)
    .await?;
    let id = BatchId(row.get("id"));
    let mut entry = Entry::new(Kind::BatchMoved, actor)
        .batch(id)
        .batch_move(None, state::Batch::Loading)
        .bot(opening.bot)
        .policy(opening.policy)
        .sha256(opening.source);
    if let Some(earlier) = opening.follows {
        entry = entry.follows(earlier);
    }
    job_log::append(tx, &[entry]).await?;
    Ok(id)
}

/// Totals of a batch as a transaction sees them.
pub async fn totals(tx: &mut Tx, id: BatchId) -> Result<(state::Batch, Totals)> {
    let sql = format!("{COLUMNS} WHERE id = $1");
    let row = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(id.0).fetch_one(&mut **tx).await?;
    let counts = sqlx::query("SELECT state, n FROM batch_count WHERE batch = $1")
        .bind(id.0)
        .fetch_all(&mut **tx)
        .await?;
    let mut batch = batch(&row)?;
    count_into(&mut batch.totals, &counts);
    Ok((batch.state, batch.totals))
}

fn count_into(totals: &mut Totals, counts: &[Row]) {
    for row in counts {
        if let Some(state) = Item::parse(row.get("state")) {
            totals.count(state, row.get("n"));
        }
    }
}

pub(super) fn batch(row: &Row) -> Result<Batch> {
    let damaged = || Error::failed("a stored batch is damaged", "run: clerkwork doctor");
    Ok(Batch {
        id: BatchId(row.get("id")),
        schedule: row.get("schedule"),
        bot: row.get("bot"),
        state: state::Batch::parse(row.get("state")).ok_or_else(damaged)?,
        source: row.get("source"),
        again: row.get("again"),
        lookups: serde_json::from_str(row.get("lookups")).map_err(|_| damaged())?,
        today: row.get::<&str, _>("today").parse().map_err(|_| damaged())?,
        due: match row.get::<Option<&str>, _>("due") {
            Some(due) => Some(due.parse().map_err(|_| damaged())?),
            None => None,
        },
        opened_by: row.get("opened_by"),
        follows: row.get::<Option<i64>, _>("follows").map(BatchId),
        created_at: row.get("created_at"),
        ended_at: row.get("ended_at"),
        last_place: row.get("last_place"),
        totals: Totals {
            rows: row.get("rows"),
            rejected: row.get("rejected"),
            duplicates: row.get("duplicates"),
            items: row.get("items"),
            ..Totals::default()
        },
    })
}
