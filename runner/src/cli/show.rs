//! `clerkwork show`: one batch or one item in full.

mod told;

use clap::Args;
use clerkwork_bots::kit::{Ruling, Shown};
use jiff::civil::Date;
use serde_json::{Value, json};

use super::lists::Subject;
use super::out::Out;
use super::table::{many, pairs, table, time, wrapped};
use super::{Office, WELL};
use crate::error::{Error, Result};
use crate::ids::{BatchId, ItemId};
use crate::job_log::{self, Stored};
use crate::pipeline::{codes, figures};
use crate::record;
use crate::review::viewed;
use crate::schedule;
use crate::shown::{BatchShown, EntryShown, ItemShown, rfc3339};
use crate::state::Item;
use crate::store::items::{Act, Listed, Ruled};
use crate::store::payload::CasePayload;
use crate::store::rows::Reported;

/// Log entries that are shown of one subject.
const ENTRIES: i64 = 200;

/// Show a batch (3) or an item (3-231) in full.
///
/// An item's case is personal: that it was looked at is logged. With --json nothing personal is
/// printed, and nothing is logged.
#[derive(Args)]
#[command(after_help = "Examples:\n  clerkwork show 3\n  clerkwork show 3-231\n  \
    clerkwork show 3-231 --json")]
pub(super) struct Show {
    /// A batch, such as 3, or an item, such as 3-231.
    #[arg(value_name = "BATCH|ITEM")]
    subject: Subject,
}

impl Show {
    pub(super) async fn run(self, office: &Office, out: &Out) -> Result<u8> {
        match self.subject {
            Subject::Batch(id) => batch(office, out, id).await?,
            Subject::Item(id) => match office.store.item(id).await {
                Ok(item) => show_item(office, out, item).await?,
                Err(fault) => turned_away(office, out, id, fault).await?,
            },
        }
        Ok(WELL)
    }
}

async fn batch(office: &Office, out: &Out, id: BatchId) -> Result<()> {
    let store = &office.store;
    let batch = store.batch(id).await?;
    let whole = id.span().0;
    let entries = job_log::of(&store.db, whole, whole, 0, ENTRIES).await?;
    let acts = store.batch_acts(id).await?;
    if out.json {
        let mut object = json!(BatchShown::from(&batch));
        object["acts"] = acts_json(&acts);
        object["log"] = log_json(&entries);
        out.object(&object);
        return Ok(());
    }
    let totals = &batch.totals;
    let mut text = format!("Batch {id} is {}\n\n", batch.state);
    let mut about = vec![
        ("Schedule".to_owned(), batch.schedule.clone()),
        ("Bot".to_owned(), batch.bot.clone()),
        ("Opened".to_owned(), time(batch.created_at)),
        ("Day of the run".to_owned(), day(batch.today)),
        ("Source, SHA-256".to_owned(), job_log::hex(&batch.source)),
    ];
    if let Some(earlier) = batch.follows {
        about.push(("Follows batch".to_owned(), earlier.to_string()));
    }
    for (lookup, version) in &batch.lookups {
        let version = if version == "none" { "not looked at" } else { version };
        about.push((format!("Lookup {lookup}"), version.to_owned()));
    }
    text.push_str(&pairs(&about));
    text.push_str("\n\nTOTALS\n");
    for (label, n) in totals.lines() {
        text.extend([format!("  {label:<16}{n:>10}\n")]);
    }
    if !totals.balance() {
        text.push_str("  These DO NOT BALANCE: run clerkwork doctor\n");
    }
    text.push_str(&acts_text(&acts));
    text.push_str("\nHISTORY\n");
    text.push_str(&log_text(&entries));
    if totals.unresolved() > 0 {
        let items = many(totals.unresolved(), "item");
        text.extend([format!(
            "\n\n{items} to settle: clerkwork items --batch {id} --state referred"
        )]);
    }
    out.answer(&text);
    Ok(())
}

async fn show_item(office: &Office, out: &Out, item: Listed) -> Result<()> {
    let (store, id) = (&office.store, item.id);
    let later = store.superseded_by(id).await?;
    let entries = job_log::of(&store.db, id.0, id.0, 0, ENTRIES).await?;
    let looks = store.looks(id).await?;
    let (schedules, _) = schedule::all(&office.folder)?;
    let named = schedules.get(&store.batch(id.batch()).await?.schedule);
    let again = named.map(|schedule| schedule.again).unwrap_or_default();
    if out.json {
        let mut object = json!(ItemShown::from(&item));
        object["looks"] = json!({
            "days": looks.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "times": again.times,
            "every_days": again.days,
        });
        let later: Vec<String> = later.iter().map(ToString::to_string).collect();
        object["superseded_by"] = json!(later);
        object["rulings"] = store.rulings(id).await?.iter().map(ruling_json).collect();
        object["acts"] = acts_json(&store.acts(id).await?);
        let end = store.award_end(id).await?;
        object["award_ended"] = json!(end.map(|end| json!({"on": end.on, "reason": end.reason})));
        object["told"] = told::object(&store.post_backs(id).await?);
        object["log"] = log_json(&entries);
        out.object(&object);
        return Ok(());
    }
    viewed(store, &office.actor, id).await?;
    let batch = store.batch(id.batch()).await?;
    let mut text = format!("Item {id} is {} (since {})\n\n", item.state, time(item.changed_at));
    let mut about = vec![("Batch".to_owned(), format!("{} ({})", batch.id, batch.schedule))];
    let mut say = |label: &str, value: Option<String>| {
        about.extend(value.map(|value| (label.to_owned(), value)));
    };
    say("Row", Some(item.row.to_string()));
    say("Waits for a person", Some(item.reason.clone()).filter(|reason| !reason.is_empty()));
    say("Assigned to", item.assigned_to.clone());
    let until = if item.state == Item::Postponed { "Put off until" } else { "Until" };
    say(until, item.until.clone().filter(|_| !item.state.next().is_empty()));
    if item.state == Item::Postponed || !looks.is_empty() {
        let days: Vec<String> = looks.iter().map(|it| day(*it)).collect();
        let days = if days.is_empty() { "not yet".to_owned() } else { days.join(", ") };
        say(
            "Looked at again",
            Some(format!("{days} ({} of {} at most)", looks.len(), again.times)),
        );
    }
    say("Decided", item.decided_at.map(time));
    say("Follows", item.follows.map(|earlier| earlier.to_string()));
    for later in &later {
        say("Superseded by", Some(later.to_string()));
    }
    let end = store.award_end(id).await?;
    say("Award ended", end.map(|end| record::award_ended(&batch.bot, &end)));
    text.push_str(&pairs(&about));
    match store.case(id).await {
        Ok((_, case)) => text.push_str(&case_text(&batch.bot, &case)),
        Err(Error::Usage(erased)) => text.extend([format!("\n\n{erased}")]),
        Err(fault) => return Err(fault),
    }
    let rulings = store.rulings(id).await?;
    for ruled in rulings.iter().rev() {
        text.push_str(&card(&item, ruled));
    }
    text.push_str(&told::text(&store.post_backs(id).await?));
    text.push_str(&acts_text(&store.acts(id).await?));
    text.push_str("\n\nLOG\n");
    text.push_str(&log_text(&entries));
    out.answer(&text);
    Ok(())
}

/// A row that did not become an item has a page of its own.
async fn turned_away(office: &Office, out: &Out, id: ItemId, fault: Error) -> Result<()> {
    if !matches!(fault, Error::Usage(_)) {
        return Err(fault);
    }
    let rows = office.store.report_rows(id.batch(), id.place() - 1, 1).await?;
    let Some(row) = rows.first().filter(|row| row.id() == id) else { return Err(fault) };
    let Reported::TurnedAway { row, duplicate, payload, .. } = office.store.reported(row, &[])?
    else {
        return Err(fault);
    };
    let outcome = if duplicate { "duplicate" } else { "rejected" };
    let faults: Vec<Value> = payload
        .faults
        .iter()
        .map(
            |fault| json!({"column": fault.column, "code": fault.code, "expected": fault.expected}),
        )
        .collect();
    out.object(&json!({
        "item": id.to_string(),
        "row": row,
        "outcome": outcome,
        "repeats": payload.repeats,
        "faults": faults,
    }));
    let mut text = format!("Row {row} of batch {} did not become an item: {outcome}", id.batch());
    if duplicate {
        text.extend([format!("\n{}", wrapped("-", &payload.why))]);
    }
    for fault in &payload.faults {
        let line = format!("{}: expected {}", fault.column, fault.expected);
        text.extend([format!("\n{}", wrapped("-", &line))]);
    }
    out.answer(&text);
    Ok(())
}

/// The case under the headers of its sheet.
fn case_text(bot: &str, case: &CasePayload) -> String {
    let Some(fields) = record::fields(bot, case) else {
        return "\n\nCASE\n  It cannot be read by this version of its bot.".to_owned();
    };
    let lines: Vec<(String, String)> =
        fields.iter().map(|field| (field.label.clone(), shown(&field.value))).collect();
    format!("\n\nCASE\n{}", pairs(&lines))
}

/// A ruling as a card: what is decided, who is needed, why, by which law, worked out how.
fn card(item: &Listed, ruled: &Ruled) -> String {
    let (ruling, payload) = (&ruled.payload.ruling, &ruled.payload);
    let stands = ruled.n == item.ruling;
    let title = match (stands, ruling.settled()) {
        (true, true) => "DECISION",
        (true, false) => "RECOMMENDATION",
        (false, _) => "EARLIER RECOMMENDATION",
    };
    let by = if ruled.by == payload.bot {
        format!("{} {}", payload.bot, payload.version)
    } else {
        ruled.by.clone()
    };
    let mut text = format!("\n\n{title} (ruling {}, {by}, {})\n", ruled.n, time(ruled.at));
    let decision: Vec<(String, String)> =
        ruling.decision.iter().map(|(header, value)| (header.clone(), shown(value))).collect();
    text.push_str(&pairs(&decision));
    if !ruling.needs.is_empty() {
        text.push_str("\n\n  A person is needed for");
        for need in &ruling.needs {
            text.extend([format!("\n{}", wrapped("-", &need.why))]);
        }
    }
    if !stands {
        return text;
    }
    text.push_str("\n\n  Reasons");
    for reason in &ruling.reasons {
        text.extend([format!("\n{}", wrapped("-", &reason.text))]);
    }
    text.push_str("\n\n  Law");
    for law in ruling.law_text().lines() {
        text.extend([format!("\n{}", wrapped("-", law))]);
    }
    text.push_str(&working(ruling));
    text
}

/// The working as a statement.
fn working(ruling: &Ruling) -> String {
    if ruling.working.is_empty() {
        return String::new();
    }
    let rows: Vec<Vec<String>> = ruling
        .working
        .iter()
        .map(|line| {
            let rests_on = match line.from {
                Some(from) => format!("{} from {}", line.rule, day(from)),
                None => line.source.clone(),
            };
            vec![line.label.clone(), line.amount.clone(), rests_on]
        })
        .collect();
    let lines = table(&["Working", "Amount", "Rests on"], &rows);
    let lines: Vec<String> = lines.lines().map(|line| format!("  {line}")).collect();
    format!("\n\n{}", lines.join("\n"))
}

fn shown(value: &Shown) -> String {
    match value {
        Shown::Empty => "-".to_owned(),
        Shown::Date(date) => day(*date),
        // The sign stands before the pound.
        Shown::Money(owed) if owed.is_sign_negative() => format!("-£{:.2}", owed.abs()),
        Shown::Money(amount) => format!("£{amount:.2}"),
        Shown::Text(_) | Shown::Number(_) => value.to_string(),
    }
}

fn day(day: Date) -> String {
    day.strftime("%d/%m/%Y").to_string()
}

fn acts_text(acts: &[Act]) -> String {
    if acts.is_empty() {
        return String::new();
    }
    let mut text = "\n\nACTS".to_owned();
    for act in acts {
        let line = format!("{}  {}, {}: {}", time(act.at), act.by, act.what, act.why);
        text.extend([format!("\n{}", wrapped("-", &line))]);
    }
    text
}

/// Acts without the words.
fn acts_json(acts: &[Act]) -> Value {
    let acts =
        acts.iter().map(|act| json!({"at": rfc3339(Some(act.at)), "by": act.by, "what": act.what}));
    acts.collect()
}

fn ruling_json(ruled: &Ruled) -> Value {
    let payload = &ruled.payload;
    json!({
        "n": ruled.n,
        "at": rfc3339(Some(ruled.at)),
        "by": ruled.by,
        "bot": payload.mark(),
        "policy": payload.policy,
        "needs": codes(&payload.ruling),
        "figures": figures(&payload.ruling),
        "award": payload.ruling.award,
        "adverse": payload.ruling.adverse,
    })
}

fn log_json(entries: &[Stored]) -> Value {
    json!(entries.iter().map(EntryShown::from).collect::<Vec<_>>())
}

fn log_text(entries: &[Stored]) -> String {
    let rows: Vec<Vec<String>> = entries
        .iter()
        .map(|stored| {
            let line = record::Line::of(stored);
            let at = line.at.map_or_else(String::new, |at| time(at.as_microsecond()));
            let why = line.reasons.join(", ");
            vec![line.index.to_string(), at, line.kind, line.moved, line.who, why]
        })
        .collect();
    let text = table(&["Entry", "When", "What", "Moved", "Who", "Why"], &rows);
    text.lines().map(|line| format!("  {line}")).collect::<Vec<_>>().join("\n")
}
