//! The pupil on the school roll: who it is, and the stage in the session applied for.
//!
//! The roll's stage is that of the roll's own session, so a roll read in June for August is a
//! year behind. Deferrals make the roll's stage count before any date of birth.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde_json::{Value, json};

use super::application::Application;
use super::session::{self, Session};
use super::stage::{Moved, Stage};
use super::words;
use crate::kit::{Fields, Looked, Need, Policy, Ruling, plain};

/// The key that is an SCN.
pub(crate) const BY_SCN: usize = 0;
/// A roll says which session it is of if at least so many pupils do.
const ENOUGH: usize = 20;

/// The step of the working that says the stage in the session applied for.
pub(crate) const STAGE: &str = "Stage in the session";

/// The stage that a ruling rests on; none where it rests on none.
pub(crate) fn stage_in(ruling: &Ruling) -> Option<Stage> {
    let told = ruling.working.iter().rfind(|line| line.label == STAGE)?;
    Stage::named(&told.amount)
}

/// SCN; forename, date of birth and school; surname, forename and date of birth.
pub(super) fn case_keys(application: &Application) -> Vec<Option<String>> {
    let child = &application.child;
    keys(
        application.scn.as_deref(),
        &child.forename,
        &child.surname,
        child.date_of_birth,
        &application.school,
    )
}

/// The same keys of a pupil on the roll.
pub(super) fn record_keys(pupil: &Fields) -> Vec<Option<String>> {
    let (forename, surname) = (pupil.text("forename"), pupil.text("surname"));
    let (born, school) = (pupil.date("date_of_birth"), pupil.text("school"));
    match (forename, surname, born, school) {
        (Some(forename), Some(surname), Some(born), Some(school)) => {
            keys(pupil.text("scn"), forename, surname, born, school)
        }
        _ => vec![pupil.text("scn").map(str::to_owned), None, None],
    }
}

fn keys(
    scn: Option<&str>,
    forename: &str,
    surname: &str,
    born: Date,
    school: &str,
) -> Vec<Option<String>> {
    let forename = plain(forename);
    vec![
        scn.map(str::to_owned),
        Some(format!("{forename}|{born}|{}", plain(school))),
        Some(format!("{}|{forename}|{born}", plain(surname))),
    ]
}

/// Which session a roll is of, if two thirds of its pupils agree by stage and date of birth.
pub(super) fn survey(pupils: &[Fields]) -> Value {
    let mut votes: BTreeMap<i16, usize> = BTreeMap::new();
    for pupil in pupils.iter().filter(|pupil| is_active(pupil)) {
        let year = pupil.text("stage").and_then(Stage::named).and_then(Stage::year);
        let Some((year, born)) = year.zip(pupil.date("date_of_birth")) else { continue };
        // P1 of session Y is born from 1 March of Y-5 to the end of February of Y-4.
        let cohort = if born.month() >= 3 { born.year() } else { born.year() - 1 };
        *votes.entry(cohort + 4 + year).or_default() += 1;
    }
    let all: usize = votes.values().sum();
    match votes.into_iter().max_by_key(|(_, count)| *count) {
        Some((year, count)) if all >= ENOUGH && count * 3 >= all * 2 => {
            json!({ "session": format!("{year}/{:02}", (year + 1).rem_euclid(100)) })
        }
        _ => json!({}),
    }
}

/// The pupil's stage in the session applied for; none where only a person can tell.
pub(super) fn stage(
    application: &Application,
    roll: &Looked,
    session: &Session<'_>,
    ruling: &mut Ruling,
    policy: &Policy,
) -> Option<Stage> {
    ruling.fact("Stage on the form", application.stage.to_string(), "the form");
    match roll {
        Looked::NotLookedAt => {
            let text = format!(
                "No school roll was looked at: the stage is {}, as on the form.",
                application.stage
            );
            told(application.stage, "stage-on-form", text, application, ruling, policy)
        }
        Looked::Found { about, key, records, .. } if !records.is_empty() => {
            let pupil = one_pupil(application, *key, records, ruling)?;
            stage_of(application, pupil, about, session, ruling, policy)
        }
        Looked::Nothing { .. } | Looked::Found { .. } => {
            let text = "The school roll's stage counts, and the child was not found there.";
            told_only("not-on-roll", text, application, ruling, policy);
            ruling.need(Need::new(
                "not-on-roll",
                "The child is not on the school roll. Check the name, the date of birth and the \
                 school; a child at another council's school is redirected there, not refused.",
            ));
            None
        }
    }
}

/// The one pupil that fits; another child's SCN is for a person.
fn one_pupil<'r>(
    application: &Application,
    key: usize,
    records: &'r [Fields],
    ruling: &mut Ruling,
) -> Option<&'r Fields> {
    let first = only_one(records, ruling)?;
    let child = &application.child;
    let same = |field: &str, name: &str| {
        first.text(field).is_some_and(|found| plain(found) == plain(name))
    };
    let same_name = same("forename", &child.forename) && same("surname", &child.surname);
    if key == BY_SCN && !same_name && first.date("date_of_birth") != Some(child.date_of_birth) {
        ruling.need(Need::new(
            "roll-conflict",
            "The SCN on the form is that of a pupil with another name and another date of birth: \
             check the SCN.",
        ));
        return None;
    }
    let scn = application.scn.as_deref().zip(first.text("scn"));
    if scn.is_some_and(|(form, roll)| form != roll) {
        ruling.need(Need::new(
            "roll-conflict",
            "The pupil on the school roll with this name and date of birth has another SCN than \
             the form: check the SCN, as it tells one application from another.",
        ));
    }
    if first.date("date_of_birth") != Some(child.date_of_birth) {
        ruling.fact("Date of birth on the roll", "another than on the form", "the school roll");
    } else if !same_name {
        ruling.fact("Name on the roll", "spelled otherwise than on the form", "the school roll");
    }
    Some(first)
}

/// The pupil of these lines, of those at school if there are any; several are for a person.
pub(crate) fn only_one<'r>(records: &'r [Fields], ruling: &mut Ruling) -> Option<&'r Fields> {
    let active: Vec<&Fields> = records.iter().filter(|pupil| is_active(pupil)).collect();
    let candidates = if active.is_empty() { records.iter().collect() } else { active };
    let first = *candidates.first()?;
    if candidates.iter().any(|other| !is_same_pupil(first, other)) {
        ruling.need(Need::new(
            "several-on-roll",
            "More than one pupil on the school roll fits the child: find which one it is.",
        ));
        return None;
    }
    Some(first)
}

/// Two lines of a roll are one pupil if nothing that counts differs.
pub(super) fn is_same_pupil(one: &Fields, other: &Fields) -> bool {
    let same = |field: &str| one.text(field).map(plain) == other.text(field).map(plain);
    let person = match (one.text("scn"), other.text("scn")) {
        (Some(one), Some(other)) => one == other,
        _ => ["forename", "surname", "date_of_birth", "school"].into_iter().all(same),
    };
    person && same("stage")
}

fn stage_of(
    application: &Application,
    pupil: &Fields,
    about: &Value,
    session: &Session<'_>,
    ruling: &mut Ruling,
    policy: &Policy,
) -> Option<Stage> {
    let Some(on_roll) = pupil.text("stage").and_then(Stage::named) else {
        ruling.need(unclear());
        return None;
    };
    ruling.fact("Stage on the roll", on_roll.to_string(), "the school roll");
    if !is_active(pupil) {
        ruling.need(Need::new(
            "left-roll",
            "The school roll says that the child has left: ask the school.",
        ));
    }
    let roll_year = about.get("session").and_then(Value::as_str).and_then(session::year);
    let moved = match roll_year.zip(session.year()) {
        Some((roll, applied)) => {
            ruling.fact("Session of the roll", session_name(roll), "the school roll");
            on_roll.moved(applied.saturating_sub(roll))
        }
        None => without_a_session(application, on_roll, session),
    };
    match moved {
        Moved::To(stage) => {
            let text = in_words(application.stage, on_roll, stage);
            told(stage, "stage-on-roll", text, application, ruling, policy)
        }
        Moved::LeftSchool => {
            let text = format!(
                "The school roll has the child in {on_roll} in its own session: past S6 in the \
                 session applied for."
            );
            told_only("left-school", &text, application, ruling, policy);
            ruling.need(Need::new(
                "left-school",
                "By the roll the child will have left school in the session applied for: ask the \
                 school.",
            ));
            None
        }
        Moved::Unclear => {
            let text = format!(
                "The form says {} and the roll {on_roll}, which do not settle the stage.",
                application.stage
            );
            told_only("stage-unclear", &text, application, ruling, policy);
            ruling.need(unclear());
            None
        }
    }
}

fn unclear() -> Need {
    Need::new(
        "stage-unclear",
        "Form and school roll do not settle the stage in the session applied for: ask the school.",
    )
}

/// Nobody knows the roll's session: from August it is this one; before, the form must agree.
fn without_a_session(application: &Application, on_roll: Stage, session: &Session<'_>) -> Moved {
    let form = application.stage;
    if application.applied_on >= session.meals_from || form == on_roll {
        Moved::To(on_roll)
    } else if form.follows(on_roll) {
        Moved::To(form)
    } else {
        Moved::Unclear
    }
}

fn in_words(form: Stage, on_roll: Stage, stage: Stage) -> String {
    match (on_roll == stage, form == stage) {
        (true, true) => format!("The school roll has the child in {stage}, as on the form."),
        (true, false) => {
            format!("The school roll has the child in {stage}; the form says {form}.")
        }
        (false, true) => format!(
            "The school roll has the child in {on_roll} in its own session: {stage} in the \
             session applied for, as on the form."
        ),
        (false, false) => format!(
            "The school roll has the child in {on_roll} in its own session: {stage} in the \
             session applied for; the form says {form}."
        ),
    }
}

fn told(
    stage: Stage,
    code: &str,
    text: String,
    application: &Application,
    ruling: &mut Ruling,
    policy: &Policy,
) -> Option<Stage> {
    match policy.in_force("roll_stage", application.applied_on) {
        Ok(rule) => {
            ruling.because(code, text, &rule);
            ruling.figure(STAGE, stage.to_string(), &rule);
            Some(stage)
        }
        Err(missing) => {
            let why = format!(
                "No rule says which stage counted on {}.",
                words::day(application.applied_on)
            );
            ruling.need(Need::figure(why, &missing));
            None
        }
    }
}

fn told_only(
    code: &str,
    text: &str,
    application: &Application,
    ruling: &mut Ruling,
    policy: &Policy,
) {
    if let Ok(rule) = policy.in_force("roll_stage", application.applied_on) {
        ruling.because(code, text, &rule);
    }
}

pub(crate) fn is_active(pupil: &Fields) -> bool {
    pupil.text("status") != Some("left")
}

pub(crate) fn session_name(year: i16) -> String {
    format!("{year}/{:02}", (i32::from(year) + 1).rem_euclid(100))
}
