//! What there is to see of alerts: those that are open, their messages, and what the doctor says.

use serde::Serialize;
use sqlx::Row as _;

use super::settings::{FILE, Settings};
use crate::db::{Db, Row};
use crate::error::Result;
use crate::health::Finding;
use crate::settings::Folder;

/// An alert that is open. Holds nothing personal.
#[derive(Clone, Debug, Serialize)]
pub struct Alert {
    /// Which condition.
    pub condition: String,
    /// Of whom.
    pub subject: String,
    /// What was found.
    pub says: String,
    /// What to do.
    #[serde(rename = "do")]
    pub advice: String,
    /// Since when, in microseconds since 1970.
    pub raised_at: i64,
    /// When it was last told.
    pub told_at: i64,
    /// How often it was told.
    pub times: i64,
}

/// A message and what became of it. Its receiver is not named.
#[derive(Clone, Debug, Serialize)]
pub struct Message {
    /// Its number.
    pub id: i64,
    /// By which its receiver knows it.
    pub key: String,
    /// Raised, repeated, cleared, test.
    pub what: String,
    /// Mail or webhook.
    pub way: String,
    /// The condition and of whom.
    pub alert: String,
    /// Waiting, sending, sent, failed, unsure.
    pub state: String,
    /// How often it was tried.
    pub tries: i64,
    /// When it was written.
    pub made_at: i64,
    /// When it is tried next, if it waits.
    pub next_at: Option<i64>,
    /// When it arrived or was given up.
    pub ended_at: Option<i64>,
    /// The fixed name of what went wrong last.
    pub code: String,
    /// The same in words.
    pub why: String,
}

/// Every open alert, the oldest first.
pub async fn open(db: &Db) -> Result<Vec<Alert>> {
    let sql = "SELECT condition, subject, says, advice, raised_at, told_at, times FROM alert \
               WHERE cleared_at IS NULL ORDER BY id";
    let rows = sqlx::query(sql).fetch_all(db.readers()).await?;
    let alert = |row: &Row| Alert {
        condition: row.get("condition"),
        subject: row.get("subject"),
        says: row.get("says"),
        advice: row.get("advice"),
        raised_at: row.get("raised_at"),
        told_at: row.get("told_at"),
        times: row.get("times"),
    };
    Ok(rows.iter().map(alert).collect())
}

/// The newest messages, newest first; those that have not arrived before all others.
pub async fn messages(db: &Db, limit: i64) -> Result<Vec<Message>> {
    let sql = "SELECT id, key, what, way, state, tries, made_at, next_at, ended_at, code, why, \
               json_extract(event, '$.condition') || ' ' || json_extract(event, '$.subject') \
               AS alert FROM alert_outbox \
               ORDER BY state IN ('waiting', 'sending') DESC, id DESC LIMIT $1";
    let rows = sqlx::query(sql).bind(limit).fetch_all(db.readers()).await?;
    let message = |row: &Row| {
        let state: String = row.get("state");
        let next_at = (state == "waiting").then(|| row.get("next_at"));
        Message {
            id: row.get("id"),
            key: row.get("key"),
            what: row.get("what"),
            way: row.get("way"),
            alert: row.get("alert"),
            state,
            tries: row.get("tries"),
            made_at: row.get("made_at"),
            next_at,
            ended_at: row.get("ended_at"),
            code: row.get("code"),
            why: row.get("why"),
        }
    };
    Ok(rows.iter().map(message).collect())
}

/// What the doctor says of alerts: the settings, the secret, what is open, what did not arrive.
pub async fn findings(folder: &Folder, db: Option<&Db>) -> Vec<Finding> {
    let settings = match Settings::of(folder) {
        Ok(settings) => settings,
        Err(fault) => return vec![Finding::of("alerts", &fault)],
    };
    let mut found = Vec::new();
    if let Some(Err(fault)) = settings.webhook.as_ref().map(|it| it.open(folder)) {
        found.push(Finding::of("alerts", &fault));
    }
    if !settings.tells() {
        let says = "nobody is told when something needs a person";
        let advice = format!("say who in {FILE}; see docs/alerts.md");
        // How it is until a council says otherwise, so no warning.
        found.push(Finding { advice, ..Finding::ok("alerts", says) });
    }
    if let Some(db) = db {
        match counts(db).await {
            Ok(counts) => found.extend(counts),
            Err(fault) => found.push(Finding::of("alerts", &fault)),
        }
    }
    found
}

async fn counts(db: &Db) -> Result<Vec<Finding>> {
    // A store of an older version has no such tables until it is next opened for work.
    let there = sqlx::query("SELECT 1 FROM sqlite_master WHERE name = 'alert_outbox'")
        .fetch_optional(db.readers())
        .await?;
    if there.is_none() {
        return Ok(Vec::new());
    }
    let row = sqlx::query(
        "SELECT (SELECT COUNT(*) FROM alert WHERE cleared_at IS NULL) AS open, \
         (SELECT COUNT(*) FROM alert_outbox WHERE state IN ('waiting', 'sending') AND tries > 1) \
         AS late, \
         (SELECT COUNT(*) FROM alert_outbox AS it JOIN alert ON alert.id = it.alert \
          WHERE alert.cleared_at IS NULL AND it.state IN ('failed', 'unsure') AND NOT EXISTS \
          (SELECT 1 FROM alert_outbox AS other WHERE other.alert = it.alert \
           AND other.state = 'sent')) AS lost",
    )
    .fetch_one(db.readers())
    .await?;
    let (open, late, lost): (i64, i64, i64) = (row.get("open"), row.get("late"), row.get("lost"));
    let see = "see which, and why: clerkwork alerts";
    let mut found = vec![Finding::ok("alerts", format!("alerts open: {open}"))];
    if late > 0 {
        let says = format!("messages of alerts that did not arrive yet: {late}");
        found.push(Finding::warning("alerts", says, see));
    }
    if lost > 0 {
        let says = format!("messages of open alerts that reached nobody: {lost}");
        found.push(Finding::bad("alerts", says, see));
    }
    Ok(found)
}
