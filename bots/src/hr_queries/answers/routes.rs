//! Routes and policies that the bot quotes: what the council has written, and who settles the
//! rest.

use super::Reply;
use crate::hr_queries::words::{day, plain_number, pounds};

/// Lines of a payslip, and who puts a wrong one right.
pub(in crate::hr_queries) fn payslip(reply: &mut Reply<'_>) {
    let Some((route, rule)) = reply.text("payslip_route") else { return };
    reply.say("payslip-route", route, &rule);
    let Some((percent, on_rate)) = reply.number("ni_rate") else { return };
    let Some((threshold, _)) = reply.number("ni_primary_threshold") else { return };
    let text = format!(
        "National Insurance (NI) from {} is {percent}% of pay above {} a week at the main rate.",
        day(on_rate.from),
        pounds(threshold)
    );
    reply.say("payslip-ni", text, &on_rate);
}

/// Which fund, and how it is reached. The bot estimates no pension.
pub(in crate::hr_queries) fn pension(reply: &mut Reply<'_>) {
    let Some(fund) = reply.record("Pension fund", reply.employee.pension_fund.clone()) else {
        return;
    };
    let Some((route, rule)) = reply.text("pension_route") else { return };
    reply.fact("Pension fund", fund.as_str());
    reply.say(
        "pension-route",
        format!("Your pension fund on the record is {fund}. {route}"),
        &rule,
    );
}

/// The council's policy; the line manager decides.
pub(in crate::hr_queries) fn special_leave(reply: &mut Reply<'_>) {
    let Some((policy, rule)) = reply.text("special_leave_policy") else { return };
    reply.say("special-leave-policy", policy, &rule);
    reply.add("Your line manager decides a request; this only says what the policy is.");
}

/// The council's scheme; the line manager decides.
pub(in crate::hr_queries) fn flexitime(reply: &mut Reply<'_>) {
    let Some((policy, rule)) = reply.text("flexitime_policy") else { return };
    reply.say("flexitime-policy", policy, &rule);
    reply.add("Your line manager decides what hours suit the service.");
}

/// How a reference is asked for, and the draft of what it would confirm.
pub(in crate::hr_queries) fn references(reply: &mut Reply<'_>) {
    let Some((route, rule)) = reply.text("references_route") else { return };
    let employee = reply.employee;
    let Some(start) = reply.record("Start date", employee.start) else { return };
    let Some(post) = reply.record("Post", employee.post.as_deref()) else { return };
    reply.say("references-route", route, &rule);
    let hours = employee
        .contract_hours
        .map(|hours| format!(", for {} hours a week", plain_number(hours)))
        .unwrap_or_default();
    reply.add(format!(
        "Draft of what would be confirmed: employed since {} as {post}{hours}.",
        day(start)
    ));
}
