//! Who the bot is, by what law it decides, and when it needs a person.

use super::{DECISION, cases, notice};
use crate::free_school_meals::FreeSchoolMeals;
use crate::kit::{Bot, Duties, Manifest, NeedCode, Statute};

const APPLICATIONS: Manifest = FreeSchoolMeals::MANIFEST;

pub(super) const MANIFEST: Manifest = Manifest {
    name: "school-awards",
    title: "School awards without an application",
    version: "1",
    purpose: "Proposes from the council's own lists who gets the school clothing grant and free \
              meals in the coming session without an application, who must be asked to apply, and \
              who is a pupil no more.",
    law: &LAW,
    duties: Duties {
        significant: true,
        why: "An award is worth over a hundred pounds a year to a family. Nothing is refused: \
              whoever gets nothing by a list is asked to apply.",
        special_category: "Health: a special school.",
        who_confirms: "An officer confirms every award without an application, and every award \
                       that rests on special category data, unless the council's policy file \
                       names its authority for deciding it automatically.",
    },
    source: "lists",
    lookups: APPLICATIONS.lookups,
    outlets: &["case", "notice"],
    decision_columns: &DECISION,
    notice: Some(notice::WORDING),
    needs: &NEEDS,
    columns: include_str!("columns.toml"),
    policy: APPLICATIONS.policy,
    policy_of: Some(APPLICATIONS.name),
    example_council: APPLICATIONS.example_council,
    cases: cases::CASES,
};

const LAW: [Statute; 5] = [
    Statute {
        title: "Education (Scotland) Act 1980 s54",
        href: "https://www.legislation.gov.uk/ukpga/1980/44/section/54",
        decides: "clothing for pupils: the council's grant, which needs no application",
    },
    Statute {
        title: "SSI 2021/249",
        href: "https://www.legislation.gov.uk/ssi/2021/249/made",
        decides: "what Council Tax Reduction is",
    },
    Statute {
        title: "Education (Scotland) Act 1980 s53(2), (7)",
        href: "https://www.legislation.gov.uk/ukpga/1980/44/section/53",
        decides: "which meals are free for all, and that others go by income",
    },
    Statute {
        title: "SSI 2015/269",
        href: "https://www.legislation.gov.uk/ssi/2015/269/made",
        decides: "meals in early learning and childcare, which an officer settles",
    },
    Statute {
        title: "UK GDPR articles 22A to 22D",
        href: "https://www.legislation.gov.uk/ukpga/2025/18/section/80",
        decides: "what a person must confirm",
    },
];

const fn need(code: &'static str, means: &'static str) -> NeedCode {
    NeedCode::new(code, means)
}

const fn waits(code: &'static str, means: &'static str) -> NeedCode {
    NeedCode::waits(code, means)
}

const NEEDS: [NeedCode; 15] = [
    need("no-session", "no school session of the council's policy takes a list of that day"),
    need("list-too-late", "the list was drawn after the session's last day for the grant"),
    need("last-session", "the last award is said to be of the coming session or a later one"),
    need("no-roll", "no school roll was looked at"),
    waits(
        "not-on-roll",
        "the child is not on the roll, or goes to another council's school: redirect",
    ),
    need("several-on-roll", "several pupils on the roll fit"),
    need("roll-conflict", "list and roll do not agree on who the child is"),
    need("left-roll", "the pupil has left the school on the list; others were not looked at"),
    need("stage-unclear", "list and roll do not settle the stage"),
    need("nursery", "early learning and childcare has rules of its own"),
    need("grant-stage", "special school: primary or secondary grant is not on the list"),
    waits("figure-missing", "a figure or rule is not set for the day"),
    need("not-confirmed", "a figure or rule is not confirmed by the council"),
    need("special-category", "the award rests on special category data"),
    need("award-to-confirm", "an award without an application is recommended"),
];
