//! What would come of the first rows: outcome, reasons and working of each. Personal: for the
//! uploader alone.

use axum::Form;
use axum::extract::{Path, State};
use axum::response::Response;
use clerkwork_bots::kit::Shown;
use maud::{Markup, html};
use serde::Deserialize;

use super::upload::{self, Uploaded};
use super::{SUBMIT, done, uploads};
use crate::state;
use crate::uploads::{self as kept, Trial, TriedRow};
use crate::web::layout;
use crate::web::parts::{self, Choice, Field};
use crate::web::routes::{Route, post};
use crate::web::{App, Fault, Visitor};

pub(super) fn routes() -> Vec<Route> {
    vec![post("/uploads/{id}/try", SUBMIT, try_rows)]
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    rows: String,
}

async fn try_rows(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<String>,
    Form(asked): Form<Asked>,
) -> Result<Response, Fault> {
    let upload = upload::own(&app, &visitor, &id).await?;
    if upload.state != state::Upload::Checked {
        return Err(Fault::bad(
            format!("an upload that is {} cannot be tried", upload.state),
            "go back, and see where it stands",
        ));
    }
    if app.store.bot_stopped(&upload.bot).await? {
        let what = "a person has stopped this bot";
        return Err(Fault::bad(what, "try the rows when it is started again; operators know why"));
    }
    let first = match asked.rows.as_str() {
        "20" => Some(20),
        "100" => Some(100),
        "all" => None,
        _ => return Err(Fault::bad("how many rows?", "choose 20, 100 or all")),
    };
    let who = (&visitor.actor(), app.stop.clone());
    kept::try_rows(&uploads(&app), &app.connections, &upload, first, who).await?;
    let to = format!("/uploads/{}#trial", upload.id);
    done(&app, &visitor, "The rows were tried; nothing was decided, and nobody was told", &to).await
}

/// The question, and what the last trial gave.
pub(super) fn section(uploaded: &Uploaded) -> Markup {
    let choices = [
        Choice::new("20", "The first 20"),
        Choice::new("100", "The first 100"),
        Choice::new("all", "All rows").hint("The first 100 are shown one by one"),
    ];
    html! {
        h2 class="govuk-heading-m" id="trial" { "Try it" }
        @if let Some(trial) = &uploaded.trial { (gave(trial)) }
        form method="post" action={ "/uploads/" (uploaded.upload) "/try" } novalidate {
            (parts::radios(
                &Field::new("rows", "Which rows are to be tried?")
                    .hint("You see what the bot would decide and why. Nothing is kept, nobody is told.")
                    .value("20"),
                &choices,
            ))
            (parts::secondary_button("Try these rows"))
        }
    }
}

fn gave(trial: &Trial) -> Markup {
    let counts: Vec<String> =
        trial.counts.iter().map(|(what, n)| format!("{} {what}", parts::number(*n))).collect();
    let shown = i64::try_from(trial.rows.len()).unwrap_or(0);
    html! {
        p class="govuk-body" {
            (parts::count(trial.tried, false, "row", "rows")) " tried on " (parts::moment(trial.at))
            ": " (counts.join(", ")) "."
            @if shown < trial.tried { " The first " (parts::number(shown)) " are shown." }
        }
        @for row in &trial.rows { (one(row)) }
    }
}

fn one(row: &TriedRow) -> Markup {
    let summary = format!("Row {}, {}: {}", row.row, row.reference, row.outcome);
    let decision: Vec<(&str, Markup)> =
        row.decision.iter().map(|(what, it)| (what.as_str(), value(it))).collect();
    let body = html! {
        @if !decision.is_empty() { (parts::summary_list(&decision)) }
        @if !row.needs.is_empty() {
            p class="govuk-body govuk-!-font-weight-bold" {
                @if row.working.is_empty() { "Why it goes no further" } @else { "What a person is needed for" }
            }
            (bullets(&row.needs))
        }
        @if !row.reasons.is_empty() {
            p class="govuk-body govuk-!-font-weight-bold" { "Reasons" }
            (bullets(&row.reasons))
        }
        @if !row.working.is_empty() { (working(row)) }
    };
    parts::details(&summary, body)
}

fn working(row: &TriedRow) -> Markup {
    let mut table =
        parts::Table::new("Working").small().row_headers().column("What").column("How much");
    for line in &row.working {
        table = table.row(vec![html! { (line.label) }, html! { (line.amount) }]);
    }
    table.render()
}

fn bullets(texts: &[String]) -> Markup {
    html! {
        ul class="govuk-list govuk-list--bullet" {
            @for text in texts { li { (layout::sentence(text)) } }
        }
    }
}

fn value(shown: &Shown) -> Markup {
    match shown {
        Shown::Empty => html! {},
        Shown::Text(text) => html! { (text) },
        Shown::Date(day) => html! { (parts::date(*day)) },
        Shown::Money(amount) => html! { (parts::money(*amount)) },
        Shown::Number(number) => html! { (number) },
    }
}
