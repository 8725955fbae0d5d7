//! Acts on whole batches.

use crate::acts::{Acting, What, one};
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::ids::BatchId;
use crate::job_log::{Entry, Kind};
use crate::state::{self, Item};
use crate::store::batches;
use crate::store::totals::Totals;
use crate::store::{acts, leases, moves, payments, post_backs};

/// Where a batch stands after an act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ActedOnBatch {
    /// The batch.
    pub batch: BatchId,
    /// Its state now.
    pub state: state::Batch,
    /// Its control totals now.
    pub totals: Totals,
}

/// A second person agrees: the batch may run.
pub async fn approve(acting: &Acting<'_>, id: BatchId) -> Result<ActedOnBatch> {
    let mut tx = acting.move_batch_from(id, "approve", &[state::Batch::AwaitingApproval]).await?;
    let opened_by = acts::opened_by(&mut tx, id).await?;
    if acting.folder.council.people.are_one(&opened_by, &acting.actor.id) {
        return Err(Error::usage(
            format!("batch {id} was opened by you"),
            "a second person approves it: somebody else who may",
        ));
    }
    go_on(acting, tx, id).await
}

/// Holds a running batch: what is under way ends, nothing more is begun.
pub async fn pause(acting: &Acting<'_>, id: BatchId) -> Result<ActedOnBatch> {
    let tx = acting.move_batch(id, "pause", state::Batch::Paused).await?;
    end(tx, id).await
}

/// Lets a paused batch go on.
pub async fn resume(acting: &Acting<'_>, id: BatchId) -> Result<ActedOnBatch> {
    let tx = acting.move_batch_from(id, "resume", &[state::Batch::Paused]).await?;
    go_on(acting, tx, id).await
}

/// Cancels a batch with every item in it that is not settled. What runners have in hand and have
/// not recorded is dropped; what is being told to others is finished first.
pub async fn cancel_batch(acting: &Acting<'_>, id: BatchId) -> Result<ActedOnBatch> {
    let mut tx = acting.move_batch(id, "cancel", state::Batch::Cancelled).await?;
    leases::void(&mut tx, id).await?;
    for state in [Item::Decided, Item::Posting] {
        let n = moves::in_state(&mut tx, id, state).await?.len();
        if n > 0 {
            return Err(Error::failed(
                format!("{n} items of batch {id} are {state}: others are being told of them"),
                format!(
                    "pause it, and cancel it when they are through: clerkwork pause {id} --why \"...\""
                ),
            ));
        }
    }
    for state in What::Cancel.from() {
        let items = moves::in_state(&mut tx, id, *state).await?;
        let (mut steps, mut entries) = (Vec::new(), Vec::new());
        for item in items {
            let at = acts::standing(&mut tx, item).await?;
            steps.push(one(&at, Item::Cancelled));
            entries.push(cancelled(acting, &at).write());
        }
        let closed: Vec<_> = steps.iter().map(|step| step.item).collect();
        payments::close(&mut tx, &closed, &acting.actor).await?;
        if moves::items(&mut tx, id, None, &steps, entries, &acting.actor).await?
            == moves::Moved::Lost
        {
            return Err(Error::failed(
                format!("the items of batch {id} moved meanwhile"),
                "try again",
            ));
        }
    }
    post_backs::withdraw_cancelled(&mut tx, id).await?;
    end(tx, id).await
}

fn cancelled(acting: &Acting<'_>, at: &acts::Standing) -> Entry {
    acting
        .entry(Kind::ItemMoved)
        .item(at.id)
        .item_move(at.state, Item::Cancelled)
        .reasons(vec!["batch-cancelled".to_owned()])
}

/// It runs, and follows its items at once: nothing may be left to do in it.
async fn go_on(acting: &Acting<'_>, mut tx: Tx, id: BatchId) -> Result<ActedOnBatch> {
    moves::follow(&mut tx, id, &acting.actor).await?;
    end(tx, id).await
}

async fn end(mut tx: Tx, id: BatchId) -> Result<ActedOnBatch> {
    let (state, totals) = batches::totals(&mut tx, id).await?;
    tx.commit().await?;
    Ok(ActedOnBatch { batch: id, state, totals })
}

impl Acting<'_> {
    /// To running, from these states only.
    async fn move_batch_from(&self, id: BatchId, what: &str, from: &[state::Batch]) -> Result<Tx> {
        let batch = self.store.batch(id).await?;
        if !from.contains(&batch.state) {
            let states: Vec<&str> = from.iter().map(|state| state.as_str()).collect();
            return Err(Error::usage(
                format!("batch {id} is {}: there is nothing to {what}", batch.state),
                format!("that is for batches that are {}", states.join(", ")),
            ));
        }
        self.move_batch(id, what, state::Batch::Running).await
    }
}
