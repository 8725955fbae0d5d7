//! What waits to be released first, then where all payments stand, then what was released lately.

use axum::extract::State;
use maud::{Markup, html};

use super::{made_by_them, means, money, payment_tag, payments, sees, settle};
use crate::error::{Error, Result};
use crate::payments::Settings;
use crate::people::Person;
use crate::state::PaymentFile;
use crate::store::payments::{File, Filter};
use crate::web::fault::in_a_line;
use crate::web::layout::{self, Page};
use crate::web::parts::{self, Table};
use crate::web::rights::Right;
use crate::web::{App, Fault, Visitor};

/// Released files that are shown.
const LATELY: usize = 20;

pub(super) async fn page(State(app): State<App>, visitor: Visitor) -> Result<Markup, Fault> {
    let awaiting = files(&app, &visitor.person, PaymentFile::Awaiting, usize::MAX).await?;
    let released = files(&app, &visitor.person, PaymentFile::Released, LATELY).await?;
    let filter = Filter { bots: visitor.person.bots.clone(), ..Filter::default() };
    let stand = app.store.payment_totals(&filter).await?.into_iter().fold(
        Table::new("Where payments stand")
            .row_headers()
            .column("State")
            .column("What it means")
            .numeric("Payments")
            .numeric("Amount"),
        |table, (state, it)| {
            table.row(vec![
                payment_tag(state),
                html! { (means(state)) },
                html! { (parts::number(it.count)) },
                html! { (money(it.pence)) },
            ])
        },
    );
    let to_settle = settle::count(&app, &visitor.person).await?;
    let nothing = awaiting.is_empty() && released.is_empty() && stand.is_empty();
    let body = html! {
        h1 class="govuk-heading-l" { "Payments" }
        (unset(&app)?)
        @if nothing {
            (parts::empty("There are no payments yet", html! {
                p class="govuk-body" {
                    "When it is decided that somebody is to be paid, it is here: what is due, what "
                    "is doubted, and the files in which it leaves. One person makes a payments file "
                    "at the command line, and somebody else releases it on this page."
                }
            }))
        } @else {
            @if awaiting.is_empty() {
                (parts::empty("No payments file awaits release", html! {
                    p class="govuk-body" {
                        "What is due is put into a file at the command line. It is here until "
                        "somebody else than its maker has released it."
                    }
                }))
            } @else { (waits(&app, &visitor, &awaiting)) }
            @if to_settle > 0 && visitor.may(Right::Settle) {
                (parts::inset(html! {
                    p class="govuk-body" {
                        a class="govuk-link" href="/payments/to-settle" {
                            (payments(to_settle)) " to settle"
                        }
                        ": doubted, given back by the bank, or paid too much"
                    }
                }))
            }
            @if !stand.is_empty() { (stand) }
            @if !released.is_empty() { (left(&released)) }
        }
    };
    let page = Page::new("Payments").section("/payments").wide();
    Ok(layout::page(&app, Some(&visitor), &page, body))
}

/// How many files await that this person releases them: those that somebody else made.
pub(in crate::web) async fn awaiting_release(app: &App, visitor: &Visitor) -> Result<i64> {
    let files = files(app, &visitor.person, PaymentFile::Awaiting, usize::MAX).await?;
    let others = files.iter().filter(|it| !made_by_them(app, visitor, it)).count();
    Ok(i64::try_from(others).unwrap_or(i64::MAX))
}

/// Files that stand there and that this person may know of, the newest first.
async fn files(
    app: &App,
    person: &Person,
    state: PaymentFile,
    at_most: usize,
) -> Result<Vec<File>> {
    let mut seen = Vec::new();
    for file in app.store.payment_files_in(state).await? {
        if seen.len() == at_most {
            break;
        }
        if sees(app, person, &file).await? {
            seen.push(file);
        }
    }
    Ok(seen)
}

/// What the council has not set: until then nobody may pay.
fn unset(app: &App) -> Result<Markup> {
    match Settings::of(&app.folder) {
        Ok(_) => Ok(html! {}),
        Err(Error::Usage(said) | Error::Failed(said)) => Ok(parts::notice(
            "Nothing can be released yet",
            html! {
                p class="govuk-body" { (in_a_line(&said)) "." }
            },
        )),
        Err(fault) => Err(fault),
    }
}

fn link(file: &File) -> Markup {
    html! {
        a class="govuk-link" href={ "/payments/" (file.id) } { "Payments file " (file.id) }
    }
}

fn waits(app: &App, visitor: &Visitor, files: &[File]) -> Markup {
    let table = Table::new("Awaits release")
        .row_headers()
        .column("File")
        .column("Made")
        .numeric("Payments")
        .numeric("Amount");
    let rows = files.iter().map(|it| {
        vec![
            link(it),
            html! {
                (parts::moment(it.made_at)) " by " (it.made_by)
                @if made_by_them(app, visitor, it) {
                    div class="govuk-hint govuk-!-margin-bottom-0" {
                        "You made it: somebody else releases it."
                    }
                }
            },
            html! { (parts::number(it.sums.count)) },
            html! { (money(it.sums.pence)) },
        ]
    });
    table.rows(rows).render()
}

fn left(files: &[File]) -> Markup {
    let table = Table::new("Released lately")
        .row_headers()
        .column("File")
        .column("Released")
        .column("Made by")
        .numeric("Payments")
        .numeric("Amount");
    let rows = files.iter().map(|it| {
        vec![
            link(it),
            html! {
                @if let Some(at) = it.released_at { (parts::moment(at)) }
                @if let Some(by) = &it.released_by { " by " (by) }
            },
            html! { (it.made_by) },
            html! { (parts::number(it.sums.count)) },
            html! { (money(it.sums.pence)) },
        ]
    });
    table.rows(rows).render()
}
