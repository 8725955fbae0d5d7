//! What a record holds. Personal.

use serde::Serialize;
use utoipa::ToSchema;

use crate::shown::ItemShown;

/// One item's whole record.
#[derive(Serialize, ToSchema)]
pub(super) struct Record {
    /// The item.
    pub(super) item: ItemShown,
    /// Its schedule.
    pub(super) schedule: String,
    /// Its bot, by title.
    pub(super) bot: String,
    /// SHA-256 of what its batch was read from.
    pub(super) source: String,
    /// When its batch was opened.
    pub(super) came_at: i64,
    /// Items that follow it.
    pub(super) superseded_by: Vec<String>,
    /// The applicant's or the council's reference; none: the case has been erased.
    pub(super) reference: Option<String>,
    /// The case under its form's labels; none where it has been erased or cannot be read.
    pub(super) case: Option<Vec<Pair>>,
    /// Every ruling, first to last.
    pub(super) rulings: Vec<RulingRecord>,
    /// What people did, and why.
    pub(super) acts: Vec<ActRecord>,
    /// What other systems were told.
    pub(super) told: Vec<ToldRecord>,
    /// Log entries about it, first to last.
    pub(super) entries: Vec<EntryRecord>,
    /// There are more of them than stand here.
    pub(super) more: bool,
    /// The log's size and root when the record was made.
    pub(super) held: String,
}

/// A label and what it holds.
#[derive(Serialize, ToSchema)]
pub(super) struct Pair {
    pub(super) label: String,
    pub(super) value: String,
}

/// One ruling.
#[derive(Serialize, ToSchema)]
pub(super) struct RulingRecord {
    pub(super) n: i64,
    pub(super) at: i64,
    /// Who ruled.
    pub(super) by: String,
    /// The bot at its version.
    pub(super) bot: String,
    /// The hash of its law, columns and lookups.
    pub(super) sha256: String,
    /// The hash of the policy in force.
    pub(super) policy: String,
    /// It stands.
    pub(super) stands: bool,
    /// It needs nobody.
    pub(super) settled: bool,
    pub(super) decision: Vec<Pair>,
    /// What a person was needed for.
    pub(super) needs: Vec<String>,
    pub(super) reasons: Vec<ReasonRecord>,
    pub(super) working: Vec<WorkingRecord>,
    pub(super) looked: Vec<LookedRecord>,
}

/// A reason with the figure or rule that it rests on.
#[derive(Serialize, ToSchema)]
pub(super) struct ReasonRecord {
    pub(super) text: String,
    pub(super) figure: String,
    pub(super) from: String,
    pub(super) source: String,
    pub(super) href: String,
}

/// A line of the working.
#[derive(Serialize, ToSchema)]
pub(super) struct WorkingRecord {
    pub(super) label: String,
    pub(super) amount: String,
    pub(super) rests_on: String,
}

/// What was looked up.
#[derive(Serialize, ToSchema)]
pub(super) struct LookedRecord {
    pub(super) lookup: String,
    pub(super) found: String,
    pub(super) records: Vec<Vec<Pair>>,
}

/// What a person did.
#[derive(Serialize, ToSchema)]
pub(super) struct ActRecord {
    pub(super) at: i64,
    pub(super) by: String,
    pub(super) what: String,
    pub(super) why: String,
}

/// What another system was told, or is to be told.
#[derive(Serialize, ToSchema)]
pub(super) struct ToldRecord {
    pub(super) outlet: String,
    pub(super) effect: String,
    pub(super) state: String,
    pub(super) since: i64,
    pub(super) why: String,
    /// Its answer, as it was kept.
    pub(super) receipt: Option<String>,
}

/// A log entry.
#[derive(Serialize, ToSchema)]
pub(super) struct EntryRecord {
    pub(super) index: i64,
    pub(super) at: Option<i64>,
    pub(super) tells: String,
    pub(super) who: String,
    pub(super) moved: String,
    pub(super) reasons: String,
    /// How long before an act the case was opened, in seconds.
    pub(super) seconds: Option<i64>,
    /// Its hash as a leaf of the tree, in hexadecimal.
    pub(super) hash: String,
}
