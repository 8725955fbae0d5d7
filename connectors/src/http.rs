//! One request and one answer, each part of it with its time. No tokens, no limits, no tries.

use std::error::Error;
use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, Url};
use tokio::time::timeout;

/// No answer may be larger than this, however large it says it is.
const LARGEST: usize = 64 * 1024 * 1024;

/// How long each part of a request may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// Until there is a connection.
    pub connect: Duration,
    /// Until the head of the answer is there. Dataverse itself gives up after two minutes.
    pub head: Duration,
    /// Silence within the body of an answer.
    pub body: Duration,
    /// All of it.
    pub whole: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            head: Duration::from_secs(125),
            body: Duration::from_secs(30),
            whole: Duration::from_mins(5),
        }
    }
}

/// Why no whole answer is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// There was no connection, so nothing was sent.
    Unreached(&'static str),
    /// It was sent, or part of it was: it may have been done.
    Lost(&'static str),
}

/// Why the part that speaks to the network could not be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotSetUp {
    /// The proxy is no address.
    Proxy,
    /// Something of the machine's own.
    Machine(&'static str),
}

/// A request. Its body can be sent again.
#[derive(Clone)]
pub(crate) struct Request {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Option<Vec<u8>>,
}

impl Request {
    pub(crate) fn new(method: Method, url: Url) -> Self {
        Self { method, url, headers: HeaderMap::new(), body: None }
    }

    pub(crate) fn get(url: Url) -> Self {
        Self::new(Method::GET, url)
    }

    pub(crate) fn post(url: Url, body: Vec<u8>) -> Self {
        Self { body: Some(body), ..Self::new(Method::POST, url) }
    }

    /// Sets a header. One that cannot be sent is left out: ours are constants, ids, and versions
    /// that were looked at before.
    pub(crate) fn header(&mut self, name: &str, value: &str) {
        let name = HeaderName::from_bytes(name.as_bytes());
        if let (Ok(name), Ok(value)) = (name, HeaderValue::from_str(value)) {
            self.headers.insert(name, value);
        }
    }
}

/// An answer, whole.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// What speaks to the network.
#[derive(Debug)]
pub(crate) struct Http {
    client: reqwest::Client,
    timeouts: Timeouts,
}

impl Http {
    pub(crate) fn new(timeouts: Timeouts, proxy: Option<&str>) -> Result<Self, NotSetUp> {
        // The one provider of this program; where another part of it was first, it stays.
        if rustls::crypto::ring::default_provider().install_default().is_err() {
            debug_assert!(rustls::crypto::CryptoProvider::get_default().is_some());
        }
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("Clerkwork/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(timeouts.connect)
            // What is sent again is decided in one place, and it is not here.
            .retry(reqwest::retry::never())
            // A token is never carried to where an answer points.
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            // A proxy is a setting, not something that lies about in the environment.
            .no_proxy()
            .http1_only();
        if let Some(proxy) = proxy {
            let proxy = reqwest::Proxy::all(proxy).map_err(|_| NotSetUp::Proxy)?;
            builder = builder.proxy(proxy);
        }
        let client = builder.build().map_err(|fault| NotSetUp::Machine(root(&fault)))?;
        Ok(Self { client, timeouts })
    }

    /// Sends a request and waits for its whole answer.
    pub(crate) async fn send(&self, request: Request) -> Result<Answer, Fault> {
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
