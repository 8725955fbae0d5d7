//! The pre-action requirements of section 14A: a checklist for a person, never more.

use jiff::Span;
use jiff::civil::Date;
use rust_decimal::prelude::ToPrimitive as _;

use super::account::Account;
use crate::kit::words::day;
use crate::kit::{Need, Policy, Ruling};

/// The steps in the order of the Act, as the decision column names them.
fn steps(account: &Account) -> [(&'static str, Option<Date>); 5] {
    [
        ("information given", account.par_information_given),
        ("benefits advice", account.par_benefits_advice),
        ("debt advice", account.par_debt_advice),
        ("payment plan offered", account.par_payment_plan_offered),
        ("asked to contact", account.par_asked_to_contact),
    ]
}

/// What is not recorded as done; `none` if all is.
pub(super) fn outstanding(account: &Account) -> String {
    let open: Vec<&str> =
        steps(account).into_iter().filter(|(_, on)| on.is_none()).map(|(step, _)| step).collect();
    if open.is_empty() { "none".to_owned() } else { open.join(", ") }
}

/// The checklist in the working, with what a notice would have to say.
pub(super) fn tell(account: &Account, ruling: &mut Ruling, policy: &Policy) {
    if let Ok(rule) = policy.in_force("pre_action", account.as_at) {
        for (step, on) in steps(account) {
            let done = on.map_or_else(|| "not recorded".to_owned(), day);
            ruling.figure(&format!("Pre-action: {step}"), done, &rule);
        }
        let text = format!(
            "Before any notice the pre-action requirements must be met; outstanding: {}.",
            outstanding(account)
        );
        ruling.because("pre-action", text, &rule);
    }
    if let Ok(figure) = policy.in_force("notice_weeks", account.as_at)
        && let Some(weeks) = figure.number().and_then(|weeks| weeks.to_i64())
        && let Some(first) =
            Span::new().try_weeks(weeks).ok().and_then(|it| account.as_at.checked_add(it).ok())
    {
        let text = format!("{} if it is served on the day of the balance", day(first));
        ruling.figure("A notice could name at the earliest", text, &figure);
    }
    if let Ok(figure) = policy.in_force("notice_months", account.as_at)
        && let Some(months) = figure.number()
    {
        ruling.figure("A notice stays in force for", format!("{months} months"), &figure);
    }
}

/// The checklist goes to a person, who decides whether anything follows.
pub(super) fn ask(account: &Account, ruling: &mut Ruling, policy: &Policy) {
    tell(account, ruling, policy);
    let why = format!(
        "A person goes through the pre-notice checklist and decides whether a notice follows. \
         Outstanding: {}.",
        outstanding(account)
    );
    ruling.need(Need::new("pre-notice-checklist", why));
}
