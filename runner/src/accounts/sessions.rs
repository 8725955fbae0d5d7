//! Sign-ins that last: until they have not been used for a while, until their day is over, or until
//! somebody ends them.

use jiff::{SignedDuration, Timestamp};

use super::{Person, Token, token};
use crate::clock;
use crate::error::Result;
use crate::store::Store;
use crate::store::people::{self, Signed};

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
    /// What the next page is to say once.
    pub flash: Option<String>,
}

/// Begins a session for somebody who proved who they are.
pub async fn begin(store: &Store, person: &Person, browser: &str) -> Result<Token> {
    let token = Token::new("cws_")?;
    let now = clock::now();
    let mut tx = store.db.begin().await?;
    let browser: String = browser.chars().filter(|c| !c.is_control()).take(200).collect();
    let ends = now.saturating_add(LONGEST).unwrap_or(Timestamp::MAX);
    people::begin_session(&mut tx, person.id, &token.hash(), &browser, now, ends).await?;
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
    Ok(Some(Session { id: signed.id, person: signed.person, flash: signed.flash }))
}

/// Whether a session still lasts.
pub fn lasts(signed: &Signed, now: Timestamp) -> bool {
    now < signed.ends_at && now.duration_since(signed.used_at) < IDLE
}
