//! `clerkwork retention`: what is past its time, and its erasure.

use clap::Args;
use jiff::civil::Date;
use serde_json::json;

use super::out::Out;
use super::{Office, WELL};
use crate::clock;
use crate::error::{Error, Result};
use crate::job_log;
use crate::retention::{self, FILE, List};

/// List what is past the council's retention periods (retention.toml); erase it with --apply.
///
/// Erased are cases, rulings, officers' notes, rows turned away, the means to find them, their
/// keys, and the sealed original of the batch. Counts and the job log remain, and the log still
/// verifies. Reports, lookups and backups outside the store are not reached: they have periods of
/// their own.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  clerkwork retention\n  clerkwork retention --as-of 2032-07-01\n  \
    clerkwork retention --apply"
)]
pub(super) struct Retention {
    /// Erase what is listed. It cannot be undone.
    #[arg(long)]
    apply: bool,
    /// The day to look from (default: today).
    #[arg(long, value_name = "YYYY-MM-DD")]
    as_of: Option<Date>,
    /// Erase although the day has not come.
    #[arg(long)]
    yes: bool,
}

impl Retention {
    pub(super) async fn run(self, office: &Office, out: &Out) -> Result<u8> {
        let rules = retention::rules(&office.folder)?;
        if rules.is_empty() {
            return Err(Error::usage(
                format!("there is no {FILE} with rules in the data folder"),
                "write one; fixtures/council/retention.toml is a whole one, to copy from",
            ));
        }
        let today = clock::today();
        let day = self.as_of.unwrap_or(today);
        if self.apply && day > today && !self.yes {
            return Err(Error::usage(
                format!("{day} has not come, and what is erased cannot be brought back"),
                "leave --as-of out, or say --yes if you mean it; nothing was erased",
            ));
        }
        let list = retention::due(&office.folder, &office.store, &rules, day).await?;
        let kept = retention::uncovered(&rules);
        let erased = if self.apply {
            let (folder, store) = (&office.folder, &office.store);
            let erased = retention::erase(folder, store, &list, &office.actor).await?;
            job_log::checkpoint(&store.db, folder).await?;
            Some(erased)
        } else {
            None
        };
        let due: Vec<_> = list
            .due
            .iter()
            .map(|due| {
                json!({
                    "rule": due.rule.id,
                    "process": due.rule.process,
                    "what": due.rule.what,
                    "batch": due.batch.0,
                    "count": due.items.len(),
                    "since": due.since,
                    "authority": due.rule.authority,
                })
            })
            .collect();
        out.object(&json!({
            "as_of": day,
            "due": due,
            "count": list.count(),
            "undated": list.undated,
            "no_rule": kept,
            "applied": erased.is_some(),
            "erased": erased.map(|it| it.count),
            "originals": erased.map(|it| it.originals),
            "wal_emptied": erased.map(|it| it.wal_emptied),
        }));
        let mut lines = lines(&list, &kept);
        match erased {
            Some(erased) => {
                lines.push(format!(
                    "Erased: {} items and rows, {} originals",
                    erased.count, erased.originals
                ));
                if !erased.wal_emptied {
                    lines.push(
                        "note: something reads the store, so traces stay in clerkwork.db-wal; run \
                         the same command again when nothing is at work"
                            .to_owned(),
                    );
                }
            }
            None if list.count() > 0 => {
                lines.push(
                    "Nothing was erased; to erase it: clerkwork retention --apply".to_owned(),
                );
            }
            None => {}
        }
        out.answer(&lines.join("\n"));
        Ok(WELL)
    }
}

fn lines(list: &List, kept: &[String]) -> Vec<String> {
    let mut lines = Vec::new();
    for due in &list.due {
        lines.push(format!(
            "batch {:<6} {:>8} {:<12} due since {}  {} ({})",
            due.batch.to_string(),
            due.items.len(),
            due.rule.what.as_str(),
            due.since.strftime("%d/%m/%Y"),
            due.rule.id,
            due.rule.authority,
        ));
    }
    if list.due.is_empty() {
        lines.push("Nothing is past its time".to_owned());
    }
    for (rule, n) in &list.undated {
        lines.push(format!(
            "note: rule {rule} cannot date {n} items: its table has no row for them"
        ));
    }
    for what in kept {
        lines.push(format!("note: no rule is about {what}: it is kept for ever"));
    }
    lines
}
