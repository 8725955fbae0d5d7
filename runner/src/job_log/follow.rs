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
