//! All that is known of one item, gathered from the store. Personal.

use std::collections::BTreeMap;

use clerkwork_bots::kit;

use super::shapes::{
    ActShown, EntryLine, FieldShown, LookedShown, NeedShown, ReasonShown, RulingShown, Shown,
    ToldShown, WorkingShown,
};
use crate::error::{Error, Result};
use crate::ids::ItemId;
use crate::job_log;
use crate::record::{self, Line, Said};
use crate::shown::{ItemShown, rfc3339};
use crate::store::Store;
use crate::store::batches::Batch;
use crate::store::items::{Listed, Ruled};
use crate::store::payload::CasePayload;
use crate::web::officers::colleagues;
use crate::web::parts;

/// Log entries of an item that are shown.
const ENTRIES: i64 = 200;

/// All that is known of an item. Whoever asks for it has said in the log that they look.
pub(super) async fn data(store: &Store, item: &Listed, batch: &Batch) -> Result<Shown> {
    let id = item.id;
    let names = colleagues::names(store).await?;
    let case = match store.case(id).await {
        Ok((_, case)) => Some(case),
        // Erased at the end of its time: what is left is the log.
        Err(Error::Usage(_)) => None,
        Err(fault) => return Err(fault),
    };
    let rulings = store.rulings(id).await?;
    let standing = rulings.iter().find(|ruled| ruled.n == item.ruling);
    let bot = clerkwork_bots::find(&batch.bot);
    let looked = bot.zip(standing).map_or_else(Vec::new, |(bot, ruled)| {
        record::looked(bot, &ruled.payload.looked).into_iter().map(looked).collect()
    });
    let entries = job_log::of(&store.db, id.0, id.0, 0, ENTRIES).await?;
    Ok(Shown {
        schedule: batch.schedule.clone(),
        bot: batch.bot.clone(),
        title: bot.map_or_else(|| batch.bot.clone(), |bot| bot.manifest().title.to_owned()),
        why: record::why(&batch.bot, &item.reason),
        due: due(store, id).await?,
        looks: store.looks(id).await?.iter().map(ToString::to_string).collect(),
        superseded_by: numbers(&store.superseded_by(id).await?),
        award_ended: store.award_end(id).await?.map(|end| record::award_ended(&batch.bot, &end)),
        reference: case.as_ref().map(|case| case.reference.clone()),
        case: case.as_ref().and_then(|case| fields(&batch.bot, case)),
        looked,
        rulings: rulings.iter().rev().map(|ruled| ruling(item, ruled, &names)).collect(),
        told: told(store, &batch.bot, id).await?,
        acts: acts(store, id, &names).await?,
        log: entries.iter().map(|stored| entry(&Line::of(stored), &names)).collect(),
        item: ItemShown::from(item),
    })
}

async fn due(store: &Store, id: ItemId) -> Result<Option<String>> {
    Ok(store.due(id).await?.map(|due| due.to_string()))
}

fn numbers(ids: &[ItemId]) -> Vec<String> {
    ids.iter().map(ToString::to_string).collect()
}

/// The case under its form's labels.
pub(super) fn fields(bot: &str, case: &CasePayload) -> Option<Vec<FieldShown>> {
    Some(record::fields(bot, case)?.into_iter().map(field).collect())
}

/// The decision, column by column.
pub(super) fn decision(ruling: &kit::Ruling) -> Vec<FieldShown> {
    let columns = ruling.decision.iter();
    columns.map(|(key, value)| shown(key.clone(), key.clone(), value)).collect()
}

fn field(said: Said) -> FieldShown {
    shown(said.key, said.label, &said.value)
}

fn shown(key: String, label: String, value: &kit::Shown) -> FieldShown {
    let (kind, said) = match value {
        kit::Shown::Empty => ("empty", "Not said".to_owned()),
        kit::Shown::Text(text) => ("text", text.clone()),
        kit::Shown::Date(day) => ("date", parts::date(*day)),
        kit::Shown::Money(amount) => ("money", parts::money(*amount)),
        kit::Shown::Number(number) => ("number", number.to_string()),
    };
    FieldShown { key, label, kind, value: value.to_string(), said }
}

fn looked(looked: record::Looked) -> LookedShown {
    let fields = |record: Vec<Said>| record.into_iter().map(field).collect();
    LookedShown {
        lookup: looked.lookup,
        purpose: looked.purpose,
        found: looked.found,
        records: looked.records.into_iter().map(fields).collect(),
    }
}

fn ruling(item: &Listed, ruled: &Ruled, names: &BTreeMap<String, String>) -> RulingShown {
    let (payload, ruling) = (&ruled.payload, &ruled.payload.ruling);
    let by = if ruled.by == payload.bot {
        format!("{} {}", payload.bot, payload.version)
    } else {
        name(&ruled.by, names)
    };
    let bot = clerkwork_bots::find(&payload.bot);
    let missing = bot.map_or_else(Vec::new, |bot| bot.complete(&mut ruling.clone()));
    RulingShown {
        n: ruled.n,
        at: rfc3339(Some(ruled.at)),
        by,
        stands: ruled.n == item.ruling,
        settled: ruling.settled(),
        decision: decision(ruling),
        needs: ruling.needs.iter().map(need).collect(),
        reasons: ruling.reasons.iter().map(reason).collect(),
        working: ruling.working.iter().map(working).collect(),
        missing,
        micros: ruled.at,
    }
}

fn need(need: &kit::Need) -> NeedShown {
    NeedShown { code: need.code.clone(), why: need.why.clone(), sensitive: need.sensitive }
}

fn reason(reason: &kit::Reason) -> ReasonShown {
    ReasonShown {
        code: reason.code.clone(),
        text: reason.text.clone(),
        figure: reason.figure.clone(),
        from: reason.from.to_string(),
        source: reason.source.title.clone(),
        href: reason.source.href.clone(),
    }
}

fn working(line: &kit::Line) -> WorkingShown {
    let rests_on = match line.from {
        Some(from) => format!("{} from {}", line.rule, parts::date(from)),
        None => line.source.clone(),
    };
    WorkingShown { label: line.label.clone(), amount: line.amount.clone(), rests_on }
}

async fn told(store: &Store, bot: &str, id: ItemId) -> Result<Vec<ToldShown>> {
    let told = store.post_backs(id).await?.into_iter().map(|post| ToldShown {
        why: record::why(bot, &post.code),
        receipt: post.receipt.is_some(),
        since: rfc3339(Some(post.changed_at)),
        micros: post.changed_at,
        outlet: post.outlet,
        effect: post.effect,
        state: post.state,
    });
    Ok(told.collect())
}

async fn acts(
    store: &Store,
    id: ItemId,
    names: &BTreeMap<String, String>,
) -> Result<Vec<ActShown>> {
    let acts = store.acts(id).await?.into_iter().map(|act| ActShown {
        at: rfc3339(Some(act.at)),
        by: name(&act.by, names),
        micros: act.at,
        what: act.what,
        why: act.why,
    });
    Ok(acts.collect())
}

fn entry(line: &Line, names: &BTreeMap<String, String>) -> EntryLine {
    let micros = line.at.map(jiff::Timestamp::as_microsecond);
    EntryLine {
        index: line.index,
        at: rfc3339(micros),
        tells: record::kind(&line.kind).to_owned(),
        kind: line.kind.clone(),
        who: name(&line.who, names),
        moved: line.moved.clone(),
        micros,
    }
}

/// How colleagues know somebody; whoever has no account here is named as the log names them.
fn name(who: &str, names: &BTreeMap<String, String>) -> String {
    names.get(who).cloned().unwrap_or_else(|| who.to_owned())
}
