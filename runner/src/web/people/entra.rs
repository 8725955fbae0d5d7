//! `/sign-in/entra`: to the council's identity provider, and back.

use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use clerkwork_connectors::oidc::{Fault as Refusal, Held};
use jiff::SignedDuration;
use maud::{Markup, html};
use serde::{Deserialize, Serialize};

use super::sign_in::{To, browser, leave, ours, signed_in};
use crate::accounts::elsewhere::{self, Came};
use crate::accounts::{Token, token};
use crate::clock;
use crate::error::Error;
use crate::people::{Role, Roles};
use crate::settings::entra::Entra;
use crate::web::layout::{self, Page};
use crate::web::parts;
use crate::web::routes::{Route, get};
use crate::web::{App, Fault, Visitor, cookie};

pub(super) fn routes() -> Vec<Route> {
    vec![get("/sign-in/entra", &[], go), get("/sign-in/entra/back", &[], back)]
}

/// Whoever went must be back within this.
const AWAY: SignedDuration = SignedDuration::from_mins(10);

/// What is kept while somebody is there.
#[derive(Serialize, Deserialize)]
struct Kept {
    held: Held,
    to: String,
}

async fn go(State(app): State<App>, Query(To { to }): Query<To>) -> Result<Response, Fault> {
    let connection = app.connections.entra(&app.folder)?.ok_or_else(Fault::not_found)?;
    let away = match connection.begin().await {
        Ok(away) => away,
        Err(fault) => return Ok(refused(&app, StatusCode::BAD_GATEWAY, &why(fault))),
    };
    let (browser, now) = (Token::new("cwa_")?, clock::now());
    let kept = Kept { held: away.held, to: ours(&to).to_owned() };
    let kept = serde_json::to_vec(&kept).map_err(|_| lost())?;
    let ends = now.saturating_add(AWAY).unwrap_or(now);
    let state = token::hash(&away.state);
    app.store.send_away(&state, &browser.hash(), &kept, now, ends).await?;
    let mut response = Redirect::to(&away.address).into_response();
    response.headers_mut().insert(header::SET_COOKIE, cookie::give_away(&browser));
    Ok(response)
}

/// What the provider sends people back with.
#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
struct Answered {
    code: String,
    state: String,
    error: String,
}

async fn back(
    State(app): State<App>,
    visitor: Option<Visitor>,
    headers: HeaderMap,
    Query(answered): Query<Answered>,
) -> Result<Response, Fault> {
    let (Some(connection), Some(entra)) =
        (app.connections.entra(&app.folder)?, &app.folder.settings.page.entra)
    else {
        return Err(Fault::not_found());
    };
    let away = cookie::away(&headers).unwrap_or_default();
    let (state, away) = (token::hash(&answered.state), token::hash(away));
    let kept = app.store.come_back(&state, &away, clock::now()).await?;
    let Some(kept) = kept else {
        let why = "That sign-in was not begun in this browser within the last ten minutes, or was \
                   used already";
        return Ok(refused(&app, StatusCode::FORBIDDEN, why));
    };
    let kept: Kept = serde_json::from_slice(&kept).map_err(|_| lost())?;
    if !answered.error.is_empty() || answered.code.is_empty() {
        return Ok(refused(&app, StatusCode::FORBIDDEN, "You were not signed in there"));
    }
    let identity = match connection.finish(&answered.code, kept.held).await {
        Ok(identity) => identity,
        Err(fault @ Refusal::Unreached(_)) => {
            return Ok(refused(&app, StatusCode::BAD_GATEWAY, &why(fault)));
        }
        Err(fault) => {
            elsewhere::note_refused(&app.store).await?;
            return Ok(refused(&app, StatusCode::FORBIDDEN, &why(fault)));
        }
    };
    let roles = roles(entra, &identity.roles);
    let came = elsewhere::sign_in(&app.store, &identity, roles, browser(&headers)).await?;
    let refusal = match came {
        Came::In(token) => {
            leave(&app, visitor.as_ref()).await?;
            let mut response = signed_in(&token, ours(&kept.to));
            response.headers_mut().append(header::SET_COOKIE, cookie::take_away());
            return Ok(response);
        }
        Came::NoRole => {
            "Your work account has no role in Clerkwork. Ask whoever manages its roles in Microsoft \
             Entra ID for one"
        }
        Came::Disabled => "You may not sign in to Clerkwork any more. Ask an administrator",
    };
    Ok(refused(&app, StatusCode::FORBIDDEN, refusal))
}

/// The roles of ours that somebody has, by the app roles that they were given there.
fn roles(entra: &Entra, given: &[String]) -> Roles {
    let ours = given.iter().filter_map(|given| entra.roles.get(given));
    ours.filter_map(|role| Role::parse(role)).collect()
}

fn why(fault: Refusal) -> String {
    layout::sentence(&fault.to_string())
}

fn lost() -> Fault {
    Error::failed("what was kept of a sign-in cannot be read", "").into()
}

/// Nobody was signed in, and this is why.
fn refused(app: &App, status: StatusCode, why: &str) -> Response {
    let mut response = (status, page(app, why)).into_response();
    response.headers_mut().insert(header::SET_COOKIE, cookie::take_away());
    response
}

fn page(app: &App, why: &str) -> Markup {
    let title = "You are not signed in";
    let body = html! {
        h1 class="govuk-heading-l" { (title) }
        p class="govuk-body" { (why) "." }
        (parts::link_button("Sign in again", "/sign-in"))
    };
    layout::page(app, None, &Page::new(title), body)
}
