//! Sign-in at an `OpenID` Connect provider of one tenant, such as Microsoft Entra ID: authorization
//! code with PKCE, state and nonce.
//!
//! The provider's addresses and keys are read anew at each sign-in, so that a key that was changed
//! there is known here at once; every address must be at the issuer's own host. An ID token is
//! believed when its signature (RS256), issuer, audience, end and nonce are right and its tenant is
//! the one that is set; people are known by tenant and `oid`, never by a name or an address that can
//! be given to somebody else.

mod claims;

use std::sync::Arc;
use std::time::Duration;

use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreAuthenticationFlow, CoreErrorResponseType,
    CoreGenderClaim, CoreJsonWebKey, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm,
    CoreProviderMetadata, CoreRevocableToken, CoreRevocationErrorResponse,
    CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::{
    AuthType, AuthorizationCode, Client, ClientId, ClientSecret, CsrfToken, DiscoveryError,
    EmptyExtraTokenFields, EndpointMaybeSet, EndpointNotSet, EndpointSet, HttpRequest,
    HttpResponse, IdTokenFields, IssuerUrl, Nonce, PkceCodeChallenge, PkceCodeVerifier,
    RedirectUrl, RequestTokenError, Scope, StandardErrorResponse, StandardTokenResponse,
    TokenResponse as _,
};
use reqwest::Url;
use serde::{Deserialize, Serialize};

use crate::address::is_here;
use crate::http::{Http, Request, Timeouts};
pub use crate::secret::Secret;
use claims::{Claims, unbelieved};

type Fields = IdTokenFields<
    Claims,
    EmptyExtraTokenFields,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;
type Provider = Client<
    Claims,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    StandardTokenResponse<Fields, CoreTokenType>,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// Somebody waits at the page meanwhile.
const TIMEOUTS: Timeouts = Timeouts {
    connect: Duration::from_secs(5),
    head: Duration::from_secs(10),
    body: Duration::from_secs(5),
    whole: Duration::from_secs(15),
};

/// Where people sign in, and as which application we ask.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The one issuer that is believed, as its tokens write it.
    pub issuer: String,
    /// The one tenant whose people may sign in.
    pub tenant: String,
    /// The application's number there.
    pub client_id: String,
    /// Where the provider sends people back to, as it is registered there.
    pub redirect: String,
}

/// A setting that cannot be right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SettingsError {
    /// The provider's address, or the one to come back to.
    #[error("the {0} is not an address; write it as in https://login.microsoftonline.com")]
    NotAnAddress(&'static str),
    /// Secrets would travel in the open.
    #[error("the {0} must begin with https://; only this very machine may do without")]
    NotEncrypted(&'static str),
    /// The machine itself.
    #[error("{0}")]
    Machine(&'static str),
}

/// Why nobody was signed in. Names nobody, and repeats nothing that was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// The provider did not answer, or not as it should.
    #[error("{0}")]
    Unreached(&'static str),
    /// The provider refused, or what it said is not to be believed.
    #[error("{0}")]
    Refused(&'static str),
}

/// What must be at hand when somebody comes back; a secret of ours meanwhile.
#[derive(Clone, Serialize, Deserialize)]
pub struct Held {
    nonce: String,
    verifier: String,
}

/// Somebody is sent to the provider.
pub struct Away {
    /// The address that their browser goes to.
    pub address: String,
    /// What they come back with, in the address.
    pub state: String,
    /// What is kept meanwhile.
    pub held: Held,
}

/// Who somebody is, as the provider vouches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Tenant and object, which are never given to anybody else.
    pub subject: String,
    /// The name that they sign in with there; it may change.
    pub username: Option<String>,
    /// How they are called.
    pub name: Option<String>,
    /// The app roles that they were given.
    pub roles: Vec<String>,
}

/// A provider, and our application there.
#[derive(Debug, Clone)]
pub struct Connection(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    http: Http,
    issuer: Url,
    settings: Settings,
    secret: Secret,
}

impl Connection {
    /// Looks at the settings; asks nobody yet.
    pub fn open(settings: Settings, secret: Secret) -> Result<Self, SettingsError> {
        let issuer = safe(&settings.issuer, "provider's address")?;
        safe(&settings.redirect, "page's own address")?;
        let http = Http::new(TIMEOUTS, None)
            .map_err(|_| SettingsError::Machine("the network part did not start"))?;
        Ok(Self(Arc::new(Inner { http, issuer, settings, secret })))
    }

    /// Sends somebody to the provider.
    pub async fn begin(&self) -> Result<Away, Fault> {
        let provider = self.provider().await?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let (address, state, nonce) = provider
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                CsrfToken::new_random,
                Nonce::new_random,
            )
            .add_scope(Scope::new("profile".to_owned()))
            .set_pkce_challenge(challenge)
            .url();
        if !self.0.own(&address) {
            return Err(ELSEWHERE);
        }
        let held = Held { nonce: nonce.secret().clone(), verifier: verifier.secret().clone() };
        Ok(Away { address: address.into(), state: state.secret().clone(), held })
    }

    /// Somebody came back with this code: who are they?
    pub async fn finish(&self, code: &str, held: Held) -> Result<Identity, Fault> {
        let provider = self.provider().await?;
        let asked = provider
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .map_err(|_| Fault::Unreached("the sign-in service does not say where to ask"))?
            .set_pkce_verifier(PkceCodeVerifier::new(held.verifier));
        let http = self.client();
        let answered = asked.request_async(&http).await.map_err(|fault| match fault {
            RequestTokenError::Request(fault) => fault,
            RequestTokenError::ServerResponse(_) => {
                Fault::Refused("the sign-in service did not take the code it gave")
            }
            RequestTokenError::Parse(..) | RequestTokenError::Other(_) => GARBLED,
        })?;
        let token = answered
            .id_token()
            .ok_or(Fault::Refused("the sign-in service did not say who it was"))?;
        // Whatever the provider says it may use, and never one that needs no key of its own.
        let verifier = provider
            .id_token_verifier()
            .set_allowed_algs([CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256]);
        let nonce = Nonce::new(held.nonce);
        let claims =
            token.claims(&verifier, &nonce).map_err(|fault| Fault::Refused(unbelieved(&fault)))?;
        claims::identity(claims, &self.0.settings.tenant)
    }

    async fn provider(&self) -> Result<Provider, Fault> {
        let settings = &self.0.settings;
        let issuer = IssuerUrl::new(settings.issuer.clone()).map_err(|_| GARBLED)?;
        let http = self.client();
        let about = CoreProviderMetadata::discover_async(issuer, &http);
        let about = about.await.map_err(|fault| match fault {
            DiscoveryError::Request(fault) => fault,
            DiscoveryError::Validation(_) => {
                Fault::Refused("the sign-in service says that it is another one")
            }
            _ => GARBLED,
        })?;
        let redirect = RedirectUrl::new(settings.redirect.clone()).map_err(|_| GARBLED)?;
        let secret = ClientSecret::new(self.0.secret.reveal().to_owned());
        let id = ClientId::new(settings.client_id.clone());
        let provider = Provider::from_provider_metadata(about, id, Some(secret));
        Ok(provider.set_redirect_uri(redirect).set_auth_type(AuthType::RequestBody))
    }

    fn client(&self) -> impl Fn(HttpRequest) -> Exchange + Send + Sync + 'static {
        let inner = Arc::clone(&self.0);
        move |request| {
            let inner = Arc::clone(&inner);
            Box::pin(async move { inner.exchange(request).await })
        }
    }
}

type Exchange =
    std::pin::Pin<Box<dyn Future<Output = Result<HttpResponse, Fault>> + Send + 'static>>;

const ELSEWHERE: Fault = Fault::Refused("the sign-in service names an address that is not its own");
const GARBLED: Fault = Fault::Unreached("the sign-in service's answer is garbled");

impl Inner {
    async fn exchange(&self, request: HttpRequest) -> Result<HttpResponse, Fault> {
        let (head, body) = request.into_parts();
        let url = Url::parse(&head.uri.to_string()).map_err(|_| GARBLED)?;
        if !self.own(&url) {
            return Err(ELSEWHERE);
        }
        let body = (!body.is_empty()).then_some(body);
        let request = Request { method: head.method, url, headers: head.headers, body };
        let answer = self.http.send(request).await.map_err(|fault| {
            let (crate::http::Fault::Unreached(what) | crate::http::Fault::Lost(what)) = fault;
            Fault::Unreached(what)
        })?;
        let mut response = HttpResponse::new(answer.body);
        *response.status_mut() =
            reqwest::StatusCode::from_u16(answer.status).map_err(|_| GARBLED)?;
        *response.headers_mut() = answer.headers;
        Ok(response)
    }

    /// Whether an address is at the issuer's own host.
    fn own(&self, url: &Url) -> bool {
        url.origin() == self.issuer.origin()
    }
}

fn safe(text: &str, what: &'static str) -> Result<Url, SettingsError> {
    let url = Url::parse(text).map_err(|_| SettingsError::NotAnAddress(what))?;
    let here = url.host_str().is_some_and(is_here);
    match url.scheme() {
        "https" => Ok(url),
        "http" if here => Ok(url),
        "http" => Err(SettingsError::NotEncrypted(what)),
        _ => Err(SettingsError::NotAnAddress(what)),
    }
}
