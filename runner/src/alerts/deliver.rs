//! Sends what is due. When the other side fails, what was not taken waits, longer each time.

use clerkwork_connectors::outlet::{Later, Outcome, Waits};
use clerkwork_connectors::webhook::Message;
use jiff::{SignedDuration, Timestamp};

use super::outbox::{End, Taken, Which};
use super::{Alerts, Told, Way};
use crate::error::Result;

/// After how many seconds the next try follows: the example of the Standard Webhooks
/// specification, about three days in all.
const TRIES: [i64; 10] = [0, 5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400];
/// Messages that one look sends by one way; the rest go with the next.
const AT_ONCE: usize = 100;

impl Alerts {
    /// Sends everything that is due, one after the other. A way that fails is left alone until
    /// the next look.
    pub(super) async fn deliver(&mut self, now: Timestamp, told: &mut Told) -> Result<()> {
        self.take_back(now).await?;
        for way in [Way::Mail, Way::Webhook] {
            if self.paused.get(&way).is_some_and(|until| *until > now) {
                continue;
            }
            for _ in 0..AT_ONCE {
                let Some(taken) = self.take(Which::Next(way), now).await? else { break };
                let outcome = self.send(&taken, now).await;
                let end = end_of(&taken, &outcome, now);
                match end {
                    End::Sent => told.sent += 1,
                    End::Failed(..) | End::Unsure(..) => told.failed += 1,
                    End::Again(..) => told.later += 1,
                }
                self.record(&taken, &end, now).await?;
                if self.stands_still(way, &outcome, now) {
                    break;
                }
            }
        }
        Ok(())
    }

    /// Sends one message, once.
    pub(super) async fn send_only(&mut self, id: i64, now: Timestamp) -> Result<()> {
        let Some(taken) = self.take(Which::Only(id), now).await? else { return Ok(()) };
        let outcome = self.send(&taken, now).await;
        let end = match end_of(&taken, &outcome, now) {
            End::Again(_, code, why) => End::Failed(code, why),
            end => end,
        };
        self.record(&taken, &end, now).await
    }

    async fn send(&self, taken: &Taken, now: Timestamp) -> Outcome {
        match taken.way {
            Way::Webhook => {
                let Some(webhook) = &self.webhook else { return no_longer_told() };
                let body = taken.event.envelope(&taken.key, &self.installation);
                webhook.post(&Message { id: taken.key.clone(), body }, now).await
            }
            Way::Mail => {
                let mut all = self.settings.mail.to.iter();
                let to = all.find(|to| self.mail_index(to) == taken.receiver);
                let Some(to) = to else { return no_longer_told() };
                let Some(mailer) = &self.mailer else {
                    return refused("no-mail", "no mail server is set up to send it by");
                };
                let council = &self.folder.council.name;
                mailer.post(&taken.event.mail(to, &taken.key, council)).await
            }
        }
    }

    /// Whether sending anything else by this way now would end the same way.
    fn stands_still(&mut self, way: Way, outcome: &Outcome, now: Timestamp) -> bool {
        match outcome {
            Outcome::Later(Later { waits: Waits::Outlet, after, .. }) => {
                let until = after.and_then(|after| now.checked_add(after).ok());
                self.paused.extend(until.map(|until| (way, until)));
                true
            }
            Outcome::Unknown(_) => true,
            Outcome::Later(_)
            | Outcome::Receipt(_)
            | Outcome::Refused(_)
            | Outcome::Conflict(_) => false,
        }
    }
}

fn end_of(taken: &Taken, outcome: &Outcome, now: Timestamp) -> End {
    match outcome {
        Outcome::Receipt(_) => End::Sent,
        Outcome::Refused(it) => End::Failed(it.code.clone(), it.why.clone()),
        Outcome::Conflict(it) => End::Failed("conflict".to_owned(), it.why.clone()),
        Outcome::Unknown(it) if taken.way == Way::Mail => {
            End::Unsure("may-have-been-sent".to_owned(), it.why.clone())
        }
        Outcome::Unknown(it) => again(taken, &it.code, &it.why, SignedDuration::ZERO, now),
        Outcome::Later(it) => {
            let after = it.after.and_then(|after| after.try_into().ok());
            again(taken, &it.code, &it.why, after.unwrap_or_default(), now)
        }
    }
}

/// When the next try follows, if one does: by the schedule, and not before the receiver asked.
fn again(taken: &Taken, code: &str, why: &str, asked: SignedDuration, now: Timestamp) -> End {
    let done = usize::try_from(taken.tries).unwrap_or(TRIES.len());
    let next = TRIES.get(done).and_then(|seconds| {
        let wait = SignedDuration::from_secs(seconds + seconds * lot(&taken.key) / 1000);
        now.checked_add(wait.max(asked)).ok()
    });
    match next {
        Some(at) => End::Again(at, code.to_owned(), why.to_owned()),
        None => End::Failed(code.to_owned(), why.to_owned()),
    }
}

/// From 0 to 99 of a thousand, so that messages that failed together do not come back together.
/// The key was made by lot.
fn lot(key: &str) -> i64 {
    key.bytes().fold(0, |sum, byte| (sum * 31 + i64::from(byte)) % 100)
}

fn no_longer_told() -> Outcome {
    refused("no-longer-told", "its receiver is no longer in alerts.toml")
}

fn refused(code: &str, why: &str) -> Outcome {
    Outcome::Refused(clerkwork_connectors::outlet::Refused {
        code: code.to_owned(),
        why: why.to_owned(),
        request_id: None,
    })
}
