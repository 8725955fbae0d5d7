//! The page: rendered here, works without JavaScript, live with it; and the JSON API beside it.
//!
//! | file | job |
//! |---|---|
//! | `routes` | the list of all routes, with the rights that each needs |
//! | `rights` | what each role may do |
//! | `guard` | who is asking, and may they |
//! | `cookie` | the one cookie |
//! | `fault` | what is answered when something cannot be done |
//! | `headers` | what every answer says to the browser |
//! | `layout`, `parts` | the page around every page, and what pages are made of |
//! | `home` | the first page |
//! | `people` | signing in, people and keys |

mod cookie;
mod fault;
mod guard;
mod headers;
mod home;
pub mod layout;
mod people;
pub mod rights;
pub mod routes;

pub use fault::{Fault, Problem};
pub use guard::Visitor;

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::CsrfLayer;

use crate::connections::Connections;
use crate::error::{Error, Result};
use crate::settings::Folder;
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
        Self(Arc::new(Inner { folder, store, connections, stop }))
    }
}

/// What a form may hold; a route that takes a sheet allows itself more.
const FORM: usize = 1024 * 1024;

/// Everything that is answered.
pub fn router(app: &App) -> Router {
    let layers = ServiceBuilder::new()
        .layer(CompressionLayer::new())
        .layer(from_fn(headers::put))
        .layer(from_fn_with_state(app.clone(), fault::dress))
        .layer(CatchPanicLayer::new())
        .layer(CsrfLayer::new())
        .layer(DefaultBodyLimit::max(FORM));
    routes::router(app, routes::all()).layer(layers).with_state(app.clone())
}

/// Answers at this address until it is told to stop.
pub async fn answer(app: App, listener: TcpListener) -> Result<()> {
    let mut stop = app.stop.clone();
    let stopped = async move {
        // Whoever could tell us to stop may be gone: then we stop too.
        let _gone = stop.wait_for(|stop| *stop).await;
    };
    axum::serve(listener, router(&app))
        .with_graceful_shutdown(stopped)
        .await
        .map_err(Error::io("answering on the page's address"))
}

/// How long an answer may take to leave when we are told to stop.
pub const LEAVING: Duration = Duration::from_secs(5);

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
