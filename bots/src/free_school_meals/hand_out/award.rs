//! What of an award the lists need, and which stages its ground reaches.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::super::application::{Application, Person};
use super::super::stage::Stage;
use super::super::{INCOME_BASED, MEALS, MEALS_FROM, MEALS_TO, income, pupil};
use crate::kit::{Policy, Ruling, Shown};

/// An award of meals. It has no `Debug`: it is somebody's data.
#[derive(Serialize, Deserialize)]
pub(super) struct Award {
    pub(super) child: Person,
    pub(super) school: String,
    /// In the session that it is for.
    pub(super) stage: Stage,
    pub(super) scn: Option<String>,
    /// The keys under which the child is looked up on the roll, best first.
    pub(super) keys: Vec<Option<String>>,
    pub(super) from: Option<Date>,
    pub(super) to: Option<Date>,
    /// The stage alone gives the meals.
    pub(super) universal: bool,
    /// The school system is told of it.
    pub(super) flag: bool,
    ground: Ground,
}

/// What an award rests on, as far as it is bound to stages.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Ground {
    /// On nothing that a stage changes.
    Unbound,
    /// On Scottish Child Payment: P6 and P7, and S1 to S3 of the trial's schools.
    ChildPayment,
    /// On meals for all of the stage, or of a special school.
    ForAll,
}

/// Whether a ground reaches a stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    Yes,
    No,
    /// Nursery has rules of its own.
    Unclear,
    /// It would, in a school of the trial.
    OtherSchool,
}

impl Award {
    pub(super) fn of(case: &Application, ruling: &Ruling) -> Option<Award> {
        let is = |header: &str, word: &str| *ruling.decision_value(header) == Shown::words(word);
        let (universal, awarded) = (is(MEALS, "universal"), is(MEALS, "awarded"));
        if !universal && !awarded {
            return None;
        }
        let income = is(INCOME_BASED, "yes");
        let rests_on = |begins: &str| ruling.reasons.iter().any(|it| it.figure.starts_with(begins));
        let ground = match (income, universal) {
            // Beside another ground that qualifies it is not asked about.
            (true, _) if rests_on("scp_") => Ground::ChildPayment,
            (false, true) => Ground::ForAll,
            (false, false) if rests_on("special_school") => Ground::ForAll,
            _ => Ground::Unbound,
        };
        let date = |header: &str| match ruling.decision_value(header) {
            Shown::Date(date) => Some(*date),
            _ => None,
        };
        Some(Award {
            child: case.child.clone(),
            school: case.school.clone(),
            stage: pupil::stage_in(ruling).unwrap_or(case.stage),
            scn: case.scn.clone(),
            keys: pupil::case_keys(case),
            from: date(MEALS_FROM),
            to: date(MEALS_TO),
            universal,
            flag: awarded || income,
            ground,
        })
    }

    /// Whether the award goes on in this stage; `free`: everybody in it eats free.
    pub(super) fn reaches(
        &self,
        now: Stage,
        free: bool,
        school: &str,
        on: Date,
        policy: &Policy,
    ) -> Reach {
        if now == Stage::Nursery {
            return Reach::Unclear;
        }
        let special_still = now == Stage::Special && self.stage == Stage::Special;
        match (self.ground, now) {
            (Ground::Unbound, _) | (Ground::ChildPayment, Stage::Primary(6 | 7)) => Reach::Yes,
            (Ground::ForAll, _) if free || special_still => Reach::Yes,
            (Ground::ChildPayment, Stage::Secondary(1..=3)) => {
                if income::in_the_trial(school, on, policy) {
                    Reach::Yes
                } else if matches!(self.stage, Stage::Secondary(_)) {
                    Reach::OtherSchool
                } else {
                    Reach::No
                }
            }
            (Ground::ForAll | Ground::ChildPayment, _) => Reach::No,
        }
    }
}
