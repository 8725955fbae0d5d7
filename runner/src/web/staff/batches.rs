//! `/batches`: all of them, or for submitters their own.

use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use maud::{Markup, html};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::SEE;
use crate::ids::BatchId;
use crate::shown::BatchShown;
use crate::state;
use crate::store::lists::{At, BatchFilter};
use crate::web::layout::{self, Page};
use crate::web::parts::{self, Field, Tab, Table};
use crate::web::rights::Right;
use crate::web::routes::{Route, get};
use crate::web::{App, Fault, Visitor, encoded};

/// Batches on a page.
const ROWS: i64 = 50;

/// The views of the list: name in the address, text, and the states in it.
const VIEWS: &[(&str, &str, &[state::Batch])] = &[
    ("", "All", &[]),
    ("awaiting-approval", "Awaiting approval", &[state::Batch::AwaitingApproval]),
    (
        "under-way",
        "Under way",
        &[
            state::Batch::Loading,
            state::Batch::Checked,
            state::Batch::Running,
            state::Batch::Paused,
        ],
    ),
    ("unresolved", "Unresolved", &[state::Batch::Unresolved]),
    ("complete", "Complete", &[state::Batch::Complete]),
    ("ended", "Cancelled or unreadable", &[state::Batch::Cancelled, state::Batch::Unreadable]),
];

pub(super) fn routes() -> Vec<Route> {
    vec![get("/batches", SEE, page)]
}

/// Which part of the list.
#[derive(Clone, Debug, Default, Deserialize)]
pub(in crate::web) struct Asked {
    /// One of the views.
    #[serde(default)]
    pub view: String,
    /// Only of this schedule.
    #[serde(default)]
    pub schedule: String,
    /// The one of this number.
    #[serde(default)]
    pub number: String,
    /// What follows this cursor.
    pub after: Option<String>,
    /// What stands before this cursor.
    pub before: Option<String>,
}

/// Batches, a page of them.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::web) struct Batches {
    /// The page.
    pub batches: Vec<BatchShown>,
    /// How many there are, as far as they were counted.
    pub count: i64,
    /// There are more than were counted.
    pub more: bool,
    /// The cursor of the next page.
    pub next: Option<String>,
    /// The cursor of the page before.
    pub previous: Option<String>,
}

/// Asks the store.
pub(in crate::web) async fn data(
    app: &App,
    visitor: &Visitor,
    asked: &Asked,
) -> Result<Batches, Fault> {
    let view = VIEWS.iter().find(|(name, ..)| *name == asked.view).ok_or_else(Fault::not_found)?;
    let mine = !visitor.may(Right::SeeBatches);
    let filter = BatchFilter {
        bots: visitor.person.bots.clone(),
        schedule: Some(asked.schedule.clone()).filter(|name| !name.is_empty()),
        states: view.2.to_vec(),
        opened_by: mine.then(|| visitor.actor().id),
    };
    let at = At { after: asked.after.clone(), before: asked.before.clone(), limit: ROWS };
    let listing = app.store.list_batches(&filter, &at).await?;
    Ok(Batches {
        batches: listing.rows.iter().map(BatchShown::from).collect(),
        count: listing.count.n,
        more: listing.count.more,
        next: listing.next,
        previous: listing.previous,
    })
}

async fn page(
    State(app): State<App>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    let number = asked.number.trim();
    if let Ok(id) = number.parse::<BatchId>() {
        return Ok(Redirect::to(&format!("/batches/{id}")).into_response());
    }
    let listing = data(&app, &visitor, &asked).await?;
    let mine = !visitor.may(Right::SeeBatches);
    let heading = if mine { "Your batches" } else { "Batches" };
    let wrong =
        (!number.is_empty()).then_some("The number of a batch is a whole number, such as 12");
    let body = html! {
        h1 class="govuk-heading-l" { (heading) }
        @if visitor.may(Right::SubmitBatches) {
            (parts::link_button("Start a new batch", "/new"))
        }
        (views(&asked))
        (filter(&app, &visitor, &asked, wrong)?)
        @if listing.batches.is_empty() { (nothing(&visitor, &asked)) } @else {
            p class="govuk-body" {
                (parts::count(listing.count, listing.more, "batch", "batches"))
            }
            (table(&listing.batches))
            (parts::pagination(
                listing.previous.map(|at| href(&asked, &asked.view, Some(("before", &at)))).as_deref(),
                listing.next.map(|at| href(&asked, &asked.view, Some(("after", &at)))).as_deref(),
            ))
        }
    };
    let page = Page::new(heading).section("/batches").wide();
    Ok(layout::page(&app, Some(&visitor), &page, body).into_response())
}

fn href(asked: &Asked, view: &str, cursor: Option<(&str, &str)>) -> String {
    let schedule = ("schedule", asked.schedule.as_str());
    let all = [Some(("view", view)), Some(schedule), cursor];
    let set = all.into_iter().flatten().filter(|(_, value)| !value.is_empty());
    let set: Vec<String> = set.map(|(name, value)| format!("{name}={}", encoded(value))).collect();
    if set.is_empty() { "/batches".to_owned() } else { format!("/batches?{}", set.join("&")) }
}

fn views(asked: &Asked) -> Markup {
    let hrefs: Vec<String> = VIEWS.iter().map(|(name, ..)| href(asked, name, None)).collect();
    let tabs: Vec<Tab<'_>> = VIEWS
        .iter()
        .zip(&hrefs)
        .map(|((name, text, _), href)| Tab {
            href,
            text,
            count: None,
            current: *name == asked.view,
        })
        .collect();
    parts::tabs("Batches by state", &tabs)
}

fn filter(
    app: &App,
    visitor: &Visitor,
    asked: &Asked,
    wrong: Option<&str>,
) -> Result<Markup, Fault> {
    let (schedules, _) = crate::schedule::all(&app.folder)?;
    let mut options = vec![(String::new(), "All".to_owned())];
    let seen = schedules.into_values().filter(|it| visitor.person.sees(&it.bot));
    options.extend(seen.map(|it| (it.name.clone(), super::title(&it).to_owned())));
    let fields = html! {
        @if !asked.view.is_empty() { input type="hidden" name="view" value=(asked.view); }
        (parts::select(&Field::new("schedule", "Schedule").value(&asked.schedule), &options))
        (parts::input(
            &Field::new("number", "Number of a batch")
                .value(asked.number.trim()).numeric().width(5).error(wrong),
        ))
    };
    let set = !asked.schedule.is_empty() || wrong.is_some();
    Ok(parts::filters("/batches", fields, set))
}

fn nothing(visitor: &Visitor, asked: &Asked) -> Markup {
    let filtered = !asked.view.is_empty() || !asked.schedule.is_empty();
    let (text, next) = if filtered {
        (
            "There is no such batch.",
            html! {
                p class="govuk-body" { a class="govuk-link" href="/batches" { "Show all batches" } }
            },
        )
    } else if visitor.may(Right::SubmitBatches) {
        (
            "There are no batches yet.",
            html! {
                p class="govuk-body" { "Upload a sheet: its batch stands here as soon as it is queued." }
            },
        )
    } else {
        (
            "There are no batches yet.",
            html! {
                p class="govuk-body" {
                    "They come when somebody queues a sheet, or when a schedule is due."
                }
            },
        )
    };
    parts::empty(text, next)
}

fn table(batches: &[BatchShown]) -> Markup {
    let mut table = Table::new("Batches, newest first")
        .caption_hidden()
        .row_headers()
        .column("Batch")
        .column("Schedule")
        .column("State")
        .column("Opened")
        .numeric("Rows")
        .numeric("Rejected")
        .numeric("Duplicates")
        .numeric("Items")
        .numeric("Decided")
        .numeric("To settle")
        .numeric("In hand");
    for batch in batches {
        let totals = batch.totals;
        let mut cells = vec![
            html! { a class="govuk-link" href={ "/batches/" (batch.batch) } { (batch.batch) } },
            html! { (batch.schedule) },
            parts::batch_tag(batch.state),
            html! { (opened(batch)) },
        ];
        let numbers = [
            totals.rows,
            totals.rejected,
            totals.duplicates,
            totals.items,
            totals.done + totals.by_hand,
            totals.unresolved(),
            totals.in_hand,
        ];
        cells.extend(numbers.map(|n| html! { (parts::number(n)) }));
        table = table.row(cells);
    }
    table.render()
}

fn opened(batch: &BatchShown) -> String {
    let at = batch.opened_at.as_ref().and_then(|at| at.parse::<jiff::Timestamp>().ok());
    at.map_or_else(String::new, |at| parts::moment(at.as_microsecond()))
}
