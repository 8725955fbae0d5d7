//! The emergency stop: a stopped bot takes no work until a person starts it again.

use crate::acts::Acting;
use crate::error::{Error, Result};
use crate::job_log::{self, Kind};
use crate::store::acts;

/// Stops a bot.
pub async fn stop(acting: &Acting<'_>, bot: &str) -> Result<()> {
    known(bot)?;
    let mut tx = acting.store.db.begin().await?;
    if !acts::stop_bot(&mut tx, bot, &acting.actor.id).await? {
        return Err(Error::usage(format!("the bot {bot} is stopped already"), ""));
    }
    let entry = acting.entry(Kind::BotStopped).reasons(vec![bot.to_owned()]);
    job_log::append(&mut tx, &[entry]).await?;
    tx.commit().await
}

/// Starts a stopped bot again.
pub async fn start(acting: &Acting<'_>, bot: &str) -> Result<()> {
    known(bot)?;
    let mut tx = acting.store.db.begin().await?;
    if !acts::start_bot(&mut tx, bot).await? {
        return Err(Error::usage(format!("the bot {bot} is not stopped"), ""));
    }
    let entry = acting.entry(Kind::BotStarted).reasons(vec![bot.to_owned()]);
    job_log::append(&mut tx, &[entry]).await?;
    tx.commit().await
}

fn known(bot: &str) -> Result<()> {
    if clerkwork_bots::find(bot).is_some() {
        return Ok(());
    }
    let names: Vec<&str> = clerkwork_bots::all().iter().map(|bot| bot.manifest().name).collect();
    Err(Error::usage(
        format!("there is no bot {bot:?}"),
        format!("there are: {}", names.join(", ")),
    ))
}
