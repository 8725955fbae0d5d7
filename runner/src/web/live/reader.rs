//! The one task that reads the log for all who watch it, while anybody does.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use axum::body::Bytes;
use tokio::sync::{broadcast, watch};

use super::rows::{self, View};
use super::seen::Seen;
use super::{Live, stopped};
use crate::error::Result;
use crate::ids::BatchId;
use crate::job_log::{self, Stored};
use crate::store::Store;

/// The least time between two looks, so that a run that writes without pause is not slowed.
const APART: Duration = Duration::from_millis(150);
/// What another process writes is looked for so much later.
const THEN: Duration = Duration::from_millis(100);
/// A look that failed is tried again after this.
const AGAIN: Duration = Duration::from_secs(1);
/// Entries in a stretch.
pub(super) const MOST: i64 = 1000;

/// Entries that came one after the other.
pub(super) struct Stretch {
    /// The index of the first.
    pub(super) from: i64,
    /// The index after the last.
    pub(super) to: i64,
    stored: Vec<Stored>,
    seen: OnceLock<Vec<Seen>>,
    rendered: Mutex<BTreeMap<String, Bytes>>,
}

impl Stretch {
    /// Of entries without a gap; none of nothing.
    pub(super) fn of(stored: Vec<Stored>) -> Option<Self> {
        let from = stored.first()?.index;
        let to = stored.last()?.index + 1;
        let (seen, rendered) = (OnceLock::new(), Mutex::default());
        Some(Self { from, to, stored, seen, rendered })
    }

    /// Its entries as they are shown.
    pub(super) fn seen(&self) -> &[Seen] {
        self.seen.get_or_init(|| self.stored.iter().map(Seen::of).collect())
    }

    /// As events of this view: made once for all who have it.
    pub(super) fn events(&self, live: &Live, view: &View) -> Bytes {
        let mut rendered = self.rendered.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(events) = rendered.get(view.name()) {
            return events.clone();
        }
        let seen = self.seen().iter().filter(|it| view.shows(live, it)).collect::<Vec<_>>();
        let events = Bytes::from(rows::events(view, &seen));
        rendered.insert(view.name().to_owned(), events.clone());
        events
    }
}

impl Live {
    /// Watches from now on: everything that is in the log later than this call comes in a stretch,
    /// or is missed with a warning.
    pub(super) async fn watch(
        &self,
        store: &Arc<Store>,
        stop: watch::Receiver<bool>,
    ) -> Result<broadcast::Receiver<Arc<Stretch>>> {
        let mut reading = self.reading.lock().await;
        let stretches = self.stretches.subscribe();
        if !*reading {
            let at = size(store).await?;
            self.know_bots(store).await?;
            *reading = true;
            let (live, store) = (self.clone(), Arc::clone(store));
            tokio::spawn(async move { live.read(&store, at, stop).await });
        }
        Ok(stretches)
    }

    async fn read(&self, store: &Arc<Store>, mut at: i64, mut stop: watch::Receiver<bool>) {
        let mut written = store.db.written();
        loop {
            written.borrow_and_update();
            if let Err(fault) = self.look(store, &mut at).await {
                tracing::warn!("the log could not be read for those who watch it: {fault}");
                tokio::time::sleep(AGAIN).await;
            }
            tokio::time::sleep(APART).await;
            tokio::select! {
                _ = written.changed() => {}
                () = tokio::time::sleep(THEN) => {}
                () = stopped(&mut stop) => {
                    *self.reading.lock().await = false;
                    return;
                }
            }
            let mut reading = self.reading.lock().await;
            if self.stretches.receiver_count() == 0 {
                *reading = false;
                return;
            }
        }
    }

    async fn look(&self, store: &Arc<Store>, at: &mut i64) -> Result<()> {
        let size = size(store).await?;
        while *at < size {
            let stored = job_log::read(&store.db, *at, (size - *at).min(MOST)).await?;
            let Some(stretch) = Stretch::of(stored) else { break };
            self.know_bots(store).await?;
            *at = stretch.to;
            // Nobody may be left to take it.
            drop(self.stretches.send(Arc::new(stretch)));
        }
        Ok(())
    }

    /// Learns of which bot the newest batches are.
    pub(super) async fn know_bots(&self, store: &Store) -> Result<()> {
        let last = |known: &BTreeMap<BatchId, String>| known.keys().next_back().copied();
        let known = last(&self.bots.read().unwrap_or_else(PoisonError::into_inner));
        let newer = store.bots_of_batches(known.unwrap_or(BatchId(0))).await?;
        if !newer.is_empty() {
            self.bots.write().unwrap_or_else(PoisonError::into_inner).extend(newer);
        }
        Ok(())
    }

    /// Of which bot a batch is.
    pub(super) fn bot(&self, batch: BatchId) -> Option<String> {
        self.bots.read().unwrap_or_else(PoisonError::into_inner).get(&batch).cloned()
    }
}

/// How many entries there are.
pub(super) async fn size(store: &Store) -> Result<i64> {
    let head = job_log::head(&store.db).await?;
    Ok(i64::try_from(head.size).unwrap_or(i64::MAX))
}
