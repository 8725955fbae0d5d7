//! What an officer does to one payment, with the reason.

use axum::Form;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};

use super::super::Asked;
use super::{done, settle, why};
use crate::error::Error;
use crate::payments::acts::{What, act};
use crate::store::payments::Payment;
use crate::web::fault::in_a_line;
use crate::web::parts::{self, Wrong};
use crate::web::rights::Right;
use crate::web::routes::{Route, post};
use crate::web::{App, Fault, Visitor};

/// An act that was refused.
pub(super) struct Refused {
    what: What,
    /// The reason that was typed.
    why: String,
    /// What is wrong.
    text: String,
    /// What is answered.
    pub(super) status: StatusCode,
}

impl Refused {
    /// What stands above the page: with a link to the form, if it is still there.
    pub(super) fn wrong(&self, payment: &Payment) -> Wrong {
        let there = self.what.from().contains(&payment.state);
        let field = if there { format!("why-{}", segment(self.what)) } else { String::new() };
        Wrong::new(field, self.text.clone())
    }
}

pub(super) fn routes() -> [Route; 4] {
    let may = &[Right::Settle];
    [
        post("/payments/to-settle/{id}/clear", may, |sent: Sent| go(sent, What::Clear)),
        post("/payments/to-settle/{id}/withdraw", may, |sent: Sent| go(sent, What::Withdraw)),
        post("/payments/to-settle/{id}/claim-back", may, |sent: Sent| go(sent, What::ClaimBack)),
        post("/payments/to-settle/{id}/pay-again", may, |sent: Sent| go(sent, What::PayAgain)),
    ]
}

type Sent = (State<App>, Visitor, Path<String>, Form<Vec<(String, String)>>);

async fn go(
    (State(app), visitor, Path(id), Form(sent)): Sent,
    what: What,
) -> Result<Response, Fault> {
    let payment = settle::seen(&app, &visitor, &id).await?;
    if visitor.session.is_none() {
        return Err(Fault::new(
            StatusCode::FORBIDDEN,
            "a program cannot settle payments",
            "an officer opens the payment on the page, and settles it there",
        ));
    }
    let sent = Asked(sent);
    let refused = match why(&sent) {
        Err(text) => {
            let why = sent.one("why").to_owned();
            Refused { what, why, text, status: StatusCode::UNPROCESSABLE_ENTITY }
        }
        Ok(why) => match act(&app.store, &visitor.actor(), payment.id, what, &why).await {
            Ok(stands) => {
                let says = says(what, &payment, &stands);
                return done(&app, &visitor, "/payments/to-settle", &says).await;
            }
            Err(Error::Usage(said) | Error::Failed(said)) => {
                Refused { what, why, text: in_a_line(&said), status: StatusCode::CONFLICT }
            }
            Err(fault) => return Err(fault.into()),
        },
    };
    let now = app.store.payment(payment.id).await?;
    Ok(settle::render(&app, &visitor, &now, Some(&refused)))
}

/// What the next page says once.
fn says(what: What, payment: &Payment, stands: &Payment) -> String {
    match what {
        What::PayAgain => format!("Payment {} is due in place of {}", stands.id, payment.id),
        _ => format!("Payment {} is {}", payment.id, stands.state),
    }
}

/// The last part of an act's address.
const fn segment(what: What) -> &'static str {
    match what {
        What::Clear => "clear",
        What::Withdraw => "withdraw",
        What::ClaimBack => "claim-back",
        What::PayAgain => "pay-again",
    }
}

/// Title, what it does, and the words on its button.
const fn words(what: What) -> [&'static str; 3] {
    match what {
        What::Clear => [
            "The account is right",
            "The payment is due, and goes into the next file that is made. It is not doubted again.",
            "Clear it",
        ],
        What::Withdraw => [
            "Withdraw it",
            "It is not paid, or not claimed back, and does not come back by itself.",
            "Withdraw it",
        ],
        What::ClaimBack => [
            "Have it claimed back",
            "It is noted as claimed back. The council sends the invoice itself.",
            "Note that it is claimed back",
        ],
        What::PayAgain => [
            "Pay it again",
            "A new payment to the same account is due in its place, and goes into the next file.",
            "Pay it again",
        ],
    }
}

/// The forms of what can be done to it as it stands.
pub(super) fn forms(payment: &Payment, refused: Option<&Refused>) -> Markup {
    let possible: Vec<What> =
        What::ALL.into_iter().filter(|what| what.from().contains(&payment.state)).collect();
    let form = |what: What| {
        let action = format!("/payments/to-settle/{}/{}", payment.id, segment(what));
        let [title, does, button] = words(what);
        let button = parts::secondary_button(button);
        match refused.filter(|it| it.what == what) {
            None => parts::act(&action, title, does, html! {}, button),
            Some(it) => {
                let typed = (it.why.as_str(), Some(it.text.as_str()));
                parts::act_again(&action, title, does, html! {}, button, typed)
            }
        }
    };
    html! {
        @if possible.is_empty() {
            p class="govuk-body" { "Nothing is to be settled about it as it stands." }
        } @else {
            h2 class="govuk-heading-m" { "What you can do" }
            @if payment.pence > 0 {
                p class="govuk-body" {
                    "Is the account wrong? "
                    a class="govuk-link" href={ "/items/" (payment.item) "/follow" } {
                        "Correct it in the case"
                    }
                    ": a payment to the right account takes the place of this one."
                }
            }
            @for what in possible { (form(what)) }
        }
    }
}
