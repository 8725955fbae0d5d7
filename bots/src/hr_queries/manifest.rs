//! Who the bot is, by what it answers, and why a person may be needed.

use super::notice::WORDING;
use super::{DECISION, EMPLOYEES, cases};
use crate::kit::{Duties, Lookup, Manifest, NeedCode, Statute};

pub(super) const MANIFEST: Manifest = Manifest {
    name: "hr-queries",
    title: "Questions to HR",
    version: "1",
    purpose: "Finds what a question of staff is about and answers it where the contract record and \
              the published conditions settle it: leave, sick pay, notice, statutory rates, tax \
              codes, and routes for pensions, payslips and references.",
    law: &LAW,
    duties: Duties {
        significant: false,
        why: "It tells people figures of their own record and published rates; it decides nothing \
              about them, and says so.",
        special_category: "Free text may tell of health and much else: such a question is always \
                           referred, and the bot answers nothing on it.",
        who_confirms: "An adviser of the HR service centre answers whatever is reserved for \
                       people, or not sure.",
    },
    source: "questions",
    lookups: &[Lookup {
        name: EMPLOYEES,
        purpose: "Whose question is it, under which conditions of service and contract?",
        columns: include_str!("employees.toml"),
    }],
    outlets: &["case", "notice"],
    decision_columns: &DECISION,
    notice: Some(WORDING),
    needs: &NEEDS,
    columns: include_str!("columns.toml"),
    policy: include_str!("policy.toml"),
    policy_of: None,
    example_council: include_str!("council.toml"),
    cases: cases::CASES,
};

const LAW: [Statute; 6] = [
    Statute {
        title: "UK GDPR articles 22A to 22D",
        href: "https://www.legislation.gov.uk/ukpga/2025/18/section/80",
        decides: "what a person must answer",
    },
    Statute {
        title: "SJC Red Book (Scottish Joint Council for Local Government Employees)",
        href: "https://www.unison-scotland.org.uk/localgovt/single3.html",
        decides: "continuous service, notice, and the sickness allowance",
    },
    Statute {
        title: "Working Time Regulations 1998 regs 13 and 13A",
        href: "https://www.legislation.gov.uk/uksi/1998/1833/regulation/13A",
        decides: "the statutory least of annual leave",
    },
    Statute {
        title: "Social Security Contributions and Benefits Act 1992 Parts XI to XIIZA",
        href: "https://www.legislation.gov.uk/ukpga/1992/4/part/XI",
        decides: "Statutory Sick Pay, and maternity, paternity and adoption pay",
    },
    Statute {
        title: "Employment Rights Act 2025",
        href: "https://www.legislation.gov.uk/ukpga/2025/36/contents",
        decides: "Statutory Sick Pay from 6 April 2026: from the first day, by earnings",
    },
    Statute {
        title: "Income Tax (Earnings and Pensions) Act 2003 Part 11",
        href: "https://www.legislation.gov.uk/ukpga/2003/1/part/11",
        decides: "tax codes: HMRC sets them, the council applies them",
    },
];

const fn need(code: &'static str, means: &'static str) -> NeedCode {
    NeedCode::new(code, means)
}

const fn waits(code: &'static str, means: &'static str) -> NeedCode {
    NeedCode::waits(code, means)
}

const NEEDS: [NeedCode; 35] = [
    need("bank-details", "it is about the account that pay goes to"),
    need("self-harm", "somebody may be at risk: call now"),
    need("wellbeing", "the person may be in distress"),
    need("addiction", "alcohol, drugs or gambling"),
    need("grievance", "a grievance or a complaint, or what may become one"),
    need("discrimination", "unequal treatment, or a protected characteristic"),
    need("health-condition", "a disability or a serious health condition"),
    need("sickness-management", "how absence is managed, or capability"),
    need("discipline", "discipline, dismissal or redundancy"),
    need("disclosure", "a disclosure in the public interest, a crime or a danger"),
    need("violence-or-abuse", "violence, abuse or fear, at home or at work"),
    need("loss", "somebody has died or is dying"),
    need("pregnancy", "a loss or complications in pregnancy, or a baby who is ill"),
    need("hardship", "the person may be without money for what they need"),
    need("rights", "a right that the law gives, legal steps, or an elected member"),
    need("chosen-topic", "the topic chosen on the form is reserved"),
    need("beyond-the-policy", "it asks for a decision or an exception"),
    need("several-topics", "it asks about more than one topic"),
    need("identity-check", "a change of the record needs a check of identity"),
    need("no-topic", "it is about none of the topics that a bot answers"),
    need("unsure-topic", "the topic is not sure enough"),
    waits("employees-not-looked-at", "no list of employees was looked at"),
    waits("employee-not-found", "the number is not on the list of employees"),
    need("several-records", "the number has more than one record"),
    need("another-book", "not under the SJC conditions of service"),
    need("left-the-council", "the person has left"),
    waits("record-incomplete", "the record lacks what the answer needs"),
    need("record-odd", "the record's values do not fit together"),
    need("another-leave-year", "the question is about another leave year than the record"),
    need("leave-overtaken", "more leave has been taken than is due"),
    need("long-absence", "a long absence may limit what leave is accrued"),
    need("ssp-transition", "an absence across the change of Statutory Sick Pay"),
    need("below-earnings-limit", "pay below the lower earnings limit"),
    waits("figure-missing", "a figure or rule is not set for the day"),
    need("not-confirmed", "a figure or rule is not confirmed by the council"),
];
