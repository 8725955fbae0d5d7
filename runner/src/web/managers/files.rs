//! The figures as files. The log notes that they were taken.

use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use sha2::{Digest as _, Sha256};

use super::asked::{self, Asked};
use super::figures::data;
use crate::error::{Error, Result};
use crate::figures::{self, Figures};
use crate::job_log::{self, Entry, Kind};
use crate::web::{App, Fault, Visitor};

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

pub(super) async fn book(
    State(app): State<App>,
    visitor: Visitor,
    Query(query): Query<asked::Query>,
) -> Result<Response, Fault> {
    let shown = wanted(&app, &visitor, &query).await?;
    let name = name(&shown, "xlsx");
    let written = tokio::task::spawn_blocking(move || written(&shown));
    let died = |died| Error::failed(format!("writing the figures ended early: {died}"), "");
    let bytes = written.await.map_err(died)??;
    send(&app, &visitor, &name, XLSX, bytes).await
}

pub(super) async fn text(
    State(app): State<App>,
    visitor: Visitor,
    Query(query): Query<asked::Query>,
) -> Result<Response, Fault> {
    let shown = wanted(&app, &visitor, &query).await?;
    let text = figures::csv(&shown)?;
    send(&app, &visitor, &name(&shown, "csv"), "text/csv; charset=utf-8", text.into_bytes()).await
}

async fn wanted(app: &App, visitor: &Visitor, query: &asked::Query) -> Result<Figures, Fault> {
    let asked = Asked::of(query);
    if let Some(wrong) = asked.wrong.first() {
        return Err(Fault::bad(wrong.text.clone(), "choose the days on the page of figures"));
    }
    Ok(data(app, &visitor.person, asked.period).await?)
}

/// The workbook's bytes.
fn written(shown: &Figures) -> Result<Vec<u8>> {
    let place = tempfile::tempdir().map_err(Error::io("a folder for the workbook"))?;
    let path = place.path().join("figures.xlsx");
    figures::write_book(shown, &path)?;
    std::fs::read(&path).map_err(Error::io("reading the workbook"))
}

fn name(shown: &Figures, ending: &str) -> String {
    format!("figures-{}-to-{}.{ending}", shown.from, shown.to)
}

async fn send(
    app: &App,
    visitor: &Visitor,
    name: &str,
    kind: &'static str,
    bytes: Vec<u8>,
) -> Result<Response, Fault> {
    let entry = Entry::new(Kind::FiguresExported, &visitor.actor()).sha256(&Sha256::digest(&bytes));
    let mut tx = app.store.db.begin().await?;
    job_log::append(&mut tx, &[entry]).await?;
    tx.commit().await?;
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    Ok((headers, bytes).into_response())
}
