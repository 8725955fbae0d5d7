//! Signed checkpoints and proofs of single entries, made from the stored tiles.

use std::collections::BTreeMap;

use sqlx::Row as _;

use super::note::{Checkpoint, SecretKey};
use super::proof::{Plan, ProofFile};
use super::tree::{Hash, Tree};
use super::{Head, load};
use crate::db::{Db, Tx};
use crate::error::{Error, Result};
use crate::settings::Folder;

/// The key that signs checkpoints.
pub fn signing_key(folder: &Folder) -> Result<SecretKey> {
    SecretKey::parse(folder.log_key()?.trim()).map_err(|fault| {
        Error::failed(
            format!("the log's signing key is not right: {fault}"),
            "put back the copy you kept",
        )
    })
}

/// Signs the head and keeps the checkpoint, if the log has grown since the last one.
///
/// A log that does not continue the one signed last is not signed: it was cut, restored from an old
/// copy, or rebuilt.
pub async fn checkpoint(db: &Db, folder: &Folder) -> Result<Head> {
    let mut tx = db.begin().await?;
    let (tree, _) = sign(&mut tx, folder).await?;
    tx.commit().await?;
    Ok(Head { size: tree.size(), root: tree.root() })
}

/// The newest signed checkpoint.
pub async fn newest_checkpoint(db: &Db) -> Result<Option<String>> {
    let row = sqlx::query("SELECT note FROM log_checkpoint ORDER BY size DESC LIMIT 1")
        .fetch_optional(db.readers())
        .await?;
    Ok(row.map(|row| row.get("note")))
}

/// The evidence for one entry: that it is in the log as signed now.
pub async fn prove(db: &Db, folder: &Folder, index: u64) -> Result<ProofFile> {
    let mut tx = db.begin().await?;
    let (tree, checkpoint) = sign(&mut tx, folder).await?;
    let plan = Plan::inclusion(index, tree.size())
        .map_err(|fault| Error::usage(fault.to_string(), "see: clerkwork log tail"))?;
    let hashes = hashes(&mut tx, &plan, &tree).await?;
    tx.commit().await?;
    Ok(ProofFile { extra: None, index, hashes, checkpoint })
}

async fn sign(tx: &mut Tx, folder: &Folder) -> Result<(Tree, String)> {
    let key = signing_key(folder)?;
    let (tree, _) = load(tx).await?;
    let last = sqlx::query("SELECT note FROM log_checkpoint ORDER BY size DESC LIMIT 1")
        .fetch_optional(&mut **tx)
        .await?;
    if let Some(last) = last {
        let note: String = last.get("note");
        let signed = Checkpoint::open(&note, std::slice::from_ref(key.verifier()))
            .map_err(|fault| discontinued(&fault.to_string()))?;
        if (signed.size, signed.root) == (tree.size(), tree.root()) {
            return Ok((tree, note));
        }
        if root_at(tx, &tree, signed.size).await? != Some(signed.root) {
            return Err(discontinued("it does not continue the log that was signed last"));
        }
    }
    let note = Checkpoint::sign(tree.size(), tree.root(), &key);
    sqlx::query("INSERT INTO log_checkpoint (size, note) VALUES ($1, $2)")
        .bind(i64::try_from(tree.size()).expect("a log has fewer than 2^63 entries"))
        .bind(&note)
        .execute(&mut **tx)
        .await?;
    Ok((tree, note))
}

/// The root that the log had at an earlier size; `None` if it was never that long.
async fn root_at(tx: &mut Tx, tree: &Tree, size: u64) -> Result<Option<Hash>> {
    if size > tree.size() {
        return Ok(None);
    }
    Ok(hashes(tx, &Plan::root(size), tree).await?.first().copied())
}

async fn hashes(tx: &mut Tx, plan: &Plan, tree: &Tree) -> Result<Vec<Hash>> {
    let mut tiles: BTreeMap<_, Vec<u8>> = BTreeMap::new();
    for id in plan.tiles(tree) {
        let row = sqlx::query("SELECT hashes FROM log_tile WHERE level = $1 AND n = $2")
            .bind(i64::from(id.level))
            .bind(i64::try_from(id.index).expect("fewer tiles than entries"))
            .fetch_optional(&mut **tx)
            .await?;
        if let Some(row) = row {
            tiles.insert(id, row.get("hashes"));
        }
    }
    plan.hashes(tree, |id| tiles.get(&id).map(Vec::as_slice))
        .map_err(|fault| discontinued(&fault.to_string()))
}

fn discontinued(why: &str) -> Error {
    Error::failed(
        format!("the job log is not signed: {why}"),
        "stop work, keep the data folder as it is, and run: clerkwork log verify",
    )
}
