//! Which passwords will do, how they are kept, how one is checked.
//!
//! Long beats odd: at least twelve characters, any characters, and not one that everybody tries
//! first. Kept as argon2id with the parameters that OWASP advises; whoever takes one wrong guess
//! makes us work as hard as whoever takes a right one, and whether there is such a login or not.

use std::time::Duration;

use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::{Semaphore, SemaphorePermit};
use zeroize::Zeroizing;

use crate::error::{Error, Result};
use crate::vault::random;

#[cfg(test)]
mod tests;

/// Characters that a password has at least.
pub const SHORTEST: usize = 12;
/// Characters that it has at most.
pub const LONGEST: usize = 200;

/// What everybody tries first, in small letters, a line each.
const COMMON: &str = include_str!("common-passwords.txt");

/// 19 MiB, two rounds, one lane.
const MEMORY: u32 = 19 * 1024;
const ROUNDS: u32 = 2;

/// What is checked where there is no password: nobody knows what it is the hash of.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$\
    AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Each takes 19 MiB and a core for a while: no more at once, whoever asks.
static TURNS: Semaphore = Semaphore::const_new(2);
const WAITING: Duration = Duration::from_secs(20);

/// Letters and digits that are not taken for one another.
const CLEAR: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz23456789-";

/// Refuses a password that will not do; says why without repeating it.
pub fn fit(password: &str, login: &str) -> Result<()> {
    let wrong = |what: &str, advice: &str| Err(Error::usage(what, advice));
    let long = password.chars().count();
    if long < SHORTEST {
        return wrong(
            "the password is too short",
            "take 12 characters or more: three or four words that have nothing to do with each other",
        );
    }
    if long > LONGEST {
        return wrong("the password is too long", "take 200 characters at most");
    }
    if password.chars().any(char::is_control) {
        return wrong("the password has a character that cannot be typed", "take another");
    }
    let small = password.to_lowercase();
    let bare: String = small.chars().filter(|c| c.is_alphanumeric()).collect();
    let login_bare: String = login.chars().filter(|c| c.is_alphanumeric()).collect();
    if small == login || !login_bare.is_empty() && bare.replace(&login_bare, "").len() < 6 {
        return wrong(
            "the password is the login, or little more",
            "take one that is not about you",
        );
    }
    let mut different: Vec<char> = small.chars().collect();
    different.sort_unstable();
    different.dedup();
    if different.len() < 5 || COMMON.lines().any(|common| common == small || common == bare) {
        return wrong("the password is one that is tried first", "take another");
    }
    Ok(())
}

/// What is kept of a password.
pub async fn hash(password: &Zeroizing<String>) -> Result<String> {
    let salt = random::<16>()?;
    let password = password.clone();
    work(move || {
        let hash = argon2()?.hash_password_with_salt(password.as_bytes(), &salt);
        hash.map(|hash| hash.to_string()).map_err(|_| broke())
    })
    .await
}

/// Whether a password is the one that this is kept of. With nothing kept it is not, and takes as
/// long to say.
pub async fn is(password: &Zeroizing<String>, kept: Option<String>) -> Result<bool> {
    // What is longer was never taken as a password.
    let plain = password.chars().count() <= LONGEST;
    let password = if plain { password.clone() } else { Zeroizing::default() };
    work(move || {
        let against = kept.as_deref().unwrap_or(NOBODY);
        let same = argon2()?.verify_password(password.as_bytes(), against).is_ok();
        Ok(same && kept.is_some() && plain)
    })
    .await
}

/// A password that somebody is told once, and changes when they first sign in.
pub fn one_time() -> Result<Zeroizing<String>> {
    let letters = random::<20>()?.map(|byte| CLEAR[usize::from(byte % 31)]);
    let groups = letters.chunks(5).map(|group| group.iter().copied().map(char::from).collect());
    Ok(Zeroizing::new(groups.collect::<Vec<String>>().join("-")))
}

fn argon2() -> Result<Argon2<'static>> {
    let params = Params::new(MEMORY, ROUNDS, 1, None).map_err(|_| broke())?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

async fn work<T: Send + 'static>(job: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    let _turn = turn().await?;
    tokio::task::spawn_blocking(job).await.map_err(|_| broke())?
}

async fn turn() -> Result<SemaphorePermit<'static>> {
    match tokio::time::timeout(WAITING, TURNS.acquire()).await {
        Ok(Ok(turn)) => Ok(turn),
        Ok(Err(_)) | Err(_) => {
            Err(Error::usage("too many people are signing in at once", "try again in a minute"))
        }
    }
}

fn broke() -> Error {
    Error::failed("a password could not be worked on", "")
}
