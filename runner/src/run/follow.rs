//! A batch of one that follows an old item: opened, worked and reported like any other.

use std::sync::Arc;
use std::time::Instant;

use jiff::civil::Date;

use super::{Outcome, Runner, versions};
use crate::acts::{Acting, Seen};
use crate::error::Result;
use crate::ids::ItemId;
use crate::operate::{self, As, Followed, Following};

/// What is to follow what.
pub struct Follow {
    /// The earlier item.
    pub earlier: ItemId,
    /// As what.
    pub kind: As,
    /// Fields that are changed: header and value.
    pub set: Vec<(String, String)>,
    /// Why, in the person's words.
    pub why: String,
    /// What the person saw of the earlier item.
    pub seen: Option<Seen>,
    /// By when the new item is to be settled, where that is not the usual time.
    pub due: Option<Date>,
}

impl Runner {
    /// Opens the new item and works it; the same call goes on with one that is not decided yet.
    pub async fn follow(self, follow: &Follow) -> Result<(Followed, Outcome)> {
        let started = Instant::now();
        let mut acting = Acting::new(&self.folder, &self.store, self.actor.clone(), &follow.why)?;
        acting.seen = follow.seen;
        let lookups = Arc::new(self.lookups().await?);
        self.note_policy().await?;
        let asked = Following {
            earlier: follow.earlier,
            kind: follow.kind,
            set: &follow.set,
            schedule: &self.request.schedule.name,
            lookups: &versions(&lookups),
            today: self.request.today,
            due: follow.due.or(self.due(self.request.today)?),
        };
        let followed =
            operate::follow(&acting, &self.store, self.bot, &self.policy, &asked).await?;
        let recorded = self.work(followed.batch, lookups).await?;
        let outcome = self.finish(followed.batch, recorded, started).await?;
        Ok((followed, outcome))
    }
}
