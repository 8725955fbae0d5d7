//! Effects on other systems: what is to be told, what came of it, and when the next round is due.

use std::collections::BTreeMap;

use sqlx::Row as _;

use super::Store;
use super::items::slice_keys;
use super::leases::Slice;
use super::payload::{self, CasePayload, Label};
use super::rows::item_state;
use crate::clock;
use crate::db::{Db, ROWS, Tx, rows_sql, values};
use crate::error::Result;
use crate::ids::{BatchId, ItemId};
use crate::state::{Item, PostBack};
use crate::vault::ItemKey;

/// An effect to be made.
pub struct NewPostBack {
    /// The item.
    pub item: ItemId,
    /// Its order among the item's.
    pub n: i64,
    /// The ruling that it follows from.
    pub ruling: i64,
    /// The outlet's role.
    pub outlet: String,
    /// The effect's name, which is part of its key.
    pub effect: String,
    /// What is said, sealed.
    pub sealed: Vec<u8>,
}

/// An effect as it is stored.
pub struct Stored {
    /// Its order among the item's.
    pub n: i64,
    /// The ruling that it follows from.
    pub ruling: i64,
    /// The outlet's role.
    pub outlet: String,
    /// The effect's name.
    pub effect: String,
    /// How it stands.
    pub state: PostBack,
    /// Why it is not made.
    pub code: String,
    /// When that was written.
    pub changed_at: i64,
    /// What is said, sealed.
    pub sealed: Vec<u8>,
    /// What came back, sealed.
    pub receipt: Option<Vec<u8>>,
}

/// A claimed item with what others are still to be told of it.
#[expect(
    clippy::struct_excessive_bools,
    reason = "facts about one item, each named where it counts"
)]
pub struct Posting {
    /// The item.
    pub id: ItemId,
    /// Where it stands.
    pub state: Item,
    /// The ruling that stands.
    pub ruling: i64,
    /// Whether something is awarded.
    pub award: bool,
    /// Code of why it waits for a person.
    pub reason: String,
    /// Rounds that failed.
    pub round: i64,
    /// No runner has begun to tell of it before.
    pub fresh: bool,
    /// The earlier item that it follows.
    pub follows: Option<ItemId>,
    /// Somebody else's change was in the way of an earlier ruling's effects.
    pub conflicted: bool,
    /// Some of its effects stand already.
    pub told: bool,
    /// Its key.
    pub key: ItemKey,
    /// Its case.
    pub case: CasePayload,
    /// What is to be made, in order.
    pub posts: Vec<Stored>,
}

/// How an effect ended.
pub struct Ended {
    /// The item.
    pub item: ItemId,
    /// Its order among the item's.
    pub n: i64,
    /// How it stands now.
    pub state: PostBack,
    /// Why it is not made.
    pub code: String,
    /// What came back, sealed.
    pub receipt: Option<Vec<u8>>,
}

/// Keeps effects that are to be made.
pub async fn insert(tx: &mut Tx, posts: Vec<NewPostBack>) -> Result<()> {
    let now = clock::micros();
    let mut posts = posts.into_iter();
    loop {
        let chunk: Vec<NewPostBack> = posts.by_ref().take(ROWS).collect();
        if chunk.is_empty() {
            return Ok(());
        }
        let sql = rows_sql(
            "INSERT INTO post_back (item, n, ruling, outlet, effect, state, sealed, changed_at) VALUES",
            chunk.len(),
            8,
            "",
        );
        let mut query = sqlx::query(sql);
        for post in chunk {
            query = query
                .bind(post.item.0)
                .bind(post.n)
                .bind(post.ruling)
                .bind(post.outlet)
                .bind(post.effect)
                .bind(PostBack::ToDo.as_str())
                .bind(post.sealed)
                .bind(now);
        }
        query.execute(&mut **tx).await?;
    }
}

/// The number that the item's next effect will have.
pub async fn next_number(tx: &mut Tx, item: ItemId) -> Result<i64> {
    let row = sqlx::query("SELECT COALESCE(MAX(n), 0) + 1 AS n FROM post_back WHERE item = $1")
        .bind(item.0)
        .fetch_one(&mut **tx)
        .await?;
    Ok(row.get("n"))
}

/// Whether others are still to be told of a ruling.
pub async fn open(tx: &mut Tx, item: ItemId, ruling: i64) -> Result<bool> {
    let row = sqlx::query(
        "SELECT EXISTS (SELECT 1 FROM post_back WHERE item = $1 AND ruling = $2 \
         AND state IN ('to do', 'begun')) AS open",
    )
    .bind(item.0)
    .bind(ruling)
    .fetch_one(&mut **tx)
    .await?;
    Ok(row.get::<i64, _>("open") != 0)
}

/// Withdraws what others were to be told of the items of a cancelled batch.
pub async fn withdraw_cancelled(tx: &mut Tx, batch: BatchId) -> Result<()> {
    let (first, last) = batch.span();
    sqlx::query(
        "UPDATE post_back SET state = $1, changed_at = $2 WHERE item BETWEEN $3 AND $4 \
         AND state = $5 AND item IN (SELECT id FROM item WHERE batch = $6 AND state = 'cancelled')",
    )
    .bind(PostBack::Withdrawn.as_str())
    .bind(clock::micros())
    .bind(first)
    .bind(last)
    .bind(PostBack::ToDo.as_str())
    .bind(batch.0)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// What has not been begun of an item's effects is not made any more: a person took it over.
pub async fn withdraw(tx: &mut Tx, item: ItemId) -> Result<()> {
    sqlx::query("UPDATE post_back SET state = $1, changed_at = $2 WHERE item = $3 AND state = $4")
        .bind(PostBack::Withdrawn.as_str())
        .bind(clock::micros())
        .bind(item.0)
        .bind(PostBack::ToDo.as_str())
        .execute(&mut **tx)
        .await?;
    rounds(tx, &[(item, 0, None)]).await
}

/// Says before an effect that can neither be repeated nor looked for that it is about to be made.
/// `false`: the item is in somebody else's hands by now, and it must not be made.
pub async fn begin(tx: &mut Tx, lease: i64, item: ItemId, n: i64) -> Result<bool> {
    let begun = sqlx::query(
        "UPDATE post_back SET state = $1, changed_at = $2 WHERE item = $3 AND n = $4 AND state = $5 \
         AND EXISTS (SELECT 1 FROM item WHERE id = $3 AND lease = $6)",
    )
    .bind(PostBack::Begun.as_str())
    .bind(clock::micros())
    .bind(item.0)
    .bind(n)
    .bind(PostBack::ToDo.as_str())
    .bind(lease)
    .execute(&mut **tx)
    .await?
    .rows_affected();
    Ok(begun == 1)
}

/// Writes how effects ended, whatever became of the lease. What has ended stays as it is: answers
/// which of them were written.
pub async fn end(tx: &mut Tx, ended: &[Ended]) -> Result<Vec<bool>> {
    let now = clock::micros();
    let mut written = Vec::with_capacity(ended.len());
    for one in ended {
        let changed = sqlx::query(
            "UPDATE post_back SET state = $1, code = $2, receipt = $3, changed_at = $4 \
             WHERE item = $5 AND n = $6 AND state IN ('to do', 'begun')",
        )
        .bind(one.state.as_str())
        .bind(&one.code)
        .bind(&one.receipt)
        .bind(now)
        .bind(one.item.0)
        .bind(one.n)
        .execute(&mut **tx)
        .await?
        .rows_affected();
        written.push(changed == 1);
    }
    Ok(written)
}

/// Sets how many rounds of items failed, and when the next one is due.
pub async fn rounds(tx: &mut Tx, items: &[(ItemId, i64, Option<i64>)]) -> Result<()> {
    for chunk in items.chunks(ROWS) {
        let sql = format!(
            "WITH v (id, round, at) AS (VALUES {}) UPDATE item SET round = v.round, \
             next_round_at = v.at FROM v WHERE item.id = v.id",
            values(chunk.len(), 3)
        );
        let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
        for (item, round, at) in chunk {
            query = query.bind(item.0).bind(round).bind(at);
        }
        query.execute(&mut **tx).await?;
    }
    Ok(())
}

impl Store {
    /// The items of a slice with what others are still to be told of them.
    pub async fn postings(&self, slice: &Slice) -> Result<Vec<Posting>> {
        let rows = sqlx::query(
            "SELECT item.id, state, ruling, award, reason, round, follows, key, sealed, EXISTS \
             (SELECT 1 FROM post_back WHERE item = item.id AND state = 'conflict') AS conflicted, \
             EXISTS (SELECT 1 FROM post_back WHERE item = item.id AND state = 'made' \
             AND effect NOT LIKE 'referral%') AS told \
             FROM item JOIN payload ON payload.item = item.id \
             WHERE item.id BETWEEN $1 AND $2 AND lease = $3 ORDER BY item.id",
        );
        let rows = slice_keys(rows, slice).fetch_all(self.db.readers()).await?;
        let posts = sqlx::query(
            "SELECT post_back.* FROM post_back JOIN item ON item.id = post_back.item \
             AND item.ruling = post_back.ruling WHERE item.id BETWEEN $1 AND $2 AND lease = $3 \
             AND post_back.state IN ('to do', 'begun') ORDER BY post_back.item, n",
        );
        let mut all: BTreeMap<i64, Vec<Stored>> = BTreeMap::new();
        for row in slice_keys(posts, slice).fetch_all(self.db.readers()).await? {
            all.entry(row.get("item")).or_default().push(stored(&row));
        }
        let postings = rows.iter().map(|row| {
            let id = ItemId(row.get("id"));
            let key = self.vault.unwrap_key(row.get("key"))?;
            Ok(Posting {
                id,
                state: item_state(row),
                ruling: row.get("ruling"),
                award: row.get::<i64, _>("award") != 0,
                reason: row.get("reason"),
                round: row.get("round"),
                fresh: item_state(row) == Item::Decided,
                follows: row.get::<Option<i64>, _>("follows").map(ItemId),
                conflicted: row.get::<i64, _>("conflicted") != 0,
                told: row.get::<i64, _>("told") != 0,
                case: payload::open(&key, Label::Case, id, row.get("sealed"))?,
                key,
                posts: all.remove(&id.0).unwrap_or_default(),
            })
        });
        postings.collect()
    }

    /// Everything that was or is to be told of an item, in order.
    pub async fn post_backs(&self, id: ItemId) -> Result<Vec<Stored>> {
        let rows = sqlx::query("SELECT * FROM post_back WHERE item = $1 ORDER BY n")
            .bind(id.0)
            .fetch_all(self.db.readers())
            .await?;
        Ok(rows.iter().map(stored).collect())
    }

    /// Whether a round of a batch's post-backs is due.
    pub async fn round_due(&self, batch: BatchId) -> Result<bool> {
        let row = sqlx::query(
            "SELECT EXISTS (SELECT 1 FROM item WHERE next_round_at <= $1 AND batch = $2) AS due",
        )
        .bind(clock::micros())
        .bind(batch.0)
        .fetch_one(self.db.readers())
        .await?;
        Ok(row.get::<i64, _>("due") != 0)
    }

    /// Whether anything of a batch is still to be decided.
    pub async fn any_ready(&self, batch: BatchId) -> Result<bool> {
        let row = sqlx::query(
            "SELECT EXISTS (SELECT 1 FROM item WHERE state = 'ready' AND batch = $1) AS ready",
        )
        .bind(batch.0)
        .fetch_one(self.db.readers())
        .await?;
        Ok(row.get::<i64, _>("ready") != 0)
    }

    /// Batches in which something is to be done now, oldest first.
    pub async fn with_work(&self, now: i64) -> Result<Vec<BatchId>> {
        let rows = sqlx::query(
            "SELECT id FROM batch WHERE (state = 'running' AND EXISTS (SELECT 1 FROM item \
             WHERE item.batch = batch.id AND item.state IN ('ready', 'decided', 'posting'))) \
             OR (state IN ('running', 'unresolved') AND EXISTS (SELECT 1 FROM item \
             WHERE item.batch = batch.id AND next_round_at <= $1)) ORDER BY id",
        )
        .bind(now)
        .fetch_all(self.db.readers())
        .await?;
        Ok(rows.iter().map(|row| BatchId(row.get("id"))).collect())
    }

    /// A connection that does not answer is not asked again before `until`.
    pub async fn outlet_down(&self, connection: &str, until: i64, code: &str) -> Result<()> {
        let mut tx = self.db.begin_forgetful().await?;
        sqlx::query(
            "INSERT INTO outlet_down (connection, since, until, code) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (connection) DO UPDATE SET until = excluded.until, code = excluded.code",
        )
        .bind(connection)
        .bind(clock::micros())
        .bind(until)
        .bind(code)
        .execute(&mut *tx)
        .await?;
        tx.commit().await
    }

    /// It answers again.
    pub async fn outlet_up(&self, connection: &str) -> Result<()> {
        let mut tx = self.db.begin_forgetful().await?;
        sqlx::query("DELETE FROM outlet_down WHERE connection = $1")
            .bind(connection)
            .execute(&mut *tx)
            .await?;
        tx.commit().await
    }
}

/// Connections that do not answer: name, since when, until when nobody tries, and why.
pub async fn outlets_down(db: &Db) -> Result<Vec<(String, i64, i64, String)>> {
    let sql = "SELECT connection, since, until, code FROM outlet_down ORDER BY connection";
    let rows = sqlx::query(sql).fetch_all(db.readers()).await?;
    let down = rows
        .iter()
        .map(|row| (row.get("connection"), row.get("since"), row.get("until"), row.get("code")));
    Ok(down.collect())
}

fn stored(row: &crate::db::Row) -> Stored {
    Stored {
        n: row.get("n"),
        ruling: row.get("ruling"),
        outlet: row.get("outlet"),
        effect: row.get("effect"),
        state: PostBack::parse(row.get("state")).expect("the table allows only known states"),
        code: row.get("code"),
        changed_at: row.get("changed_at"),
        sealed: row.get("sealed"),
        receipt: row.get("receipt"),
    }
}
