//! Acts that decide nothing: ask for evidence, give an item to an officer, close it by hand.

use jiff::civil::Date;

use crate::acts::{Acted, Acting, What, officer};
use crate::error::{Error, Result};
use crate::ids::ItemId;
use crate::job_log::{self, Kind};
use crate::state::Item;
use crate::store::acts;

/// Asks for evidence; the item stays referred. `until` says by when it should be there, and
/// is the day on which the item is due from then on.
pub async fn ask_evidence(
    acting: &Acting<'_>,
    id: ItemId,
    until: Option<Date>,
    today: Date,
) -> Result<Acted> {
    if until.is_some_and(|until| until < today) {
        return Err(Error::usage("evidence cannot be there by a day that is past", ""));
    }
    let what = What::AskEvidence;
    let (mut tx, _) = acting.begin(id, what).await?;
    let entry = acting.entry(Kind::EvidenceAsked);
    let entry = acting.keep(&mut tx, id, what.as_str(), entry).await?;
    acts::wait_until(&mut tx, id, until).await?;
    if let Some(until) = until {
        acts::due(&mut tx, id, until).await?;
    }
    job_log::append(&mut tx, &[entry]).await?;
    acting.end(tx, id).await
}

/// Gives an item to an officer.
pub async fn assign(acting: &Acting<'_>, id: ItemId, to: &str) -> Result<Acted> {
    let name = officer(to)?;
    let what = What::Assign;
    let (mut tx, _) = acting.begin(id, what).await?;
    let entry = acting.entry(Kind::ItemAssigned).officer(&name);
    let entry = acting.keep(&mut tx, id, what.as_str(), entry).await?;
    acts::assign(&mut tx, id, &name).await?;
    job_log::append(&mut tx, &[entry]).await?;
    acting.end(tx, id).await
}

/// Gives items to an officer, in one transaction with an entry for each. What cannot be given,
/// because it was settled or is in somebody's hands meanwhile, is left; answers how many were.
pub async fn assign_each(acting: &Acting<'_>, ids: &[ItemId], to: &str) -> Result<usize> {
    let name = officer(to)?;
    let what = What::Assign;
    let mut tx = acting.store.db.begin().await?;
    let mut entries = Vec::with_capacity(ids.len());
    for id in ids {
        match acting.stands(&mut tx, *id, what).await {
            Ok(_) => {}
            Err(Error::Usage(_) | Error::Failed(_)) => continue,
            Err(fault) => return Err(fault),
        }
        let entry = acting.entry(Kind::ItemAssigned).officer(&name);
        entries.push(acting.keep(&mut tx, *id, what.as_str(), entry).await?);
        acts::assign(&mut tx, *id, &name).await?;
    }
    job_log::append(&mut tx, &entries).await?;
    tx.commit().await?;
    Ok(entries.len())
}

/// Closes an item that was settled outside the flow.
pub async fn by_hand(acting: &Acting<'_>, id: ItemId) -> Result<Acted> {
    acting.settle(id, What::ByHand, Item::ByHand).await
}
