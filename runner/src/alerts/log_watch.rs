//! The job log kept in view: all of it at the start and once a day, between that what is new.
//!
//! What was verified is remembered in this process and not in the store, where whoever changes the
//! log could change it too.

use jiff::{SignedDuration, Timestamp};

use crate::db::Db;
use crate::error::Result;
use crate::job_log::{self, tree::Tree};
use crate::settings::Folder;

const A_DAY: SignedDuration = SignedDuration::from_hours(24);
/// A log that is not sound is verified again after this time: it may have been put back.
const AN_HOUR: SignedDuration = SignedDuration::from_hours(1);

/// What is known of the log.
#[derive(Debug, Default)]
pub(super) struct LogWatch {
    checked: Option<Tree>,
    whole_at: Option<Timestamp>,
    fault: Option<String>,
}

impl LogWatch {
    /// Looks; what is wrong with the log, if anything.
    pub(super) async fn look(
        &mut self,
        db: &Db,
        folder: &Folder,
        now: Timestamp,
    ) -> Result<Option<String>> {
        let after = if self.fault.is_some() { AN_HOUR } else { A_DAY };
        let due = self.whole_at.is_none_or(|at| now.duration_since(at) >= after);
        let looked = match self.checked.as_ref().filter(|_| !due) {
            Some(tree) => job_log::follow(db, tree).await?,
            None if due => {
                let looked = job_log::begin(db, folder).await?;
                self.whole_at = Some(now);
                looked
            }
            None => return Ok(self.fault.clone()),
        };
        match looked {
            Ok(tree) => (self.checked, self.fault) = (Some(tree), None),
            Err(why) => (self.checked, self.fault) = (None, Some(why)),
        }
        Ok(self.fault.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::job_log::{Actor, Entry, Kind, append, follow};
    use crate::store::Store;
    use crate::vault::Vault;

    async fn grown(store: &Store, entries: usize) {
        let actor = Actor { id: "os:a@b".to_owned(), kind: "person" };
        let mut tx = store.db.begin().await.unwrap();
        let entries = vec![Entry::new(Kind::RunnerStarted, &actor); entries];
        append(&mut tx, &entries).await.unwrap();
        tx.commit().await.unwrap();
    }

    #[tokio::test]
    async fn a_log_that_grows_is_followed_and_a_change_of_what_is_new_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let actor = Actor { id: "os:a@b".to_owned(), kind: "person" };
        let file = folder.path().join("clerkwork.db");
        let store = Store::create(&file, Vault::new(&[1; 32]), &actor).await.unwrap();
        let mut tree = follow(&store.db, &Tree::new()).await.unwrap().unwrap();
        assert_eq!(tree.size(), 1);
        grown(&store, 5000).await;
        tree = follow(&store.db, &tree).await.unwrap().unwrap();
        assert_eq!(tree.size(), 5001);
        let same = follow(&store.db, &tree).await.unwrap().unwrap();
        assert_eq!(same, tree);

        grown(&store, 3).await;
        store.db.statement("DROP TRIGGER log_entry_stays".to_owned()).await.unwrap();
        store.db.statement("DROP TRIGGER log_entry_is_kept".to_owned()).await.unwrap();
        let changed = "UPDATE log_entry SET entry = replace(entry, 'person', 'runner') \
                       WHERE idx = 5002";
        store.db.statement(changed.to_owned()).await.unwrap();
        let why = follow(&store.db, &tree).await.unwrap().unwrap_err();
        assert!(why.contains("do not add up"), "{why}");
        store.db.statement("DELETE FROM log_entry WHERE idx = 5002".to_owned()).await.unwrap();
        let why = follow(&store.db, &tree).await.unwrap().unwrap_err();
        assert_eq!(why, "entry 5002 is missing");
        store.db.statement("UPDATE log_head SET size = 7".to_owned()).await.unwrap();
        let why = follow(&store.db, &tree).await.unwrap().unwrap_err();
        assert!(why.contains("shorter than the 5001"), "{why}");
    }
}
