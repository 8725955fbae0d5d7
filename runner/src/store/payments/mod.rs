//! What is to be paid, in which file it left, and what the bank said of it.
//!
//! | file | job |
//! |---|---|
//! | `due` | payments that follow from rulings: what is new, what is a difference, what falls away |
//! | `book` | the reckoning: what is due in all against what was paid |
//! | `moves` | the one place where the state of a payment or a file is written, with its log entry |
//! | `files` | payments files, and what is in them |
//! | `lists` | payments as lists show them, and as they look unsealed |

mod book;
mod due;
mod files;
mod lists;
mod moves;

pub use due::{BY_OFFICER, Entitled, Stop, Sum, close, entitle, stop};
pub use files::{About, File, Sums};
pub use lists::{Filter, Named, Opened, Stands};
pub use moves::{Step, move_file, move_payments};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::ids::ItemId;
use crate::state;

/// Whom a payment goes to, sealed in the store. Personal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payee {
    /// Whose account it is.
    pub name: String,
    /// Six digits.
    pub sort_code: String,
    /// Eight digits.
    pub account: String,
    /// What stands on their statement.
    pub reference: String,
}

/// A payment without anything personal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payment {
    /// Its number.
    pub id: i64,
    /// The item whose ruling it follows from.
    pub item: ItemId,
    /// The number of that ruling.
    pub ruling: i64,
    /// `clothing-grant`, `holiday-summer`.
    pub kind: String,
    /// `2026/27`.
    pub period: String,
    /// The nth for the same child, kind and period.
    pub n: i64,
    /// How much; below nothing it is to be claimed back.
    pub pence: i64,
    /// By when it should have arrived.
    pub due: Date,
    /// Where it stands.
    pub state: state::Payment,
    /// Why it is referred, returned or withdrawn; a code.
    pub reason: String,
    /// Who said that what was doubted is right.
    pub cleared: Option<String>,
    /// The file that it is in.
    pub file: Option<i64>,
}

impl Payment {
    /// Its move into a file that is to be released.
    fn put_into(&self, file: i64) -> Step {
        Step { file: Some(file), ..self.step(state::Payment::Awaiting, "") }
    }

    /// Its move from where it stands. What left in a file stays that file's; what was still to be
    /// released is in none any more.
    pub fn step(&self, to: state::Payment, reason: &str) -> Step {
        let leaves = self.state == state::Payment::Awaiting && to != state::Payment::Released;
        Step {
            id: self.id,
            item: self.item,
            pence: self.pence,
            from: self.state,
            to,
            reason: reason.to_owned(),
            file: self.file.filter(|_| !leaves),
        }
    }
}
