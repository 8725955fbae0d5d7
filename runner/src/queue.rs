//! All of apalis: our own tables are the queue, apalis is the worker over them.
//!
//! A dispatcher claims slices under leases, round-robin over the batches it was given, and hands
//! them to an apalis worker through a channel of one; a task of its own renews the leases. The
//! worker brings concurrency, tracing and the catching of panics. It never retries: a slice that
//! fails goes back and the run says so.

use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use apalis::prelude::*;
use apalis_core::backend::{Backend, BackendConfig};
use apalis_core::task::builder::TaskBuilder;
use apalis_core::task::task_id::TaskId;
use apalis_core::worker::context::WorkerContext;
use tokio::sync::{mpsc, oneshot, watch};

use crate::error::{Error, Result};
use crate::holder::Holder;
use crate::ids::BatchId;
use crate::job_log::Actor;
use crate::pipeline::Pipeline;
use crate::state;
use crate::store::Store;
use crate::store::leases::{Slice, Work};

/// How long a lease lasts without being renewed.
const LEASE_SECONDS: i64 = 30;
/// How often it is renewed.
const RENEW: Duration = Duration::from_secs(10);
/// How often we look again when somebody else has the rest of our batch.
const POLL: Duration = Duration::from_millis(200);
/// Items of a slice of which others are told: few, for each may take seconds.
const TOLD: i64 = 100;
/// Slices under way at once in one process: two are decided while a third is recorded.
const WORKERS: usize = 3;

/// A batch to be worked, by whose pipeline, in slices of which size.
#[derive(Clone)]
pub struct Source {
    /// The batch.
    pub batch: BatchId,
    /// How its items are processed.
    pub pipeline: Arc<Pipeline>,
    /// Items a slice.
    pub slice: i64,
}

/// What the worker is handed.
#[derive(Clone)]
struct Job {
    slice: Slice,
    pipeline: Arc<Pipeline>,
    desk: Arc<Desk>,
}

/// What dispatcher and workers share.
struct Desk {
    store: Arc<Store>,
    holder: Arc<Holder>,
    actor: Actor,
    fault: Mutex<Option<Error>>,
    under_way: watch::Sender<usize>,
    recorded: watch::Sender<u64>,
}

/// Works the batches until none of their items is in hand. `stop` ends it after the slices under way;
/// `recorded` counts items.
pub async fn work(
    store: Arc<Store>,
    holder: Arc<Holder>,
    actor: Actor,
    sources: Vec<Source>,
    stop: watch::Receiver<bool>,
    recorded: watch::Sender<u64>,
) -> Result<()> {
    let desk = Arc::new(Desk {
        store,
        holder,
        actor,
        fault: Mutex::new(None),
        under_way: watch::Sender::new(0),
        recorded,
    });
    let (slices, rx) = mpsc::channel(1);
    let renewing = tokio::spawn(renew(Arc::clone(&desk)));
    let dispatching = tokio::spawn(dispatch(Arc::clone(&desk), sources, stop, slices));
    let worker = WorkerBuilder::new(format!("clerkwork-{}", desk.holder.name()))
        .backend(LeaseBackend { rx, config: () })
        .enable_tracing()
        .concurrency(WORKERS)
        .catch_panic()
        .build(process);
    // The worker is told to end once the dispatcher has, which waits for what is under way.
    let (dispatched_tx, dispatched) = oneshot::channel();
    let ended = async move {
        let dispatched = dispatching.await;
        drop(dispatched_tx.send(dispatched));
        Ok::<(), WorkerError>(())
    };
    let ran = worker.run_until(ended).await;
    renewing.abort();
    let early =
        |what: &dyn std::fmt::Display| Error::failed(format!("the queue ended early: {what}"), "");
    let dispatched = match dispatched.await {
        Ok(Ok(dispatched)) => dispatched,
        Ok(Err(died)) => Err(early(&died)),
        Err(died) => Err(early(&died)),
    };
    if let Some(fault) = desk.fault.lock().unwrap_or_else(PoisonError::into_inner).take() {
        return Err(fault);
    }
    dispatched?;
    ran.map_err(|fault| Error::failed(format!("the worker ended early: {fault}"), ""))
}

/// One slice. Its fault ends the run; apalis is told nothing that could make it try again.
async fn process(job: Job) -> Result<(), Infallible> {
    let desk = Arc::clone(&job.desk);
    let done = Busy(Arc::clone(&desk));
    match job.pipeline.process(&job.slice).await {
        // An item counts once, when it is decided; who is told of it then is not more work done.
        Ok(items) if job.slice.work == Work::Decide => {
            let items = u64::try_from(items).unwrap_or(0);
            desk.recorded.send_modify(|total| *total += items);
        }
        Ok(_) => {}
        Err(fault) => {
            desk.fault.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(fault);
            // Best effort: the lease runs out by itself.
            if let Err(fault) = desk.store.release(&[job.slice]).await {
                tracing::warn!("a slice could not be given back: {fault}");
            }
        }
    }
    drop(done);
    Ok(())
}

/// Counts a slice as under way until dropped, also when its task panics.
struct Busy(Arc<Desk>);

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.under_way.send_modify(|n| *n = n.saturating_sub(1));
    }
}

/// Claims and hands out until nothing is in hand or we are told to stop; then waits for what is
/// under way.
async fn dispatch(
    desk: Arc<Desk>,
    sources: Vec<Source>,
    stop: watch::Receiver<bool>,
    slices: mpsc::Sender<Job>,
) -> Result<()> {
    let handed_out = hand_out(&desk, sources, stop, slices).await;
    // The sender lives in the desk, so this cannot fail.
    drop(desk.under_way.subscribe().wait_for(|n| *n == 0).await);
    handed_out
}

async fn hand_out(
    desk: &Arc<Desk>,
    sources: Vec<Source>,
    mut stop: watch::Receiver<bool>,
    slices: mpsc::Sender<Job>,
) -> Result<()> {
    let mut next = 0;
    loop {
        let permit = tokio::select! {
            permit = slices.reserve() => permit,
            _ = stop.wait_for(|stop| *stop) => return Ok(()),
        };
        let Ok(permit) = permit else { return Ok(()) };
        if desk.fault.lock().unwrap_or_else(PoisonError::into_inner).is_some() {
            return Ok(());
        }
        if let Some(job) = desk.claim(&sources, &mut next).await? {
            desk.under_way.send_modify(|n| *n += 1);
            permit.send(job);
            continue;
        }
        drop(permit);
        if !desk.wait(&sources, &mut stop).await? {
            return Ok(());
        }
    }
}

impl Desk {
    /// The next slice, one batch after the other.
    async fn claim(self: &Arc<Self>, sources: &[Source], next: &mut usize) -> Result<Option<Job>> {
        for _ in 0..sources.len() {
            let source = &sources[*next % sources.len()];
            *next += 1;
            // What is decided is told before more is decided, so that nothing piles up between.
            let posts = source.pipeline.outlets.any().then_some((Work::Post, TOLD));
            for (work, size) in posts.into_iter().chain([(Work::Decide, source.slice)]) {
                let name = self.holder.name();
                let claimed =
                    self.store.claim(source.batch, work, size, name, LEASE_SECONDS).await?;
                if let Some(slice) = claimed {
                    let (pipeline, desk) = (Arc::clone(&source.pipeline), Arc::clone(self));
                    return Ok(Some(Job { slice, pipeline, desk }));
                }
            }
        }
        Ok(None)
    }

    /// Nothing is free: waits for our own slices, then for other holders. False: all is done.
    async fn wait(&self, sources: &[Source], stop: &mut watch::Receiver<bool>) -> Result<bool> {
        let mut under_way = self.under_way.subscribe();
        if under_way.wait_for(|n| *n == 0).await.is_err() {
            return Ok(false);
        }
        self.store.reclaim(|name| self.holder.alive(name), &self.actor).await?;
        let mut open = false;
        for source in sources {
            let batch = self.store.batch(source.batch).await?;
            let mut going = batch.state == state::Batch::Running && batch.totals.in_hand > 0;
            let told = matches!(batch.state, state::Batch::Running | state::Batch::Unresolved);
            if told && source.pipeline.outlets.any() {
                going |= self.store.round_due(source.batch).await?;
            }
            if going && self.store.bot_stopped(&batch.bot).await? {
                tracing::warn!(
                    "the bot {} was stopped by a person: batch {} waits",
                    batch.bot,
                    batch.id
                );
                continue;
            }
            open |= going;
        }
        if open {
            tokio::select! {
                () = tokio::time::sleep(POLL) => {}
                _ = stop.wait_for(|stop| *stop) => return Ok(false),
            }
        }
        Ok(open)
    }
}

async fn renew(desk: Arc<Desk>) {
    loop {
        tokio::time::sleep(RENEW).await;
        if let Err(fault) = desk.store.renew(desk.holder.name(), LEASE_SECONDS).await {
            tracing::warn!("leases could not be renewed: {fault}");
        }
    }
}

/// The slice as apalis carries it: named by its lease, as its tracing asks.
fn task(job: Job) -> Task<Job> {
    let id = TaskId::from_string(format!("{}/{}", job.slice.batch, job.slice.lease));
    TaskBuilder::new(job).task_id(id).build()
}

/// Our queue as apalis sees it: what the dispatcher claimed.
struct LeaseBackend {
    rx: mpsc::Receiver<Job>,
    config: (),
}

impl Backend for LeaseBackend {
    type Task = Task<Job>;
    type Error = Infallible;

    fn poll_ready(
        &mut self,
        _: &mut Context<'_>,
        _: &WorkerContext,
    ) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn poll_next(
        &mut self,
        cx: &mut Context<'_>,
        _: &WorkerContext,
    ) -> Poll<Option<Result<Task<Job>, Infallible>>> {
        self.rx.poll_recv(cx).map(|job| job.map(|job| Ok(task(job))))
    }

    fn poll_close(
        &mut self,
        _: &mut Context<'_>,
        _: &WorkerContext,
    ) -> Poll<Result<(), Infallible>> {
        self.rx.close();
        Poll::Ready(Ok(()))
    }
}

impl BackendConfig for LeaseBackend {
    type Args = Job;
    type Id = String;
    type Kind = apalis_core::backend::finalize::Ephemeral;
    type Config = ();
    type Layer = Identity;

    fn config(&self) -> &() {
        &self.config
    }

    fn middleware(&mut self, _: &mut WorkerContext) -> Self::Layer {
        Identity::new()
    }
}
