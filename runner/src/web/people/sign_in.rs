//! `/sign-in` and `/sign-out`.

use axum::Form;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use maud::{Markup, html};
use serde::Deserialize;
use zeroize::Zeroizing;

use crate::accounts::sign_in::{self, SignIn};
use crate::accounts::{Token, sessions};
use crate::error::Error;
use crate::web::layout::{self, Page};
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
struct To {
    #[serde(default)]
    to: String,
}

#[derive(Deserialize)]
struct Typed {
    #[serde(default)]
    login: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    to: String,
}

async fn page(
    State(app): State<App>,
    visitor: Option<Visitor>,
    Query(To { to }): Query<To>,
) -> Result<Response, Fault> {
    if visitor.is_some() {
        return Ok(Redirect::to(ours(&to)).into_response());
    }
    Ok(form(&app, "", ours(&to), None).await?.into_response())
}

async fn sign_in(
    State(app): State<App>,
    visitor: Option<Visitor>,
    headers: HeaderMap,
    Form(typed): Form<Typed>,
) -> Result<Response, Fault> {
    let to = ours(&typed.to);
    let (browser, password) = (browser(&headers), Zeroizing::new(typed.password));
    let done = sign_in::with_password(&app.store, &typed.login, &password, browser).await;
    let wrong = match done {
        Ok(SignIn::Done(token, account)) => {
            // A session that the browser had before is worth nothing any more.
            if let Some(Visitor { person, session: Some(session), .. }) = &visitor {
                sessions::sign_out(&app.store, person, *session).await?;
            }
            let to = if account.must_change { "/account/password" } else { to };
            return Ok(signed_in(&token, to));
        }
        Ok(SignIn::No) => "Login and password do not match".to_owned(),
        Ok(SignIn::Paused) => "There were too many tries. Wait a few minutes, then try again; an \
             administrator can give you another password"
            .to_owned(),
        Err(Error::Usage(said)) => layout::sentence(&format!("{}: {}", said.what, said.advice)),
        Err(fault) => return Err(fault.into()),
    };
    let page = form(&app, &typed.login, to, Some(&wrong)).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

async fn sign_out(State(app): State<App>, visitor: Option<Visitor>) -> Result<Response, Fault> {
    if let Some(Visitor { person, session: Some(session), .. }) = &visitor {
        sessions::sign_out(&app.store, person, *session).await?;
    }
    let mut response = Redirect::to("/sign-in").into_response();
    response.headers_mut().insert(header::SET_COOKIE, cookie::take());
    Ok(response)
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
    agent.unwrap_or("an unnamed browser")
}

/// A path of ours, or the first page: what a link says may lead anywhere.
pub(super) fn ours(to: &str) -> &str {
    let plain = |c: char| c.is_ascii_graphic() && c != '\\';
    let path = to.starts_with('/') && !to.starts_with("//") && to.chars().all(plain);
    let back = to.starts_with("/sign-in") || to.starts_with("/sign-out");
    if path && !back && to.len() <= 500 { to } else { "/" }
}

async fn form(app: &App, login: &str, to: &str, wrong: Option<&str>) -> Result<Markup, Fault> {
    let anybody = app.store.has_people().await?;
    let body = html! {
        h1 class="govuk-heading-l" { "Sign in" }
        @if !anybody {
            p class="govuk-body" {
                "Nobody can sign in yet. On the machine that Clerkwork runs on, make the first "
                "administrator: " code { "clerkwork users add LOGIN --name \"NAME\" --role administrator" }
            }
        }
        @if let Some(wrong) = wrong {
            div class="govuk-error-summary" data-module="govuk-error-summary" {
                div role="alert" {
                    h2 class="govuk-error-summary__title" { "There is a problem" }
                    div class="govuk-error-summary__body" {
                        ul class="govuk-list govuk-error-summary__list" {
                            li { a href="#login" { (wrong) } }
                        }
                    }
                }
            }
        }
        form action="/sign-in" method="post" novalidate {
            input type="hidden" name="to" value=(to);
            div class="govuk-form-group" {
                label class="govuk-label" for="login" { "Login" }
                input class="govuk-input govuk-input--width-20" id="login" name="login" type="text"
                    value=(login) autocomplete="username" autocapitalize="none" spellcheck="false";
            }
            div class="govuk-form-group" {
                label class="govuk-label" for="password" { "Password" }
                input class="govuk-input govuk-input--width-20" id="password" name="password"
                    type="password" autocomplete="current-password" spellcheck="false";
            }
            button type="submit" class="govuk-button" data-module="govuk-button" { "Sign in" }
        }
    };
    Ok(layout::page(app, None, &Page::new("Sign in").wrong(wrong.is_some()), body))
}
