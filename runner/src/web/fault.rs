//! What is answered when something cannot be done: a page for people, `application/problem+json`
//! (RFC 9457) for programs. Never holds personal data, nor what the machine said inside.

use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use maud::html;
use serde::Serialize;

use super::layout::{self, Page};
use super::{App, Visitor};
use crate::error::{Advice, Error};
use crate::ids::Correlation;

/// What cannot be done, and what to do instead.
#[derive(Clone, Debug)]
pub struct Fault {
    /// The status.
    pub status: StatusCode,
    /// What is wrong: one sentence without a full stop.
    pub what: String,
    /// What the reader can do now.
    pub advice: String,
}

/// A problem as RFC 9457 has it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Problem {
    /// `about:blank`: the status says what kind it is.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// What the status means.
    pub title: String,
    /// The status.
    pub status: u16,
    /// What is wrong here, and what to do.
    pub detail: String,
}

impl Fault {
    /// A fault with this status.
    pub fn new(status: StatusCode, what: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { status, what: what.into(), advice: advice.into() }
    }

    /// There is nothing of that name, or nothing that this person may know of.
    pub fn not_found() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "there is nothing here",
            "if you typed the address, check it; if you followed a link, what it led to may be gone",
        )
    }

    /// They may not.
    pub fn forbidden() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "you may not do that",
            "ask an administrator for the role that it takes",
        )
    }

    /// What was sent is not right.
    pub fn bad(what: impl Into<String>, advice: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, what, advice)
    }
}

impl From<Error> for Fault {
    fn from(fault: Error) -> Self {
        match fault {
            Error::Usage(said) => {
                let missing = said.what.starts_with("there is no ");
                let status = if missing { StatusCode::NOT_FOUND } else { StatusCode::CONFLICT };
                Self::new(status, said.what, for_readers(&said.advice))
            }
            Error::Failed(_) | Error::Store(_) | Error::Io { .. } | Error::Sealed(_) => {
                let number = Correlation::new();
                tracing::error!(correlation = %number, "{}", fault.to_string().replace('\n', " "));
                Self::new(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "it could not be done, and nothing was changed",
                    format!("try again; if it stays so, tell your operators the number {number}"),
                )
            }
        }
    }
}

/// What is wrong and what to do, in one line for a form.
pub(super) fn in_a_line(said: &Advice) -> String {
    let (what, advice) = (layout::sentence(&said.what), for_readers(&said.advice));
    if advice.is_empty() { what } else { format!("{what}: {}", advice.replace('\n', "; ")) }
}

/// Advice without the lines that say what to type at the command line.
fn for_readers(advice: &str) -> String {
    let typed = |line: &str| line.contains("clerkwork ") || line.contains(" --");
    advice.lines().filter(|line| !typed(line)).collect::<Vec<_>>().join("\n")
}

impl From<sqlx::Error> for Fault {
    fn from(fault: sqlx::Error) -> Self {
        Error::from(fault).into()
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Gives a fault its page, or its problem for programs.
pub(super) async fn dress(State(app): State<App>, request: Request, next: Next) -> Response {
    let api = request.uri().path().starts_with("/api/");
    let response = next.run(request).await;
    let Some(fault) = response.extensions().get::<Fault>().cloned().or_else(|| bare(&response))
    else {
        return response;
    };
    // What the session is to say once waits for a page that is about it.
    let visitor = response.extensions().get::<Visitor>().cloned();
    let visitor = visitor.map(|visitor| Visitor { flash: None, ..visitor });
    let mut dressed = if api { problem(&fault) } else { page(&app, visitor.as_ref(), &fault) };
    for (name, value) in response.headers() {
        if name != header::CONTENT_TYPE && name != header::CONTENT_LENGTH {
            dressed.headers_mut().insert(name, value.clone());
        }
    }
    dressed
}

/// What axum and the layers refuse by themselves has a status alone. A page or an object of ours
/// says by itself what is wrong, such as a form that repeats what was typed.
fn bare(response: &Response) -> Option<Fault> {
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    if kind.is_some_and(|kind| !kind.starts_with("text/plain")) {
        return None;
    }
    let advice = match response.status() {
        StatusCode::NOT_FOUND => return Some(Fault::not_found()),
        StatusCode::FORBIDDEN => {
            "it did not come from this site: open the page again and do it there"
        }
        StatusCode::METHOD_NOT_ALLOWED => "go back, and use the buttons of the page",
        StatusCode::PAYLOAD_TOO_LARGE => "send less: a sheet may have 50 MB",
        StatusCode::REQUEST_TIMEOUT => "try again in a moment",
        StatusCode::BAD_REQUEST
        | StatusCode::UNPROCESSABLE_ENTITY
        | StatusCode::UNSUPPORTED_MEDIA_TYPE => "go back, check what you sent, and try again",
        StatusCode::INTERNAL_SERVER_ERROR => "try again; if it stays so, tell your operators",
        _ => return None,
    };
    let what = response.status().canonical_reason().unwrap_or("it cannot be done");
    Some(Fault::new(response.status(), what.to_lowercase(), advice))
}

fn problem(fault: &Fault) -> Response {
    let detail = if fault.advice.is_empty() {
        fault.what.clone()
    } else {
        format!("{}: {}", fault.what, fault.advice)
    };
    let problem = Problem {
        kind: "about:blank",
        title: fault.status.canonical_reason().unwrap_or("Problem").to_owned(),
        status: fault.status.as_u16(),
        detail,
    };
    let mut response = (fault.status, axum::Json(problem)).into_response();
    let kind = HeaderValue::from_static("application/problem+json");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}

fn page(app: &App, visitor: Option<&Visitor>, fault: &Fault) -> Response {
    let title = layout::sentence(&fault.what);
    let body = html! {
        h1 class="govuk-heading-l" { (title) }
        @for line in fault.advice.lines() { p class="govuk-body" { (layout::sentence(line)) "." } }
        p class="govuk-body" { a class="govuk-link" href="/" { "Go to the first page" } }
    };
    (fault.status, layout::page(app, visitor, &Page::new(&title), body)).into_response()
}
