//! What operators see of the runner: who holds what, how much there is of everything, who watches.
//! Nothing here is personal.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use sqlx::Row as _;

use super::Store;
use super::people::Signed;
use crate::clock;
use crate::db::Row;
use crate::error::Result;
use crate::ids::{BatchId, ItemId};
use crate::people::{Person, Roles};
use crate::state;

/// What a process has in hand.
#[derive(Clone, Debug)]
pub struct InHand {
    /// The process, by its lock's name.
    pub holder: String,
    /// The batch.
    pub batch: BatchId,
    /// Slices of it.
    pub slices: i64,
    /// Items of it.
    pub items: i64,
    /// Until when it has the last of them, unless it renews.
    pub until: i64,
}

/// How many items of a bot are in a state.
#[derive(Clone, Debug)]
pub struct Standing {
    /// The bot.
    pub bot: String,
    /// The state.
    pub state: state::Item,
    /// How many.
    pub n: i64,
}

impl Store {
    /// What each process has in hand.
    pub async fn in_hands(&self) -> Result<Vec<InHand>> {
        let rows = sqlx::query(
            "SELECT holder, lease.batch, COUNT(*) AS slices, MAX(until) AS until, \
             SUM((SELECT COUNT(*) FROM item WHERE item.id BETWEEN lease.first AND lease.last \
             AND item.lease = lease.id)) AS items \
             FROM lease GROUP BY holder, lease.batch ORDER BY holder, lease.batch",
        )
        .fetch_all(self.db.readers())
        .await?;
        let in_hand = |row: &Row| InHand {
            holder: row.get("holder"),
            batch: BatchId(row.get("batch")),
            slices: row.get("slices"),
            items: row.get("items"),
            until: row.get("until"),
        };
        Ok(rows.iter().map(in_hand).collect())
    }

    /// How many items each bot has in each state.
    pub async fn items_by_state(&self) -> Result<Vec<Standing>> {
        let rows = sqlx::query(
            "SELECT bot, batch_count.state AS state, SUM(n) AS n FROM batch_count \
             JOIN batch ON batch.id = batch_count.batch GROUP BY bot, batch_count.state \
             ORDER BY bot, batch_count.state",
        )
        .fetch_all(self.db.readers())
        .await?;
        let standing = |row: &Row| {
            let state = state::Item::parse(row.get("state"))?;
            Some(Standing { bot: row.get("bot"), state, n: row.get("n") })
        };
        Ok(rows.iter().filter_map(standing).collect())
    }

    /// How many batches are in each state.
    pub async fn batches_by_state(&self) -> Result<BTreeMap<state::Batch, i64>> {
        let rows = sqlx::query("SELECT state, COUNT(*) AS n FROM batch GROUP BY state")
            .fetch_all(self.db.readers())
            .await?;
        let count =
            |row: &Row| state::Batch::parse(row.get("state")).map(|state| (state, row.get("n")));
        Ok(rows.iter().filter_map(count).collect())
    }

    /// The bot of each batch.
    pub async fn bots_of_batches(&self, after: BatchId) -> Result<Vec<(BatchId, String)>> {
        let rows = sqlx::query("SELECT id, bot FROM batch WHERE id > $1 ORDER BY id")
            .bind(after.0)
            .fetch_all(self.db.readers())
            .await?;
        Ok(rows.iter().map(|row| (BatchId(row.get("id")), row.get("bot"))).collect())
    }

    /// The item that has waited longest for a person, another system or a later day, since when.
    pub async fn oldest_waiting(&self) -> Result<Option<(ItemId, i64)>> {
        let row = sqlx::query(
            "SELECT id, changed_at FROM item WHERE state IN \
             ('waiting', 'referred', 'failed', 'postponed') ORDER BY changed_at LIMIT 1",
        )
        .fetch_optional(self.db.readers())
        .await?;
        Ok(row.map(|row| (ItemId(row.get("id")), row.get("changed_at"))))
    }

    /// Requests that were sent, or are set aside, in a time that has just passed, to connections
    /// whose names in the count begin so.
    pub async fn requests_used(&self, connection: &str, within: Duration) -> Result<i64> {
        let span = i64::try_from(within.as_micros()).unwrap_or(i64::MAX);
        let row = sqlx::query(
            "SELECT COALESCE(SUM(requests), 0) AS n FROM outlet_use \
             WHERE substr(connection, 1, length($1)) = $1 AND at >= $2",
        )
        .bind(connection)
        .bind(clock::micros().saturating_sub(span))
        .fetch_one(self.db.readers())
        .await?;
        Ok(row.get("n"))
    }

    /// The session of this number as it stands now, if its person may still sign in.
    pub async fn session_now(&self, id: i64) -> Result<Option<Signed>> {
        let row = sqlx::query(
            "SELECT session.id, used_at, ends_at, must_change, person.id AS person, login, name, \
             roles, bots FROM session JOIN person ON person.id = session.person \
             WHERE session.id = $1 AND disabled_at IS NULL",
        )
        .bind(id)
        .fetch_optional(self.db.readers())
        .await?;
        Ok(row.map(|row| Signed {
            id: row.get("id"),
            must_change: row.get::<i64, _>("must_change") != 0,
            flash: None,
            used_at: time(&row, "used_at"),
            ends_at: time(&row, "ends_at"),
            person: Person { id: row.get("person"), login: row.get("login"), ..who(&row) },
        }))
    }

    /// The program of this name as it stands now, if its key is in force.
    pub async fn key_now(&self, name: &str, now: Timestamp) -> Result<Option<Person>> {
        let row = sqlx::query(
            "SELECT name, roles, bots FROM api_key \
             WHERE name = $1 AND ended_at IS NULL AND ends_at > $2",
        )
        .bind(name)
        .bind(now.as_microsecond())
        .fetch_optional(self.db.readers())
        .await?;
        Ok(row.map(|row| Person { login: format!("key:{name}"), ..who(&row) }))
    }
}

fn who(row: &Row) -> Person {
    let bots: Option<String> = row.get("bots");
    Person {
        id: 0,
        login: String::new(),
        name: row.get("name"),
        roles: Roles::parse(row.get("roles")),
        bots: bots.map(|names| names.split_whitespace().map(str::to_owned).collect()),
    }
}

fn time(row: &Row, column: &str) -> Timestamp {
    Timestamp::from_microsecond(row.get(column)).unwrap_or(Timestamp::UNIX_EPOCH)
}
