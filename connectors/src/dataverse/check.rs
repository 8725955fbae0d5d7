//! Whether a connection can do what it is for, and what is missing if not. Nothing is changed.

use std::collections::BTreeSet;

use reqwest::Url;
use serde_json::Value;
use uuid::Uuid;

use super::Connection;
use super::errors::{Failed, Fault, Trouble};
use crate::http::Request;
use crate::outlet::Finding;

/// Who we are in an environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Who {
    /// The application user.
    pub user: Uuid,
    /// The environment's organisation.
    pub organisation: Uuid,
}

const SIGN_IN: &str = "sign-in";
const CASES: &str = "table of cases";
const VERSIONS: &str = "versions of cases";
const TRACKING: &str = "change tracking";
const COLUMNS: &str = "columns";
const PRIVILEGES: &str = "privileges";

impl Connection {
    /// Who we are, which shows that address, tenant, secret and application user are right.
    pub async fn who_am_i(&self) -> Result<Who, Trouble> {
        let url = self.client.url("WhoAmI")?;
        let (told, request_id) = self.client.read(Request::get(url)).await?;
        let garbled = || Failed::of(Fault::Unreached("its answer is garbled"), Some(request_id));
        let organisation = id(&told, "OrganizationId").ok_or_else(garbled)?;
        let user = user_of(&told).ok_or_else(garbled)?;
        // Whoever asked first wins; both learnt the same.
        self.client.own.get_or_init(|| async { user }).await;
        Ok(Who { user, organisation })
    }

    /// Everything that must be right before cases are read with these columns and worked on.
    /// Change tracking is looked at where it is wanted.
    pub async fn check(&self, columns: &[&str], tracking: bool) -> Vec<Finding> {
        let who = match self.who_am_i().await {
            Ok(who) => who,
            Err(trouble) => return vec![Finding::wrong(SIGN_IN, trouble.why)],
        };
        let mut findings = vec![Finding::fine(SIGN_IN)];
        findings.extend(self.check_table(tracking).await);
        findings.push(self.check_columns(columns).await);
        findings.push(self.check_privileges(who.user).await);
        findings
    }

    async fn check_table(&self, tracking: bool) -> Vec<Finding> {
        let cases = self.cases();
        let asked = format!(
            "EntityDefinitions(LogicalName='{}')?$select=EntitySetName,PrimaryIdAttribute,\
             ChangeTrackingEnabled,IsOptimisticConcurrencyEnabled",
            cases.name
        );
        let found = match self.ask(&asked).await {
            Ok(found) => found,
            Err(trouble) => return vec![Finding::wrong(CASES, trouble.why)],
        };
        let text = |name: &str| found.get(name).and_then(Value::as_str).unwrap_or_default();
        let off = |name: &str| found.get(name).and_then(Value::as_bool) == Some(false);
        let mut findings = Vec::new();
        let (set, key) = (text("EntitySetName"), text("PrimaryIdAttribute"));
        findings.push(if set != cases.set || key != cases.key {
            let why = format!(
                "table {} has the set {set} and the key {key}; write these in the settings, where \
                 {} and {} stand",
                cases.name, cases.set, cases.key
            );
            Finding::wrong(CASES, why)
        } else {
            Finding::fine(CASES)
        });
        if off("IsOptimisticConcurrencyEnabled") {
            let why = format!(
                "table {} does not keep versions, so a change by somebody else could be \
                 overwritten; it cannot be used for cases",
                cases.name
            );
            findings.push(Finding::wrong(VERSIONS, why));
        }
        if tracking {
            findings.push(if off("ChangeTrackingEnabled") {
                let why = format!(
                    "table {} has no change tracking; turn on Track changes in the table's \
                     properties, or let the schedule read by watermark",
                    cases.name
                );
                Finding::wrong(TRACKING, why)
            } else {
                Finding::fine(TRACKING)
            });
        }
        findings
    }

    async fn check_columns(&self, columns: &[&str]) -> Finding {
        let asked = format!(
            "EntityDefinitions(LogicalName='{}')/Attributes?$select=LogicalName",
            self.cases().name
        );
        let found = match self.ask(&asked).await {
            Ok(found) => found,
            Err(trouble) => return Finding::wrong(COLUMNS, trouble.why),
        };
        let all = found.get("value").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let names: BTreeSet<&str> =
            all.iter().filter_map(|one| one.get("LogicalName")?.as_str()).collect();
        // A lookup is read under a name of its own.
        let plain = |column: &str| {
            let inside = column.strip_prefix('_').and_then(|it| it.strip_suffix("_value"));
            inside.unwrap_or(column).to_owned()
        };
        let absent: Vec<&str> =
            columns.iter().copied().filter(|it| !names.contains(plain(it).as_str())).collect();
        if absent.is_empty() {
            return Finding::fine(COLUMNS);
        }
        let why = format!(
            "table {} has no column {}; check the names, in which capitals count",
            self.cases().name,
            absent.join(", ")
        );
        Finding::wrong(COLUMNS, why)
    }

    async fn check_privileges(&self, user: Uuid) -> Finding {
        let asked = format!("systemusers({user})/Microsoft.Dynamics.CRM.RetrieveUserPrivileges()");
        let found = match self.ask(&asked).await {
            Ok(found) => found,
            Err(trouble) => return Finding::wrong(PRIVILEGES, trouble.why),
        };
        let held = found.get("RolePrivileges").and_then(Value::as_array);
        let held: BTreeSet<String> = held
            .map_or(&[][..], Vec::as_slice)
            .iter()
            .filter_map(|one| Some(one.get("PrivilegeName")?.as_str()?.to_ascii_lowercase()))
            .collect();
        let absent: Vec<String> = self.wanted_privileges();
        let absent: Vec<String> =
            absent.into_iter().filter(|it| !held.contains(&it.to_ascii_lowercase())).collect();
        if absent.is_empty() {
            return Finding::fine(PRIVILEGES);
        }
        let why = format!(
            "the application user lacks {}; add them to its security role",
            absent.join(", ")
        );
        Finding::wrong(PRIVILEGES, why)
    }

    /// What the application user must be allowed to do.
    fn wanted_privileges(&self) -> Vec<String> {
        let cases = &self.cases().name;
        let of_cases = ["Read", "Create", "Write", "Append", "AppendTo"];
        let mut all: Vec<String> = of_cases.iter().map(|it| format!("prv{it}{cases}")).collect();
        for table in ["Note", "Activity"] {
            all.extend(["Read", "Create", "Append"].iter().map(|it| format!("prv{it}{table}")));
        }
        all
    }

    async fn ask(&self, path: &str) -> Result<Value, Trouble> {
        let url: Url = self.client.url(path)?;
        Ok(self.client.read(Request::get(url)).await?.0)
    }
}

pub(super) fn user_of(told: &Value) -> Option<Uuid> {
    id(told, "UserId")
}

fn id(told: &Value, name: &str) -> Option<Uuid> {
    told.get(name)?.as_str()?.parse().ok()
}
