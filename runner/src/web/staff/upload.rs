//! `/uploads/{id}`: how far the check is, what is wrong, and what can be done next.

use axum::extract::{Path, State};
use maud::{Markup, html};
use serde::Serialize;
use utoipa::ToSchema;

use super::choose::state_tag;
use super::{SUBMIT, columns, queue, receive, trial, uploads};
use crate::clock;
use crate::intake::header::Headers;
use crate::state;
use crate::store::batches::Batch;
use crate::store::uploads::{Part, Upload};
use crate::uploads::{About, Found, RowFault, Trial};
use crate::web::layout::{self, Page};
use crate::web::parts::{self, Table};
use crate::web::rights::Right;
use crate::web::routes::{Route, get};
use crate::web::{App, Fault, Visitor};

/// Faults that stand on the page; the error sheet has them all.
const LISTED: usize = 100;

pub(super) fn routes() -> Vec<Route> {
    vec![get("/uploads/{id}", SUBMIT, page)]
}

/// An upload, with what somebody may see of it.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::web) struct Uploaded {
    /// Its number.
    pub upload: i64,
    /// The schedule that it is for.
    pub schedule: String,
    /// Where it stands.
    pub state: state::Upload,
    /// Whether it is one's own: what stands in it is shown to its uploader alone.
    pub own: bool,
    /// The name of the file; empty for others than its uploader.
    pub name: String,
    /// Rows that were looked through.
    pub rows: i64,
    /// Rows that would become an item.
    pub good: i64,
    /// Rows that would be rejected.
    pub rejected: i64,
    /// How much of the file has been read, in per cent.
    pub read: i64,
    /// How long the check has lasted, in seconds.
    pub seconds: i64,
    /// What is wrong with its rows; what was found is empty for others than its uploader.
    pub faults: Vec<RowFault>,
    /// How many things are wrong in all.
    pub faults_in_all: u64,
    /// What else there is to know.
    pub notices: Vec<String>,
    /// Why it cannot be read, and what to do.
    pub unreadable: Option<String>,
    /// The batch that has the same file.
    pub batch: Option<i64>,
    /// Headers that could be matched by hand: the template's and the file's.
    #[serde(skip)]
    pub headers: Option<Headers>,
    /// What a trial gave.
    #[serde(skip)]
    pub trial: Option<Trial>,
    /// Lookups that it is decided without.
    pub without: Vec<String>,
    /// Batches with more items need a second person.
    pub approve_over: Option<i64>,
}

/// An upload that somebody may see: one's own, or for operators anybody's without its contents.
pub(in crate::web) async fn find(
    app: &App,
    visitor: &Visitor,
    id: &str,
) -> Result<(Upload, bool), Fault> {
    let id: i64 = id.parse().map_err(|_| Fault::not_found())?;
    let upload = app.store.upload(id).await?.ok_or_else(Fault::not_found)?;
    visitor.must_see(&upload.bot)?;
    let own = upload.by == visitor.actor().id;
    if own || visitor.may(Right::Operate) {
        return Ok((upload, own));
    }
    Err(Fault::not_found())
}

/// One's own upload: acts are for its uploader alone.
pub(in crate::web) async fn own(app: &App, visitor: &Visitor, id: &str) -> Result<Upload, Fault> {
    match find(app, visitor, id).await? {
        (upload, true) => Ok(upload),
        (_, false) => Err(Fault::forbidden()),
    }
}

/// The batch that has the same file, if any was made of it.
pub(in crate::web) async fn batch_of(app: &App, upload: &Upload) -> Result<Option<Batch>, Fault> {
    let Ok(source) = <[u8; 32]>::try_from(upload.source.as_slice()) else { return Ok(None) };
    let batch = app.store.batch_of_source(&upload.schedule, &source).await?;
    Ok(batch.filter(|batch| batch.state != state::Batch::Unreadable))
}

/// Asks the store.
pub(in crate::web) async fn data(app: &App, upload: &Upload, own: bool) -> Result<Uploaded, Fault> {
    let store = &app.store;
    let about: About = store.upload_part(upload.id, Part::About).await?.unwrap_or_default();
    let found: Found = store.upload_part(upload.id, Part::Found).await?.unwrap_or_default();
    let trial = if own { store.upload_part(upload.id, Part::Tried).await? } else { None };
    let hidden = |fault: RowFault| RowFault { found: String::new(), ..fault };
    let faults = found.faults.into_iter();
    let faults = if own { faults.collect() } else { faults.map(hidden).collect() };
    let schedule = crate::schedule::find(&app.folder, &upload.schedule).ok();
    let unreadable = found.unreadable.map(|(what, advice)| match advice.as_str() {
        "" => what,
        advice => format!("{what}: {advice}"),
    });
    Ok(Uploaded {
        upload: upload.id,
        schedule: upload.schedule.clone(),
        state: upload.state,
        own,
        name: if own { about.name } else { String::new() },
        rows: upload.rows,
        good: upload.good,
        rejected: upload.rejected,
        read: (upload.read_bytes.saturating_mul(100) / upload.bytes.max(1)).clamp(0, 100),
        seconds: (clock::micros() - upload.changed_at.max(upload.created_at)) / 1_000_000,
        faults,
        faults_in_all: found.faults_in_all,
        notices: found.notices,
        unreadable,
        batch: batch_of(app, upload).await?.map(|batch| batch.id.0),
        headers: found.headers.filter(|_| own),
        trial,
        without: about.without.into_keys().collect(),
        approve_over: schedule.and_then(|schedule| schedule.limits.approve_over),
    })
}

async fn page(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Markup, Fault> {
    let (mut upload, own) = find(&app, &visitor, &id).await?;
    if upload.state == state::Upload::Checking {
        // Whoever checked it may have died: then it is begun anew.
        receive::begin_check(&uploads(&app), upload.id).await;
        (upload, _) = find(&app, &visitor, &id).await?;
    }
    let uploaded = data(&app, &upload, own).await?;
    let heading = heading(&uploaded);
    let body = html! {
        h1 class="govuk-heading-l" { (heading) }
        (facts(&uploaded))
        @match uploaded.state {
            state::Upload::Checking => (checking(&uploaded)),
            state::Upload::Unreadable => (unreadable(&uploaded)),
            state::Upload::Checked => (checked(&uploaded)),
            state::Upload::Queued => (queued(&uploaded)),
            state::Upload::Discarded | state::Upload::Expired => (parts::empty(
                "Nothing is left of this upload.",
                parts::link_button("Start again", "/new"),
            )),
        }
    };
    let page = Page::new(&heading).section("/new").back("/new", "Uploads").script("refresh.js");
    Ok(layout::page(&app, Some(&visitor), &page, body))
}

/// `1,204 rows: 1,190 good, 14 to mend`.
fn heading(uploaded: &Uploaded) -> String {
    let rows = parts::count(uploaded.rows, false, "row", "rows");
    match uploaded.state {
        state::Upload::Checking => "Your file is being checked".to_owned(),
        state::Upload::Unreadable => "This file cannot be read as it is".to_owned(),
        state::Upload::Checked | state::Upload::Queued if uploaded.rejected == 0 => {
            format!("{rows}, all good")
        }
        state::Upload::Checked | state::Upload::Queued => format!(
            "{rows}: {} good, {} to mend",
            parts::number(uploaded.good),
            parts::number(uploaded.rejected)
        ),
        state::Upload::Discarded => "This upload was discarded".to_owned(),
        state::Upload::Expired => "This upload was erased: its 7 days were over".to_owned(),
    }
}

fn facts(uploaded: &Uploaded) -> Markup {
    let mut rows = vec![("State", state_tag(uploaded.state))];
    if !uploaded.name.is_empty() {
        rows.push(("File", html! { (uploaded.name) }));
    }
    rows.push(("For", html! { (uploaded.schedule) }));
    if !uploaded.without.is_empty() {
        rows.push(("Decided without", html! { (uploaded.without.join(", ")) }));
    }
    parts::summary_list(&rows)
}

fn checking(uploaded: &Uploaded) -> Markup {
    let rows = parts::count(uploaded.rows, false, "row", "rows");
    let left = uploaded.seconds * (100 - uploaded.read) / uploaded.read.max(1);
    let eta = match uploaded.read {
        0..=4 => String::new(),
        _ => format!(", about {} to go", parts::count(left.max(1), false, "second", "seconds")),
    };
    html! {
        div data-refresh="2" {
            (parts::progress(uploaded.read, 100, &format!("{rows} so far{eta}")))
            p class="govuk-body" {
                a class="govuk-link" href={ "/uploads/" (uploaded.upload) } { "Refresh" }
            }
        }
    }
}

fn unreadable(uploaded: &Uploaded) -> Markup {
    html! {
        @if let Some(why) = &uploaded.unreadable {
            @for line in layout::sentence(why).lines() { p class="govuk-body" { (line) } }
        }
        @if let Some(headers) = &uploaded.headers { (columns::form(uploaded, headers, &[])) }
        @if uploaded.own { (queue::discard_form(uploaded)) }
        p class="govuk-body" {
            a class="govuk-link" href={ "/new/" (uploaded.schedule) } { "Upload another file" }
        }
    }
}

fn checked(uploaded: &Uploaded) -> Markup {
    html! {
        @if let Some(batch) = uploaded.batch { (same(batch)) }
        @for notice in &uploaded.notices { (parts::inset(html! { (layout::sentence(notice)) })) }
        @if !uploaded.faults.is_empty() { (faults(uploaded)) }
        @if let Some(headers) = &uploaded.headers { (columns::optional(uploaded, headers)) }
        @if uploaded.own {
            @if uploaded.good > 0 { (trial::section(uploaded)) }
            @if uploaded.batch.is_none() { (queue::section(uploaded)) }
            (queue::discard_form(uploaded))
        }
    }
}

fn same(batch: i64) -> Markup {
    parts::notice(
        &format!("Batch {batch} has this very file already"),
        html! {
            p class="govuk-body" {
                a class="govuk-notification-banner__link" href={ "/batches/" (batch) } {
                    "See what came of it"
                }
                ". Nothing is gained by queueing it again."
            }
        },
    )
}

/// What is wrong, row by row. What was found stands here and in the error sheet alone.
fn faults(uploaded: &Uploaded) -> Markup {
    let mut table =
        Table::new("What is to be mended").small().column("Sheet").numeric("Row").column("Column");
    if uploaded.own {
        table = table.column("Found");
    }
    table = table.column("Expected, and how to mend it");
    for fault in uploaded.faults.iter().take(LISTED) {
        let mut cells =
            vec![html! { (fault.sheet) }, html! { (fault.row) }, html! { (fault.column) }];
        if uploaded.own {
            cells.push(if fault.found.is_empty() {
                html! { "(nothing)" }
            } else {
                html! { (fault.found) }
            });
        }
        cells.push(html! { (layout::sentence(&fault.expected)) });
        table = table.row(cells);
    }
    let all = i64::try_from(uploaded.faults_in_all).unwrap_or(i64::MAX);
    let shown = uploaded.faults.len().min(LISTED);
    let more = all - i64::try_from(shown).unwrap_or(0);
    let kept = i64::try_from(uploaded.faults.len()).unwrap_or(0);
    html! {
        (table.render())
        @if more > 0 {
            p class="govuk-body" {
                "And " (parts::number(more)) " more: the error sheet has "
                @if kept < all { "the first " (parts::number(kept)) "." } @else { "all of them." }
            }
        }
        p class="govuk-body" {
            "Mend them in your file and upload it again, or queue the good rows alone. "
            a class="govuk-link" href={ "/uploads/" (uploaded.upload) "/errors.xlsx" } {
                "Download the error sheet (.xlsx)"
            }
            " or "
            a class="govuk-link" href={ "/uploads/" (uploaded.upload) "/errors.csv" } { "as text (.csv)" }
            "."
        }
    }
}

fn queued(uploaded: &Uploaded) -> Markup {
    if let Some(batch) = uploaded.batch {
        html! {
            p class="govuk-body" {
                "It is " a class="govuk-link" href={ "/batches/" (batch) } { "batch " (batch) } "."
            }
        }
    } else {
        html! {
            div data-refresh="3" {
                p class="govuk-body" {
                    "It waits until it is begun, usually within seconds. If it does not begin, ask "
                    "an operator: the runner may be stopped, or something that it needs may not be "
                    "there. Nothing is lost meanwhile."
                }
                p class="govuk-body" {
                    a class="govuk-link" href={ "/uploads/" (uploaded.upload) } { "Refresh" }
                }
            }
        }
    }
}
