//! Messages as they are stored: taken up by one sender at a time, and how each try ended.

use jiff::{SignedDuration, Timestamp};
use sqlx::Row as _;

use super::event::Event;
use super::{Alerts, Way};
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::job_log::{self, Entry, Kind};

/// Who took a webhook message up and has not said what came of it for this long is gone.
const WEBHOOK_GONE: SignedDuration = SignedDuration::from_mins(1);
/// The same for an e-mail, whose server may take its time.
const MAIL_GONE: SignedDuration = SignedDuration::from_mins(10);

/// A message that this sender has taken up.
#[derive(Debug)]
pub(super) struct Taken {
    pub(super) id: i64,
    pub(super) key: String,
    pub(super) way: Way,
    pub(super) receiver: Vec<u8>,
    pub(super) event: Event,
    /// Tries, this one counted.
    pub(super) tries: i64,
}

/// How a try ended, as the store has it.
#[derive(Debug)]
pub(super) enum End {
    /// It arrived.
    Sent,
    /// It did not, or will not.
    Failed(String, String),
    /// It may have arrived, and is not sent again.
    Unsure(String, String),
    /// It is tried again at that time.
    Again(Timestamp, String, String),
}

/// Which message is to be taken up.
#[derive(Clone, Copy, Debug)]
pub(super) enum Which {
    /// The next that is due.
    Next(Way),
    /// This one.
    Only(i64),
}

impl Alerts {
    /// Takes up a message. What it tells of one alert to one receiver arrives in its order: a
    /// later message waits for the earlier.
    pub(super) async fn take(&self, which: Which, now: Timestamp) -> Result<Option<Taken>> {
        const NEXT: &str = "SELECT id FROM alert_outbox AS it WHERE way = $3 AND next_at <= $2 \
             AND state = 'waiting' AND alert IS NOT NULL AND NOT EXISTS (SELECT 1 FROM \
             alert_outbox AS earlier WHERE earlier.alert = it.alert AND earlier.id < it.id \
             AND earlier.way = it.way AND earlier.receiver = it.receiver \
             AND earlier.state IN ('waiting', 'sending')) ORDER BY next_at, id LIMIT 1";
        const ONLY: &str = "SELECT id FROM alert_outbox WHERE id = $3 AND state = 'waiting'";
        let chosen = match which {
            Which::Next(_) => NEXT,
            Which::Only(_) => ONLY,
        };
        let sql = format!(
            "UPDATE alert_outbox SET state = 'sending', tries = tries + 1, claimed_at = $1 \
             WHERE id IN ({chosen}) RETURNING id, key, way, receiver, event, tries"
        );
        let mut tx = self.store.db.begin().await?;
        let now = now.as_microsecond();
        let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(now).bind(now);
        let query = match which {
            Which::Next(way) => query.bind(way.as_str()),
            Which::Only(id) => query.bind(id),
        };
        let Some(row) = query.fetch_optional(&mut *tx).await? else { return Ok(None) };
        tx.commit().await?;
        let event = serde_json::from_str(row.get("event"))
            .map_err(|_| Error::failed("a stored alert is damaged", "run: clerkwork doctor"))?;
        Ok(Some(Taken {
            id: row.get("id"),
            key: row.get("key"),
            way: if row.get::<&str, _>("way") == "mail" { Way::Mail } else { Way::Webhook },
            receiver: row.get("receiver"),
            event,
            tries: row.get("tries"),
        }))
    }

    /// Records how a try ended, with its log entry.
    pub(super) async fn record(&self, taken: &Taken, end: &End, now: Timestamp) -> Result<()> {
        let (state, next, code, why) = match end {
            End::Sent => ("sent", now, "", ""),
            End::Failed(code, why) => ("failed", now, code.as_str(), why.as_str()),
            End::Unsure(code, why) => ("unsure", now, code.as_str(), why.as_str()),
            End::Again(at, code, why) => ("waiting", *at, code.as_str(), why.as_str()),
        };
        let mut tx = self.store.db.begin().await?;
        // Fenced by the try: another sender may have taken it up since.
        let moved = sqlx::query(
            "UPDATE alert_outbox SET state = $1, next_at = $2, code = $3, why = $4, \
             ended_at = CASE WHEN $5 THEN $6 END WHERE id = $7 AND tries = $8 AND state <> 'sent'",
        )
        .bind(state)
        .bind(next.as_microsecond())
        .bind(code)
        .bind(why)
        .bind(state != "waiting")
        .bind(now.as_microsecond())
        .bind(taken.id)
        .bind(taken.tries)
        .execute(&mut *tx)
        .await?
        .rows_affected();
        if moved == 0 {
            return Ok(());
        }
        if taken.way == Way::Webhook {
            match end {
                // A receiver that takes messages is on, whatever it said before.
                End::Sent => self.switch_on(&mut tx, &taken.receiver).await?,
                End::Failed(code, _) if code == "gone" => {
                    self.switch_off(&mut tx, &taken.receiver, now).await?;
                }
                End::Failed(..) | End::Unsure(..) | End::Again(..) => {}
            }
        }
        let kind = match end {
            End::Sent => Some(Kind::AlertSent),
            End::Failed(..) | End::Unsure(..) => Some(Kind::AlertFailed),
            End::Again(..) => None,
        };
        if let Some(kind) = kind {
            let entry = self.entry(kind, &taken.event, taken.way, code);
            job_log::append(&mut tx, &[entry]).await?;
        }
        tx.commit().await
    }

    fn entry(&self, kind: Kind, event: &Event, way: Way, code: &str) -> Entry {
        let mut reasons =
            vec![event.condition.clone(), event.subject.clone(), way.as_str().to_owned()];
        reasons.extend((!code.is_empty()).then(|| code.to_owned()));
        let entry = Entry::new(kind, &self.actor).reasons(reasons);
        let batch = event.batch.as_ref().and_then(|batch| batch.parse().ok());
        batch.into_iter().fold(entry, Entry::batch)
    }

    /// Messages whose sender is gone. A webhook's goes out again under the same key; an e-mail may
    /// have been sent, and does not.
    pub(super) async fn take_back(&self, now: Timestamp) -> Result<()> {
        let before = |gone| now.checked_sub(gone).unwrap_or(now).as_microsecond();
        let sql = "SELECT id, way FROM alert_outbox WHERE state = 'sending' AND claimed_at <= \
                   CASE way WHEN 'mail' THEN $1 ELSE $2 END \
                   OR state = 'waiting' AND alert IS NULL AND made_at <= $1";
        let stale = sqlx::query(sql)
            .bind(before(MAIL_GONE))
            .bind(before(WEBHOOK_GONE))
            .fetch_all(self.store.db.readers())
            .await?;
        if stale.is_empty() {
            return Ok(());
        }
        let mut tx = self.store.db.begin().await?;
        // Nobody waits for what came of a test any more.
        sqlx::query(
            "UPDATE alert_outbox SET state = 'failed', code = 'interrupted', ended_at = $1, \
             why = 'the program ended while it was being sent' \
             WHERE state IN ('waiting', 'sending') AND alert IS NULL AND made_at <= $2",
        )
        .bind(now.as_microsecond())
        .bind(before(MAIL_GONE))
        .execute(&mut *tx)
        .await?;
        sqlx::query(
            "UPDATE alert_outbox SET state = 'waiting' WHERE state = 'sending' \
             AND way = 'webhook' AND alert IS NOT NULL AND claimed_at <= $1",
        )
        .bind(before(WEBHOOK_GONE))
        .execute(&mut *tx)
        .await?;
        let unsure = sqlx::query(
            "UPDATE alert_outbox SET state = 'unsure', code = 'may-have-been-sent', \
             why = 'the program ended while it was being sent', ended_at = $1 \
             WHERE state = 'sending' AND way = 'mail' AND claimed_at <= $2 RETURNING event",
        )
        .bind(now.as_microsecond())
        .bind(before(MAIL_GONE))
        .fetch_all(&mut *tx)
        .await?;
        let mut entries = Vec::new();
        for row in unsure {
            if let Ok(event) = serde_json::from_str::<Event>(row.get("event")) {
                let code = "may-have-been-sent";
                entries.push(self.entry(Kind::AlertFailed, &event, Way::Mail, code));
            }
        }
        job_log::append(&mut tx, &entries).await?;
        tx.commit().await
    }

    /// Whether the webhook's receiver said that it wants no more.
    pub(super) async fn webhook_is_off(&self, tx: &mut Tx) -> Result<bool> {
        let Some(receiver) = self.webhook_index() else { return Ok(false) };
        let sql = "SELECT 1 FROM alert_off WHERE receiver = $1";
        Ok(sqlx::query(sql).bind(receiver).fetch_optional(&mut **tx).await?.is_some())
    }

    /// The receiver wants no more: what still waits for it will not be sent.
    async fn switch_off(&self, tx: &mut Tx, receiver: &[u8], now: Timestamp) -> Result<()> {
        let sql = "INSERT INTO alert_off (receiver, at) VALUES ($1, $2) ON CONFLICT DO NOTHING";
        sqlx::query(sql).bind(receiver).bind(now.as_microsecond()).execute(&mut **tx).await?;
        let dropped = sqlx::query(
            "UPDATE alert_outbox SET state = 'failed', code = 'gone', ended_at = $1, \
             why = 'the receiver wants no more messages' \
             WHERE way = 'webhook' AND state = 'waiting' AND alert IS NOT NULL RETURNING event",
        )
        .bind(now.as_microsecond())
        .fetch_all(&mut **tx)
        .await?;
        let mut entries = Vec::new();
        for row in dropped {
            if let Ok(event) = serde_json::from_str::<Event>(row.get("event")) {
                entries.push(self.entry(Kind::AlertFailed, &event, Way::Webhook, "gone"));
            }
        }
        job_log::append(tx, &entries).await
    }

    async fn switch_on(&self, tx: &mut Tx, receiver: &[u8]) -> Result<()> {
        let sql = "DELETE FROM alert_off WHERE receiver = $1";
        sqlx::query(sql).bind(receiver).execute(&mut **tx).await?;
        Ok(())
    }

    /// What was said by receivers that are not in the settings any more does not count.
    pub(super) async fn forget_other_webhooks(&self) -> Result<()> {
        let current = self.webhook_index().unwrap_or_default();
        let sql = "SELECT 1 FROM alert_off WHERE receiver <> $1";
        let others =
            sqlx::query(sql).bind(&current).fetch_optional(self.store.db.readers()).await?;
        if others.is_some() {
            let mut tx = self.store.db.begin().await?;
            let sql = "DELETE FROM alert_off WHERE receiver <> $1";
            sqlx::query(sql).bind(current).execute(&mut *tx).await?;
            tx.commit().await?;
        }
        Ok(())
    }
}
