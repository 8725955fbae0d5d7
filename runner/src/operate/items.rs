//! Acts on items that failed, wait or are still to be decided.

use jiff::civil::Date;

use crate::acts::{Acted, Acting, What};
use crate::clock;
use crate::error::{Error, Result};
use crate::ids::ItemId;
use crate::state::Item;
use crate::store::acts::wait_until;
use crate::store::looks::{self, By};
use crate::store::post_backs;

/// The item will not be decided.
pub async fn cancel(acting: &Acting<'_>, id: ItemId) -> Result<Acted> {
    acting.settle(id, What::Cancel, Item::Cancelled).await
}

/// A failed or postponed item is worked again.
pub async fn retry(acting: &Acting<'_>, id: ItemId) -> Result<Acted> {
    let (mut tx, at) = acting.begin(id, What::Retry).await?;
    // What is decided is not decided anew: only others are told again.
    if at.state == Item::Failed && post_backs::open(&mut tx, id, at.ruling).await? {
        acting.step(&mut tx, &at, What::Retry, Item::Waiting).await?;
        post_backs::rounds(&mut tx, &[(id, 0, Some(clock::micros()))]).await?;
    } else {
        acting.step(&mut tx, &at, What::Retry, Item::Ready).await?;
    }
    wait_until(&mut tx, id, None).await?;
    acting.end(tx, id).await
}

/// Puts an item off until a later day, on which it is looked at again. Until then it is not late.
pub async fn postpone(acting: &Acting<'_>, id: ItemId, until: Date, today: Date) -> Result<Acted> {
    if until <= today {
        return Err(Error::usage(
            "an item is postponed until a later day",
            format!("today is {today}"),
        ));
    }
    let (mut tx, at) = acting.begin(id, What::Postpone).await?;
    // Looked at again it would be decided once more, and others told twice.
    if looks::was_decided(&mut tx, id).await? {
        return Err(Error::usage(
            format!("item {id} has been decided: what is left is to tell others of it"),
            "confirm it, change it or close it by hand; it cannot be put off",
        ));
    }
    acting.step(&mut tx, &at, What::Postpone, Item::Postponed).await?;
    looks::put_off(&mut tx, id, until, By::Person).await?;
    acting.end(tx, id).await
}
