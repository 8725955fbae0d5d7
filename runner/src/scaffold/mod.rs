//! `bots new`: a bot that compiles, is registered and whose golden cases pass, to be made into the
//! one that is wanted. Writes into a checkout of the sources and knows nothing of data folders.

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

const BOTS: &str = "bots/src/lib.rs";
const SCHEDULES: &str = "runner/src/schedule.rs";
/// The lists that a bot is entered in: file, the line a list begins with, the one it ends with.
const BOTS_LIST: (&str, &str) = ("kit::bots! {", "}");
const SCHEDULES_LIST: (&str, &str) = ("pub const DEFAULTS: &[(&str, &str)] = carried![", "];");

/// The files of the new bot's folder.
const FILES: &[(&str, &str)] = &[
    ("mod.rs", include_str!("bot/mod.rs.txt")),
    ("policy.toml", include_str!("bot/policy.toml")),
    ("columns.toml", include_str!("bot/columns.toml")),
    ("council.toml", include_str!("bot/council.toml")),
];

macro_rules! cases {
    ($($name:literal,)*) => {
        &[$((
            concat!("cases/", $name, ".toml"),
            include_str!(concat!("bot/cases/", $name, ".toml")),
        ),)*]
    };
}

/// Its golden cases.
const CASES: &[(&str, &str)] = cases![
    "a_penny_over_the_limit_is_refused_by_a_person",
    "a_row_without_income_is_rejected",
    "after_the_last_day_of_the_limit_a_person_decides",
    "income_at_the_limit_is_awarded",
    "without_evidence_a_person_asks_for_it",
    "without_the_councils_policy_nothing_is_decided",
];

const SCHEDULE: &str = include_str!("bot/schedule.toml");
const COUNCIL: &str = include_str!("bot/council.toml");

/// Words that a module or a type of ours or the language has already.
const TAKEN: &[&str] = &[
    "abstract",
    "application",
    "as",
    "async",
    "await",
    "become",
    "bot",
    "bots",
    "box",
    "break",
    "const",
    "continue",
    "crate",
    "date",
    "decimal",
    "do",
    "duties",
    "dyn",
    "else",
    "enum",
    "extern",
    "false",
    "fault",
    "fields",
    "final",
    "fn",
    "for",
    "gen",
    "golden",
    "golden-cases",
    "if",
    "impl",
    "in",
    "kit",
    "let",
    "looked",
    "loop",
    "macro",
    "manifest",
    "match",
    "mod",
    "move",
    "mut",
    "need",
    "need-code",
    "override",
    "policy",
    "priv",
    "pub",
    "ref",
    "return",
    "ruling",
    "sameness",
    "self",
    "shown",
    "static",
    "statute",
    "string",
    "struct",
    "super",
    "trait",
    "true",
    "try",
    "type",
    "typeof",
    "unsafe",
    "unsized",
    "use",
    "vec",
    "virtual",
    "where",
    "while",
    "yield",
];

/// The root of the checkout that `from` stands in.
pub fn checkout(from: &Path) -> Result<PathBuf> {
    let from = from.canonicalize().map_err(Error::io("the checkout"))?;
    let found = from.ancestors().find(|folder| {
        [BOTS, SCHEDULES, "Cargo.toml"].iter().all(|file| folder.join(file).is_file())
    });
    found.map(Path::to_owned).ok_or_else(|| {
        Error::usage(
            "this is not a checkout of Clerkwork's sources",
            "a bot is compiled in: clone the sources, stand in them, and run the same command there",
        )
    })
}

/// Makes the bot; answers the files that were written or changed, relative to the checkout.
///
/// Everything is looked at before anything is written.
pub fn make(root: &Path, name: &str) -> Result<Vec<PathBuf>> {
    well_formed(name)?;
    let module = name.replace('-', "_");
    let folder = Path::new("bots/src").join(&module);
    let schedule = Path::new("schedules").join(format!("{name}.toml"));
    let council = Path::new("fixtures/council/policy").join(format!("{name}.toml"));
    for path in [&folder, &schedule, &council] {
        if root.join(path).exists() {
            return Err(exists(name, &format!("{} is there already", path.display())));
        }
    }
    let entry = format!("    {module}::{},", type_name(name));
    let bots = entered(root, BOTS, BOTS_LIST, &entry, &format!("{module}::"))?;
    let entry = format!("    \"{name}\",");
    let schedules = entered(root, SCHEDULES, SCHEDULES_LIST, &entry, &format!("\"{name}\""))?;

    let mut made = Vec::new();
    let mut write = |path: PathBuf, text: &str| {
        let file = root.join(&path);
        let doing = || Error::io(format!("writing {}", path.display()));
        if let Some(parent) = file.parent() {
            fs::create_dir_all(parent).map_err(doing())?;
        }
        fs::write(&file, text).map_err(doing())?;
        made.push(path);
        Ok::<(), Error>(())
    };
    for (file, text) in FILES.iter().chain(CASES) {
        write(folder.join(file), &filled_in(text, name))?;
    }
    write(schedule, &filled_in(SCHEDULE, name))?;
    // The invented council has a policy for every bot, so that it runs there at once.
    if root.join("fixtures/council").is_dir() {
        write(council, &filled_in(COUNCIL, name))?;
    }
    write(PathBuf::from(SCHEDULES), &schedules)?;
    write(PathBuf::from(BOTS), &bots)?;
    Ok(made)
}

fn exists(name: &str, what: &str) -> Error {
    Error::usage(
        format!("there is a bot {name} already, or the rest of one: {what}"),
        "choose another name, or take the rest away; nothing was changed",
    )
}

fn well_formed(name: &str) -> Result<()> {
    let word = |word: &str| {
        word.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit())
            && word.starts_with(|letter: char| letter.is_ascii_lowercase())
    };
    if !name.split('-').all(word) || !(3..=40).contains(&name.len()) {
        return Err(Error::usage(
            format!("{name:?} is not the name of a bot"),
            "write 3 to 40 small letters, digits and single hyphens, each word beginning with a \
             letter, such as blue-badges",
        ));
    }
    if TAKEN.contains(&name) {
        return Err(Error::usage(
            format!("{name} means something in the sources already"),
            "name the bot after its service, such as blue-badges",
        ));
    }
    Ok(())
}

/// The file's text with one more line in its list, in the order of the alphabet.
fn entered(
    root: &Path,
    file: &str,
    (begins, ends): (&str, &str),
    entry: &str,
    mark: &str,
) -> Result<String> {
    let text = fs::read_to_string(root.join(file)).map_err(Error::io(format!("reading {file}")))?;
    let mut lines: Vec<&str> = text.lines().collect();
    let list = lines.iter().position(|line| *line == begins).and_then(|first| {
        let length = lines[first + 1..].iter().position(|line| *line == ends)?;
        Some((first + 1, first + 1 + length))
    });
    let Some((first, end)) = list else {
        return Err(Error::failed(
            format!("{file} has no list that begins with {begins:?}"),
            "add the bot there by hand, as docs/bots.md shows; nothing was changed",
        ));
    };
    if let Some(line) = lines[first..end].iter().find(|line| line.trim().starts_with(mark)) {
        return Err(exists(mark.trim_matches(['"', ':']), &format!("{file} has {}", line.trim())));
    }
    let place = lines[first..end].iter().position(|line| *line > entry);
    lines.insert(place.map_or(end, |place| first + place), entry);
    Ok(lines.join("\n") + "\n")
}

fn filled_in(text: &str, name: &str) -> String {
    text.replace("@NAME@", name)
        .replace("@TYPE@", &type_name(name))
        .replace("@TITLE@", &title(name))
}

/// `blue-badges` as `BlueBadges`.
fn type_name(name: &str) -> String {
    name.split('-').map(capital).collect()
}

/// `blue-badges` as `Blue badges`.
fn title(name: &str) -> String {
    capital(&name.replace('-', " "))
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

#[cfg(test)]
mod tests;
