//! The one cookie there is: who is signed in. And for some minutes another: who went to sign in
//! elsewhere.

use axum::http::{HeaderMap, HeaderValue, header};

use crate::accounts::Token;

/// `__Host-`: of this host alone, over TLS (or on this machine), for every path.
const NAME: &str = "__Host-clerkwork";

/// Of whoever is at the identity provider, and must come back in the same browser.
const AWAY: &str = "__Host-clerkwork-away";

/// The token of a session, if the browser sent one.
pub(super) fn session(headers: &HeaderMap) -> Option<&str> {
    named(headers, NAME)
}

/// The token of somebody who comes back from the identity provider.
pub(super) fn away(headers: &HeaderMap) -> Option<&str> {
    named(headers, AWAY)
}

fn named<'a>(headers: &'a HeaderMap, wanted: &str) -> Option<&'a str> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|value| value.split(';')).filter_map(|it| it.split_once('='));
    pairs.find(|(name, _)| name.trim() == wanted).map(|(_, token)| token.trim())
}

/// Gives the browser its session.
pub(super) fn give(token: &Token) -> HeaderValue {
    let text = format!("{NAME}={}; Path=/; Secure; HttpOnly; SameSite=Lax", token.text());
    HeaderValue::from_str(&text).expect("a token is plain ASCII")
}

/// Gives the browser what it comes back with; it is worth nothing after ten minutes.
pub(super) fn give_away(token: &Token) -> HeaderValue {
    let text =
        format!("{AWAY}={}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=600", token.text());
    HeaderValue::from_str(&text).expect("a token is plain ASCII")
}

/// Takes it back.
pub(super) fn take() -> HeaderValue {
    taken(NAME)
}

/// Takes back what was for the way to the identity provider.
pub(super) fn take_away() -> HeaderValue {
    taken(AWAY)
}

fn taken(name: &str) -> HeaderValue {
    let text = format!("{name}=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0");
    HeaderValue::from_str(&text).expect("plain ASCII")
}
