//! One request and one answer, each part of it with its time. No tokens, no limits, no tries.

use std::error::Error;
use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, Url};
use tokio::time::timeout;

use super::errors::Fault;
use super::settings::{Settings, SettingsError, Timeouts};

/// No answer may be larger than this, however large it says it is.
const LARGEST: usize = 64 * 1024 * 1024;

/// A request. Its body can be sent again.
#[derive(Clone)]
pub(super) struct Request {
    pub(super) method: Method,
    pub(super) url: Url,
    pub(super) headers: HeaderMap,
    pub(super) body: Option<Vec<u8>>,
}

impl Request {
    pub(super) fn new(method: Method, url: Url) -> Self {
        Self { method, url, headers: HeaderMap::new(), body: None }
    }

    pub(super) fn get(url: Url) -> Self {
        Self::new(Method::GET, url)
    }

    pub(super) fn post(url: Url, body: Vec<u8>) -> Self {
        Self { body: Some(body), ..Self::new(Method::POST, url) }
    }

    /// Sets a header. One that cannot be sent is left out: ours are constants, ids, and versions
    /// that were looked at before.
    pub(super) fn header(&mut self, name: &str, value: &str) {
        let name = HeaderName::from_bytes(name.as_bytes());
        if let (Ok(name), Ok(value)) = (name, HeaderValue::from_str(value)) {
            self.headers.insert(name, value);
        }
    }
}

/// An answer, whole.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

impl Answer {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// What speaks to the network.
#[derive(Debug)]
pub(super) struct Http {
    client: reqwest::Client,
    timeouts: Timeouts,
}

impl Http {
    pub(super) fn new(settings: &Settings) -> Result<Self, SettingsError> {
        // The one provider of this program; where another part of it was first, it stays.
        if rustls::crypto::ring::default_provider().install_default().is_err() {
            debug_assert!(rustls::crypto::CryptoProvider::get_default().is_some());
        }
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("Clerkwork/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(settings.timeouts.connect)
            // What is sent again is decided in one place, and it is not here.
            .retry(reqwest::retry::never())
            // A token is never carried to where an answer points.
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            // A proxy is a setting, not something that lies about in the environment.
            .no_proxy()
            .http1_only();
        if let Some(proxy) = &settings.proxy {
            let proxy = reqwest::Proxy::all(proxy)
                .map_err(|_| SettingsError::NotAnAddress { setting: "proxy" })?;
            builder = builder.proxy(proxy);
        }
        let client = builder
            .build()
            .map_err(|fault| SettingsError::NotSetUp { reason: root(&fault).to_owned() })?;
        Ok(Self { client, timeouts: settings.timeouts })
    }

    /// Sends a request and waits for its whole answer.
    pub(super) async fn send(&self, request: Request) -> Result<Answer, Fault> {
        let all = self.timeouts.whole;
        within(all, "the answer took too long", self.exchange(request)).await
    }

    async fn exchange(&self, request: Request) -> Result<Answer, Fault> {
        let mut builder = self.client.request(request.method, request.url).headers(request.headers);
        if let Some(body) = request.body {
            builder = builder.body(body);
        }
        let head = async { builder.send().await.map_err(|error| fault_of(&error)) };
        let mut response = within(self.timeouts.head, "no answer came", head).await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let mut body = Vec::new();
        loop {
            let piece = async { response.chunk().await.map_err(|error| fault_of(&error)) };
            let piece = within(self.timeouts.body, "the answer stopped half way", piece).await?;
            let Some(piece) = piece else { break };
            if body.len() + piece.len() > LARGEST {
                return Err(Fault::Lost("the answer is far larger than any should be"));
            }
            body.extend_from_slice(&piece);
        }
        Ok(Answer { status, headers, body })
    }
}

async fn within<T>(
    time: Duration,
    what: &'static str,
    work: impl Future<Output = Result<T, Fault>>,
) -> Result<T, Fault> {
    timeout(time, work).await.unwrap_or(Err(Fault::Lost(what)))
}

/// Without a connection nothing was sent; with one, anything may have happened.
fn fault_of(error: &reqwest::Error) -> Fault {
    if !error.is_connect() {
        return Fault::Lost("the connection broke before the whole answer was there");
    }
    if error.is_dns() {
        return Fault::Unreached("no server is known by that name; check the address");
    }
    let mut cause: Option<&dyn Error> = Some(error);
    while let Some(inner) = cause {
        let text = inner.to_string();
        if text.contains("certificate") || text.contains("UnknownIssuer") {
            return Fault::Unreached(
                "the server's certificate is not trusted by this machine; if a proxy of the \
                 council looks into connections, its certificate must be installed here",
            );
        }
        cause = inner.source();
    }
    Fault::Unreached("the server cannot be reached")
}

/// The innermost reason, which names no address.
fn root(error: &reqwest::Error) -> &'static str {
    let mut cause: &dyn Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    if cause.to_string().contains("certificate") {
        "the machine's trusted certificates cannot be read"
    } else {
        "the network part did not start"
    }
}
