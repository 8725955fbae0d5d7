//! People, their sessions, and keys of programs.
//!
//! | file | job |
//! |---|---|
//! | `sessions` | who is signed in |
//! | `keys` | keys by which programs act |
//! | `tries` | tries to sign in that did not succeed |
//! | `away` | who is at the identity provider just now |
//! | `acts` | what was done to whom, in the words of whoever did it |

pub mod acts;
pub mod away;
pub mod keys;
pub mod sessions;
pub mod tries;

pub use sessions::{Signed, begin_session};

use std::collections::BTreeSet;

use jiff::Timestamp;
use sqlx::Row as _;

use super::Store;
use crate::clock;
use crate::db::{Row, Tx};
use crate::error::Result;
use crate::people::{Person, Role, Roles};

/// A person with what is kept of them.
#[derive(Clone, Debug)]
pub struct Account {
    /// Who they are.
    pub person: Person,
    /// Whether they have a password here.
    pub has_password: bool,
    /// Their password was given by somebody else: they choose their own first.
    pub must_change: bool,
    /// Whether they sign in at the identity provider.
    pub elsewhere: bool,
    /// Since when they may not sign in.
    pub disabled_at: Option<Timestamp>,
    /// When they were added.
    pub created_at: Timestamp,
    /// When they last signed in.
    pub seen_at: Option<Timestamp>,
}

const COLUMNS: &str = "id, login, name, roles, bots, password IS NOT NULL AS has_password, \
     must_change, subject IS NOT NULL AS elsewhere, disabled_at, created_at, seen_at";

impl Store {
    /// Everybody, by name.
    pub async fn people(&self) -> Result<Vec<Account>> {
        let sql = format!("SELECT {COLUMNS} FROM person ORDER BY name, id");
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).fetch_all(self.db.readers()).await?;
        Ok(rows.iter().map(account).collect())
    }

    /// The person of that number.
    pub async fn person(&self, id: i64) -> Result<Option<Account>> {
        let sql = format!("SELECT {COLUMNS} FROM person WHERE id = $1");
        let row = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(id);
        Ok(row.fetch_optional(self.db.readers()).await?.as_ref().map(account))
    }

    /// The person of that login.
    pub async fn person_by_login(&self, login: &str) -> Result<Option<Account>> {
        let sql = format!("SELECT {COLUMNS} FROM person WHERE login = $1");
        let row = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(login);
        Ok(row.fetch_optional(self.db.readers()).await?.as_ref().map(account))
    }

    /// Whether there is anybody who could sign in.
    pub async fn has_people(&self) -> Result<bool> {
        let row = sqlx::query("SELECT id FROM person LIMIT 1");
        Ok(row.fetch_optional(self.db.readers()).await?.is_some())
    }

    /// What is kept of somebody's password.
    pub async fn password(&self, id: i64) -> Result<Option<String>> {
        let row = sqlx::query("SELECT password FROM person WHERE id = $1").bind(id);
        let row = row.fetch_optional(self.db.readers()).await?;
        Ok(row.and_then(|row| row.get("password")))
    }
}

/// Adds somebody; their number.
pub async fn insert(
    tx: &mut Tx,
    person: &Person,
    password: Option<&str>,
    must_change: bool,
    subject: Option<&str>,
) -> Result<i64> {
    let row = sqlx::query(
        "INSERT INTO person \
         (login, name, roles, bots, password, must_change, subject, created_at, changed_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8) RETURNING id",
    )
    .bind(&person.login)
    .bind(&person.name)
    .bind(person.roles.to_string())
    .bind(person.bots.as_ref().map(names))
    .bind(password)
    .bind(i64::from(must_change))
    .bind(subject)
    .bind(clock::micros())
    .fetch_one(&mut **tx)
    .await?;
    Ok(row.get("id"))
}

/// Writes a person's name, roles and bots as they now are.
pub async fn update(tx: &mut Tx, person: &Person) -> Result<()> {
    sqlx::query(
        "UPDATE person SET name = $1, roles = $2, bots = $3, changed_at = $4 WHERE id = $5",
    )
    .bind(&person.name)
    .bind(person.roles.to_string())
    .bind(person.bots.as_ref().map(names))
    .bind(clock::micros())
    .bind(person.id)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Gives somebody another password.
pub async fn set_password(tx: &mut Tx, id: i64, password: &str, must_change: bool) -> Result<()> {
    sqlx::query("UPDATE person SET password = $1, must_change = $2, changed_at = $3 WHERE id = $4")
        .bind(password)
        .bind(i64::from(must_change))
        .bind(clock::micros())
        .bind(id)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Says since when somebody may not sign in; `None`: they may.
pub async fn set_disabled(tx: &mut Tx, id: i64, since: Option<Timestamp>) -> Result<()> {
    sqlx::query("UPDATE person SET disabled_at = $1, changed_at = $2 WHERE id = $3")
        .bind(since.map(Timestamp::as_microsecond))
        .bind(clock::micros())
        .bind(id)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// The person of that number, seen under the write lock.
pub async fn look(tx: &mut Tx, id: i64) -> Result<Option<Account>> {
    let sql = format!("SELECT {COLUMNS} FROM person WHERE id = $1");
    let row = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(id).fetch_optional(&mut **tx).await?;
    Ok(row.as_ref().map(account))
}

/// Whether anybody has this login, and whether anybody goes by this name; somebody of that number
/// apart.
pub async fn taken(tx: &mut Tx, login: &str, name: &str, apart: i64) -> Result<(bool, bool)> {
    let rows = sqlx::query(
        "SELECT login, name FROM person \
         WHERE (login = $1 OR lower(name) = lower($2)) AND id <> $3",
    )
    .bind(login)
    .bind(name)
    .bind(apart)
    .fetch_all(&mut **tx)
    .await?;
    let same = |row: &Row| row.get::<&str, _>("login") == login;
    Ok((rows.iter().any(same), rows.iter().any(|row| !same(row))))
}

/// How many administrators may sign in, somebody of that number apart.
pub async fn administrators(tx: &mut Tx, apart: i64) -> Result<usize> {
    let rows = sqlx::query("SELECT roles FROM person WHERE disabled_at IS NULL AND id <> $1")
        .bind(apart)
        .fetch_all(&mut **tx)
        .await?;
    let administers = |row: &&Row| Roles::parse(row.get("roles")).has(Role::Administrator);
    Ok(rows.iter().filter(administers).count())
}

/// The number of whoever has this subject at the identity provider.
pub async fn of_subject(tx: &mut Tx, subject: &str) -> Result<Option<i64>> {
    let row = sqlx::query("SELECT id FROM person WHERE subject = $1")
        .bind(subject)
        .fetch_optional(&mut **tx)
        .await?;
    Ok(row.map(|row| row.get("id")))
}

fn account(row: &Row) -> Account {
    Account {
        person: person(row, "id"),
        has_password: row.get::<i64, _>("has_password") != 0,
        must_change: row.get::<i64, _>("must_change") != 0,
        elsewhere: row.get::<i64, _>("elsewhere") != 0,
        disabled_at: moment(row, "disabled_at"),
        created_at: time(row, "created_at"),
        seen_at: moment(row, "seen_at"),
    }
}

fn person(row: &Row, id: &str) -> Person {
    Person {
        id: row.get(id),
        login: row.get("login"),
        name: row.get("name"),
        roles: Roles::parse(row.get("roles")),
        bots: bots(row),
    }
}

fn names(bots: &BTreeSet<String>) -> String {
    bots.iter().map(String::as_str).collect::<Vec<_>>().join(" ")
}

fn bots(row: &Row) -> Option<BTreeSet<String>> {
    let names: Option<String> = row.get("bots");
    names.map(|names| names.split_whitespace().map(str::to_owned).collect())
}

fn time(row: &Row, column: &str) -> Timestamp {
    Timestamp::from_microsecond(row.get(column)).unwrap_or(Timestamp::UNIX_EPOCH)
}

fn moment(row: &Row, column: &str) -> Option<Timestamp> {
    row.get::<Option<i64>, _>(column).and_then(|at| Timestamp::from_microsecond(at).ok())
}
