//! The pupil on the school roll: whether there is one, and in which stage in the coming session.
//!
//! Here the roll is always looked at: a list alone does not say who still goes to school.

use serde_json::Value;

use super::listed::Listed;
use crate::free_school_meals::Stage;
use crate::free_school_meals::shared::{
    BY_SCN, Moved, STAGE, Session, is_active, not_set, only_one, session, session_name,
};
use crate::kit::words::day;
use crate::kit::{Fields, Looked, Need, Policy, Ruling, Shown, plain};

/// The step of the working that says the school, where the list does not.
const SCHOOL: &str = "School on the roll";

/// The key of one school alone: who has left it may be a pupil of another.
const BY_SCHOOL: usize = 1;

/// What the roll says of the child.
pub(super) enum OnRoll {
    /// A pupil of the coming session.
    Pupil(Stage),
    /// A pupil no more: a plain fact, which is told.
    Left,
    /// A person must find out; the ruling says what.
    Unknown,
}

/// SCN; forename, date of birth and school; surname, forename and date of birth: as the roll is
/// filed by the bot of applications.
pub(super) fn case_keys(case: &Listed) -> Vec<Option<String>> {
    let (forename, born) = (plain(&case.child_forename), case.child_date_of_birth);
    let school = case.school.as_deref().map(plain);
    vec![
        case.scn.clone(),
        school.map(|school| format!("{forename}|{born}|{school}")),
        Some(format!("{}|{forename}|{born}", plain(&case.child_surname))),
    ]
}

/// The school on the roll that a ruling rests on, where the list has none.
pub(super) fn school_in(ruling: &Ruling) -> Option<&str> {
    ruling.working.iter().rfind(|line| line.label == SCHOOL).map(|line| line.amount.as_str())
}

pub(super) fn find(
    case: &Listed,
    roll: &Looked,
    session: &Session<'_>,
    ruling: &mut Ruling,
    policy: &Policy,
) -> OnRoll {
    let records = match roll {
        Looked::NotLookedAt => {
            ruling.need(Need::new(
                "no-roll",
                "No school roll was looked at, and a list does not say who still goes to school: \
                 run it again with the roll, or look there.",
            ));
            return OnRoll::Unknown;
        }
        Looked::Nothing { .. } => &[][..],
        Looked::Found { records, .. } => records.as_slice(),
    };
    let rule = match policy.in_force("roll_stage", case.as_at) {
        Ok(rule) => rule,
        Err(missing) => {
            ruling.need(not_set(&missing, case.as_at));
            return OnRoll::Unknown;
        }
    };
    let because = |ruling: &mut Ruling, code: &str, text: String| ruling.because(code, text, &rule);
    if records.is_empty() {
        let text = "The school roll says who is a pupil, and the child was not found there.";
        because(ruling, "not-on-roll", text.to_owned());
        ruling.need(Need::new(
            "not-on-roll",
            "The child is not on the school roll. Check the name, the date of birth and the \
             school; a child at another council's school is redirected there.",
        ));
        return OnRoll::Unknown;
    }
    let Some(pupil) = one_pupil(case, roll, records, ruling) else { return OnRoll::Unknown };
    let on_roll = pupil.text("stage").and_then(Stage::named);
    if let Some(stage) = on_roll {
        ruling.fact("Stage on the roll", stage.to_string(), "the school roll");
    }
    if !is_active(pupil) {
        let text = "The school roll says that the child has left the school.".to_owned();
        because(ruling, "left-roll", text);
        if matches!(roll, Looked::Found { key: BY_SCHOOL, .. }) {
            ruling.need(Need::new(
                "left-roll",
                "The child has left the school that the list names, and was not looked for at \
                 others: ask the school, or give the SCN.",
            ));
            return OnRoll::Unknown;
        }
        return OnRoll::Left;
    }
    let moved = on_roll.map_or(Moved::Unclear, |on_roll| moved(case, on_roll, roll, session));
    match (moved, on_roll) {
        (Moved::To(stage), Some(on_roll)) => {
            let text = if on_roll == stage {
                format!("The school roll has the child in {stage}.")
            } else {
                format!(
                    "The school roll has the child in {on_roll} in its own session: {stage} in \
                     the coming one."
                )
            };
            because(ruling, "stage-on-roll", text);
            ruling.figure(STAGE, stage.to_string(), &rule);
            if let (None, Some(school)) = (&case.school, pupil.text("school")) {
                ruling.fact(SCHOOL, school, "the school roll");
            }
            OnRoll::Pupil(stage)
        }
        (Moved::LeftSchool, Some(on_roll)) => {
            let text = format!(
                "The school roll has the child in {on_roll} in its own session: past S6 in \
                 session {}.",
                session.name
            );
            because(ruling, "left-school", text);
            OnRoll::Left
        }
        (Moved::Unclear, _) | (_, None) => {
            let text = "The list and the school roll do not settle the stage.".to_owned();
            because(ruling, "stage-unclear", text);
            ruling.need(Need::new(
                "stage-unclear",
                "List and school roll do not settle the stage in the coming session: ask the \
                 school.",
            ));
            OnRoll::Unknown
        }
    }
}

/// The one pupil that fits; another child's SCN is for a person.
fn one_pupil<'r>(
    case: &Listed,
    roll: &Looked,
    records: &'r [Fields],
    ruling: &mut Ruling,
) -> Option<&'r Fields> {
    let first = only_one(records, ruling)?;
    let same = |field: &str, name: &str| {
        first.text(field).is_some_and(|found| plain(found) == plain(name))
    };
    let same_name = same("forename", &case.child_forename) && same("surname", &case.child_surname);
    let same_birth = first.date("date_of_birth") == Some(case.child_date_of_birth);
    let by_scn = matches!(roll, Looked::Found { key, .. } if *key == BY_SCN);
    let other_scn =
        case.scn.as_deref().zip(first.text("scn")).is_some_and(|(ours, roll)| ours != roll);
    if other_scn || (by_scn && !same_name && !same_birth) {
        ruling.need(Need::new(
            "roll-conflict",
            "The list and the school roll do not agree on who the child is: check the SCN, the \
             name and the date of birth.",
        ));
        return None;
    }
    if !same_birth {
        ruling.fact("Date of birth on the roll", "another than on the list", "the school roll");
    } else if !same_name {
        ruling.fact("Name on the roll", "spelled otherwise than on the list", "the school roll");
    }
    Some(first)
}

/// The roll's stage in the coming session. Where nobody knows the roll's own, from August it is
/// this one; before, the list must agree.
fn moved(case: &Listed, on_roll: Stage, roll: &Looked, session: &Session<'_>) -> Moved {
    let about = match roll {
        Looked::Found { about, .. } => about.get("session").and_then(Value::as_str),
        Looked::NotLookedAt | Looked::Nothing { .. } => None,
    };
    if let Some((roll, coming)) = about.and_then(session::year).zip(session.year()) {
        return on_roll.moved(coming.saturating_sub(roll));
    }
    match case.stage {
        _ if case.as_at >= session.meals_from => Moved::To(on_roll),
        Some(listed) if listed == on_roll || listed.follows(on_roll) => Moved::To(listed),
        Some(_) | None => Moved::Unclear,
    }
}

/// The day and the session of the list, and the roll's where it is known.
pub(super) fn tell(
    case: &Listed,
    roll: &Looked,
    session: &Session<'_>,
    ruling: &mut Ruling,
    policy: &Policy,
) {
    let own = session.in_force(policy);
    let text = format!("A list of {} is for session {}.", day(case.as_at), session.name);
    ruling.because("session", text, &own);
    ruling.figure("Session", session.name, &own);
    if let Looked::Found { about, .. } = roll
        && let Some(year) = about.get("session").and_then(Value::as_str).and_then(session::year)
    {
        ruling.fact("Session of the roll", session_name(year), "the school roll");
    }
}

/// A pupil of nursery has rules of its own.
pub(super) fn nursery(ruling: &mut Ruling) {
    ruling.need(Need::new(
        "nursery",
        "Meals in early learning and childcare have rules of their own (SSI 2015/269), and \
         whether a nursery child gets the clothing grant is for an officer.",
    ));
    ruling.set(super::PROPOSAL, Shown::Empty);
}
