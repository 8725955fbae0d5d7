//! Verifications in the background, one at a time: whoever asks while one is under way sees that one.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;

use crate::clock;
use crate::error::Result;
use crate::job_log::verify::Report;
use crate::job_log::{self, Actor, Check, Entry, Kind};
use crate::web::App;

/// Results that are kept while this process lives. The log keeps that there was each of them.
const KEPT: usize = 10;

/// Verifications that were begun on the page.
#[derive(Clone, Default)]
pub(in crate::web) struct Checks(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    running: Option<Running>,
    last: VecDeque<Checked>,
}

/// One that is under way.
#[derive(Clone)]
pub(super) struct Running {
    /// Who began it.
    pub(super) by: String,
    /// When.
    pub(super) begun: Timestamp,
    /// How many entries there are to verify.
    pub(super) of: u64,
    done: Arc<AtomicU64>,
}

/// One that has ended.
#[derive(Clone)]
pub(super) struct Checked {
    /// Who began it.
    pub(super) by: String,
    /// When.
    pub(super) begun: Timestamp,
    /// How long it took, in milliseconds.
    pub(super) millis: i64,
    /// How many sizes and roots or checkpoints from outside it was held against.
    pub(super) held: usize,
    /// What was found, or why nothing could be.
    pub(super) outcome: Result<Report, String>,
}

impl Running {
    /// How many entries have been verified.
    pub(super) fn done(&self) -> u64 {
        self.done.load(Ordering::Relaxed)
    }

    /// How many entries a second, and how many seconds are left; none while nobody can say.
    pub(super) fn pace(&self, now: Timestamp) -> Option<(u64, u64)> {
        let millis = u64::try_from(now.duration_since(self.begun).as_millis()).ok()?;
        let rate = (self.done() * 1000).checked_div(millis)?;
        let left = self.of.saturating_sub(self.done()).checked_div(rate)?;
        Some((rate, left))
    }
}

impl Checks {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The one that is under way, and those that have ended, newest first.
    pub(super) fn seen(&self) -> (Option<Running>, Vec<Checked>) {
        let state = self.state();
        (state.running.clone(), state.last.iter().cloned().collect())
    }

    /// Begins one; `false`: one is under way already.
    pub(super) async fn begin(&self, app: &App, actor: Actor, check: Check) -> Result<bool> {
        let of = job_log::head(&app.store.db).await.map_or(0, |head| head.size);
        let done = Arc::new(AtomicU64::new(0));
        let running =
            Running { by: actor.id.clone(), begun: clock::now(), of, done: Arc::clone(&done) };
        {
            let mut state = self.state();
            if state.running.is_some() {
                return Ok(false);
            }
            state.running = Some(running.clone());
        }
        let (checks, app) = (self.clone(), app.clone());
        tokio::spawn(async move {
            let held = check.held.len() + check.checkpoints.len();
            let told = Arc::clone(&done);
            let progress = move |entries| told.store(entries, Ordering::Relaxed);
            let found = job_log::verify(&app.store.db, &app.folder, check, progress).await;
            let outcome = match found {
                Ok(report) => match note(&app, &actor, &report).await {
                    Ok(()) => Ok(report),
                    // The report is worth more than that it could not be noted.
                    Err(fault) => {
                        tracing::error!("a verification could not be noted: {fault}");
                        Ok(report)
                    }
                },
                Err(fault) => Err(fault.to_string()),
            };
            let took = clock::now().duration_since(running.begun).as_millis();
            let millis = i64::try_from(took).unwrap_or(i64::MAX);
            let mut state = checks.state();
            state.running = None;
            let Running { by, begun, .. } = running;
            state.last.push_front(Checked { by, begun, millis, held, outcome });
            state.last.truncate(KEPT);
        });
        Ok(true)
    }
}

/// The log says that it was verified, and what was found.
async fn note(app: &App, actor: &Actor, report: &Report) -> Result<()> {
    let found = if report.sound { "sound" } else { "not-sound" };
    let entry = Entry::new(Kind::LogVerified, actor)
        .count(i64::try_from(report.entries).unwrap_or(i64::MAX))
        .reasons(vec![found.to_owned()]);
    let mut tx = app.store.db.begin().await?;
    job_log::append(&mut tx, &[entry]).await?;
    tx.commit().await
}
