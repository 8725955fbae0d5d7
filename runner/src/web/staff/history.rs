//! What was done to a batch as a whole: from state to state, by whom, and why.

use maud::{Markup, html};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::error::Result;
use crate::job_log;
use crate::store::batches::Batch;
use crate::web::App;
use crate::web::layout;
use crate::web::parts::{self, Event};

/// Entries that are read.
const ENTRIES: i64 = 200;

/// One thing that was done.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::web) struct Done {
    /// What.
    pub what: String,
    /// Who, as the log names them.
    pub by: String,
    /// When, in microseconds since 1970.
    pub at: i64,
    /// Why, in the person's own words.
    pub why: String,
}

/// Asks the log, and the store for the words.
pub(in crate::web) async fn data(app: &App, batch: &Batch) -> Result<Vec<Done>> {
    let whole = batch.id.span().0;
    let entries = job_log::of(&app.store.db, whole, whole, 0, ENTRIES).await?;
    let mut acts = app.store.batch_acts(batch.id).await?;
    let mut history = Vec::new();
    for entry in &entries {
        let Ok(entry) = serde_json::from_slice::<Value>(&entry.bytes) else { continue };
        let text = |name: &str| entry[name].as_str().unwrap_or_default();
        let by = entry["actor"]["id"].as_str().unwrap_or_default();
        let reason = entry["reasons"][0].as_str().unwrap_or_default();
        let at = text("at").parse::<jiff::Timestamp>().map_or(0, jiff::Timestamp::as_microsecond);
        // The words of an act are sealed apart; its entry has its code.
        let said = acts.iter().position(|act| act.by == by && act.what.replace(' ', "-") == reason);
        let why = said.map(|at| acts.remove(at).why).unwrap_or_default();
        let what = match (text("kind"), text("to")) {
            ("batch.moved", to) => format!("became {to}"),
            ("report.written", _) => "results workbook written".to_owned(),
            ("list.exported", _) => "error sheet downloaded".to_owned(),
            ("payload.erased", _) => "cases erased at the end of their time".to_owned(),
            (kind, _) => kind.to_owned(),
        };
        history.push(Done { what, by: by.to_owned(), at, why });
    }
    Ok(history)
}

/// As a timeline.
pub(super) fn render(history: &[Done]) -> Markup {
    let events: Vec<Event> = history
        .iter()
        .map(|done| Event {
            title: layout::sentence(&done.what),
            by: done.by.clone(),
            at: parts::moment(done.at),
            body: html! { @if !done.why.is_empty() { p class="govuk-body" { (done.why) } } },
        })
        .collect();
    parts::timeline(&events)
}
