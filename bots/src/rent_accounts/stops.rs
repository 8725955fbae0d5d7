//! What stops the ladder: accounts that a person settles, and those on which nothing is done.

use super::account::{Account, yes};
use super::arrears::{Arrears, Technical};
use super::pre_action;
use crate::kit::{Need, Policy, Ruling};

/// The words for every mark that only a person may weigh, so that none of them shows.
const PERSON_FIRST: &str =
    "A person looks at this account before any step: its marks are shown with the case.";

/// Adds what needs a person whatever the ladder says; true if anything does.
pub(super) fn for_a_person(
    account: &Account,
    arrears: &Arrears<'_>,
    ruling: &mut Ruling,
    policy: &Policy,
) -> bool {
    let mut person = false;
    let mut stop = |code: &str, rule: &'static str, need: Need, ruling: &mut Ruling| {
        let text = need.why.clone();
        because(code, rule, text, account, ruling, policy);
        ruling.need(need);
        person = true;
    };
    if yes(account.deceased) {
        let why = "The tenant has died: a person settles the account with whoever answers for it.";
        stop("deceased", "deceased", Need::new("deceased", why), ruling);
    }
    let on_ladder = on_ladder(account, arrears, policy);
    if on_ladder && (yes(account.vulnerable) || yes(account.domestic_abuse_flag)) {
        let need = Need::new("person-first", PERSON_FIRST).sensitive();
        stop("person-first", "person_first", need, ruling);
    }
    if on_ladder && yes(account.dispute) {
        let why = "The balance is in dispute: a person settles that before any step.";
        stop("dispute", "dispute", Need::new("dispute", why), ruling);
    }
    if account.stage.before_proceedings() {
        let why = format!(
            "The account is at stage {}: whatever follows is a person's. Pre-action requirements \
             not recorded: {}.",
            account.stage.in_words(),
            pre_action::outstanding(account)
        );
        stop("proceedings", "proceedings_by_a_person", Need::new("proceedings", why), ruling);
        pre_action::tell(account, ruling, policy);
        pause(account, ruling, policy);
    }
    person
}

/// Would the council's ladder act on it: have the arrears reached its first step, or is the
/// account past it and still owing?
fn on_ladder(account: &Account, arrears: &Arrears<'_>, policy: &Policy) -> bool {
    let first = policy.in_force("contact_weeks", account.as_at).ok().and_then(|it| it.number());
    let begun = account.stage != super::Stage::None;
    arrears.any() && (begun || first.is_none_or(|weeks| arrears.reach(weeks)))
}

/// Why no step is taken now, if that is so: each reason is told.
pub(super) fn nothing_now(
    account: &Account,
    arrears: &Arrears<'_>,
    ruling: &mut Ruling,
    policy: &Policy,
) -> bool {
    let mut nothing = pause(account, ruling, policy);
    if let Technical::Yes(rule, text) = &arrears.technical {
        ruling.because("technical", text.as_str(), rule);
        nothing = true;
    }
    nothing
}

/// Section 14A(6): an application that is not decided, a plan that is kept.
fn pause(account: &Account, ruling: &mut Ruling, policy: &Policy) -> bool {
    let (pending, kept) = (yes(account.benefit_application_pending), account.keeps_plan());
    if pending {
        let text =
            "An application for a benefit towards the rent is not decided: no step is taken.";
        let rule = "no_step_while_benefit_pending";
        because("benefit-pending", rule, text.to_owned(), account, ruling, policy);
    }
    if kept {
        let text = "The tenant keeps a payment plan: no step is taken.";
        because("plan-kept", "no_step_while_plan_kept", text.to_owned(), account, ruling, policy);
    }
    pending || kept
}

/// What must be known before a step is taken, and is not; true if anything is.
pub(super) fn unclear(account: &Account, arrears: &Arrears<'_>, ruling: &mut Ruling) -> bool {
    let mut any = false;
    if let Technical::Unclear(why) = &arrears.technical {
        let text = format!("Whether the arrears are only technical cannot be said: {why}.");
        ruling.need(Need::new("technical-unclear", text));
        any = true;
    }
    if account.has_plan() && account.arrangement_kept.is_none() {
        let text = "There is a payment plan, and nothing says whether it is kept.";
        ruling.need(Need::new("plan-unclear", text));
        any = true;
    }
    any
}

fn because(
    code: &str,
    rule: &'static str,
    text: String,
    account: &Account,
    ruling: &mut Ruling,
    policy: &Policy,
) {
    match policy.in_force(rule, account.as_at) {
        Ok(rule) => ruling.because(code, text, &rule),
        Err(missing) => ruling.need(Need::figure(text, &missing)),
    }
}
