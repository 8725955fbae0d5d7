//! `/batches/{id}`: where it stands, its totals, what is left to do and by whom, what was done.

use std::collections::BTreeSet;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use maud::{Markup, html};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::history::{self, Done};
use super::{SEE, acts, errors, may_see_cases, own, seen};
use crate::clock;
use crate::job_log;
use crate::shown::BatchShown;
use crate::state;
use crate::store::batches::Batch;
use crate::uploads::RowFault;
use crate::web::layout::{self, Page};
use crate::web::parts::{self, Table, Wrong};
use crate::web::routes::{Route, get};
use crate::web::{App, Fault, Visitor};

/// Rejected rows whose faults stand on the page.
const REJECTED: i64 = 50;
/// Entries of its log that are looked through for the figures used.
const ENTRIES: i64 = 500;

pub(super) fn routes() -> Vec<Route> {
    vec![get("/batches/{id}", SEE, page), get("/batches/{id}/live", SEE, live)]
}

/// A batch, with what somebody may see of it.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::web) struct BatchSeen {
    /// As lists show it.
    pub batch: BatchShown,
    /// Who queued it, as the log names them.
    pub opened_by: String,
    /// Items decided a minute so far.
    pub rate: i64,
    /// How long it will still take, in seconds; none where that cannot be told.
    pub seconds_left: Option<i64>,
    /// What is wrong with the first rejected rows; what was found is empty for others than whoever
    /// queued it.
    pub faults: Vec<RowFault>,
    /// Figures and rules used, as the first entries of its log name them.
    pub figures: Vec<String>,
    /// How many entries the log has.
    pub log_size: u64,
    /// The root over them.
    pub log_root: String,
    /// What was done to it.
    pub history: Vec<Done>,
}

/// Asks the store and the log.
pub(in crate::web) async fn data(
    app: &App,
    visitor: &Visitor,
    batch: &Batch,
) -> Result<BatchSeen, Fault> {
    let (mut faults, _) = errors::rejected(app, batch, 0, REJECTED).await?;
    // Others download the error sheet, and the log says that they did.
    if !own(visitor, batch) {
        for fault in &mut faults {
            fault.found.clear();
        }
    }
    let head = job_log::head(&app.store.db).await?;
    let (rate, seconds_left) = pace(batch);
    Ok(BatchSeen {
        batch: BatchShown::from(batch),
        opened_by: batch.opened_by.clone(),
        rate,
        seconds_left,
        faults,
        figures: figures(app, batch).await?,
        log_size: head.size,
        log_root: head.root_text(),
        history: history::data(app, batch).await?,
    })
}

/// Items a minute since it was opened, and how long the rest takes at that.
fn pace(batch: &Batch) -> (i64, Option<i64>) {
    let totals = batch.totals;
    let recorded = totals.items - totals.in_hand;
    let seconds = ((clock::micros() - batch.created_at) / 1_000_000).max(1);
    let left = (recorded > 0).then(|| totals.in_hand.saturating_mul(seconds) / recorded);
    (recorded.saturating_mul(60) / seconds, left)
}

async fn figures(app: &App, batch: &Batch) -> Result<Vec<String>, Fault> {
    let (first, last) = batch.id.span();
    let entries = job_log::of(&app.store.db, first, last, 0, ENTRIES).await?;
    let mut figures = BTreeSet::new();
    for entry in &entries {
        let Ok(entry) = serde_json::from_slice::<Value>(&entry.bytes) else { continue };
        let named = entry["figures"].as_array().into_iter().flatten();
        figures.extend(named.filter_map(|it| it.as_str().map(str::to_owned)));
    }
    Ok(figures.into_iter().collect())
}

async fn page(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    let batch = seen(&app, &visitor, &id).await?;
    render(&app, &visitor, &batch, None).await
}

/// What moves while it runs, for the script that asks again.
async fn live(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Markup, Fault> {
    Ok(totals(&seen(&app, &visitor, &id).await?))
}

/// The page, with what was wrong with an act.
pub(super) async fn render(
    app: &App,
    visitor: &Visitor,
    batch: &Batch,
    refused: Option<&acts::Refused>,
) -> Result<Response, Fault> {
    let data = data(app, visitor, batch).await?;
    let heading = format!("Batch {}", batch.id);
    let wrong: Vec<Wrong> = refused
        .map(|it| Wrong::new(format!("why-{}", it.act), it.text.clone()))
        .into_iter()
        .collect();
    let body = html! {
        (parts::error_summary(&wrong))
        h1 class="govuk-heading-l" { (heading) }
        div id="totals" data-refresh=[moves(batch).then_some("3")]
            data-from={ "/batches/" (batch.id) "/live" } {
            (totals(batch))
        }
        @if moves(batch) {
            p class="govuk-body" {
                a class="govuk-link" href={ "/batches/" (batch.id) } { "Refresh" }
            }
        }
        (files(visitor, batch))
        (acts::forms(visitor, batch, refused))
        h2 class="govuk-heading-m" { "About it" }
        (about(batch, &data))
        @if !data.faults.is_empty() { (faults(batch, &data, own(visitor, batch))) }
        h2 class="govuk-heading-m" { "What was done" }
        (history::render(&data.history))
    };
    let page = Page::new(&heading).section("/batches").back("/batches", "All batches");
    let page = page.wrong(!wrong.is_empty()).script("refresh.js");
    let status = if wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok((status, layout::page(app, Some(visitor), &page, body)).into_response())
}

/// Whether something moves by itself just now.
fn moves(batch: &Batch) -> bool {
    match batch.state {
        state::Batch::Loading | state::Batch::Checked | state::Batch::Running => true,
        state::Batch::Unresolved => batch.totals.waiting > 0,
        state::Batch::AwaitingApproval
        | state::Batch::Paused
        | state::Batch::Unreadable
        | state::Batch::Complete
        | state::Batch::Cancelled => false,
    }
}

/// State, progress, totals and what is left: what moves.
fn totals(batch: &Batch) -> Markup {
    let totals = batch.totals;
    let recorded = totals.items - totals.in_hand;
    let mut table = Table::new("Totals").row_headers().column("What").numeric("How many");
    for (label, n) in totals.lines() {
        table = table
            .row(vec![html! { (layout::sentence(label.trim())) }, html! { (parts::number(n)) }]);
    }
    let told = format!(
        "Batch {} is {}: {} of {} items",
        batch.id,
        batch.state,
        parts::number(recorded),
        parts::number(totals.items)
    );
    html! {
        div data-announce=(told) data-ended[!moves(batch)] {
            p class="govuk-body" { (parts::batch_tag(batch.state)) " " (left(batch)) }
            @if totals.items > 0 && totals.in_hand > 0 { (progress(batch)) }
            (table.render())
            @if totals.balance() {
                p class="govuk-body" {
                    "Every row is accounted for: rows are rejected, duplicates or items; items are "
                    "what stands below them."
                }
            } @else {
                (parts::warning_text("These totals do not balance. Tell your operators."))
            }
        }
    }
}

fn progress(batch: &Batch) -> Markup {
    let totals = batch.totals;
    let recorded = totals.items - totals.in_hand;
    let (rate, left) = pace(batch);
    let running = batch.state == state::Batch::Running;
    let rate = match rate {
        n if running && n > 0 => format!(", {} a minute", parts::number(n)),
        _ => String::new(),
    };
    let left = match left.filter(|_| running) {
        Some(seconds) if seconds >= 120 => format!(", about {} minutes to go", seconds / 60),
        Some(seconds) => format!(", about {} seconds to go", seconds.max(1)),
        None => String::new(),
    };
    let text = format!(
        "{} of {} items are decided{rate}{left}",
        parts::number(recorded),
        parts::number(totals.items)
    );
    parts::progress(recorded, totals.items, &text)
}

/// What is left to do, and who does it.
fn left(batch: &Batch) -> String {
    let totals = batch.totals;
    match batch.state {
        state::Batch::Loading => "Its rows are being read.".to_owned(),
        state::Batch::Checked => "Every row is read. It begins in a moment.".to_owned(),
        state::Batch::AwaitingApproval => {
            "Somebody else than who queued it must agree before anything is decided.".to_owned()
        }
        state::Batch::Running => "Its items are being decided.".to_owned(),
        state::Batch::Paused => "An operator holds it. Nothing is lost.".to_owned(),
        state::Batch::Complete => "Nothing is left to do.".to_owned(),
        state::Batch::Cancelled => "It was cancelled.".to_owned(),
        state::Batch::Unreadable => {
            "Its file could not be read, and nothing of it was decided.".to_owned()
        }
        state::Batch::Unresolved => {
            let parts = [
                (totals.referred, "wait for an officer to settle them"),
                (totals.waiting, "wait until another system can be told"),
                (totals.failed, "failed, and wait for an operator to try them again"),
                (totals.postponed, "are put off to a later day"),
            ];
            let parts: Vec<String> = parts
                .into_iter()
                .filter(|(n, _)| *n > 0)
                .map(|(n, what)| format!("{} {what}", parts::number(n)))
                .collect();
            format!("It is unresolved until nothing is left: {}.", parts.join("; "))
        }
    }
}

fn files(visitor: &Visitor, batch: &Batch) -> Markup {
    let read = !matches!(batch.state, state::Batch::Loading | state::Batch::Unreadable);
    let id = batch.id;
    html! {
        @if read && (may_see_cases(visitor, batch) || batch.totals.rejected > 0) {
            h2 class="govuk-heading-m" { "Files" }
            ul class="govuk-list" {
                @if may_see_cases(visitor, batch) {
                    li { a class="govuk-link" href={ "/batches/" (id) "/results.xlsx" } {
                        "Results workbook (.xlsx)"
                    } }
                }
                @if batch.totals.rejected > 0 {
                    li { a class="govuk-link" href={ "/batches/" (id) "/errors.xlsx" } {
                        "Error sheet (.xlsx)"
                    } }
                    li { a class="govuk-link" href={ "/batches/" (id) "/errors.csv" } {
                        "Error sheet as text (.csv)"
                    } }
                }
            }
        }
    }
}

fn about(batch: &Batch, data: &BatchSeen) -> Markup {
    let mut rows = vec![
        ("Schedule", html! { (batch.schedule) }),
        ("Bot", html! { (batch.bot) }),
        ("Queued by", html! { (data.opened_by) }),
        ("Opened", html! { (parts::moment(batch.created_at)) }),
        ("Day of the run", html! { (parts::date(batch.today)) }),
    ];
    if let Some(ended) = batch.ended_at {
        rows.push(("Nothing in hand since", html! { (parts::moment(ended)) }));
    }
    if let Some(earlier) = batch.follows {
        rows.push((
            "Follows",
            html! {
                a class="govuk-link" href={ "/batches/" (earlier) } { "batch " (earlier) }
            },
        ));
    }
    for (lookup, version) in &batch.lookups {
        let text = if version == "none" { "decided without it" } else { "looked at" };
        rows.push(("Second source", html! { (lookup) ": " (text) }));
    }
    if !data.figures.is_empty() {
        rows.push((
            "Figures used",
            html! {
                ul class="govuk-list" { @for figure in &data.figures { li { (figure) } } }
                p class="govuk-hint" { "Of the first items; the results workbook has them all." }
            },
        ));
    }
    rows.push((
        "Job log",
        html! {
            (parts::number(i64::try_from(data.log_size).unwrap_or(i64::MAX))) " entries, root "
            code { (data.log_root) }
        },
    ));
    parts::summary_list(&rows)
}

/// What is wrong with its rejected rows.
fn faults(batch: &Batch, data: &BatchSeen, values: bool) -> Markup {
    let mut table =
        Table::new("Rejected rows").small().column("Sheet").numeric("Row").column("Column");
    if values {
        table = table.column("Found");
    }
    table = table.column("Expected, and how to mend it");
    for fault in &data.faults {
        let mut cells =
            vec![html! { (fault.sheet) }, html! { (fault.row) }, html! { (fault.column) }];
        if values {
            cells.push(html! { (fault.found) });
        }
        cells.push(html! { (layout::sentence(&fault.expected)) });
        table = table.row(cells);
    }
    html! {
        (table.render())
        @if batch.totals.rejected > REJECTED {
            p class="govuk-body" {
                "These are the first " (parts::number(REJECTED)) " of "
                (parts::number(batch.totals.rejected)) " rows; the error sheet has them all."
            }
        }
    }
}
