//! People, their sessions, and keys of programs.

use std::collections::BTreeSet;

use jiff::Timestamp;
use sqlx::Row as _;

use super::Store;
use crate::db::{Row, Tx};
use crate::error::Result;
use crate::people::{Person, Roles};

/// A session with whose it is.
#[derive(Clone, Debug)]
pub struct Signed {
    /// Its number.
    pub id: i64,
    /// Whose it is.
    pub person: Person,
    /// What the next page is to say once.
    pub flash: Option<String>,
    /// When it was last used, to about a minute.
    pub used_at: Timestamp,
    /// When it ends whatever is done.
    pub ends_at: Timestamp,
}

impl Store {
    /// The session of this token's hash, if its person may still sign in.
    pub async fn session(&self, token: &[u8]) -> Result<Option<Signed>> {
        let row = sqlx::query(
            "SELECT session.id, flash, used_at, ends_at, person.id AS person, login, name, roles, bots \
             FROM session JOIN person ON person.id = session.person \
             WHERE token = $1 AND disabled_at IS NULL",
        )
        .bind(token)
        .fetch_optional(self.db.readers())
        .await?;
        Ok(row.map(|row| Signed {
            id: row.get("id"),
            flash: row.get("flash"),
            used_at: time(&row, "used_at"),
            ends_at: time(&row, "ends_at"),
            person: Person {
                id: row.get("person"),
                login: row.get("login"),
                name: row.get("name"),
                roles: Roles::parse(row.get("roles")),
                bots: bots(&row),
            },
        }))
    }

    /// Notes that a session is used.
    pub async fn session_used(&self, id: i64, now: Timestamp) -> Result<()> {
        let mut tx = self.db.begin_forgetful().await?;
        sqlx::query("UPDATE session SET used_at = $1 WHERE id = $2")
            .bind(now.as_microsecond())
            .bind(id)
            .execute(&mut *tx)
            .await?;
        tx.commit().await
    }

    /// Keeps what the next page of a session is to say once, or forgets it when it was said.
    pub async fn flash(&self, id: i64, text: Option<&str>) -> Result<()> {
        let mut tx = self.db.begin_forgetful().await?;
        sqlx::query("UPDATE session SET flash = $1 WHERE id = $2")
            .bind(text)
            .bind(id)
            .execute(&mut *tx)
            .await?;
        tx.commit().await
    }

    /// The program whose key has this hash, if the key is in force.
    pub async fn key_in_force(&self, token: &[u8], now: Timestamp) -> Result<Option<Person>> {
        let row = sqlx::query(
            "SELECT name, roles, bots FROM api_key \
             WHERE token = $1 AND ended_at IS NULL AND ends_at > $2",
        )
        .bind(token)
        .bind(now.as_microsecond())
        .fetch_optional(self.db.readers())
        .await?;
        Ok(row.map(|row| {
            let name: String = row.get("name");
            Person {
                id: 0,
                login: format!("key:{name}"),
                name,
                roles: Roles::parse(row.get("roles")),
                bots: bots(&row),
            }
        }))
    }
}

/// Begins a session.
pub async fn begin_session(
    tx: &mut Tx,
    person: i64,
    token: &[u8],
    browser: &str,
    now: Timestamp,
    ends: Timestamp,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO session (token, person, browser, begun_at, used_at, ends_at) \
         VALUES ($1, $2, $3, $4, $4, $5)",
    )
    .bind(token)
    .bind(person)
    .bind(browser)
    .bind(now.as_microsecond())
    .bind(ends.as_microsecond())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

fn bots(row: &Row) -> Option<BTreeSet<String>> {
    let names: Option<String> = row.get("bots");
    names.map(|names| names.split_whitespace().map(str::to_owned).collect())
}

fn time(row: &Row, column: &str) -> Timestamp {
    Timestamp::from_microsecond(row.get(column)).unwrap_or(Timestamp::UNIX_EPOCH)
}
