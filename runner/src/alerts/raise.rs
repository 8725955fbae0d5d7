//! What is found becomes alerts: begun once, told daily while they last, ended. The alert, its
//! messages and its log entry are written in one transaction.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use sqlx::Row as _;

use super::event::{Event, What};
use super::{Alerts, Looked, Told, Way};
use crate::clock;
use crate::db::{Row, Tx};
use crate::error::Result;
use crate::health::conditions::{Code, Condition};
use crate::ids::BatchId;
use crate::job_log::{self, Entry, Kind, hex};
use crate::vault::random;

/// While it lasts, an alert is told again after this time.
const DAILY: SignedDuration = SignedDuration::from_hours(24);

/// An alert that is open.
struct Open {
    id: i64,
    condition: String,
    subject: String,
    batch: Option<BatchId>,
    says: String,
    advice: String,
    raised_at: i64,
    told_at: i64,
    times: i64,
}

const OPEN: &str = "SELECT id, condition, subject, batch, says, advice, raised_at, told_at, times \
     FROM alert WHERE cleared_at IS NULL ORDER BY id";

/// What is to be told of an alert.
enum Change {
    Raise(Condition),
    Repeat(Open, Condition),
    Clear(Open),
}

fn open(row: &Row) -> Open {
    Open {
        id: row.get("id"),
        condition: row.get("condition"),
        subject: row.get("subject"),
        batch: row.get::<Option<i64>, _>("batch").map(BatchId),
        says: row.get("says"),
        advice: row.get("advice"),
        raised_at: row.get("raised_at"),
        told_at: row.get("told_at"),
        times: row.get("times"),
    }
}

/// What differs between what is open and what is found. An alert of what could not be looked at
/// does not end.
fn changes(open: Vec<Open>, looked: &Looked, now: Timestamp) -> Vec<Change> {
    let unseen: BTreeSet<&str> = looked.unseen.iter().map(|code| code.as_str()).collect();
    let same = |open: &Open, it: &Condition| {
        open.condition == it.code.as_str() && open.subject == it.subject
    };
    let fresh = looked.found.iter().filter(|it| !open.iter().any(|open| same(open, it)));
    let mut changes: Vec<Change> = fresh.cloned().map(Change::Raise).collect();
    for open in open {
        let told = Timestamp::from_microsecond(open.told_at).unwrap_or(now);
        match looked.found.iter().find(|it| same(&open, it)) {
            Some(found) if now.duration_since(told) >= DAILY => {
                changes.push(Change::Repeat(open, found.clone()));
            }
            Some(_) => {}
            None if unseen.contains(open.condition.as_str()) => {}
            None => changes.push(Change::Clear(open)),
        }
    }
    changes
}

impl Alerts {
    /// Whether an alert of that kind is open.
    pub(super) async fn lasts(&self, code: Code) -> bool {
        let sql = "SELECT 1 FROM alert WHERE condition = $1 AND cleared_at IS NULL";
        let row =
            sqlx::query(sql).bind(code.as_str()).fetch_optional(self.store.db.readers()).await;
        row.is_ok_and(|row| row.is_some())
    }

    pub(super) async fn raise(&self, looked: Looked, now: Timestamp) -> Result<Told> {
        let rows = sqlx::query(OPEN).fetch_all(self.store.db.readers()).await?;
        if changes(rows.iter().map(open).collect(), &looked, now).is_empty() {
            return Ok(Told::default());
        }
        let mut told = Told::default();
        let mut tx = self.store.db.begin().await?;
        // Read again: another process may have told it meanwhile.
        let rows = sqlx::query(OPEN).fetch_all(&mut *tx).await?;
        let mut entries = Vec::new();
        for change in changes(rows.iter().map(open).collect(), &looked, now) {
            entries.push(match change {
                Change::Raise(condition) => {
                    told.raised += 1;
                    self.begin(&mut tx, condition, now).await?
                }
                Change::Repeat(open, condition) => {
                    told.repeated += 1;
                    self.repeat(&mut tx, open, condition, now).await?
                }
                Change::Clear(open) => {
                    told.cleared += 1;
                    self.clear(&mut tx, open, now).await?
                }
            });
        }
        job_log::append(&mut tx, &entries).await?;
        tx.commit().await?;
        Ok(told)
    }

    async fn begin(&self, tx: &mut Tx, it: Condition, now: Timestamp) -> Result<Entry> {
        let row = sqlx::query(
            "INSERT INTO alert (condition, subject, batch, says, advice, raised_at, told_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id",
        )
        .bind(it.code.as_str())
        .bind(&it.subject)
        .bind(it.batch.map(|batch| batch.0))
        .bind(&it.says)
        .bind(&it.advice)
        .bind(now.as_microsecond())
        .bind(now.as_microsecond())
        .fetch_one(&mut **tx)
        .await?;
        let open = Open {
            id: row.get("id"),
            condition: it.code.as_str().to_owned(),
            subject: it.subject,
            batch: it.batch,
            says: it.says,
            advice: it.advice,
            raised_at: now.as_microsecond(),
            told_at: now.as_microsecond(),
            times: 1,
        };
        self.tell(tx, What::Raised, &open, now).await
    }

    async fn repeat(
        &self,
        tx: &mut Tx,
        open: Open,
        it: Condition,
        now: Timestamp,
    ) -> Result<Entry> {
        let open = Open { says: it.says, advice: it.advice, times: open.times + 1, ..open };
        let sql = "UPDATE alert SET says = $1, advice = $2, told_at = $3, times = $4 WHERE id = $5";
        sqlx::query(sql)
            .bind(&open.says)
            .bind(&open.advice)
            .bind(now.as_microsecond())
            .bind(open.times)
            .bind(open.id)
            .execute(&mut **tx)
            .await?;
        self.tell(tx, What::Repeated, &open, now).await
    }

    async fn clear(&self, tx: &mut Tx, open: Open, now: Timestamp) -> Result<Entry> {
        let open = Open { times: open.times + 1, ..open };
        sqlx::query("UPDATE alert SET cleared_at = $1, times = $2 WHERE id = $3")
            .bind(now.as_microsecond())
            .bind(open.times)
            .bind(open.id)
            .execute(&mut **tx)
            .await?;
        self.tell(tx, What::Cleared, &open, now).await
    }

    /// Writes the messages of an alert, and gives its log entry.
    async fn tell(&self, tx: &mut Tx, what: What, open: &Open, now: Timestamp) -> Result<Entry> {
        let since = Timestamp::from_microsecond(open.raised_at).unwrap_or(now);
        let event = Event {
            what,
            condition: open.condition.clone(),
            subject: open.subject.clone(),
            batch: open.batch.map(|batch| batch.to_string()),
            says: open.says.clone(),
            advice: open.advice.clone(),
            since: clock::rfc3339(since),
            at: clock::rfc3339(now),
            times: open.times,
        };
        let off = self.webhook_is_off(tx).await?;
        for (way, receiver) in self.receivers() {
            if !(way == Way::Webhook && off) {
                write(tx, Some(open.id), &event, way, receiver, now).await?;
            }
        }
        let kind = if what == What::Cleared { Kind::AlertCleared } else { Kind::AlertRaised };
        let entry = Entry::new(kind, &self.actor)
            .count(open.times)
            .reasons(vec![open.condition.clone(), open.subject.clone()]);
        Ok(open.batch.into_iter().fold(entry, Entry::batch))
    }

    /// Writes a test's message to everybody; the messages' numbers.
    pub(super) async fn write_test(&self, event: &Event, now: Timestamp) -> Result<Vec<i64>> {
        let mut tx = self.store.db.begin().await?;
        let mut ids = Vec::new();
        for (way, receiver) in self.receivers() {
            ids.push(write(&mut tx, None, event, way, receiver, now).await?);
        }
        let count = i64::try_from(ids.len()).unwrap_or(i64::MAX);
        let reasons = vec![event.condition.clone(), event.subject.clone()];
        let entry = Entry::new(Kind::AlertRaised, &self.actor).count(count).reasons(reasons);
        job_log::append(&mut tx, &[entry]).await?;
        tx.commit().await?;
        Ok(ids)
    }

    /// Everybody who is told, by a blind index of their address.
    fn receivers(&self) -> Vec<(Way, Vec<u8>)> {
        let mail = self.settings.mail.to.iter().map(|to| (Way::Mail, self.mail_index(to)));
        // An address that stands there twice gets one message.
        let mail: BTreeSet<(Way, Vec<u8>)> = mail.collect();
        mail.into_iter().chain(self.webhook_index().map(|it| (Way::Webhook, it))).collect()
    }

    pub(super) fn mail_index(&self, to: &str) -> Vec<u8> {
        self.store.vault.blind("alert receiver", &to.to_ascii_lowercase())
    }

    pub(super) fn webhook_index(&self) -> Option<Vec<u8>> {
        let webhook = self.settings.webhook.as_ref()?;
        Some(self.store.vault.blind("alert receiver", &webhook.address))
    }
}

async fn write(
    tx: &mut Tx,
    alert: Option<i64>,
    event: &Event,
    way: Way,
    receiver: Vec<u8>,
    now: Timestamp,
) -> Result<i64> {
    let key = format!("alert_{}", hex(&random::<16>()?));
    let event_text = serde_json::to_string(event).expect("a message is plain data");
    let row = sqlx::query(
        "INSERT INTO alert_outbox (key, alert, what, way, receiver, event, state, made_at, next_at) \
         VALUES ($1, $2, $3, $4, $5, $6, 'waiting', $7, $8) RETURNING id",
    )
    .bind(key)
    .bind(alert)
    .bind(event.what.as_str())
    .bind(way.as_str())
    .bind(receiver)
    .bind(event_text)
    .bind(now.as_microsecond())
    .bind(now.as_microsecond())
    .fetch_one(&mut **tx)
    .await?;
    Ok(row.get("id"))
}
