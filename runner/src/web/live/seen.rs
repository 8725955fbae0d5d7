//! An entry of the log as it is shown. Nothing in it is personal, for nothing in the log is.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::clock;
use crate::ids::{BatchId, ItemId};
use crate::job_log::Stored;
use crate::web::layout::sentence;

/// An entry of the log as it is shown.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Seen {
    /// Its index, from 0.
    pub index: i64,
    /// When, RFC 3339 in UTC with six decimals.
    pub at: String,
    /// What happened, such as `item.moved`.
    pub kind: String,
    /// Who did it.
    pub actor: SeenActor,
    /// The batch.
    pub batch: Option<String>,
    /// The item.
    pub item: Option<String>,
    /// The sheet's row.
    pub row: Option<i64>,
    /// The state before.
    pub from: Option<String>,
    /// The state after.
    pub to: Option<String>,
    /// How many.
    pub count: Option<i64>,
    /// Codes of why.
    pub reasons: Vec<String>,
    /// Headers of the columns at fault.
    pub columns: Vec<String>,
    /// The outlet.
    pub outlet: Option<String>,
    /// The effect on it.
    pub effect: Option<String>,
    /// To whom an item was given.
    pub officer: Option<String>,
    /// Who typed it in.
    pub entered_by: Option<String>,
    /// The earlier item or batch.
    pub follows: Option<String>,
    /// The schedule.
    pub schedule: Option<String>,
}

/// Who did it.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct SeenActor {
    /// As the log names them.
    pub id: String,
    /// `person`, `bot` or `runner`.
    pub kind: String,
}

impl Seen {
    /// As it is stored. One that was tampered with shows its index alone: verifying says more.
    pub fn of(stored: &Stored) -> Self {
        let seen: Self = serde_json::from_slice(&stored.bytes).unwrap_or_default();
        Self { index: stored.index, ..seen }
    }

    /// The item that it is of.
    pub fn item(&self) -> Option<ItemId> {
        self.item.as_deref()?.parse().ok()
    }

    /// The batch that it is of, also where it names the item alone.
    pub fn batch(&self) -> Option<BatchId> {
        let named = self.batch.as_deref().and_then(|batch| batch.parse().ok());
        named.or_else(|| self.item().map(ItemId::batch))
    }

    /// When, in microseconds since 1970.
    pub fn micros(&self) -> Option<i64> {
        self.at.parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_microsecond)
    }

    /// The day and the time to the second: `22 November 2026, 15:04:07`.
    pub fn when(&self) -> String {
        self.micros().map_or_else(
            || "at a time that cannot be read".to_owned(),
            |at| clock::local_micros(at).strftime("%-d %B %Y, %H:%M:%S").to_string(),
        )
    }

    /// What came of it, in words.
    pub fn outcome(&self) -> String {
        let mut parts = Vec::new();
        if let Some(count) = self.count {
            parts.push(count.to_string());
        }
        parts.extend(self.reasons.iter().map(|code| code.replace('-', " ")));
        if let Some(officer) = &self.officer {
            parts.push(format!("to {officer}"));
        }
        if let (Some(outlet), Some(effect)) = (&self.outlet, &self.effect) {
            parts.push(format!("{effect} at {outlet}"));
        }
        if !self.columns.is_empty() {
            parts.push(format!("columns {}", self.columns.join(", ")));
        }
        if let Some(follows) = &self.follows {
            parts.push(format!("follows {follows}"));
        }
        if let Some(by) = &self.entered_by {
            parts.push(format!("entered by {by}"));
        }
        parts.join("; ")
    }
}

/// A kind in words: `item.taken-in` is `Item taken in`.
pub(super) fn in_words(kind: &str) -> String {
    let words = kind.replace('.', " ").replace("post-back", "post back").replace('-', " ");
    sentence(&words)
}
