//! Keys by which programs act, with roles of their own.

use jiff::{SignedDuration, Timestamp};

use super::manage::{self, Managing};
use super::{Person, Roles, Token, token};
use crate::clock;
use crate::error::{Error, Result};
use crate::job_log::Kind;
use crate::store::Store;
use crate::store::people::keys::{self, Key};

/// What every key begins with, so that one that leaked is known for what it is.
pub const PREFIX: &str = "cwk_";

/// A key ends after so many days at the latest.
pub const LONGEST: i64 = 366;
const DAY: SignedDuration = SignedDuration::from_hours(24);
/// How often it is written down that a key is used.
const NOTED: SignedDuration = SignedDuration::from_mins(1);

/// A key that is to be made.
#[derive(Clone, Debug)]
pub struct New {
    /// Its name: which program it is for.
    pub name: String,
    /// What it may do.
    pub roles: Roles,
    /// The only bots whose work it sees; `None`: all.
    pub bots: Option<std::collections::BTreeSet<String>>,
    /// Days that it lasts.
    pub days: i64,
}

/// Which program holds this key, if it is in force.
pub async fn find(store: &Store, key: &str, now: Timestamp) -> Result<Option<Person>> {
    if !key.starts_with(PREFIX) {
        return Ok(None);
    }
    let Some((id, used, person)) = store.key_in_force(&token::hash(key), now).await? else {
        return Ok(None);
    };
    if used.is_none_or(|used| now.duration_since(used) >= NOTED) {
        store.key_used(id, now).await?;
    }
    Ok(Some(person))
}

/// Whether a key is in force.
pub fn in_force(key: &Key, now: Timestamp) -> bool {
    key.ended_at.is_none() && key.ends_at > now
}

impl Managing<'_> {
    /// Makes a key. It is shown now and never again.
    pub async fn make_key(&self, new: &New) -> Result<Token> {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if !(2..=40).contains(&new.name.len()) || !new.name.chars().all(plain) {
            return Err(Error::usage(
                "that is no name for a key",
                "say which program it is for, in small letters, digits and hyphens: intranet-forms",
            ));
        }
        if new.roles.0.is_empty() {
            return Err(Error::usage(
                "the key has no role, and could do nothing",
                "give it the roles that its program needs, and no others",
            ));
        }
        if !(1..=LONGEST).contains(&new.days) {
            return Err(Error::usage(
                "a key lasts for a day at least and for a year at most",
                "make it for the time in which its program is looked after, and then make another",
            ));
        }
        let now = clock::now();
        let days = i32::try_from(new.days).unwrap_or(1);
        let ends_at = now.saturating_add(DAY * days).unwrap_or(now);
        let token = Token::new(PREFIX)?;
        let key = Key {
            id: 0,
            name: new.name.clone(),
            roles: new.roles.clone(),
            bots: manage::bots(new.bots.clone())?,
            made_by: self.actor.id.clone(),
            made_at: now,
            used_at: None,
            ends_at,
            ended_at: None,
        };
        let mut tx = self.store.db.begin().await?;
        if !keys::insert(&mut tx, &key, &token.hash()).await? {
            return Err(Error::usage(
                format!("there is, or was, a key {} already", key.name),
                "choose another name: the log names programs by it",
            ));
        }
        let codes = key.roles.0.iter().map(|role| format!("role-{role}")).collect();
        let about = format!("key:{}", key.name);
        self.note(&mut tx, Kind::KeyMade, &about, "made", codes).await?;
        tx.commit().await?;
        Ok(token)
    }

    /// Ends a key before its time.
    pub async fn end_key(&self, name: &str) -> Result<()> {
        let mut tx = self.store.db.begin().await?;
        if !keys::end(&mut tx, name, clock::now()).await? {
            return Err(Error::usage(
                format!("there is no key {name:?} in force"),
                "list them with: clerkwork users keys list",
            ));
        }
        self.note(&mut tx, Kind::KeyEnded, &format!("key:{name}"), "ended", Vec::new()).await?;
        tx.commit().await
    }
}
