//! `Idempotency-Key`: a program that had no answer sends the same request again, and it is done once.
//!
//! The same key with another request is refused (422), one that is being answered is too (409). What
//! failed on our side is not kept: it may be tried again. Every act is also refused by the state that
//! it left behind, so that a program without keys does nothing twice either.

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use sha2::{Digest as _, Sha256};

use super::super::{App, FORM, Fault, Visitor};
use crate::clock;
use crate::error::Error;
use crate::store::api_requests::Known;

/// The header.
pub(super) const HEADER: &str = "idempotency-key";
/// Longer keys are refused.
const LONGEST: usize = 255;
/// Says that an answer was kept from before.
const AGAIN: &str = "idempotency-replayed";

/// Says of an answer that it holds a secret: then it is not kept, nor is the key.
#[derive(Clone, Copy)]
pub(super) struct NotKept;

/// Answers a request that carries a key once.
pub(in crate::web) async fn answer(
    State(app): State<App>,
    request: Request,
    next: Next,
) -> Response {
    let key = request.headers().get(HEADER).filter(|_| request.method() == Method::POST);
    let Some(key) = key else { return next.run(request).await };
    match keyed(&app, key.clone(), request, next).await {
        Ok(response) => response,
        Err(fault) => fault.into_response(),
    }
}

async fn keyed(
    app: &App,
    key: HeaderValue,
    request: Request,
    next: Next,
) -> Result<Response, Fault> {
    let key = key.as_bytes();
    if key.is_empty() || key.len() > LONGEST {
        return Err(Fault::new(
            StatusCode::BAD_REQUEST,
            "the Idempotency-Key is not one",
            format!("send 1 to {LONGEST} characters, best a new UUID for each request"),
        ));
    }
    let key = Sha256::digest(key).to_vec();
    let Some(visitor) = request.extensions().get::<Visitor>().cloned() else {
        return Err(Fault::forbidden());
    };
    let caller = visitor.actor().id;
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, FORM).await.map_err(|_| {
        Fault::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "that is too much for a request with an Idempotency-Key",
            "send a sheet without one: a file is known by its content",
        )
    })?;
    let mut asked = Sha256::new();
    for part in [parts.method.as_str().as_bytes(), parts.uri.to_string().as_bytes(), &body] {
        asked.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        asked.update(part);
    }
    let asked = asked.finalize().to_vec();
    match app.store.begin_request(&caller, &key, &asked, clock::now()).await? {
        Known::New => {}
        Known::Other => {
            return Err(Fault::bad(
                "this Idempotency-Key was sent with another request",
                "take a new key for each request",
            ));
        }
        Known::Begun => {
            return Err(Fault::new(
                StatusCode::CONFLICT,
                "this request is being answered",
                "wait a moment, then send it again with the same key",
            ));
        }
        Known::Answered(status, answer) => return Ok(kept(status, answer)),
    }
    let response = next.run(Request::from_parts(parts, Body::from(body))).await;
    let secret = response.extensions().get::<NotKept>().is_some();
    if secret || !response.status().is_success() {
        // Nothing was done, or nobody knows: whoever asks again is answered by how things stand.
        app.store.end_request(&caller, &key, None).await?;
        return Ok(response);
    }
    let (parts, body) = response.into_parts();
    // Our own answer, whole: nothing of it is taken from outside.
    let body: Bytes = to_bytes(body, usize::MAX)
        .await
        .map_err(|fault| Error::failed(format!("an answer could not be kept: {fault}"), ""))?;
    app.store.end_request(&caller, &key, Some((parts.status.as_u16(), &body))).await?;
    Ok(Response::from_parts(parts, Body::from(body)))
}

fn kept(status: u16, answer: Vec<u8>) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (header::HeaderName::from_static(AGAIN), HeaderValue::from_static("true")),
    ];
    (status, headers, answer).into_response()
}
