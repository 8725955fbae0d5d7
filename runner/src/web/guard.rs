//! Who is asking, and may they: looked at before any handler.

use axum::extract::{FromRequestParts, OptionalFromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Redirect, Response};

use super::fault::Fault;
use super::rights::{self, Right};
use super::{App, cookie};
use crate::accounts::{keys, sessions};
use crate::clock;
use crate::error::Result;
use crate::job_log::{self, Actor, Entry, Kind};
use crate::people::Person;

/// Who is asking.
#[derive(Clone, Debug)]
pub struct Visitor {
    /// The person, or the program.
    pub person: Person,
    /// Their session; none for a program.
    pub session: Option<i64>,
    /// Their password was given by somebody else: they choose their own first.
    pub must_change: bool,
    /// What the page is to say once.
    pub flash: Option<String>,
}

impl Visitor {
    /// As the log names them.
    pub fn actor(&self) -> Actor {
        self.person.actor()
    }

    /// Whether they have this right.
    pub fn may(&self, right: Right) -> bool {
        rights::may(&self.person, right)
    }

    /// Refuses unless they have this right.
    pub fn must(&self, right: Right) -> Result<(), Fault> {
        if self.may(right) { Ok(()) } else { Err(Fault::forbidden()) }
    }

    /// Work of a bot that they do not see is not there for them.
    pub fn must_see(&self, bot: &str) -> Result<(), Fault> {
        if self.person.sees(bot) { Ok(()) } else { Err(Fault::not_found()) }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Visitor {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Fault> {
        parts.extensions.get::<Self>().cloned().ok_or_else(Fault::forbidden)
    }
}

/// On a page that anybody may see, whoever looks at it may be signed in or not.
impl<S: Send + Sync> OptionalFromRequestParts<S> for Visitor {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Self::Rejection> {
        Ok(parts.extensions.get::<Self>().cloned())
    }
}

/// What a route needs.
#[derive(Clone)]
pub(super) struct Need {
    pub(super) app: App,
    pub(super) rights: &'static [Right],
}

/// Lets in whoever may; the others are sent to sign in, or refused.
pub(super) async fn admit(State(need): State<Need>, mut request: Request, next: Next) -> Response {
    let visitor = match visitor(&need.app, request.headers()).await {
        Ok(visitor) => visitor,
        Err(fault) => return Fault::from(fault).into_response(),
    };
    if visitor.is_none() && !need.rights.is_empty() {
        return to_sign_in(&request);
    }
    if let Err(fault) = same_site(&request, visitor.as_ref()) {
        return fault.into_response();
    }
    if let Some(visitor) = &visitor
        && !need.rights.is_empty()
    {
        if visitor.must_change && request.uri().path() != CHANGE {
            return Redirect::to(CHANGE).into_response();
        }
        if !rights::may_any(&visitor.person, need.rights) {
            if let Err(fault) = note_refusal(&need.app, &visitor.person).await {
                return Fault::from(fault).into_response();
            }
            return with(Fault::forbidden().into_response(), Some(visitor.clone()));
        }
    }
    if let Some(visitor) = &visitor {
        request.extensions_mut().insert(visitor.clone());
    }
    let response = next.run(request).await;
    if let Err(fault) = forget_said(&need.app, visitor.as_ref(), is_page(&response)).await {
        return with(Fault::from(fault).into_response(), visitor);
    }
    with(response, visitor)
}

fn is_page(response: &Response) -> bool {
    let kind = response.headers().get(header::CONTENT_TYPE);
    kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
}

/// What a session is to say once was said when a page has gone out. A redirect says nothing, and the
/// page about a fault does not say it either.
async fn forget_said(app: &App, visitor: Option<&Visitor>, page: bool) -> Result<()> {
    let session = visitor.filter(|it| page && it.flash.is_some()).and_then(|it| it.session);
    match session {
        Some(session) => app.store.flash(session, None).await,
        None => Ok(()),
    }
}

/// The page around a fault knows who is looking at it.
fn with(mut response: Response, visitor: Option<Visitor>) -> Response {
    if let Some(visitor) = visitor {
        response.extensions_mut().insert(visitor);
    }
    response
}

async fn visitor(app: &App, headers: &HeaderMap) -> Result<Option<Visitor>> {
    let now = clock::now();
    if let Some(key) = bearer(headers) {
        let person = keys::find(&app.store, key, now).await?;
        return Ok(person.map(|person| Visitor {
            person,
            session: None,
            must_change: false,
            flash: None,
        }));
    }
    let Some(token) = cookie::session(headers) else { return Ok(None) };
    let session = sessions::find(&app.store, token, now).await?;
    Ok(session.map(|session| Visitor {
        person: session.person,
        session: Some(session.id),
        must_change: session.must_change,
        flash: session.flash,
    }))
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    value.strip_prefix("Bearer ").map(str::trim)
}

/// Whoever did not choose their password themselves does that before anything else.
const CHANGE: &str = "/account/password";

/// An act comes from our own pages, whether somebody is signed in or about to be. A browser says
/// where a request comes from; whoever says nothing is no browser that we know, and acts by a key.
fn same_site(request: &Request, visitor: Option<&Visitor>) -> Result<(), Fault> {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let by_key = visitor.is_some_and(|visitor| visitor.session.is_none());
    let headers = request.headers();
    let says = headers.contains_key("sec-fetch-site") || headers.contains_key(header::ORIGIN);
    if reads || by_key || says {
        return Ok(());
    }
    Err(Fault::new(
        StatusCode::FORBIDDEN,
        "that did not come from this site",
        "open the page again and do it there",
    ))
}

fn to_sign_in(request: &Request) -> Response {
    if request.uri().path().starts_with("/api/") {
        let fault = Fault::new(
            StatusCode::UNAUTHORIZED,
            "it takes a key that is in force",
            "send it as: Authorization: Bearer KEY",
        );
        let mut response = fault.into_response();
        let scheme = header::HeaderValue::from_static("Bearer");
        response.headers_mut().insert(header::WWW_AUTHENTICATE, scheme);
        return response;
    }
    // Where they wanted to go is a path of ours, never an address.
    let to = match request.method() {
        &Method::GET => request.uri().path(),
        _ => "/",
    };
    Redirect::to(&format!("/sign-in?to={}", super::encoded(to))).into_response()
}

/// Whoever tries what they may not is in the log.
async fn note_refusal(app: &App, person: &Person) -> Result<()> {
    let mut tx = app.store.db.begin().await?;
    job_log::append(&mut tx, &[Entry::new(Kind::Refused, &person.actor())]).await?;
    tx.commit().await
}
