//! The stylesheet, the scripts and the council's own look, as the browser asks for them.
//!
//! Our own files are in the program. Their address has a digest of all of them in it, so that a
//! browser may keep them for ever and a script finds its neighbours by their plain names.
//! `assets/build.sh` makes the stylesheet.

use std::sync::LazyLock;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use sha2::{Digest as _, Sha256};

use super::App;
use super::fault::Fault;
use super::routes::{Route, get};
use crate::job_log::hex;

#[cfg(test)]
mod tests;

const STYLE: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const DRAWING: &str = "image/svg+xml";
/// A drawing is shown, and does nothing: no scripts, nothing from elsewhere.
const INERT: &str =
    "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'";
/// It stays what it is under its address.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// Ask whether it is still the same.
const ASK: &str = "no-cache";

/// A file of ours.
pub struct File {
    /// Its name.
    pub name: &'static str,
    kind: &'static str,
    bytes: &'static [u8],
}

macro_rules! files {
    ($($name:literal $kind:ident,)+) => {
        /// Every file of ours. A new one in `assets/` is named here.
        pub const FILES: &[File] = &[
            $(File { name: $name, kind: $kind, bytes: include_bytes!(concat!("assets/", $name)) },)+
        ];
    };
}

files! {
    "announce.js" SCRIPT,
    "clerkwork.css" STYLE,
    "clerkwork.js" SCRIPT,
    "forms.js" SCRIPT,
    "icon.svg" DRAWING,
    "keys.js" SCRIPT,
    "live.js" SCRIPT,
    "refresh.js" SCRIPT,
    "stream.js" SCRIPT,
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/static/{version}/{file}", &[], own),
        get("/static/look.css", &[], colours),
        get("/static/look/logo.svg", &[], logo),
    ]
}

/// The address of a file of ours.
pub fn href(name: &str) -> String {
    format!("/static/{}/{name}", *VERSION)
}

static VERSION: LazyLock<String> = LazyLock::new(|| {
    let all = FILES.iter().fold(Sha256::new(), |all, file| {
        all.chain_update(file.name).chain_update([0]).chain_update(file.bytes)
    });
    hex(&all.finalize()[..8])
});

async fn own(Path((version, name)): Path<(String, String)>, asked: HeaderMap) -> Response {
    let Some(file) = FILES.iter().find(|file| file.name == name) else {
        return Fault::not_found().into_response();
    };
    // A page that was open while we were exchanged asks under the old address.
    let keep = if version == *VERSION { FOR_EVER } else { ASK };
    let response = answer(&asked, file.bytes, file.kind, keep);
    if file.kind == DRAWING { inert(response) } else { response }
}

async fn colours(State(app): State<App>, asked: HeaderMap) -> Response {
    answer(&asked, app.look.css.as_bytes(), STYLE, ASK)
}

async fn logo(State(app): State<App>, asked: HeaderMap) -> Response {
    app.look.logo.as_ref().map_or_else(
        || Fault::not_found().into_response(),
        |logo| inert(answer(&asked, logo, DRAWING, ASK)),
    )
}

fn inert(response: Response) -> Response {
    ([(header::CONTENT_SECURITY_POLICY, INERT)], response).into_response()
}

/// The bytes, or that they are still the same.
fn answer(asked: &HeaderMap, bytes: &[u8], kind: &'static str, keep: &'static str) -> Response {
    let tag = format!("\"{}\"", hex(&Sha256::digest(bytes)[..16]));
    let known = asked.get(header::IF_NONE_MATCH).and_then(|it| it.to_str().ok());
    // What is packed on the way has the same tag with W/ before it.
    let same = known
        .is_some_and(|known| known.split(',').any(|it| it.trim().trim_start_matches("W/") == tag));
    let headers = [(header::ETAG, tag), (header::CACHE_CONTROL, keep.to_owned())];
    if same {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    (headers, [(header::CONTENT_TYPE, kind)], bytes.to_vec()).into_response()
}
