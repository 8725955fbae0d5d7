//! `clerkwork hand-out`: the lists that others work by.

use std::path::PathBuf;

use clap::Args;
use clerkwork_bots::kit::HandOut;
use jiff::civil::Date;
use serde_json::{Value, json};

use super::bots::find;
use super::out::Out;
use super::table::{laid_out, many, wrapped};
use super::{NEEDS_A_PERSON, Office, WELL};
use crate::clock;
use crate::error::{Error, Result};
use crate::hand_out::{Asked, Made, hand_out};
use crate::ids::ItemId;
use crate::job_log;

/// Items that are named of each thing that a person must look at.
const NAMED: usize = 10;

/// Make the lists that others work by, such as who eats free in each school, and the flag file of
/// the school system. Awards that end by what the lookup says end, and what they would still have
/// been paid is withdrawn.
///
/// The same again, with nothing changed, does nothing.
#[derive(Args)]
#[command(after_help = "Examples:\n  clerkwork hand-out free-school-meals --dry-run\n  \
    clerkwork hand-out free-school-meals --lookup school-roll=roll.xlsx\n  \
    clerkwork hand-out free-school-meals --as-at 2026-08-10 --yes")]
pub(super) struct Arguments {
    /// The bot whose lists they are.
    bot: String,
    /// The day that they are of (default: today).
    #[arg(long, value_name = "YYYY-MM-DD")]
    as_at: Option<Date>,
    /// The file of the lookup that they rest on, where it is another than the schedule's.
    #[arg(long, value_name = "NAME=FILE", value_parser = super::run::lookup)]
    lookup: Option<(String, Option<PathBuf>)>,
    /// The schedule that says where the lookup is (default: that of the bot's name).
    #[arg(long, value_name = "NAME")]
    schedule: Option<String>,
    /// The folder that they go to, where it is another than hand-out.toml says.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// So many awards may end at once, where it is more than hand-out.toml allows.
    #[arg(long, value_name = "N")]
    ends_at_most: Option<usize>,
    /// Say what would come, write nothing and end no award.
    #[arg(long)]
    dry_run: bool,
    /// Make them although the day has not come.
    #[arg(long)]
    yes: bool,
}

impl Arguments {
    pub(super) async fn run(self, office: &Office, out: &Out) -> Result<u8> {
        let bot = find(&self.bot)?;
        let today = clock::today();
        let as_at = self.as_at.unwrap_or(today);
        if as_at > today && !self.dry_run && !self.yes {
            return Err(Error::usage(
                format!("{as_at} has not come, and an award that ends stays ended"),
                "leave --as-at out, look with --dry-run, or say --yes if you mean it",
            ));
        }
        let lookup = match (self.lookup, bot.hand_out()) {
            (Some((name, Some(file))), Some(what)) if name == what.lookup => Some(file),
            (Some(_), Some(what)) => {
                return Err(Error::usage(
                    format!("these lists rest on the lookup {}, and on nothing else", what.lookup),
                    format!("name its file: --lookup {}=FILE", what.lookup),
                ));
            }
            (Some(_) | None, _) => None,
        };
        let asked = Asked {
            bot,
            schedule: self.schedule.unwrap_or_else(|| self.bot.clone()),
            as_at,
            lookup,
            folder: self.out,
            ends_at_most: self.ends_at_most,
            dry_run: self.dry_run,
        };
        let made = hand_out(&office.folder, &office.store, &office.actor, &asked).await?;
        if !made.unchanged && !asked.dry_run {
            job_log::checkpoint(&office.store.db, &office.folder).await?;
        }
        for notice in &made.notices {
            tracing::warn!("{notice}");
        }
        out.object(&object(&asked, &made));
        if let Some(what) = bot.hand_out() {
            let text = text(&asked, &made, what);
            if asked.dry_run { out.answer(&text) } else { out.say(&text) }
        }
        Ok(if made.told.is_empty() { WELL } else { NEEDS_A_PERSON })
    }
}

fn text(asked: &Asked, made: &Made, what: &HandOut) -> String {
    let rows: Vec<Vec<String>> = made
        .lists
        .iter()
        .map(|row| {
            let of = if row.list.of.is_empty() { row.title } else { &row.list.of };
            let mut cells = vec![of.to_owned(), row.list.file.clone()];
            cells.extend([row.list.count.to_string(), row.new.to_string(), row.gone.to_string()]);
            cells
        })
        .collect();
    let day = asked.as_at.strftime("%d/%m/%Y");
    let mut parts = vec![format!("Lists of {day}, {}", asked.bot.manifest().title)];
    parts.push(laid_out(&["List", "File", "In it", "New", "Gone"], &rows, 2));
    parts.push(ends(asked, made, what));
    if !made.told.is_empty() {
        let mut lines = vec!["A person must look at".to_owned()];
        for (code, items) in &made.told {
            let means = what.told.iter().find(|it| it.code == *code).map_or(*code, |it| it.means);
            lines.push(wrapped("-", &format!("{means}{}", of(items))));
        }
        parts.push(lines.join("\n"));
    }
    if made.erased > 0 {
        let erased = i64::try_from(made.erased).unwrap_or(i64::MAX);
        parts.push(format!("{} past retention: erased, and in no list", many(erased, "award")));
    }
    let folder = made.folder.display();
    parts.push(match (asked.dry_run, made.unchanged) {
        (true, _) => "Nothing was written, and no award has ended: this was a dry run".to_owned(),
        (false, true) => format!("Nothing has changed since they were last made: {folder}"),
        (false, false) => format!("Written: {folder}"),
    });
    parts.join("\n\n")
}

fn ends(asked: &Asked, made: &Made, what: &HandOut) -> String {
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let ended = match made.ended.len() {
        0 => "none ends".to_owned(),
        1 => "1 ends".to_owned(),
        n => format!("{n} end"),
    };
    let mut lines = vec![format!("{}: {ended}", many(count(made.awards), "award"))];
    for end in what.ends {
        let items: Vec<Option<ItemId>> = made
            .ended
            .iter()
            .filter(|(_, it)| it.reason == end.code)
            .map(|(item, _)| Some(*item))
            .collect();
        if !items.is_empty() {
            lines.push(wrapped("-", &format!("{}{}", end.means, of(&items))));
        }
    }
    if made.withdrawn > 0 {
        lines.push(wrapped("-", &format!("{} withdrawn", many(count(made.withdrawn), "payment"))));
    }
    if let (Some(why), true) = (&made.too_many, asked.dry_run) {
        lines.push(wrapped("-", &format!("without --ends-at-most they are refused: {why}")));
    }
    lines.join("\n")
}

/// `: 1-4, 1-9 and 3 more`.
fn of(items: &[Option<ItemId>]) -> String {
    let named: Vec<String> = items.iter().flatten().take(NAMED).map(ToString::to_string).collect();
    let more = items.iter().flatten().count().saturating_sub(named.len());
    match (named.is_empty(), more) {
        (true, _) => String::new(),
        (false, 0) => format!(": {}", named.join(", ")),
        (false, more) => format!(": {} and {more} more", named.join(", ")),
    }
}

fn object(asked: &Asked, made: &Made) -> Value {
    let list = |row: &crate::hand_out::Row| {
        json!({
            "list": row.list.kind,
            "of": row.list.of,
            "file": row.list.file,
            "count": row.list.count,
            "new": row.new,
            "gone": row.gone,
            "sha256": (!row.list.sha256.is_empty()).then(|| job_log::hex(&row.list.sha256)),
        })
    };
    let told = made.told.iter().map(|(code, items)| {
        let items: Vec<String> = items.iter().flatten().map(ToString::to_string).collect();
        json!({"code": code, "items": items})
    });
    let ended = made
        .ended
        .iter()
        .map(|(item, end)| json!({"item": item.to_string(), "on": end.on, "reason": end.reason}));
    json!({
        "bot": asked.bot.manifest().name,
        "as_at": asked.as_at,
        "folder": made.folder,
        "dry_run": asked.dry_run,
        "unchanged": made.unchanged,
        "lists": made.lists.iter().map(list).collect::<Vec<_>>(),
        "awards": made.awards,
        "ended": ended.collect::<Vec<_>>(),
        "too_many": made.too_many,
        "withdrawn": made.withdrawn,
        "told": told.collect::<Vec<_>>(),
        "erased": made.erased,
    })
}
