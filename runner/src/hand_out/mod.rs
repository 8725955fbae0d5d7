//! Lists that others work by: made by a bot of the rulings that stand and of what a lookup says of
//! everybody, written as the council has laid them out. Awards that end by what the lookup says end
//! here.
//!
//! | file | job |
//! |---|---|
//! | `settings` | `hand-out.toml`: where lists go, how they look, how many awards may end at once |
//! | `standing` | the awards that stand, unsealed a stretch at a time |
//! | `compare` | a list held against the one before it |
//! | `write` | a list as a file |
//! | `place` | files put into their folder, whole or not at all |

mod compare;
mod place;
pub mod settings;
mod standing;
mod write;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use clerkwork_bots::kit::{Ended, ForLists, HandOut, Lists, Policy, Registered};
use jiff::civil::Date;

use crate::error::{Error, Result};
use crate::holder::exclusive;
use crate::ids::ItemId;
use crate::job_log::{self, Actor, Entry, Kind};
use crate::lookups::{self, Lookup};
use crate::pipeline;
use crate::schedule::{self, Schedule};
use crate::settings::Folder;
use crate::store::Store;
use crate::store::hand_out::{End, HandedOut, end_awards, keep};
use crate::store::payments::{Stop, stop};
use compare::Drawn;
use place::Place;
pub use settings::Settings;

/// Lookup rows that cannot be read, told in full; more are counted.
const FAULTS: usize = 20;

/// Which lists are wanted.
pub struct Asked {
    /// Whose lists.
    pub bot: &'static Registered,
    /// The schedule that says where the lookup is.
    pub schedule: String,
    /// The day that they are of.
    pub as_at: Date,
    /// The lookup's file, where it is another than the schedule's.
    pub lookup: Option<PathBuf>,
    /// The folder that they go to, where it is another than the settings'.
    pub folder: Option<PathBuf>,
    /// So many awards may end; without it, the share that the settings allow.
    pub ends_at_most: Option<usize>,
    /// Nothing is written, and no award ends.
    pub dry_run: bool,
}

/// What came of it. Nothing personal.
pub struct Made {
    /// Each list.
    pub lists: Vec<Row>,
    /// Where they lie, or would.
    pub folder: PathBuf,
    /// Awards that stood before.
    pub awards: usize,
    /// Awards that end now.
    pub ended: Vec<(ItemId, End)>,
    /// Payments that are withdrawn because of that.
    pub withdrawn: usize,
    /// What a person must look at, by code: of which items, or of none.
    pub told: BTreeMap<&'static str, Vec<Option<ItemId>>>,
    /// Awards that are in no list, for they were erased.
    pub erased: u64,
    /// More awards would end than may: a real run would refuse it.
    pub too_many: Option<String>,
    /// Nothing differs from what was handed out before: nothing was written.
    pub unchanged: bool,
    /// What else somebody should know.
    pub notices: Vec<String>,
}

/// One list.
pub struct Row {
    /// Its kind's title.
    pub title: &'static str,
    /// As it is kept.
    pub list: HandedOut,
    /// Who is in it that was not in the one before.
    pub new: usize,
    /// Who was in the one before and is not in it.
    pub gone: usize,
}

/// Makes a bot's lists. The same again, with nothing changed, does nothing.
pub async fn hand_out(
    folder: &Folder,
    store: &Arc<Store>,
    actor: &Actor,
    asked: &Asked,
) -> Result<Made> {
    let bot = asked.bot;
    let what = *bot.hand_out().ok_or_else(|| {
        Error::usage(
            format!("{} makes no lists that others work by", bot.manifest().name),
            format!("these do: {}", makers().join(", ")),
        )
    })?;
    let settings = Settings::of(folder)?;
    let policy = pipeline::policy(folder, bot)?;
    let _turn = exclusive(folder.root(), &format!("hand-out-{}", bot.manifest().name)).await?;
    let (lookup, notices) = read_lookup(folder, &what, asked).await?;
    let (standing, erased) = standing::read(store, bot).await?;
    let lists = work_out(&lookup, &standing, &policy, asked)?;
    drop(standing);
    let target = match &asked.folder {
        Some(folder) => folder.clone(),
        None => folder.inside(&settings.folder)?.join(bot.manifest().name),
    };
    let limit =
        asked.ends_at_most.unwrap_or(lists.awards * usize::from(settings.ends_at_most) / 100);
    let too_many = too_many(&lists, limit, what.lookup);
    if let (Some(why), false) = (&too_many, asked.dry_run) {
        let advice = format!(
            "nothing was written and no award ended. See that the {} is whole; --dry-run shows \
             which awards it would end. If they are right, say --ends-at-most {}",
            what.lookup,
            lists.ended.len()
        );
        return Err(Error::failed(why.clone(), advice));
    }
    let made = Made {
        lists: Vec::new(),
        folder: target,
        awards: lists.awards,
        ended: ends(&lists.ended),
        withdrawn: 0,
        told: told(&lists),
        erased,
        too_many,
        unchanged: false,
        notices,
    };
    let making = Making { store, actor, asked, what, settings, policy, version: lookup.version() };
    making.make(lists, made).await
}

/// The bots that make lists.
pub fn makers() -> Vec<&'static str> {
    let makers = clerkwork_bots::all().iter().filter(|bot| bot.hand_out().is_some());
    makers.map(|bot| bot.manifest().name).collect()
}

/// What making lists uses.
struct Making<'a> {
    store: &'a Store,
    actor: &'a Actor,
    asked: &'a Asked,
    what: HandOut,
    settings: Settings,
    policy: Policy,
    version: &'a str,
}

impl Making<'_> {
    async fn make(&self, lists: Lists, mut made: Made) -> Result<Made> {
        let name = self.asked.bot.manifest().name;
        let before = self.store.handed_out(name).await?;
        let drawing = Drawn { store: self.store, bot: name, as_at: self.asked.as_at };
        let (settings, what) = (&self.settings, &self.what);
        let place = if self.asked.dry_run { None } else { Some(Place::prepare(&made.folder)?) };
        made.lists = drawing.draw(&lists.lists, what, settings, &before, place.as_ref())?;
        let Some(place) = place else { return Ok(made) };
        let now: Vec<HandedOut> = made.lists.iter().map(|row| row.list.clone()).collect();
        made.unchanged = made.ended.is_empty() && same(&before, &now) && place.has(&now)?;
        if made.unchanged {
            return Ok(made);
        }
        let sums = place.sums(&now)?;
        made.withdrawn = self.note(&lists.ended, &made.ended, &now, &sums).await?;
        let kept = place.put(&now, &before)?;
        made.notices.extend(kept.into_iter().map(|file| {
            format!("{file} is a list of before and was changed by somebody: take it away")
        }));
        Ok(made)
    }

    /// Into the log and the store, before anything can be read where others look for it.
    async fn note(
        &self,
        ended: &[Ended],
        ends: &[(ItemId, End)],
        now: &[HandedOut],
        sums: &[u8; 32],
    ) -> Result<usize> {
        let bot = self.asked.bot;
        let mut tx = self.store.db.begin().await?;
        let new = end_awards(&mut tx, ends, self.actor).await?;
        let stops: Vec<Stop> = ended
            .iter()
            .filter(|it| new.contains(&ItemId(it.item)))
            .map(|it| Stop { item: ItemId(it.item), on: it.on, what: it.stops.clone() })
            .collect();
        let withdrawn = stop(&mut tx, &stops, self.actor).await?;
        keep(&mut tx, bot.manifest().name, now, self.actor).await?;
        let rests_on = format!("{} {}", self.what.lookup, self.version);
        let entry = Entry::new(Kind::HandOutMade, self.actor)
            .bot(&pipeline::mark(bot))
            .policy(self.policy.digest())
            .count(now.iter().map(|list| list.count).sum())
            .sha256(sums)
            .reasons(vec![self.asked.as_at.to_string(), rests_on]);
        job_log::append(&mut tx, &[entry]).await?;
        tx.commit().await?;
        Ok(withdrawn)
    }
}

/// The lists as they lie are those of now.
fn same(before: &[HandedOut], now: &[HandedOut]) -> bool {
    let known = |list: &HandedOut| {
        before.iter().any(|it| {
            (&it.kind, &it.of, &it.file, &it.sha256)
                == (&list.kind, &list.of, &list.file, &list.sha256)
        })
    };
    before.len() == now.len() && now.iter().all(known)
}

fn work_out(
    lookup: &Lookup,
    standing: &[clerkwork_bots::kit::Standing],
    policy: &Policy,
    asked: &Asked,
) -> Result<Lists> {
    let (records, about) = lookup.all().ok_or_else(|| {
        Error::usage("lists need the lookup", "name its file with --lookup, or in the schedule")
    })?;
    let of = ForLists { standing, records, about, as_at: asked.as_at, policy };
    asked.bot.lists(&of).map_err(|fault| Error::usage(fault.what, fault.advice))
}

fn too_many(lists: &Lists, limit: usize, lookup: &str) -> Option<String> {
    let ended = lists.ended.len();
    (ended > limit).then(|| {
        format!(
            "by the {lookup} {ended} of {} awards would end, and at most {limit} may at once",
            lists.awards
        )
    })
}

fn ends(ended: &[Ended]) -> Vec<(ItemId, End)> {
    let end = |it: &Ended| (ItemId(it.item), End { on: it.on, reason: it.reason.to_owned() });
    ended.iter().map(end).collect()
}

fn told(lists: &Lists) -> BTreeMap<&'static str, Vec<Option<ItemId>>> {
    let mut told: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for it in &lists.told {
        told.entry(it.code).or_default().push(it.item.map(ItemId));
    }
    told
}

/// The lookup that the lists rest on, and what could not be read of it.
async fn read_lookup(
    folder: &Folder,
    what: &HandOut,
    asked: &Asked,
) -> Result<(Lookup, Vec<String>)> {
    let schedule: Schedule = schedule::find(folder, &asked.schedule)?;
    let (name, bot) = (what.lookup, asked.bot.manifest().name);
    if schedule.bot != bot {
        return Err(Error::usage(
            format!("the schedule {} is of {}, not of {bot}", schedule.name, schedule.bot),
            "name one of its schedules with --schedule",
        ));
    }
    let bound = schedule.lookups.get(name);
    let path = match (&asked.lookup, bound) {
        (Some(path), _) => path.clone(),
        (None, Some(bound)) => folder.inside(&bound.path)?,
        (None, None) => {
            return Err(Error::usage(
                format!("the schedule {} has no lookup {name}", schedule.name),
                format!("name its file: --lookup {name}=FILE"),
            ));
        }
    };
    if !path.is_file() {
        return Err(Error::usage(
            format!("the lookup {name} is not there: {}", path.display()),
            format!("put it there, or name one with --lookup {name}=FILE"),
        ));
    }
    let none = BTreeMap::new();
    let columns = bound.map_or(&none, |bound| &bound.columns);
    let about = bound.map_or(&none, |bound| &bound.about);
    let loaded = lookups::load(asked.bot, name, &path, columns, about, asked.as_at).await?;
    let mut notices: Vec<String> = loaded.faults.iter().take(FAULTS).cloned().collect();
    if loaded.faults.len() > FAULTS {
        notices.push(format!("{} rows of the {name} cannot be read", loaded.faults.len()));
    }
    if loaded.records == 0 {
        return Err(Error::failed(
            format!("the {name} has nobody in it"),
            "take it from the school system again; nothing was changed",
        ));
    }
    Ok((loaded.lookup, notices))
}
