//! One event of the job log: its kinds, its fields, its bytes. Never any personal data.
//!
//! An entry is a JSON object with sorted keys, serialised once and stored, hashed and exported as
//! those bytes. Field names and kinds are listed in `docs/log-inventory.md`; a test compares.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use jiff::Timestamp;
use serde::Serialize;
use uuid::Uuid;

use super::tree::leaf_hash;
use crate::clock;
use crate::ids::{BatchId, ItemId};
use crate::state;

mod kinds;
mod written;

#[cfg(test)]
mod tests;

pub use kinds::Kind;
pub use written::{Written, hex, subject_of};

/// Who did it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Actor {
    /// `os:user@host`, a user's id, or a bot's name.
    pub id: String,
    /// `person`, `program`, `bot` or `runner`.
    pub kind: &'static str,
}

/// A bot at its version and hash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BotMark {
    /// The bot's name.
    pub name: String,
    /// SHA-256 of its law, columns and lookups.
    pub sha256: String,
    /// Its version.
    pub version: String,
}

/// One entry, before it is bytes. Fields stand in the order of their names.
#[derive(Clone, Debug, Serialize)]
pub struct Entry {
    actor: Actor,
    at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    batch: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bot: Option<BotMark>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    columns: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    count: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    due: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    effect: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    entered_by: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    figures: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    follows: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    item: Option<String>,
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    officer: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    outlet: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    payload: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    payment: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pence: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    person: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    policy: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    reasons: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    row: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ruling: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    schedule: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seconds: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sha256: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<&'static str>,
    v: u8,
    #[serde(skip)]
    subject: i64,
}

impl Entry {
    /// An entry of this kind, now.
    pub fn new(kind: Kind, actor: &Actor) -> Self {
        Self {
            actor: actor.clone(),
            at: clock::rfc3339(clock::now()),
            batch: None,
            bot: None,
            columns: Vec::new(),
            count: None,
            due: None,
            effect: None,
            entered_by: None,
            figures: Vec::new(),
            file: None,
            follows: None,
            from: None,
            item: None,
            kind: kind.as_str(),
            officer: None,
            outlet: None,
            payload: None,
            payment: None,
            pence: None,
            person: None,
            policy: None,
            reasons: Vec::new(),
            request_id: None,
            row: None,
            ruling: None,
            schedule: None,
            seconds: None,
            sha256: None,
            to: None,
            v: 1,
            subject: 0,
        }
    }

    /// Of this batch.
    pub fn batch(mut self, batch: BatchId) -> Self {
        self.subject = batch.span().0;
        self.batch = Some(batch.to_string());
        self
    }

    /// Of this item or row.
    pub fn item(mut self, item: ItemId) -> Self {
        self.subject = item.0;
        self.item = Some(item.to_string());
        self
    }

    /// A batch's move.
    pub fn batch_move(mut self, from: Option<state::Batch>, to: state::Batch) -> Self {
        self.from = from.map(state::Batch::as_str);
        self.to = Some(to.as_str());
        self
    }

    /// An item's move.
    pub fn item_move(mut self, from: state::Item, to: state::Item) -> Self {
        self.from = Some(from.as_str());
        self.to = Some(to.as_str());
        self
    }

    /// The bot that ruled, or whose batch it is.
    pub fn bot(mut self, bot: &BotMark) -> Self {
        self.bot = Some(bot.clone());
        self
    }

    /// Columns at fault, by header.
    pub fn columns(mut self, columns: Vec<String>) -> Self {
        self.columns = columns;
        self
    }

    /// How many.
    pub fn count(mut self, count: i64) -> Self {
        self.count = Some(count);
        self
    }

    /// Who typed in what the actor did, where that was somebody else.
    pub fn entered_by(mut self, actor: Option<&Actor>) -> Self {
        self.entered_by = actor.map(|actor| actor.id.clone());
        self
    }

    /// The officer whom an item was given to.
    pub fn officer(mut self, name: &str) -> Self {
        self.officer = Some(name.to_owned());
        self
    }

    /// Whom it was done to: a person by their login, or a program's key by its name.
    pub fn person(mut self, login: &str) -> Self {
        self.person = Some(login.to_owned());
        self
    }

    /// Figures and rules used, as `id@start-date`.
    pub fn figures(mut self, figures: Vec<String>) -> Self {
        self.figures = figures;
        self
    }

    /// The earlier item (or batch) that this one follows or repeats.
    pub fn follows(mut self, earlier: impl ToString) -> Self {
        self.follows = Some(earlier.to_string());
        self
    }

    /// The payment, by its number, and how much it is.
    pub fn payment(mut self, payment: i64, pence: i64) -> Self {
        (self.payment, self.pence) = (Some(payment), Some(pence));
        self
    }

    /// A payment's move.
    pub fn payment_move(mut self, from: state::Payment, to: state::Payment) -> Self {
        (self.from, self.to) = (Some(from.as_str()), Some(to.as_str()));
        self
    }

    /// The payments file, by its number.
    pub fn file(mut self, file: i64) -> Self {
        self.file = Some(file);
        self
    }

    /// A payments file's move.
    pub fn file_move(mut self, from: state::PaymentFile, to: state::PaymentFile) -> Self {
        (self.from, self.to) = (Some(from.as_str()), Some(to.as_str()));
        self
    }

    /// What is in a payments file: how many payments, and how much in all. Not its hash total: where
    /// all go to one account, that is its number.
    pub fn sums(mut self, count: i64, pence: i64) -> Self {
        self.count = Some(count);
        self.pence = Some(pence);
        self
    }

    /// The commitment to what is sealed in the store.
    pub fn payload(mut self, commitment: &[u8; 32]) -> Self {
        self.payload = Some(format!("hmac-sha256:{}", BASE64.encode(commitment)));
        self
    }

    /// The effect on another system, by its outlet and name.
    pub fn outlet(mut self, outlet: &str, effect: &str) -> Self {
        self.outlet = Some(outlet.to_owned());
        self.effect = Some(effect.to_owned());
        self
    }

    /// By which another system's support finds the request.
    pub fn request(mut self, id: Option<Uuid>) -> Self {
        self.request_id = id.map(|id| id.to_string());
        self
    }

    /// The policy in force, by its hash.
    pub fn policy(mut self, digest: &str) -> Self {
        self.policy = Some(digest.to_owned());
        self
    }

    /// Codes of why.
    pub fn reasons(mut self, reasons: Vec<String>) -> Self {
        self.reasons = reasons;
        self
    }

    /// The sheet's own row number.
    pub fn row(mut self, row: i64) -> Self {
        self.row = Some(row);
        self
    }

    /// The ruling that a person saw, by its number; of an act also how long before it they had
    /// opened the case.
    pub fn seen(mut self, ruling: i64, seconds: Option<i64>) -> Self {
        self.ruling = Some(ruling);
        self.seconds = seconds;
        self
    }

    /// The schedule, and when it was due.
    pub fn schedule(mut self, schedule: &str, due: Timestamp) -> Self {
        self.schedule = Some(schedule.to_owned());
        self.due = Some(clock::rfc3339(due));
        self
    }

    /// The schedule, where no due time matters.
    pub fn of_schedule(mut self, schedule: &str) -> Self {
        self.schedule = Some(schedule.to_owned());
        self
    }

    /// The hash of a file read or written.
    pub fn sha256(mut self, sha256: &[u8]) -> Self {
        self.sha256 = Some(hex(sha256));
        self
    }

    /// At another time, for tests of what is counted by day.
    #[cfg(test)]
    pub(crate) fn at(mut self, at: Timestamp) -> Self {
        self.at = clock::rfc3339(at);
        self
    }

    /// The integer it is filed under: an item, a batch, or 0.
    pub fn subject(&self) -> i64 {
        self.subject
    }

    /// The entry as it is stored: made before its turn to be stored has come.
    pub fn write(&self) -> Written {
        let bytes = self.to_bytes();
        Written {
            subject: self.subject,
            kind: self.kind,
            actor: self.actor.id.clone(),
            leaf: leaf_hash(&bytes),
            bytes,
        }
    }

    /// The bytes that are stored and hashed.
    pub fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("an entry is plain strings and integers")
    }
}
