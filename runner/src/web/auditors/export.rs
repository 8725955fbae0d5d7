//! The log, its checkpoint and the proof of one entry, to be checked elsewhere. Entries hold nothing
//! personal; that they were taken is in the log.

use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use futures_util::stream;

use crate::error::{Error, Result};
use crate::ids::{BatchId, ItemId};
use crate::job_log::note::Checkpoint;
use crate::job_log::{self, Entry, Kind, Stored};
use crate::web::{App, Fault, Visitor};

/// Entries that are read at a time.
const STRETCH: i64 = 1000;

/// The newest signed checkpoint.
pub(super) async fn checkpoint(State(app): State<App>) -> Result<Response, Fault> {
    let note = job_log::newest_checkpoint(&app.store.db).await?.ok_or_else(unsigned)?;
    Ok(file("checkpoint", "text/plain; charset=utf-8", Body::from(note)))
}

/// Every entry that the newest checkpoint covers, one a line.
pub(super) async fn entries(State(app): State<App>, visitor: Visitor) -> Result<Response, Fault> {
    if visitor.person.bots.is_some() {
        return Err(Fault::new(
            StatusCode::FORBIDDEN,
            "the log is of the work of every bot, and you do not see all of them",
            "ask an auditor who does; the proof of single entries stands in each record",
        ));
    }
    let note = job_log::newest_checkpoint(&app.store.db).await?.ok_or_else(unsigned)?;
    let key = job_log::signing_key(&app.folder)?;
    let signed =
        Checkpoint::open(&note, std::slice::from_ref(key.verifier())).map_err(|fault| {
            Error::failed(format!("the newest checkpoint is not good: {fault}"), "verify the log")
        })?;
    let size = i64::try_from(signed.size).unwrap_or(i64::MAX);
    let mut tx = app.store.db.begin().await?;
    let entry = Entry::new(Kind::LogExported, &visitor.actor()).count(size);
    job_log::append(&mut tx, &[entry]).await?;
    tx.commit().await?;
    let lines = stream::try_unfold((app, 0_i64), move |(app, next)| async move {
        if next >= size {
            return Ok::<_, Error>(None);
        }
        let entries = job_log::read(&app.store.db, next, STRETCH.min(size - next)).await?;
        let Some(last) = entries.last() else { return Ok(None) };
        let next = last.index + 1;
        let mut lines = Vec::new();
        for entry in &entries {
            lines.extend_from_slice(&entry.bytes);
            lines.push(b'\n');
        }
        Ok(Some((Bytes::from(lines), (app, next))))
    });
    Ok(file("entries.jsonl", "application/jsonl", Body::from_stream(lines)))
}

/// The proof that one entry is in the log, as C2SP tlog-proof has it.
pub(super) async fn proof(
    State(app): State<App>,
    visitor: Visitor,
    Path(index): Path<u64>,
) -> Result<Response, Fault> {
    let stored = one(&app, &visitor, index).await?;
    let proof = job_log::prove(&app.store.db, &app.folder, index).await?;
    let key = job_log::signing_key(&app.folder)?;
    proof.verify(&stored.bytes, std::slice::from_ref(key.verifier())).map_err(|fault| {
        Error::failed(format!("entry {index} cannot be proved: {fault}"), "verify the log")
    })?;
    let name = format!("entry-{index}.tlog-proof");
    Ok(file(&name, "text/plain; charset=utf-8", Body::from(proof.to_text())))
}

/// One entry, byte for byte.
pub(super) async fn entry(
    State(app): State<App>,
    visitor: Visitor,
    Path(index): Path<u64>,
) -> Result<Response, Fault> {
    let stored = one(&app, &visitor, index).await?;
    Ok(file(&format!("entry-{index}.json"), "application/json", Body::from(stored.bytes)))
}

/// An entry of work that they see.
async fn one(app: &App, visitor: &Visitor, index: u64) -> Result<Stored, Fault> {
    let at = i64::try_from(index).map_err(|_| Fault::not_found())?;
    let entries = job_log::read(&app.store.db, at, 1).await?;
    let found = entries.into_iter().next().filter(|entry| entry.index == at);
    let entry = found.ok_or_else(Fault::not_found)?;
    if visitor.person.bots.is_some() {
        let value: serde_json::Value = serde_json::from_slice(&entry.bytes).unwrap_or_default();
        let item = value["item"].as_str().and_then(|id| id.parse().ok()).map(ItemId::batch);
        let batch = item.or_else(|| value["batch"].as_str()?.parse::<BatchId>().ok());
        if let Some(batch) = batch {
            visitor.must_see(&app.store.batch(batch).await?.bot)?;
        }
    }
    Ok(entry)
}

fn unsigned() -> Fault {
    Fault::new(
        StatusCode::NOT_FOUND,
        "nothing has been signed yet",
        "the log is signed when a run ends; at the command line: clerkwork log export",
    )
}

fn file(name: &str, kind: &'static str, body: Body) -> Response {
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    (headers, body).into_response()
}
