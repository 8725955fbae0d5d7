//! Shapes that several answers share.

use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, IntoResponses, ToSchema};

use super::super::{Fault, Problem};
use crate::error::Advice;
use crate::error::Error;
use crate::store::lists::{At, Counted};

/// How many there are in all. Counting stops at some point: then there are more.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Count {
    /// So many were counted.
    n: i64,
    /// There are more than that.
    more: bool,
}

impl From<Counted> for Count {
    fn from(counted: Counted) -> Self {
        Self { n: counted.n, more: counted.more }
    }
}

/// Which stretch of a list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(super) struct Stretch {
    /// Only what comes after this place: `next` of the answer before.
    after: Option<String>,
    /// Only what comes before this place: `previous` of the answer before.
    before: Option<String>,
    /// At most so many.
    #[param(minimum = 1, maximum = 1000, default = 50)]
    limit: Option<u16>,
}

impl TryFrom<Stretch> for At {
    type Error = Fault;

    fn try_from(asked: Stretch) -> Result<Self, Fault> {
        let limit = asked.limit.unwrap_or(50);
        if !(1..=1000).contains(&limit) {
            return Err(Fault::bad("the limit is too small or too large", "1 to 1000"));
        }
        Ok(Self { after: asked.after, before: asked.before, limit: i64::from(limit) })
    }
}

/// Why something is done, in the words of whoever does it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Why {
    /// The reason; kept sealed, and never in the log.
    #[schema(min_length = 1, max_length = 2000, example = "totals agree with the school office")]
    pub(super) why: String,
}

/// The reason, if it is one.
pub(super) fn reason(asked: &Why) -> Result<&str, Fault> {
    let why = asked.why.trim();
    if why.is_empty() || why.chars().count() > 2000 {
        return Err(Fault::new(
            StatusCode::CONFLICT,
            "an act needs its reason",
            "1 to 2,000 characters in \"why\", and not only spaces",
        ));
    }
    Ok(why)
}

/// What is refused everywhere.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "it describes the answers; they are made of faults")]
pub(super) enum Refused {
    /// What was sent cannot be read.
    #[response(status = 400, content_type = "application/problem+json")]
    BadRequest(Problem),
    /// It takes a key that is in force.
    #[response(status = 401, content_type = "application/problem+json")]
    NoKey(Problem),
    /// The key's roles do not allow it.
    #[response(status = 403, content_type = "application/problem+json")]
    Forbidden(Problem),
    /// There is nothing of that name, or nothing that the key may know of.
    #[response(status = 404, content_type = "application/problem+json")]
    NotFound(Problem),
    /// Things do not stand right for it.
    #[response(status = 409, content_type = "application/problem+json")]
    Conflict(Problem),
    /// The body is too large.
    #[response(status = 413, content_type = "application/problem+json")]
    TooLarge(Problem),
    /// The body is not JSON.
    #[response(status = 415, content_type = "application/problem+json")]
    NotJson(Problem),
    /// What was sent is not right.
    #[response(status = 422, content_type = "application/problem+json")]
    Wrong(Problem),
    /// It failed here; the detail has a number by which operators find it.
    #[response(status = 500, content_type = "application/problem+json")]
    Failed(Problem),
}

/// What was not done to one of several, and why.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct NotDone {
    /// The item.
    pub(super) item: String,
    /// Why not, and what to do.
    pub(super) why: String,
}

impl NotDone {
    /// Of this item.
    pub(super) fn new(item: &str, said: &Advice) -> Self {
        Self { item: item.to_owned(), why: said.to_string() }
    }
}

/// A fault that is an item's own, as against one of ours.
pub(super) fn own(fault: Error) -> Result<Advice, Error> {
    match fault {
        Error::Usage(said) | Error::Failed(said) => Ok(said),
        other => Err(other),
    }
}
