//! The one cookie there is: who is signed in.

use axum::http::{HeaderMap, HeaderValue, header};

use crate::accounts::Token;

/// `__Host-`: of this host alone, over TLS (or on this machine), for every path.
const NAME: &str = "__Host-clerkwork";

/// The token of a session, if the browser sent one.
pub(super) fn session(headers: &HeaderMap) -> Option<&str> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|value| value.split(';')).filter_map(|it| it.split_once('='));
    pairs.find(|(name, _)| name.trim() == NAME).map(|(_, token)| token.trim())
}

/// Gives the browser its session.
pub(super) fn give(token: &Token) -> HeaderValue {
    let text = format!("{NAME}={}; Path=/; Secure; HttpOnly; SameSite=Lax", token.text());
    HeaderValue::from_str(&text).expect("a token is plain ASCII")
}

/// Takes it back.
pub(super) fn take() -> HeaderValue {
    let text = format!("{NAME}=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0");
    HeaderValue::from_str(&text).expect("plain ASCII")
}
