//! Bots that a person has stopped: they take no work until a person starts them again.

use sqlx::Row as _;

use super::Store;
use super::payload::{Label, open, seal};
use crate::clock;
use crate::db::{Db, Tx};
use crate::error::Result;
use crate::ids::ItemId;
use crate::job_log::{self, Actor, Entry, Kind};

/// Since when a bot is stopped, and by whom.
#[derive(Clone, Debug)]
pub struct Stopped {
    /// The bot's name.
    pub bot: String,
    /// When.
    pub at: i64,
    /// By whom.
    pub by: String,
}

/// Every stopped bot.
pub async fn stopped(db: &Db) -> Result<Vec<Stopped>> {
    let rows = sqlx::query("SELECT bot, at, by FROM stopped_bot ORDER BY bot")
        .fetch_all(db.readers())
        .await?;
    let stopped = rows.iter().map(|row| Stopped {
        bot: row.get("bot"),
        at: row.get("at"),
        by: row.get("by"),
    });
    Ok(stopped.collect())
}

impl Store {
    /// Stops a bot. Slices under way are finished, no other is begun. `false`: it was stopped
    /// already, and nothing is written.
    pub async fn stop_bot(&self, bot: &str, why: &str, actor: &Actor) -> Result<bool> {
        let sql =
            "INSERT INTO stopped_bot (bot, at, by) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
        let mut tx = self.db.begin().await?;
        let begun = sqlx::query(sql)
            .bind(bot)
            .bind(clock::micros())
            .bind(&actor.id)
            .execute(&mut *tx)
            .await?
            .rows_affected();
        if begun == 0 {
            return Ok(false);
        }
        self.bot_act(&mut tx, bot, Kind::BotStopped, why, actor).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Lets a stopped bot work again. `false`: it was not stopped, and nothing is written.
    pub async fn start_bot(&self, bot: &str, why: &str, actor: &Actor) -> Result<bool> {
        let mut tx = self.db.begin().await?;
        let started = sqlx::query("DELETE FROM stopped_bot WHERE bot = $1")
            .bind(bot)
            .execute(&mut *tx)
            .await?
            .rows_affected();
        if started == 0 {
            return Ok(false);
        }
        self.bot_act(&mut tx, bot, Kind::BotStarted, why, actor).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Whether a person has stopped this bot.
    pub async fn bot_stopped(&self, bot: &str) -> Result<bool> {
        let row = sqlx::query("SELECT bot FROM stopped_bot WHERE bot = $1")
            .bind(bot)
            .fetch_optional(self.db.readers())
            .await?;
        Ok(row.is_some())
    }

    /// Why a bot was last stopped or started, in their words. Neither for the log nor for JSON.
    pub async fn bot_words(&self, bot: &str) -> Result<Option<String>> {
        let row = sqlx::query(
            "SELECT id, key, sealed FROM bot_act WHERE bot = $1 ORDER BY id DESC LIMIT 1",
        )
        .bind(bot)
        .fetch_optional(self.db.readers())
        .await?;
        let words = row.map(|row| {
            let id = ItemId(row.get("id"));
            open(&self.vault.unwrap_key(row.get("key"))?, Label::BotAct, id, row.get("sealed"))
        });
        words.transpose()
    }

    /// Seals the words; the log entry names the bot and commits to them.
    async fn bot_act(
        &self,
        tx: &mut Tx,
        bot: &str,
        kind: Kind,
        why: &str,
        actor: &Actor,
    ) -> Result<()> {
        let next: i64 = sqlx::query("SELECT COALESCE(MAX(id), 0) + 1 AS next FROM bot_act")
            .fetch_one(&mut **tx)
            .await?
            .get("next");
        let (key, wrapped) = self.vault.new_key()?;
        let sealed = seal(&key, Label::BotAct, ItemId(next), &why)?;
        let what = if kind == Kind::BotStopped { "stop" } else { "start" };
        sqlx::query(
            "INSERT INTO bot_act (id, bot, at, by, what, key, sealed) \
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(next)
        .bind(bot)
        .bind(clock::micros())
        .bind(&actor.id)
        .bind(what)
        .bind(wrapped)
        .bind(sealed.bytes)
        .execute(&mut **tx)
        .await?;
        let entry =
            Entry::new(kind, actor).payload(&sealed.commitment).reasons(vec![bot.to_owned()]);
        job_log::append(tx, &[entry]).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::Vault;

    #[tokio::test]
    async fn a_bot_is_stopped_once_with_words_that_the_log_does_not_hold() {
        let folder = tempfile::tempdir().unwrap();
        let actor = Actor { id: "os:a@b".to_owned(), kind: "person" };
        let file = folder.path().join("clerkwork.db");
        let store = Store::create(&file, Vault::new(&[1; 32]), &actor).await.unwrap();
        assert!(store.stop_bot("x", "wrong limit since Monday", &actor).await.unwrap());
        assert!(!store.stop_bot("x", "again", &actor).await.unwrap());
        assert!(store.bot_stopped("x").await.unwrap() && !store.bot_stopped("y").await.unwrap());
        assert_eq!(stopped(&store.db).await.unwrap()[0].bot, "x");
        assert_eq!(store.bot_words("x").await.unwrap().unwrap(), "wrong limit since Monday");
        assert!(store.start_bot("x", "mended", &actor).await.unwrap());
        assert!(!store.start_bot("x", "mended", &actor).await.unwrap());
        assert!(stopped(&store.db).await.unwrap().is_empty());
        let entries = job_log::read(&store.db, 1, 9).await.unwrap();
        let text: Vec<String> =
            entries.iter().map(|it| String::from_utf8(it.bytes.clone()).unwrap()).collect();
        assert_eq!(text.len(), 2);
        assert!(text[0].contains("bot.stopped") && text[1].contains("bot.started"), "{text:?}");
        assert!(
            text.iter().all(|entry| entry.contains("hmac-sha256:") && !entry.contains("Monday"))
        );
    }
}
