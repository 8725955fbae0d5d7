//! `clerkwork results`: the report of a batch, rendered anew from the store.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use serde_json::json;

use super::out::Out;
use super::table::many;
use super::{Office, WELL};
use crate::error::{Error, Result};
use crate::ids::BatchId;
use crate::job_log;
use crate::report::Report;

/// Render a batch's results workbook anew, as things stand now.
///
/// It holds personal data; the log keeps who asked for it, and its SHA-256.
#[derive(Args)]
#[command(after_help = "Example:\n  clerkwork results 3 -o batch-3.xlsx")]
pub(super) struct Results {
    /// The batch.
    batch: BatchId,
    /// Where the workbook goes; what stands there is replaced.
    #[arg(long, short, value_name = "FILE")]
    output: PathBuf,
}

impl Results {
    pub(super) async fn run(self, office: &Office, out: &Out) -> Result<u8> {
        let batch = office.store.batch(self.batch).await?;
        let bot = clerkwork_bots::find(&batch.bot).ok_or_else(|| {
            Error::failed(
                format!("the bot {} of batch {} is not installed", batch.bot, batch.id),
                "use the version of clerkwork that has it",
            )
        })?;
        if self.output.is_dir() {
            return Err(Error::usage(
                format!("{} is a folder", self.output.display()),
                "name the file to write",
            ));
        }
        let notices = office.store.source_of(batch.id).await?.map(|source| source.notices);
        let report = Report {
            store: Arc::clone(&office.store),
            bot,
            council: office.folder.council.clone(),
            notices: notices.unwrap_or_default(),
            actor: office.actor.clone(),
        };
        let path = report.write(batch.id, &self.output).await?;
        let head = job_log::checkpoint(&office.store.db, &office.folder).await?;
        out.object(&json!({
            "batch": batch.id.0,
            "state": batch.state,
            "totals": batch.totals,
            "output": path,
            "log_size": head.size,
            "log_root": job_log::hex(&head.root),
        }));
        out.say(&format!("Batch {} is {}. Results: {}", batch.id, batch.state, path.display()));
        if batch.totals.in_hand > 0 {
            let items = many(batch.totals.in_hand, "item");
            out.say(&format!(
                "{items} of it are still to be decided and stand there without a decision."
            ));
        }
        Ok(WELL)
    }
}
