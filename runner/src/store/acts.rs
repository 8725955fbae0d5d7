//! What a person's act reads and writes besides states: where an item stands while the write lock
//! is held, whose it is, until when it waits, and what was done to a batch.

use jiff::civil::Date;
use sqlx::Row as _;

use super::Store;
use super::items::Act;
use super::payload::{Label, open};
use super::rows::item_state;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::ids::{BatchId, ItemId};
use crate::state::{self, Item};
use crate::vault::ItemKey;

/// Where an item stands, seen under the write lock: nobody moves it meanwhile.
pub struct Standing {
    /// The item.
    pub id: ItemId,
    /// Its state.
    pub state: Item,
    /// Where its batch stands.
    pub batch: state::Batch,
    /// Code of why it waits for a person.
    pub reason: String,
    /// Whether something is awarded, or recommended to be.
    pub award: bool,
    /// The number of the ruling that stands.
    pub ruling: i64,
    /// A runner has it in hand.
    pub leased: bool,
}

/// The last thing that a person did to an item, without their words.
pub struct LastAct {
    /// When.
    pub at: i64,
    /// Who.
    pub by: String,
    /// What.
    pub what: String,
}

/// Where an item stands.
pub async fn standing(tx: &mut Tx, id: ItemId) -> Result<Standing> {
    let row = sqlx::query(
        "SELECT item.state, reason, award, ruling, lease, batch.state AS batch_state FROM item \
         JOIN batch ON batch.id = item.batch WHERE item.id = $1",
    )
    .bind(id.0)
    .fetch_optional(&mut **tx)
    .await?;
    let row = row.ok_or_else(|| {
        Error::usage(
            format!("there is no item {id}"),
            format!("list those of its batch with: clerkwork items --batch {}", id.batch()),
        )
    })?;
    Ok(Standing {
        id,
        state: item_state(&row),
        batch: state::Batch::parse(row.get("batch_state"))
            .expect("the table allows only known states"),
        reason: row.get("reason"),
        award: row.get::<i64, _>("award") != 0,
        ruling: row.get("ruling"),
        leased: row.get::<Option<i64>, _>("lease").is_some(),
    })
}

/// The last thing that a person did to an item.
pub async fn last(tx: &mut Tx, id: ItemId) -> Result<Option<LastAct>> {
    let row = sqlx::query("SELECT at, by, what FROM act WHERE item = $1 ORDER BY n DESC LIMIT 1")
        .bind(id.0)
        .fetch_optional(&mut **tx)
        .await?;
    Ok(row.map(|row| LastAct { at: row.get("at"), by: row.get("by"), what: row.get("what") }))
}

/// Gives an item to an officer.
pub async fn assign(tx: &mut Tx, id: ItemId, officer: &str) -> Result<()> {
    sqlx::query("UPDATE item SET assigned_to = $1 WHERE id = $2")
        .bind(officer)
        .bind(id.0)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Says until when an item waits.
pub async fn wait_until(tx: &mut Tx, id: ItemId, until: Option<Date>) -> Result<()> {
    sqlx::query("UPDATE item SET until = $1 WHERE id = $2")
        .bind(until.map(|until| until.to_string()))
        .bind(id.0)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Moves the day by which an item is to be settled.
pub async fn due(tx: &mut Tx, id: ItemId, due: Date) -> Result<()> {
    sqlx::query("UPDATE item SET due = $1 WHERE id = $2")
        .bind(due.to_string())
        .bind(id.0)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Who opened a batch.
pub async fn opened_by(tx: &mut Tx, id: BatchId) -> Result<String> {
    let row = sqlx::query("SELECT opened_by FROM batch WHERE id = $1")
        .bind(id.0)
        .fetch_one(&mut **tx)
        .await?;
    Ok(row.get("opened_by"))
}

impl Store {
    /// By when an item is to be settled.
    pub async fn due(&self, id: ItemId) -> Result<Option<Date>> {
        let row = sqlx::query("SELECT due FROM item WHERE id = $1")
            .bind(id.0)
            .fetch_optional(self.db.readers())
            .await?;
        Ok(row.and_then(|row| row.get::<Option<&str>, _>("due")?.parse().ok()))
    }

    /// The key that an item's case and everything said of it is sealed with.
    pub async fn item_key(&self, tx: &mut Tx, id: ItemId) -> Result<ItemKey> {
        let row = sqlx::query("SELECT key FROM payload WHERE item = $1")
            .bind(id.0)
            .fetch_optional(&mut **tx)
            .await?;
        let row = row.ok_or_else(|| {
            Error::usage(
                format!("the case of item {id} has been erased"),
                "nothing can be done to it any more; its log entries remain",
            )
        })?;
        self.vault.unwrap_key(row.get("key"))
    }

    /// What people did to a batch as a whole.
    pub async fn batch_acts(&self, id: BatchId) -> Result<Vec<Act>> {
        let whole = ItemId(id.span().0);
        let rows = sqlx::query(
            "SELECT at, by, what, key, sealed FROM act JOIN batch ON batch.id = $1 \
             WHERE act.item = $2 AND key IS NOT NULL ORDER BY n",
        )
        .bind(id.0)
        .bind(whole.0)
        .fetch_all(self.db.readers())
        .await?;
        let acts = rows.iter().map(|row| {
            Ok(Act {
                at: row.get("at"),
                by: row.get("by"),
                what: row.get("what"),
                why: open(
                    &self.vault.unwrap_key(row.get("key"))?,
                    Label::Act,
                    whole,
                    row.get("sealed"),
                )?,
            })
        });
        acts.collect()
    }
}
