//! Effects sent, each to its end: what was lost is recognised, what somebody else did is respected.

use reqwest::Method;
use serde_json::Value;
use tokio::time::Instant;
use uuid::Uuid;

use super::Connection;
use super::client::{GivenUp, object};
use super::effects::{Effect, Wire, bound};
use super::errors::{self, Failed, Fault, codes};
use super::json::{self, Columns};
use super::pages::etag_of;
use super::query::encoded;
use crate::http::{Answer, Request};
use crate::outlet::{Conflict, Outcome, Private, Receipt, Repeat};

/// How an effect stands in the CRM.
pub(super) enum Standing {
    /// It stands, and it is ours.
    Ours(Receipt),
    /// Somebody else was there.
    Theirs(Conflict),
    /// It has not happened, and nothing is in its way.
    Open,
}

/// Who changed a record, and when.
const WHO: &str = "_modifiedby_value";
const WHEN: &str = "modifiedon";
const SHOWN: &str = "@OData.Community.Display.V1.FormattedValue";
const NAVIGATION: &str = "@Microsoft.Dynamics.CRM.associatednavigationproperty";
const BOTH: &str = "odata.include-annotations=\"OData.Community.Display.V1.FormattedValue,\
                    Microsoft.Dynamics.CRM.associatednavigationproperty\"";

impl Connection {
    /// Sends one effect and tells how it ended. The effects of one case are sent one after the
    /// other: two at once on one record get in each other's way.
    pub async fn post(&self, effect: &Effect) -> Outcome {
        let wire = match effect.wire(&self.client.settings) {
            Ok(wire) => wire,
            Err(refused) => return Outcome::Refused(refused),
        };
        let mut tries = self.client.tries();
        loop {
            let failed = match self.settle(effect, &wire, tries.until).await {
                Ok(outcome) => return outcome,
                Err(failed) => failed,
            };
            if let Err(GivenUp { failed, perhaps }) = tries.again(failed).await {
                return errors::outcome(&failed, perhaps, &effect.columns());
            }
        }
    }

    async fn settle(
        &self,
        effect: &Effect,
        wire: &Wire,
        until: Instant,
    ) -> Result<Outcome, Failed> {
        if effect.repeat() == Repeat::Readable
            && let Some(outcome) = self.look(effect, until).await?.outcome()
        {
            return Ok(outcome);
        }
        match self.client.once(wire.request(&self.client)?, until).await {
            Ok((answer, request_id)) => self.receipt(effect, &answer, request_id, until).await,
            Err(failed) if asks_to_look(effect, &failed) => {
                let standing = self.look(effect, until).await?;
                standing.outcome().map_or_else(|| Err(in_spite(failed)), Ok)
            }
            Err(failed) => Err(failed),
        }
    }

    /// The receipt that an answer amounts to.
    pub(super) async fn receipt(
        &self,
        effect: &Effect,
        answer: &Answer,
        request_id: Uuid,
        until: Instant,
    ) -> Result<Outcome, Failed> {
        let row = if answer.body.is_empty() {
            None
        } else {
            let garbled = Fault::Lost("it is garbled");
            let row = json::read(&answer.body).filter(Value::is_object);
            Some(row.ok_or_else(|| Failed::of(garbled, Some(request_id)))?)
        };
        let etag = row.as_ref().and_then(etag_of);
        let etag = etag.or_else(|| answer.header("etag").map(str::to_owned));
        let receipt =
            Receipt { id: Some(effect.id()), etag, request_id: Some(request_id), found: false };
        let asked_for = matches!(effect, Effect::Open { .. } | Effect::Change { .. });
        if receipt.etag.is_none() && asked_for {
            // A server that does not tell the version unasked. It took the effect all the same, so
            // whatever comes of asking, this is a receipt.
            if let Ok(Standing::Ours(found)) = self.look(effect, until).await {
                return Ok(Outcome::Receipt(Receipt { etag: found.etag, ..receipt }));
            }
        }
        Ok(Outcome::Receipt(receipt))
    }

    /// How an effect stands in the CRM.
    pub(super) async fn look(&self, effect: &Effect, until: Instant) -> Result<Standing, Failed> {
        let table = effect.table(&self.client.settings);
        let select = match effect {
            Effect::Open { .. } | Effect::Note { .. } | Effect::Task { .. } => table.key.clone(),
            Effect::Close { .. } => format!("statecode,statuscode,{WHEN},{WHO}"),
            // A lookup is written under one name and read under another, so all are read.
            Effect::Change { columns, .. } if columns.keys().any(|it| it.contains('@')) => {
                String::new()
            }
            Effect::Change { columns, .. } => {
                let names: Vec<&str> = columns.keys().map(String::as_str).collect();
                format!("{},{WHEN},{WHO}", encoded(&names.join(",")))
            }
        };
        let select = if select.is_empty() { select } else { format!("?$select={select}") };
        let url = self.client.url(&format!("{}({}){select}", table.set, effect.id()))?;
        let mut request = Request::new(Method::GET, url);
        request.header("prefer", BOTH);
        let creates =
            matches!(effect, Effect::Open { .. } | Effect::Note { .. } | Effect::Task { .. });
        let (answer, request_id) = match self.client.once(request, until).await {
            Ok(answer) => answer,
            Err(failed) if creates && failed.no().is_some_and(errors::No::is_gone) => {
                return Ok(Standing::Open);
            }
            Err(failed) => {
                return Err(Failed { fault: failed.fault.without_effect(), ..failed });
            }
        };
        let garbled = || Failed::of(Fault::Unreached("its answer is garbled"), Some(request_id));
        let row = object(&answer, request_id)?;
        let receipt = Receipt {
            id: Some(effect.id()),
            etag: etag_of(&row).or_else(|| answer.header("etag").map(str::to_owned)),
            request_id: Some(request_id),
            found: true,
        };
        match effect {
            Effect::Open { .. } | Effect::Note { .. } | Effect::Task { .. } => {
                Ok(Standing::Ours(receipt))
            }
            Effect::Change { etag, columns, .. } => {
                if receipt.etag.as_ref() == Some(etag) {
                    return Ok(Standing::Open);
                }
                let other = differing(columns, &row);
                if other.is_empty() && self.is_ours(&row, until).await? {
                    return Ok(Standing::Ours(receipt));
                }
                Ok(Standing::Theirs(conflict(&row, other, request_id, CHANGED)))
            }
            Effect::Close { etag, .. } => {
                let state = row.get("statecode").and_then(Value::as_i64).ok_or_else(garbled)?;
                let ours = self.is_ours(&row, until).await?;
                let since = etag.is_some() && receipt.etag.is_some() && receipt.etag != *etag;
                let why = match state {
                    1 if ours => return Ok(Standing::Ours(receipt)),
                    0 if ours || !since => return Ok(Standing::Open),
                    0 => CHANGED,
                    1 => "somebody else has closed the case",
                    _ => "the case is cancelled",
                };
                Ok(Standing::Theirs(conflict(&row, Vec::new(), request_id, why)))
            }
        }
    }

    /// Whether we were the last to change a row.
    async fn is_ours(&self, row: &Value, until: Instant) -> Result<bool, Failed> {
        let own = self.client.own.get_or_try_init(|| async {
            let url = self.client.url("WhoAmI")?;
            let (answer, request_id) = self.client.once(Request::get(url), until).await?;
            let user = super::check::user_of(&object(&answer, request_id)?);
            let strange = Fault::Unreached("its answer does not say who we are");
            user.ok_or_else(|| Failed::of(strange, Some(request_id)))
        });
        let own = *own
            .await
            .map_err(|failed: Failed| Failed { fault: failed.fault.without_effect(), ..failed })?;
        Ok(id_of(row.get(WHO)) == Some(own))
    }
}

const CHANGED: &str = "somebody else has changed the case since it was read";

impl Standing {
    pub(super) fn outcome(self) -> Option<Outcome> {
        match self {
            Self::Ours(receipt) => Some(Outcome::Receipt(receipt)),
            Self::Theirs(conflict) => Some(Outcome::Conflict(conflict)),
            Self::Open => None,
        }
    }
}

/// Whether a no may mean that the effect, or another's, stands already.
pub(super) fn asks_to_look(effect: &Effect, failed: &Failed) -> bool {
    let Some(no) = failed.no() else { return false };
    if no.of_the_settings() || no.status == 413 {
        return false;
    }
    let code = no.code.as_str();
    if code == codes::DUPLICATE_RULE {
        return false;
    }
    match effect {
        Effect::Close { .. } => true,
        Effect::Change { .. } => {
            let about_it = matches!(code, codes::CHANGED | codes::GONE);
            about_it || matches!(no.status, 404 | 412) && code != codes::SAME_OTHER_KEY
        }
        Effect::Open { .. } | Effect::Note { .. } | Effect::Task { .. } => {
            no.status == 412 || matches!(code, codes::SAME_KEY | codes::SAME_OTHER_KEY)
        }
    }
}

/// A no where the record shows no ground for it. If it was about the record's version or presence
/// it is taken for a passing fault; any other stands.
pub(super) fn in_spite(failed: Failed) -> Failed {
    let about_the_record = failed.no().is_some_and(|no| {
        matches!(no.status, 404 | 412) && no.code != codes::SAME_OTHER_KEY
            || matches!(no.code.as_str(), codes::CHANGED | codes::SAME_KEY)
    });
    if !about_the_record {
        return failed;
    }
    let status = failed.no().map_or(0, |no| no.status);
    Failed::of(Fault::Broken(status), failed.request_id)
}

/// The columns that hold something else than we meant to write.
fn differing(columns: &Columns, row: &Value) -> Vec<String> {
    let stands = |name: &str, value: &Value| match bound(name, value) {
        Some((navigation, id)) => lookup(row, &navigation) == id,
        None if name.contains('@') => true,
        None => json::same(value, row.get(name).unwrap_or(&Value::Null)),
    };
    let other = columns.iter().filter(|(name, value)| !stands(name, value));
    other.map(|(name, _)| name.split('@').next().unwrap_or(name).to_owned()).collect()
}

/// What a lookup holds, by the name under which it is written.
fn lookup(row: &Value, navigation: &str) -> Option<Uuid> {
    let all = row.as_object()?;
    let named = all.iter().find_map(|(name, value)| {
        let column = name.strip_suffix(NAVIGATION)?;
        (value.as_str()? == navigation).then_some(column)
    });
    let usual = format!("_{}_value", navigation.to_ascii_lowercase());
    id_of(all.get(named.unwrap_or(&usual)))
}

fn id_of(value: Option<&Value>) -> Option<Uuid> {
    value?.as_str()?.parse().ok()
}

fn conflict(row: &Value, columns: Vec<String>, request_id: Uuid, why: &str) -> Conflict {
    let text = |name: &str| row.get(name).and_then(Value::as_str).map(str::to_owned);
    let why = if columns.is_empty() {
        why.to_owned()
    } else {
        format!("{why}; other than decided: {}", columns.join(", "))
    };
    Conflict {
        by: text(&format!("{WHO}{SHOWN}")).map(Private::new),
        by_id: id_of(row.get(WHO)),
        at: text(WHEN),
        columns,
        why,
        request_id: Some(request_id),
    }
}
