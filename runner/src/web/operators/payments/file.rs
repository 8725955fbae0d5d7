//! One payments file: what it comes to, who made and released it, and its payments by number.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use maud::{Markup, html};

use super::{acts, file_tag, money, payment_tag, payments, seen};
use crate::error::Result;
use crate::job_log;
use crate::payments::Settings;
use crate::state::PaymentFile;
use crate::store::payments::{File, Filter, Payment};
use crate::web::layout::{self, Page};
use crate::web::parts::{self, Table, Wrong};
use crate::web::rights::Right;
use crate::web::{App, Fault, Visitor};

/// Payments of a file that are shown.
const SHOWN: i64 = 200;

pub(super) async fn page(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    let file = seen(&app, &visitor, &id).await?;
    render(&app, &visitor, &file, None).await
}

/// The file's page; after an act that was refused it says so first.
pub(super) async fn render(
    app: &App,
    visitor: &Visitor,
    file: &File,
    refused: Option<&acts::Refused>,
) -> Result<Response, Fault> {
    let filter = Filter { file: Some(file.id), ..Filter::default() };
    let rows = app.store.payments(&filter, Some(SHOWN)).await?;
    let in_it: i64 = app.store.payment_totals(&filter).await?.values().map(|it| it.count).sum();
    let facts = facts(app, file).await?;
    let errors: Vec<Wrong> = refused.map(|it| it.wrong(app, visitor, file)).into_iter().collect();
    let title = format!("Payments file {}", file.id);
    let body = html! {
        (parts::error_summary(&errors))
        h1 class="govuk-heading-l" { (title) }
        p class="govuk-body" { (file_tag(file.state)) }
        (parts::summary_list(&facts))
        (acts::forms(app, visitor, file, refused))
        (table(visitor, &rows, in_it))
    };
    let page = Page::new(&title)
        .section("/payments")
        .back("/payments", "All payments")
        .wrong(refused.is_some())
        .wide();
    let page = layout::page(app, Some(visitor), &page, body);
    let status = refused.map_or(StatusCode::OK, |it| it.status);
    Ok((status, page).into_response())
}

async fn facts(app: &App, file: &File) -> Result<Vec<(&'static str, Markup)>> {
    let accounts = app.store.accounts_of_file(file.id).await?;
    let by = |at: i64, who: &str| html! { (parts::moment(at)) " by " (who) };
    let mut facts = vec![
        ("Payments", html! { (parts::number(file.sums.count)) }),
        ("Amount", html! { (money(file.sums.pence)) }),
        // The sum of the account numbers is an account's number where there is one account alone.
        (
            "Hash total",
            match accounts {
                0 => html! { "Not shown: nothing is in it any more" },
                1 => html! { "Not shown: it would tell the only account that is paid to" },
                _ => html! { (file.sums.hash_total) },
            },
        ),
        ("Made", by(file.made_at, &file.made_by)),
    ];
    if let (Some(at), Some(who)) = (file.released_at, &file.released_by) {
        facts.push(("Released", by(at, who)));
    }
    if let Some(sha256) = &file.sha256 {
        facts.push(("SHA-256", html! { code class="cw-hash" { (job_log::hex(sha256)) } }));
    }
    // Without settings nothing was released from here; the list of payments says what is wrong.
    if file.state == PaymentFile::Released
        && let Ok(settings) = Settings::of(&app.folder)
    {
        facts.push(("Where it lies", html! { (settings.folder) " in the data folder" }));
    }
    Ok(facts)
}

fn table(visitor: &Visitor, rows: &[Payment], in_it: i64) -> Markup {
    let cases = visitor.may(Right::SeeCases);
    let table = rows.iter().fold(
        Table::new("Its payments")
            .row_headers()
            .column("Payment")
            .column("Item")
            .column("Kind")
            .column("Period")
            .column("Due")
            .numeric("Amount")
            .column("State"),
        |table, it| {
            table.row(vec![
                html! { (it.id) },
                html! {
                    @if cases {
                        a class="govuk-link" href={ "/items/" (it.item) } { (it.item) }
                    } @else { (it.item) }
                },
                html! { (layout::sentence(&it.kind.replace('-', " "))) },
                html! { (it.period) },
                html! { (parts::date(it.due)) },
                html! { (money(it.pence)) },
                payment_tag(it.state),
            ])
        },
    );
    html! {
        @if table.is_empty() {
            (parts::empty("No payment is in this file", html! {
                p class="govuk-body" {
                    "When a file is cancelled its payments are due again: a new file is made of them."
                }
            }))
        } @else {
            (table)
            @if in_it > SHOWN {
                p class="govuk-body" {
                    "These are the first " (SHOWN) " of " (payments(in_it)) "."
                }
            }
        }
    }
}
