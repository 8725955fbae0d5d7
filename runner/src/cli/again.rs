//! Looking again at what was put off: in the foreground, for those without a service.

use std::collections::BTreeMap;
use std::sync::Arc;

use clap::Args;
use jiff::civil::Date;
use serde_json::json;

use super::out::Out;
use super::table::table;
use super::{NEEDS_A_PERSON, Office, WELL};
use crate::clock;
use crate::connections::Connections;
use crate::error::{Error, Result};
use crate::ids::ItemId;
use crate::operate::Looked;
use crate::run::{Look, Request, Runner};
use crate::schedule;
use crate::state::Item;

/// Look again at items whose day has come.
///
/// A case of a CRM is read anew, lookups and policy are those of the day, and its bot decides: a new
/// item follows the one that was put off and takes its place. What still waits is put off again by
/// itself, as often as its schedule says; then it is an officer's. The same command again
/// goes on where it was stopped. clerkwork serve does it by itself.
#[derive(Args)]
#[command(after_help = "Examples:\n  clerkwork look-again\n  \
    clerkwork look-again --schedule free-school-meals --as-of 2026-12-01\n  \
    clerkwork look-again 3-231\n\n\
    Exit codes: 0 looked at, and nobody is needed; 1 one or more could not be looked at, and stay \
    put off; 3 looked at, and some wait for a person or a later day.")]
pub(super) struct LookAgain {
    /// Only these, also before their day.
    #[arg(value_name = "ITEM", conflicts_with = "schedule")]
    items: Vec<ItemId>,
    /// Only items of this schedule.
    #[arg(long, value_name = "NAME")]
    schedule: Option<String>,
    /// The day it is taken to be, YYYY-MM-DD (default: today in the United Kingdom).
    #[arg(long, value_name = "DATE")]
    as_of: Option<Date>,
}

/// What came of one item.
struct Line {
    earlier: ItemId,
    what: Result<Option<ItemId>>,
    how: &'static str,
}

impl LookAgain {
    pub(super) async fn run(self, office: &Office, out: &Out) -> Result<u8> {
        let today = self.as_of.unwrap_or_else(clock::today);
        let mut lines = Vec::new();
        for (name, items) in self.due(office, today).await? {
            match runner(office, &name, today).await {
                Ok(runner) => match runner.look_again(&items, !self.items.is_empty()).await {
                    Ok(looks) => lines.extend(looks.into_iter().map(line)),
                    Err(fault) => lines.extend(none_of(&items, &fault)),
                },
                Err(fault) => lines.extend(none_of(&items, &fault)),
            }
        }
        let gone_on = self.go_on(office).await?;
        tell(office, *out, today, &lines, &gone_on).await
    }

    /// What is to be looked at, by schedule.
    async fn due(&self, office: &Office, today: Date) -> Result<BTreeMap<String, Vec<ItemId>>> {
        let mut due: BTreeMap<String, Vec<ItemId>> = BTreeMap::new();
        for id in &self.items {
            let item = office.store.item(*id).await?;
            if item.state != Item::Postponed {
                return Err(Error::usage(
                    format!("item {id} is {}, and is not put off", item.state),
                    "only what was put off is looked at again; nothing was done",
                ));
            }
            let items = due.entry(office.store.batch(id.batch()).await?.schedule).or_default();
            if !items.contains(id) {
                items.push(*id);
            }
        }
        if !self.items.is_empty() {
            return Ok(due);
        }
        if let Some(name) = &self.schedule {
            schedule::find(&office.folder, name)?;
        }
        let wanted = |name: &str| self.schedule.as_ref().is_none_or(|only| only == name);
        for it in office.store.due_again(today).await? {
            if wanted(&it.schedule) {
                due.entry(it.schedule).or_default().push(it.item);
            }
        }
        Ok(due)
    }

    /// Goes on with looks that a process which died had begun.
    async fn go_on(&self, office: &Office) -> Result<Vec<(ItemId, Result<()>)>> {
        let mut gone_on = Vec::new();
        for id in office.store.unfinished_looks().await? {
            let batch = office.store.batch(id).await?;
            if self.schedule.as_ref().is_some_and(|only| *only != batch.schedule) {
                continue;
            }
            let gone = match runner(office, &batch.schedule, batch.today).await {
                Ok(runner) => runner.go_on_with(id).await.map(drop),
                Err(fault) => Err(fault),
            };
            gone_on.push((id.item(1), gone));
        }
        Ok(gone_on)
    }
}

async fn runner(office: &Office, name: &str, today: Date) -> Result<Runner> {
    let request = Request {
        schedule: schedule::find(&office.folder, name)?,
        input: None,
        output: None,
        lookups: BTreeMap::new(),
        again: false,
        dry_run: false,
        queued: false,
        name: None,
        opened_by: None,
        today,
    };
    Runner::new(
        Arc::clone(&office.folder),
        Arc::new(Connections::of(&office.store)),
        Arc::clone(&office.store),
        office.actor.clone(),
        request,
        Arc::new(|_| {}),
        super::run::stop_signal(),
    )
    .await
}

fn line(look: Look) -> Line {
    let (what, how) = match look.what {
        Ok((Looked::Opened(_, item), _)) => (Ok(Some(item)), "looked at"),
        Ok((Looked::Overtaken(item), _)) => (Ok(Some(item)), "overtaken"),
        Ok((Looked::No, _)) => (Ok(None), "taken up by somebody else"),
        Err(fault) => (Err(fault), "not looked at"),
    };
    Line { earlier: look.earlier, what, how }
}

/// None of these could be looked at, for one reason.
fn none_of(items: &[ItemId], fault: &Error) -> Vec<Line> {
    let said = |id: &ItemId| Line {
        earlier: *id,
        what: Err(Error::failed(fault.to_string(), "")),
        how: "not looked at",
    };
    items.iter().map(said).collect()
}

async fn tell(
    office: &Office,
    out: Out,
    today: Date,
    lines: &[Line],
    gone_on: &[(ItemId, Result<()>)],
) -> Result<u8> {
    let (mut rows, mut objects, mut code) = (Vec::new(), Vec::new(), WELL);
    let mut worse = |than: u8| {
        if code != 1 {
            code = than;
        }
    };
    for line in lines {
        let mut object = json!({"earlier": line.earlier.to_string(), "outcome": line.how});
        let mut row = vec![line.earlier.to_string(), line.how.to_owned()];
        match &line.what {
            Ok(Some(id)) => {
                let item = office.store.item(*id).await?;
                if item.state.unresolved() {
                    worse(NEEDS_A_PERSON);
                }
                row.extend([
                    id.to_string(),
                    item.state.to_string(),
                    item.reason.clone(),
                    item.until.clone().unwrap_or_default(),
                ]);
                object["item"] = json!(id.to_string());
                object["state"] = json!(item.state);
                object["reason"] = json!(item.reason);
                object["until"] = json!(item.until);
            }
            Ok(None) => {}
            Err(fault) => {
                worse(1);
                object["error"] = json!(fault.to_string());
            }
        }
        rows.push(row);
        objects.push(object);
    }
    out.object(&json!({
        "as_of": today.to_string(),
        "looks": objects,
        "gone_on": gone_on.iter().map(|(id, gone)| json!({
            "item": id.to_string(),
            "error": gone.as_ref().err().map(ToString::to_string),
        })).collect::<Vec<_>>(),
    }));
    if rows.is_empty() && gone_on.is_empty() {
        out.say(&format!("Nothing that was put off is due by {}.", today.strftime("%d/%m/%Y")));
    }
    if !rows.is_empty() {
        let headers = ["Put off", "Outcome", "Item now", "State", "Waits for", "Until"];
        out.answer(&table(&headers, &rows));
    }
    for (id, gone) in gone_on {
        let state = office.store.item(*id).await?.state;
        match gone {
            Ok(()) => out.answer(&format!("Went on with item {id}, which is {state} now.")),
            Err(fault) => {
                code = 1;
                out.answer(&format!("Item {id} is {state}, and cannot be gone on with: {fault}"));
            }
        }
    }
    for line in lines {
        if let Err(fault) = &line.what {
            out.answer(&format!("\nItem {} stays put off: {fault}", line.earlier));
        }
    }
    Ok(code)
}
