//! Alerts: somebody is told of what needs a person, once when it begins, daily while it lasts, and
//! once when it ends.
//!
//! | file | job |
//! |---|---|
//! | `settings` | who is told, and from when on: `alerts.toml` |
//! | `raise` | what is found becomes alerts, and messages in the outbox, in one transaction |
//! | `outbox` | messages as they are stored: taken up by one sender, and how each try ended |
//! | `deliver` | sends what is due, until it arrives |
//! | `event` | what one message says |
//! | `list` | what there is to see of it |
//!
//! An alert has an identity, its condition and subject. A message is written with its log entry
//! before anybody is told, so a crash loses none. A webhook's receiver removes repeats by the
//! message's key; an e-mail that may have been sent is not sent again before the next daily one.

pub mod event;
pub mod list;
pub mod settings;

mod deliver;
mod log_watch;
mod outbox;
mod raise;

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::Arc;

use clerkwork_connectors::outlet::Outcome;
use clerkwork_connectors::webhook;
use jiff::Timestamp;
use serde::Serialize;

use crate::clock;
use crate::error::Result;
use crate::health::conditions::{self, Code, Condition, Known};
use crate::job_log::Actor;
use crate::settings::Folder;
use crate::store::Store;
use event::Event;
use log_watch::LogWatch;
use settings::Settings;

/// An e-mail to one address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// The address.
    pub to: String,
    /// The subject.
    pub subject: String,
    /// The text.
    pub text: String,
    /// By which it is known; the same if it is ever sent again.
    pub message_id: String,
}

/// How a try at an e-mail is under way.
pub type Posting<'a> = Pin<Box<dyn Future<Output = Outcome> + Send + 'a>>;

/// Whatever sends e-mail. Its effects count as unknowable.
pub trait Mailer: Send + Sync {
    /// Sends one, once.
    fn post<'a>(&'a self, mail: &'a Mail) -> Posting<'a>;
}

/// By what way a message goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Way {
    /// E-mail.
    Mail,
    /// A webhook.
    Webhook,
}

impl Way {
    /// As the store and the log have it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::Webhook => "webhook",
        }
    }
}

/// What came of one look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Told {
    /// Alerts that began.
    pub raised: usize,
    /// Alerts that last and were told again.
    pub repeated: usize,
    /// Alerts that ended.
    pub cleared: usize,
    /// Messages that arrived.
    pub sent: usize,
    /// Messages that did not, and are not sent again.
    pub failed: usize,
    /// Messages that are tried again later.
    pub later: usize,
}

/// What looks, tells, and sees to it that it is heard.
pub struct Alerts {
    folder: Arc<Folder>,
    store: Arc<Store>,
    settings: Settings,
    webhook: Option<webhook::Connection>,
    mailer: Option<Arc<dyn Mailer>>,
    installation: String,
    actor: Actor,
    log: LogWatch,
    paused: BTreeMap<Way, Timestamp>,
}

/// What was found, and of what nothing could be found out.
#[derive(Debug, Default)]
struct Looked {
    found: Vec<Condition>,
    unseen: Vec<Code>,
}

impl Looked {
    fn take(&mut self, codes: &[Code], looked: Result<Vec<Condition>>) {
        match looked {
            Ok(found) => self.found.extend(found),
            Err(fault) => {
                tracing::warn!("conditions could not be looked at: {fault}");
                self.unseen.extend(codes);
            }
        }
    }
}

impl Alerts {
    /// Reads the settings and their secret; sends nothing. Without a mailer e-mail fails, and says
    /// so.
    pub async fn open(
        folder: Arc<Folder>,
        store: Arc<Store>,
        mailer: Option<Arc<dyn Mailer>>,
        actor: Actor,
    ) -> Result<Self> {
        let settings = Settings::of(&folder)?;
        let webhook = settings.webhook.as_ref().map(|it| it.open(&folder)).transpose()?;
        let installation = store.installation().await?;
        let (log, paused) = (LogWatch::default(), BTreeMap::new());
        let alerts =
            Self { folder, store, settings, webhook, mailer, installation, actor, log, paused };
        alerts.forget_other_webhooks().await?;
        Ok(alerts)
    }

    /// Looks at every condition, tells what has changed, and sends what is due. To be called every
    /// minute or so.
    pub async fn tick(&mut self, now: Timestamp, known: &Known) -> Result<Told> {
        let looked = self.look(now, known).await;
        let mut told = self.raise(looked, now).await?;
        self.deliver(now, &mut told).await?;
        Ok(told)
    }

    /// Sends a message that tells nothing to everybody, also to a webhook that was switched off,
    /// and says what came of each. One try.
    pub async fn test(&mut self, now: Timestamp) -> Result<Vec<list::Message>> {
        let ids = self.write_test(&Event::test(now), now).await?;
        for id in &ids {
            self.send_only(*id, now).await?;
        }
        let all = list::messages(&self.store.db, i64::MAX).await?;
        Ok(all.into_iter().filter(|message| ids.contains(&message.id)).collect())
    }

    async fn look(&mut self, now: Timestamp, known: &Known) -> Looked {
        let watch = &self.settings.watch;
        let (folder, store) = (&self.folder, &self.store);
        let mut looked = Looked::default();
        let today = clock::local(now).date();
        let late = conditions::batches(folder, store, today).await;
        looked.take(&[Code::BatchLate, Code::DeadlineUnknown], late);
        looked.take(&[Code::LookLate], conditions::looks(store, today).await);
        looked.take(&[Code::PaymentLate], conditions::payments(store, today).await);
        looked.take(&[Code::BotStopped], conditions::stopped(&store.db).await);
        let off = conditions::webhook_off(&store.db).await;
        looked.take(&[Code::WebhookOff], off.map(|off| off.into_iter().collect()));
        let log = self.log.look(&store.db, folder, now).await;
        looked.take(
            &[Code::LogUnsound],
            log.map(|fault| fault.iter().map(|why| conditions::log(why)).collect()),
        );
        looked.found.extend(conditions::key(folder));
        match conditions::free_mb(folder.root()) {
            None => looked.unseen.push(Code::DiskLow),
            Some(free) => {
                let lasts = self.lasts(Code::DiskLow).await;
                looked.found.extend(conditions::disk(free, watch, lasts));
            }
        }
        match &known.missed {
            None => looked.unseen.push(Code::ScheduleMissed),
            Some(missed) => looked.found.extend(conditions::missed(missed)),
        }
        match &known.outlets {
            None => looked.unseen.push(Code::OutletDown),
            Some(outlets) => looked.found.extend(conditions::down(outlets, watch, now)),
        }
        looked.found.retain(|it| !watch.leave_out.contains(&it.code));
        looked
    }
}
