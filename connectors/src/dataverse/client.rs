//! Requests with a token, within the limits, tried again where that is safe.

use std::fmt;
use std::time::Duration;

use reqwest::Url;
use serde_json::Value;
use tokio::sync::OnceCell;
use tokio::time::Instant;
use uuid::Uuid;

use super::errors::{Failed, Fault};
use super::json;
use super::settings::{Settings, SettingsError};
use super::token::Tokens;
use crate::http::{Answer, Http, Request};
use crate::patience::{Patience, Pause, Trying};
use crate::secret::Secret;

/// One connection to an environment. Everyone who uses it shares its limits.
pub(super) struct Client {
    pub(super) settings: Settings,
    pub(super) base: Url,
    pub(super) patience: Patience,
    /// Who we are there, once we know.
    pub(super) own: OnceCell<Uuid>,
    http: Http,
    tokens: Tokens,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("base", &self.base.as_str()).finish_non_exhaustive()
    }
}

/// What is left when no further try is made.
#[derive(Debug)]
pub(super) struct GivenUp {
    pub(super) failed: Failed,
    /// One of the tries may have worked.
    pub(super) perhaps: bool,
}

impl Client {
    pub(super) fn new(
        settings: Settings,
        secret: Secret,
        patience: Patience,
    ) -> Result<Self, SettingsError> {
        settings.check()?;
        Ok(Self {
            base: settings.base()?,
            http: Http::new(settings.timeouts, settings.proxy.as_deref())?,
            tokens: Tokens::new(&settings, secret)?,
            own: OnceCell::new(),
            settings,
            patience,
        })
    }

    /// An address below the base. The paths are made of names that the settings have checked, of
    /// ids and of encoded queries, so this cannot fail for another reason than a fault of ours.
    pub(super) fn url(&self, path: &str) -> Result<Url, Failed> {
        let url = self.base.join(path).ok().filter(|url| self.is_ours(url));
        url.ok_or_else(|| Failed::of(Fault::Unreached("a link leads to another server"), None))
    }

    /// Whether an address is on the server that our token is for.
    pub(super) fn is_ours(&self, url: &Url) -> bool {
        url.origin() == self.base.origin() && url.username().is_empty() && url.password().is_none()
    }

    /// One request and its answer if that says yes.
    pub(super) async fn once(
        &self,
        request: Request,
        until: Instant,
    ) -> Result<(Answer, Uuid), Failed> {
        let (answer, request_id) = self.whatever(request, until).await?;
        let settled = answer.settled().map_err(|fault| Failed::of(fault, Some(request_id)))?;
        Ok((settled, request_id))
    }

    /// One request and its answer, whatever that says. A token that has run out is renewed once.
    pub(super) async fn whatever(
        &self,
        mut request: Request,
        until: Instant,
    ) -> Result<(Answer, Uuid), Failed> {
        let request_id = Uuid::new_v4();
        let failed = |fault| Failed::of(fault, Some(request_id));
        for (name, value) in [
            ("accept", "application/json"),
            ("odata-maxversion", "4.0"),
            ("odata-version", "4.0"),
            ("x-ms-client-request-id", &request_id.to_string()),
        ] {
            request.header(name, value);
        }
        if request.method == reqwest::Method::GET {
            // Keeps what expands from coming out of a cache.
            request.header("if-none-match", "null");
        }
        if request.body.is_some() && !request.headers.contains_key("content-type") {
            request.header("content-type", "application/json");
        }
        let mut renewed = false;
        loop {
            let bearer = self.tokens.bearer(&self.http).await?;
            let permit =
                self.patience.admit(until).await.map_err(|none| failed(Fault::NoRoom(none)))?;
            let mut sent = request.clone();
            sent.headers.insert(reqwest::header::AUTHORIZATION, bearer.header);
            let answer = self.http.send(sent).await;
            drop(permit);
            // Neither address nor body: a filter or a column may hold what is personal.
            tracing::debug!(
                %request_id,
                method = %request.method,
                status = answer.as_ref().map_or(0, |answer| answer.status),
                "asked the CRM"
            );
            let answer = answer.map_err(|fault| failed(fault.into()))?;
            if answer.status == 401 {
                self.tokens.not_accepted(bearer.generation).await;
                if renewed {
                    return Err(failed(Fault::NotAccepted));
                }
                renewed = true;
                continue;
            }
            self.listen(&answer);
            return Ok((answer, request_id));
        }
    }

    /// What an answer says about the pace.
    fn listen(&self, answer: &Answer) {
        if let Some(hint) = answer.header("x-ms-dop-hint").and_then(|it| it.trim().parse().ok()) {
            self.patience.suits(hint);
        }
        if (200..300).contains(&answer.status) {
            self.patience.went_well();
        }
    }

    /// A request that changes nothing and is answered with an object, tried again while that may
    /// help.
    pub(super) async fn read(&self, request: Request) -> Result<(Value, Uuid), Failed> {
        let mut tries = self.tries();
        loop {
            let failed = match self.once(request.clone(), tries.until).await {
                Ok((answer, request_id)) => match object(&answer, request_id) {
                    Ok(object) => return Ok((object, request_id)),
                    Err(failed) => failed,
                },
                Err(failed) => Failed { fault: failed.fault.without_effect(), ..failed },
            };
            tries.again(failed).await.map_err(|given_up| given_up.failed)?;
        }
    }

    /// Tries at something that may have to be done again.
    pub(super) fn tries(&self) -> Tries<'_> {
        let trying = Trying::new(&self.settings.tries, &self.patience);
        Tries { client: self, until: trying.until, trying, perhaps: false }
    }
}

/// The object that an answer to a request without effect holds.
pub(super) fn object(answer: &Answer, request_id: Uuid) -> Result<Value, Failed> {
    let object = json::read(&answer.body).filter(Value::is_object);
    object.ok_or_else(|| Failed::of(Fault::Unreached("its answer is garbled"), Some(request_id)))
}

/// The tries at one thing.
pub(super) struct Tries<'a> {
    client: &'a Client,
    /// Nothing is waited for beyond this.
    pub(super) until: Instant,
    trying: Trying<'a>,
    perhaps: bool,
}

impl Tries<'_> {
    /// After a try that failed: waits until the next one may be made, or says that none will be.
    pub(super) async fn again(&mut self, failed: Failed) -> Result<(), GivenUp> {
        self.perhaps |= failed.fault.perhaps();
        let pause = match &failed.fault {
            Fault::Wait { after, fewer } => {
                if *fewer {
                    self.client.patience.fewer_at_once();
                }
                Pause::Everyones(*after)
            }
            _ => Pause::Ours(Duration::ZERO),
        };
        if !failed.fault.passes() || !self.trying.again(pause).await {
            return Err(GivenUp { failed, perhaps: self.perhaps });
        }
        Ok(())
    }
}
