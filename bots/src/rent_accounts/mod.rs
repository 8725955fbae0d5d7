//! Rent accounts of a council as landlord in Scotland: arrears, and the next step on them.
//!
//! Read the rules in the order of the council's ladder: the arrears in weeks, what only a person
//! settles, what stops every step, and then the one step that is next. Notices, court and
//! eviction are never an answer: the furthest is a checklist for a person.

mod account;
mod arrears;
mod cases;
mod ladder;
mod officer;
mod pre_action;
mod stops;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::kit::{
    Bot, Duties, Fault, Fields, Holds, Looked, Manifest, NeedCode, Policy, PolicyFault, Ruling,
    Sameness, Shown, Statute,
};

pub use account::{Account, Frequency, Stage};
use arrears::Arrears;
use ladder::Step;

/// The rules of rent arrears.
#[derive(Debug)]
pub struct RentAccounts;

const WEEKS: &str = "Arrears weeks";
const TECHNICAL: &str = "Technical arrears";
const ACTION: &str = "Next action";
const DUE: &str = "Action due";
const PAR: &str = "PAR outstanding";
const DECISION: [&str; 5] = [WEEKS, TECHNICAL, ACTION, DUE, PAR];

const NONE: &str = "none";
const REFER: &str = "refer";

impl Bot for RentAccounts {
    const MANIFEST: Manifest = Manifest {
        name: "rent-accounts",
        title: "Rent accounts and arrears",
        version: "1",
        purpose: "Says of a rent account how many weeks are owed, whether that is only technical, \
                  and which one step of the council's ladder is next and when; proceedings are a \
                  person's.",
        law: &LAW,
        duties: Duties {
            significant: false,
            why: "A reminder, a letter and the offer of a payment plan have no legal effect; \
                  whatever has, a notice, court or eviction, is decided by a person.",
            special_category: "None decides. Marks that may tell of health or of abuse only stop \
                               every step and ask for a person.",
            who_confirms: "A housing officer settles every account that is referred, goes through \
                           every pre-notice checklist, and alone decides on proceedings.",
        },
        source: "accounts",
        lookups: &[],
        outlets: &[],
        decision_columns: &DECISION,
        notice: None,
        needs: &NEEDS,
        columns: include_str!("columns.toml"),
        policy: include_str!("policy.toml"),
        policy_of: None,
        example_council: include_str!("council.toml"),
        cases: cases::CASES,
    };
    type Case = Account;

    fn case(fields: Fields, policy: &Policy) -> Result<Account, Vec<Fault>> {
        Account::of(fields, policy)
    }

    fn reference(account: &Account) -> &str {
        &account.reference
    }

    fn decided_on(account: &Account) -> Date {
        account.as_at
    }

    fn same_as(account: &Account, _policy: &Policy) -> Sameness {
        account.sameness()
    }

    fn check(policy: &Policy) -> Vec<PolicyFault> {
        ladder::check(policy)
    }

    fn holds(header: &str) -> Holds {
        officer::holds(header)
    }

    fn complete(ruling: &mut Ruling) -> Vec<String> {
        officer::complete(ruling)
    }

    fn decide(account: &Account, _looked: &BTreeMap<String, Looked>, policy: &Policy) -> Ruling {
        let mut ruling = Ruling::new(&DECISION);
        decide(account, &mut ruling, policy);
        ruling
    }
}

fn decide(account: &Account, ruling: &mut Ruling, policy: &Policy) {
    account.tell(ruling);
    ruling.set(PAR, Shown::Text(pre_action::outstanding(account)));

    // The arrears in weeks of the charge, and whether a payment on its way covers them.
    let Some(arrears) = Arrears::of(account, ruling, policy) else {
        return answer(REFER, Some(account.as_at), ruling);
    };
    arrears::managed_payment(account, ruling, policy);

    // What a person settles, whatever the ladder says.
    if stops::for_a_person(account, &arrears, ruling, policy) {
        return answer(REFER, Some(account.as_at), ruling);
    }
    if !arrears.any() {
        return answer(NONE, None, ruling);
    }

    // One step at a time: the one after the last that was taken.
    let Some(step) = Step::next(account, ruling, policy) else { return };
    if !arrears.reach(step.least_weeks()) {
        step.not_yet(&arrears, ruling);
        return answer(NONE, None, ruling);
    }

    // Arrears that are none, and what the Act lets rest.
    if stops::nothing_now(account, &arrears, ruling, policy) {
        return answer(NONE, None, ruling);
    }
    step.tell(&arrears, ruling);
    if stops::unclear(account, &arrears, ruling) {
        return answer(REFER, Some(account.as_at), ruling);
    }
    let due = step.due(account, ruling);
    answer(step.action, due, ruling);
    if step.action == ladder::CHECKLIST {
        pre_action::ask(account, ruling, policy);
    }
}

fn answer(action: &str, due: Option<Date>, ruling: &mut Ruling) {
    ruling.set(ACTION, Shown::words(action));
    ruling.set(DUE, due.map_or(Shown::Empty, Shown::Date));
}

const LAW: [Statute; 4] = [
    Statute {
        title: "Housing (Scotland) Act 2001 s14A",
        href: "https://www.legislation.gov.uk/asp/2001/10/section/14A",
        decides: "what must be done before a notice, and when none may be served",
    },
    Statute {
        title: "Housing (Scotland) Act 2001 s14 and s16",
        href: "https://www.legislation.gov.uk/asp/2001/10/section/14",
        decides: "notices and proceedings, which are a person's",
    },
    Statute {
        title: "Statutory guidance for social landlords on pre-action requirements",
        href: "https://www.gov.scot/publications/housing-scotland-act-2001-2010-guidance-social-landlords-pre-action/",
        decides: "how the requirements are met",
    },
    Statute {
        title: "Universal Credit etc. (Claims and Payments) Regulations 2013 reg 47 and 58",
        href: "https://www.legislation.gov.uk/uksi/2013/380/regulation/47",
        decides: "when arrears are only a payment on its way",
    },
];

const fn need(code: &'static str, means: &'static str) -> NeedCode {
    NeedCode::new(code, means)
}

const fn waits(code: &'static str, means: &'static str) -> NeedCode {
    NeedCode::waits(code, means)
}

const NEEDS: [NeedCode; 10] = [
    need("person-first", "the account has a mark that a person weighs before any step"),
    need("deceased", "the tenant has died"),
    need("dispute", "the balance is in dispute"),
    need("proceedings", "the account is at the checklist, a notice or court: what follows"),
    need("pre-notice-checklist", "the pre-notice checklist is due: go through it, and decide"),
    need("technical-unclear", "nothing settles whether the arrears are only technical"),
    need("plan-unclear", "nothing says whether the payment plan is kept"),
    need("no-charge", "the account has no weekly charge"),
    waits("figure-missing", "a figure or rule is not set for the day"),
    need("not-confirmed", "a figure or rule is not confirmed by the council"),
];
