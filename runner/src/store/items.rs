//! One item in full, lists of items, and the cases of a slice.

use std::sync::Arc;

use sqlx::Row as _;

use super::Store;
use super::leases::Slice;
use super::payload::{CasePayload, Label, RulingPayload, open, open_against, seal};
use super::rows::item_state;
use crate::clock;
use crate::db::{ROWS, Row, Tx, rows_sql};
use crate::error::{Error, Result};
use crate::ids::{BatchId, ItemId};
use crate::state::Item;
use crate::vault::ItemKey;

/// A claimed item with its case unsealed.
pub struct Claimed {
    /// The item.
    pub id: ItemId,
    /// The sheet's own row number.
    pub row: i64,
    /// How many rulings it has had.
    pub rulings: i64,
    /// The earlier item that it follows.
    pub follows: Option<ItemId>,
    /// Its key.
    pub key: ItemKey,
    /// Its case.
    pub case: CasePayload,
}

/// An item without anything personal, as lists show it.
#[derive(Clone, Debug)]
pub struct Listed {
    /// The item.
    pub id: ItemId,
    /// The sheet's own row number.
    pub row: i64,
    /// Where it stands.
    pub state: Item,
    /// Code of why it waits for a person.
    pub reason: String,
    /// Whether something is awarded, or recommended to be.
    pub award: bool,
    /// The ruling that stands.
    pub ruling: i64,
    /// The earlier item that it follows.
    pub follows: Option<ItemId>,
    /// The officer who has it.
    pub assigned_to: Option<String>,
    /// Postponed, or evidence asked for, until this day.
    pub until: Option<String>,
    /// When it was decided.
    pub decided_at: Option<i64>,
    /// When it last moved.
    pub changed_at: i64,
}

/// A ruling, when it was made and by whom.
pub struct Ruled {
    /// Its number.
    pub n: i64,
    /// When.
    pub at: i64,
    /// By whom.
    pub by: String,
    /// The ruling.
    pub payload: RulingPayload,
}

/// What a person did, in their words.
pub struct Act {
    /// When.
    pub at: i64,
    /// Who.
    pub by: String,
    /// What.
    pub what: String,
    /// Why.
    pub why: String,
}

/// Which items a list is to hold.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only of this batch.
    pub batch: Option<BatchId>,
    /// Only in this state.
    pub state: Option<Item>,
    /// Only assigned to this officer.
    pub assigned_to: Option<String>,
    /// Only after this item.
    pub after: i64,
    /// At most so many.
    pub limit: i64,
}

/// The code of why an item is not decided of which another of its batch has a higher rank.
pub const OVERTAKEN: &str = "overtaken";

const LISTED: &str = "SELECT id, row, state, reason, award, ruling, follows, assigned_to, until, \
     decided_at, changed_at FROM item";

impl Store {
    /// The items of a slice with their cases.
    pub async fn cases(self: &Arc<Self>, slice: &Slice) -> Result<Vec<Claimed>> {
        let rows = sqlx::query(
            "SELECT item.id, item.row, ruling, follows, key, sealed FROM item \
             JOIN payload ON payload.item = item.id \
             WHERE item.id BETWEEN $1 AND $2 AND lease = $3 ORDER BY item.id",
        );
        let rows = slice_keys(rows, slice).fetch_all(self.db.readers()).await?;
        let store = Arc::clone(self);
        tokio::task::spawn_blocking(move || {
            let _span = tracing::debug_span!("unseal").entered();
            rows.iter().map(|row| store.claimed(row)).collect()
        })
        .await
        .map_err(|died| Error::failed(format!("unsealing ended early: {died}"), ""))?
    }

    fn claimed(&self, row: &Row) -> Result<Claimed> {
        let id = ItemId(row.get("id"));
        let key = self.vault.unwrap_key(row.get("key"))?;
        Ok(Claimed {
            id,
            row: row.get("row"),
            rulings: row.get("ruling"),
            follows: row.get::<Option<i64>, _>("follows").map(ItemId),
            case: open(&key, Label::Case, id, row.get("sealed"))?,
            key,
        })
    }

    /// One item, without anything personal.
    pub async fn item(&self, id: ItemId) -> Result<Listed> {
        let sql = format!("{LISTED} WHERE id = $1");
        let row = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(id.0)
            .fetch_optional(self.db.readers())
            .await?;
        row.map(|row| listed(&row)).ok_or_else(|| {
            Error::usage(
                format!("there is no item {id}"),
                format!("list those of its batch with: clerkwork items --batch {}", id.batch()),
            )
        })
    }

    /// The items that follow this one.
    pub async fn superseded_by(&self, id: ItemId) -> Result<Vec<ItemId>> {
        let rows = sqlx::query("SELECT id FROM item WHERE follows = $1 ORDER BY id")
            .bind(id.0)
            .fetch_all(self.db.readers())
            .await?;
        Ok(rows.iter().map(|row| ItemId(row.get("id"))).collect())
    }

    /// Items of a slice and those of its own batch that follow them.
    pub async fn followed(&self, slice: &Slice) -> Result<Vec<(ItemId, ItemId)>> {
        let rows = sqlx::query(
            "SELECT follows, id FROM item WHERE follows BETWEEN $1 AND $2 AND batch = $3",
        );
        let rows = rows.bind(slice.first.0).bind(slice.last.0).bind(slice.batch.0);
        let rows = rows.fetch_all(self.db.readers()).await?;
        Ok(rows.iter().map(|row| (ItemId(row.get("follows")), ItemId(row.get("id")))).collect())
    }

    /// An item's key and case.
    pub async fn case(&self, id: ItemId) -> Result<(ItemKey, CasePayload)> {
        let row = sqlx::query("SELECT key, sealed FROM payload WHERE item = $1")
            .bind(id.0)
            .fetch_optional(self.db.readers())
            .await?;
        let row = row.ok_or_else(|| {
            Error::usage(format!("the case of item {id} has been erased"), "its log entries remain")
        })?;
        let key = self.vault.unwrap_key(row.get("key"))?;
        let case = open(&key, Label::Case, id, row.get("sealed"))?;
        Ok((key, case))
    }

    /// Every ruling on an item, first to last.
    pub async fn rulings(&self, id: ItemId) -> Result<Vec<Ruled>> {
        let rows = sqlx::query(
            "SELECT n, at, by, key, ruling.sealed FROM ruling JOIN payload ON payload.item = ruling.item \
             WHERE ruling.item = $1 ORDER BY n",
        )
        .bind(id.0)
        .fetch_all(self.db.readers())
        .await?;
        let pattern = self.pattern(id.batch()).await?;
        let rulings = rows.iter().map(|row| {
            let key = self.vault.unwrap_key(row.get("key"))?;
            Ok(Ruled {
                n: row.get("n"),
                at: row.get("at"),
                by: row.get("by"),
                payload: open_against(&pattern, &key, Label::Ruling, id, row.get("sealed"))?,
            })
        });
        rulings.collect()
    }

    /// What people did to an item.
    pub async fn acts(&self, id: ItemId) -> Result<Vec<Act>> {
        let rows = sqlx::query(
            "SELECT n, at, by, what, key, act.sealed FROM act JOIN payload ON payload.item = act.item \
             WHERE act.item = $1 ORDER BY n",
        )
        .bind(id.0)
        .fetch_all(self.db.readers())
        .await?;
        let acts = rows.iter().map(|row| {
            let key = self.vault.unwrap_key(row.get("key"))?;
            Ok(Act {
                at: row.get("at"),
                by: row.get("by"),
                what: row.get("what"),
                why: open(&key, Label::Act, id, row.get("sealed"))?,
            })
        });
        acts.collect()
    }
}

/// A ruling to be kept.
pub struct NewRuling {
    /// The item.
    pub item: ItemId,
    /// Its number among the item's rulings.
    pub n: i64,
    /// The sealed [`RulingPayload`].
    pub sealed: Vec<u8>,
}

/// Keeps rulings.
pub async fn insert_rulings(tx: &mut Tx, rulings: Vec<NewRuling>, by: &str) -> Result<()> {
    let now = clock::micros();
    let mut rulings = rulings.into_iter();
    loop {
        let chunk: Vec<NewRuling> = rulings.by_ref().take(ROWS).collect();
        if chunk.is_empty() {
            return Ok(());
        }
        let sql =
            rows_sql("INSERT INTO ruling (item, n, at, by, sealed) VALUES", chunk.len(), 5, "");
        let mut query = sqlx::query(sql);
        for ruling in chunk {
            query = query.bind(ruling.item.0).bind(ruling.n).bind(now).bind(by).bind(ruling.sealed);
        }
        query.execute(&mut **tx).await?;
    }
}

/// Keeps what a person did and why; answers the commitment for the log.
pub async fn insert_act(
    tx: &mut Tx,
    key: &ItemKey,
    item: ItemId,
    by: &str,
    what: &str,
    why: &str,
) -> Result<[u8; 32]> {
    let sealed = seal(key, Label::Act, item, &why)?;
    sqlx::query(
        "INSERT INTO act (item, n, at, by, what, sealed) \
         SELECT $1, COALESCE(MAX(n), 0) + 1, $2, $3, $4, $5 FROM act WHERE item = $1",
    )
    .bind(item.0)
    .bind(clock::micros())
    .bind(by)
    .bind(what)
    .bind(sealed.bytes)
    .execute(&mut **tx)
    .await?;
    Ok(sealed.commitment)
}

/// Binds what a slice is found by: its first item, its last, and its lease.
pub(super) fn slice_keys<'q>(
    query: sqlx::query::Query<'q, sqlx::Sqlite, sqlx::sqlite::SqliteArguments>,
    slice: &Slice,
) -> sqlx::query::Query<'q, sqlx::Sqlite, sqlx::sqlite::SqliteArguments> {
    query.bind(slice.first.0).bind(slice.last.0).bind(slice.lease)
}

pub(super) fn listed(row: &Row) -> Listed {
    Listed {
        id: ItemId(row.get("id")),
        row: row.get("row"),
        state: item_state(row),
        reason: row.get("reason"),
        award: row.get::<i64, _>("award") != 0,
        ruling: row.get("ruling"),
        follows: row.get::<Option<i64>, _>("follows").map(ItemId),
        assigned_to: row.get("assigned_to"),
        until: row.get("until"),
        decided_at: row.get("decided_at"),
        changed_at: row.get("changed_at"),
    }
}
