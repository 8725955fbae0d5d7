//! What a run is asked for, how far it is, and what came of it.

use std::collections::BTreeMap;
use std::path::PathBuf;

use jiff::civil::Date;

use crate::ids::BatchId;
use crate::job_log::Head;
use crate::schedule::Schedule;
use crate::state;
use crate::store::totals::Totals;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Request {
    /// The schedule.
    pub schedule: Schedule,
    /// The file to read; none reads the schedule's CRM.
    pub input: Option<PathBuf>,
    /// The file's own name, where it was put somewhere else under another.
    pub name: Option<String>,
    /// Where the report goes, instead of the schedule's place.
    pub output: Option<PathBuf>,
    /// Lookups named at the command line: a file, or none.
    pub lookups: BTreeMap<String, Option<PathBuf>>,
    /// Open a new batch although this file was run before.
    pub again: bool,
    /// Try it without effect.
    pub dry_run: bool,
    /// Who put the file where it was found, as the log names people: whoever agrees to the batch as
    /// a second person is somebody else.
    pub opened_by: Option<String>,
    /// Nobody stands by: a batch larger than the schedule's limit needs a second person first.
    pub queued: bool,
    /// The run's day.
    pub today: Date,
}

/// How far a run is.
#[derive(Clone, Copy, Debug)]
pub enum Step {
    /// So many rows are stored.
    Reading(u64),
    /// Of so many items, so many are recorded.
    Deciding {
        /// Recorded.
        done: u64,
        /// In all.
        of: u64,
    },
    /// The report is being written.
    Reporting,
}

/// What came of it.
#[derive(Debug)]
pub struct Outcome {
    /// The batch.
    pub batch: BatchId,
    /// Where it stands.
    pub state: state::Batch,
    /// It was finished before, and nothing was done now.
    pub already: bool,
    /// It was a trial.
    pub dry_run: bool,
    /// The control totals.
    pub totals: Totals,
    /// How long it took.
    pub seconds: std::time::Duration,
    /// Items recorded by this run.
    pub recorded: u64,
    /// The report.
    pub output: Option<PathBuf>,
    /// The log's head at the end.
    pub log: Head,
    /// What the person who sent the file should know.
    pub notices: Vec<String>,
    /// The run was told to stop before everything was decided.
    pub stopped: bool,
}
