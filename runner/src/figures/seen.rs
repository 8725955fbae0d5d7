//! Of a log entry what counts.

use std::borrow::Cow;

use jiff::Timestamp;
use serde::Deserialize;

use crate::error::{Error, Result};
use crate::ids::{BatchId, ItemId};
use crate::job_log::Stored;
use crate::operate::LOOKED_AT_AGAIN;

/// An entry as it is written, without what nobody counts.
#[derive(Deserialize)]
struct Raw<'a> {
    kind: &'a str,
    at: &'a str,
    actor: Who<'a>,
    #[serde(default)]
    seconds: Option<i64>,
    #[serde(default)]
    item: Option<&'a str>,
    #[serde(default)]
    to: Option<&'a str>,
    #[serde(default)]
    follows: Option<&'a str>,
    #[serde(default, borrow)]
    reasons: Vec<Cow<'a, str>>,
}

/// Who did it; a name on this machine may hold anything.
#[derive(Deserialize)]
struct Who<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// A row could not become a case.
    Rejected,
    /// A row repeats one that is live or awarded.
    Duplicate,
    /// A row became an item.
    TakenIn { follows: Option<ItemId> },
    /// It waits for a person, for these reasons.
    Referred { reasons: Vec<String> },
    /// A system failed.
    Failed,
    /// An officer let a recommendation stand, or decided otherwise.
    Officer { changed: bool },
    /// Somebody looked at the case.
    Viewed,
    /// An officer asked for evidence.
    Asked,
    /// It was decided, and everybody told.
    Done,
    /// It was closed by hand.
    ByHand,
    /// It will not be decided.
    Cancelled,
}

/// Something that counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Seen {
    /// The item or row.
    pub(super) item: ItemId,
    /// When.
    pub(super) at: Timestamp,
    /// What happened.
    pub(super) what: What,
    /// Who did it, as the log names them.
    pub(super) who: String,
    /// How long before an act they had opened the case.
    pub(super) seconds: Option<i64>,
    /// It comes from another applicant than the one that it follows.
    pub(super) another: bool,
}

impl Seen {
    /// Its batch.
    pub(super) fn batch(&self) -> BatchId {
        self.item.batch()
    }
}

/// What sameness says of an application that somebody else has made.
const ANOTHER: &str = "another-applicant";

/// What of an entry counts; mostly one thing, of many entries nothing.
pub(super) fn seen(stored: &Stored) -> Result<Option<Seen>> {
    let damaged = || {
        Error::failed(
            format!("entry {} of the job log is not as it was written", stored.index),
            "run: clerkwork log verify",
        )
    };
    let raw: Raw<'_> = serde_json::from_slice(&stored.bytes).map_err(|_| damaged())?;
    let Some(item) = raw.item else { return Ok(None) };
    let Some(what) = what(&raw).map_err(|()| damaged())? else { return Ok(None) };
    Ok(Some(Seen {
        item: item.parse().map_err(|_| damaged())?,
        at: raw.at.parse().map_err(|_| damaged())?,
        who: raw.actor.id.to_string(),
        seconds: raw.seconds,
        another: raw.kind == "item.ruled" && raw.reasons.iter().any(|code| code == ANOTHER),
        what,
    }))
}

fn what(raw: &Raw<'_>) -> Result<Option<What>, ()> {
    Ok(match (raw.kind, raw.to) {
        ("row.rejected", _) => Some(What::Rejected),
        ("row.duplicate", _) => Some(What::Duplicate),
        ("item.taken-in", _) => {
            let follows = raw.follows.map(|id| id.parse().map_err(|_| ())).transpose()?;
            Some(What::TakenIn { follows })
        }
        ("item.evidence-asked", _) => Some(What::Asked),
        ("item.viewed", _) => Some(What::Viewed),
        // The entry that commits to the officer's words moves nothing.
        ("item.changed", Some("decided")) => {
            Some(What::Officer { changed: raw.reasons.iter().any(|code| code == "changed") })
        }
        ("item.ruled" | "item.moved", Some("referred")) => {
            let mut reasons: Vec<String> = raw.reasons.iter().map(ToString::to_string).collect();
            reasons.sort_unstable();
            reasons.dedup();
            Some(What::Referred { reasons })
        }
        ("item.ruled" | "item.moved", Some("done")) => Some(What::Done),
        ("item.moved", Some("failed")) => Some(What::Failed),
        ("item.moved", Some("by hand")) => Some(What::ByHand),
        // What a look closes goes on in the item that the look opened.
        ("item.moved", Some("cancelled")) => {
            let looked = raw.reasons.iter().any(|code| code == LOOKED_AT_AGAIN);
            (!looked).then_some(What::Cancelled)
        }
        _ => None,
    })
}
