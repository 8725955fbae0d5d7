//! The rooms of the runner, from the roof to the ground: a room uses only rooms below it.

use std::collections::BTreeSet;

use super::sources;

/// From the roof to the ground. A new room is put where it belongs; there are no circles.
const ROOMS: &[&str] = &[
    "main",
    "cli",
    "serve",
    "web",
    "uploads",
    "scheduler",
    "inbox",
    "check",
    "scaffold",
    "alerts",
    "health",
    "retention",
    "backup",
    "what_if",
    "figures",
    "hand_out",
    "run",
    "review",
    "operate",
    "acts",
    "accounts",
    "queue",
    "pipeline",
    "outlets",
    "lookups",
    "intake",
    "report",
    "payments",
    "record",
    "schedule",
    "connections",
    "notice",
    "originals",
    "holder",
    "shown",
    "store",
    "people",
    "job_log",
    "db",
    "ids",
    "state",
    "vault",
    "settings",
    "clock",
    "error",
];

/// The room that a file is in: `runner/src/store/rows.rs` is in `store`.
fn room(file: &str) -> &str {
    let inside = file.strip_prefix("runner/src/").unwrap();
    inside.split('/').next().unwrap().trim_end_matches(".rs")
}

/// The rooms that a text names as `crate::room` or `crate::{room, ...}`, comments apart.
fn used(text: &str) -> BTreeSet<String> {
    let code: Vec<&str> =
        text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    let code = code.join("\n");
    let mut rooms = BTreeSet::new();
    for (at, _) in code.match_indices("crate::") {
        let before = code[..at].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '$') {
            continue;
        }
        let rest = &code[at + "crate::".len()..];
        if let Some(group) = rest.strip_prefix('{') {
            rooms.extend(of_group(group));
        } else {
            rooms.insert(name(rest).to_owned());
        }
    }
    rooms.remove("");
    rooms
}

/// The first names in `a::{b, c}, d}`.
fn of_group(group: &str) -> Vec<String> {
    let (mut depth, mut names, mut fresh) = (0, Vec::new(), true);
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => fresh = true,
            c if fresh && depth == 0 && c.is_alphabetic() => {
                names.push(name(&group[at..]).to_owned());
                fresh = false;
            }
            _ => {}
        }
    }
    names
}

fn name(text: &str) -> &str {
    let end = text.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(text.len());
    &text[..end]
}

#[test]
fn a_room_of_the_runner_uses_only_rooms_below_it() {
    let place = |room: &str| ROOMS.iter().position(|it| *it == room);
    let mut wrong = Vec::new();
    for (file, text) in sources("runner/src", ".rs") {
        let own = room(&file);
        if own == "lib" {
            continue;
        }
        let Some(here) = place(own) else {
            wrong.push(format!("{file}: where does the room {own} belong in the list of rooms?"));
            continue;
        };
        for other in used(&text) {
            match place(&other) {
                Some(there) if there > here || other == own => {}
                Some(_) => wrong.push(format!("{file}: {own} uses {other}, which is above it")),
                None => wrong.push(format!("{file}: crate::{other} is no room")),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_rooms_stand_in_the_same_order_in_the_architecture() {
    let text = super::document("docs/architecture.md");
    let mut from = text.find("### The rooms of the runner").expect("a section of that name");
    for room in ROOMS.iter().filter(|room| {
        super::repository().join("runner/src").join(room).exists()
            || super::repository().join("runner/src").join(format!("{room}.rs")).exists()
    }) {
        let named = format!("| `{room}` |");
        let at = text[from..].find(&named);
        from += at.unwrap_or_else(|| panic!("{room} is absent, or stands above another room"));
    }
}

#[test]
fn the_test_knows_a_use_when_it_sees_one() {
    let text = "use crate::error::{Error, Result};\nuse crate::{ids::BatchId, store::{self, rows}};\n\
                // crate::cli\nfn f() { crate::clock::now(); $crate::x }";
    let rooms: Vec<String> = used(text).into_iter().collect();
    assert_eq!(rooms, ["clock", "error", "ids", "store"]);
}
