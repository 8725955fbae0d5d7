//! Who works with us, and what they are there for. What each role may do stands in one table,
//! `web/rights.rs`.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::job_log::Actor;

/// Somebody who may do something: a person, or a program by its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Their number; 0 for a program.
    pub id: i64,
    /// By which the log names them: lower-case ASCII, such as `ann.bell`; `key:NAME` for a program.
    pub login: String,
    /// How colleagues know them: what items are assigned to.
    pub name: String,
    /// What they are there for.
    pub roles: Roles,
    /// The only bots whose work they see; `None`: all.
    pub bots: Option<BTreeSet<String>>,
}

impl Person {
    /// As the log names them.
    pub fn actor(&self) -> Actor {
        if self.id == 0 {
            return Actor { id: self.login.clone(), kind: "program" };
        }
        Actor { id: format!("user:{}", self.login), kind: "person" }
    }

    /// Whether they see the work of this bot.
    pub fn sees(&self, bot: &str) -> bool {
        self.bots.as_ref().is_none_or(|bots| bots.contains(bot))
    }
}

/// A role. A person may have several.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Queues batches and sees what came of their own.
    Submitter,
    /// Settles what a person must settle.
    Officer,
    /// Watches the runner; pauses, tries again, stops.
    Operator,
    /// Agrees to what somebody else submitted.
    Approver,
    /// Proves the log, reads any decision's record; changes nothing.
    Auditor,
    /// Gives people their roles; sees no case.
    Administrator,
}

impl Role {
    /// Every role, in the order of their work.
    pub const ALL: &'static [Self] = &[
        Self::Submitter,
        Self::Officer,
        Self::Operator,
        Self::Approver,
        Self::Auditor,
        Self::Administrator,
    ];

    /// Its name, as it is stored and typed.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Submitter => "submitter",
            Self::Officer => "officer",
            Self::Operator => "operator",
            Self::Approver => "approver",
            Self::Auditor => "auditor",
            Self::Administrator => "administrator",
        }
    }

    /// What it is for, in one line.
    pub const fn means(self) -> &'static str {
        match self {
            Self::Submitter => "uploads sheets, queues batches, and sees what came of their own",
            Self::Officer => "settles what is referred to a person",
            Self::Operator => "watches the runner; pauses, tries again, stops",
            Self::Approver => "agrees to batches, and releases payments, that are somebody else's",
            Self::Auditor => "proves the job log and reads any decision's record",
            Self::Administrator => "gives people their roles; sees no case",
        }
    }

    /// The role of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|role| role.as_str() == name)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Somebody's roles.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Roles(pub BTreeSet<Role>);

impl Roles {
    /// Whether this is among them.
    pub fn has(&self, role: Role) -> bool {
        self.0.contains(&role)
    }

    /// As the store keeps them. A name that this version does not know gives nothing.
    pub fn parse(text: &str) -> Self {
        Self(text.split_whitespace().filter_map(Role::parse).collect())
    }
}

impl FromIterator<Role> for Roles {
    fn from_iter<T: IntoIterator<Item = Role>>(roles: T) -> Self {
        Self(roles.into_iter().collect())
    }
}

impl fmt::Display for Roles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.0.iter().map(|role| role.as_str()).collect();
        f.write_str(&names.join(" "))
    }
}
