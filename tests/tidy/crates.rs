//! Which package may use which, and where each outside crate has its home.

use std::collections::BTreeMap;

use super::document;

/// Packages, and those of ours that they may use.
const MAY_USE: &[(&str, &[&str])] = &[
    ("bots", &[]),
    ("connectors", &[]),
    ("runner", &["clerkwork-bots", "clerkwork-connectors"]),
    ("fixtures", &["clerkwork-bots", "clerkwork-connectors", "clerkwork-runner"]),
    (
        "tests",
        &["clerkwork-bots", "clerkwork-connectors", "clerkwork-runner", "clerkwork-fixtures"],
    ),
];

/// Crates with one home: what they do is done there and nowhere else. The fixtures and the tests
/// check it from outside and may use them too.
const HOMES: &[(&str, &str)] = &[
    ("minijinja", "bots"),
    ("apalis", "runner"),
    ("argon2", "runner"),
    ("axum", "runner"),
    ("maud", "runner"),
    ("tower-http", "runner"),
    ("utoipa", "runner"),
    ("apalis-core", "runner"),
    ("chacha20poly1305", "runner"),
    ("clap", "runner"),
    ("croner", "runner"),
    ("ed25519-dalek", "runner"),
    ("sqlx", "runner"),
    ("tracing", "connectors"),
    ("tracing", "runner"),
    ("calamine", "connectors"),
    ("csv", "connectors"),
    ("lettre", "connectors"),
    ("openidconnect", "connectors"),
    ("reqwest", "connectors"),
    ("rust_xlsxwriter", "connectors"),
    ("rustls", "connectors"),
    ("http-body-util", "fixtures"),
    ("hyper", "fixtures"),
    ("hyper-util", "fixtures"),
    ("hyper-util", "runner"),
];

/// What `bots` may be made of: nothing that reads a clock, a file or a network.
const BOTS: &[&str] = &[
    "jiff",
    "minijinja",
    "proptest",
    "rust_decimal",
    "serde",
    "serde_json",
    "sha2",
    "tempfile",
    "thiserror",
    "toml",
];

fn manifest(package: &str) -> toml::Table {
    document(&format!("{package}/Cargo.toml")).parse().unwrap()
}

/// Dependencies with the table that names them.
fn dependencies(package: &str) -> BTreeMap<String, &'static str> {
    let manifest = manifest(package);
    let mut all = BTreeMap::new();
    for table in ["dev-dependencies", "build-dependencies", "dependencies"] {
        if let Some(named) = manifest.get(table).and_then(|it| it.as_table()) {
            all.extend(named.keys().map(|name| (name.clone(), table)));
        }
    }
    all
}

#[test]
fn a_package_uses_only_those_of_ours_that_it_may() {
    let workspace: toml::Table = document("Cargo.toml").parse().unwrap();
    let members = workspace["workspace"]["members"].as_array().unwrap();
    let members: Vec<&str> = members.iter().filter_map(|it| it.as_str()).collect();
    let listed: Vec<&str> = MAY_USE.iter().map(|(package, _)| *package).collect();
    assert_eq!(members, listed, "a new package is a decision: docs/adr/0001");
    for (package, may) in MAY_USE {
        for name in dependencies(package).keys().filter(|name| name.starts_with("clerkwork")) {
            assert!(may.contains(&name.as_str()), "{package} may not use {name}");
        }
    }
}

#[test]
fn the_shipped_program_never_contains_the_invented_council() {
    assert!(!dependencies("runner").contains_key("clerkwork-fixtures"));
}

#[test]
fn an_outside_crate_has_one_home() {
    for (package, _) in MAY_USE {
        for (name, table) in dependencies(package) {
            let homes: Vec<&str> =
                HOMES.iter().filter(|(it, _)| *it == name).map(|(_, home)| *home).collect();
            let from_outside =
                *package == "fixtures" || (*package == "tests" && table == "dev-dependencies");
            assert!(
                homes.is_empty() || homes.contains(package) || from_outside,
                "{name} has its home in {}, not {package}",
                homes.join(", ")
            );
        }
    }
}

#[test]
fn bots_are_made_of_nothing_that_has_effects() {
    for name in dependencies("bots").keys() {
        assert!(
            BOTS.contains(&name.as_str()),
            "may a bot use {name}? Then say so in the list here"
        );
    }
    let effects = [
        "std::fs",
        "std::net",
        "std::time",
        "std::env",
        "std::process",
        "std::thread",
        "f64",
        "f32",
    ];
    for (file, text) in super::sources("bots/src", ".rs") {
        // The golden tests read the cases beside them.
        if file.contains("/tests") || file.ends_with("golden.rs") {
            continue;
        }
        for line in text.lines().filter(|line| !line.trim_start().starts_with("//")) {
            for effect in effects {
                let word = |c: char| c.is_alphanumeric() || c == '_';
                let used = line.match_indices(effect).any(|(at, _)| {
                    !line[..at].ends_with(word) && !line[at + effect.len()..].starts_with(word)
                });
                assert!(!used, "{file} uses {effect}: {line}");
            }
        }
    }
}

#[test]
fn every_package_is_held_to_the_lints_of_the_workspace() {
    for (package, _) in MAY_USE {
        let lints = &manifest(package)["lints"]["workspace"];
        assert_eq!(lints.as_bool(), Some(true), "{package}");
    }
}

#[test]
fn deny_toml_names_the_same_homes() {
    let deny: toml::Table = document("deny.toml").parse().unwrap();
    let bans = deny["bans"]["deny"].as_array().unwrap();
    for name in ["apalis", "sqlx", "calamine", "rust_xlsxwriter", "reqwest", "minijinja"] {
        let (_, home) = HOMES.iter().find(|(it, _)| *it == name).unwrap();
        let ban = bans.iter().find(|it| it["crate"].as_str() == Some(name));
        let ban = ban.unwrap_or_else(|| panic!("deny.toml says nothing of {name}"));
        let wrappers = ban["wrappers"].as_array().unwrap();
        let home = format!("clerkwork-{home}");
        assert!(wrappers.iter().any(|it| it.as_str() == Some(&home)), "{name}: {wrappers:?}");
    }
}
