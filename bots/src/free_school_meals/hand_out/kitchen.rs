//! The kitchens: a list for each school on the roll.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::super::stage::Stage;
use super::KITCHEN;
use super::award::Award;
use super::roll::Roll;
use crate::kit::{List, ListRow, Shown, plain};

/// A child who eats free. It has no `Debug`: it is somebody's data.
struct Child {
    forename: String,
    surname: String,
    stage: Stage,
    born: Option<Date>,
    from: Date,
    to: Date,
}

/// The children of each school, each child once.
pub(super) struct Kitchens<'r> {
    schools: BTreeMap<String, (&'r str, BTreeMap<String, Child>)>,
}

impl<'r> Kitchens<'r> {
    /// Every school that has somebody at it.
    pub(super) fn of(roll: &Roll<'r>) -> Kitchens<'r> {
        let mut schools = BTreeMap::new();
        for pupil in roll.pupils.iter().filter(|pupil| pupil.active) {
            schools.entry(plain(pupil.school)).or_insert((pupil.school, BTreeMap::new()));
        }
        Kitchens { schools }
    }

    /// A pupil eats free; where two grounds give it, for as long as either does.
    pub(super) fn free(&mut self, roll: &Roll<'_>, at: usize, dates: (Date, Date)) {
        let pupil = &roll.pupils[at];
        let Some(stage) = pupil.stage_now() else { return };
        let child = Child {
            forename: pupil.forename().to_owned(),
            surname: pupil.surname().to_owned(),
            stage,
            born: pupil.born(),
            from: dates.0,
            to: dates.1,
        };
        self.add(&plain(pupil.school), roll.who(at), child);
    }

    /// A child whom the roll lacks: the award stands, so the school on the form gives the meals, if
    /// it is one of the roll's.
    pub(super) fn free_off_roll(&mut self, award: &Award, dates: (Date, Date)) {
        let names = award.keys.last().cloned().flatten();
        let who = award.scn.clone().or(names).unwrap_or_default();
        let child = Child {
            forename: award.child.forename.clone(),
            surname: award.child.surname.clone(),
            stage: award.stage,
            born: Some(award.child.date_of_birth),
            from: dates.0,
            to: dates.1,
        };
        self.add(&plain(&award.school), who, child);
    }

    fn add(&mut self, school: &str, who: String, child: Child) {
        let Some((_, children)) = self.schools.get_mut(school) else { return };
        match children.get_mut(&who) {
            None => {
                children.insert(who, child);
            }
            Some(known) => {
                known.from = known.from.min(child.from);
                known.to = known.to.max(child.to);
            }
        }
    }

    /// By stage and name. A date of birth stands only where two of a school have the same names.
    pub(super) fn lists(self) -> Vec<List> {
        self.schools.into_values().map(|(school, children)| list(school, children)).collect()
    }
}

fn list(school: &str, children: BTreeMap<String, Child>) -> List {
    let names = |child: &Child| (plain(&child.surname), plain(&child.forename));
    let mut alike: BTreeMap<(String, String), usize> = BTreeMap::new();
    for child in children.values() {
        *alike.entry(names(child)).or_default() += 1;
    }
    let mut children: Vec<(String, Child)> = children.into_iter().collect();
    children.sort_by_cached_key(|(who, child)| {
        (child.stage.year().unwrap_or(i16::MAX), names(child), child.born, who.clone())
    });
    let rows = children.into_iter().map(|(who, child)| {
        let born = child.born.filter(|_| alike.get(&names(&child)) > Some(&1));
        let cells = vec![
            Shown::Text(child.forename),
            Shown::Text(child.surname),
            Shown::Text(child.stage.to_string()),
            born.map_or(Shown::Empty, Shown::Date),
            Shown::Date(child.from),
            Shown::Date(child.to),
        ];
        ListRow { who, cells }
    });
    List { kind: KITCHEN, of: school.to_owned(), rows: rows.collect() }
}
