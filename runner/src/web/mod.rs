//! The page: rendered here, works without JavaScript, live with it; and the JSON API beside it.
//!
//! | file | job |
//! |---|---|
//! | `answer` | connections, how many and how patient |
//! | `routes` | the list of all routes, with the rights that each needs |
//! | `rights` | what each role may do |
//! | `guard` | who is asking, and may they |
//! | `cookie` | the one cookie |
//! | `fault` | what is answered when something cannot be done |
//! | `headers` | what every answer says to the browser |
//! | `layout`, `parts` | the page around every page, and what pages are made of |
//! | `assets` | the stylesheet, the scripts and the council's own look, as the browser asks for them |
//! | `live` | the job log while it grows |
//! | `operators` | what operators watch and run |
//! | `auditors`, `managers` | proof and records; figures |
//! | `home`, `accessibility` | the first page; how well the page can be used by everybody |
//! | `people` | signing in, people and keys |
//! | `staff` | uploading, trying and queueing sheets; batches |

mod accessibility;
mod answer;
pub mod api;
pub mod assets;
mod auditors;
mod cookie;
mod fault;
mod guard;
mod headers;
mod home;
pub mod layout;
pub mod live;
mod managers;
pub mod officers;
pub mod operators;
pub mod parts;
mod people;
pub mod rights;
pub mod routes;
mod staff;

pub use answer::{LEAVING, answer};
#[cfg(test)]
pub(crate) mod tests;

pub use fault::{Fault, Problem};
pub use guard::Visitor;

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use tokio::sync::watch;
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::CsrfLayer;
use tower_http::timeout::RequestBodyTimeoutLayer;

use crate::connections::Connections;
use crate::settings::Folder;
use crate::settings::look::Look;
use crate::store::Store;

/// What every page has at hand.
#[derive(Clone)]
pub struct App(Arc<Inner>);

/// See [`App`].
pub struct Inner {
    /// The data folder.
    pub folder: Arc<Folder>,
    /// Its store.
    pub store: Arc<Store>,
    /// Other systems.
    pub connections: Arc<Connections>,
    /// The council's logo and colours.
    pub look: Look,
    /// The job log while it grows.
    pub live: live::Live,
    /// What operators' pages keep between two requests.
    pub board: operators::Board,
    /// Verifications of the log that somebody began on the page.
    checks: auditors::Checks,
    /// Turns true when we are told to stop: what stays open ends then.
    pub stop: watch::Receiver<bool>,
}

impl Deref for App {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl App {
    /// Everything that a page may use.
    pub fn new(
        folder: Arc<Folder>,
        store: Arc<Store>,
        connections: Arc<Connections>,
        stop: watch::Receiver<bool>,
    ) -> Self {
        // Who opens the page has refused a look that is wrong; the page is more than its colours.
        let look = folder.look().unwrap_or_default();
        let (live, board) = (live::Live::default(), operators::Board::default());
        let checks = auditors::Checks::default();
        Self(Arc::new(Inner { folder, store, connections, look, live, board, checks, stop }))
    }
}

/// What a form may hold; a route that takes a sheet allows itself more.
const FORM: usize = 1024 * 1024;
/// How long we wait for the next piece of a body.
const BODY: Duration = Duration::from_secs(30);

/// Everything that is answered.
pub fn router(app: &App) -> Router {
    let layers = ServiceBuilder::new()
        .layer(CompressionLayer::new())
        .layer(from_fn_with_state(app.clone(), operators::count))
        .layer(from_fn(headers::put))
        .layer(from_fn_with_state(app.clone(), fault::dress))
        .layer(CatchPanicLayer::new())
        .layer(CsrfLayer::new())
        .layer(DefaultBodyLimit::max(FORM))
        .layer(RequestBodyTimeoutLayer::new(BODY));
    routes::router(app, routes::all()).layer(layers).with_state(app.clone())
}

/// A text as it may stand in a query.
fn encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    text.bytes().fold(String::new(), |mut out, byte| {
        if plain(byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
        out
    })
}
