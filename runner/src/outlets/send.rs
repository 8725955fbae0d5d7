//! The effects of one item on one outlet, sent, each to its end.

use std::collections::BTreeMap;
use std::time::Duration;

use clerkwork_connectors::dataverse::{Connection, Effect, Trouble};
use clerkwork_connectors::outlet::{Conflict, Later, Outcome, Refused, Repeat, Waits, key};
use clerkwork_connectors::{notify, smtp};

use super::{Outlets, Planned};
use crate::clock;
use crate::error::Result;
use crate::job_log;
use crate::schedule::Outlet;
use crate::schedule::bound::{DATAVERSE, NOTIFY, SMTP};
use crate::store::Store;
use crate::store::payload::{Label, Origin, open};
use crate::store::post_backs::{Posting, Stored};

/// How long nobody asks a system that did not answer, where it did not say itself.
const DOWN: Duration = Duration::from_secs(30);

/// What became of an effect.
pub struct Sent {
    /// Its number among the item's.
    pub n: i64,
    /// How the try ended.
    pub outcome: Outcome,
}

impl Outlets {
    /// Whether effects on this outlet may be sent again when nobody knows what became of them.
    pub fn repeat(&self, outlet: &str) -> Repeat {
        match self.bound.get(outlet).map(|bound| bound.connector.as_str()) {
            Some(NOTIFY) => Repeat::Readable,
            Some(SMTP) => Repeat::Unknowable,
            _ => Repeat::Keyed,
        }
    }

    /// Whether an effect would be tried at all just now.
    pub fn ready(&self, outlet: &str) -> bool {
        let bound = self.bound.get(outlet);
        bound.is_some_and(|bound| self.connections.down_for(bound.connection()).is_none())
    }

    /// Sends effects of an item that are all for one outlet. One end each, in their order.
    pub async fn send(
        &self,
        store: &Store,
        item: &Posting,
        outlet: &str,
        posts: &[&Stored],
    ) -> Result<Vec<Sent>> {
        let planned: Vec<Planned> = posts
            .iter()
            .map(|post| open(&item.key, Label::PostBack, item.id, &post.sealed))
            .collect::<Result<_>>()?;
        let all = |outcome: Outcome| {
            posts.iter().map(|post| Sent { n: post.n, outcome: outcome.clone() }).collect()
        };
        let Some(bound) = self.bound.get(outlet) else { return Ok(all(unbound(outlet))) };
        let name = bound.connection();
        if let Some(left) = self.connections.down_for(name) {
            return Ok(all(down(left)));
        }
        let outcomes = match bound.connector.as_str() {
            DATAVERSE => {
                let connection = match self.connections.dataverse(&self.folder, name) {
                    Ok(connection) => connection,
                    Err(fault) => return Ok(all(not_set_up(&fault))),
                };
                self.to_crm(&connection, item, outlet, posts, planned).await
            }
            NOTIFY => match self.connections.notify(&self.folder, name) {
                Ok(connection) => {
                    self.by_notify(&connection, bound, item, outlet, posts, planned).await
                }
                Err(fault) => return Ok(all(not_set_up(&fault))),
            },
            SMTP => match self.connections.smtp(&self.folder, name) {
                Ok(connection) => self.by_mail(&connection, item, outlet, posts, planned).await,
                Err(fault) => return Ok(all(not_set_up(&fault))),
            },
            _ => return Ok(all(unbound(outlet))),
        };
        self.note(store, bound, &outcomes).await?;
        let ended = posts.iter().zip(outcomes);
        Ok(ended.map(|(post, outcome)| Sent { n: post.n, outcome }).collect())
    }

    /// The effects on a case belong together: all of them come to stand, or none.
    async fn to_crm(
        &self,
        connection: &Connection,
        item: &Posting,
        outlet: &str,
        posts: &[&Stored],
        planned: Vec<Planned>,
    ) -> Vec<Outcome> {
        let all = |outcome: Outcome| vec![outcome; posts.len()];
        let Some(origin) = &item.case.origin else { return all(unbound(outlet)) };
        let changes = planned.iter().any(|what| matches!(what, Planned::Change { .. }));
        let version = match self.version(connection, item, changes).await {
            Ok(version) => version,
            Err(outcome) => return all(outcome),
        };
        let name = name(item);
        let effect = |(post, what): (&&Stored, Planned)| {
            let id = key(self.installation, &name, outlet, &post.effect);
            let case = origin.record;
            Some(match what {
                Planned::Note { subject, text } => {
                    Effect::Note { id, case, subject, text, file: None }
                }
                Planned::Change { columns } => {
                    let columns = columns.into_iter().collect();
                    Effect::Change { case, etag: version.clone().unwrap_or_default(), columns }
                }
                // A change in the same set makes a version that nobody can know yet.
                Planned::Close { subject, text, status } => {
                    let etag = if changes { None } else { version.clone() };
                    Effect::Close { case, etag, subject, text, status }
                }
                Planned::Message { .. } => return None,
            })
        };
        let effects: Option<Vec<Effect>> = posts.iter().zip(planned).map(effect).collect();
        let mut outcomes = match effects.as_deref() {
            None | Some([]) => return all(unbound(outlet)),
            Some([one]) => vec![connection.post(one).await],
            Some(several) => connection.post_together(several).await,
        };
        let conflicts = outcomes.iter_mut().filter_map(|outcome| match outcome {
            Outcome::Conflict(conflict) => Some(conflict),
            _ => None,
        });
        let conflicts: Vec<&mut Conflict> = conflicts.collect();
        if !conflicts.is_empty() {
            let changed = changed_since(connection, origin).await;
            for conflict in conflicts {
                conflict.columns.clone_from(&changed);
            }
        }
        outcomes
    }

    /// The version of the case that the effects are meant for.
    ///
    /// An officer who was told of somebody else's change decided in its knowledge, and who opened a
    /// later item on a case means it as it is: then that is the version that is there now. So it is
    /// where we were the last to change the case ourselves. Otherwise it is the one that was read.
    async fn version(
        &self,
        connection: &Connection,
        item: &Posting,
        changes: bool,
    ) -> std::result::Result<Option<String>, Outcome> {
        let Some(origin) = &item.case.origin else { return Ok(None) };
        let meant_as_it_is = item.conflicted || origin.version.is_none();
        if meant_as_it_is && !changes {
            return Ok(None);
        }
        if !meant_as_it_is && !item.told {
            return Ok(origin.version.clone());
        }
        let told =
            |trouble: Trouble| Outcome::Later(later(trouble.code, trouble.why, trouble.after));
        let row = connection.row(connection.cases(), origin.record, &[CHANGED_BY]).await;
        let row = row.map_err(told)?.ok_or_else(gone)?;
        if meant_as_it_is {
            return Ok(row.etag);
        }
        let own = connection.who_am_i().await.map_err(told)?.user.to_string();
        let by = row.columns.get(CHANGED_BY).and_then(serde_json::Value::as_str);
        let ours = by.is_some_and(|by| by.eq_ignore_ascii_case(&own));
        Ok(if ours { row.etag } else { origin.version.clone() })
    }

    /// Messages by GOV.UK Notify, looked for first wherever an earlier round may have sent them.
    async fn by_notify(
        &self,
        connection: &notify::Connection,
        bound: &Outlet,
        item: &Posting,
        outlet: &str,
        posts: &[&Stored],
        planned: Vec<Planned>,
    ) -> Vec<Outcome> {
        let mut outcomes = Vec::with_capacity(posts.len());
        for (post, what) in posts.iter().zip(planned) {
            let (Planned::Message { to, subject, text }, Some(template)) = (what, bound.template)
            else {
                outcomes.push(unbound(outlet));
                continue;
            };
            let reference = key(self.installation, &name(item), outlet, &post.effect);
            let message = notify::Message {
                reference: reference.to_string(),
                to: notify::To::Email(to),
                template,
                personalisation: BTreeMap::from([
                    ("subject".to_owned(), subject),
                    ("text".to_owned(), text),
                ]),
                reply_to: None,
            };
            let first = item.round == 0 && item.fresh;
            outcomes.push(if first {
                connection.post(&message).await
            } else {
                connection.post_again(&message).await
            });
        }
        outcomes
    }

    /// Mail, each once.
    async fn by_mail(
        &self,
        connection: &smtp::Connection,
        item: &Posting,
        outlet: &str,
        posts: &[&Stored],
        planned: Vec<Planned>,
    ) -> Vec<Outcome> {
        let mut outcomes = Vec::with_capacity(posts.len());
        for (post, what) in posts.iter().zip(planned) {
            let Planned::Message { to, subject, text } = what else {
                outcomes.push(unbound(outlet));
                continue;
            };
            let message_id = key(self.installation, &name(item), outlet, &post.effect);
            outcomes.push(connection.post(&smtp::Mail { to, subject, text, message_id }).await);
        }
        outcomes
    }

    /// Remembers whether a system answers: while it does not, nobody asks it.
    async fn note(&self, store: &Store, bound: &Outlet, outcomes: &[Outcome]) -> Result<()> {
        let name = bound.connection();
        let waits = outcomes.iter().find_map(|outcome| match outcome {
            Outcome::Later(later) if later.waits == Waits::Outlet => Some(later),
            _ => None,
        });
        match waits {
            Some(later) => {
                let wait = later.after.unwrap_or(DOWN).max(Duration::from_secs(1));
                let until = clock::now() + wait;
                if self.connections.down(name, until) {
                    tracing::warn!(connection = name, code = later.code, "{}", later.why);
                }
                store.outlet_down(name, until.as_microsecond(), &later.code).await
            }
            None if self.connections.up(name) => {
                tracing::info!(connection = name, "it answers again");
                store.outlet_up(name).await
            }
            None => Ok(()),
        }
    }
}

/// Which of the columns that were read hold something else now; none if that cannot be seen.
async fn changed_since(connection: &Connection, origin: &Origin) -> Vec<String> {
    let names: Vec<&str> = origin.columns.keys().map(String::as_str).collect();
    let row = connection.row(connection.cases(), origin.record, &names).await;
    let Ok(Some(row)) = row else { return Vec::new() };
    let nothing = serde_json::Value::Null;
    let changed = origin
        .columns
        .iter()
        .filter(|(name, mark)| Origin::mark(row.columns.get(*name).unwrap_or(&nothing)) != **mark);
    changed.map(|(name, _)| name.clone()).collect()
}

/// Who changed a case last.
const CHANGED_BY: &str = "_modifiedby_value";

/// What makes an item's effects its own. Its number would not do: where a backup is put back, the
/// numbers of what came after it are given again.
fn name(item: &Posting) -> String {
    job_log::hex(&item.key.commit(b"post-backs"))
}

fn later(code: &str, why: String, after: Option<Duration>) -> Later {
    Later { code: code.to_owned(), why, after, waits: Waits::Outlet, request_id: None }
}

/// Nothing was tried: the system is left alone for a while.
fn down(left: Duration) -> Outcome {
    let why = "the system did not answer a moment ago and is left alone for now".to_owned();
    Outcome::Later(later(UNTRIED, why, Some(left)))
}

/// The code of what was not tried; it costs no round.
pub const UNTRIED: &str = "not-tried";

fn not_set_up(fault: &crate::error::Error) -> Outcome {
    Outcome::Later(later("not-set-up", fault.to_string(), None))
}

fn refused(code: &str, why: String) -> Outcome {
    Outcome::Refused(Refused { code: code.to_owned(), why, request_id: None })
}

fn gone() -> Outcome {
    refused("gone", "the case is not in the CRM any more".to_owned())
}

fn unbound(outlet: &str) -> Outcome {
    let why = format!("the schedule binds no outlet {outlet:?} for it any more; tell it by hand");
    refused("not-bound", why)
}
