//! `clerkwork backup` and `clerkwork doctor`: a copy that can be put back, and a health report.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::out::Out;
use super::{Global, Office, WELL};
use crate::alerts::list;
use crate::alerts::settings::Settings;
use crate::backup;
use crate::clock;
use crate::db::Db;
use crate::error::Result;
use crate::health::conditions::Known;
use crate::health::{self, Level, doctor, worst};
use crate::job_log::tree::Hash;
use crate::job_log::{Head, hex};
use crate::settings::Folder;

/// Make a copy of the data folder that can be put back, while work goes on.
///
/// A folder gets everything: the store, settings, policies, schedules and sealed originals. A name
/// that ends in .db gets the store alone. KEYS ARE NOT IN IT: keep a copy of them elsewhere, for
/// without master.key nobody can read what is sealed in the backup.
#[derive(Args)]
#[command(after_help = "Examples:\n  clerkwork backup /mnt/backup/2026-01-31\n  \
    clerkwork backup /mnt/backup/store-2026-01-31.db\n\nTo put a backup back:\n  \
    1. Stop everything that runs clerkwork on the folder, and keep what is left of it.\n  \
    2. Copy the backup to where the data folder was:  cp -a /mnt/backup/2026-01-31 council-data\n  \
    3. Put the keys back where clerkwork.toml says they are, with mode 600.\n  \
    4. Look it over, with a size and root that were kept outside:\n     \
    clerkwork doctor --data council-data --held SIZE:ROOT\n  \
    5. Run again what was run since the backup. A sheet whose batch is in the backup is known; \
    one that came later is taken in anew, and may have been told to people already.")]
pub(super) struct Backup {
    /// A folder that is not there yet, or a file name that ends in .db.
    #[arg(value_name = "DIR|FILE.db")]
    to: PathBuf,
}

/// Look over the data folder: store, totals, log, keys, permissions, disk, settings.
///
/// It changes nothing. Each line is ok, warning or bad, with what to do. Exit code 1 if any is bad.
#[derive(Args)]
#[command(after_help = "Examples:\n  clerkwork doctor --data council-data\n  \
    clerkwork doctor --held 1042:9bXo...=   (as run, backup and results workbooks print it)")]
pub(super) struct Doctor {
    /// A size and root of the log that were kept outside: tells whether the store is behind.
    #[arg(long, value_name = "SIZE:ROOT", value_parser = Head::parse_held)]
    held: Vec<(u64, Hash)>,
}

impl Backup {
    pub(super) async fn run(self, office: &Office, out: &Out) -> Result<u8> {
        let bar = out.bar();
        if let Some(bar) = &bar {
            bar.set_message("copying the store");
        }
        let made = backup::make(&office.folder, &office.store, &self.to, &office.actor).await;
        if let Some(bar) = bar {
            bar.finish_and_clear();
        }
        let made = made?;
        let root = made.log.root_text();
        out.object(&json!({
            "path": made.path,
            "sha256": hex(&made.sha256),
            "bytes": made.bytes,
            "originals": made.originals,
            "keys": false,
            "log_size": made.log.size,
            "log_root": root,
        }));
        let keys = &office.folder.settings.keys;
        out.say(&format!(
            "Backup: {} ({} bytes, {} sealed originals)\nIts log:  {}:{root}\n\nKEYS ARE NOT IN \
             IT. Keep copies of these elsewhere:\n  {}\n  {}\nHow to put it back: clerkwork \
             backup --help",
            made.path.display(),
            made.bytes,
            made.originals,
            made.log.size,
            keys.master.display(),
            keys.log.display(),
        ));
        Ok(WELL)
    }
}

impl Doctor {
    pub(super) async fn run(self, global: &Global, out: &Out) -> Result<u8> {
        let folder = Folder::find(global.data.as_deref())?;
        // Settings that are not right are found below; what is looked at does not wait for them.
        let watch = Settings::of(&folder).map(|it| it.watch).unwrap_or_default();
        let db = Db::open_reading(&folder.database()).await.ok();
        let known = match &db {
            Some(db) => health::known(&folder, db, clock::now()).await,
            None => Known::default(),
        };
        let mut found = doctor::look_over(&folder, self.held, &watch, &known).await?;
        found.extend(list::findings(&folder, db.as_ref()).await);
        let worst = worst(&found);
        out.object(&json!({"well": worst != Level::Bad, "worst": worst, "findings": found}));
        let mut lines: Vec<String> = found.iter().map(ToString::to_string).collect();
        lines.push(String::new());
        lines.push(
            match worst {
                Level::Ok => "All is well",
                Level::Warning => "Works; somebody should look at the warnings",
                Level::Bad => "NOT WELL: see what is bad above",
            }
            .to_owned(),
        );
        out.answer(&lines.join("\n"));
        Ok(if worst == Level::Bad { 1 } else { WELL })
    }
}
