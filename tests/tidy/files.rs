//! Files: how long they may be, what may not stand in them, what lies at the top.

use std::fs;

use super::{repository, sources};

/// Lines that a file of code may have.
const LINES: usize = 400;

/// What lies at the top of the repository, and nothing else.
const TOP: &[&str] = &[
    ".ci",
    ".gitignore",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "bots",
    "clippy.toml",
    "connectors",
    "deny.toml",
    "docs",
    "fixtures",
    "runner",
    "rust-toolchain.toml",
    "rustfmt.toml",
    "schedules",
    "tests",
];

/// Not kept in version control: see `.gitignore`.
const PASSING: &[&str] = &[".git", "target", ".clerkwork-demo"];

const FOLDERS: &[&str] =
    &["bots", "connectors", "docs", "fixtures", "runner", "schedules", "tests"];

#[test]
fn a_file_of_code_is_short() {
    let mut long = Vec::new();
    for folder in FOLDERS {
        for (file, text) in sources(folder, ".rs") {
            let lines = text.lines().count();
            if lines > LINES {
                long.push(format!("{file}: {lines} lines"));
            }
        }
    }
    assert!(long.is_empty(), "one job each, at most {LINES} lines:\n{}", long.join("\n"));
}

#[test]
fn nothing_is_left_to_be_done_later() {
    let words = [
        concat!("to", "do!("),
        concat!("FIX", "ME"),
        concat!("XX", "X:"),
        concat!("HA", "CK:"),
        concat!("unimplem", "ented!("),
        concat!("d", "bg!("),
    ];
    let mut found = Vec::new();
    for folder in FOLDERS {
        for ending in [".rs", ".toml", ".md", ".py", ".sql"] {
            for (file, text) in sources(folder, ending) {
                for word in words.iter().filter(|word| text.contains(**word)) {
                    found.push(format!("{file}: {word}"));
                }
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn the_top_of_the_repository_holds_what_it_should_and_nothing_else() {
    let mut names: Vec<String> = fs::read_dir(repository())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .filter(|name| !PASSING.contains(&name.as_str()))
        .collect();
    names.sort();
    assert_eq!(names, TOP);
}

#[test]
fn every_bot_has_a_schedule_of_its_own_name() {
    for bot in clerkwork_bots::all() {
        let name = bot.manifest().name;
        let file = repository().join(format!("schedules/{name}.toml"));
        assert!(file.is_file(), "schedules/{name}.toml is absent");
        let schedule: toml::Table = fs::read_to_string(file).unwrap().parse().unwrap();
        assert_eq!(schedule["bot"].as_str(), Some(name));
    }
}
