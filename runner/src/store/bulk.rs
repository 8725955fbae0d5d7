//! One act on many items. Which items is fixed when it is asked for; each is done in the
//! transaction of its own act, so that it is done once however often the whole is taken up again.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use sqlx::Row as _;

use super::Store;
use super::payload::{Label, open, seal};
use crate::clock;
use crate::db::{ROWS, Row, Tx, rows_sql};
use crate::error::{Error, Result};
use crate::ids::ItemId;
use crate::job_log::Actor;

/// An act on many items.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct BulkId(pub i64);

impl fmt::Display for BulkId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for BulkId {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let id = text.parse::<i64>().ok().filter(|id| *id > 0);
        id.map(Self).ok_or_else(|| "it is named by its number, such as 3".to_owned())
    }
}

/// What is done to each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// It is worked again.
    Retry,
    /// It will not be decided.
    Cancel,
    /// It is given to this officer.
    Assign(String),
    /// It is put off to this day.
    Postpone(Date),
}

impl What {
    /// The word that is stored, and that a form sends.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Retry => "retry",
            Self::Cancel => "cancel",
            Self::Assign(_) => "assign",
            Self::Postpone(_) => "postpone",
        }
    }
}

/// What became of one item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Became {
    /// Nothing yet.
    ToDo,
    /// It is done.
    Done,
    /// It could not be done.
    Refused,
    /// A person stopped the whole before its turn came.
    Left,
}

impl Became {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::ToDo, Self::Done, Self::Refused, Self::Left];

    /// The word that is stored and shown.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ToDo => "to do",
            Self::Done => "done",
            Self::Refused => "refused",
            Self::Left => "left",
        }
    }
}

/// An act on many items, and how far it has come.
#[derive(Clone, Debug)]
pub struct Bulk {
    /// Its number.
    pub id: BulkId,
    /// What is done.
    pub what: What,
    /// Who asked for it, as the log names them.
    pub by: String,
    /// When.
    pub asked_at: i64,
    /// A person stopped it on the way.
    pub stopped: bool,
    /// When its last item was done, refused or left.
    pub ended_at: Option<i64>,
    /// How many items became what.
    pub counts: BTreeMap<Became, i64>,
}

impl Bulk {
    /// How many became this.
    pub fn count(&self, became: Became) -> i64 {
        self.counts.get(&became).copied().unwrap_or(0)
    }

    /// How many items in all.
    pub fn items(&self) -> i64 {
        self.counts.values().sum()
    }
}

const COLUMNS: &str = "SELECT id, what, by, officer, until, asked_at, stopped, ended_at \
     FROM bulk_act";

impl Store {
    /// Asks for an act on these items.
    pub async fn ask_bulk(
        &self,
        what: &What,
        items: &[ItemId],
        why: &str,
        actor: &Actor,
    ) -> Result<BulkId> {
        let (key, wrapped) = self.vault.new_key()?;
        let mut tx = self.db.begin().await?;
        let next: i64 = sqlx::query("SELECT COALESCE(MAX(id), 0) + 1 AS next FROM bulk_act")
            .fetch_one(&mut *tx)
            .await?
            .get("next");
        let (officer, until) = match what {
            What::Retry | What::Cancel => (None, None),
            What::Assign(officer) => (Some(officer.as_str()), None),
            What::Postpone(day) => (None, Some(day.to_string())),
        };
        sqlx::query(
            "INSERT INTO bulk_act (id, what, by, officer, until, key, sealed, asked_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(next)
        .bind(what.as_str())
        .bind(&actor.id)
        .bind(officer)
        .bind(until)
        .bind(wrapped)
        .bind(seal(&key, Label::BulkAct, ItemId(next), &why)?.bytes)
        .bind(clock::micros())
        .execute(&mut *tx)
        .await?;
        for chunk in items.chunks(ROWS) {
            let sql = rows_sql(
                "INSERT INTO bulk_item (bulk, item, state) VALUES",
                chunk.len(),
                3,
                "ON CONFLICT DO NOTHING",
            );
            let mut query = sqlx::query(sql);
            for item in chunk {
                query = query.bind(next).bind(item.0).bind(Became::ToDo.as_str());
            }
            query.execute(&mut *tx).await?;
        }
        tx.commit().await?;
        Ok(BulkId(next))
    }

    /// One of them.
    pub async fn bulk(&self, id: BulkId) -> Result<Bulk> {
        let sql = format!("{COLUMNS} WHERE id = $1");
        let row = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(id.0)
            .fetch_optional(self.db.readers())
            .await?;
        let row = row.ok_or_else(|| {
            Error::usage(format!("there is no act on many items {id}"), "see the list of items")
        })?;
        self.with_counts(&row).await
    }

    /// The newest, newest first.
    pub async fn bulks(&self, limit: i64) -> Result<Vec<Bulk>> {
        let sql = format!("{COLUMNS} ORDER BY id DESC LIMIT $1");
        let rows =
            sqlx::query(sqlx::AssertSqlSafe(sql)).bind(limit).fetch_all(self.db.readers()).await?;
        let mut bulks = Vec::with_capacity(rows.len());
        for row in &rows {
            bulks.push(self.with_counts(row).await?);
        }
        Ok(bulks)
    }

    /// Those that have not ended, oldest first.
    pub async fn bulks_open(&self) -> Result<Vec<BulkId>> {
        let rows = sqlx::query("SELECT id FROM bulk_act WHERE ended_at IS NULL ORDER BY id")
            .fetch_all(self.db.readers())
            .await?;
        Ok(rows.iter().map(|row| BulkId(row.get("id"))).collect())
    }

    /// Why it was asked for. It is forgotten when it has ended: by then each item has it.
    pub async fn bulk_words(&self, id: BulkId) -> Result<Option<String>> {
        let row = sqlx::query("SELECT key, sealed FROM bulk_act WHERE id = $1")
            .bind(id.0)
            .fetch_optional(self.db.readers())
            .await?;
        let kept = row.and_then(|row| row.get::<Option<Vec<u8>>, _>("key").map(|key| (key, row)));
        let words = kept.map(|(key, row)| {
            open(&self.vault.unwrap_key(&key)?, Label::BulkAct, ItemId(id.0), row.get("sealed"))
        });
        words.transpose()
    }

    /// Its items that became this, in order, with why it was refused.
    pub async fn bulk_items(
        &self,
        id: BulkId,
        became: Became,
        after: Option<ItemId>,
        limit: i64,
    ) -> Result<Vec<(ItemId, String)>> {
        let rows = sqlx::query(
            "SELECT item, says FROM bulk_item WHERE bulk = $1 AND state = $2 AND item > $3 \
             ORDER BY item LIMIT $4",
        )
        .bind(id.0)
        .bind(became.as_str())
        .bind(after.map_or(0, |item| item.0))
        .bind(limit)
        .fetch_all(self.db.readers())
        .await?;
        Ok(rows.iter().map(|row| (ItemId(row.get("item")), row.get("says"))).collect())
    }

    /// It could not be done to this item.
    pub async fn bulk_refused(&self, id: BulkId, item: ItemId, says: &str) -> Result<()> {
        let mut tx = self.db.begin().await?;
        sqlx::query(
            "UPDATE bulk_item SET state = 'refused', says = $1 \
             WHERE bulk = $2 AND item = $3 AND state = 'to do'",
        )
        .bind(says)
        .bind(id.0)
        .bind(item.0)
        .execute(&mut *tx)
        .await?;
        tx.commit().await
    }

    /// A person stops it: what is not done yet is left as it is.
    pub async fn stop_bulk(&self, id: BulkId) -> Result<()> {
        let mut tx = self.db.begin().await?;
        sqlx::query("UPDATE bulk_item SET state = 'left' WHERE bulk = $1 AND state = 'to do'")
            .bind(id.0)
            .execute(&mut *tx)
            .await?;
        sqlx::query("UPDATE bulk_act SET stopped = 1 WHERE id = $1 AND ended_at IS NULL")
            .bind(id.0)
            .execute(&mut *tx)
            .await?;
        tx.commit().await
    }

    /// Ends it if nothing of it is to do.
    pub async fn end_bulk(&self, id: BulkId) -> Result<()> {
        let mut tx = self.db.begin().await?;
        sqlx::query(
            "UPDATE bulk_act SET ended_at = $1, key = NULL, sealed = NULL WHERE id = $2 \
             AND NOT EXISTS (SELECT 1 FROM bulk_item WHERE bulk = $2 AND state = 'to do')",
        )
        .bind(clock::micros())
        .bind(id.0)
        .execute(&mut *tx)
        .await?;
        tx.commit().await
    }

    async fn with_counts(&self, row: &Row) -> Result<Bulk> {
        let id = BulkId(row.get("id"));
        let rows = sqlx::query(
            "SELECT state, COUNT(*) AS n FROM bulk_item WHERE bulk = $1 GROUP BY state",
        )
        .bind(id.0)
        .fetch_all(self.db.readers())
        .await?;
        let count = |row: &Row| {
            let word: &str = row.get("state");
            let became = Became::ALL.into_iter().find(|became| became.as_str() == word)?;
            Some((became, row.get("n")))
        };
        Ok(Bulk {
            id,
            what: what(row)?,
            by: row.get("by"),
            asked_at: row.get("asked_at"),
            stopped: row.get::<i64, _>("stopped") != 0,
            ended_at: row.get("ended_at"),
            counts: rows.iter().filter_map(count).collect(),
        })
    }
}

/// Takes one item's turn, in the transaction of its act. Refused where it has had it.
pub async fn take(tx: &mut Tx, id: BulkId, item: ItemId) -> Result<()> {
    let taken = sqlx::query(
        "UPDATE bulk_item SET state = 'done' WHERE bulk = $1 AND item = $2 AND state = 'to do'",
    )
    .bind(id.0)
    .bind(item.0)
    .execute(&mut **tx)
    .await?
    .rows_affected();
    if taken == 1 {
        return Ok(());
    }
    Err(Error::usage(format!("item {item} has had its turn"), "nothing is done to it twice"))
}

fn what(row: &Row) -> Result<What> {
    let damaged = || Error::failed("a stored act is damaged", "run: clerkwork doctor");
    Ok(match row.get::<&str, _>("what") {
        "retry" => What::Retry,
        "cancel" => What::Cancel,
        "assign" => What::Assign(row.get::<Option<_>, _>("officer").ok_or_else(damaged)?),
        "postpone" => {
            let until: Option<&str> = row.get("until");
            What::Postpone(until.and_then(|day| day.parse().ok()).ok_or_else(damaged)?)
        }
        _ => return Err(damaged()),
    })
}
