//! Sign-ins that last: until they have not been used for a while, until their day is over, or until
//! somebody ends them.

use jiff::{SignedDuration, Timestamp};

use super::{Person, Token, token};
use crate::clock;
use crate::error::{Error, Result};
use crate::job_log::{self, Actor, Entry, Kind};
use crate::store::Store;
use crate::store::people::sessions::{self, Listed};
use crate::store::people::{self, Signed, tries};

/// A session that is not used for so long has ended.
pub const IDLE: SignedDuration = SignedDuration::from_mins(30);
/// A session ends after so long, however it is used: a working day.
pub const LONGEST: SignedDuration = SignedDuration::from_hours(12);
/// How often it is written down that a session is used.
const NOTED: SignedDuration = SignedDuration::from_mins(1);

/// Somebody who is signed in.
#[derive(Clone, Debug)]
pub struct Session {
    /// Its number.
    pub id: i64,
    /// Whose it is.
    pub person: Person,
    /// Their password was given by somebody else: they choose their own first.
    pub must_change: bool,
    /// What the next page is to say once.
    pub flash: Option<String>,
}

/// How somebody proved who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// By a password of ours.
    Password,
    /// At the identity provider.
    Entra,
}

impl How {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Entra => "entra",
        }
    }
}

/// Begins a session for somebody who proved who they are by a password.
pub async fn begin(store: &Store, person: &Person, browser: &str) -> Result<Token> {
    begin_by(store, person, browser, How::Password).await
}

/// Begins a session for somebody who proved who they are. Always under a new token: one that a
/// browser had before is worth nothing.
pub async fn begin_by(store: &Store, person: &Person, browser: &str, how: How) -> Result<Token> {
    let token = Token::new("cws_")?;
    let now = clock::now();
    let mut tx = store.db.begin().await?;
    let browser: String = browser.chars().filter(|c| !c.is_control()).take(200).collect();
    let ends = now.saturating_add(LONGEST).unwrap_or(Timestamp::MAX);
    people::begin_session(&mut tx, person.id, &token.hash(), &browser, now, ends).await?;
    tries::forget(store, &mut tx, &person.login).await?;
    let entry = Entry::new(Kind::SignedIn, &person.actor()).reasons(vec![how.as_str().to_owned()]);
    job_log::append(&mut tx, &[entry]).await?;
    tx.commit().await?;
    Ok(token)
}

/// Who holds this token, if their session lasts.
pub async fn find(store: &Store, token: &str, now: Timestamp) -> Result<Option<Session>> {
    let Some(signed) = store.session(&token::hash(token)).await? else { return Ok(None) };
    if !lasts(&signed, now) {
        return Ok(None);
    }
    if now.duration_since(signed.used_at) >= NOTED {
        store.session_used(signed.id, now).await?;
    }
    Ok(Some(Session {
        id: signed.id,
        person: signed.person,
        must_change: signed.must_change,
        flash: signed.flash,
    }))
}

/// Whether a session still lasts.
pub fn lasts(signed: &Signed, now: Timestamp) -> bool {
    now < signed.ends_at && now.duration_since(signed.used_at) < IDLE
}

/// Somebody's sessions that last.
pub async fn list(store: &Store, person: i64) -> Result<Vec<Listed>> {
    store.sessions_of(person, clock::now(), IDLE).await
}

/// Somebody signs out of the session that they act in.
pub async fn sign_out(store: &Store, person: &Person, session: i64) -> Result<()> {
    let mut tx = store.db.begin().await?;
    if sessions::end(&mut tx, person.id, Some(session)).await? > 0 {
        let entry = Entry::new(Kind::SignedOut, &person.actor());
        job_log::append(&mut tx, &[entry]).await?;
    }
    tx.commit().await
}

/// Ends one session of a person, or all of them; how many there were.
pub async fn end(store: &Store, actor: &Actor, person: i64, session: Option<i64>) -> Result<i64> {
    let mut tx = store.db.begin().await?;
    let account = people::look(&mut tx, person).await?.ok_or_else(nobody)?;
    let ended = sessions::end(&mut tx, person, session).await?;
    if ended > 0 {
        let entry = Entry::new(Kind::SessionsEnded, actor);
        let entry = entry.person(&account.person.login).count(ended);
        job_log::append(&mut tx, &[entry]).await?;
    }
    tx.commit().await?;
    Ok(ended)
}

pub(super) fn nobody() -> Error {
    Error::usage("there is no such person", "list them with: clerkwork users list")
}
