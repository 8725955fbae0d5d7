//! Keys, schedules and policies of a data folder: what is wrong with them, all at once.

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use jiff::ToSpan as _;
use jiff::civil::Date;
use sqlx::Row as _;

use super::Finding;
use crate::db::Db;
use crate::error::Result;
use crate::hand_out;
use crate::job_log;
use crate::notice;
use crate::pipeline::policy;
use crate::retention;
use crate::schedule::{self, calendar};
use crate::settings::{Folder, look};
use crate::vault::Vault;

/// The keys: can they be read, are they keys, do they lie where they should.
pub fn keys(folder: &Folder) -> Vec<Finding> {
    let mut found = Vec::new();
    match folder.master_key() {
        Ok(_) => found.push(Finding::ok("keys", "the master key can be read")),
        Err(fault) => found.push(Finding::of("keys", &fault)),
    }
    match job_log::signing_key(folder) {
        Ok(key) => found.push(log_key(folder, &key.verifier().to_string())),
        Err(fault) => found.push(Finding::of("keys", &fault)),
    }
    let keys = &folder.settings.keys;
    if folder.master_key_is_a_file() {
        found.extend(place(folder.root(), &keys.master, "the master key"));
    }
    found.extend(place(folder.root(), &keys.log, "the log's signing key"));
    found
}

/// The public half that lies in the data folder must be that of the key that signs.
fn log_key(folder: &Folder, verifier: &str) -> Finding {
    match std::fs::read_to_string(folder.root().join("log.vkey")) {
        Ok(text) if text.trim() == verifier => {
            Finding::ok("keys", "the log's signing key can be read")
        }
        Ok(_) => Finding::bad(
            "keys",
            "the log's signing key is not the one that log.vkey belongs to",
            "put back the log.key that was made with this data folder",
        ),
        Err(_) => Finding::warning(
            "keys",
            "log.vkey is not in the data folder; others check the log's signatures with it",
            "take it from a backup",
        ),
    }
}

/// The council's own look, where it has one.
pub fn look(folder: &Folder) -> Option<Finding> {
    match folder.look() {
        Err(fault) => Some(Finding::of("look", &fault)),
        Ok(_) if folder.council.look == look::Settings::default() => None,
        Ok(_) => Some(Finding::ok("look", "the council's logo and colours can be shown and read")),
    }
}

/// What is wrong with the place or the mode of a key file.
pub(super) fn place(root: &Path, file: &Path, what: &str) -> Option<Finding> {
    let file = file.canonicalize().ok()?;
    let mode = file.metadata().ok()?.permissions().mode();
    if file.starts_with(root) {
        return Some(Finding::bad(
            "keys",
            format!("{what} lies inside the data folder: a copy of the folder opens everything"),
            "move it elsewhere and name its new place in clerkwork.toml under [keys]",
        ));
    }
    (mode & 0o077 != 0).then(|| {
        Finding::bad(
            "keys",
            format!("{what} may be read by others: its mode is {:o}", mode & 0o777),
            format!("chmod 600 {}", file.display()),
        )
    })
}

/// Whether the master key is the one that the store was sealed with.
pub async fn right_key(folder: &Folder, db: &Db) -> Result<Option<Finding>> {
    let Ok(master) = folder.master_key() else { return Ok(None) };
    let row = sqlx::query(
        "SELECT key FROM (SELECT key FROM batch WHERE key IS NOT NULL LIMIT 1) UNION ALL \
         SELECT key FROM (SELECT key FROM bot_act LIMIT 1) LIMIT 1",
    )
    .fetch_optional(db.readers())
    .await?;
    let Some(row) = row else {
        return Ok(Some(Finding::ok("keys", "nothing is sealed with the master key yet")));
    };
    let opens = Vault::new(&master).unwrap_key(row.get("key")).is_ok();
    Ok(Some(if opens {
        Finding::ok("keys", "the master key opens what is stored")
    } else {
        Finding::bad(
            "keys",
            "the master key is not the one that the store was sealed with",
            "put back the master.key that was made with this data folder",
        )
    }))
}

/// The law of each bot with the council's overlay; `only` one bot's.
pub fn policies(folder: &Folder, only: Option<&str>) -> Vec<Finding> {
    let bots = clerkwork_bots::all().iter();
    let bots = bots.filter(|bot| only.is_none_or(|only| bot.manifest().name == only));
    let mut found: Vec<Finding> = bots
        .map(|bot| {
            let (name, file) = (bot.manifest().name, bot.manifest().policy_name());
            match policy(folder, bot) {
                Err(fault) => Finding::of("policy", &fault),
                Ok(policy) if policy.council().is_none() => Finding::warning(
                    "policy",
                    format!("{name}: no policy of the council: what it must set goes to a person"),
                    format!("write policy/{file}.toml; see: clerkwork bots show {name}"),
                ),
                Ok(_) if name != file => Finding::ok(
                    "policy",
                    format!("{name} goes by policy/{file}.toml, which is right for it"),
                ),
                Ok(_) => Finding::ok("policy", format!("policy/{name}.toml is right")),
            }
        })
        .collect();
    if only.is_none() {
        found.extend(strangers(folder));
    }
    found
}

/// What notices say of the council: each bot that lacks something, and names of no bot.
pub fn notices(folder: &Folder, only: Option<&str>) -> Vec<Finding> {
    let bots = clerkwork_bots::all().iter();
    let bots = bots.filter(|bot| only.is_none_or(|only| bot.manifest().name == only));
    let mut found: Vec<Finding> = bots
        .filter(|bot| bot.manifest().notice.is_some())
        .map(|bot| match notice::said(folder, bot) {
            Ok(()) => {
                let says =
                    format!("council.toml says what notices of {} need", bot.manifest().name);
                Finding::ok("notices", says)
            }
            Err(fault) => {
                let fault = Finding::of("notices", &fault);
                Finding::warning("notices", fault.says, fault.advice)
            }
        })
        .collect();
    let strange = folder.council.notices.keys().filter(|name| {
        clerkwork_bots::find(name).is_none_or(|bot| bot.manifest().notice.is_none())
    });
    found.extend(strange.map(|name| {
        let says = format!("council.toml has [notices.{name}], and no bot of that name writes any");
        Finding::warning("notices", says, "see clerkwork bots list, and correct the name")
    }));
    found
}

/// Policy files that no bot reads: of one that is not installed, or that shares another's.
fn strangers(folder: &Folder) -> Vec<Finding> {
    let Ok(files) = folder.root().join("policy").read_dir() else { return Vec::new() };
    let names = files.filter_map(|file| file.ok()?.file_name().into_string().ok());
    let mut names: Vec<String> =
        names.filter_map(|name| name.strip_suffix(".toml").map(str::to_owned)).collect();
    names.sort();
    names.iter().filter_map(|name| unread(name)).collect()
}

fn unread(name: &str) -> Option<Finding> {
    let Some(bot) = clerkwork_bots::find(name) else {
        return Some(Finding::warning(
            "policy",
            format!("policy/{name}.toml belongs to no bot that is installed"),
            "see that its name is that of a bot: clerkwork bots list",
        ));
    };
    let shared = bot.manifest().policy_of?;
    Some(Finding::warning(
        "policy",
        format!("policy/{name}.toml is not read: {name} goes by policy/{shared}.toml"),
        format!("put into policy/{shared}.toml what is to hold, and take this file away"),
    ))
}

/// The council's retention rules, and what none of them is about.
pub fn retention(folder: &Folder) -> Vec<Finding> {
    let rules = match retention::rules(folder) {
        Ok(rules) => rules,
        Err(fault) => return vec![Finding::of("retention", &fault)],
    };
    let kept = retention::uncovered(&rules);
    vec![if kept.is_empty() {
        Finding::ok("retention", format!("retention.toml is right: {} rules", rules.len()))
    } else {
        Finding::warning(
            "retention",
            "without a rule some of what is personal is kept for ever",
            format!("add rules to retention.toml about {}", kept.join(", ")),
        )
    }]
}

/// The layout of the lists that others work by, where the council has one of its own.
pub fn hand_out(folder: &Folder) -> Option<Finding> {
    let own = folder.root().join(hand_out::settings::FILE).exists();
    match hand_out::Settings::of(folder) {
        Ok(_) => own.then(|| Finding::ok("lists", "hand-out.toml is right")),
        Err(fault) => Some(Finding::of("lists", &fault)),
    }
}

/// Every schedule and all that is wrong with them; `only` one.
pub fn schedules(folder: &Folder, only: Option<&str>) -> Result<Vec<Finding>> {
    let (schedules, faults) = schedule::all(folder)?;
    let mine = |name: &str| only.is_none_or(|only| name == only);
    let of = |name: &str| format!("schedules/{name}.toml: ");
    let mut found: Vec<Finding> = faults
        .iter()
        .filter(|fault| only.is_none_or(|only| fault.starts_with(&of(only))))
        .map(|fault| {
            let (what, advice) = fault.split_once('\n').unwrap_or((fault, ""));
            Finding::bad("schedule", what, advice.trim())
        })
        .collect();
    for name in schedules.keys().filter(|name| mine(name)) {
        if !faults.iter().any(|fault| fault.starts_with(&of(name))) {
            found.push(Finding::ok("schedule", format!("schedules/{name}.toml is right")));
        }
    }
    if let Some(only) = only.filter(|_| found.is_empty()) {
        let names = schedules.keys().cloned().collect::<Vec<_>>().join(", ");
        let advice = format!("there are: {names}");
        found.push(Finding::bad("schedule", format!("there is no schedule {only:?}"), advice));
    }
    Ok(found)
}

/// The calendars that schedules name, and the council's own: are they right, and how far into the
/// future are bank holidays known; `only` those of one schedule.
pub fn calendars(folder: &Folder, only: Option<&str>, today: Date) -> Result<Vec<Finding>> {
    let (calendars, faults) = calendar::all(folder)?;
    let (schedules, _) = schedule::all(folder)?;
    let schedules = schedules.values().filter(|it| only.is_none_or(|only| only == it.name));
    let used: BTreeSet<&String> =
        schedules.filter_map(|it| it.when.as_ref()?.calendar.as_ref()).collect();
    let mut found: Vec<Finding> = faults
        .iter()
        .filter(|fault| {
            only.is_none()
                || used.iter().any(|name| fault.starts_with(&format!("calendars/{name}.toml ")))
        })
        .map(|fault| {
            let (what, advice) = fault.split_once('\n').unwrap_or((fault, ""));
            Finding::bad("calendar", what, advice.trim())
        })
        .collect();
    for calendar in used.into_iter().filter_map(|name| calendars.get(name)) {
        let Some(until) = calendar.until() else { continue };
        let name = calendar.name();
        let says = format!("{name}: bank holidays are known to {}", until.strftime("%d/%m/%Y"));
        let soon = today.checked_add(6.months()).is_ok_and(|soon| soon > until);
        found.push(if soon {
            let advice = format!(
                "a newer clerkwork carries more; or add them to calendars/{name}.toml with \
                 until = \"YYYY-MM-DD\""
            );
            Finding::warning("calendar", says, advice)
        } else {
            Finding::ok("calendar", says)
        });
    }
    Ok(found)
}
