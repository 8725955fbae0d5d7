//! `/account`: one's own sessions and password.

use axum::Form;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use maud::{Markup, html};
use serde::Serialize;

use super::common::{done, listed, managing, refused, seen};
use super::sign_in::{browser, signed_in};
use super::typed::Typed;
use crate::accounts::manage::Secret;
use crate::accounts::{password, sessions};
use crate::error::Result;
use crate::store::people::Account;
use crate::store::people::sessions::Listed;
use crate::web::layout::{self, Page};
use crate::web::parts::{self, Field, Table, Wrong};
use crate::web::rights::Right;
use crate::web::routes::{Route, get, post};
use crate::web::{App, Fault, Visitor};

pub(super) fn routes() -> Vec<Route> {
    const ANYBODY: &[Right] = &[Right::SignedIn];
    vec![
        get("/account", ANYBODY, page),
        get("/account/password", ANYBODY, change),
        post("/account/password", ANYBODY, changed),
        post("/account/sessions/end-others", ANYBODY, end_others),
        post("/account/sessions/{session}/end", ANYBODY, end_one),
    ]
}

/// A session, as its owner sees it.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct SessionData {
    /// Its number.
    pub id: i64,
    /// What the browser says it is.
    pub browser: String,
    /// When it began, in microseconds since 1970.
    pub begun_at: i64,
    /// When it was last used, to about a minute.
    pub used_at: i64,
    /// When it ends whatever is done.
    pub ends_at: i64,
}

impl From<Listed> for SessionData {
    fn from(it: Listed) -> Self {
        Self {
            id: it.id,
            browser: it.browser,
            begun_at: it.begun_at.as_microsecond(),
            used_at: it.used_at.as_microsecond(),
            ends_at: it.ends_at.as_microsecond(),
        }
    }
}

/// Somebody's sessions that last.
pub(crate) async fn sessions_data(app: &App, person: i64) -> Result<Vec<SessionData>> {
    let sessions = sessions::list(&app.store, person).await?;
    Ok(sessions.into_iter().map(SessionData::from).collect())
}

/// Programs have no account.
async fn own(app: &App, visitor: &Visitor) -> Result<(Account, i64), Fault> {
    let session = visitor.session.ok_or_else(Fault::forbidden)?;
    let account = app.store.person(visitor.person.id).await?;
    Ok((account.ok_or_else(Fault::not_found)?, session))
}

async fn page(State(app): State<App>, visitor: Visitor) -> Result<Markup, Fault> {
    let (account, own) = own(&app, &visitor).await?;
    let all = sessions_data(&app, account.person.id).await?;
    let others = all.iter().any(|it| it.id != own);
    let person = &account.person;
    let body = html! {
        h1 class="govuk-heading-l" { "Your account" }
        (parts::summary_list(&[
            ("Name", html! { (person.name) }),
            ("Login", html! { (person.login) }),
            ("Roles", html! { (listed(&person.roles)) }),
            ("You see", html! { (seen(person.bots.as_ref())) }),
        ]))
        @if account.has_password {
            p class="govuk-body" {
                a class="govuk-link" href="/account/password" { "Change your password" }
            }
        } @else {
            p class="govuk-body" { "You sign in with Microsoft and have no password here." }
        }
        h2 class="govuk-heading-m" { "Where you are signed in" }
        p class="govuk-body" {
            "A session ends by itself when it was not used for 30 minutes, and after 12 hours."
        }
        (sessions_table(&all, Some(own), &|id| format!("/account/sessions/{id}/end")))
        @if others {
            form method="post" action="/account/sessions/end-others" {
                (parts::warning_button("Sign out everywhere else"))
            }
        }
    };
    Ok(layout::page(&app, Some(&visitor), &Page::new("Your account").section("/account"), body))
}

/// Sessions with a button to end each.
pub(super) fn sessions_table(
    all: &[SessionData],
    own: Option<i64>,
    end: &dyn Fn(i64) -> String,
) -> Markup {
    let rows = all.iter().map(|it| {
        let last = if own == Some(it.id) {
            html! { strong { "This one" } }
        } else {
            let begun = parts::moment(it.begun_at);
            html! {
                form method="post" action=(end(it.id)) {
                    button type="submit" class="govuk-button govuk-button--secondary" {
                        "End" span class="govuk-visually-hidden" { " the session begun " (begun) }
                    }
                }
            }
        };
        let moment = |at| html! { (parts::moment(at)) };
        vec![html! { (it.browser) }, moment(it.begun_at), moment(it.used_at), last]
    });
    let table = Table::new("Sessions").caption_hidden();
    let table = table.column("Browser").column("Since").column("Last used").unnamed("End it");
    table.rows(rows).render()
}

async fn end_one(
    State(app): State<App>,
    visitor: Visitor,
    Path(session): Path<i64>,
) -> Result<Response, Fault> {
    let (account, _) = own(&app, &visitor).await?;
    let id = account.person.id;
    // Somebody else's session is not there for them.
    let ended = sessions::end(&app.store, &visitor.actor(), id, Some(session)).await?;
    if ended == 0 {
        return Err(Fault::not_found());
    }
    done(&app, &visitor, "/account", "The session has ended").await
}

async fn end_others(State(app): State<App>, visitor: Visitor) -> Result<Response, Fault> {
    let (account, own) = own(&app, &visitor).await?;
    for session in sessions_data(&app, account.person.id).await? {
        if session.id != own {
            let actor = visitor.actor();
            sessions::end(&app.store, &actor, account.person.id, Some(session.id)).await?;
        }
    }
    done(&app, &visitor, "/account", "You are signed in here alone").await
}

async fn change(State(app): State<App>, visitor: Visitor) -> Result<Markup, Fault> {
    let (account, _) = own(&app, &visitor).await?;
    Ok(form(&app, &visitor, &account, &[]))
}

async fn changed(
    State(app): State<App>,
    visitor: Visitor,
    headers: HeaderMap,
    Form(typed): Form<Typed>,
) -> Result<Response, Fault> {
    let (account, _) = own(&app, &visitor).await?;
    let now = typed.password("current");
    let (new, again) = (typed.password("password"), typed.password("again"));
    let kept = app.store.password(account.person.id).await?;
    let mut wrong = Vec::new();
    if kept.is_none() {
        wrong.push(Wrong::new("current", "You sign in with Microsoft and have no password here"));
    } else if !password::is(&now, kept).await? {
        wrong.push(Wrong::new("current", "That is not your password now"));
    }
    if let Err(fault) = password::fit(&new, &account.person.login) {
        wrong.push(refused(fault)?);
    } else if new == now {
        wrong.push(Wrong::new("password", "The new password is the same as the old one"));
    } else if new != again {
        wrong.push(Wrong::new("again", "This is not the same as the new password"));
    }
    if wrong.is_empty() {
        let actor = visitor.actor();
        let managing = managing(&app, &actor, "changed by themselves");
        match managing.set_password(account.person.id, &Secret::Own(new)).await {
            Ok(()) => {
                // Every session has ended, this one too: they go on in a new one.
                let person = &account.person;
                let token = sessions::begin(&app.store, person, browser(&headers)).await?;
                return Ok(signed_in(&token, "/account"));
            }
            Err(fault) => wrong.push(refused(fault)?),
        }
    }
    let page = form(&app, &visitor, &account, &wrong);
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

fn form(app: &App, visitor: &Visitor, account: &Account, all: &[Wrong]) -> Markup {
    let title = if account.must_change { "Choose your password" } else { "Change your password" };
    let field = |name, label| Field::new(name, label).error(parts::wrong(all, name)).width(20);
    let old = if account.must_change { "The password that you were given" } else { "Password now" };
    let body = html! {
        (parts::error_summary(all))
        h1 class="govuk-heading-l" { (title) }
        @if account.must_change {
            p class="govuk-body" {
                "Somebody else gave you your password. Choose your own before you go on."
            }
        }
        form action="/account/password" method="post" novalidate {
            (parts::password(&field("current", old), "current-password"))
            (parts::password(
                &field("password", "New password").hint(
                    "12 characters or more. Three or four words that have nothing to do with each \
                     other are easy to keep and hard to guess.",
                ),
                "new-password",
            ))
            (parts::password(&field("again", "New password again"), "new-password"))
            (parts::button("Change password"))
        }
        p class="govuk-body" { "You are signed out everywhere else when it changes." }
    };
    let page = Page::new(title).section("/account").wrong(!all.is_empty());
    let page = if account.must_change { page } else { page.back("/account", "Your account") };
    layout::page(app, Some(visitor), &page, body)
}
