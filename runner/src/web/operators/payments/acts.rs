//! Releasing a file that somebody else made, and cancelling one that was not released.

use axum::Form;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};

use super::super::Asked;
use super::{done, file, made_by_them, money, payments, seen, why};
use crate::error::{Error, Result};
use crate::payments::release as by_second;
use crate::state::PaymentFile;
use crate::store::payments::File;
use crate::web::fault::in_a_line;
use crate::web::parts::{self, Wrong};
use crate::web::rights::Right;
use crate::web::{App, Fault, Visitor};

/// An act that was refused.
pub(super) struct Refused {
    /// The act's name in its address.
    act: &'static str,
    /// The reason that was typed.
    why: String,
    /// What is wrong.
    text: String,
    /// What is answered.
    pub(super) status: StatusCode,
}

impl Refused {
    /// What stands above the page: with a link to the form, if it is still there.
    pub(super) fn wrong(&self, app: &App, visitor: &Visitor, file: &File) -> Wrong {
        let there = possible(self.act, app, visitor, file);
        let field = if there { format!("why-{}", self.act) } else { String::new() };
        Wrong::new(field, self.text.clone())
    }
}

type Sent = (State<App>, Visitor, Path<String>, Form<Vec<(String, String)>>);

pub(super) async fn release(
    (State(app), visitor, Path(id), Form(sent)): Sent,
) -> Result<Response, Fault> {
    let before = seen(&app, &visitor, &id).await?;
    if visitor.session.is_none() {
        return Err(Fault::new(
            StatusCode::FORBIDDEN,
            "a program cannot release payments",
            "somebody who may opens the file on the page, and releases it there",
        ));
    }
    let (id, sent) = (before.id, Asked(sent));
    let why = match why(&sent) {
        Ok(why) => why,
        Err(wrong) => return untold(&app, &visitor, &before, "release", &sent, wrong).await,
    };
    let fault = match by_second::release(&app.folder, &app.store, &visitor.actor(), id, &why).await
    {
        Ok(it) => {
            let path = it.path.strip_prefix(app.folder.root()).unwrap_or(&it.path).display();
            let sums = it.file.sums;
            let says = if it.already {
                format!("Payments file {id} is written again: {path} in the data folder")
            } else {
                format!(
                    "Payments file {id} is released: {}, {}. It lies in the data folder as {path}",
                    payments(sums.count),
                    money(sums.pence)
                )
            };
            return done(&app, &visitor, &format!("/payments/{id}"), &says).await;
        }
        Err(fault) => fault,
    };
    // It is written down first and written out then: what could not be written out is released.
    let after = app.store.payment_file(id).await?;
    let between = before.state != after.state && after.state == PaymentFile::Released;
    let text = match fault {
        Error::Usage(said) | Error::Failed(said) => in_a_line(&said),
        fault if between => {
            let said = Fault::from(fault).advice;
            format!("Payments file {id} is released, but it could not be written: {said}")
        }
        fault => return Err(fault.into()),
    };
    let refused = Refused { act: "release", why, text, status: StatusCode::CONFLICT };
    file::render(&app, &visitor, &after, Some(&refused)).await
}

pub(super) async fn cancel(
    (State(app), visitor, Path(id), Form(sent)): Sent,
) -> Result<Response, Fault> {
    let before = seen(&app, &visitor, &id).await?;
    let (id, sent) = (before.id, Asked(sent));
    let why = match why(&sent) {
        Ok(why) => why,
        Err(wrong) => return untold(&app, &visitor, &before, "cancel", &sent, wrong).await,
    };
    let text = match by_second::cancel(&app.store, &visitor.actor(), id, &why).await {
        Ok(_) => {
            let says = format!("Payments file {id} is cancelled: its payments are due again");
            // Whoever sees some bots alone does not see a file in which nothing is any more.
            return done(&app, &visitor, "/payments", &says).await;
        }
        Err(Error::Usage(said) | Error::Failed(said)) => in_a_line(&said),
        Err(fault) => return Err(fault.into()),
    };
    let after = app.store.payment_file(id).await?;
    let refused = Refused { act: "cancel", why, text, status: StatusCode::CONFLICT };
    file::render(&app, &visitor, &after, Some(&refused)).await
}

/// Nobody said why.
async fn untold(
    app: &App,
    visitor: &Visitor,
    file: &File,
    act: &'static str,
    sent: &Asked,
    text: String,
) -> Result<Response, Fault> {
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    let refused = Refused { act, why: sent.one("why").to_owned(), text, status };
    file::render(app, visitor, file, Some(&refused)).await
}

/// Whether this person may do it to the file as it stands. Only a person releases, and only what
/// somebody else made; whether it is within their limit is said when they try.
fn possible(act: &str, app: &App, visitor: &Visitor, file: &File) -> bool {
    let person = visitor.session.is_some();
    match (act, file.state) {
        ("release", PaymentFile::Awaiting) => {
            person && visitor.may(Right::Approve) && !made_by_them(app, visitor, file)
        }
        ("release", PaymentFile::Released) => person && visitor.may(Right::Approve),
        ("cancel", PaymentFile::Awaiting) => {
            visitor.may(Right::Approve) || visitor.may(Right::Operate)
        }
        _ => false,
    }
}

/// The forms of what this person may do to it now.
pub(super) fn forms(
    app: &App,
    visitor: &Visitor,
    file: &File,
    refused: Option<&Refused>,
) -> Markup {
    let form = |act: &str, title: &str, what: &str, button: Markup| {
        let action = format!("/payments/{}/{act}", file.id);
        match refused.filter(|it| it.act == act) {
            None => parts::act(&action, title, what, html! {}, button),
            Some(it) => {
                let typed = (it.why.as_str(), Some(it.text.as_str()));
                parts::act_again(&action, title, what, html! {}, button, typed)
            }
        }
    };
    let waits = file.state == PaymentFile::Awaiting;
    let own = waits && visitor.may(Right::Approve) && made_by_them(app, visitor, file);
    let (releases, cancels) =
        (possible("release", app, visitor, file), possible("cancel", app, visitor, file));
    let sums = format!("{}, {}", payments(file.sums.count), money(file.sums.pence));
    html! {
        @if own || releases || cancels {
            h2 class="govuk-heading-m" { "What you can do" }
        }
        @if own {
            p class="govuk-body" { "You made this file: somebody else must release it." }
        }
        @if releases && waits {
            (form(
                "release",
                "Release this file",
                "It is written and may be sent to the bank. This cannot be undone.",
                parts::button(&format!("Release {sums}")),
            ))
        } @else if releases {
            (form(
                "release",
                "Write this file again",
                "If it was lost before it was sent: the same bytes are written once more. No \
                 payment is released twice.",
                parts::secondary_button("Write it again"),
            ))
        }
        @if cancels {
            (form(
                "cancel",
                "Cancel this file",
                "Its payments are due again, and a new file is made of them.",
                parts::warning_button("Cancel the file"),
            ))
        }
    }
}
