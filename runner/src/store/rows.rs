//! What came in, in the order of its sheet: written by intake, read again by the report.

use std::collections::BTreeMap;

use sqlx::Row as _;
use sqlx::sqlite::SqliteConnection;

use super::payload::{CasePayload, Label, RulingPayload, TurnedAway, open, open_against};
use super::{Store, moves};
use crate::clock;
use crate::db::{ROWS, Row, Tx, rows_sql, values};
use crate::error::Result;
use crate::ids::{BatchId, ItemId};
use crate::job_log::{self, Written};
use crate::state::{self, Item};

/// A row that becomes an item, sealed.
pub struct NewItem {
    /// Its id: batch and place.
    pub id: ItemId,
    /// The sheet's own row number.
    pub row: i64,
    /// The earlier item that it follows.
    pub follows: Option<ItemId>,
    /// Blind index of its reference.
    pub reference: Vec<u8>,
    /// Blind index of the strong key of sameness.
    pub strong: Option<Vec<u8>>,
    /// Blind index of the weak key of sameness.
    pub weak: Option<Vec<u8>>,
    /// The item's wrapped key.
    pub key: Vec<u8>,
    /// The sealed [`CasePayload`].
    pub sealed: Vec<u8>,
}

/// A row that does not, sealed.
pub struct NewTurnedAway {
    /// Batch and place.
    pub id: ItemId,
    /// The sheet's own row number.
    pub row: i64,
    /// Rejected or duplicate.
    pub kind: state::Row,
    /// Its wrapped key.
    pub key: Vec<u8>,
    /// The sealed [`TurnedAway`].
    pub sealed: Vec<u8>,
}

/// An earlier item that may be the same application.
pub struct Candidate {
    /// The item.
    pub id: ItemId,
    /// The sheet's own row number.
    pub row: i64,
    /// Where it stands.
    pub state: Item,
    /// Whether it awards something.
    pub award: bool,
    /// What matched.
    pub reference: Option<Vec<u8>>,
    /// Its strong key's blind index.
    pub strong: Option<Vec<u8>>,
    /// Its weak key's blind index.
    pub weak: Option<Vec<u8>>,
    /// Its case, for telling repeats from corrections.
    pub payload: CasePayload,
}

/// One row of the report as it is stored, still sealed.
pub enum Stored {
    /// It became work.
    Item(Row),
    /// It did not.
    TurnedAway(Row),
}

/// One row of the report, in input order.
pub enum Reported {
    /// It became work.
    Item {
        /// Which.
        id: ItemId,
        /// The sheet's own row number.
        row: i64,
        /// Where it stands.
        state: Item,
        /// Code of why it stands there; empty where the ruling says it.
        reason: String,
        /// When it was decided.
        decided_at: Option<i64>,
        /// To whom it is assigned.
        assigned_to: Option<String>,
        /// The case.
        case: Box<CasePayload>,
        /// The ruling that stands, if there is one.
        ruling: Option<Box<RulingPayload>>,
    },
    /// It did not.
    TurnedAway {
        /// Which.
        id: ItemId,
        /// The sheet's own row number.
        row: i64,
        /// Rejected or duplicate.
        duplicate: bool,
        /// What is wrong, or what it repeats.
        payload: TurnedAway,
    },
}

const REPORTED: &str = "SELECT item.id, item.row, state, reason, decided_at, assigned_to, key, \
     payload.sealed AS sealed_case, ruling.sealed AS sealed_ruling FROM item \
     LEFT JOIN payload ON payload.item = item.id \
     LEFT JOIN ruling ON ruling.item = item.id AND ruling.n = item.ruling";

/// Writes a stretch of rows, moves the batch's totals and the place up to which intake is complete.
#[tracing::instrument(level = "debug", skip_all, name = "store")]
pub async fn insert(
    tx: &mut Tx,
    batch: BatchId,
    items: Vec<NewItem>,
    turned_away: Vec<NewTurnedAway>,
    last_place: i64,
    entries: Vec<Written>,
) -> Result<()> {
    let rejected = turned_away.iter().filter(|row| row.kind == state::Row::Rejected).count();
    let (taken, away) = (count(items.len()), count(turned_away.len()));
    insert_items(tx, batch, items).await?;
    insert_turned_away(tx, turned_away).await?;
    sqlx::query(
        "UPDATE batch SET rows = rows + $1, rejected = rejected + $2, duplicates = duplicates + $3, \
         items = items + $4, last_place = $5 WHERE id = $6",
    )
    .bind(taken + away)
    .bind(count(rejected))
    .bind(away - count(rejected))
    .bind(taken)
    .bind(last_place)
    .bind(batch.0)
    .execute(&mut **tx)
    .await?;
    moves::count(tx, batch, &BTreeMap::from([(Item::Ready, taken)])).await?;
    job_log::append_written(tx, entries).await
}

async fn insert_items(tx: &mut Tx, batch: BatchId, items: Vec<NewItem>) -> Result<()> {
    let now = clock::micros();
    let due = sqlx::query("SELECT due FROM batch WHERE id = $1").bind(batch.0);
    let due: Option<String> = due.fetch_one(&mut **tx).await?.get("due");
    let mut items = items.into_iter();
    loop {
        let chunk: Vec<NewItem> = items.by_ref().take(ROWS).collect();
        if chunk.is_empty() {
            return Ok(());
        }
        let sql = rows_sql(
            "INSERT INTO item (id, batch, row, state, follows, changed_at, reference_index, \
             strong_index, weak_index, due) VALUES",
            chunk.len(),
            10,
            "",
        );
        let payloads =
            rows_sql("INSERT INTO payload (item, key, sealed) VALUES", chunk.len(), 3, "");
        let (mut items, mut sealed) = (sqlx::query(sql), sqlx::query(payloads));
        for item in chunk {
            items = items
                .bind(item.id.0)
                .bind(batch.0)
                .bind(item.row)
                .bind(Item::Ready.as_str())
                .bind(item.follows.map(|earlier| earlier.0))
                .bind(now)
                .bind(item.reference)
                .bind(item.strong)
                .bind(item.weak)
                .bind(&due);
            sealed = sealed.bind(item.id.0).bind(item.key).bind(item.sealed);
        }
        items.execute(&mut **tx).await?;
        sealed.execute(&mut **tx).await?;
    }
}

async fn insert_turned_away(tx: &mut Tx, rows: Vec<NewTurnedAway>) -> Result<()> {
    let mut rows = rows.into_iter();
    loop {
        let chunk: Vec<NewTurnedAway> = rows.by_ref().take(ROWS).collect();
        if chunk.is_empty() {
            return Ok(());
        }
        let sql = rows_sql(
            "INSERT INTO turned_away (id, row, kind, key, sealed) VALUES",
            chunk.len(),
            5,
            "",
        );
        let mut query = sqlx::query(sql);
        for row in chunk {
            query = query
                .bind(row.id.0)
                .bind(row.row)
                .bind(row.kind.as_str())
                .bind(row.key)
                .bind(row.sealed);
        }
        query.execute(&mut **tx).await?;
    }
}

impl Store {
    /// Earlier items with any of these references or keys of sameness, oldest first.
    pub async fn candidates(
        &self,
        connection: &mut SqliteConnection,
        references: &[Vec<u8>],
        strong: &[Vec<u8>],
        weak: &[Vec<u8>],
    ) -> Result<Vec<Candidate>> {
        let mut found = BTreeMap::new();
        for (column, keys) in
            [("reference_index", references), ("strong_index", strong), ("weak_index", weak)]
        {
            for chunk in keys.chunks(ROWS) {
                let sql = format!(
                    "SELECT item.id, item.row, state, award, reference_index, strong_index, weak_index, \
                     key, sealed FROM item JOIN payload ON payload.item = item.id \
                     WHERE {column} IN {}",
                    values(1, chunk.len())
                );
                let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
                for key in chunk {
                    query = query.bind(key);
                }
                for row in query.fetch_all(&mut *connection).await? {
                    let candidate = self.candidate(&row)?;
                    found.insert(candidate.id, candidate);
                }
            }
        }
        Ok(found.into_values().collect())
    }

    fn candidate(&self, row: &Row) -> Result<Candidate> {
        let id = ItemId(row.get("id"));
        Ok(Candidate {
            id,
            row: row.get("row"),
            state: item_state(row),
            award: row.get::<i64, _>("award") != 0,
            reference: row.get("reference_index"),
            strong: row.get("strong_index"),
            weak: row.get("weak_index"),
            payload: {
                let key = self.vault.unwrap_key(row.get("key"))?;
                open(&key, Label::Case, id, row.get("sealed"))?
            },
        })
    }

    /// The next rows of a batch after `after`, in input order; an empty answer is the end.
    pub async fn report_rows(&self, batch: BatchId, after: i64, limit: i64) -> Result<Vec<Stored>> {
        let (first, last) = (batch.item(after + 1).0, batch.span().1);
        let sql = format!("{REPORTED} WHERE item.id BETWEEN $1 AND $2 ORDER BY item.id LIMIT $3");
        let items = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(first)
            .bind(last)
            .bind(limit)
            .fetch_all(self.db.readers())
            .await?;
        // The stretch ends where the items of this answer end; rows turned away are few or dense,
        // and both are cut at the same place so that none is left out.
        let full = i64::try_from(items.len()).unwrap_or(i64::MAX) == limit;
        let end = items.last().filter(|_| full).map_or(last, |row| row.get("id"));
        let away = sqlx::query(
            "SELECT id, row, kind, key, sealed FROM turned_away WHERE id BETWEEN $1 AND $2 \
             ORDER BY id LIMIT $3",
        )
        .bind(first)
        .bind(end)
        .bind(limit)
        .fetch_all(self.db.readers())
        .await?;
        let away_full = i64::try_from(away.len()).unwrap_or(i64::MAX) == limit;
        let end = away.last().filter(|_| away_full).map_or(end, |row| row.get("id"));
        let away = away.into_iter().map(Stored::TurnedAway);
        let items = items.into_iter().map(Stored::Item).filter(|row| row.id().0 <= end);
        let mut rows: Vec<Stored> = items.chain(away).collect();
        rows.sort_unstable_by_key(Stored::id);
        Ok(rows)
    }

    /// The next items of a batch in one state after `after`, those with or without an award.
    pub async fn rows_in(
        &self,
        batch: BatchId,
        state: Item,
        award: bool,
        after: i64,
        limit: i64,
    ) -> Result<Vec<Stored>> {
        let sql = format!(
            "{REPORTED} WHERE item.state = $1 AND item.batch = $2 AND award = $3 AND item.id > $4 \
             ORDER BY item.id LIMIT $5"
        );
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(state.as_str())
            .bind(batch.0)
            .bind(i64::from(award))
            .bind(batch.item(after).0)
            .bind(limit)
            .fetch_all(self.db.readers())
            .await?;
        Ok(rows.into_iter().map(Stored::Item).collect())
    }

    /// Unseals a row for the report; `pattern` is its batch's.
    pub fn reported(&self, row: &Stored, pattern: &[u8]) -> Result<Reported> {
        match row {
            Stored::Item(row) => self.reported_item(row, pattern),
            Stored::TurnedAway(row) => self.reported_away(row),
        }
    }

    fn reported_item(&self, row: &Row, pattern: &[u8]) -> Result<Reported> {
        let id = ItemId(row.get("id"));
        let Some(key) = row.get::<Option<&[u8]>, _>("key") else {
            return Ok(Reported::Item {
                id,
                row: row.get("row"),
                state: item_state(row),
                reason: row.get("reason"),
                decided_at: row.get("decided_at"),
                assigned_to: None,
                case: Box::new(CasePayload::erased()),
                ruling: None,
            });
        };
        let key = self.vault.unwrap_key(key)?;
        let ruling = match row.get::<Option<&[u8]>, _>("sealed_ruling") {
            Some(sealed) => Some(Box::new(open_against(pattern, &key, Label::Ruling, id, sealed)?)),
            None => None,
        };
        Ok(Reported::Item {
            id,
            row: row.get("row"),
            state: item_state(row),
            reason: row.get("reason"),
            decided_at: row.get("decided_at"),
            assigned_to: row.get("assigned_to"),
            case: Box::new(open(&key, Label::Case, id, row.get("sealed_case"))?),
            ruling,
        })
    }

    fn reported_away(&self, row: &Row) -> Result<Reported> {
        let id = ItemId(row.get("id"));
        let key: &[u8] = row.get("key");
        Ok(Reported::TurnedAway {
            id,
            row: row.get("row"),
            duplicate: row.get::<&str, _>("kind") == state::Row::Duplicate.as_str(),
            payload: if key.is_empty() {
                TurnedAway::erased()
            } else {
                open(&self.vault.unwrap_key(key)?, Label::TurnedAway, id, row.get("sealed"))?
            },
        })
    }
}

impl Stored {
    /// Which row.
    pub fn id(&self) -> ItemId {
        let (Self::Item(row) | Self::TurnedAway(row)) = self;
        ItemId(row.get("id"))
    }
}

/// The state in a row of table `item`; its CHECK allows no other words.
pub fn item_state(row: &Row) -> Item {
    Item::parse(row.get("state")).expect("the table allows only known states")
}

fn count(n: usize) -> i64 {
    i64::try_from(n).expect("a stretch of rows is short")
}
