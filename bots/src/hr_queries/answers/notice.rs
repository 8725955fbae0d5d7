//! Notice: how long the council's is by service, and the employee's own.

use jiff::ToSpan as _;
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{Reply, count};
use crate::hr_queries::words::day;

pub(in crate::hr_queries) fn answer(reply: &mut Reply<'_>) {
    let given_on = reply.case.date_from.unwrap_or_else(|| reply.on());
    if by_employee(given_on, reply).is_none() {
        return;
    }
    by_council(given_on, reply);
}

/// From one pay period to the next.
fn by_employee(given_on: Date, reply: &mut Reply<'_>) -> Option<()> {
    let rule = reply.in_force("notice_by_employee")?;
    let (months, period) = reply.number("pay_period_months")?;
    let whole: i64 = months.trunc().try_into().ok()?;
    // It runs from the day after; so the last day has the same number, a month on.
    let last = given_on.checked_add(whole.months()).ok()?;
    reply.step("Ordinary period of pay, months", months.to_string(), &period);
    let text = format!(
        "The notice you give is the ordinary period from one pay period to the next: {} for \
         monthly paid staff.",
        count(&months.to_string(), "month")
    );
    reply.say("notice-by-employee", text, &rule);
    let text = format!(
        "Given on {}, it runs from the next day, and the last day of employment is {}.",
        day(given_on),
        day(last)
    );
    reply.say("notice-last-day", text, &period);
    Some(())
}

/// A week from a month's service on, a week for each year from two, twelve at most.
fn by_council(given_on: Date, reply: &mut Reply<'_>) -> Option<()> {
    let service = reply.record("Continuous service date", reply.employee.service)?;
    let rule = reply.in_force("notice_by_council")?;
    let (most, _) = reply.number("notice_most_weeks")?;
    let a_month = service.checked_add(1.month()).ok()?;
    let years = complete_years(service, given_on);
    let weeks = if given_on < a_month {
        Decimal::ZERO
    } else {
        Decimal::from(years).max(Decimal::ONE).min(most)
    };
    reply.fact("Continuous service since", day(service));
    reply.step(
        &format!("Complete years of service on {}", day(given_on)),
        years.to_string(),
        &rule,
    );
    let text = if weeks.is_zero() {
        "The council's notice to you begins with one month's continuous service, which is not \
         reached yet."
            .to_owned()
    } else {
        format!(
            "The notice that the council would have to give you is {}: one week up to 2 years' \
             continuous service, then one for each complete year, {most} at most.",
            count(&weeks.to_string(), "week")
        )
    };
    reply.say("notice-by-council", text, &rule);
    Some(())
}

/// Whole years of service on a day; none before it begins.
fn complete_years(service: Date, on: Date) -> u32 {
    let mut years: u32 = 0;
    while service
        .checked_add(i64::from(years + 1).years())
        .is_ok_and(|anniversary| anniversary <= on)
    {
        years += 1;
    }
    years
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_year_is_complete_on_its_anniversary() {
        for (service, on, years) in [
            (date(2024, 11, 22), date(2026, 11, 21), 1),
            (date(2024, 11, 22), date(2026, 11, 22), 2),
            (date(2024, 2, 29), date(2025, 2, 27), 0),
            (date(2024, 2, 29), date(2025, 2, 28), 1),
            (date(2027, 1, 1), date(2026, 1, 1), 0),
        ] {
            assert_eq!(complete_years(service, on), years, "{service} to {on}");
        }
    }
}
