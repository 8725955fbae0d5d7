//! Does acts on many items, one item after the other, until none is left: also those that a process
//! before this one did not finish. Each item has its turn once, in the transaction of its own act.

use std::time::Duration;

use jiff::SignedDuration;

use crate::acts::Acting;
use crate::clock;
use crate::error::{Error, Result};
use crate::ids::ItemId;
use crate::job_log::Actor;
use crate::store::bulk::{Became, Bulk, BulkId, What};
use crate::web::App;
use crate::web::live::stopped;
use crate::{operate, review};

/// How often it is looked whether something was left.
const LOOK: Duration = Duration::from_secs(5);
/// Items that are read at a time.
const CHUNK: i64 = 100;
/// For so long an item that a runner has in hand is tried again.
const PATIENCE: SignedDuration = SignedDuration::from_mins(10);

/// Does what was asked for, and whatever is asked for later, until we are told to stop.
pub async fn work(app: App) {
    let mut stop = app.stop.clone();
    loop {
        if let Err(fault) = round(&app).await {
            tracing::error!("an act on many items waits: {}", fault.to_string().replace('\n', " "));
        }
        tokio::select! {
            () = app.board.asked.notified() => {}
            () = tokio::time::sleep(LOOK) => {}
            () = stopped(&mut stop) => return,
        }
    }
}

/// Goes once through everything that is not done.
pub(super) async fn round(app: &App) -> Result<()> {
    for id in app.store.bulks_open().await? {
        one(app, id).await?;
    }
    Ok(())
}

async fn one(app: &App, id: BulkId) -> Result<()> {
    let bulk = app.store.bulk(id).await?;
    let Some(why) = app.store.bulk_words(id).await? else { return Ok(()) };
    let actor = Actor { id: bulk.by.clone(), kind: "person" };
    let mut acting = Acting::new(&app.folder, &app.store, actor, &why)?;
    acting.bulk = Some(id);
    let mut after = None;
    loop {
        let items = app.store.bulk_items(id, Became::ToDo, after, CHUNK).await?;
        let Some((last, _)) = items.last() else { break };
        after = Some(*last);
        for (item, _) in items {
            if *app.stop.borrow() {
                return Ok(());
            }
            if let Some(says) = refused(act(&acting, &bulk.what, item).await, &bulk)? {
                app.store.bulk_refused(id, item, &says).await?;
            }
        }
    }
    app.store.end_bulk(id).await
}

async fn act(acting: &Acting<'_>, what: &What, item: ItemId) -> Result<()> {
    let acted = match what {
        What::Retry => operate::retry(acting, item).await,
        What::Cancel => operate::cancel(acting, item).await,
        What::Assign(officer) => review::assign(acting, item, officer).await,
        What::Postpone(day) => operate::postpone(acting, item, *day, clock::today()).await,
    };
    acted.map(drop)
}

/// Why it cannot be done to an item, if it cannot; a fault if nothing can be done just now.
fn refused(acted: Result<()>, bulk: &Bulk) -> Result<Option<String>> {
    match acted {
        Ok(()) => Ok(None),
        Err(Error::Usage(said)) => Ok(Some(said.what)),
        // A runner has it in hand: its turn comes again with the next round.
        Err(Error::Failed(said)) => {
            let asked_for = clock::micros() - bulk.asked_at;
            Ok((i128::from(asked_for) > PATIENCE.as_micros()).then_some(said.what))
        }
        Err(fault @ Error::Sealed(_)) => Ok(Some(fault.to_string())),
        Err(fault @ (Error::Store(_) | Error::Io { .. })) => Err(fault),
    }
}
