//! By what law the bot decides, and why a person may be needed.

use crate::kit::{NeedCode, Statute};

pub(super) const LAW: [Statute; 8] = [
    Statute {
        title: "SSI 2021/249",
        href: "https://www.legislation.gov.uk/ssi/2021/249",
        decides: "Council Tax Reduction at working age",
    },
    Statute {
        title: "SSI 2012/319",
        href: "https://www.legislation.gov.uk/ssi/2012/319",
        decides: "Council Tax Reduction at pension age",
    },
    Statute {
        title: "SI 2006/213",
        href: "https://www.legislation.gov.uk/uksi/2006/213",
        decides: "Housing Benefit at working age",
    },
    Statute {
        title: "SI 2006/214",
        href: "https://www.legislation.gov.uk/uksi/2006/214",
        decides: "Housing Benefit at pension age",
    },
    Statute {
        title: "SI 2001/1002",
        href: "https://www.legislation.gov.uk/uksi/2001/1002",
        decides: "changes that were told late",
    },
    Statute {
        title: "SI 2025/1148",
        href: "https://www.legislation.gov.uk/uksi/2025/1148",
        decides: "the end of Housing Benefit at working age, and of the old benefits",
    },
    Statute {
        title: "SI 2026/753",
        href: "https://www.legislation.gov.uk/uksi/2026/753",
        decides: "earnings in specified and temporary accommodation",
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

pub(super) const NEEDS: [NeedCode; 40] = [
    waits("ask-for-evidence", "the evidence is not complete: ask for it"),
    waits("fact-missing", "a fact without which there is no answer is not given: ask for it"),
    waits("figure-missing", "a figure or rule is not set for the day"),
    need("not-confirmed", "a figure or rule is not confirmed by the council"),
    need("contradiction", "two facts of the claim cannot both be so"),
    need("stale-benefit", "a benefit is named that had ended"),
    need("right-to-reside", "the right to reside is not confirmed"),
    need("self-employed", "self-employed accounts"),
    need("student", "claimant or partner is a student"),
    need("living-together", "whether two people live together"),
    need("deprivation", "whether capital was given away"),
    need("appointee", "somebody acts for the claimant"),
    need("fraud", "there is a fraud marker"),
    need("domestic-abuse", "there is a marker for domestic abuse"),
    waits("uc-period", "the assessment period is not the right one"),
    waits("uc-award-nil", "the Universal Credit award is nil"),
    need("uc-transitional", "the Universal Credit award has a transitional element"),
    need("uc-change-date", "a change in Universal Credit has dates of its own"),
    need("hb-and-uc", "a household of pension age has Universal Credit"),
    need("war-pension", "a war pension in Housing Benefit: the council's own scheme"),
    need("child-over-16", "a child is 16 or over"),
    need("childcare-conditions", "the claim does not show who works and which child is in care"),
    need("savings-credit-adjustment", "DWP's assessed income is to be adjusted"),
    need("student-work", "a student non-dependant works"),
    need("esa-phase", "a young non-dependant is on income-related ESA: in which phase?"),
    need("esa-component", "the support component of ESA is to be added"),
    need("hb-young-esa", "under 25 and in the support group: the allowance in Housing Benefit"),
    need("hb-third-child", "whether a third child counts in Housing Benefit before April 2026"),
    need("benefit-cap", "the benefit cap may apply"),
    need("second-adult", "a second adult rebate may be better"),
    need("liability-later", "liability begins after the week of the claim"),
    need("late-notice", "a better award was told of after more than a month: special reasons?"),
    need("nondep-26-weeks", "at pension age more for a non-dependant is deducted 26 weeks later"),
    need("april-uprating", "a change in April may be the uprating of a benefit"),
    need("nil-to-confirm", "a nil award is recommended"),
    need("reduction-to-confirm", "a lower award is recommended"),
    need("overpayment", "too much was paid: a proposal"),
    need("system-differs", "the benefits system has another figure"),
    need("special-category", "the decision rests on data about health or care"),
    need("award-to-confirm", "the council has an officer confirm awards"),
];
