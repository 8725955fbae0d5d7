//! How a request says what it wants: JSON bodies, queries and ids, with a problem that names what is
//! wrong where it cannot be read.

use axum::Json;
use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use super::super::Fault;
use crate::ids::{BatchId, ItemId};

/// A JSON body.
pub(super) struct Body<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Fault;

    async fn from_request(request: Request, state: &S) -> Result<Self, Fault> {
        Json::from_request(request, state).await.map(|Json(body)| Self(body)).map_err(|fault| {
            let status = match &fault {
                JsonRejection::MissingJsonContentType(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
                JsonRejection::JsonDataError(_) => StatusCode::UNPROCESSABLE_ENTITY,
                _ => StatusCode::BAD_REQUEST,
            };
            Fault::new(status, "the body cannot be read", plain(&fault.body_text()))
        })
    }
}

/// What stands in the query.
pub(super) struct Asked<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Asked<T> {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Fault> {
        let asked = Query::from_request_parts(parts, state).await;
        asked.map(|Query(asked)| Self(asked)).map_err(|fault: QueryRejection| {
            let what = "the query cannot be read";
            Fault::new(StatusCode::BAD_REQUEST, what, plain(&fault.body_text()))
        })
    }
}

/// What the reader of JSON says, without what was found there: that may be personal.
fn plain(said: &str) -> String {
    let said = said.split(" at line ").next().unwrap_or(said);
    // It ends with what is wrong: "..., expected a string". What was found stands before.
    match said.split_once("missing field") {
        Some((_, field)) => format!("see /api/openapi.json: missing field{field}"),
        None => match said.rsplit_once(", expected ") {
            Some((_, expected)) => format!("see /api/openapi.json: expected {expected}"),
            None => "see /api/openapi.json".to_owned(),
        },
    }
}

/// An item by its number, such as 3-231.
pub(super) fn item(text: &str) -> Result<ItemId, Fault> {
    text.parse().map_err(|_| Fault::not_found())
}

/// A batch that a query names by its number.
pub(super) fn batch_number(number: Option<i64>) -> Result<Option<BatchId>, Fault> {
    match number {
        Some(number) if number < 1 => {
            Err(Fault::bad("there is no such batch", "a batch is named by its number, from 1"))
        }
        number => Ok(number.map(BatchId)),
    }
}
