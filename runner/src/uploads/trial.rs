//! What would come of an upload's first rows: the flow itself over a throw-away store, without
//! effect, with one entry in the log.

use std::collections::BTreeMap;
use std::sync::Arc;

use clerkwork_bots::kit::Shown;
use serde::{Deserialize, Serialize};
use tokio::runtime::Handle;
use tokio::sync::watch;

use super::{About, Uploads};
use crate::clock;
use crate::connections::Connections;
use crate::error::{Error, Result};
use crate::job_log::Actor;
use crate::report::outcome;
use crate::run::{Request, Runner, Tried};
use crate::store::rows::Reported;
use crate::store::totals::Totals;
use crate::store::uploads::{self, Part, Upload};

/// Rows that are shown one by one; the others are counted.
pub const SHOWN: i64 = 100;

/// What a trial gave. Personal.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Trial {
    /// When.
    pub at: i64,
    /// All rows, or so many of them.
    pub first: Option<usize>,
    /// How many rows became what.
    pub counts: BTreeMap<String, i64>,
    /// How many rows were tried.
    pub tried: i64,
    /// The first of them.
    pub rows: Vec<TriedRow>,
}

/// What would become of one row.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TriedRow {
    /// The sheet's own row number.
    pub row: i64,
    /// Its reference.
    pub reference: String,
    /// In one word.
    pub outcome: String,
    /// What is decided or recommended: column and value.
    pub decision: Vec<(String, Shown)>,
    /// Why, each with its law.
    pub reasons: Vec<String>,
    /// What a person is needed for, or what is wrong.
    pub needs: Vec<String>,
    /// The arithmetic.
    pub working: Vec<WorkingLine>,
}

/// One line of the arithmetic.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct WorkingLine {
    /// What.
    pub label: String,
    /// How much.
    pub amount: String,
}

/// Tries the first rows of an upload, or all, and keeps what that gave.
pub async fn try_rows(
    desk: &Uploads,
    connections: &Arc<Connections>,
    upload: &Upload,
    first: Option<usize>,
    (actor, stop): (&Actor, watch::Receiver<bool>),
) -> Result<()> {
    let doing = || Error::io("unsealing an upload");
    let about: About = desk.store.upload_part(upload.id, Part::About).await?.unwrap_or_default();
    let file =
        tempfile::Builder::new().prefix(".tried-").tempfile_in(desk.root()).map_err(doing())?;
    let file = desk.unseal(upload, file).await?;
    let (schedule, _) = desk.schedule(upload).await?;
    let request = Request {
        schedule,
        input: Some(file.path().to_owned()),
        name: None,
        output: None,
        lookups: about.without.keys().map(|name| (name.clone(), None)).collect(),
        again: false,
        dry_run: true,
        opened_by: None,
        queued: false,
        today: clock::today(),
    };
    let (folder, store) = (Arc::clone(&desk.folder), Arc::clone(&desk.store));
    let (connections, actor) = (Arc::clone(connections), actor.clone());
    let runtime = Handle::current();
    // A thread of its own: a run cannot be moved from one thread to another.
    let tried = tokio::task::spawn_blocking(move || {
        runtime.block_on(async move {
            let silent = Arc::new(|_| {});
            let runner = Runner::new(folder, connections, store, actor, request, silent, stop);
            runner.await?.try_first(first, SHOWN).await
        })
    });
    let tried = tried
        .await
        .map_err(|_| Error::failed("a fault in the program ended the trial", "try it again"))??;
    drop(file);
    let trial = told(first, &tried);
    let mut tx = desk.store.db.begin().await?;
    uploads::keep_part(&mut tx, upload.id, &upload.key(&desk.store)?, Part::Tried, &trial).await?;
    tx.commit().await
}

fn told(first: Option<usize>, tried: &Tried) -> Trial {
    let totals = tried.outcome.totals;
    Trial {
        at: clock::micros(),
        first,
        counts: counts(&totals),
        tried: totals.rows,
        rows: tried.rows.iter().map(row).collect(),
    }
}

fn counts(totals: &Totals) -> BTreeMap<String, i64> {
    let all = [
        ("decided", totals.done),
        ("referred", totals.referred),
        ("rejected", totals.rejected),
        ("duplicate", totals.duplicates),
        ("others told", totals.waiting),
        ("failed", totals.failed),
    ];
    all.into_iter().filter(|(_, n)| *n > 0).map(|(what, n)| (what.to_owned(), n)).collect()
}

fn row(row: &Reported) -> TriedRow {
    match row {
        Reported::TurnedAway { row, duplicate, payload, .. } => TriedRow {
            row: *row,
            reference: payload.reference.clone(),
            outcome: if *duplicate { "duplicate" } else { "rejected" }.to_owned(),
            decision: Vec::new(),
            reasons: Vec::new(),
            needs: vec![payload.why.clone()],
            working: Vec::new(),
        },
        Reported::Item { row, state, case, ruling, .. } => {
            let mut told = TriedRow {
                row: *row,
                reference: case.reference.clone(),
                outcome: outcome(*state).to_owned(),
                decision: Vec::new(),
                reasons: Vec::new(),
                needs: Vec::new(),
                working: Vec::new(),
            };
            if let Some(payload) = ruling {
                let ruling = &payload.ruling;
                let decided = ruling.decision.iter().filter(|(_, value)| *value != Shown::Empty);
                told.decision = decided.cloned().collect();
                let reason =
                    |it: &clerkwork_bots::kit::Reason| format!("{} ({})", it.text, it.source.title);
                told.reasons = ruling.reasons.iter().map(reason).collect();
                told.needs = ruling.needs.iter().map(|need| need.why.clone()).collect();
                let line = |it: &clerkwork_bots::kit::Line| WorkingLine {
                    label: it.label.clone(),
                    amount: it.amount.clone(),
                };
                told.working = ruling.working.iter().map(line).collect();
            }
            told
        }
    }
}
