//! What came in before, as sameness is judged against it.

use std::collections::BTreeMap;

use super::same::Earlier;
use crate::ids::ItemId;
use crate::store::rows::Candidate;

/// A row's blind indexes.
#[derive(Clone)]
pub(super) struct Keys {
    pub(super) reference: Vec<u8>,
    pub(super) strong: Option<Vec<u8>>,
    pub(super) weak: Option<Vec<u8>>,
}

/// What came in before, by the keys that it can be found by.
#[derive(Default)]
pub(super) struct Known {
    all: BTreeMap<ItemId, Candidate>,
    by_key: BTreeMap<Vec<u8>, Vec<ItemId>>,
}

impl Known {
    pub(super) fn add(&mut self, candidate: Candidate) {
        let keys = [&candidate.reference, &candidate.strong, &candidate.weak];
        for key in keys.into_iter().flatten() {
            self.by_key.entry(key.clone()).or_default().push(candidate.id);
        }
        self.all.insert(candidate.id, candidate);
    }

    /// An earlier item, as the person who sent the sheet would look for it.
    pub(super) fn name(&self, id: ItemId) -> String {
        match self.all.get(&id) {
            None => format!("item {id}"),
            Some(it) => format!(
                "item {id} (sheet {:?}, row {} of batch {})",
                it.payload.sheet,
                it.row,
                id.batch()
            ),
        }
    }

    /// Everything that shares a reference or the application with these keys, oldest first.
    pub(super) fn earlier(&self, keys: &Keys, strong: Option<&str>) -> Vec<Earlier<'_>> {
        let wanted = [Some(&keys.reference), keys.strong.as_ref(), keys.weak.as_ref()];
        let mut ids: Vec<ItemId> = wanted
            .into_iter()
            .flatten()
            .filter_map(|key| self.by_key.get(key))
            .flatten()
            .copied()
            .collect();
        ids.sort_unstable();
        ids.dedup();
        ids.iter()
            .filter_map(|id| self.all.get(id))
            .map(|candidate| Earlier {
                id: candidate.id,
                state: candidate.state,
                award: candidate.award,
                by_reference: candidate.reference.as_ref() == Some(&keys.reference),
                by_sameness: same(candidate, keys, strong),
                payload: &candidate.payload,
            })
            .filter(|earlier| earlier.by_reference || earlier.by_sameness)
            .collect()
    }
}

/// Both have the strong key: it decides. Otherwise the weak one does.
fn same(candidate: &Candidate, keys: &Keys, strong: Option<&str>) -> bool {
    match (&candidate.payload.strong, strong) {
        (Some(theirs), Some(ours)) => theirs == ours,
        _ => keys.weak.is_some() && candidate.weak == keys.weak,
    }
}
