//! `/items/{id}/record`: one decision's whole record, to be printed. Personal: that it was looked at,
//! and that it was made to be printed, is in the log before it is shown.
//!
//! | file | job |
//! |---|---|
//! | `shapes` | what a record holds |
//! | `data` | the record, gathered from the store |
//! | `view` | the record as a page |

mod data;
mod shapes;
mod view;

use axum::extract::{Path, State};
use maud::Markup;

use crate::ids::ItemId;
use crate::job_log::{self, Entry, Kind};
use crate::review;
use crate::web::layout::{self, Page};
use crate::web::rights::Right;
use crate::web::{App, Fault, Visitor};

pub(super) async fn page(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Markup, Fault> {
    visitor.must(Right::SeeCases)?;
    let id: ItemId = id.parse().map_err(|_| Fault::not_found())?;
    let item = app.store.item(id).await.map_err(|_| Fault::not_found())?;
    let batch = app.store.batch(id.batch()).await?;
    visitor.must_see(&batch.bot)?;
    review::viewed(&app.store, &visitor.actor(), id).await?;
    let mut tx = app.store.db.begin().await?;
    let entry = Entry::new(Kind::RecordExported, &visitor.actor()).item(id);
    job_log::append(&mut tx, &[entry]).await?;
    tx.commit().await?;
    let record = data::data(&app.store, &item, &batch).await?;
    let page = Page::new(&format!("Record of item {id}")).section("/viewed");
    let page = page.back(format!("/items/{id}"), format!("Item {id}"));
    Ok(layout::page(&app, Some(&visitor), &page, view::body(&record)))
}
