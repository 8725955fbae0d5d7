//! The log watched while it grows: only what is new is read, and it must continue what was there.

use sqlx::Row as _;

use super::tree::{Tree, leaf_hash};
use super::verify::check_entry_bytes;
use super::{Check, Head, verify};
use crate::db::Db;
use crate::error::Result;
use crate::settings::Folder;

/// Entries read at a time.
const STRETCH: i64 = 4096;

/// How a whole verification ended: the tree to go on from, or what is wrong.
pub type Begun = std::result::Result<Tree, String>;

/// Verifies the whole log, and gives the tree from which [`follow`] goes on.
pub async fn begin(db: &Db, folder: &Folder) -> Result<Begun> {
    // Read first: what is appended meanwhile is verified too, and read once more later.
    let row =
        sqlx::query("SELECT tree FROM log_head WHERE id = 1").fetch_optional(db.readers()).await?;
    let tree = match row.map(|row| Tree::from_bytes(row.get("tree"))) {
        Some(Ok(tree)) => tree,
        Some(Err(fault)) => return Ok(Err(format!("the job log's head is damaged: {fault}"))),
        None => Tree::new(),
    };
    let held = vec![(tree.size(), tree.root())];
    let report = verify(db, folder, Check { held, ..Check::default() }, |_| {}).await?;
    Ok(if report.sound { Ok(tree) } else { Err(report.message.unwrap_or_default()) })
}

/// Reads what was appended since, and says whether the log continues as it was and ends at its
/// head. What was there before is not read again.
pub async fn follow(db: &Db, since: &Tree) -> Result<Begun> {
    let mut tx = db.readers().begin().await?; // one snapshot: a runner may be at work
    let head = sqlx::query("SELECT size, root FROM log_head WHERE id = 1")
        .fetch_optional(&mut *tx)
        .await?;
    let head = head.map(|row| {
        let root: Vec<u8> = row.get("root");
        let size = u64::try_from(row.get::<i64, _>("size")).unwrap_or(0);
        Head { size, root: root.try_into().unwrap_or([0; 32]) }
    });
    let Some(head) = head.filter(|head| head.size >= since.size()) else {
        return Ok(Err(format!("it is shorter than the {} entries it had before", since.size())));
    };
    let (mut tree, mut full) = (since.clone(), Vec::new());
    loop {
        let next = i64::try_from(tree.size()).unwrap_or(i64::MAX);
        let rows =
            sqlx::query("SELECT idx, entry FROM log_entry WHERE idx >= $1 ORDER BY idx LIMIT $2")
                .bind(next)
                .bind(STRETCH)
                .fetch_all(&mut *tx)
                .await?;
        for row in &rows {
            let (index, bytes) = (row.get::<i64, _>("idx"), row.get::<&[u8], _>("entry"));
            if u64::try_from(index) != Ok(tree.size()) {
                return Ok(Err(format!("entry {} is missing", tree.size())));
            }
            if check_entry_bytes(bytes).is_err() {
                return Ok(Err(format!("entry {index} is not written as an entry is")));
            }
            tree.append(leaf_hash(bytes), &mut full);
            full.clear();
        }
        if rows.is_empty() {
            break;
        }
    }
    if (tree.size(), tree.root()) == (head.size, head.root) {
        return Ok(Ok(tree));
    }
    let from = since.size();
    Ok(Err(format!("its entries from {from} on do not add up to its head of {}", head.size)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::job_log::{Actor, Entry, Kind, append};
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
