//! What an item follows: an award that stands is overtaken by a person alone. And what follows it
//! in its own batch: of the same application, the case of the higher rank alone is decided.

use std::collections::BTreeSet;

use super::Pipeline;
use crate::error::{Error, Result};
use crate::ids::ItemId;
use crate::intake::same::award_stands;
use crate::state::Item;
use crate::store::Store;
use crate::store::items::Claimed;
use crate::store::leases::Slice;

impl Pipeline {
    /// Refers what would overtake an award that stands.
    pub(super) async fn look_back(&self, mut claimed: Vec<Claimed>) -> Result<Vec<Claimed>> {
        for item in claimed.iter_mut().filter(|item| item.follows.is_some()) {
            if let Some(earlier) = self.standing_award(item.follows).await? {
                item.case.needs.push(award_stands(earlier));
            }
        }
        Ok(claimed)
    }

    /// The items of a slice that another of their batch overtakes: the same application of the same
    /// applicant, in a case of a higher rank.
    pub(super) async fn overtaken(
        &self,
        slice: &Slice,
        claimed: &[Claimed],
    ) -> Result<BTreeSet<ItemId>> {
        let mut overtaken = BTreeSet::new();
        for (earlier, later) in self.store.followed(slice).await? {
            let Some(item) = claimed.iter().find(|item| item.id == earlier) else { continue };
            let (_, case) = self.store.case(later).await?;
            if case.applicant == item.case.applicant && case.rank > item.case.rank {
                overtaken.insert(earlier);
            }
        }
        Ok(overtaken)
    }

    /// The newest of a chain of earlier items that stands as an award. One that is still to be
    /// decided is decided here to see: rules are pure, so it comes out the same.
    async fn standing_award(&self, newest: Option<ItemId>) -> Result<Option<ItemId>> {
        let mut chain = Vec::new();
        let mut at = newest;
        while let Some(earlier) = at {
            chain.push(earlier);
            at = self.follows(earlier).await?;
        }
        let mut standing = None;
        for earlier in chain.into_iter().rev() {
            if self.awards(earlier, standing.is_some()).await? {
                standing = Some(earlier);
            }
        }
        Ok(standing)
    }

    async fn follows(&self, id: ItemId) -> Result<Option<ItemId>> {
        match self.home_of(id).item(id).await {
            Ok(item) => Ok(item.follows),
            Err(Error::Usage(_)) => Ok(None),
            Err(fault) => Err(fault),
        }
    }

    async fn awards(&self, id: ItemId, after_award: bool) -> Result<bool> {
        let store = self.home_of(id);
        let item = store.item(id).await?;
        match item.state {
            Item::Done | Item::Decided | Item::Posting => Ok(item.award),
            Item::Ready => {
                let (_, case) = store.case(id).await?;
                let (_, ruling) = self.decide(&case)?;
                Ok(ruling.settled() && ruling.award && case.needs.is_empty() && !after_award)
            }
            Item::Waiting
            | Item::Referred
            | Item::Failed
            | Item::Postponed
            | Item::ByHand
            | Item::Cancelled => Ok(false),
        }
    }

    /// The store that an item is in: in a dry run, earlier batches are in the real one.
    fn home_of(&self, id: ItemId) -> &Store {
        match &self.also {
            Some(real) if self.store_is_elsewhere(id) => real,
            _ => &self.store,
        }
    }

    fn store_is_elsewhere(&self, id: ItemId) -> bool {
        self.store.only_batch().is_some_and(|batch| batch != id.batch())
    }
}
