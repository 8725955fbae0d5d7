//! From a ruling to the bank and back: what is to be paid, the checks before money moves, the file
//! that one person makes and another releases, and what the bank says of it.
//!
//! | file | job |
//! |---|---|
//! | `settings` | `payments.toml`: the council's limits, checks and layout |
//! | `entitled` | what a ruling entitles to, sealed for the store |
//! | `checks` | what is doubted about a payment |
//! | `make` | a file of what is due |
//! | `layout` | the columns of the file, and its bytes |
//! | `release` | the second person's word, and the file on disk |
//! | `acts` | what officers do to single payments |
//! | `bank` | what was paid and what came back |

pub mod acts;
pub mod bank;
mod checks;
mod entitled;
mod layout;
pub mod make;
pub mod release;
pub mod settings;

pub use entitled::{Grounds, entitled};
pub use settings::Settings;

use crate::error::{Error, Result};

pub use checks::means;

/// An act needs its reason.
fn words(why: &str) -> Result<&str> {
    let why = why.trim();
    if why.is_empty() || why.chars().count() > 2000 {
        return Err(Error::usage(
            "an act needs its reason",
            "give it with --why \"...\", in 2,000 characters at most",
        ));
    }
    Ok(why)
}

/// Pounds with two decimals, for people and for files.
pub fn pounds(pence: i64) -> String {
    let sign = if pence < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", (pence / 100).abs(), (pence % 100).abs())
}
