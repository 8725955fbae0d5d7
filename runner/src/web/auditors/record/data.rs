//! The record, gathered from the store. Whoever asks for it has said in the log that they look.

use clerkwork_bots::kit;

use super::shapes::{
    ActRecord, EntryRecord, LookedRecord, Pair, ReasonRecord, Record, RulingRecord, ToldRecord,
    WorkingRecord,
};
use crate::error::{Error, Result};
use crate::ids::ItemId;
use crate::job_log::tree::leaf_hash;
use crate::job_log::{self, Stored, hex};
use crate::record::{self, Line, Said};
use crate::shown::ItemShown;
use crate::store::Store;
use crate::store::batches::Batch;
use crate::store::items::{Listed, Ruled};
use crate::store::payload::{Label, open};
use crate::web::layout::sentence;
use crate::web::parts;

/// Log entries that a record holds.
const ENTRIES: i64 = 1000;

/// All that is known of an item.
pub(super) async fn data(store: &Store, item: &Listed, batch: &Batch) -> Result<Record> {
    let id = item.id;
    let bot = clerkwork_bots::find(&batch.bot);
    let case = match store.case(id).await {
        Ok(case) => Some(case),
        // Erased at the end of its time: what is left is the log.
        Err(Error::Usage(_)) => None,
        Err(fault) => return Err(fault),
    };
    let fields = case.as_ref().and_then(|(_, case)| record::fields(&batch.bot, case));
    let rulings = store.rulings(id).await?;
    let mut entries = job_log::of(&store.db, id.0, id.0, 0, ENTRIES + 1).await?;
    let most = usize::try_from(ENTRIES).unwrap_or(usize::MAX);
    let more = entries.len() > most;
    entries.truncate(most);
    let later = store.superseded_by(id).await?;
    Ok(Record {
        schedule: batch.schedule.clone(),
        bot: bot.map_or_else(|| batch.bot.clone(), |bot| bot.manifest().title.to_owned()),
        source: hex(&batch.source),
        came_at: batch.created_at,
        superseded_by: later.iter().map(ToString::to_string).collect(),
        reference: case.as_ref().map(|(_, case)| case.reference.clone()),
        case: fields.map(|fields| fields.iter().map(field).collect()),
        rulings: rulings.iter().map(|ruled| ruling(item, ruled)).collect(),
        acts: acts(store, id).await?,
        told: told(store, &batch.bot, id, case.as_ref().map(|(key, _)| key)).await?,
        entries: entries.iter().map(|stored| entry(&batch.bot, stored)).collect(),
        more,
        held: job_log::head(&store.db).await?.held(),
        item: ItemShown::from(item),
    })
}

fn field(said: &Said) -> Pair {
    Pair { label: said.label.clone(), value: shown(&said.value) }
}

fn shown(value: &kit::Shown) -> String {
    match value {
        kit::Shown::Empty => "Not said".to_owned(),
        kit::Shown::Date(day) => parts::date(*day),
        kit::Shown::Money(amount) => parts::money(*amount),
        kit::Shown::Text(_) | kit::Shown::Number(_) => value.to_string(),
    }
}

fn ruling(item: &Listed, ruled: &Ruled) -> RulingRecord {
    let (payload, ruling) = (&ruled.payload, &ruled.payload.ruling);
    let bot = clerkwork_bots::find(&payload.bot);
    let looked = bot.map_or_else(Vec::new, |bot| record::looked(bot, &payload.looked));
    RulingRecord {
        n: ruled.n,
        at: ruled.at,
        by: ruled.by.clone(),
        bot: format!("{} {}", payload.bot, payload.version),
        sha256: payload.sha256.clone(),
        policy: payload.policy.clone(),
        stands: ruled.n == item.ruling,
        settled: ruling.settled(),
        decision: ruling
            .decision
            .iter()
            .map(|(label, value)| Pair { label: label.clone(), value: shown(value) })
            .collect(),
        needs: ruling.needs.iter().map(|need| need.why.clone()).collect(),
        reasons: ruling.reasons.iter().map(reason).collect(),
        working: ruling.working.iter().map(working).collect(),
        looked: looked
            .into_iter()
            .map(|it| LookedRecord {
                lookup: it.lookup,
                found: it.found,
                records: it
                    .records
                    .iter()
                    .map(|fields| fields.iter().map(field).collect())
                    .collect(),
            })
            .collect(),
    }
}

fn reason(reason: &kit::Reason) -> ReasonRecord {
    ReasonRecord {
        text: reason.text.clone(),
        figure: reason.figure.clone(),
        from: parts::date(reason.from),
        source: reason.source.title.clone(),
        href: reason.source.href.clone(),
    }
}

fn working(line: &kit::Line) -> WorkingRecord {
    let rests_on = match line.from {
        Some(from) => format!("{} from {}", line.rule, parts::date(from)),
        None => line.source.clone(),
    };
    WorkingRecord { label: line.label.clone(), amount: line.amount.clone(), rests_on }
}

async fn acts(store: &Store, id: ItemId) -> Result<Vec<ActRecord>> {
    let acts = store.acts(id).await?.into_iter();
    Ok(acts.map(|act| ActRecord { at: act.at, by: act.by, what: act.what, why: act.why }).collect())
}

async fn told(
    store: &Store,
    bot: &str,
    id: ItemId,
    key: Option<&crate::vault::ItemKey>,
) -> Result<Vec<ToldRecord>> {
    let mut told = Vec::new();
    for post in store.post_backs(id).await? {
        let receipt = match (key, &post.receipt) {
            (Some(key), Some(sealed)) => {
                let receipt: serde_json::Value = open(key, Label::PostBack, id, sealed)?;
                Some(receipt.to_string())
            }
            _ => None,
        };
        told.push(ToldRecord {
            outlet: post.outlet,
            effect: post.effect,
            state: post.state.to_string(),
            since: post.changed_at,
            why: record::why(bot, &post.code),
            receipt,
        });
    }
    Ok(told)
}

fn entry(bot: &str, stored: &Stored) -> EntryRecord {
    let line = Line::of(stored);
    let reasons: Vec<String> = line.reasons.iter().map(|code| record::why(bot, code)).collect();
    EntryRecord {
        index: line.index,
        at: line.at.map(jiff::Timestamp::as_microsecond),
        tells: sentence(record::kind(&line.kind)),
        who: line.who,
        moved: line.moved,
        reasons: reasons.join(", "),
        seconds: line.seconds,
        hash: hex(&leaf_hash(&stored.bytes)),
    }
}
