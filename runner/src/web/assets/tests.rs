//! What is served is what is committed, and everything on it can be read.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use super::*;
use crate::settings::look::{Colour, DARK_GROUNDS, GROUNDS};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/web/assets")
}

fn text(name: &str) -> String {
    std::fs::read_to_string(folder().join(name)).unwrap()
}

#[test]
fn the_stylesheet_is_what_its_sources_give() {
    let sums = text("SHA256SUMS");
    let mut named = BTreeSet::new();
    for line in sums.lines() {
        let (sum, name) = line.split_once("  ").unwrap();
        let bytes = std::fs::read(folder().join(name)).unwrap();
        let advice = "run runner/src/web/assets/build.sh";
        assert_eq!(hex(&Sha256::digest(bytes)), sum, "{name} was changed: {advice}");
        named.insert(name.to_owned());
    }
    let sources = std::fs::read_dir(folder().join("sass")).unwrap();
    for source in sources.map(|it| it.unwrap().file_name().into_string().unwrap()) {
        assert!(named.contains(&format!("sass/{source}")), "{source} is not in SHA256SUMS");
    }
    assert!(named.contains("clerkwork.css"));
}

#[test]
fn every_file_that_a_browser_may_ask_for_is_served() {
    let names: BTreeSet<&str> = FILES.iter().map(|file| file.name).collect();
    for entry in std::fs::read_dir(folder()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let served = [".js", ".css", ".svg", ".woff2", ".png"].iter().any(|it| name.ends_with(it));
        assert!(!served || names.contains(name.as_str()), "{name} is not named in assets.rs");
    }
    // What a script takes from its neighbours is there.
    for file in FILES.iter().filter(|file| file.kind == SCRIPT) {
        for line in text(file.name).lines().filter(|line| line.starts_with("import ")) {
            let from = line.split('"').nth(1).and_then(|path| path.strip_prefix("./"));
            assert!(from.is_some_and(|from| names.contains(from)), "{}: {line}", file.name);
        }
    }
}

#[test]
fn nothing_of_the_governments_own_look_is_in_it() {
    let css = text("clerkwork.css").to_lowercase();
    for word in ["transport", "crown.", "crest", ".woff", "@import", "@font-face", "url("] {
        assert!(!css.contains(word), "{word}");
    }
}

/// The custom properties that a rule sets.
fn properties(rule: &str) -> BTreeMap<String, String> {
    let set = rule.split(['{', ';', '}']).filter_map(|it| it.trim().split_once(':'));
    let set = set.filter(|(name, _)| name.starts_with("--"));
    set.map(|(name, value)| (name.to_owned(), value.trim().to_owned())).collect()
}

/// The properties of the light scheme, and of the dark one over it.
fn schemes() -> [BTreeMap<String, String>; 2] {
    let css = text("clerkwork.css");
    let (light, dark) = css.split_once("prefers-color-scheme: dark){:root{").unwrap();
    let mut first = BTreeMap::new();
    for rule in light.split(":root{").skip(1) {
        // On paper other colours hold.
        let rule = rule.split('}').next().unwrap();
        if !rule.contains("--govuk-print-text-colour,") {
            first.extend(properties(rule));
        }
    }
    let mut second = first.clone();
    second.extend(properties(dark.split('}').next().unwrap()));
    [first, second]
}

#[test]
fn every_text_can_be_read_on_what_it_stands_on_in_both_schemes() {
    let on_the_page = ["body-background", "surface-background"];
    let texts = ["text", "secondary-text", "link", "link-visited", "link-hover", "link-active"];
    let mut pairs = vec![
        ("--govuk-focus-text-colour".to_owned(), "--govuk-focus-colour".to_owned()),
        ("--govuk-inverse-text-colour".to_owned(), "--govuk-brand-colour".to_owned()),
        ("--govuk-inverse-text-colour".to_owned(), "--govuk-success-colour".to_owned()),
        ("--govuk-surface-text-colour".to_owned(), "--govuk-surface-background-colour".to_owned()),
        ("--govuk-error-colour".to_owned(), "--govuk-body-background-colour".to_owned()),
        ("--govuk-success-colour".to_owned(), "--govuk-body-background-colour".to_owned()),
        ("--cw-header-text-colour".to_owned(), "--cw-header-colour".to_owned()),
        ("--cw-new-text-colour".to_owned(), "--cw-new-colour".to_owned()),
    ];
    for one in texts {
        let one = format!("--govuk-{one}-colour");
        let grounds = on_the_page.map(|ground| format!("--govuk-{ground}-colour"));
        for ground in grounds.into_iter().chain(["--cw-quiet-colour".to_owned()]) {
            pairs.push((one.clone(), ground));
        }
    }
    for (scheme, name) in schemes().iter().zip(["light", "dark"]) {
        let colour = |name: &str| Colour::parse(&scheme[name]).unwrap();
        for (one, other) in &pairs {
            let hundredths = colour(one).contrast(colour(other));
            assert!(hundredths >= 450, "{name}: {one} on {other}: {hundredths} hundredths");
        }
        // Edges of fields, and bars: 3 to 1 (WCAG 1.4.11).
        for (one, other) in [
            ("--govuk-input-border-colour", "--govuk-body-background-colour"),
            ("--cw-bar-colour", "--govuk-body-background-colour"),
        ] {
            let hundredths = colour(one).contrast(colour(other));
            assert!(hundredths >= 300, "{name}: {one} on {other}: {hundredths} hundredths");
        }
    }
}

#[test]
fn tags_can_be_read_in_both_schemes() {
    let css = text("clerkwork.css");
    let mut seen = 0;
    for rule in css.split(".govuk-tag").skip(1).filter_map(|it| it.split('}').next()) {
        let part = |name: &str| {
            let rule = rule.split_once('{')?.1;
            let value = rule.split(';').find_map(|it| it.trim().strip_prefix(name))?;
            Colour::parse(value.trim())
        };
        if let (Some(text), Some(ground)) = (part("color:"), part("background-color:")) {
            assert!(text.contrast(ground) >= 450, "{text} on {ground} in {rule}");
            seen += 1;
        }
    }
    assert!(seen >= 18, "nine colours in two schemes, found {seen}");
}

#[test]
fn the_grounds_that_a_councils_links_are_held_against_are_those_of_the_stylesheet() {
    for (scheme, grounds) in schemes().iter().zip([GROUNDS, DARK_GROUNDS]) {
        let named = ["--govuk-body-background-colour", "--govuk-surface-background-colour"];
        let named = named.into_iter().chain(["--cw-quiet-colour"]);
        let there: Vec<_> = named.map(|name| Colour::parse(&scheme[name]).unwrap()).collect();
        assert_eq!(there, grounds);
    }
    assert_eq!(Colour::parse(&schemes()[0]["--cw-header-colour"]), Some(Colour::default()));
}

#[test]
fn a_browser_keeps_a_file_until_it_changes() {
    let ask = |known: Option<&str>| {
        let mut headers = HeaderMap::new();
        if let Some(known) = known {
            headers.insert(header::IF_NONE_MATCH, known.parse().unwrap());
        }
        answer(&headers, b"body{}", STYLE, ASK)
    };
    let first = ask(None);
    assert_eq!(first.status(), StatusCode::OK);
    assert_eq!(first.headers()[header::CONTENT_TYPE], STYLE);
    let tag = first.headers()[header::ETAG].to_str().unwrap().to_owned();
    assert_eq!(ask(Some(&tag)).status(), StatusCode::NOT_MODIFIED);
    assert_eq!(ask(Some(&format!("\"x\", W/{tag}"))).status(), StatusCode::NOT_MODIFIED);
    assert_eq!(ask(Some("\"x\"")).status(), StatusCode::OK);
}
