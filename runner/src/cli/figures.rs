//! `clerkwork figures`: what was done in a week, a month or any days.

use std::path::{Path, PathBuf};

use clap::Args;
use jiff::civil::Date;
use sha2::{Digest as _, Sha256};

use super::out::Out;
use super::table::{pairs, table};
use super::{Office, WELL};
use crate::clock;
use crate::error::{Error, Result};
use crate::figures::{self, Figures, Of, Period, Work};
use crate::job_log::{self, Entry, Kind};

/// Show what was done in some days, by bot: nothing personal.
///
/// Counted from the job log by day. What each figure is, and what it does not say, stands in
/// docs/figures.md. Without days it is this week so far.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  clerkwork figures\n  clerkwork figures --month 2026-11-01\n  \
    clerkwork figures --from 2026-04-01 --to 2026-06-30 -o quarter.xlsx"
)]
pub(super) struct Arguments {
    /// The first day.
    #[arg(long, value_name = "DATE", requires = "to", conflicts_with_all = ["week", "month"])]
    from: Option<Date>,
    /// The last day.
    #[arg(long, value_name = "DATE", requires = "from")]
    to: Option<Date>,
    /// The week in which this day lies, Monday to Sunday.
    #[arg(long, value_name = "DATE", conflicts_with = "month")]
    week: Option<Date>,
    /// The month in which this day lies.
    #[arg(long, value_name = "DATE")]
    month: Option<Date>,
    /// Write them to this file: .xlsx or .csv.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Count the whole log anew first: after a change of calendars.
    #[arg(long)]
    recount: bool,
}

impl Arguments {
    pub(super) async fn run(self, office: &Office, out: &Out) -> Result<u8> {
        let (store, folder) = (&office.store, &office.folder);
        let period = match (self.from, self.to, self.week, self.month) {
            (Some(from), Some(to), _, _) => Period::days(from, to)?,
            (_, _, Some(week), _) => Period::week(week),
            (_, _, _, Some(month)) => Period::month(month),
            _ => Period::week(clock::today()),
        };
        if let Some(path) = &self.output {
            known_ending(path)?;
        }
        if self.recount {
            figures::forget(store).await?;
        }
        let progress = figures::keep_up(store, folder, None).await?;
        let shown = figures::figures(store, &folder.council, period, None, progress).await?;
        out.object(&shown);
        out.answer(&text(&shown));
        if let Some(path) = &self.output {
            write(office, &shown, path).await?;
            out.say(&format!("\nWritten to {}", path.display()));
        }
        Ok(WELL)
    }
}

/// Whether we can write such a file.
fn known_ending(path: &Path) -> Result<bool> {
    match path.extension().and_then(|it| it.to_str()) {
        Some("xlsx") => Ok(true),
        Some("csv") => Ok(false),
        _ => Err(Error::usage(
            "figures are written as .xlsx or .csv",
            "give the file one of these endings: -o figures.xlsx",
        )),
    }
}

async fn write(office: &Office, shown: &Figures, path: &Path) -> Result<()> {
    let sha256 = if known_ending(path)? {
        figures::write_book(shown, path)?.sha256.to_vec()
    } else {
        let text = figures::csv(shown)?;
        std::fs::write(path, &text).map_err(Error::io(format!("writing {}", path.display())))?;
        Sha256::digest(&text).to_vec()
    };
    let entry = Entry::new(Kind::FiguresExported, &office.actor).sha256(&sha256);
    let mut tx = office.store.db.begin().await?;
    job_log::append(&mut tx, &[entry]).await?;
    tx.commit().await
}

fn text(shown: &Figures) -> String {
    let mut text = format!("{}\n\n", shown.period);
    let headings =
        ["Bot", "Rows", "Items", "Referred", "Settled", "First time", "Without a person"];
    let all = (shown.bots.len() != 1).then_some(&shown.all);
    let rows: Vec<Vec<String>> = shown.bots.iter().chain(all).map(row).collect();
    text.push_str(&table(&headings, &rows));
    for work in &shown.bots {
        text.extend([format!("\n\n{}\n", work.title), pairs(&lines(work))]);
    }
    let target = shown.assumptions.first_time_target;
    text.extend([format!(
        "\n\nThe target for what is settled the first time is {target}%. There is none for what is \
         settled without a person."
    )]);
    if let Some(day) = shown.provisional_until {
        let day = day.strftime("%d/%m/%Y");
        text.extend([format!("\nWhat was settled the first time is provisional until {day}.")]);
    }
    text
}

fn row(work: &Work) -> Vec<String> {
    vec![
        work.title.clone(),
        work.volumes.rows.to_string(),
        work.volumes.items.to_string(),
        work.volumes.referred.to_string(),
        work.volumes.settled.to_string(),
        share(&work.first_time.all),
        share(&work.without_person),
    ]
}

fn share(of: &Of) -> String {
    of.percent.as_ref().map_or_else(|| "-".to_owned(), |percent| format!("{percent}%"))
}

fn lines(work: &Work) -> Vec<(String, String)> {
    let (settled, first) = (&work.settled, &work.first_time);
    let minutes = |n: Option<i64>| n.map_or_else(|| "-".to_owned(), |n| format!("{n} minutes"));
    let saved = work.saved.as_ref();
    let not_set = || "not set: say so in council.toml".to_owned();
    let mut lines: Vec<(String, String)> = [
        (
            "Settled",
            format!(
                "{} by the bot, {} confirmed, {} changed, {} by hand",
                settled.by_bot, settled.confirmed, settled.changed, settled.by_hand
            ),
        ),
        (
            "Not the first time",
            format!(
                "evidence asked {}, opened again {}, came again {}",
                first.evidence_asked, first.opened_again, first.came_again
            ),
        ),
        (
            "Time to settle",
            format!(
                "half within {}, nine in ten within {}",
                minutes(work.takes.all.median_minutes),
                minutes(work.takes.all.ninetieth_minutes)
            ),
        ),
        ("Overridden", share(&work.officers.overridden)),
        ("Minutes saved", saved.map_or_else(not_set, |it| it.minutes.normalize().to_string())),
        (
            "Money saved",
            saved.and_then(|it| it.pounds).map_or_else(not_set, |it| format!("£{it:.2}")),
        ),
    ]
    .map(|(label, value)| (label.to_owned(), value))
    .into();
    lines.extend(work.reasons.iter().map(|reason| {
        let n = reason.n.map_or_else(|| "fewer than 5".to_owned(), |n| n.to_string());
        (format!("Referred: {}", reason.words), n)
    }));
    lines
}
