//! `/sign-in` and `/sign-out`.

use axum::Form;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use maud::{Markup, html};
use serde::Deserialize;

use super::typed::Typed;
use crate::accounts::sign_in::{self, SignIn};
use crate::accounts::{Token, sessions};
use crate::error::Error;
use crate::web::layout::{self, Page};
use crate::web::parts::{self, Field, Wrong};
use crate::web::routes::{Route, get, post};
use crate::web::{App, Fault, Visitor, cookie};

pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/sign-in", &[], page),
        post("/sign-in", &[], sign_in),
        post("/sign-out", &[], sign_out),
    ]
}

/// Where they wanted to go.
#[derive(Deserialize)]
pub(super) struct To {
    #[serde(default)]
    pub(super) to: String,
}

async fn page(
    State(app): State<App>,
    visitor: Option<Visitor>,
    Query(To { to }): Query<To>,
) -> Result<Response, Fault> {
    if visitor.is_some() {
        return Ok(Redirect::to(ours(&to)).into_response());
    }
    Ok(form(&app, "", ours(&to), &[]).await?.into_response())
}

async fn sign_in(
    State(app): State<App>,
    visitor: Option<Visitor>,
    headers: HeaderMap,
    Form(typed): Form<Typed>,
) -> Result<Response, Fault> {
    let (login, to) = (typed.one("login"), ours(typed.one("to")));
    let (browser, password) = (browser(&headers), typed.password("password"));
    if login.is_empty() || password.is_empty() {
        let mut wrong = Vec::new();
        if login.is_empty() {
            wrong.push(Wrong::new("login", "Enter your login"));
        }
        if password.is_empty() {
            wrong.push(Wrong::new("password", "Enter your password"));
        }
        return again(&app, login, to, &wrong).await;
    }
    let wrong = match sign_in::with_password(&app.store, login, &password, browser).await {
        Ok(SignIn::Done(token, account)) => {
            // A session that the browser had before is worth nothing any more.
            leave(&app, visitor.as_ref()).await?;
            let to = if account.must_change { "/account/password" } else { to };
            return Ok(signed_in(&token, to));
        }
        Ok(SignIn::No) => "Login and password do not match".to_owned(),
        Ok(SignIn::Paused) => "There were too many tries by this login. Wait a few minutes, then \
            try again; an administrator can give you another password"
            .to_owned(),
        Err(Error::Usage(said)) => layout::sentence(&format!("{}: {}", said.what, said.advice)),
        Err(fault) => return Err(fault.into()),
    };
    again(&app, login, to, &[Wrong::new("login", wrong)]).await
}

async fn again(app: &App, login: &str, to: &str, wrong: &[Wrong]) -> Result<Response, Fault> {
    let page = form(app, login, to, wrong).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

async fn sign_out(State(app): State<App>, visitor: Option<Visitor>) -> Result<Response, Fault> {
    leave(&app, visitor.as_ref()).await?;
    let mut response = Redirect::to("/sign-in").into_response();
    response.headers_mut().insert(header::SET_COOKIE, cookie::take());
    Ok(response)
}

/// Ends the session that a browser came with.
pub(super) async fn leave(app: &App, visitor: Option<&Visitor>) -> Result<(), Fault> {
    if let Some(Visitor { person, session: Some(session), .. }) = visitor {
        sessions::sign_out(&app.store, person, *session).await?;
    }
    Ok(())
}

/// Somebody is in: the browser gets the token and goes where it wanted to.
pub(super) fn signed_in(token: &Token, to: &str) -> Response {
    let mut response = Redirect::to(to).into_response();
    response.headers_mut().insert(header::SET_COOKIE, cookie::give(token));
    response
}

/// What the browser says it is.
pub(super) fn browser(headers: &HeaderMap) -> &str {
    let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
    agent.unwrap_or("a browser that does not say what it is")
}

/// A path of ours, or the first page: what a link says may lead anywhere.
pub(super) fn ours(to: &str) -> &str {
    let plain = |c: char| c.is_ascii_graphic() && c != '\\';
    let path = to.starts_with('/') && !to.starts_with("//") && to.chars().all(plain);
    let back = to.starts_with("/sign-in") || to.starts_with("/sign-out");
    if path && !back && to.len() <= 500 { to } else { "/" }
}

async fn form(app: &App, login: &str, to: &str, all: &[Wrong]) -> Result<Markup, Fault> {
    let anybody = app.store.has_people().await?;
    let entra = app.folder.settings.page.entra.is_some();
    let field = |name, label| Field::new(name, label).error(parts::wrong(all, name)).width(20);
    let body = html! {
        (parts::error_summary(all))
        h1 class="govuk-heading-l" { "Sign in" }
        @if !anybody { (nobody_yet()) }
        form action="/sign-in" method="post" novalidate {
            input type="hidden" name="to" value=(to);
            (parts::input(&field("login", "Login").value(login).autocomplete("username")))
            (parts::password(&field("password", "Password"), "current-password"))
            (parts::button("Sign in"))
        }
        @if entra {
            h2 class="govuk-heading-m" { "Or with your work account" }
            (parts::link_button("Sign in with Microsoft", &entra_href(to)))
        }
    };
    Ok(layout::page(app, None, &Page::new("Sign in").wrong(!all.is_empty()), body))
}

/// A link, and no form: a form of ours may lead nowhere but to us.
fn entra_href(to: &str) -> String {
    format!("/sign-in/entra?to={}", crate::web::encoded(to))
}

fn nobody_yet() -> Markup {
    let how = html! {
        p class="govuk-body" {
            "On the machine that Clerkwork runs on, make the first administrator:"
        }
        p class="govuk-body" {
            code { "clerkwork users add LOGIN --name \"NAME\" --role administrator" }
        }
    };
    parts::notice("Nobody can sign in yet", how)
}
