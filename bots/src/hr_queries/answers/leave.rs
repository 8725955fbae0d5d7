//! Annual leave: entitlement, public holidays, balance and carrying over, all in hours.

use jiff::ToSpan as _;
use jiff::civil::Date;
use rust_decimal::{Decimal, RoundingStrategy};

use super::{Reply, count};
use crate::hr_queries::employee::day_and_month;
use crate::hr_queries::words::{day, plain_number, rounded};
use crate::kit::{InForce, Need, NotInForce};

/// More paid sick weeks than this in the year may limit what is accrued.
const LONG_ABSENCE_WEEKS: u32 = 13;

/// From when five years' service counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::hr_queries) enum LongService {
    NextLeaveYear,
    Anniversary,
}

impl LongService {
    pub(in crate::hr_queries) fn named(name: &str) -> Option<Self> {
        match name {
            "next leave year" => Some(LongService::NextLeaveYear),
            "anniversary" => Some(LongService::Anniversary),
            _ => None,
        }
    }
}

/// A year of leave, first and last day.
struct Year {
    from: Date,
    to: Date,
}

impl Year {
    /// The leave year that holds a day.
    fn holding(on: Date, (start_day, start_month): (i8, i8)) -> Option<Year> {
        let this = Date::new(on.year(), start_month, start_day).ok()?;
        let from = if this <= on { this } else { this.checked_sub(1.year()).ok()? };
        let to = from.checked_add(1.year()).ok()?.yesterday().ok()?;
        Some(Year { from, to })
    }
}

/// The contract, as leave is worked out from it.
struct Contract {
    hours: Decimal,
    full_time: Decimal,
    /// First and last day in the leave year.
    from: Date,
    to: Date,
}

pub(in crate::hr_queries) fn answer(reply: &mut Reply<'_>) {
    let Some(year) = leave_year(reply) else { return };
    let Some(contract) = contract(&year, reply) else { return };
    let Some(days) = days(&year, reply) else { return };
    let Some(holidays) = public_holidays(&year, &contract, reply) else { return };
    let Some(hours) = entitlement(&year, &contract, days, holidays.hours, reply) else { return };
    balance(hours, reply);
    tell_holidays(&holidays, reply);
    carry_over(&contract, reply);
    long_absence(reply);
}

fn leave_year(reply: &mut Reply<'_>) -> Option<Year> {
    let (text, rule) = reply.text("leave_year_starts")?;
    let starts = reply.employee.leave_year_starts.or_else(|| day_and_month(text));
    let year = Year::holding(reply.on(), reply.record("Leave year starts", starts)?)?;
    reply.step("Leave year", format!("{} to {}", day(year.from), day(year.to)), &rule);
    let (from, to) = (reply.case.date_from, reply.case.date_to);
    if from.or(to).is_some_and(|about| about < year.from)
        || to.or(from).is_some_and(|about| about > year.to)
    {
        let why = "The question is about another leave year, and the record's hours of leave \
                   taken are those of this one.";
        reply.need("another-leave-year", why);
    }
    Some(year)
}

fn contract(year: &Year, reply: &mut Reply<'_>) -> Option<Contract> {
    let employee = reply.employee;
    let hours = reply.record("Contract hours", employee.contract_hours)?;
    let full_time = reply.record("Full-time hours", employee.full_time_hours)?;
    let start = reply.record("Start date", employee.start)?;
    let from = start.max(year.from);
    let to = employee.leaving.map_or(year.to, |leaving| leaving.min(year.to));
    if hours.is_zero() || full_time.is_zero() || hours > full_time || from > to {
        let why = "The record's hours or dates do not fit together: contract hours must be above \
                   0 and no more than the full-time hours, and the start before the leaving.";
        reply.need("record-odd", why);
        return None;
    }
    reply.fact("Contract hours a week", plain_number(hours));
    reply.fact("Full-time hours a week", plain_number(full_time));
    if from > year.from {
        reply.fact("Started", day(from));
    }
    if to < year.to {
        reply.fact("Leaves", day(to));
    }
    Some(Contract { hours, full_time, from, to })
}

/// Days of a full year at full time, by continuous service.
fn days(year: &Year, reply: &mut Reply<'_>) -> Option<Decimal> {
    let service = reply.record("Continuous service date", reply.employee.service)?;
    let (years, _) = reply.number("long_service_years")?;
    let (basic, on_basic) = reply.number("leave_days")?;
    let (long, on_long) = reply.number("leave_days_long")?;
    let (from, from_rule) = reply.text("long_service_from")?;
    let from = LongService::named(from)?;
    let whole: i16 = years.trunc().try_into().ok()?;
    let reached = service.checked_add(whole.years()).ok()?;
    let counted_on = match from {
        LongService::NextLeaveYear => year.from,
        LongService::Anniversary => reply.on(),
    };
    let is_long = reached <= counted_on;
    reply.fact("Continuous service since", day(service));
    reply.step(&format!("{years} years' service reached on"), day(reached), &from_rule);
    let (days, rule) = if is_long { (long, on_long) } else { (basic, on_basic) };
    let text = if is_long {
        format!(
            "With {years} years' continuous service or more, a full year at full time has {days} days of annual leave."
        )
    } else {
        format!("A full year at full time has {days} days of annual leave.")
    };
    reply.say("leave-days", text, &rule);
    let next_year = year.to.tomorrow().ok()?;
    if !is_long && reached <= next_year {
        let when = match from {
            LongService::NextLeaveYear => next_year,
            LongService::Anniversary => reached,
        };
        reply.add(format!(
            "You complete {years} years' continuous service on {}, and it is {long} days from {}.",
            day(reached),
            day(when)
        ));
    }
    Some(days)
}

struct Holidays<'a> {
    days: usize,
    hours: Decimal,
    rule: InForce<'a>,
}

/// Public holidays that fall in the employment, by hours: never by the weekdays worked.
fn public_holidays<'a>(
    year: &Year,
    contract: &Contract,
    reply: &mut Reply<'a>,
) -> Option<Holidays<'a>> {
    let policy = reply.policy;
    let all = policy.rows("public_holiday").iter().filter_map(|row| Some((row, row.date("date")?)));
    let in_year: Vec<_> = all.filter(|(_, date)| year.from <= *date && *date <= year.to).collect();
    let Some((first, date)) = in_year.first() else {
        let missing = NotInForce { id: "public_holiday", label: "Public holidays", ended: None };
        let why = format!("The council's public holidays are not set for {}.", year.from.year());
        reply.ruling.need(Need::figure(why, &missing));
        return None;
    };
    let employed = |date: &Date| contract.from <= *date && *date <= contract.to;
    let days = in_year.iter().filter(|(_, date)| employed(date)).count();
    let hours = Decimal::from(days) * contract.hours / Decimal::from(5);
    let rule = policy.row_in_force("public_holiday", first, "date", *date);
    Some(Holidays { days, hours: rounded(hours), rule })
}

/// Days × a day's hours × the share of full time × the complete months, rounded once at the end;
/// never below the statutory weeks.
fn entitlement(
    year: &Year,
    contract: &Contract,
    days: Decimal,
    holidays: Decimal,
    reply: &mut Reply<'_>,
) -> Option<Decimal> {
    let rule = reply.in_force("leave_pro_rata")?;
    let (weeks, statutory) = reply.number("statutory_leave_weeks")?;
    let months = complete_months(contract.from, contract.to)?;
    let (five, twelve) = (Decimal::from(5), Decimal::from(12));
    let exact = days * contract.hours * Decimal::from(months) / (five * twelve);
    let hours = rounded(exact);
    let mut working = format!("{days} days × {} hours", plain_number(contract.full_time / five));
    if contract.hours < contract.full_time {
        working += &format!(" × {}/{}", contract.hours, contract.full_time);
    }
    if months < 12 {
        working += &format!(" × {months}/12 complete months");
    }
    working += &format!(" = {} hours, rounded to two decimals", plain_number(hours));
    reply.step("Annual leave", working, &rule);

    let employed = days_of(contract.from, contract.to);
    let least = weeks * contract.hours * Decimal::from(employed)
        / Decimal::from(days_of(year.from, year.to));
    let least = least.round_dp_with_strategy(2, RoundingStrategy::AwayFromZero);
    reply.step(
        "Statutory least, with public holidays",
        format!(
            "{weeks} weeks × {} hours × {employed}/{} days = {} hours, rounded up",
            contract.hours,
            days_of(year.from, year.to),
            plain_number(least)
        ),
        &statutory,
    );
    let raised = (least - holidays).max(hours);
    if raised > hours {
        let text = format!(
            "The statutory least of {weeks} weeks is more than that: it brings annual leave to {} \
             hours.",
            plain_number(raised)
        );
        reply.say("statutory-least", text, &statutory);
    }
    let period = format!("{} to {}", day(contract.from), day(contract.to));
    let share = if contract.hours < contract.full_time || months < 12 {
        "In proportion to your hours and months, your"
    } else {
        "Your"
    };
    let text = format!(
        "{share} annual leave from {period} is {} hours, public holidays not counted.",
        plain_number(raised)
    );
    reply.say("leave-entitlement", text, &rule);
    Some(raised)
}

fn balance(hours: Decimal, reply: &mut Reply<'_>) {
    let Some(taken) = reply.record("Leave taken hours", reply.employee.leave_taken) else { return };
    let Some(rule) = reply.in_force("leave_pro_rata") else { return };
    let left = hours - taken;
    reply.fact("Leave taken, hours", plain_number(taken));
    let working =
        format!("{} − {} = {}", plain_number(hours), plain_number(taken), plain_number(left));
    reply.step("Leave left, hours", working, &rule);
    let on = day(reply.on());
    if left.is_sign_negative() && !left.is_zero() {
        let text = format!(
            "The record shows {} hours taken by {on}, {} hours more than the entitlement.",
            plain_number(taken),
            plain_number(-left)
        );
        reply.say("leave-overtaken", text, &rule);
        let why = "More leave has been taken than is due: what follows is a person's decision.";
        reply.need("leave-overtaken", why);
        return;
    }
    let text = format!(
        "The record shows {} hours taken by {on}, so {} hours are left. Leave brought forward from \
         last year is not counted in that.",
        plain_number(taken),
        plain_number(left)
    );
    reply.say("leave-left", text, &rule);
}

fn tell_holidays(holidays: &Holidays<'_>, reply: &mut Reply<'_>) {
    let text = format!(
        "Public holidays come on top: {}, which is {} hours by your contract hours, whichever \
         weekdays you work.",
        count(&holidays.days.to_string(), "day"),
        plain_number(holidays.hours)
    );
    reply.say("public-holidays", text, &holidays.rule);
}

fn carry_over(contract: &Contract, reply: &mut Reply<'_>) {
    let Some((days, rule)) = reply.number("carry_days") else { return };
    let Some((until, _)) = reply.text("carry_until") else { return };
    let Some((last_day, month)) = day_and_month(until) else { return };
    let Ok(last) = Date::new(reply.on().year(), month, last_day) else { return };
    let hours = rounded(days * contract.hours / Decimal::from(5));
    let month = day(last);
    let until = month.rsplit_once(' ').map_or(month.as_str(), |(day, _)| day);
    let text = format!(
        "Up to {days} days ({} hours for you) may be carried into the next leave year, and must be \
         taken by {until}.",
        plain_number(hours)
    );
    reply.say("carry-over", text, &rule);
}

/// After a long absence the contractual part accrues differently.
fn long_absence(reply: &mut Reply<'_>) {
    let (full, half) = (reply.employee.sick_full_used, reply.employee.sick_half_used);
    let weeks = full.unwrap_or_default() + half.unwrap_or_default();
    if weeks > Decimal::from(LONG_ABSENCE_WEEKS) {
        let why = "The record shows more than three months of sickness, which may limit what \
                   leave is accrued beyond the statutory weeks.";
        reply.ruling.need(Need::new("long-absence", why).sensitive());
    }
}

/// Whole months from the first day to the last, both included.
fn complete_months(from: Date, to: Date) -> Option<u32> {
    let after = to.tomorrow().ok()?;
    let mut months = 0;
    while months < 12 && from.checked_add(i64::from(months + 1).months()).ok()? <= after {
        months += 1;
    }
    Some(months)
}

/// Days from the first to the last, both included.
fn days_of(from: Date, to: Date) -> i32 {
    (to - from).get_days() + 1
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn months_are_complete_from_the_first_day_to_the_last() {
        for (from, to, months) in [
            (date(2026, 1, 1), date(2026, 12, 31), 12),
            (date(2026, 6, 1), date(2026, 12, 31), 7),
            (date(2026, 6, 2), date(2026, 12, 31), 6),
            (date(2026, 12, 2), date(2026, 12, 31), 0),
            (date(2026, 1, 1), date(2026, 6, 29), 5),
            (date(2026, 1, 1), date(2026, 6, 30), 6),
            (date(2026, 2, 15), date(2026, 8, 14), 6),
            (date(2026, 2, 15), date(2026, 8, 13), 5),
            (date(2028, 2, 29), date(2028, 12, 31), 10),
        ] {
            assert_eq!(complete_months(from, to), Some(months), "{from} to {to}");
        }
    }

    #[test]
    fn a_leave_year_holds_its_first_and_its_last_day() {
        for (on, starts, from, to) in [
            (date(2026, 1, 1), (1, 1), date(2026, 1, 1), date(2026, 12, 31)),
            (date(2026, 12, 31), (1, 1), date(2026, 1, 1), date(2026, 12, 31)),
            (date(2026, 3, 31), (1, 4), date(2025, 4, 1), date(2026, 3, 31)),
            (date(2026, 4, 1), (1, 4), date(2026, 4, 1), date(2027, 3, 31)),
        ] {
            let year = Year::holding(on, starts).unwrap();
            assert_eq!((year.from, year.to), (from, to));
        }
        assert_eq!(days_of(date(2028, 1, 1), date(2028, 12, 31)), 366);
    }

    proptest! {
        #[test]
        fn who_starts_later_has_never_more_months(first in 0_i32..365, later in 0_i32..365) {
            let day = |days: i32| date(2026, 1, 1) + i64::from(days).days();
            let (first, later) = (first.min(later), first.max(later));
            let to = date(2026, 12, 31);
            prop_assert!(complete_months(day(first), to) >= complete_months(day(later), to));
        }
    }
}
