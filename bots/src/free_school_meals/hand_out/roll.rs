//! The school roll as the lists read it: each pupil with the stage in the session, found by the
//! keys of an award.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde_json::Value;

use super::super::pupil::{self, BY_SCN};
use super::super::session::{self, Session};
use super::super::stage::{Moved, Stage};
use super::award::Award;
use crate::kit::{Fields, ForLists, NoLists, plain};

/// A line of the roll. It has no `Debug`: it is somebody's data.
pub(super) struct Pupil<'r> {
    fields: &'r Fields,
    pub(super) scn: Option<&'r str>,
    pub(super) school: &'r str,
    pub(super) active: bool,
    moved: Option<Moved>,
}

/// Everybody on the roll.
pub(super) struct Roll<'r> {
    pub(super) pupils: Vec<Pupil<'r>>,
    by_key: Vec<BTreeMap<String, Vec<usize>>>,
}

/// Whom of the roll an award is for.
pub(super) enum Found {
    /// At school: the lines that are this one pupil, who may be in two schools.
    Active(Vec<usize>),
    /// Not at school any more.
    Left(usize),
    /// Several pupils fit.
    Several,
    /// The SCN says another child than the name and date of birth.
    Conflict,
    /// Not on the roll.
    None,
}

impl Pupil<'_> {
    /// The stage in the session of the lists.
    pub(super) fn stage_now(&self) -> Option<Stage> {
        match self.moved {
            Some(Moved::To(stage)) => Some(stage),
            _ => None,
        }
    }

    pub(super) fn is_past_school(&self) -> bool {
        self.moved == Some(Moved::LeftSchool)
    }

    pub(super) fn forename(&self) -> &str {
        self.fields.text("forename").unwrap_or_default()
    }

    pub(super) fn surname(&self) -> &str {
        self.fields.text("surname").unwrap_or_default()
    }

    pub(super) fn born(&self) -> Option<Date> {
        self.fields.date("date_of_birth")
    }

    fn is_named(&self, award: &Award) -> bool {
        let child = &award.child;
        plain(self.forename()) == plain(&child.forename)
            && plain(self.surname()) == plain(&child.surname)
    }
}

impl<'r> Roll<'r> {
    pub(super) fn of(of: &ForLists<'r>, session: &Session<'_>) -> Result<Roll<'r>, NoLists> {
        let own = of.about.get("session").and_then(Value::as_str).and_then(session::year);
        let later = match own.zip(session.year()) {
            Some((roll, lists)) => lists.saturating_sub(roll),
            // From August a roll is this session's, as for an application.
            None if of.as_at >= session.meals_from => 0,
            None => {
                return Err(NoLists::new(
                    format!(
                        "nobody can tell whether the school roll is of session {} yet",
                        session.name
                    ),
                    "say it in the schedule, as [lookups.school-roll.about] with session = \"2026/27\", or wait for the first day of the session",
                ));
            }
        };
        let mut roll = Roll { pupils: Vec::with_capacity(of.records.len()), by_key: Vec::new() };
        for fields in of.records {
            let stage = fields.text("stage").and_then(Stage::named);
            for (kind, key) in pupil::record_keys(fields).into_iter().enumerate() {
                if roll.by_key.len() <= kind {
                    roll.by_key.push(BTreeMap::new());
                }
                if let Some(key) = key {
                    roll.by_key[kind].entry(key).or_default().push(roll.pupils.len());
                }
            }
            roll.pupils.push(Pupil {
                fields,
                scn: fields.text("scn"),
                school: fields.text("school").unwrap_or_default(),
                active: pupil::is_active(fields),
                moved: stage.map(|stage| stage.moved(later)),
            });
        }
        Ok(roll)
    }

    /// Looks for the child under every key, those at school first: who has changed school has left
    /// another.
    pub(super) fn find(&self, award: &Award) -> Found {
        for active in [true, false] {
            for (kind, key) in award.keys.iter().enumerate() {
                let Some(key) = key else { continue };
                let filed = self.by_key.get(kind).and_then(|index| index.get(key));
                let fits: Vec<usize> = filed
                    .into_iter()
                    .flatten()
                    .copied()
                    .filter(|at| self.pupils[*at].active == active)
                    .collect();
                if !fits.is_empty() {
                    return self.one(award, kind, fits, active);
                }
            }
        }
        Found::None
    }

    fn one(&self, award: &Award, kind: usize, fits: Vec<usize>, active: bool) -> Found {
        let first = &self.pupils[fits[0]];
        let other = |at: &usize| !pupil::is_same_pupil(first.fields, self.pupils[*at].fields);
        if fits.iter().any(other) {
            return Found::Several;
        }
        let same_birthday = first.born() == Some(award.child.date_of_birth);
        let another = kind == BY_SCN && !same_birthday && !first.is_named(award);
        let scn = award.scn.as_deref().zip(first.scn);
        if another || scn.is_some_and(|(form, roll)| form != roll) {
            return Found::Conflict;
        }
        // An award does not end on the word of a line that may be another child's.
        if !active && kind != BY_SCN && !first.is_named(award) {
            return Found::None;
        }
        if active { Found::Active(fits) } else { Found::Left(fits[0]) }
    }

    /// By which the pupil is known again: the SCN, and without one names and date of birth.
    pub(super) fn who(&self, at: usize) -> String {
        let mut keys = pupil::record_keys(self.pupils[at].fields);
        let names = keys.pop().flatten();
        keys.into_iter().next().flatten().or(names).unwrap_or_default()
    }
}
