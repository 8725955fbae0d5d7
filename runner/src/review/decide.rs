//! Confirm or change a recommendation. The officer's ruling is kept beside the bot's, with the
//! bot's reasons and the officer's own; it stands, and needs nobody any more.

use std::sync::Arc;

use clerkwork_bots::kit::{Cell, Holds, Reason, Registered, Ruling, Shown, Source, plain};

use crate::acts::{Acted, Acting, What};
use crate::clock;
use crate::error::{Error, Result};
use crate::ids::ItemId;
use crate::job_log::Kind;
use crate::outlets::{Outlets, Planned, Told};
use crate::payments::{self, Grounds};
use crate::pipeline::{self, figures};
use crate::schedule;
use crate::state::{Item, PostBack};
use crate::store::Store;
use crate::store::items::{NewRuling, Ruled, insert_rulings};
use crate::store::moves::Move;
use crate::store::payload::{Label, RulingPayload, seal_against};
use crate::store::payments::entitle;
use crate::store::post_backs;

/// A value for a decision column, as an officer gave it.
pub type Given<'a> = (&'a str, Cell<'a>);

/// A value that cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// The column, as it was given.
    pub column: String,
    /// What would be right.
    pub expected: String,
}

/// The bot of an item and the ruling that stands for it.
pub async fn recommended(store: &Store, id: ItemId) -> Result<(&'static Registered, Ruled)> {
    let item = store.item(id).await?;
    let ruled = store.rulings(id).await?.into_iter().find(|ruled| ruled.n == item.ruling);
    let ruled = ruled.ok_or_else(|| {
        Error::usage(
            format!("item {id} is {}, and has no ruling", item.state),
            "there is nothing to confirm or change in it",
        )
    })?;
    let name = &ruled.payload.bot;
    let bot = clerkwork_bots::find(name).ok_or_else(|| {
        Error::failed(
            format!("the bot {name} that ruled on item {id} is not installed"),
            "use the version of clerkwork that has it, or close the item by hand",
        )
    })?;
    Ok((bot, ruled))
}

/// Lets the bot's recommendation stand.
pub async fn confirm(acting: &Acting<'_>, id: ItemId) -> Result<Acted> {
    let settled = |bot: &Registered, ruling: &mut Ruling| {
        let missing = bot.complete(ruling);
        if missing.is_empty() {
            return Ok("An officer confirmed the recommendation".to_owned());
        }
        Err(Error::usage(
            format!("item {id} cannot be confirmed: {}", missing.join("; ")),
            format!(
                "a fact or figure is missing: decide it with clerkwork change {id} --set \
                 \"COLUMN=VALUE\" --why \"...\",\nor ask for it with clerkwork ask-evidence {id} \
                 --why \"...\""
            ),
        ))
    };
    rule(acting, id, What::Confirm, "confirmed", settled).await
}

/// Decides otherwise than recommended.
pub async fn change(
    acting: &Acting<'_>,
    id: ItemId,
    given: &[Given<'_>],
    epoch_1904: bool,
) -> Result<Acted> {
    let alter = |bot: &Registered, ruling: &mut Ruling| {
        let changes = read(bot, ruling, given, epoch_1904).map_err(|wrong| {
            let lines = wrong.iter().map(|wrong| format!("{}: {}", wrong.column, wrong.expected));
            Error::usage(format!("item {id} was not changed"), lines.collect::<Vec<_>>().join("\n"))
        })?;
        let before = ruling.clone();
        for (header, value) in changes {
            ruling.set(header, value);
        }
        let missing = bot.complete(ruling);
        if !missing.is_empty() {
            return Err(Error::usage(
                format!("item {id} was not changed: {}", missing.join("; ")),
                "say these too, each with --set \"COLUMN=VALUE\"",
            ));
        }
        told(&before, ruling).ok_or_else(|| {
            Error::usage(
                format!("that is what is recommended for item {id} already"),
                format!("to let it stand: clerkwork confirm {id} --why \"...\""),
            )
        })
    };
    rule(acting, id, What::Change, "changed", alter).await
}

/// Reads an officer's values for decision columns; every fault at once.
pub fn read(
    bot: &Registered,
    recommended: &Ruling,
    given: &[Given<'_>],
    epoch_1904: bool,
) -> Result<Vec<(&'static str, Shown)>, Vec<Wrong>> {
    let columns = bot.decision_columns();
    let (mut changes, mut faults) = (Vec::<(&'static str, Shown)>::new(), Vec::new());
    for (name, cell) in given {
        let mut wrong = |expected: String| {
            faults.push(Wrong { column: (*name).to_owned(), expected });
        };
        let Some(header) = columns.iter().find(|header| plain(header) == plain(name)) else {
            wrong(format!("one of the decision columns: {}", columns.join(", ")));
            continue;
        };
        if changes.iter().any(|(known, _)| known == header) {
            wrong("a column is changed once".to_owned());
            continue;
        }
        match holds(bot, recommended, header).read(*cell, epoch_1904) {
            Ok(value) => changes.push((header, value)),
            Err(expected) => wrong(expected),
        }
    }
    if given.is_empty() {
        let expected = format!("at least one of: {}", columns.join(", "));
        faults.push(Wrong { column: "new value".to_owned(), expected });
    }
    if faults.is_empty() { Ok(changes) } else { Err(faults) }
}

/// What the bot says of the column; where it says nothing, what its own ruling has there.
fn holds(bot: &Registered, recommended: &Ruling, header: &str) -> Holds {
    match (bot.holds(header), recommended.decision_value(header)) {
        (Holds::Text, Shown::Date(_)) => Holds::Date,
        (Holds::Text, Shown::Money(_)) => Holds::Money,
        (Holds::Text, Shown::Number(_)) => Holds::Number,
        (holds, _) => holds,
    }
}

/// What was changed, in a sentence; nothing if nothing was.
fn told(before: &Ruling, after: &Ruling) -> Option<String> {
    let shown = |value: &Shown| match value {
        Shown::Empty => "nothing".to_owned(),
        Shown::Date(date) => date.strftime("%d/%m/%Y").to_string(),
        Shown::Money(amount) => format!("£{amount:.2}"),
        Shown::Text(_) | Shown::Number(_) => value.to_string(),
    };
    let changed: Vec<String> = after
        .decision
        .iter()
        .filter(|(header, value)| before.decision_value(header) != value)
        .map(|(header, value)| {
            let was = shown(before.decision_value(header));
            format!("{header} from {was} to {}", shown(value))
        })
        .collect();
    (!changed.is_empty()).then(|| format!("An officer changed {}", changed.join(", ")))
}

/// Makes a ruling by the officer and lets it stand.
async fn rule(
    acting: &Acting<'_>,
    id: ItemId,
    what: What,
    code: &str,
    settle: impl FnOnce(&Registered, &mut Ruling) -> Result<String>,
) -> Result<Acted> {
    // Where it stands is asked first: who settled it meanwhile is the better answer.
    drop(acting.begin(id, what).await?);
    let (bot, ruled) = recommended(acting.store, id).await?;
    let (n, mut payload) = (ruled.n + 1, ruled.payload);
    let text = settle(bot, &mut payload.ruling)?;
    payload.ruling.needs.clear();
    payload.ruling.reasons.push(reason(code, &text, acting.why()));
    let mut planned = to_tell(acting, bot, id, n, &payload).await?;
    if what == What::Confirm {
        // What stands as it was recommended is not said once more where it is said already.
        let told = acting.store.post_backs(id).await?;
        let made = |outlet: &str, effect: &str| {
            told.iter().any(|it| {
                it.state == PostBack::Made && it.outlet == outlet && base(&it.effect) == effect
            })
        };
        planned.retain(|(outlet, effect, _)| !made(outlet, base(effect)));
    }

    let policy = pipeline::policy(acting.folder, bot)?;
    let (follows, (_, case)) = (acting.store.item(id).await?.follows, acting.store.case(id).await?);

    let (mut tx, at) = acting.begin(id, what).await?;
    if at.ruling != ruled.n {
        return Err(Error::failed(
            format!("item {id} was ruled upon anew meanwhile"),
            format!("look at it again: clerkwork show {id}"),
        ));
    }
    let key = acting.store.item_key(&mut tx, id).await?;
    let pattern = acting.store.pattern(id.batch()).await?;
    let sealed = seal_against(&pattern, &key, Label::Ruling, id, &payload)?;
    let grounds = Grounds {
        bot,
        policy: &policy,
        item: id,
        follows,
        n,
        case: case.case.get().as_bytes(),
        ruling: &payload.ruling,
    };
    let entitled = payments::entitled(&acting.store.vault, &key, &grounds)?;
    let ruling = NewRuling { item: id, n, sealed: sealed.bytes };
    insert_rulings(&mut tx, vec![ruling], &acting.actor.id).await?;
    let others = !planned.is_empty();
    let changed = acting
        .entry(Kind::ItemChanged)
        .item(id)
        .item_move(at.state, Item::Decided)
        .bot(&payload.mark())
        .policy(&payload.policy)
        .figures(figures(&payload.ruling))
        .reasons(vec![code.to_owned()])
        .payload(&sealed.commitment);
    let step = |from, to| Move {
        item: id,
        from,
        to,
        reason: String::new(),
        award: payload.ruling.award,
        ruling: n,
    };
    let decided = step(at.state, Item::Decided);
    if others {
        // Two entries: one commits to the ruling, one to the officer's words.
        let words = acting.entry(Kind::ItemChanged).reasons(vec![code.to_owned()]);
        let words = acting.keep(&mut tx, id, what.as_str(), words).await?;
        acting.through(&mut tx, &at, &[decided], &[changed, words]).await?;
        let first = post_backs::next_number(&mut tx, id).await?;
        post_backs::insert(&mut tx, Outlets::sealed(&key, id, n, first, planned)?).await?;
    } else {
        let done = acting.entry(Kind::ItemMoved).item_move(Item::Decided, Item::Done);
        let done = done.reasons(vec![code.to_owned()]);
        let done = acting.keep(&mut tx, id, what.as_str(), done).await?;
        let steps = [decided, step(Item::Decided, Item::Done)];
        acting.through(&mut tx, &at, &steps, &[changed, done]).await?;
    }
    crate::store::acts::wait_until(&mut tx, id, None).await?;
    entitle(&mut tx, vec![entitled], &acting.actor).await?;
    acting.end(tx, id).await
}

/// What others are to be told of an officer's ruling. Where that cannot be worked out nothing is
/// decided: the officer is told what is missing.
async fn to_tell(
    acting: &Acting<'_>,
    bot: &'static Registered,
    id: ItemId,
    n: i64,
    payload: &RulingPayload,
) -> Result<Vec<(String, String, Planned)>> {
    let (store, folder) = (acting.store, acting.folder);
    let schedule = schedule::find(folder, &store.batch(id.batch()).await?.schedule)?;
    if schedule.outlets.is_empty() {
        return Ok(Vec::new());
    }
    let outlets = Outlets::of(folder, &Arc::default(), store, &schedule, bot).await?;
    let (_, case) = store.case(id).await?;
    let planned = outlets.plan(&Told {
        bot,
        policy: &pipeline::policy(folder, bot)?,
        item: id,
        follows: store.item(id).await?.follows,
        case: &case,
        looked: &payload.looked,
        ruling: &payload.ruling,
        n,
        decided: clock::today(),
        officer: Some(&acting.actor.id),
    });
    planned.map_err(|need| {
        Error::usage(
            format!("item {id} cannot be settled so: {}", need.why),
            format!("tell the person yourself, then: clerkwork by-hand {id} --why \"...\""),
        )
    })
}

/// The effect's name without the number of its ruling.
fn base(effect: &str) -> &str {
    effect.split('/').next().unwrap_or(effect)
}

fn reason(code: &str, text: &str, why: &str) -> Reason {
    Reason {
        code: format!("{code}-by-officer"),
        text: format!("{text}: {why}"),
        figure: "officers-decision".to_owned(),
        from: clock::today(),
        source: Source { title: "Decision of an officer".to_owned(), href: String::new() },
    }
}
