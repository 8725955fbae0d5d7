//! What was put off is looked at again on its day: a new item takes its place, in a batch of one
//! like any that follows, with the case, the lookups and the policy of that day.
//!
//! All of it is one transaction under the write lock: whoever dies before it has done nothing, and
//! whoever comes after it finds that the item is put off no more. Why: ADR 16.

use std::collections::BTreeMap;
use std::sync::Arc;

use clerkwork_bots::kit::{Need, Policy, Prepared, Registered};
use jiff::civil::Date;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::follow::{One, run};
use crate::acts::{Acting, one};
use crate::error::Result;
use crate::ids::{BatchId, ItemId};
use crate::intake::{Follower, corrected};
use crate::job_log::{self, Kind};
use crate::state::{self, Item};
use crate::store::payload::{CasePayload, Origin};
use crate::store::{Store, acts, looks};

/// Why the log says that an item was closed in favour of the one that a look opened.
pub const LOOKED_AT_AGAIN: &str = "looked-at-again";

/// The CRM has no such case any more that its schedule takes.
pub const GONE: &str = "gone-from-source";
/// The CRM has values now that cannot be read.
pub const NOT_AS_ITS_FORM: &str = "not-as-its-form";
/// As it is now it is another item's case.
const REPEATS_ANOTHER: &str = "repeats-another";
/// What looks themselves want a person for.
const FOUND_BY_LOOKS: [&str; 3] = [GONE, NOT_AS_ITS_FORM, REPEATS_ANOTHER];

/// The case of a look.
pub enum Read {
    /// As its source has it now.
    Anew {
        /// The case.
        prepared: Box<Prepared>,
        /// The name of its source.
        sheet: String,
        /// The address of its person.
        address: Option<String>,
        /// Its record.
        origin: Option<Origin>,
        /// By which the CRM's support finds the request.
        request_id: Option<Uuid>,
    },
    /// As it is kept: its source does not live, or would not give it, which is for a person.
    Kept(Option<Need>),
}

/// What is looked at again, with what.
pub struct Looking<'a> {
    /// The item that was put off.
    pub earlier: ItemId,
    /// Its case as it is kept.
    pub kept: CasePayload,
    /// Its case as it is to be decided.
    pub read: Read,
    /// Somebody asked for it before its day.
    pub early: bool,
    /// The schedule whose lookups complete it.
    pub schedule: &'a str,
    /// What it is completed from: lookup name to version.
    pub lookups: &'a BTreeMap<String, String>,
    /// The run's day.
    pub today: Date,
    /// By when the new item is to be settled.
    pub due: Option<Date>,
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Looked {
    /// This item took its place, and is ready to be decided.
    Opened(BatchId, ItemId),
    /// This item had taken its place before: it is closed.
    Overtaken(ItemId),
    /// It is not put off any more, or until a later day: somebody else was first.
    No,
}

/// The case as it goes into the new item.
fn follower(
    bot: &Registered,
    policy: &Policy,
    asked: Looking<'_>,
    chain: Vec<ItemId>,
) -> Result<Follower> {
    let (earlier, mut kept) = (asked.earlier, asked.kept);
    // What intake wanted a person for holds as before; what an earlier look found does not.
    let mut needs = std::mem::take(&mut kept.needs);
    needs.retain(|need| !FOUND_BY_LOOKS.contains(&need.code.as_str()));
    let repeats: Option<fn(ItemId) -> Need> = Some(repeats_another);
    Ok(match asked.read {
        Read::Anew { prepared, sheet, address, origin, .. } => {
            let prepared = *prepared;
            Follower { prepared, sheet, earlier, chain, address, origin, needs, repeats }
        }
        Read::Kept(need) => {
            needs.extend(need);
            Follower {
                prepared: corrected(bot, policy, asked.today, earlier, &kept, &[])?,
                sheet: kept.sheet,
                earlier,
                chain,
                address: kept.address,
                origin: kept.origin,
                needs,
                repeats,
            }
        }
    })
}

/// What an item follows, the newest first.
async fn chain(store: &Store, id: ItemId) -> Result<Vec<ItemId>> {
    let mut chain = Vec::new();
    let mut at = store.item(id).await?.follows;
    while let Some(earlier) = at {
        chain.push(earlier);
        at = store.item(earlier).await?.follows;
    }
    Ok(chain)
}

fn repeats_another(other: ItemId) -> Need {
    let why =
        format!("As it is now it repeats item {other}: a person settles which of them stands.");
    Need::new(REPEATS_ANOTHER, why)
}

/// What the batch is known by: an item is looked at again once, the next look is at the new one.
fn source(earlier: ItemId) -> [u8; 32] {
    Sha256::digest(format!("look at item {earlier}")).into()
}

/// Whether a batch of this source is one that a look at this item opened.
pub fn opened_by_look(batch: &[u8], earlier: ItemId) -> bool {
    source(earlier) == batch
}

/// Looks at an item again, if it is still put off and its day has come.
pub async fn look_again(
    acting: &Acting<'_>,
    store: &Arc<Store>,
    bot: &'static Registered,
    policy: &Arc<Policy>,
    asked: Looking<'_>,
) -> Result<Looked> {
    let id = asked.earlier;
    let mut tx = store.db.begin().await?;
    let at = acts::standing(&mut tx, id).await?;
    let until = looks::until(&mut tx, id).await?;
    let due = until.is_some_and(|until| asked.early || until <= asked.today);
    // A batch that is paused, or that nobody has agreed to yet, waits with all that is in it.
    let runs = matches!(at.batch, state::Batch::Running | state::Batch::Unresolved);
    if at.leased || !runs || !due {
        return Ok(Looked::No);
    }
    let closed = |why: &str| {
        let entry = acting.entry(Kind::ItemMoved).item(id);
        entry.item_move(Item::Postponed, Item::Cancelled).reasons(vec![why.to_owned()])
    };
    let close = one(&at, Item::Cancelled);
    if let Some(later) = looks::overtaken_by(&mut tx, id).await? {
        acting.through(&mut tx, &at, &[close], &[closed("superseded")]).await?;
        tx.commit().await?;
        return Ok(Looked::Overtaken(later));
    }
    let source = source(id);
    let place = One {
        store,
        bot,
        policy,
        schedule: asked.schedule,
        source: &source,
        lookups: asked.lookups,
        today: asked.today,
        due: asked.due,
    };
    let intake = place.open(&mut tx, &acting.actor).await?;
    let batch = intake.batch;
    if let Read::Anew { request_id, .. } = &asked.read {
        let read = acting.entry(Kind::CasesRead).batch(batch).count(1).request(*request_id);
        job_log::append(&mut tx, &[read]).await?;
    }
    let day = asked.today;
    let follower = follower(bot, policy, asked, chain(store, id).await?)?;
    let item = intake.take_in_follower(&mut tx, follower).await?;
    looks::insert(&mut tx, item, id, day).await?;
    // Whoever had it has it still.
    if let Some(officer) = store.item(id).await?.assigned_to {
        acts::assign(&mut tx, item, &officer).await?;
    }
    run(&mut tx, acting, batch).await?;
    acting.through(&mut tx, &at, &[close], &[closed(LOOKED_AT_AGAIN)]).await?;
    tx.commit().await?;
    Ok(Looked::Opened(batch, item))
}
