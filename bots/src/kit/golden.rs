//! Golden cases: a row as it would stand in a sheet, and what must come of it.
//!
//! A case goes the whole way: cells, template, JSON, lookups, the erased bot, JSON again.
//! Every wrong case of a bot is reported at once, expected and got on adjacent lines.

mod payments;
mod row;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use jiff::civil::Date;
use serde::Deserialize;
use serde_json::Value;
use toml::Value as Toml;

use self::row::{look_up, read};
use super::bot::Looked;
use super::columns::Day;
use super::registered::Registered;
use super::ruling::Ruling;

/// One golden case. Its name is a sentence, with underscores for spaces.
#[derive(Clone, Copy, Debug)]
pub struct Golden {
    /// The file's name without `.toml`.
    pub name: &'static str,
    /// The file.
    pub text: &'static str,
}

/// Embeds the files of a bot's `cases/` folder; a test compares the list with the folder.
macro_rules! golden {
    ($($name:literal),* $(,)?) => {
        &[$($crate::kit::Golden {
            name: $name,
            text: include_str!(concat!("cases/", $name, ".toml")),
        }),*]
    };
}
pub(crate) use golden;

/// One thing that did not come out as the case says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// Which case.
    pub case: &'static str,
    /// Which part of the answer.
    pub what: String,
    /// What the case says.
    pub expected: String,
    /// What came out.
    pub got: String,
}

impl std::fmt::Display for Wrong {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "{}: {}", self.case, self.what)?;
        writeln!(f, "  expected {}", self.expected)?;
        write!(f, "  got      {}", self.got)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// The run's day; the first of January 2027 if not given.
    today: Option<String>,
    /// `none` for a bare installation; another overlay's text; the example council if not given.
    council: Option<String>,
    /// Cells that differ from the template's example row.
    #[serde(default)]
    row: BTreeMap<String, Toml>,
    /// Records of each lookup that was looked at.
    #[serde(default)]
    lookups: BTreeMap<String, Vec<BTreeMap<String, Toml>>>,
    /// What is known of a lookup's source as a whole.
    #[serde(default)]
    about: BTreeMap<String, BTreeMap<String, String>>,
    /// What an officer then puts into decision columns; an empty table confirms. It changes what
    /// is to be paid: the rest of the case is about the bot's own ruling.
    officer: Option<BTreeMap<String, String>>,
    expect: Expect,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expect {
    /// Every decision column that is not empty.
    #[serde(default)]
    decision: BTreeMap<String, String>,
    /// Words that stand in a decision column, for texts too long to write out.
    #[serde(default)]
    contains: BTreeMap<String, Vec<String>>,
    /// Words that do not stand in it.
    #[serde(default)]
    lacks: BTreeMap<String, Vec<String>>,
    /// Codes of every need; none means decided.
    #[serde(default)]
    needs: Vec<String>,
    /// Ids of figures and rules that are missing or not confirmed.
    #[serde(default)]
    missing: Vec<String>,
    /// Words that stand in the reasons.
    #[serde(default)]
    because: Vec<String>,
    /// Words that do not stand in the reasons.
    #[serde(default)]
    not_because: Vec<String>,
    /// `column: code` of every fault of a rejected row.
    #[serde(default)]
    rejected: Vec<String>,
    /// Every payment that follows, as `clothing-grant 2025/26: 150.00 by 04/11/2025`; an empty
    /// list is none, and without a list nothing is compared.
    payments: Option<Vec<String>>,
}

/// Runs every case of a bot, in the council of the bot's own example or in another.
pub fn run(bot: &Registered, council: Option<&str>) -> Vec<Wrong> {
    let council = council.unwrap_or(bot.manifest().example_council);
    bot.manifest().cases.iter().flat_map(|case| run_one(bot, case, council)).collect()
}

fn run_one(bot: &Registered, case: &Golden, council: &str) -> Vec<Wrong> {
    let wrong = |what: &str, expected: &str, got: String| Wrong {
        case: case.name,
        what: what.to_owned(),
        expected: expected.to_owned(),
        got,
    };
    let file: File = match toml::from_str(case.text) {
        Ok(file) => file,
        Err(error) => return vec![wrong("the file", "a golden case", error.message().to_owned())],
    };
    match outcome(bot, &file, council) {
        Err(problem) => vec![wrong("the case", "something that can be run", problem)],
        Ok(Outcome::Rejected(faults)) => {
            let (expected, got) = (sorted(&file.expect.rejected), sorted(&faults));
            if expected == got {
                return Vec::new();
            }
            vec![wrong("faults of the row", &listed(&file.expect.rejected), got)]
        }
        Ok(Outcome::Ruled(ruling, payments)) => compare(bot, &file.expect, &ruling, &payments)
            .into_iter()
            .map(|(what, expected, got)| wrong(&what, &expected, got))
            .collect(),
    }
}

enum Outcome {
    Rejected(Vec<String>),
    Ruled(Ruling, Vec<String>),
}

fn outcome(bot: &Registered, file: &File, council: &str) -> Result<Outcome, String> {
    let council = match file.council.as_deref() {
        Some("none") => None,
        Some(text) => Some(text),
        None => Some(council),
    };
    let policy = bot
        .policy(council)
        .map_err(|faults| faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))?;
    let today = file.today.as_deref().unwrap_or("2027-01-01");
    let today: Date = today.parse().map_err(|_| "today is no date".to_owned())?;
    let day = Day { today, epoch_1904: false };

    let template = bot.template();
    let mut row: BTreeMap<String, Toml> = BTreeMap::new();
    for column in template.columns.iter().filter(|column| !column.example.is_empty()) {
        row.insert(column.header.clone(), Toml::String(column.example.clone()));
    }
    row.extend(file.row.clone());
    let fields = match read(template, &row, day)? {
        Ok(fields) => fields,
        Err(faults) => return Ok(Outcome::Rejected(faults)),
    };
    let prepared = match bot.prepare(through_json(&fields)?, &policy) {
        Ok(prepared) => prepared,
        Err(faults) => return Ok(Outcome::Rejected(faults.iter().map(named).collect())),
    };

    let again = bot.fields(&prepared.case).map_err(|it| it.to_string())?;
    if bot.prepare(again, &policy).map(|again| again.case).ok().as_ref() != Some(&prepared.case) {
        return Err("the case does not come back from its own fields: see Bot::fields".to_owned());
    }

    let mut looked = BTreeMap::new();
    for lookup in bot.manifest().lookups {
        let found = match file.lookups.get(lookup.name) {
            None => Looked::NotLookedAt,
            Some(rows) => {
                let about = file.about.get(lookup.name);
                look_up(bot, lookup.name, rows, about, &prepared.case, day)?
            }
        };
        looked.insert(lookup.name.to_owned(), through_json(&found)?);
    }
    let decide = || bot.decide(&prepared.case, &looked, &policy).map_err(|it| it.to_string());
    let ruling = decide()?;
    if ruling != decide()? || ruling != through_json(&ruling)? {
        return Err("the ruling is not the same when it is made again or stored".to_owned());
    }
    let mut confirmed = ruling.clone();
    let missing = bot.complete(&mut confirmed);
    if ruling.settled() && (!missing.is_empty() || confirmed != ruling) {
        return Err(
            "an officer's same decision would not be the same: see Bot::complete".to_owned()
        );
    }
    let payments = payments::of(bot, &prepared.case, &ruling, file.officer.as_ref(), &policy)?;
    Ok(Outcome::Ruled(ruling, payments))
}

fn compare(
    bot: &Registered,
    expect: &Expect,
    ruling: &Ruling,
    payments: &[String],
) -> Vec<(String, String, String)> {
    let mut wrong = Vec::new();
    let mut check = |what: &str, expected: String, got: String| {
        if expected != got {
            wrong.push((what.to_owned(), expected, got));
        }
    };
    check("faults of the row", sorted(&expect.rejected), String::new());
    let headers: Vec<&str> = ruling.decision.iter().map(|(header, _)| header.as_str()).collect();
    check("decision columns", bot.decision_columns().join(", "), headers.join(", "));
    for (header, value) in &ruling.decision {
        let (some, none) = (expect.contains.get(header), expect.lacks.get(header));
        if some.is_some() || none.is_some() {
            let value = value.to_string();
            for words in some.into_iter().flatten().filter(|words| !value.contains(*words)) {
                check(header, format!("words: {words}"), value.replace('\n', " / "));
            }
            for words in none.into_iter().flatten().filter(|words| value.contains(*words)) {
                check(header, format!("without: {words}"), value.replace('\n', " / "));
            }
            continue;
        }
        let expected = expect.decision.get(header).cloned().unwrap_or_default();
        check(header, expected, value.to_string());
    }
    let named = expect.decision.keys().chain(expect.contains.keys()).chain(expect.lacks.keys());
    for header in named.filter(|header| !headers.contains(&header.as_str())) {
        check(header, "a decision column".to_owned(), "no such column".to_owned());
    }
    let needs: Vec<String> = ruling.needs.iter().map(|need| need.code.clone()).collect();
    check("needs", sorted(&expect.needs), sorted(&needs));
    let known = |code: &str| bot.manifest().needs.iter().any(|need| need.code == code);
    let strange: Vec<String> = needs.iter().filter(|code| !known(code)).cloned().collect();
    check("needs outside the manifest's list", String::new(), sorted(&strange));
    if !expect.missing.is_empty() {
        let missing = ruling.needs.iter().filter_map(|need| need.missing.clone());
        check("missing", sorted(&expect.missing), sorted(&missing.collect::<Vec<_>>()));
    }
    let reasons = ruling.reasons_text();
    for words in &expect.because {
        if !reasons.contains(words) {
            check("reasons", format!("words: {words}"), reasons.replace('\n', " / "));
        }
    }
    for words in &expect.not_because {
        if reasons.contains(words) {
            check("reasons", format!("without: {words}"), reasons.replace('\n', " / "));
        }
    }
    if let Some(expected) = &expect.payments {
        check("payments", listed(expected), listed(payments));
    }
    if ruling.reasons.is_empty() {
        check("reasons", "at least one".to_owned(), "none".to_owned());
    }
    wrong
}

fn named(fault: &super::Fault) -> String {
    format!("{}: {}", fault.column, fault.code)
}

fn sorted(texts: &[String]) -> String {
    let mut texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    texts.sort_unstable();
    texts.join(", ")
}

/// So that a list without anything can be read.
fn listed(texts: &[String]) -> String {
    if texts.is_empty() { "none".to_owned() } else { sorted(texts) }
}

fn through_json<T: serde::Serialize + serde::de::DeserializeOwned>(it: &T) -> Result<T, String> {
    let text = serde_json::to_vec(it).map_err(|error| error.to_string())?;
    let _: Value = serde_json::from_slice(&text).map_err(|error| error.to_string())?;
    serde_json::from_slice(&text).map_err(|error| error.to_string())
}

/// All wrong cases as one text; empty if none is.
pub fn report(wrong: &[Wrong]) -> String {
    let mut text = String::new();
    for wrong in wrong {
        writeln!(text, "{wrong}").expect("writing to a String cannot fail");
    }
    text
}

/// The test of a bot: its cases, and that the list of cases and the folder agree.
#[cfg(test)]
pub(crate) fn assert_all(bot: &Registered, folder: &str) {
    let wrong = run(bot, None);
    assert!(wrong.is_empty(), "{} wrong:\n\n{}", wrong.len(), report(&wrong));

    let cases = format!("{}/src/{folder}/cases", env!("CARGO_MANIFEST_DIR"));
    let mut files: Vec<String> = std::fs::read_dir(cases)
        .expect("a bot has a folder of cases")
        .map(|entry| entry.expect("the folder can be read").file_name())
        .map(|name| name.to_string_lossy().trim_end_matches(".toml").to_owned())
        .collect();
    files.sort();
    let mut listed: Vec<&str> = bot.manifest().cases.iter().map(|case| case.name).collect();
    listed.sort_unstable();
    assert_eq!(listed, files, "the list of cases and the folder of cases differ");
}

#[cfg(test)]
mod tests;
