//! Maternity, paternity and adoption: the statutory leave and rates of the day. Indicative: HR
//! settles the person's own dates and pay from the certificate.

use rust_decimal::Decimal;

use super::Reply;
use crate::hr_queries::topic::Topic;
use crate::hr_queries::words::{day, pounds, rounded};

pub(in crate::hr_queries) fn answer(topic: Topic, reply: &mut Reply<'_>) {
    let (leave, pay, certificate) = match topic {
        Topic::Maternity => {
            ("maternity_leave", "Statutory Maternity Pay", "your MATB1 certificate")
        }
        Topic::Adoption => {
            ("adoption_leave", "Statutory Adoption Pay", "your matching certificate")
        }
        _ => (
            "paternity_leave",
            "Statutory Paternity Pay",
            "the expected date of birth or placement",
        ),
    };
    let Some((text, rule)) = reply.text(leave) else { return };
    reply.say("family-leave", text, &rule);
    let Some(pay_of_week) = reply.record("Weekly pay", reply.employee.weekly_pay) else { return };
    let Some((rate, on_rate)) = reply.number("family_pay_weekly") else { return };
    let Some((percent, on_share)) = reply.number("family_pay_share") else { return };
    let Some((limit, on_limit)) = reply.number("lower_earnings_limit") else { return };

    let earned = rounded(pay_of_week * percent / Decimal::from(100));
    let lower = earned.min(rate);
    reply.step(
        &format!("{percent}% of weekly pay"),
        format!("{percent}% of {} = {}", pounds(pay_of_week), pounds(earned)),
        &on_share,
    );
    reply.step(
        "Weekly rate",
        format!("lower of {} and {} = {}", pounds(rate), pounds(earned), pounds(lower)),
        &on_rate,
    );
    let since = day(on_rate.from);
    let text = if topic == Topic::Paternity {
        format!(
            "{pay} from {since} is {} a week, or {percent}% of average weekly earnings if that is \
             lower: by your weekly pay on the record, {} for each of 1 or 2 weeks.",
            pounds(rate),
            pounds(lower)
        )
    } else {
        format!(
            "{pay} is {percent}% of average weekly earnings for 6 weeks, then for 33 weeks {} a \
             week (the rate from {since}), or {percent}% if that is lower: by your weekly pay on \
             the record, {} and then {} a week.",
            pounds(rate),
            pounds(earned),
            pounds(lower)
        )
    };
    reply.say("family-pay", text, &on_rate);
    if pay_of_week < limit {
        reply.step("Lower earnings limit a week", pounds(limit), &on_limit);
        let why = "The weekly pay on the record is below the lower earnings limit, so statutory \
                   pay may not be due: a person looks at what else there is.";
        reply.need("below-earnings-limit", why);
    }
    reply.add(format!(
        "These are indicative figures: HR confirms your own dates and pay from {certificate}, and \
         tells you what the council's scheme adds."
    ));
}
