//! When a schedule last ran by itself, and what came of it.

use serde::Serialize;

use super::moment;
use crate::cli::table::many;
use crate::clock;
use crate::db::Db;
use crate::error::Result;
use crate::schedule::words;
use crate::settings::Folder;
use crate::state::Firing;
use crate::store::fires::{self, Fire};

/// Due times that are looked back over.
const BACK: i64 = 1000;

/// The last run, and what was due since and did not run.
#[derive(Default, Serialize)]
pub(super) struct Last {
    run: Option<Ran>,
    missed_since: usize,
    skipped_since: usize,
}

#[derive(Serialize)]
struct Ran {
    due: String,
    state: &'static str,
    reason: String,
    files: Option<i64>,
    batch: Option<i64>,
    #[serde(skip)]
    says: String,
}

impl Last {
    /// As the store has it. Where there is no store yet, nothing ran.
    pub(super) async fn of(folder: &Folder, schedule: &str) -> Result<Self> {
        let file = folder.database();
        if !file.exists() {
            return Ok(Self::default());
        }
        let db = Db::open_reading(&file).await?;
        // A store that no newer program has opened yet has no such table: nothing ran.
        let newest = fires::newest(&db, schedule, BACK).await.unwrap_or_default();
        db.close().await;
        let mut last = Self::default();
        for fire in &newest {
            match fire.state {
                Firing::Missed => last.missed_since += 1,
                Firing::Skipped => last.skipped_since += 1,
                Firing::Queued => {}
                Firing::Fired | Firing::Begun | Firing::Done | Firing::Failed => {
                    last.run = Some(ran(fire));
                    break;
                }
            }
        }
        Ok(last)
    }

    /// Label and value for people.
    pub(super) fn lines(&self) -> Vec<(String, String)> {
        let last = self.run.as_ref().map_or("it has not run by itself yet", |run| &run.says);
        let mut lines = vec![("Last".to_owned(), last.to_owned())];
        let since = [
            (self.missed_since, "missed since, when nobody served"),
            (self.skipped_since, "skipped since, while the last was under way"),
        ];
        for (n, what) in since.into_iter().filter(|(n, _)| *n > 0) {
            lines.push((String::new(), format!("{n} {what}")));
        }
        lines
    }
}

fn ran(fire: &Fire) -> Ran {
    let at = fire.due.to_zoned(clock::zone());
    Ran {
        due: moment(&at),
        state: fire.state.as_str(),
        reason: fire.reason.clone(),
        files: fire.files,
        batch: fire.batch.map(|batch| batch.0),
        says: format!("{}: {}", words::run(&at), came(fire)),
    }
}

/// What came of it.
fn came(fire: &Fire) -> String {
    let mut text = match fire.state {
        Firing::Fired | Firing::Begun => "under way".to_owned(),
        Firing::Failed => format!("FAILED: {}", reason(&fire.reason)),
        Firing::Done if fire.reason == fires::NOTHING_TO_TAKE => "nothing to take".to_owned(),
        Firing::Done | Firing::Queued | Firing::Missed | Firing::Skipped => "done".to_owned(),
    };
    if let Some(files) = fire.files.filter(|n| *n > 0) {
        text.push_str(&format!(", {}", many(files, "file")));
    }
    if let (Some(batch), Some(state)) = (fire.batch, fire.batch_state) {
        text.push_str(&format!(", batch {batch} is {state}"));
    }
    text
}

/// A code of why, in words.
fn reason(code: &str) -> &str {
    match code {
        "file-refused" => "a file was put into refused",
        "setting-wrong" => "a setting is wrong, or something it needs is not there",
        "still-being-written" => "a file was still being written and is left for the next run",
        "not-begun" => "it could not be begun",
        "fault" => "a fault in the program",
        fires::GONE => "the schedule was gone",
        other => other,
    }
}
