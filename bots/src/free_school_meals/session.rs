//! School sessions, which are the council's policy: the day of the application chooses one.

use jiff::civil::Date;

use super::words::day;
use crate::kit::{InForce, Need, Policy, PolicyFault, Ruling, Setting};

const TABLE: &str = "session";

/// The session an application is for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Session<'p> {
    pub(crate) name: &'p str,
    pub(super) applications_from: Date,
    pub(crate) meals_from: Date,
    pub(crate) meals_to: Date,
    pub(crate) grant_until: Date,
    row: &'p Setting,
}

impl<'p> Session<'p> {
    /// The latest session that takes applications on the day, unless it is over.
    pub(crate) fn of(applied_on: Date, policy: &'p Policy) -> Option<Session<'p>> {
        let begins = |row: &&'p Setting| row.date("applications_from");
        let open = policy.rows(TABLE).iter().filter(|row| begins(row) <= Some(applied_on));
        let latest = open.max_by_key(begins).and_then(Session::read)?;
        (applied_on <= latest.meals_to).then_some(latest)
    }

    /// The session that a day is in; between two of them the next one.
    pub(super) fn at(day: Date, policy: &'p Policy) -> Option<Session<'p>> {
        let to_come = Session::all(policy).filter(|session| day <= session.meals_to);
        to_come.min_by_key(|session| session.meals_from)
    }

    /// Every session of the council.
    pub(super) fn all(policy: &'p Policy) -> impl Iterator<Item = Session<'p>> {
        policy.rows(TABLE).iter().filter_map(Session::read)
    }

    fn read(row: &'p Setting) -> Option<Session<'p>> {
        Some(Session {
            name: row.text("name")?,
            applications_from: row.date("applications_from")?,
            meals_from: row.date("meals_from")?,
            meals_to: row.date("meals_to")?,
            grant_until: row.date("grant_until")?,
            row,
        })
    }

    /// The first calendar year of the session: 2025 for 2025/26.
    pub(crate) fn year(&self) -> Option<i16> {
        year(self.name)
    }

    /// The first day on which meals would be given.
    pub(crate) fn first_day(&self, applied_on: Date) -> Date {
        applied_on.max(self.meals_from)
    }

    /// The council's row, as something a reason can rest on.
    pub(crate) fn in_force(&self, policy: &'p Policy) -> InForce<'p> {
        policy.row_in_force(TABLE, self.row, "name", self.applications_from)
    }

    pub(super) fn tell(&self, ruling: &mut Ruling, policy: &'p Policy) {
        let text = format!("The application is for session {}.", self.name);
        ruling.because("session", text, &self.in_force(policy));
        ruling.figure("Session", self.name, &self.in_force(policy));
    }
}

/// The first calendar year in a session's name.
pub(crate) fn year(name: &str) -> Option<i16> {
    let (first, second) = name.split_once('/')?;
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if first.len() != 4 || second.len() != 2 || !digits(first) || !digits(second) {
        return None;
    }
    let (first, second): (i16, i16) = (first.parse().ok()?, second.parse().ok()?);
    ((first + 1) % 100 == second).then_some(first)
}

/// No session takes an application of that day.
pub(crate) fn none(applied_on: Date, ruling: &mut Ruling, policy: &Policy) {
    if let Ok(rule) = policy.in_force("award_by_session", applied_on) {
        let text = "Meals and grants are awarded for one school session at a time.";
        ruling.because("award-by-session", text, &rule);
    }
    let why = format!(
        "The council's policy has no session that takes an application of {}: add the session, \
         or check the date.",
        day(applied_on)
    );
    ruling.need(Need::new("no-session", why));
}

/// Sessions must have a name that says its years, and dates in order.
pub(super) fn check(policy: &Policy) -> Vec<PolicyFault> {
    let mut faults = Vec::new();
    let sessions: Vec<Session<'_>> = Session::all(policy).collect();
    for (index, session) in sessions.iter().enumerate() {
        let place = format!("session {}", session.name);
        if session.year().is_none() {
            let remedy = "name it by its years, as 2025/26";
            faults.push(PolicyFault::new(&place, "the name is not two years", remedy));
        }
        let in_order = session.applications_from <= session.meals_from
            && session.meals_from < session.meals_to
            && (session.applications_from..=session.meals_to).contains(&session.grant_until);
        if !in_order {
            let remedy = "put them in order: applications_from, meals_from, grant_until, meals_to";
            faults.push(PolicyFault::new(&place, "its dates are not in order", remedy));
        }
        let twice = sessions[..index].iter().any(|other| {
            other.name == session.name || other.applications_from == session.applications_from
        });
        if twice {
            let problem = "another session has the same name or the same first day";
            faults.push(PolicyFault::new(&place, problem, "keep one of them"));
        }
    }
    faults
}
