//! Holiday blocks, which are the council's policy: how many days it pays of which holidays.

use jiff::civil::{Date, Weekday};
use rust_decimal::Decimal;

use super::session::Session;
use crate::kit::{Policy, PolicyFault, Setting};

const TABLE: &str = "holiday";

/// One holiday of a session, and what of it is paid.
#[derive(Clone, Copy, Debug)]
pub(super) struct Block<'p> {
    /// The name of the session whose awards it is paid to.
    pub(super) session: &'p str,
    /// Such as `christmas`: part of what a payment is known by.
    pub(super) name: &'p str,
    pub(super) from: Date,
    pub(super) to: Date,
    /// Days that are paid, which the council counts: whole, 1 or more.
    pub(super) days: Decimal,
    /// The day by which it is paid, in advance.
    pub(super) pay_on: Date,
}

impl<'p> Block<'p> {
    /// The blocks that are paid to awards of a session.
    pub(super) fn of(
        session: &Session<'p>,
        policy: &'p Policy,
    ) -> impl Iterator<Item = Block<'p>> + use<'p> {
        let name = session.name;
        Block::all(policy).filter(move |block| block.session == name)
    }

    fn all(policy: &'p Policy) -> impl Iterator<Item = Block<'p>> {
        policy.rows(TABLE).iter().filter_map(Block::read)
    }

    fn read(row: &'p Setting) -> Option<Block<'p>> {
        Some(Block {
            session: row.text("session")?,
            name: row.text("name")?,
            from: row.date("from")?,
            to: row.date("to")?,
            days: row.number("days")?,
            pay_on: row.date("pay_on")?,
        })
    }

    /// Does an award from one day to another stand when the block begins? The summer begins when
    /// the session's meals are over: an award that ran to their end had not ended before it.
    pub(super) fn is_within(&self, from: Date, to: Date, session: &Session<'_>) -> bool {
        from <= self.from && (self.from <= to || session.meals_to <= to)
    }
}

/// Blocks must be of a session that there is, each once and apart from the others, paid in
/// advance, and for no more days than a school could have been open.
pub(super) fn check(policy: &Policy) -> Vec<PolicyFault> {
    let mut faults = Vec::new();
    let blocks: Vec<Block<'_>> = Block::all(policy).collect();
    for (index, block) in blocks.iter().enumerate() {
        let place = format!("holiday {} {}", block.session, block.name);
        let mut fault = |problem: &str, remedy: String| {
            faults.push(PolicyFault::new(&place, problem, remedy));
        };
        alone(block, policy, &mut fault);
        let of_session = |other: &&Block<'_>| other.session == block.session;
        for other in blocks[..index].iter().filter(of_session) {
            if other.name == block.name {
                let remedy = "keep one of them, or give one another name".to_owned();
                fault("the session has another block of this name", remedy);
            } else if other.from <= block.to && block.from <= other.to {
                let problem =
                    format!("it overlaps with {}, and days would be paid twice", other.name);
                fault(&problem, "end one block before the other begins".to_owned());
            }
        }
    }
    faults
}

/// What is wrong with a block whatever the others are.
fn alone(block: &Block<'_>, policy: &Policy, fault: &mut impl FnMut(&str, String)) {
    if !is_kebab(block.name) {
        fault(
            "the name is not in kebab-case",
            "write it in small letters, as christmas".to_owned(),
        );
    }
    match Session::all(policy).find(|session| session.name == block.session) {
        None => {
            let remedy = "name a session of this file, as 2025/26, or add it".to_owned();
            fault("there is no such session", remedy);
        }
        Some(session) if !begins_in(block.from, &session) => {
            let remedy = format!(
                "let it begin from {} on and within a year of it, or name another session",
                session.meals_from
            );
            fault("it does not begin in the year of its session", remedy);
        }
        Some(_) => {}
    }
    if block.from > block.to {
        fault("it ends before it begins", "mend from or to".to_owned());
        return;
    }
    if block.pay_on > block.from {
        let remedy = format!("let pay_on be {} or earlier", block.from);
        fault("it would be paid after it has begun", remedy);
    }
    let most = weekdays(block.from, block.to);
    if !block.days.is_integer() || block.days < Decimal::ONE || block.days > Decimal::from(most) {
        let problem = format!("days is {}", block.days);
        let remedy = match most {
            0 => "no day from Monday to Friday is in it: mend from or to".to_owned(),
            most => format!(
                "write a whole number from 1 to {most}, the days from Monday to Friday in it"
            ),
        };
        fault(&problem, remedy);
    }
}

/// From the first day of the session's meals on, and before the same day a year later.
fn begins_in(from: Date, session: &Session<'_>) -> bool {
    let year_later = session.meals_from.checked_add(jiff::Span::new().years(1));
    session.meals_from <= from && year_later.is_ok_and(|end| from < end)
}

/// Days from Monday to Friday, the first and the last counted.
fn weekdays(from: Date, to: Date) -> usize {
    let days = from.series(jiff::Span::new().days(1)).take_while(|day| *day <= to);
    days.filter(|day| !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)).count()
}

/// Small letters and digits, with single hyphens between them.
fn is_kebab(name: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    name.split('-').all(|word| !word.is_empty() && word.bytes().all(letter))
}
