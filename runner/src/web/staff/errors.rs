//! Error sheets of uploads and batches, and a batch's results workbook, as files. What stood in the
//! cells is in them for those alone who may see it, and the log says that it left the store.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path as Place;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use clerkwork_connectors::spreadsheet::{ColumnKind, Heading, Out, SheetId, Workbook, WriteError};

use super::download::Aside;
use super::{SEE, SUBMIT, may_see_cases, seen, upload};
use crate::error::{Error, Result};
use crate::job_log::{self, Entry, Kind};
use crate::report::Report;
use crate::store::batches::Batch;
use crate::store::rows::Reported;
use crate::store::uploads::Part;
use crate::uploads::{Found, RowFault};
use crate::web::rights::Right;
use crate::web::routes::{Route, get};
use crate::web::{App, Fault, Visitor};

/// Rows that are unsealed at a time.
const STRETCH: i64 = 500;
const HEADINGS: [(&str, f64); 5] =
    [("Sheet", 16.0), ("Row", 8.0), ("Column", 24.0), ("Found", 30.0), ("Expected", 60.0)];

pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/uploads/{id}/errors.xlsx", SUBMIT, upload_workbook),
        get("/uploads/{id}/errors.csv", SUBMIT, upload_text),
        get("/batches/{id}/errors.xlsx", SEE, batch_workbook),
        get("/batches/{id}/errors.csv", SEE, batch_text),
        get("/batches/{id}/results.xlsx", &[Right::SeeCases, Right::SeeOwnBatches], results),
    ]
}

type Asked = (State<App>, Visitor, Path<String>);

async fn upload_workbook((State(app), visitor, Path(id)): Asked) -> Result<Response, Fault> {
    of_upload(&app, &visitor, &id, "xlsx").await
}

async fn upload_text((State(app), visitor, Path(id)): Asked) -> Result<Response, Fault> {
    of_upload(&app, &visitor, &id, "csv").await
}

async fn batch_workbook((State(app), visitor, Path(id)): Asked) -> Result<Response, Fault> {
    of_batch(&app, &visitor, &id, "xlsx").await
}

async fn batch_text((State(app), visitor, Path(id)): Asked) -> Result<Response, Fault> {
    of_batch(&app, &visitor, &id, "csv").await
}

async fn of_upload(
    app: &App,
    visitor: &Visitor,
    id: &str,
    ending: &str,
) -> Result<Response, Fault> {
    let (upload, own) = upload::find(app, visitor, id).await?;
    let found: Option<Found> = app.store.upload_part(upload.id, Part::Found).await?;
    let faults = found.unwrap_or_default().faults;
    if own {
        let entry = Entry::new(Kind::ErrorsExported, &visitor.actor())
            .of_schedule(&upload.schedule)
            .sha256(&upload.source)
            .count(many(faults.len()));
        exported(app, entry).await?;
    }
    let aside = Aside::new(app, &format!("upload-{}-errors.{ending}", upload.id))?;
    let path = aside.path();
    blocking(move || {
        let mut sheet = Sheet::new(&path)?;
        for fault in &faults {
            sheet.row(fault, own)?;
        }
        sheet.finish()
    })
    .await?;
    aside.send().await
}

async fn of_batch(app: &App, visitor: &Visitor, id: &str, ending: &str) -> Result<Response, Fault> {
    let batch = seen(app, visitor, id).await?;
    let own = may_see_cases(visitor, &batch);
    if own {
        let entry = Entry::new(Kind::ErrorsExported, &visitor.actor()).batch(batch.id);
        exported(app, entry.count(batch.totals.rejected)).await?;
    }
    let aside = Aside::new(app, &format!("batch-{}-errors.{ending}", batch.id))?;
    let mut sheet = Sheet::new(&aside.path())?;
    let mut after = 0;
    loop {
        let (faults, last) = rejected(app, &batch, after, STRETCH).await?;
        let Some(last) = last else { break };
        after = last;
        sheet = blocking(move || {
            for fault in &faults {
                sheet.row(fault, own)?;
            }
            Ok(sheet)
        })
        .await?;
    }
    blocking(move || sheet.finish()).await?;
    aside.send().await
}

/// What is wrong with the next rejected rows of a batch, and the place of the last of them.
pub(super) async fn rejected(
    app: &App,
    batch: &Batch,
    after: i64,
    limit: i64,
) -> Result<(Vec<RowFault>, Option<i64>)> {
    let rows = app.store.rejected_rows(batch.id, after, limit).await?;
    let last = rows.last().map(|row| row.id().place());
    let store = Arc::clone(&app.store);
    let faults = tokio::task::spawn_blocking(move || {
        let mut faults = Vec::new();
        for row in &rows {
            if let Reported::TurnedAway { row, payload, .. } = store.reported(row, &[])? {
                faults.extend(payload.faults.into_iter().map(|problem| RowFault {
                    sheet: payload.sheet.clone(),
                    row,
                    column: problem.column,
                    code: problem.code,
                    found: problem.found,
                    expected: problem.expected,
                }));
            }
        }
        Ok::<_, Error>(faults)
    });
    let faults = faults.await.map_err(|_| ended())??;
    Ok((faults, last))
}

/// The results workbook, as things stand now.
async fn results((State(app), visitor, Path(id)): Asked) -> Result<Response, Fault> {
    workbook_of(&app, &visitor, &id).await
}

/// The results workbook of a batch, rendered anew.
pub(in crate::web) async fn workbook_of(
    app: &App,
    visitor: &Visitor,
    id: &str,
) -> Result<Response, Fault> {
    let batch = seen(app, visitor, id).await?;
    if !may_see_cases(visitor, &batch) {
        return Err(Fault::forbidden());
    }
    let bot = clerkwork_bots::find(&batch.bot).ok_or_else(|| {
        let what = format!("the bot {} of batch {} is not installed", batch.bot, batch.id);
        Fault::bad(what, "ask an operator for the version of the program that has it")
    })?;
    let notices = app.store.source_of(batch.id).await?.map(|source| source.notices);
    let report = Report {
        store: Arc::clone(&app.store),
        bot,
        council: app.folder.council.clone(),
        notices: notices.unwrap_or_default(),
        actor: visitor.actor(),
    };
    let aside = Aside::new(app, &format!("batch-{}-results.xlsx", batch.id))?;
    report.write(batch.id, &aside.path()).await?;
    job_log::checkpoint(&app.store.db, &app.folder).await?;
    aside.send().await
}

async fn exported(app: &App, entry: Entry) -> Result<()> {
    let mut tx = app.store.db.begin().await?;
    job_log::append(&mut tx, &[entry]).await?;
    tx.commit().await
}

/// An error sheet that is being written: a workbook, or text whose cells no program takes for
/// formulas.
enum Sheet {
    Book(Box<Workbook>, SheetId),
    Text(BufWriter<File>),
}

impl Sheet {
    fn new(path: &Place) -> Result<Self> {
        if path.extension().is_some_and(|ending| ending == "csv") {
            let file = File::create(path).map_err(Error::io("writing an error sheet"))?;
            let mut text = BufWriter::new(file);
            let titles = HEADINGS.map(|(title, _)| title);
            // The mark tells Excel that it is UTF-8.
            write!(text, "\u{feff}{}", line(&titles))
                .map_err(Error::io("writing an error sheet"))?;
            return Ok(Self::Text(text));
        }
        let mut book = Workbook::create(path).map_err(fault)?;
        let headings =
            HEADINGS.map(|(title, width)| Heading { title, width, kind: ColumnKind::General });
        let sheet = book.sheet("Errors", &headings).map_err(fault)?;
        Ok(Self::Book(Box::new(book), sheet))
    }

    fn row(&mut self, wrong: &RowFault, values: bool) -> Result<()> {
        let found = if values { wrong.found.as_str() } else { "" };
        match self {
            Self::Book(book, sheet) => {
                let cells = [
                    Out::Text(&wrong.sheet),
                    Out::Integer(wrong.row),
                    Out::Text(&wrong.column),
                    Out::Wrapped(found),
                    Out::Wrapped(&wrong.expected),
                ];
                book.row(*sheet, &cells).map_err(fault)
            }
            Self::Text(text) => {
                let row = wrong.row.to_string();
                let cells = [&wrong.sheet, &row, &wrong.column, found, &wrong.expected];
                text.write_all(line(&cells).as_bytes()).map_err(Error::io("writing an error sheet"))
            }
        }
    }

    fn finish(self) -> Result<()> {
        match self {
            Self::Book(book, _) => book.finish().map(drop).map_err(fault),
            Self::Text(mut text) => text.flush().map_err(Error::io("writing an error sheet")),
        }
    }
}

/// A line of text with each cell in quotation marks, and a mark before what a spreadsheet would
/// compute.
fn line(cells: &[&str]) -> String {
    let cells = cells.iter().map(|cell| {
        let safe = if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
        format!("\"{safe}{}\"", cell.replace('"', "\"\""))
    });
    cells.collect::<Vec<_>>().join(",") + "\r\n"
}

fn fault(fault: WriteError) -> Error {
    Error::failed(format!("the error sheet was not written: {fault}"), "try it again")
}

fn many(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

fn ended() -> Error {
    Error::failed("a fault in the program ended the download", "try it again")
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|_| ended())?
}

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn a_cell_of_text_is_never_a_formula() {
        let text = line(&["=1+1", "a \"b\"", "-5", "@x", "+44", "\t=1", "plain"]);
        let safe = "\"'=1+1\",\"a \"\"b\"\"\",\"'-5\",\"'@x\",\"'+44\",\"'\t=1\",\"plain\"\r\n";
        assert_eq!(text, safe);
    }
}
