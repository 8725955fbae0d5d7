//! A login and a password become a session, or nothing that tells why not.

use jiff::SignedDuration;
use zeroize::Zeroizing;

use super::sessions::{self, How};
use super::{Token, password};
use crate::clock;
use crate::error::Result;
use crate::job_log::{self, Actor, Entry, Kind};
use crate::store::Store;
use crate::store::people::Account;
use crate::store::people::tries::Taken;

/// So many tries fail before none is taken for a while.
pub const TRIES: i64 = 5;
const FIRST_PAUSE: SignedDuration = SignedDuration::from_mins(1);
const LONGEST_PAUSE: SignedDuration = SignedDuration::from_mins(15);

/// What became of a try.
#[derive(Debug)]
pub enum SignIn {
    /// Signed in, with the token of the session.
    Done(Token, Box<Account>),
    /// Login and password do not match, or there is no such login, or it is disabled: nobody is told
    /// which.
    No,
    /// Too many tries failed by that login, which need not exist: none is taken for a while.
    Paused,
}

/// A login as it is kept: what is typed with capitals, or a space after it, is the same.
pub fn typed(login: &str) -> String {
    login.trim().to_lowercase().chars().take(200).collect()
}

/// For how long no try is taken after so many that failed in a row.
pub fn pause(failures: i64) -> SignedDuration {
    let over = failures.saturating_sub(TRIES).min(10);
    let Ok(over) = u32::try_from(over) else { return SignedDuration::ZERO };
    let times = 2_i32.saturating_pow(over);
    (FIRST_PAUSE * times).min(LONGEST_PAUSE)
}

/// Tries a login and a password.
pub async fn with_password(
    store: &Store,
    login: &str,
    typed_password: &Zeroizing<String>,
    browser: &str,
) -> Result<SignIn> {
    let login = typed(login);
    let Taken::Counted(failures) = store.take_try(&login, clock::now(), pause).await? else {
        return Ok(SignIn::Paused);
    };
    let account = store.person_by_login(&login).await?;
    let kept = match &account {
        Some(account) => store.password(account.person.id).await?,
        None => None,
    };
    let right = password::is(typed_password, kept).await?;
    match account {
        Some(account) if right && account.disabled_at.is_none() => {
            let token = sessions::begin_by(store, &account.person, browser, How::Password).await?;
            Ok(SignIn::Done(token, Box::new(account)))
        }
        account => {
            note(store, account.as_ref(), failures >= TRIES).await?;
            Ok(if failures >= TRIES { SignIn::Paused } else { SignIn::No })
        }
    }
}

/// What was typed as a login that nobody has may be a password: it is not in the log.
async fn note(store: &Store, account: Option<&Account>, locked: bool) -> Result<()> {
    let page = Actor { id: "page".to_owned(), kind: "runner" };
    let entry = |kind| {
        let entry = Entry::new(kind, &page);
        match account {
            Some(account) => entry.person(&account.person.login),
            None => entry,
        }
    };
    let mut entries = vec![entry(Kind::SignInFailed)];
    if locked {
        entries.push(entry(Kind::LockedOut));
    }
    let mut tx = store.db.begin().await?;
    job_log::append(&mut tx, &entries).await?;
    tx.commit().await
}
