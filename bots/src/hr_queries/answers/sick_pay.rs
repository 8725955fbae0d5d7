//! Sick pay: full and half pay by service, what is left of it, and Statutory Sick Pay by date.
//! Figures, never a decision.

use jiff::ToSpan as _;
use jiff::civil::{Date, date};
use rust_decimal::Decimal;

use super::{Reply, count};
use crate::hr_queries::words::{day, plain_number, pounds, rounded};

/// Service that is needed, and the weeks of full pay, which are those of half pay too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::hr_queries) struct Step {
    weeks_of_service: i64,
    years_of_service: i64,
    weeks: Decimal,
}

/// Reads `5 years: 26`, longest service first; none if a line cannot be read or is out of order.
pub(in crate::hr_queries) fn scale<'s>(lines: impl Iterator<Item = &'s str>) -> Option<Vec<Step>> {
    let mut steps: Vec<Step> = Vec::new();
    for line in lines {
        let (service, weeks) = line.split_once(':')?;
        let (number, unit) = service.trim().split_once(' ')?;
        let number: i64 = number.parse().ok()?;
        let (weeks_of_service, years_of_service) = match unit {
            "week" | "weeks" => (number, 0),
            "year" | "years" => (0, number),
            _ => return None,
        };
        let weeks = weeks.trim().parse().ok()?;
        steps.push(Step { weeks_of_service, years_of_service, weeks });
    }
    let length = |step: &Step| step.years_of_service * 53 + step.weeks_of_service;
    let falls = steps
        .windows(2)
        .all(|pair| length(&pair[0]) > length(&pair[1]) && pair[0].weeks > pair[1].weeks);
    (falls && !steps.is_empty()).then_some(steps)
}

impl Step {
    /// The day on which this much service is reached.
    fn reached(&self, service: Date) -> Option<Date> {
        let span = self.weeks_of_service.weeks();
        service.checked_add(self.years_of_service.years()).ok()?.checked_add(span).ok()
    }
}

/// What every answer about sick pay ends with.
pub(in crate::hr_queries) const NO_DECISION: &str = "These figures are information, not a \
     decision: what is paid for an absence is decided when it is recorded.";

pub(in crate::hr_queries) fn answer(reply: &mut Reply<'_>) {
    // The service at the start of the absence counts; without one, service on the day asked.
    let began = reply.case.date_from.filter(|from| *from <= reply.on());
    let counted_on = reply.case.date_from.unwrap_or_else(|| reply.on());
    if occupational(counted_on, began.is_some(), reply).is_none() {
        return;
    }
    statutory(counted_on, reply);
    reply.add(NO_DECISION);
}

fn occupational(counted_on: Date, has_begun: bool, reply: &mut Reply<'_>) -> Option<()> {
    let service = reply.record("Continuous service date", reply.employee.service)?;
    let rule = reply.in_force("sick_pay_scale")?;
    let steps = scale(rule.list().iter().map(String::as_str))?;
    let reached = |step: &&Step| step.reached(service).is_some_and(|day| day <= counted_on);
    let weeks = steps.iter().find(reached).map_or(Decimal::ZERO, |step| step.weeks);
    reply.fact("Continuous service since", day(service));
    let when = if has_begun { "At the start of the absence" } else { "As at" };
    reply.step(
        &format!("{when} {}", day(counted_on)),
        format!("{weeks} weeks of full pay and {weeks} of half pay"),
        &rule,
    );
    if weeks.is_zero() {
        let text = format!(
            "With less than 26 weeks' continuous service on {} there is no occupational sick pay \
             yet; Statutory Sick Pay may be due.",
            day(counted_on)
        );
        reply.say("no-sick-pay-yet", text, &rule);
        return Some(());
    }
    let text = format!(
        "By your continuous service on {} the scale gives {weeks} weeks of full pay, then {weeks} \
         weeks of half pay; Statutory Sick Pay is part of full pay.",
        day(counted_on)
    );
    reply.say("sick-pay-scale", text, &rule);

    let employee = reply.employee;
    let full_used = reply.record("Sick weeks full pay used", employee.sick_full_used)?;
    let half_used = reply.record("Sick weeks half pay used", employee.sick_half_used)?;
    let deducted = reply.in_force("sick_pay_deducted")?;
    let left = |used: Decimal| (weeks - used).max(Decimal::ZERO);
    let (full, half) = (left(full_used), left(half_used));
    for (label, used, left) in
        [("Full pay left, weeks", full_used, full), ("Half pay left, weeks", half_used, half)]
    {
        let working = format!("{weeks} − {} = {}", plain_number(used), plain_number(left));
        reply.step(label, working, &deducted);
    }
    let text = format!(
        "The record shows {} of full pay and {} of half pay used in the last 12 months, so {} of \
         full pay and {} of half pay are left.",
        count(&plain_number(full_used), "week"),
        count(&plain_number(half_used), "week"),
        count(&plain_number(full), "week"),
        count(&plain_number(half), "week")
    );
    reply.say("sick-pay-left", text, &deducted);
    if has_begun {
        half_pay_date(counted_on, full, half, reply);
    }
    Some(())
}

/// When full pay and half pay would end, if what the record counts lay before this absence.
fn half_pay_date(began: Date, full: Decimal, half: Decimal, reply: &mut Reply<'_>) {
    let after = |from: Date, weeks: Decimal| {
        let days: i64 = (weeks * Decimal::from(7)).floor().try_into().ok()?;
        from.checked_add(days.days()).ok()
    };
    let Some(half_from) = after(began, full) else { return };
    let Some(ends) = after(half_from, half) else { return };
    reply.add(format!(
        "For an absence from {} without a break, and if the weeks used were all before it, half \
         pay would begin on {} and end before {}.",
        day(began),
        day(half_from),
        day(ends)
    ));
}

/// Statutory Sick Pay changed on 6 April 2026: from the first day, and by earnings.
fn statutory(counted_on: Date, reply: &mut Reply<'_>) {
    let Some(rate) = reply.in_force_on("ssp_weekly", counted_on) else { return };
    let Some(flat) = rate.money() else { return };
    let reform = date(2026, 4, 6);
    if counted_on < reform {
        let text = format!(
            "Statutory Sick Pay was {} a week, after 3 waiting days, for those who earn the lower \
             earnings limit or more.",
            pounds(flat)
        );
        reply.say("ssp-rate", text, &rate);
        if reply.on() >= reform {
            let why = "The absence began before 6 April 2026, when Statutory Sick Pay changed: a \
                       person works out which rate carries on.";
            reply.need("ssp-transition", why);
        }
        return;
    }
    let Some(pay) = reply.record("Weekly pay", reply.employee.weekly_pay) else { return };
    let Some(share) = reply.in_force_on("ssp_share", counted_on) else { return };
    let Some(percent) = share.number() else { return };
    let earned = rounded(pay * percent / Decimal::from(100));
    let weekly = earned.min(flat);
    let working =
        format!("lower of {} and {percent}% of {} = {}", pounds(flat), pounds(pay), pounds(weekly));
    reply.step("Statutory Sick Pay a week", working, &rate);
    let text = format!(
        "Statutory Sick Pay from {} is {} a week, or {percent}% of average weekly earnings if that \
         is lower, from the first day of sickness: by your weekly pay on the record, {}.",
        day(rate.from),
        pounds(flat),
        pounds(weekly)
    );
    reply.say("ssp-rate", text, &rate);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scale_falls_from_the_longest_service() {
        assert_eq!(scale(["5 years: 26", "26 weeks: 5"].into_iter()).map(|it| it.len()), Some(2));
        for wrong in [
            &["26 weeks: 5", "5 years: 26"][..],
            &["5 years: 5", "1 year: 26"],
            &["5 years"],
            &["5 months: 3"],
            &[],
        ] {
            assert_eq!(scale(wrong.iter().copied()), None, "{wrong:?}");
        }
    }
}
