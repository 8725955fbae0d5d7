//! What is shown of batches, items and log entries where nothing personal may be: by `--json` at the
//! command line and by the JSON API, in the same words.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::clock;
use crate::job_log;
use crate::state;
use crate::store::batches::Batch;
use crate::store::items::Listed;
use crate::store::totals::Totals;

/// A batch, with its control totals.
#[derive(Debug, Serialize, ToSchema)]
pub struct BatchShown {
    /// Its number.
    #[schema(example = 3)]
    pub batch: i64,
    /// The schedule that it is a batch of.
    pub schedule: String,
    /// The bot that decides it.
    pub bot: String,
    /// Where it stands.
    pub state: state::Batch,
    /// Its control totals.
    pub totals: Totals,
    /// Whether they account for every row.
    pub balanced: bool,
    /// The run's day.
    #[schema(format = Date)]
    pub today: String,
    /// How often its source had been run before.
    pub again: i64,
    /// The batch that it follows.
    pub follows: Option<i64>,
    /// SHA-256 of its source, in hexadecimal.
    pub source: String,
    /// What its cases were completed from: lookup to SHA-256, or `none`.
    pub lookups: BTreeMap<String, String>,
    /// When it was opened.
    #[schema(format = DateTime)]
    pub opened_at: Option<String>,
    /// Since when nothing of it is in hand.
    #[schema(format = DateTime)]
    pub ended_at: Option<String>,
}

impl From<&Batch> for BatchShown {
    fn from(batch: &Batch) -> Self {
        Self {
            batch: batch.id.0,
            schedule: batch.schedule.clone(),
            bot: batch.bot.clone(),
            state: batch.state,
            totals: batch.totals,
            balanced: batch.totals.balance(),
            today: batch.today.to_string(),
            again: batch.again,
            follows: batch.follows.map(|earlier| earlier.0),
            source: job_log::hex(&batch.source),
            lookups: batch.lookups.clone(),
            opened_at: rfc3339(Some(batch.created_at)),
            ended_at: rfc3339(batch.ended_at),
        }
    }
}

/// An item: where it stands, and why it waits for a person.
#[derive(Debug, Serialize, ToSchema)]
pub struct ItemShown {
    /// Its number: batch and row.
    #[schema(example = "3-231")]
    pub item: String,
    /// Its batch.
    pub batch: i64,
    /// The sheet's own row number.
    pub row: i64,
    /// Where it stands.
    pub state: state::Item,
    /// Code of why it waits for a person; empty where it does not.
    pub reason: String,
    /// Whether something is awarded, or recommended to be.
    pub award: bool,
    /// Number of the ruling that stands.
    pub ruling: i64,
    /// The earlier item that it follows.
    pub follows: Option<String>,
    /// The officer who has it.
    pub assigned_to: Option<String>,
    /// Postponed, or evidence asked for, until this day.
    #[schema(format = Date)]
    pub until: Option<String>,
    /// When it was decided.
    #[schema(format = DateTime)]
    pub decided_at: Option<String>,
    /// When it last moved.
    #[schema(format = DateTime)]
    pub changed_at: Option<String>,
}

impl From<&Listed> for ItemShown {
    fn from(item: &Listed) -> Self {
        Self {
            item: item.id.to_string(),
            batch: item.id.batch().0,
            row: item.row,
            state: item.state,
            reason: item.reason.clone(),
            award: item.award,
            ruling: item.ruling,
            follows: item.follows.map(|earlier| earlier.to_string()),
            assigned_to: item.assigned_to.clone(),
            until: item.until.clone(),
            decided_at: rfc3339(item.decided_at),
            changed_at: rfc3339(Some(item.changed_at)),
        }
    }
}

/// An entry of the job log as it is stored.
#[derive(Debug, Serialize, ToSchema)]
pub struct EntryShown {
    /// Its index, from 0.
    pub index: i64,
    /// The entry, byte for byte: what a checkpoint covers.
    #[schema(value_type = Object)]
    pub entry: Box<RawValue>,
}

impl From<&job_log::Stored> for EntryShown {
    fn from(stored: &job_log::Stored) -> Self {
        let text = String::from_utf8_lossy(&stored.bytes).into_owned();
        let entry = RawValue::from_string(text).unwrap_or_else(|_| RawValue::NULL.to_owned());
        Self { index: stored.index, entry }
    }
}

/// A stored time, in UTC.
pub fn rfc3339(micros: Option<i64>) -> Option<String> {
    Timestamp::from_microsecond(micros?).ok().map(clock::rfc3339)
}

/// A stored time as answers have it.
pub fn at<S: serde::Serializer>(micros: &i64, to: S) -> Result<S::Ok, S::Error> {
    rfc3339(Some(*micros)).serialize(to)
}

/// A stored time as answers have it, if there is one.
pub fn maybe_at<S: serde::Serializer>(micros: &Option<i64>, to: S) -> Result<S::Ok, S::Error> {
    rfc3339(*micros).serialize(to)
}
