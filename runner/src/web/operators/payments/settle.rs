//! Payments that wait for an officer: what is doubted, what the bank gave back, and what was paid too
//! much. Whose they are is on the item's page, which the log says that somebody looks at.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use maud::{Markup, html};

use super::{deeds, means, money, payment_tag, payments};
use crate::error::Result;
use crate::payments::acts::What;
use crate::people::Person;
use crate::store::payments::{Filter, Payment};
use crate::web::layout::{self, Page, sentence};
use crate::web::parts::{self, Table, Wrong};
use crate::web::{App, Fault, Visitor};

/// Payments that are shown.
const SHOWN: i64 = 200;

/// Those that this person may know of.
fn waiting(person: &Person) -> Filter {
    Filter { states: What::waits(), bots: person.bots.clone(), ..Filter::default() }
}

/// How many wait.
pub(in crate::web) async fn count(app: &App, person: &Person) -> Result<i64> {
    let totals = app.store.payment_totals(&waiting(person)).await?;
    Ok(totals.values().map(|it| it.count).sum())
}

pub(super) async fn page(State(app): State<App>, visitor: Visitor) -> Result<Markup, Fault> {
    let n = count(&app, &visitor.person).await?;
    let rows = app.store.payments(&waiting(&visitor.person), Some(SHOWN)).await?;
    let body = html! {
        h1 class="govuk-heading-l" { "Payments to settle" }
        @if rows.is_empty() {
            (parts::empty("No payment waits for an officer", html! {
                p class="govuk-body" {
                    "Payments whose account is doubted, that the bank gave back, or that were too "
                    "much are here until an officer has settled them. "
                    a class="govuk-link" href="/payments" { "See where all payments stand" }
                }
            }))
        } @else {
            p class="govuk-body" { (payments(n)) " to settle" }
            (table(&rows))
            @if n > SHOWN {
                p class="govuk-body" { "These are the first " (SHOWN) "." }
            }
        }
    };
    let page = Page::new("Payments to settle")
        .section("/payments")
        .back("/payments", "All payments")
        .wide();
    Ok(layout::page(&app, Some(&visitor), &page, body))
}

fn table(rows: &[Payment]) -> Markup {
    let table = Table::new("Payments that wait for an officer")
        .caption_hidden()
        .row_headers()
        .column("Payment")
        .column("State")
        .column("Why")
        .column("Kind")
        .column("Item")
        .column("Due")
        .numeric("Amount");
    let rows = rows.iter().map(|it| {
        vec![
            html! {
                a class="govuk-link" href={ "/payments/to-settle/" (it.id) } {
                    span class="govuk-visually-hidden" { "Payment " } (it.id)
                }
            },
            payment_tag(it.state),
            html! { (why(it)) },
            html! { (kind(it)) },
            html! { a class="govuk-link" href={ "/items/" (it.item) } { (it.item) } },
            html! { (parts::date(it.due)) },
            html! { (money(it.pence)) },
        ]
    });
    table.rows(rows).render()
}

/// Why it waits: what is doubted, or the bank's word.
fn why(payment: &Payment) -> String {
    match payment.reason.as_str() {
        "" => means(payment.state).to_owned(),
        code => sentence(&crate::payments::means(code).replace('-', " ")),
    }
}

fn kind(payment: &Payment) -> String {
    format!("{}, {}", sentence(&payment.kind.replace('-', " ")), payment.period)
}

/// The payment of this number, if it is one that this person may know of.
pub(super) async fn seen(app: &App, visitor: &Visitor, id: &str) -> Result<Payment, Fault> {
    let id: i64 = id.parse().map_err(|_| Fault::not_found())?;
    let filter = Filter { id: Some(id), bots: visitor.person.bots.clone(), ..Filter::default() };
    app.store.payments(&filter, None).await?.pop().ok_or_else(Fault::not_found)
}

pub(super) async fn one(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    let payment = seen(&app, &visitor, &id).await?;
    Ok(render(&app, &visitor, &payment, None))
}

/// The payment's page; after an act that was refused it says so first.
pub(super) fn render(
    app: &App,
    visitor: &Visitor,
    payment: &Payment,
    refused: Option<&deeds::Refused>,
) -> Response {
    let errors: Vec<Wrong> = refused.map(|it| it.wrong(payment)).into_iter().collect();
    let title = format!("Payment {}", payment.id);
    let facts = [
        ("Amount", html! { (money(payment.pence)) }),
        ("For", html! { (kind(payment)) }),
        ("Due", html! { (parts::date(payment.due)) }),
        (
            "Item",
            html! {
                a class="govuk-link" href={ "/items/" (payment.item) } { (payment.item) }
            },
        ),
        ("Why it is so", html! { (why(payment)) }),
    ];
    let body = html! {
        (parts::error_summary(&errors))
        h1 class="govuk-heading-l" { (title) }
        p class="govuk-body" { (payment_tag(payment.state)) }
        (parts::summary_list(&facts))
        (deeds::forms(payment, refused))
    };
    let page = Page::new(&title)
        .section("/payments")
        .back("/payments/to-settle", "Payments to settle")
        .wrong(refused.is_some());
    let page = layout::page(app, Some(visitor), &page, body);
    (refused.map_or(StatusCode::OK, |it| it.status), page).into_response()
}
