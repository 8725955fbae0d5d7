//! The lists that others work by: who eats free in each school's kitchen, the flag file of the
//! school system, and the awards that the school roll ends.
//!
//! A kitchen learns who and from when to when, and nothing of why: neither income nor benefit.

mod award;
mod kitchen;
mod roll;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde_json::Value;

use super::application::Application;
use super::holiday::Block;
use super::session::Session;
use super::stage::Stage;
use crate::kit::{
    Ended, ForLists, HandOut, List, ListColumn, ListKind, ListRow, Lists, NeedCode, NoLists,
    Policy, Ruling, Shown, Told,
};
use award::{Award, Reach};
use kitchen::Kitchens;
use roll::{Found, Roll};

pub(super) const KITCHEN: &str = "kitchen";
pub(super) const FLAGS: &str = "flags";
/// What the school system calls the flag, where the council sets no other word.
const FLAG: &str = "FSM";

/// Why awards end.
const LEFT: &str = "left-roll";
const STAGE: &str = "stage";

/// What is made.
pub(super) const HAND_OUT: HandOut = HandOut {
    lookup: super::ROLL,
    whom: "pupil",
    lists: &[
        ListKind {
            name: KITCHEN,
            title: "Kitchen list",
            each: Some("school"),
            for_a_program: false,
            columns: &[
                column("child-forename", "Child forename"),
                column("child-surname", "Child surname"),
                column("stage", "Stage"),
                column("date-of-birth", "Date of birth"),
                column("free-from", "Free from"),
                column("free-to", "Free to"),
            ],
        },
        ListKind {
            name: FLAGS,
            title: "Flag file",
            each: None,
            for_a_program: true,
            columns: &[
                column("scn", "SCN"),
                column("flag", "Flag"),
                column("from", "From"),
                column("to", "To"),
            ],
        },
    ],
    ends: &[
        code(LEFT, "the school roll says that the pupil has left"),
        code(STAGE, "the award's ground does not reach the stage that the school roll has"),
    ],
    told: &[
        code("not-on-roll", "the child is not on the school roll: ask the school"),
        code("several-on-roll", "several pupils on the school roll fit: find which one it is"),
        code("roll-conflict", "the SCN and the school roll do not agree on who the child is"),
        code("stage-unclear", "the school roll does not settle the stage"),
        code("left-school", "by the school roll the pupil is past S6 in this session"),
        code(
            "trial-school",
            "Scottish Child Payment counts in the trial's schools, and the pupil has moved to another",
        ),
        code("special-school", "the policy does not settle meals in special schools"),
        code("no-scn", "neither the form nor the school roll has an SCN: no flag can be set"),
        code("no-dates", "the decision says neither from when nor to when"),
        code(
            "back-on-roll",
            "the award ended as the pupil had left, and the school roll has them again: review the item",
        ),
    ],
};

const fn column(holds: &'static str, header: &'static str) -> ListColumn {
    ListColumn { holds, header }
}

const fn code(code: &'static str, means: &'static str) -> NeedCode {
    NeedCode::new(code, means)
}

/// What of a ruling the lists need; nothing where it gives no meals.
pub(super) fn listed(case: &Application, ruling: &Ruling) -> Option<Value> {
    Award::of(case, ruling)
        .map(|award| serde_json::to_value(award).expect("an award is plain data with text keys"))
}

/// Everything that the lists are worked out from.
struct Making<'a> {
    session: Session<'a>,
    policy: &'a Policy,
    as_at: Date,
    roll: Roll<'a>,
    lists: Lists,
    kitchens: Kitchens<'a>,
    /// From when to when, by SCN.
    flags: BTreeMap<String, Vec<(Date, Date)>>,
}

/// The lists of the session that the day is in, or of the next one.
pub(super) fn lists(of: &ForLists<'_>) -> Result<Lists, NoLists> {
    let session = Session::at(of.as_at, of.policy).ok_or_else(|| {
        NoLists::new(
            format!("the council's policy has no school session on {} or after it", of.as_at),
            "add the session to the council's policy, or name another day",
        )
    })?;
    let roll = Roll::of(of, &session)?;
    let kitchens = Kitchens::of(&roll);
    let (policy, as_at) = (of.policy, of.as_at);
    let (lists, flags) = (Lists::default(), BTreeMap::new());
    let mut making = Making { session, policy, as_at, roll, lists, kitchens, flags };
    making.universal();
    for standing in of.standing {
        let award: Award = serde_json::from_slice(&standing.says)
            .map_err(|_| NoLists::new("an award cannot be read by this version of its bot", ""))?;
        making.award(standing.item, standing.ended.as_ref(), &award);
    }
    Ok(making.finish())
}

impl Making<'_> {
    /// Everybody whose stage eats free.
    fn universal(&mut self) {
        let whole = (self.session.meals_from, self.session.meals_to);
        let mut unsettled = false;
        for at in 0..self.roll.pupils.len() {
            let Some(stage) = self.roll.pupils[at].stage_now() else { continue };
            if !self.roll.pupils[at].active {
                continue;
            }
            match self.free_for_all(stage) {
                Some(from) => self.kitchens.free(&self.roll, at, (from.max(whole.0), whole.1)),
                None => unsettled |= stage == Stage::Special,
            }
        }
        if unsettled {
            self.tell(None, "special-school");
        }
    }

    /// Since when every pupil of the stage eats free, if they do.
    fn free_for_all(&self, stage: Stage) -> Option<Date> {
        let day = self.as_at.max(self.session.meals_from);
        let reaches = match stage {
            Stage::Primary(year) => {
                let rule = self.policy.in_force("universal_to_primary", day).ok()?;
                (rule.number()? >= year.into()).then_some(rule)
            }
            Stage::Special => self.policy.in_force("special_school", day).ok(),
            Stage::Secondary(_) | Stage::Nursery => None,
        };
        reaches.filter(crate::kit::InForce::may_decide).map(|rule| rule.from)
    }

    fn award(&mut self, item: i64, ended: Option<&(Date, String)>, award: &Award) {
        let Some((from, to)) = award.from.zip(award.to) else {
            return self.tell(Some(item), "no-dates");
        };
        if to < self.session.meals_from || from > self.session.meals_to {
            return; // of another session
        }
        let found = self.roll.find(award);
        let ended = match ended {
            Some((on, reason)) => {
                if reason == LEFT && matches!(found, Found::Active(_)) {
                    self.tell(Some(item), "back-on-roll");
                }
                Some(*on)
            }
            None if to < self.as_at => None,
            None => {
                self.lists.awards += 1;
                let ended = self.ends(item, award, &found);
                if ended.is_none() {
                    self.feed(award, &found, (from, to));
                }
                ended
            }
        };
        self.flag(item, award, &found, (from, ended.map_or(to, |day| day.min(to))));
    }

    /// The day on which the award ends by what the roll says; what only a person can tell is told.
    fn ends(&mut self, item: i64, award: &Award, found: &Found) -> Option<Date> {
        let told = match found {
            Found::Left(_) => return Some(self.end(item, LEFT)),
            Found::None => "not-on-roll",
            Found::Several => "several-on-roll",
            Found::Conflict => "roll-conflict",
            Found::Active(places) => {
                let pupil = &self.roll.pupils[places[0]];
                match (pupil.stage_now(), pupil.is_past_school()) {
                    (Some(stage), _) => {
                        let free = self.free_for_all(stage).is_some();
                        match award.reaches(stage, free, pupil.school, self.as_at, self.policy) {
                            Reach::Yes => return None,
                            Reach::No => return Some(self.end(item, STAGE)),
                            Reach::Unclear => "stage-unclear",
                            Reach::OtherSchool => "trial-school",
                        }
                    }
                    (None, true) => "left-school",
                    (None, false) => "stage-unclear",
                }
            }
        };
        self.tell(Some(item), told);
        None
    }

    /// Holidays that begin later are not paid.
    fn end(&mut self, item: i64, reason: &'static str) -> Date {
        let on = self.as_at;
        let later = Block::of(&self.session, self.policy).filter(|block| block.from > on);
        let stops =
            later.map(|block| (block.session.to_owned(), format!("holiday-{}", block.name)));
        self.lists.ended.push(Ended { item, on, reason, stops: stops.collect() });
        on
    }

    /// An award stands: the kitchen of the school where the child is now gives the meals.
    fn feed(&mut self, award: &Award, found: &Found, dates: (Date, Date)) {
        match found {
            Found::Active(places) => {
                for at in places {
                    self.kitchens.free(&self.roll, *at, dates);
                }
            }
            Found::None => self.kitchens.free_off_roll(award, dates),
            Found::Left(_) | Found::Several | Found::Conflict => {}
        }
    }

    /// The school system is told of awards, not of what is for all.
    fn flag(&mut self, item: i64, award: &Award, found: &Found, dates: (Date, Date)) {
        if !award.flag || matches!(found, Found::Conflict) || dates.1 < dates.0 {
            return;
        }
        let on_roll = match found {
            Found::Active(places) => self.roll.pupils[places[0]].scn,
            Found::Left(at) => self.roll.pupils[*at].scn,
            Found::None | Found::Several | Found::Conflict => None,
        };
        match award.scn.as_deref().or(on_roll) {
            Some(scn) => self.flags.entry(scn.to_owned()).or_default().push(dates),
            None => self.tell(Some(item), "no-scn"),
        }
    }

    fn tell(&mut self, item: Option<i64>, code: &'static str) {
        self.lists.told.push(Told { item, code });
    }

    fn finish(self) -> Lists {
        let mut lists = self.lists;
        lists.lists = self.kitchens.lists();
        let mut rows = Vec::new();
        for (scn, spans) in self.flags {
            for (from, to) in joined(spans) {
                let cells = vec![
                    Shown::Text(scn.clone()),
                    Shown::Text(FLAG.to_owned()),
                    Shown::Date(from),
                    Shown::Date(to),
                ];
                rows.push(ListRow { who: scn.clone(), cells });
            }
        }
        lists.lists.push(List { kind: FLAGS, of: String::new(), rows });
        lists
    }
}

/// Two awards of one child are one span where they touch.
fn joined(mut spans: Vec<(Date, Date)>) -> Vec<(Date, Date)> {
    spans.sort_unstable();
    let mut joined: Vec<(Date, Date)> = Vec::with_capacity(spans.len());
    for (from, to) in spans {
        match joined.last_mut() {
            Some(last) if from <= last.1 || last.1.tomorrow().is_ok_and(|next| from == next) => {
                last.1 = last.1.max(to);
            }
            _ => joined.push((from, to)),
        }
    }
    joined
}
