//! Keys by which programs act.

use std::collections::BTreeSet;

use jiff::Timestamp;
use sqlx::Row as _;

use super::{bots, moment, names, time};
use crate::db::{Row, Tx};
use crate::error::Result;
use crate::people::{Person, Roles};
use crate::store::Store;

/// A key, without the key itself, which nobody has but its program.
#[derive(Clone, Debug)]
pub struct Key {
    /// Its number.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// What it may do.
    pub roles: Roles,
    /// The only bots whose work it sees; `None`: all.
    pub bots: Option<BTreeSet<String>>,
    /// Who made it.
    pub made_by: String,
    /// When it was made.
    pub made_at: Timestamp,
    /// When it was last used, to about a minute.
    pub used_at: Option<Timestamp>,
    /// When it ends.
    pub ends_at: Timestamp,
    /// When somebody ended it.
    pub ended_at: Option<Timestamp>,
}

impl Store {
    /// The program whose key has this hash, with its number and when it was last used, if the key is
    /// in force.
    pub async fn key_in_force(
        &self,
        token: &[u8],
        now: Timestamp,
    ) -> Result<Option<(i64, Option<Timestamp>, Person)>> {
        let row = sqlx::query(
            "SELECT id, name, roles, bots, used_at FROM api_key \
             WHERE token = $1 AND ended_at IS NULL AND ends_at > $2",
        )
        .bind(token)
        .bind(now.as_microsecond())
        .fetch_optional(self.db.readers())
        .await?;
        Ok(row.map(|row| {
            let name: String = row.get("name");
            let person = Person {
                id: 0,
                login: format!("key:{name}"),
                name,
                roles: Roles::parse(row.get("roles")),
                bots: bots(&row),
            };
            (row.get("id"), moment(&row, "used_at"), person)
        }))
    }

    /// Notes that a key is used.
    pub async fn key_used(&self, id: i64, now: Timestamp) -> Result<()> {
        let mut tx = self.db.begin_forgetful().await?;
        sqlx::query("UPDATE api_key SET used_at = $1 WHERE id = $2")
            .bind(now.as_microsecond())
            .bind(id)
            .execute(&mut *tx)
            .await?;
        tx.commit().await
    }

    /// Every key there ever was, the newest first.
    pub async fn keys(&self) -> Result<Vec<Key>> {
        let rows = sqlx::query(
            "SELECT id, name, roles, bots, made_by, made_at, used_at, ends_at, ended_at \
             FROM api_key ORDER BY id DESC",
        )
        .fetch_all(self.db.readers())
        .await?;
        let key = |row: &Row| Key {
            id: row.get("id"),
            name: row.get("name"),
            roles: Roles::parse(row.get("roles")),
            bots: bots(row),
            made_by: row.get("made_by"),
            made_at: time(row, "made_at"),
            used_at: moment(row, "used_at"),
            ends_at: time(row, "ends_at"),
            ended_at: moment(row, "ended_at"),
        };
        Ok(rows.iter().map(key).collect())
    }
}

/// Keeps a new key. `false`: there was one of that name.
pub async fn insert(tx: &mut Tx, key: &Key, token: &[u8]) -> Result<bool> {
    let rows = sqlx::query(
        "INSERT INTO api_key (name, token, roles, bots, made_by, made_at, ends_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
    )
    .bind(&key.name)
    .bind(token)
    .bind(key.roles.to_string())
    .bind(key.bots.as_ref().map(names))
    .bind(&key.made_by)
    .bind(key.made_at.as_microsecond())
    .bind(key.ends_at.as_microsecond())
    .execute(&mut **tx)
    .await?;
    Ok(rows.rows_affected() > 0)
}

/// Ends a key before its time. `false`: it had ended.
pub async fn end(tx: &mut Tx, name: &str, now: Timestamp) -> Result<bool> {
    let rows = sqlx::query(
        "UPDATE api_key SET ended_at = $1 WHERE name = $2 AND ended_at IS NULL AND ends_at > $1",
    )
    .bind(now.as_microsecond())
    .bind(name)
    .execute(&mut **tx)
    .await?;
    Ok(rows.rows_affected() > 0)
}
