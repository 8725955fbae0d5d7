//! Whether a connection can do what it is for, and what is missing if not. Nothing is sent.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use uuid::Uuid;

use super::Connection;
use super::errors::Fault;
use crate::http::Request;
use crate::outlet::Finding;
use crate::patience::Trying;

/// A template that is meant to be used, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// Its id.
    pub id: Uuid,
    /// Whether it is for text messages; for e-mails otherwise.
    pub text: bool,
    /// The fields that are filled in.
    pub personalisation: BTreeSet<String>,
}

#[derive(Deserialize)]
struct Listed {
    templates: Vec<One>,
}

#[derive(Deserialize)]
struct One {
    id: Uuid,
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    personalisation: BTreeMap<String, serde_json::Value>,
}

const KEY: &str = "API key";
const TEMPLATE: &str = "template";

impl Connection {
    /// Whether the key is accepted, and whether each of these templates is there, of the right
    /// kind, and has the fields that are filled in and no other.
    pub async fn check(&self, templates: &[Template]) -> Vec<Finding> {
        let listed = match self.templates().await {
            Ok(listed) => listed,
            Err(fault) => return vec![Finding::wrong(KEY, fault.told().1)],
        };
        let mut findings = vec![Finding::fine(KEY)];
        findings.extend(templates.iter().map(|template| template.held_against(&listed)));
        findings
    }

    async fn templates(&self) -> Result<Vec<One>, Fault> {
        let mut trying = Trying::new(&self.client.settings.tries, &self.client.patience);
        loop {
            let request = Request::get(self.client.url("/v2/templates"));
            let answer = self.client.read(request, trying.until).await;
            let listed = answer.and_then(|answer| {
                let listed = serde_json::from_slice::<Listed>(&answer.body);
                listed.map_err(|_| Fault::Unreached("its answer is garbled"))
            });
            let fault = match listed {
                Ok(listed) => return Ok(listed.templates),
                Err(fault) => fault,
            };
            let again = match fault.pause(std::time::Duration::ZERO) {
                Some(pause) => trying.again(pause).await,
                None => false,
            };
            if !again {
                return Err(fault);
            }
        }
    }
}

impl Template {
    fn held_against(&self, listed: &[One]) -> Finding {
        let id = self.id;
        let Some(one) = listed.iter().find(|one| one.id == id) else {
            let why = format!(
                "the service has no template {id}; copy the id from the template's own page, and \
                 see that the API key is of the same service"
            );
            return Finding::wrong(TEMPLATE, why);
        };
        let wanted = if self.text { "sms" } else { "email" };
        if one.kind != wanted {
            let (is, should) =
                if self.text { (&*one.kind, "texts") } else { (&*one.kind, "e-mails") };
            let why = format!("template {id} is of the kind {is}, and {should} are to be sent");
            return Finding::wrong(TEMPLATE, why);
        }
        let given: BTreeSet<String> = self.personalisation.iter().map(|it| alike(it)).collect();
        let there: BTreeSet<String> = one.personalisation.keys().map(|it| alike(it)).collect();
        let unfilled: Vec<&str> = one.personalisation.keys().map(String::as_str).collect();
        let unfilled: Vec<&str> =
            unfilled.into_iter().filter(|it| !given.contains(&alike(it))).collect();
        if !unfilled.is_empty() {
            let why = format!(
                "template {id} has fields that nothing is filled into, so it will not be sent: {}",
                unfilled.join(", ")
            );
            return Finding::wrong(TEMPLATE, why);
        }
        let untold: Vec<&str> = self.personalisation.iter().map(String::as_str).collect();
        let untold: Vec<&str> =
            untold.into_iter().filter(|it| !there.contains(&alike(it))).collect();
        if !untold.is_empty() {
            let why = format!(
                "template {id} does not tell what it is given: it has no field {}",
                untold.join(", ")
            );
            return Finding::wrong(TEMPLATE, why);
        }
        Finding::fine(TEMPLATE)
    }
}

/// Notify takes names for the same that differ only in capitals, spaces, hyphens and underscores.
fn alike(name: &str) -> String {
    let plain = name.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '_'));
    plain.flat_map(char::to_lowercase).collect()
}
