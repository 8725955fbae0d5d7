//! The first page: what waits for whoever is signed in, and where else they may go.

use axum::extract::State;
use maud::{Markup, html};
use serde::Serialize;
use utoipa::ToSchema;

use super::layout::{self, Page};
use super::rights::Right;
use super::routes::{Route, get};
use super::{App, Fault, Visitor, operators, parts};
use crate::clock;
use crate::error::Result;
use crate::state;
use crate::store::lists::{Assigned, At, BatchFilter, Counted, ItemFilter};

#[cfg(test)]
mod tests;

pub(super) fn routes() -> Vec<Route> {
    vec![get("/", &[Right::SignedIn], page)]
}

/// Something that waits, and how much of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(in crate::web) struct Waiting {
    /// How many, as far as they were counted.
    pub n: i64,
    /// There are more.
    pub more: bool,
    /// What waits, to be read after the number.
    pub what: &'static str,
    /// Where it is.
    pub href: &'static str,
}

impl Waiting {
    fn new(
        Counted { n, more }: Counted,
        [one, many]: [&'static str; 2],
        href: &'static str,
    ) -> Self {
        Self { n, more, what: if n == 1 && !more { one } else { many }, href }
    }
}

/// What waits for somebody, by what they are there for; nothing of which there is none.
pub(in crate::web) async fn data(app: &App, visitor: &Visitor) -> Result<Vec<Waiting>> {
    let mut all = Vec::new();
    if visitor.may(Right::Settle) {
        all.extend(to_settle(app, visitor).await?);
        let n = operators::payments_to_settle(app, &visitor.person).await?;
        let what = ["payment waits for an officer", "payments wait for an officer"];
        all.push(Waiting::new(Counted { n, more: false }, what, "/payments/to-settle"));
    }
    if visitor.may(Right::Approve) {
        let states = vec![state::Batch::AwaitingApproval];
        let n = batches(app, visitor, states, None).await?;
        let what = ["batch awaits approval", "batches await approval"];
        all.push(Waiting::new(n, what, "/batches?view=awaiting-approval"));
        let n = operators::awaiting_release(app, visitor).await?;
        let what = ["payments file awaits release", "payments files await release"];
        all.push(Waiting::new(Counted { n, more: false }, what, "/payments"));
    }
    if visitor.may(Right::SubmitBatches) {
        let own = Some(visitor.actor().id);
        let states = vec![state::Batch::Unresolved];
        let n = batches(app, visitor, states, own).await?;
        let what = ["batch of yours is unresolved", "batches of yours are unresolved"];
        all.push(Waiting::new(n, what, "/batches?view=unresolved"));
    }
    if visitor.may(Right::Operate) {
        let counts = app.store.item_counts(visitor.person.bots.as_ref()).await?;
        for (state, what, href) in [
            (state::Item::Failed, ["item has failed", "items have failed"], "/items?state=failed"),
            (
                state::Item::Waiting,
                ["item waits for another system", "items wait for other systems"],
                "/items?state=waiting",
            ),
        ] {
            let n = counts.get(&state).copied().unwrap_or(0);
            all.push(Waiting::new(Counted { n, more: false }, what, href));
        }
    }
    let open: Vec<_> = layout::sections(visitor).map(|(path, _)| path).collect();
    let opens = |href: &str| {
        let path = href.split('?').next().unwrap_or(href);
        open.iter().any(|it| path == *it || path.starts_with(&format!("{it}/")))
    };
    all.retain(|waiting| waiting.n > 0 && opens(waiting.href));
    Ok(all)
}

/// What the officers' list holds for this one, as its filters count it.
async fn to_settle(app: &App, visitor: &Visitor) -> Result<Vec<Waiting>> {
    let all = || ItemFilter {
        bots: visitor.person.bots.clone(),
        states: vec![state::Item::Referred, state::Item::Failed],
        ..ItemFilter::default()
    };
    let own = Some(Assigned::To(visitor.person.name.clone()));
    let mut waiting = Vec::new();
    for (filter, what, href) in [
        (
            ItemFilter { due_by: Some(clock::today()), ..all() },
            ["item is due today or late", "items are due today or late"],
            "/to-do?due=today",
        ),
        (
            ItemFilter { assigned: own, ..all() },
            ["item is assigned to you", "items are assigned to you"],
            "/to-do?assigned=me",
        ),
        (
            ItemFilter { assigned: Some(Assigned::Nobody), ..all() },
            ["item is assigned to nobody", "items are assigned to nobody"],
            "/to-do?assigned=nobody",
        ),
    ] {
        let count = app.store.list_items(&filter, &At::first(1)).await?.count;
        waiting.push(Waiting::new(count, what, href));
    }
    Ok(waiting)
}

async fn batches(
    app: &App,
    visitor: &Visitor,
    states: Vec<state::Batch>,
    opened_by: Option<String>,
) -> Result<Counted> {
    let bots = visitor.person.bots.clone();
    let filter = BatchFilter { bots, states, opened_by, ..BatchFilter::default() };
    Ok(app.store.list_batches(&filter, &At::first(1)).await?.count)
}

/// What each section is for.
fn purpose(path: &str) -> &'static str {
    match path {
        "/to-do" => "Settle what waits for a person, by the day it is due",
        "/new" => "Upload a sheet, try it, queue it",
        "/batches" => "How far each batch is, and what came of it",
        "/items" => "Every item: find, filter, retry, cancel",
        "/payments" => "What is to be paid: release a payments file that somebody else made",
        "/log" => "Watch and search what happens, as it happens",
        "/log/verify" => "Prove that nobody changed the job log",
        "/viewed" => "Who looked at which case, and when",
        "/schedules" => "When each job runs next; run one now",
        "/outlets" => "The systems that are told, and until when one is paused",
        "/workers" => "The processes that decide items",
        "/health" => "How the runner is, and what needs care",
        "/figures" => "What was done this week and month, without anything personal",
        "/people" => "Who may sign in, and what they may do",
        "/keys" => "Keys by which programs act",
        _ => "",
    }
}

async fn page(State(app): State<App>, visitor: Visitor) -> Result<Markup, Fault> {
    let title = "What waits for you";
    let waiting = data(&app, &visitor).await?;
    let sections: Vec<_> = layout::sections(&visitor).filter(|(path, _)| *path != "/").collect();
    let body = html! {
        h1 class="govuk-heading-l" { (title) }
        @if waiting.is_empty() {
            (parts::empty("Nothing waits for you.", next(!sections.is_empty())))
        } @else {
            ul class="cw-counts" {
                @for one in &waiting {
                    li class="cw-count" {
                        a class="govuk-link cw-count__link" href=(one.href) {
                            span class="cw-count__number" {
                                (parts::number(one.n)) @if one.more { " or more" }
                            }
                            " " span class="cw-count__text" { (one.what) }
                        }
                    }
                }
            }
        }
        @if !sections.is_empty() {
            h2 class="govuk-heading-m" { "Where you can go" }
            dl class="govuk-summary-list" {
                @for (path, name) in sections {
                    div class="govuk-summary-list__row" {
                        dt class="govuk-summary-list__key" {
                            a class="govuk-link" href=(path) { (name) }
                        }
                        dd class="govuk-summary-list__value" { (purpose(path)) }
                    }
                }
            }
        }
    };
    Ok(layout::page(&app, Some(&visitor), &Page::new(title).section("/"), body))
}

/// What to do when nothing waits.
fn next(anywhere: bool) -> Markup {
    let words = if anywhere {
        "What comes in for you will be counted here. Below is where else you can go."
    } else {
        "None of your roles opens anything. Ask an administrator for the role that you need."
    };
    html! { p class="govuk-body" { (words) } }
}
