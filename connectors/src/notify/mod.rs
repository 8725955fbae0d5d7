//! GOV.UK Notify, by its published REST API (version 2): e-mails and text messages from templates.
//!
//! Notify has no key by which it knows a message again. It keeps a reference of ours, though, and
//! can be asked for it: so after a try that may have worked, and in every later round, the
//! reference is looked up before anything is sent.
//!
//! What a council sets up, and what each failure looks like, is in `docs/connectors/notify.md`.

mod check;
mod errors;
mod key;
mod message;
mod post;
mod settings;

#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;

use reqwest::Url;
use reqwest::header::AUTHORIZATION;
use tokio::time::Instant;

use crate::http::{Answer, Http, Request};
use crate::patience::{Patience, Register};
use errors::Fault;

pub use crate::http::Timeouts;
pub use crate::outlet::Finding;
pub use check::Template;
pub use key::{Key, KeyError};
pub use message::{Message, To};
pub use settings::{Settings, SettingsError};

/// A connection to Notify in the name of one service. Clones share it.
#[derive(Debug, Clone)]
pub struct Connection {
    client: Arc<Client>,
}

struct Client {
    settings: Settings,
    base: Url,
    key: Key,
    http: Http,
    patience: Patience,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("base", &self.base.as_str()).finish_non_exhaustive()
    }
}

impl Connection {
    /// Makes a connection ready; nothing is sent yet. Connections of one register in the name of
    /// the same service share its limits.
    pub fn open(settings: Settings, key: Key, register: &Register) -> Result<Self, SettingsError> {
        settings.check()?;
        let base = settings.base()?;
        let patience = register.of(&format!("{base} {}", key.service()), settings.limits);
        let http = Http::new(settings.timeouts, settings.proxy.as_deref())?;
        Ok(Self { client: Arc::new(Client { settings, base, key, http, patience }) })
    }
}

impl Client {
    /// An address of the interface. The paths are constants of ours.
    fn url(&self, path: &str) -> Url {
        let mut url = self.base.clone();
        url.set_path(path);
        url
    }

    /// One request and its answer if that says yes. Each request has a token of its own, since a
    /// token is good for half a minute only.
    async fn once(&self, mut request: Request, until: Instant) -> Result<Answer, Fault> {
        let permit = self.patience.admit(until).await.map_err(Fault::NoRoom)?;
        request.header("accept", "application/json");
        if request.body.is_some() {
            request.header("content-type", "application/json");
        }
        request.headers.insert(AUTHORIZATION, self.key.bearer((self.settings.clock)()));
        let answer = self.http.send(request).await;
        drop(permit);
        let answer = answer?;
        if (200..300).contains(&answer.status) {
            self.patience.went_well();
            return Ok(answer);
        }
        Err(errors::fault(&answer, (self.settings.clock)()))
    }

    /// One request that changes nothing.
    async fn read(&self, request: Request, until: Instant) -> Result<Answer, Fault> {
        self.once(request, until).await.map_err(Fault::without_effect)
    }
}
