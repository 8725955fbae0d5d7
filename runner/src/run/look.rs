//! What was put off is looked at again: read anew where its source lives, completed from the
//! lookups as they are now, and worked in a batch of its own.

use std::sync::Arc;
use std::time::Instant;

use clerkwork_bots::kit::Need;

use super::{Outcome, Runner, versions};
use crate::acts::Acting;
use crate::error::Result;
use crate::ids::ItemId;
use crate::intake::{ReadAnew, read_anew};
use crate::lookups::Lookups;
use crate::operate::{self, Looked, Looking, Read};
use crate::store::payload::{CasePayload, Problem};

/// What came of a look at one item.
#[derive(Debug)]
pub struct Look {
    /// The item that was put off.
    pub earlier: ItemId,
    /// What took its place, and the outcome of its batch.
    pub what: Result<(Looked, Option<Outcome>)>,
}

impl Runner {
    /// Looks at items of this schedule again, one after the other, until it is told to stop. `early`:
    /// also at those whose day has not come. What cannot be looked at stays put off.
    pub async fn look_again(&self, items: &[ItemId], early: bool) -> Result<Vec<Look>> {
        let why = "its day has come";
        let acting = Acting::new(&self.folder, &self.store, self.actor.clone(), why)?;
        let lookups = Arc::new(self.lookups().await?);
        self.note_policy().await?;
        let mut looks = Vec::with_capacity(items.len());
        for earlier in items {
            if *self.stop.borrow() {
                break;
            }
            let what = self.look(&acting, &lookups, *earlier, early).await;
            looks.push(Look { earlier: *earlier, what });
        }
        Ok(looks)
    }

    async fn look(
        &self,
        acting: &Acting<'_>,
        lookups: &Arc<Lookups>,
        earlier: ItemId,
        early: bool,
    ) -> Result<(Looked, Option<Outcome>)> {
        let started = Instant::now();
        let (_, kept) = self.store.case(earlier).await?;
        let asked = Looking {
            earlier,
            read: self.read(&kept).await?,
            kept,
            early,
            schedule: &self.request.schedule.name,
            lookups: &versions(lookups),
            today: self.request.today,
            due: self.due(self.request.today)?,
        };
        let looked =
            operate::look_again(acting, &self.store, self.bot, &self.policy, asked).await?;
        let Looked::Opened(batch, _) = looked else { return Ok((looked, None)) };
        let recorded = self.work(batch, Arc::clone(lookups)).await?;
        let outcome = self.finish(batch, recorded, started).await?;
        Ok((looked, Some(outcome)))
    }

    /// The case as the CRM has it now. A sheet does not live: its row stays as it was read.
    async fn read(&self, kept: &CasePayload) -> Result<Read> {
        let schedule = &self.request.schedule;
        let Some(origin) = kept.origin.as_ref().filter(|_| schedule.source.is_crm()) else {
            return Ok(Read::Kept(None));
        };
        let connection = self.connections.dataverse(&self.folder, schedule.source.connection())?;
        let (policy, today) = (&self.policy, self.request.today);
        let read = read_anew(&connection, self.bot, policy, schedule, origin.record, today).await?;
        let Some(ReadAnew { row, request_id }) = read else {
            let why = "The CRM has no such case any more for this schedule: it was closed, given to \
                       somebody else or deleted there. What follows rests on the case as it was \
                       read before.";
            return Ok(Read::Kept(Some(Need::new(operate::GONE, why))));
        };
        Ok(match row.what {
            Ok(prepared) => Read::Anew {
                prepared: Box::new(prepared),
                sheet: row.sheet.to_string(),
                address: row.address,
                origin: row.origin,
                request_id,
            },
            Err((faults, _)) => Read::Kept(Some(unreadable(&faults))),
        })
    }
}

fn unreadable(faults: &[Problem]) -> Need {
    let faults = faults.iter().map(|fault| format!("{}: {}", fault.column, fault.expected));
    let why = format!(
        "The case has values in the CRM now that cannot be read. What follows rests on the case as \
         it was read before. Expected is: {}",
        faults.collect::<Vec<_>>().join("; ")
    );
    Need::new(operate::NOT_AS_ITS_FORM, why)
}
