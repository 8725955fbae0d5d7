//! Tokens: asked for once however many need one, renewed before they end, never shown.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::Url;
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderValue};
use serde::Deserialize;
use tokio::sync::Mutex;
use tokio::time::Instant;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::errors::{Failed, Fault, SignIn};
use super::query::encoded;
use super::settings::{Settings, SettingsError};
use crate::http::{Http, Request};
use crate::secret::Secret;

/// A token is renewed this long before it ends, or at half its life if that is short.
const AHEAD: Duration = Duration::from_mins(5);

/// What goes into the header, and which token it was.
#[derive(Clone)]
pub(super) struct Bearer {
    pub(super) header: HeaderValue,
    pub(super) generation: u64,
}

/// The tokens of one connection.
pub(super) struct Tokens {
    address: Url,
    application: String,
    scope: String,
    secret: Secret,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    generation: u64,
    held: Option<(HeaderValue, Instant)>,
    /// The last refusal, for those who waited while it was asked for.
    refused: Option<(Instant, Arc<SignIn>)>,
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tokens").field("application", &self.application).finish_non_exhaustive()
    }
}

#[derive(Deserialize)]
struct Given {
    #[serde(deserialize_with = "wiped")]
    access_token: Zeroizing<String>,
    /// A number, or a number in quotation marks: both are seen.
    expires_in: serde_json::Value,
}

fn wiped<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Zeroizing<String>, D::Error> {
    String::deserialize(from).map(Zeroizing::new)
}

#[derive(Deserialize)]
struct NotGiven {
    error: String,
    #[serde(default)]
    error_codes: Vec<i64>,
    #[serde(default)]
    error_description: String,
}

impl Tokens {
    pub(super) fn new(settings: &Settings, secret: Secret) -> Result<Self, SettingsError> {
        Ok(Self {
            address: settings.token_address()?,
            application: settings.application.clone(),
            scope: settings.token_scope(),
            secret,
            state: Mutex::default(),
        })
    }

    /// A token that holds. Whoever comes while one is being asked for waits for that one.
    pub(super) async fn bearer(&self, http: &Http) -> Result<Bearer, Failed> {
        let came = Instant::now();
        let mut state = self.state.lock().await;
        if let Some((header, until)) = &state.held
            && *until > Instant::now()
        {
            return Ok(Bearer { header: header.clone(), generation: state.generation });
        }
        if let Some((at, sign_in)) = &state.refused
            && *at >= came
        {
            return Err(Failed::of(Fault::SignIn(sign_in.as_ref().clone()), None));
        }
        match self.ask(http).await {
            Ok((header, until)) => {
                state.generation += 1;
                state.held = Some((header.clone(), until));
                state.refused = None;
                Ok(Bearer { header, generation: state.generation })
            }
            Err(failed) => {
                if let Fault::SignIn(sign_in) = &failed.fault {
                    state.refused = Some((Instant::now(), Arc::new(sign_in.clone())));
                }
                Err(failed)
            }
        }
    }

    /// That token was not accepted. If it is still the one in use, the next caller asks anew.
    pub(super) async fn not_accepted(&self, generation: u64) {
        let mut state = self.state.lock().await;
        if state.generation == generation {
            state.held = None;
        }
    }

    async fn ask(&self, http: &Http) -> Result<(HeaderValue, Instant), Failed> {
        let form = Zeroizing::new(format!(
            "grant_type=client_credentials&client_id={}&client_secret={}&scope={}",
            encoded(&self.application),
            encoded(self.secret.reveal()),
            encoded(&self.scope),
        ));
        let request_id = Uuid::new_v4();
        let mut request = Request::post(self.address.clone(), form.as_bytes().to_vec());
        request.header(ACCEPT.as_str(), "application/json");
        request.header(CONTENT_TYPE.as_str(), "application/x-www-form-urlencoded");
        request.header("client-request-id", &request_id.to_string());
        let failed = |fault| Failed::of(fault, Some(request_id));
        let asked = Instant::now();
        // Nothing is changed by asking for a token, so an answer that was lost leaves no doubt.
        let answer = http.send(request).await;
        let answer = answer.map_err(|fault| failed(Fault::from(fault).without_effect()))?;
        if answer.status == 200 {
            let Ok(given) = serde_json::from_slice::<Given>(&answer.body) else {
                return Err(failed(Fault::Unreached("the sign-in service's answer is garbled")));
            };
            let seconds = match &given.expires_in {
                serde_json::Value::String(text) => text.parse().ok(),
                number => number.as_u64(),
            };
            let life = Duration::from_secs(seconds.unwrap_or(600));
            let until = asked + life.saturating_sub(AHEAD).max(life / 2);
            let header = Zeroizing::new(format!("Bearer {}", given.access_token.as_str()));
            let Ok(mut header) = HeaderValue::from_str(&header) else {
                return Err(failed(Fault::Unreached("the sign-in service's answer is garbled")));
            };
            header.set_sensitive(true);
            return Ok((header, until));
        }
        match serde_json::from_slice::<NotGiven>(&answer.body) {
            Ok(not) if (400..500).contains(&answer.status) && answer.status != 429 => {
                Err(failed(Fault::SignIn(refusal(&not))))
            }
            _ => Err(failed(answer.passing(true).without_effect())),
        }
    }
}

/// What a refusal means, by the service's number for it. Its own words are not repeated: they name
/// ids and times that mean nothing to whoever reads ours.
fn refusal(not: &NotGiven) -> SignIn {
    let numbered = not.error_codes.first().copied().or_else(|| {
        let rest = not.error_description.split_once("AADSTS")?.1;
        rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
    });
    let (code, why) = match (numbered, not.error.as_str()) {
        (Some(7_000_222), _) => (
            "secret-expired",
            "the application's secret has expired; make a new one in its registration and give it \
             to Clerkwork",
        ),
        (Some(7_000_215), _) => (
            "wrong-secret",
            "the application's secret is not right; give Clerkwork the secret's value, which is \
             shown once when it is made, and not its id",
        ),
        (Some(90_002 | 900_021 | 900_023), _) => {
            ("wrong-tenant", "there is no such tenant; check the tenant id in the settings")
        }
        (Some(700_016), _) => (
            "wrong-application",
            "the tenant does not know the application; check the application (client) id and the \
             tenant id in the settings",
        ),
        (Some(7_000_112), _) => (
            "application-disabled",
            "the application is disabled in its tenant; ask who administers Entra ID to enable it",
        ),
        (Some(500_011 | 70_011 | 500_014 | 1_002_012), _) | (None, "invalid_scope") => (
            "wrong-address",
            "the tenant knows no environment at that address; check the address in the settings",
        ),
        (Some(53_003), _) => (
            "access-blocked",
            "a conditional access rule keeps the application out; ask who administers Entra ID",
        ),
        (None, "invalid_client") => (
            "wrong-secret",
            "the application or its secret is not right; check both in the settings",
        ),
        (Some(_) | None, _) => (
            "sign-in",
            "the sign-in was refused; ask who administers Entra ID to look up the request in its \
             sign-in log",
        ),
    };
    SignIn { code, why, number: numbered }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> &'static str {
        refusal(&serde_json::from_str(text).unwrap()).code
    }

    #[test]
    fn a_refused_sign_in_says_which_setting_is_wrong() {
        assert_eq!(of(r#"{"error":"invalid_client","error_codes":[7000215]}"#), "wrong-secret");
        assert_eq!(of(r#"{"error":"invalid_client"}"#), "wrong-secret");
        let told =
            r#"{"error":"invalid_client","error_description":"AADSTS7000222: The provided"}"#;
        assert_eq!(of(told), "secret-expired");
        assert_eq!(of(r#"{"error":"invalid_request","error_codes":[90002]}"#), "wrong-tenant");
        assert_eq!(of(r#"{"error":"invalid_resource","error_codes":[500011]}"#), "wrong-address");
        assert_eq!(of(r#"{"error":"strange","error_codes":[1]}"#), "sign-in");
    }
}
