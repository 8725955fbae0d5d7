//! One schedule in full, and its run now.

use axum::Form;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use maud::{Markup, html};

use super::schedules::{self, ScheduleShown, came, not_right};
use super::{Asked, done, why};
use crate::clock;
use crate::error::Error;
use crate::schedule;
use crate::web::layout::{self, Page};
use crate::web::parts::{self, Table, Wrong};
use crate::web::rights::Right;
use crate::web::routes::{Route, get, post};
use crate::web::{App, Fault, Visitor};

/// Due times that are looked back over.
const LAST: i64 = 20;

pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/schedules/{name}", &[Right::SeeBatches, Right::SeeHealth], page),
        post("/schedules/{name}/run", &[Right::Operate], run),
    ]
}

async fn found(app: &App, visitor: &Visitor, name: &str) -> Result<ScheduleShown, Fault> {
    let (all, _) = schedules::data(app, &visitor.person, LAST).await?;
    all.into_iter().find(|it| it.name == name).ok_or_else(Fault::not_found)
}

async fn page(
    State(app): State<App>,
    visitor: Visitor,
    Path(name): Path<String>,
) -> Result<Markup, Fault> {
    let it = found(&app, &visitor, &name).await?;
    Ok(shown(&app, &visitor, &it, None))
}

/// Asks for a run, which whoever serves takes within a second or two.
async fn run(
    State(app): State<App>,
    visitor: Visitor,
    Path(name): Path<String>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response, Fault> {
    let it = found(&app, &visitor, &name).await?;
    let sent = Asked(sent);
    let why = match why(&sent) {
        Ok(why) => why,
        Err(wrong) => {
            let page = shown(&app, &visitor, &it, Some((sent.one("why"), &wrong)));
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
        }
    };
    // One that is not right would wait for ever, and nobody would know why.
    schedule::find(&app.folder, &name)?;
    if it.bot_stopped {
        let what = format!("the bot {} has been stopped by a person", it.bot);
        return Err(Error::usage(what, "start it again first, on its own page").into());
    }
    let asked = app.store.ask_for_run(&name, &why, &visitor.actor(), clock::now()).await?;
    let says = if asked {
        "The run was asked for. It begins within a few seconds."
    } else {
        "A run that was asked for waits already."
    };
    done(&app, &visitor, &format!("/schedules/{name}"), says).await
}

fn shown(app: &App, visitor: &Visitor, it: &ScheduleShown, wrong: Option<(&str, &str)>) -> Markup {
    let mut rows = vec![
        (
            "Bot",
            html! { a class="govuk-link" href={ "/bots/" (it.bot) } { (it.bot) }
            @if it.bot_stopped { ", which a person has stopped" } },
        ),
        ("Source", html! { (it.source) }),
        ("Runs", html! { (layout::sentence(&it.when)) }),
        ("Next", next(it)),
    ];
    if let Some(files) = it.files_waiting {
        let n = i64::try_from(files).unwrap_or(i64::MAX);
        rows.push((
            "Watched folder",
            html! { (parts::count(n, false, "file", "files")) " waiting" },
        ));
    }
    if let Some(deadline) = &it.deadline {
        rows.push(("Deadline", html! { (layout::sentence(deadline)) }));
    }
    let action = format!("/schedules/{}/run", it.name);
    let (what, button) = (
        "It runs once, beside its usual times: takes what lies in its folder or is new in its \
         source, and begins a batch.",
        parts::button("Run now"),
    );
    let errors: Vec<Wrong> = wrong.iter().map(|(_, error)| Wrong::new("why-run", *error)).collect();
    let body = html! {
        (parts::error_summary(&errors))
        h1 class="govuk-heading-l" { (it.title) }
        (not_right(&it.faults))
        (parts::summary_list(&rows))
        @if visitor.may(Right::Operate) {
            @match wrong {
                None => (parts::act(&action, "Run now", what, html! {}, button)),
                Some((typed, error)) => (parts::act_again(
                    &action, "Run now", what, html! {}, button, (typed, Some(error)),
                )),
            }
        }
        h2 class="govuk-heading-m" { "Last runs" }
        div id="runs" data-refresh="5" { (last(it)) }
        p class="govuk-body" { a class="govuk-link" href={ "/schedules/" (it.name) } { "Refresh" } }
    };
    let page = Page::new(&it.title)
        .section("/schedules")
        .back("/schedules", "Schedules")
        .script("refresh.js")
        .wrong(wrong.is_some());
    layout::page(app, Some(visitor), &page, body)
}

fn next(it: &ScheduleShown) -> Markup {
    html! {
        @if it.next.is_empty() && it.then.is_none() { "It does not run by itself" }
        ul class="govuk-list govuk-!-margin-bottom-0" {
            @for run in &it.next { li { (run) } }
            @if let Some(then) = &it.then { li { (layout::sentence(then)) } }
        }
    }
}

fn last(it: &ScheduleShown) -> Markup {
    let table = it.last.iter().fold(
        Table::new("Last runs, newest first").caption_hidden().column("Due, and what became of it"),
        |table, ran| table.row(vec![came(ran)]),
    );
    html! {
        @if table.is_empty() {
            (parts::empty("It has not run by itself yet", html! {
                "Its first run is shown here when it was due, or when a person asked for one."
            }))
        } @else { (table) }
    }
}
