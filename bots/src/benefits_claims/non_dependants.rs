//! Deductions for other adults of the household, each benefit by its own table.

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::claim::Claim;
use super::household::Household;
use super::kinds::{Asked, NonDepStatus};
use super::pension_age::age;
use super::statement::{Figure, Statement, pounds};

/// Thresholds and deductions of a benefit, lowest first.
struct Table {
    bands: &'static [&'static str],
    deductions: &'static [&'static str],
    exempt: &'static str,
    none_at_all: &'static str,
}

const HB: Table = Table {
    bands: &[
        "hb_nondep_band_2",
        "hb_nondep_band_3",
        "hb_nondep_band_4",
        "hb_nondep_band_5",
        "hb_nondep_band_6",
    ],
    deductions: &[
        "hb_nondep_1",
        "hb_nondep_2",
        "hb_nondep_3",
        "hb_nondep_4",
        "hb_nondep_5",
        "hb_nondep_6",
    ],
    exempt: "hb_nondep_exempt",
    none_at_all: "hb_no_deduction",
};

const CTR: Table = Table {
    bands: &["ctr_nondep_band_2", "ctr_nondep_band_3", "ctr_nondep_band_4"],
    deductions: &["ctr_nondep_1", "ctr_nondep_2", "ctr_nondep_3", "ctr_nondep_4"],
    exempt: "ctr_nondep_exempt",
    none_at_all: "ctr_no_deduction",
};

/// Another adult as the claim has them.
#[derive(Clone, Copy)]
struct NonDep {
    number: u8,
    born: Option<Date>,
    works: bool,
    gross: Decimal,
    status: NonDepStatus,
}

/// What there is, or is not, for one of them.
enum Finding {
    None(&'static str),
    Deduct { id: &'static str },
}

impl Finding {
    /// The figure to deduct, if there is one. The outer none is a figure that is not set.
    fn figure<'p>(&self, st: &mut Statement<'p>) -> Option<Vec<Figure<'p>>> {
        match self {
            Finding::None(_) => Some(Vec::new()),
            Finding::Deduct { id } => st.figure(id).map(|figure| vec![figure]),
        }
    }
}

/// The deductions of a week, shared between those who are jointly liable.
pub(super) fn deductions(
    claim: &Claim,
    home: &Household,
    asked: Asked,
    st: &mut Statement<'_>,
) -> Option<Decimal> {
    let table = if asked == Asked::HousingBenefit { &HB } else { &CTR };
    let all = of(claim);
    if all.is_empty() {
        return Some(Decimal::ZERO);
    }
    if home.no_deductions() {
        let rule = st.rule(table.none_at_all)?;
        st.line("Non-dependant deductions", Decimal::ZERO, &rule);
        return Some(Decimal::ZERO);
    }
    sound(&all, st)?;
    let partner = all.iter().find(|one| one.status == NonDepStatus::PartnerOfFirst);
    let mut sum = Decimal::ZERO;
    for one in all.iter().filter(|one| one.status != NonDepStatus::PartnerOfFirst) {
        let partner = partner.filter(|_| one.number == 1);
        sum += deduction(one, partner, table, asked, st)?;
    }
    if sum.is_zero() {
        return Some(sum);
    }
    let rule = st.rule("nondep_couple")?;
    let sharing = claim.sharing();
    let shared = sum / sharing;
    if sharing == Decimal::ONE {
        st.total("Non-dependant deductions", shared, &rule);
    } else {
        st.total(&format!("Non-dependant deductions, {} by {sharing}", pounds(sum)), shared, &rule);
    }
    Some(shared)
}

/// Non-dependants of the claim, also those of whom only a part is known.
fn of(claim: &Claim) -> Vec<NonDep> {
    let slots = [
        (
            claim.non_dep_1_date_of_birth,
            claim.non_dep_1_works_16_hours,
            claim.non_dep_1_gross_weekly,
            claim.non_dep_1_status,
        ),
        (
            claim.non_dep_2_date_of_birth,
            claim.non_dep_2_works_16_hours,
            claim.non_dep_2_gross_weekly,
            claim.non_dep_2_status,
        ),
        (
            claim.non_dep_3_date_of_birth,
            claim.non_dep_3_works_16_hours,
            claim.non_dep_3_gross_weekly,
            claim.non_dep_3_status,
        ),
    ];
    let there = |(number, (born, works, gross, status)): (u8, (Option<Date>, _, _, _))| {
        let (works, gross): (Option<bool>, Option<Decimal>) = (works, gross);
        let status: Option<NonDepStatus> = status;
        let status = status.unwrap_or(NonDepStatus::None);
        let (works, gross) = (works == Some(true), gross.unwrap_or_default());
        let any = born.is_some() || works || !gross.is_zero() || status != NonDepStatus::None;
        any.then_some(NonDep { number, born, works, gross, status })
    };
    (1..).zip(slots).filter_map(there).collect()
}

/// A couple needs its first member, and everybody an age.
fn sound(all: &[NonDep], st: &mut Statement<'_>) -> Option<()> {
    let mut whole = true;
    for one in all.iter().filter(|one| one.born.is_none()) {
        let why = format!(
            "Non-dependant {} has no date of birth: ask, as under 18 nothing is deducted.",
            one.number
        );
        st.need("fact-missing", why);
        whole = false;
    }
    let partners = all.iter().filter(|one| one.status == NonDepStatus::PartnerOfFirst).count();
    let first = all.iter().any(|one| one.number == 1 && one.status != NonDepStatus::PartnerOfFirst);
    if partners > 1 || partners == 1 && !first {
        let why = "A non-dependant's partner does not go with one first non-dependant: ask who \
                   they are.";
        st.need("contradiction", why);
        whole = false;
    }
    let without_work = |status: NonDepStatus| {
        matches!(
            status,
            NonDepStatus::IncomeRelatedEsa | NonDepStatus::IsOrJsa | NonDepStatus::UcNoEarnings
        )
    };
    if all.iter().any(|one| one.works && without_work(one.status)) {
        let why = "A non-dependant is on a benefit without earnings, and works 16 hours: ask which \
                   it is.";
        st.need("contradiction", why);
    }
    let covers_both =
        |one: &NonDep| without_work(one.status) || one.status == NonDepStatus::PensionCredit;
    if partners == 1 && all.iter().any(|one| one.number == 1 && covers_both(one)) {
        let why = "One of a couple of non-dependants is on an income-based benefit: ask whether it \
                   covers both. The calculation has the other's deduction, on joint income.";
        st.need("contradiction", why);
    }
    let stale = all.iter().any(|one| one.status == NonDepStatus::IsOrJsa)
        && st.perhaps("legacy_benefits_ended").is_some();
    if stale {
        st.need(
            "stale-benefit",
            "A non-dependant is said to be on Income Support or income-based JSA, which were \
             abolished on 1 April 2026: ask what they live on. The calculation has them as the \
             claim does.",
        );
    }
    whole.then_some(())
}

/// One deduction, of one person or of a couple on its joint income.
fn deduction(
    one: &NonDep,
    partner: Option<&NonDep>,
    table: &Table,
    asked: Asked,
    st: &mut Statement<'_>,
) -> Option<Decimal> {
    let joint = one.gross + partner.map_or(Decimal::ZERO, |partner| partner.gross);
    let own = finding(one, one.status, joint, table, asked, st)?;
    let theirs = match partner {
        None => Finding::None(""),
        Some(partner) => finding(partner, NonDepStatus::None, joint, table, asked, st)?,
    };
    let label = match partner {
        None => format!("Non-dependant {}", one.number),
        Some(partner) => format!("Non-dependants {} and {}", one.number, partner.number),
    };
    let mut figures = own.figure(st)?;
    figures.append(&mut theirs.figure(st)?);
    let higher = figures.into_iter().max_by(|one, other| one.amount.cmp(&other.amount));
    if let Some(higher) = higher {
        st.line(&format!("{label}, gross {}", pounds(joint)), higher.amount, &higher.row);
        return Some(higher.amount);
    }
    let rule = st.rule(table.exempt)?;
    let Finding::None(why) = own else { return Some(Decimal::ZERO) };
    st.line(&format!("{label}, {why}"), Decimal::ZERO, &rule);
    Some(Decimal::ZERO)
}

fn finding(
    one: &NonDep,
    status: NonDepStatus,
    joint: Decimal,
    table: &Table,
    asked: Asked,
    st: &mut Statement<'_>,
) -> Option<Finding> {
    let years = age(one.born?, st.on);
    if years < 18 {
        return Some(Finding::None("under 18"));
    }
    let hb = asked == Asked::HousingBenefit;
    let lowest = Finding::Deduct { id: table.deductions[0] };
    Some(match status {
        NonDepStatus::PensionCredit => Finding::None("on Pension Credit"),
        NonDepStatus::Student => {
            if hb && one.works {
                st.need(
                    "student-work",
                    "A student non-dependant works 16 hours: in the summer vacation there is a \
                     deduction. An officer settles it; the calculation has none.",
                );
            }
            Finding::None("student")
        }
        NonDepStatus::Hospital => Finding::None("in hospital for 52 weeks"),
        NonDepStatus::IncomeRelatedEsa if hb && years < 25 => {
            st.need(
                "esa-phase",
                "A non-dependant under 25 is on income-related ESA: there is no deduction in the \
                 assessment phase only. The calculation has none; ask which phase it is.",
            );
            Finding::None("under 25 on income-related ESA")
        }
        NonDepStatus::IncomeRelatedEsa | NonDepStatus::IsOrJsa | NonDepStatus::UcNoEarnings => {
            if !hb || years < 25 {
                Finding::None("on an income-based benefit without earnings")
            } else {
                lowest
            }
        }
        NonDepStatus::None | NonDepStatus::UcWithEarnings | NonDepStatus::PartnerOfFirst => {
            if one.works { band(joint, table, st)? } else { lowest }
        }
    })
}

/// The highest band whose threshold the income reaches.
fn band(gross: Decimal, table: &Table, st: &mut Statement<'_>) -> Option<Finding> {
    let mut id = table.deductions[0];
    for (from, deduction) in table.bands.iter().zip(&table.deductions[1..]) {
        if gross < st.figure(from)?.amount {
            break;
        }
        id = deduction;
    }
    Some(Finding::Deduct { id })
}
