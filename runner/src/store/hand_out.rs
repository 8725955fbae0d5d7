//! What lists are made of, how they were last handed out, and awards that ended before their last
//! day.

use std::collections::BTreeSet;

use jiff::civil::Date;
use sqlx::Row as _;

use super::Store;
use super::payload::{CasePayload, Label, RulingPayload, open, open_against};
use crate::clock;
use crate::db::{ROWS, Row, Tx, rows_sql};
use crate::error::Result;
use crate::ids::ItemId;
use crate::job_log::{self, Actor, Entry, Kind};

/// States in which a ruling stands: it is decided, whatever became of telling others.
const STANDS: &str = "('decided', 'posting', 'waiting', 'done', 'failed')";

/// An item that awards something, still sealed.
pub struct Sealed(Row);

/// The same, unsealed. Personal.
pub struct Awarded {
    /// The item.
    pub item: ItemId,
    /// Its case.
    pub case: CasePayload,
    /// The ruling that stands.
    pub ruling: RulingPayload,
    /// When and why the award ended, if it did.
    pub ended: Option<End>,
}

/// That an award ended before its last day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct End {
    /// The last day on which it counts.
    pub on: Date,
    /// Why; a code of its bot.
    pub reason: String,
}

/// A list as it was handed out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandedOut {
    /// Its kind.
    pub kind: String,
    /// Whose it is.
    pub of: String,
    /// The name of its file.
    pub file: String,
    /// The day that it is of.
    pub as_at: Date,
    /// How many rows it has.
    pub count: i64,
    /// Eight bytes of the blind index of each person in it, in order.
    pub marks: Vec<u8>,
    /// SHA-256 of the file.
    pub sha256: Vec<u8>,
}

impl Sealed {
    /// Which item.
    pub fn id(&self) -> ItemId {
        ItemId(self.0.get("id"))
    }
}

impl Store {
    /// The next items of a bot after `after` that award something and whose ruling stands, whether
    /// another follows them or not.
    pub async fn awards(&self, bot: &str, after: ItemId, limit: i64) -> Result<Vec<Sealed>> {
        let sql = format!(
            "SELECT item.id, payload.key, payload.sealed AS sealed_case, \
             ruling.sealed AS sealed_ruling, award_end.on_day, award_end.reason AS end_reason \
             FROM item JOIN batch ON batch.id = item.batch \
             LEFT JOIN payload ON payload.item = item.id \
             LEFT JOIN ruling ON ruling.item = item.id AND ruling.n = item.ruling \
             LEFT JOIN award_end ON award_end.item = item.id \
             WHERE batch.bot = $1 AND item.id > $2 AND item.award = 1 AND item.ruling > 0 \
             AND item.state IN {STANDS} ORDER BY item.id LIMIT $3"
        );
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(bot)
            .bind(after.0)
            .bind(limit)
            .fetch_all(self.db.readers())
            .await?;
        Ok(rows.into_iter().map(Sealed).collect())
    }

    /// Items whose ruling stands no more, for one that follows them has one of its own.
    pub async fn overtaken(&self) -> Result<BTreeSet<ItemId>> {
        let sql = format!(
            "WITH RECURSIVE earlier (id) AS (SELECT follows FROM item \
             WHERE follows IS NOT NULL AND ruling > 0 AND state IN {STANDS} \
             UNION SELECT item.follows FROM item JOIN earlier ON item.id = earlier.id \
             WHERE item.follows IS NOT NULL) SELECT id FROM earlier"
        );
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).fetch_all(self.db.readers()).await?;
        Ok(rows.iter().map(|row| ItemId(row.get("id"))).collect())
    }

    /// Unseals an award; `pattern` is its batch's. `None`: it was erased.
    pub fn awarded(&self, sealed: &Sealed, pattern: &[u8]) -> Result<Option<Awarded>> {
        let (row, item) = (&sealed.0, sealed.id());
        let key: Option<&[u8]> = row.get("key");
        let ruling: Option<&[u8]> = row.get("sealed_ruling");
        let Some((key, ruling)) = key.zip(ruling) else { return Ok(None) };
        let key = self.vault.unwrap_key(key)?;
        Ok(Some(Awarded {
            item,
            case: open(&key, Label::Case, item, row.get("sealed_case"))?,
            ruling: open_against(pattern, &key, Label::Ruling, item, ruling)?,
            ended: end(row, "on_day", "end_reason"),
        }))
    }

    /// When and why the award of an item ended before its last day, if it did.
    pub async fn award_end(&self, item: ItemId) -> Result<Option<End>> {
        let row = sqlx::query("SELECT on_day, reason FROM award_end WHERE item = $1")
            .bind(item.0)
            .fetch_optional(self.db.readers())
            .await?;
        Ok(row.as_ref().and_then(|row| end(row, "on_day", "reason")))
    }

    /// A bot's lists as they were last handed out, by kind and whose they are.
    pub async fn handed_out(&self, bot: &str) -> Result<Vec<HandedOut>> {
        let rows = sqlx::query(
            "SELECT kind, of, file, as_at, count, marks, sha256 FROM handed_out WHERE bot = $1 \
             ORDER BY kind, of",
        )
        .bind(bot)
        .fetch_all(self.db.readers())
        .await?;
        let list = |row: &Row| HandedOut {
            kind: row.get("kind"),
            of: row.get("of"),
            file: row.get("file"),
            as_at: row.get::<&str, _>("as_at").parse().expect("a day was written"),
            count: row.get("count"),
            marks: row.get("marks"),
            sha256: row.get("sha256"),
        };
        Ok(rows.iter().map(list).collect())
    }
}

fn end(row: &Row, day: &str, reason: &str) -> Option<End> {
    let on: Option<&str> = row.get(day);
    let on = on?.parse().expect("a day was written");
    Some(End { on, reason: row.get(reason) })
}

/// Notes that awards ended, each with its entry; those that had ended before are left as they are.
/// Answers which are new.
pub async fn end_awards(tx: &mut Tx, ends: &[(ItemId, End)], actor: &Actor) -> Result<Vec<ItemId>> {
    let mut new = Vec::with_capacity(ends.len());
    for chunk in ends.chunks(ROWS) {
        let sql = rows_sql(
            "INSERT OR IGNORE INTO award_end (item, on_day, reason, noted_at, actor) VALUES",
            chunk.len(),
            5,
            " RETURNING item",
        );
        let mut query = sqlx::query(sql);
        for (item, end) in chunk {
            query = query
                .bind(item.0)
                .bind(end.on.to_string())
                .bind(&end.reason)
                .bind(clock::micros())
                .bind(&actor.id);
        }
        let rows = query.fetch_all(&mut **tx).await?;
        new.extend(rows.iter().map(|row| ItemId(row.get("item"))));
    }
    let noted: BTreeSet<ItemId> = new.iter().copied().collect();
    let entries = ends.iter().filter(|(item, _)| noted.contains(item)).map(|(item, end)| {
        let why = vec![end.reason.clone(), end.on.to_string()];
        Entry::new(Kind::AwardEnded, actor).item(*item).reasons(why).write()
    });
    job_log::append_written(tx, entries.collect()).await?;
    Ok(new)
}

/// Keeps a bot's lists as they are handed out now, in place of those before.
pub async fn keep(tx: &mut Tx, bot: &str, lists: &[HandedOut], actor: &Actor) -> Result<()> {
    sqlx::query("DELETE FROM handed_out WHERE bot = $1").bind(bot).execute(&mut **tx).await?;
    for list in lists {
        sqlx::query(
            "INSERT INTO handed_out (bot, kind, of, file, as_at, count, marks, sha256, made_at, \
             actor) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        )
        .bind(bot)
        .bind(&list.kind)
        .bind(&list.of)
        .bind(&list.file)
        .bind(list.as_at.to_string())
        .bind(list.count)
        .bind(&list.marks)
        .bind(&list.sha256)
        .bind(clock::micros())
        .bind(&actor.id)
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
