//! Where an item goes after a round of post-backs, by how they ended.

use std::time::Duration;

use clerkwork_bots::kit::Need;
use clerkwork_connectors::outlet::{Conflict, Outcome, Receipt, Repeat, Unknown};
use jiff::Timestamp;
use uuid::Uuid;

use crate::clock;
use crate::outlets::{Sent, UNTRIED};

/// Where an item goes after a round.
pub(super) enum Ends {
    /// Everybody was told.
    Told,
    /// Another round, not before this time where the other system said so. `tried`: it counts.
    Wait { after: Option<Timestamp>, tried: bool, code: String },
    /// A person must see to it.
    Person(Need),
}

/// Where outcomes on one outlet lead; none if all of them stand.
pub(super) fn ends(sent: &[Sent], repeat: Repeat, outlet: &str) -> Option<Ends> {
    let waiting = |code: &str, after: Option<Duration>| Ends::Wait {
        after: after.and_then(|after| clock::now().checked_add(after).ok()),
        tried: code != UNTRIED,
        code: code.to_owned(),
    };
    let mut wait = None;
    for Sent { outcome, .. } in sent {
        match outcome {
            Outcome::Receipt(_) => {}
            Outcome::Conflict(conflict) => return Some(Ends::Person(changed(conflict))),
            // Those that were not done because another one could not be do not say why.
            Outcome::Refused(refused) if refused.code == "belongs-together" => {}
            Outcome::Refused(refused) => {
                let why = format!("The {outlet} outlet refused it: {}.", refused.why);
                return Some(Ends::Person(Need::new("outlet-refused", why)));
            }
            Outcome::Unknown(_) if repeat == Repeat::Unknowable => {
                return Some(Ends::Person(may_have_been_sent(outlet)));
            }
            Outcome::Later(later) => wait = Some(waiting(&later.code, later.after)),
            Outcome::Unknown(unknown) => wait = Some(waiting(&unknown.code, None)),
        }
    }
    let told = sent.iter().all(|sent| matches!(sent.outcome, Outcome::Receipt(_)));
    match wait {
        Some(wait) => Some(wait),
        None if told => None,
        None => {
            let why = format!("The {outlet} outlet did not take it as a whole.");
            Some(Ends::Person(Need::new("outlet-refused", why)))
        }
    }
}

/// Who changed what, and when, as an officer reads it.
fn changed(conflict: &Conflict) -> Need {
    let who = match (&conflict.by, conflict.by_id) {
        (Some(name), _) => name.show().to_owned(),
        (None, Some(id)) => format!("user {id}"),
        (None, None) => "somebody".to_owned(),
    };
    let when = conflict.at.as_deref().map_or_else(String::new, |at| {
        let at = at.parse::<Timestamp>().map_or_else(
            |_| at.to_owned(),
            |at| clock::local(at).strftime("%d/%m/%Y at %H:%M").to_string(),
        );
        format!(" on {at}")
    });
    let what = if conflict.columns.is_empty() {
        "nothing that the bot read of it".to_owned()
    } else {
        conflict.columns.join(", ")
    };
    // Closed or cancelled is more than changed.
    let more = Some(&conflict.why).filter(|why| !why.starts_with("somebody else has changed"));
    let more = more.map_or_else(String::new, |why| format!(" ({why})"));
    Need::new(
        "changed-in-crm",
        format!(
            "{who} changed the case in the CRM{when}: {what}{more}. Nothing was written over it: \
             look at the case there, then confirm or change."
        ),
    )
}

pub(super) fn may_have_been_sent(outlet: &str) -> Need {
    Need::new(
        "may-have-been-sent",
        format!(
            "What goes by the {outlet} outlet may have been sent, and nobody can look: find out \
             before it is sent once more, which confirming does."
        ),
    )
}

/// A runner died between saying that it was about to send and saying that it had.
pub(super) fn nobody_knows() -> Outcome {
    let why = "the runner ended while it was being sent".to_owned();
    Outcome::Unknown(Unknown { code: "answer-lost".to_owned(), why, request_id: None })
}

pub(super) fn request_id(outcome: &Outcome) -> Option<Uuid> {
    match outcome {
        Outcome::Receipt(Receipt { request_id, .. }) => *request_id,
        Outcome::Refused(it) => it.request_id,
        Outcome::Conflict(it) => it.request_id,
        Outcome::Later(it) => it.request_id,
        Outcome::Unknown(it) => it.request_id,
    }
}
