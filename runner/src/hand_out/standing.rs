//! The awards that stand: unsealed a stretch at a time, and only what lists need of each is kept.

use std::collections::VecDeque;
use std::sync::Arc;

use clerkwork_bots::kit::{Registered, Standing};
use tokio::task::JoinHandle;

use crate::error::{Error, Result};
use crate::ids::{BatchId, ItemId};
use crate::store::Store;
use crate::store::hand_out::Sealed;

/// Items that are unsealed at a time.
const STRETCH: i64 = 500;
/// Stretches that are unsealed side by side.
const STRETCHES: usize = 4;

/// What of a stretch is kept, and how many of it were erased.
type Unsealed = Result<(Vec<Standing>, u64)>;

/// Every award of a bot that stands, and how many were erased.
pub(super) async fn read(
    store: &Arc<Store>,
    bot: &'static Registered,
) -> Result<(Vec<Standing>, u64)> {
    let overtaken = store.overtaken().await?;
    let (mut all, mut erased) = (Vec::new(), 0);
    let mut unsealing: VecDeque<JoinHandle<Unsealed>> = VecDeque::new();
    let mut after = ItemId(0);
    let mut pattern: (Option<BatchId>, Arc<[u8]>) = (None, Arc::from([]));
    loop {
        let stretch = store.awards(bot.manifest().name, after, STRETCH).await?;
        let Some(last) = stretch.last() else { break };
        after = last.id();
        let mut rows = Vec::with_capacity(stretch.len());
        for row in stretch {
            if overtaken.contains(&row.id()) {
                continue;
            }
            let batch = row.id().batch();
            if pattern.0 != Some(batch) {
                pattern = (Some(batch), store.pattern(batch).await?.into());
            }
            rows.push((row, Arc::clone(&pattern.1)));
        }
        let store = Arc::clone(store);
        unsealing.push_back(tokio::task::spawn_blocking(move || unseal(&store, bot, &rows)));
        if unsealing.len() == STRETCHES {
            finish(&mut unsealing, &mut all, &mut erased).await?;
        }
    }
    while !unsealing.is_empty() {
        finish(&mut unsealing, &mut all, &mut erased).await?;
    }
    Ok((all, erased))
}

async fn finish(
    unsealing: &mut VecDeque<JoinHandle<Unsealed>>,
    all: &mut Vec<Standing>,
    erased: &mut u64,
) -> Result<()> {
    let Some(first) = unsealing.pop_front() else { return Ok(()) };
    let (standing, gone) = first
        .await
        .map_err(|died| Error::failed(format!("unsealing awards ended early: {died}"), ""))??;
    all.extend(standing);
    *erased += gone;
    Ok(())
}

fn unseal(store: &Store, bot: &Registered, rows: &[(Sealed, Arc<[u8]>)]) -> Unsealed {
    let (mut standing, mut erased) = (Vec::with_capacity(rows.len()), 0);
    for (row, pattern) in rows {
        let Some(award) = store.awarded(row, pattern)? else {
            erased += 1;
            continue;
        };
        let case = award.case.case.get().as_bytes();
        let says = bot
            .listed(case, &award.ruling.ruling)
            .map_err(|fault| Error::failed(fault.to_string(), ""))?;
        if let Some(says) = says {
            let ended = award.ended.map(|end| (end.on, end.reason));
            standing.push(Standing { item: award.item.0, says, ended });
        }
    }
    Ok((standing, erased))
}
