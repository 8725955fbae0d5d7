//! Who is signed in.

use jiff::{SignedDuration, Timestamp};
use sqlx::Row as _;

use super::{person, time};
use crate::db::{Row, Tx};
use crate::error::Result;
use crate::people::Person;
use crate::store::Store;

/// A session with whose it is.
#[derive(Clone, Debug)]
pub struct Signed {
    /// Its number.
    pub id: i64,
    /// Whose it is.
    pub person: Person,
    /// Their password was given by somebody else: they choose their own first.
    pub must_change: bool,
    /// What the next page is to say once.
    pub flash: Option<String>,
    /// When it was last used, to about a minute.
    pub used_at: Timestamp,
    /// When it ends whatever is done.
    pub ends_at: Timestamp,
}

/// A session as its owner sees it in a list.
#[derive(Clone, Debug)]
pub struct Listed {
    /// Its number.
    pub id: i64,
    /// What the browser says it is.
    pub browser: String,
    /// When it began.
    pub begun_at: Timestamp,
    /// When it was last used, to about a minute.
    pub used_at: Timestamp,
    /// When it ends whatever is done.
    pub ends_at: Timestamp,
}

impl Store {
    /// The session of this token's hash, if its person may still sign in.
    pub async fn session(&self, token: &[u8]) -> Result<Option<Signed>> {
        let row = sqlx::query(
            "SELECT session.id, flash, used_at, ends_at, must_change, \
             person.id AS person, login, name, roles, bots \
             FROM session JOIN person ON person.id = session.person \
             WHERE token = $1 AND disabled_at IS NULL",
        )
        .bind(token)
        .fetch_optional(self.db.readers())
        .await?;
        Ok(row.map(|row| Signed {
            id: row.get("id"),
            must_change: row.get::<i64, _>("must_change") != 0,
            flash: row.get("flash"),
            used_at: time(&row, "used_at"),
            ends_at: time(&row, "ends_at"),
            person: person(&row, "person"),
        }))
    }

    /// Somebody's sessions that last, the one used last first. `idle`: how long one lasts unused.
    pub async fn sessions_of(
        &self,
        person: i64,
        now: Timestamp,
        idle: SignedDuration,
    ) -> Result<Vec<Listed>> {
        let rows = sqlx::query(
            "SELECT id, browser, begun_at, used_at, ends_at FROM session \
             WHERE person = $1 AND ends_at > $2 AND used_at > $3 ORDER BY used_at DESC, id DESC",
        )
        .bind(person)
        .bind(now.as_microsecond())
        .bind(now.saturating_sub(idle).unwrap_or(Timestamp::MIN).as_microsecond())
        .fetch_all(self.db.readers())
        .await?;
        let listed = |row: &Row| Listed {
            id: row.get("id"),
            browser: row.get("browser"),
            begun_at: time(row, "begun_at"),
            used_at: time(row, "used_at"),
            ends_at: time(row, "ends_at"),
        };
        Ok(rows.iter().map(listed).collect())
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
}

/// Begins a session; those that have ended by themselves are forgotten.
pub async fn begin_session(
    tx: &mut Tx,
    person: i64,
    token: &[u8],
    browser: &str,
    now: Timestamp,
    ends: Timestamp,
) -> Result<()> {
    sqlx::query("DELETE FROM session WHERE ends_at <= $1")
        .bind(now.as_microsecond())
        .execute(&mut **tx)
        .await?;
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
    sqlx::query("UPDATE person SET seen_at = $1 WHERE id = $2")
        .bind(now.as_microsecond())
        .bind(person)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Ends one session of a person, or all of theirs; how many there were.
pub async fn end(tx: &mut Tx, person: i64, session: Option<i64>) -> Result<i64> {
    let ended = sqlx::query(
        "DELETE FROM session WHERE person = $1 AND (id = $2 OR $2 IS NULL) RETURNING id",
    )
    .bind(person)
    .bind(session)
    .fetch_all(&mut **tx)
    .await?;
    Ok(i64::try_from(ended.len()).unwrap_or(i64::MAX))
}
