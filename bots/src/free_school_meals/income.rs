//! The income test: section 53(7) of the Education (Scotland) Act 1980, ground by ground, and
//! Scottish Child Payment beside it.

mod legacy;
mod universal_credit;

use jiff::civil::Date;

use super::application::Application;
use super::basis::Basis;
use super::stage::Stage;
use super::{INCOME_BASED, words};
use crate::kit::{InForce, Need, NotInForce, Policy, Ruling, Shown, plain};

/// What one ground gives, with its own reasons, working and needs.
pub(super) struct Finding {
    /// Does it qualify? None where a fact or figure is missing.
    pub(super) qualifies: Option<bool>,
    pub(super) grounds: Ruling,
    special_category: bool,
    /// The benefit had ended: what else the form says cannot be relied on.
    stale: bool,
}

impl Finding {
    /// With a need there is no answer.
    fn of(grounds: Ruling, qualifies: bool) -> Finding {
        let qualifies = grounds.needs.is_empty().then_some(qualifies);
        Finding { qualifies, grounds, special_category: false, stale: false }
    }

    fn unknown(grounds: Ruling) -> Finding {
        Finding { qualifies: None, grounds, special_category: false, stale: false }
    }
}

/// The answer to "Income based", and what each ground gave.
pub(crate) struct Income {
    /// Yes, no, or none where a fact or figure is missing.
    pub(super) qualifies: Option<bool>,
    /// The ground that the form names.
    pub(super) basis: Finding,
    /// Scottish Child Payment beside another ground.
    child_payment: Option<Finding>,
}

impl Income {
    pub(crate) fn test(case: &Application, stage: Option<Stage>, policy: &Policy) -> Income {
        let basis = by_basis(case, stage, policy);
        let beside = case.scottish_child_payment
            && case.basis != Basis::ScottishChildPayment
            && basis.qualifies != Some(true);
        let child_payment = beside.then(|| scottish_child_payment(case, stage, policy));
        let qualifies = match &child_payment {
            None => basis.qualifies,
            Some(payment) => match payment.qualifies {
                Some(true) => Some(true),
                Some(false) => basis.qualifies,
                None => None,
            },
        };
        Income { qualifies, basis, child_payment }
    }

    /// Does the answer rest on special category data?
    pub(super) fn is_special_category(&self) -> bool {
        self.basis.special_category && self.basis.qualifies == Some(true)
    }

    /// Takes the grounds into the ruling and answers the column.
    pub(super) fn tell(&mut self, ruling: &mut Ruling) {
        let by_payment = self.child_payment.as_ref().filter(|it| it.qualifies == Some(true));
        // Another ground is enough: what the first one lacks is not asked for. A benefit that
        // has ended stays a contradiction in the form.
        let keep_needs = by_payment.is_none() || self.basis.stale;
        take(ruling, &mut self.basis.grounds, keep_needs);
        if let Some(payment) = &mut self.child_payment {
            take(ruling, &mut payment.grounds, true);
        }
        ruling.fact("Income based", self.word(), "");
    }

    /// The answer for the decision column.
    pub(super) fn shown(&self) -> Shown {
        match self.qualifies {
            Some(true) => Shown::words("yes"),
            Some(false) => Shown::words("no"),
            None => Shown::Empty,
        }
    }

    fn word(&self) -> &'static str {
        match self.qualifies {
            Some(true) => "yes",
            Some(false) => "no",
            None => "not known yet",
        }
    }

    /// The grant asks for the ground itself, whatever Scottish Child Payment gave for the meals.
    pub(super) fn tell_what_stands_in_the_way_of_the_grant(&self, ruling: &mut Ruling) {
        for need in &self.basis.grounds.needs {
            ruling.need(need.clone());
        }
    }
}

/// Moves reasons and working; the needs stay with the ground too, for the grant.
fn take(ruling: &mut Ruling, part: &mut Ruling, needs: bool) {
    ruling.reasons.append(&mut part.reasons);
    ruling.working.append(&mut part.working);
    if needs {
        for need in &part.needs {
            ruling.need(need.clone());
        }
    }
}

/// The ground that the form names.
fn by_basis(case: &Application, stage: Option<Stage>, policy: &Policy) -> Finding {
    let mut grounds = Ruling::new(&[]);
    grounds.fact("Basis", case.basis.title(), "the form");
    match case.basis {
        Basis::UniversalCredit => universal_credit::test(case, grounds, policy),
        Basis::IncomeRelatedEsa => {
            let finding = legacy::benefit(case, "income_related_esa", None, grounds, policy);
            Finding { special_category: true, ..finding }
        }
        Basis::IncomeSupport => {
            let ended = Some("legacy_benefits_ended");
            legacy::benefit(case, "income_support", ended, grounds, policy)
        }
        Basis::IncomeBasedJsa => {
            let ended = Some("legacy_benefits_ended");
            legacy::benefit(case, "income_based_jsa", ended, grounds, policy)
        }
        Basis::TaxCredits => legacy::tax_credits(case, grounds, policy),
        Basis::AsylumSupport => legacy::benefit(case, "asylum_support", None, grounds, policy),
        Basis::OwnRight => own_right(case, grounds, policy),
        Basis::ScottishChildPayment => scottish_child_payment(case, stage, policy),
        Basis::CouncilTaxReduction | Basis::HousingBenefit | Basis::None => {
            no_ground(case, grounds, policy)
        }
        Basis::Other => {
            let text = "The ground named is not one that the law lists.";
            rest_on(&mut grounds, "other-ground", text, "qualifying_grounds", case, policy);
            grounds.need(Need::new(
                "council-discretion",
                "The application rests on a ground outside the law's list: whether the council \
                 gives meals or a grant for it is for an officer.",
            ));
            Finding::unknown(grounds)
        }
    }
}

/// A pupil of 16 to 18 with a benefit of their own.
fn own_right(case: &Application, mut grounds: Ruling, policy: &Policy) -> Finding {
    let Some(rule) = in_force(&mut grounds, "own_right", case.applied_on, policy) else {
        return Finding::unknown(grounds);
    };
    if !case.applicant.is(&case.child) {
        grounds.because("own-right", "In own right the pupil is the one who applies.", &rule);
        grounds.need(Need::new(
            "own-right-other-person",
            "The basis is the pupil's own right, but applicant and pupil are not the same \
             person: ask which ground is meant.",
        ));
        return Finding::unknown(grounds);
    }
    let age = case.child.age(case.applied_on);
    grounds.figure("Age of the pupil on that day", age.to_string(), &rule);
    if !(16..=18).contains(&age) {
        let text = format!(
            "The pupil was {age} on {}; own right is for 16 to 18.",
            words::day(case.applied_on)
        );
        grounds.because("own-right-age", text, &rule);
        return Finding::of(grounds, false);
    }
    evidence(case, "the pupil's own benefit", &mut grounds);
    let text = "The pupil, of 16 to 18, gets a qualifying benefit in their own right.";
    grounds.because("own-right", text, &rule);
    Finding { special_category: true, ..Finding::of(grounds, true) }
}

/// Scottish Child Payment: P6 and P7, and S1 to S3 of the trial's schools.
fn scottish_child_payment(case: &Application, stage: Option<Stage>, policy: &Policy) -> Finding {
    let mut grounds = Ruling::new(&[]);
    grounds.fact("Scottish Child Payment", "yes", "the form");
    let Some(stage) = stage else { return Finding::unknown(grounds) };
    let rule = match stage {
        Stage::Primary(6 | 7) => policy.in_force("scp_primary", case.applied_on).ok(),
        Stage::Secondary(1..=3) => {
            let rule = policy.in_force("scp_secondary_trial", case.applied_on).ok();
            rule.filter(|_| in_the_trial(&case.school, case.applied_on, policy))
        }
        _ => None,
    };
    let Some(rule) = rule else {
        let text = format!(
            "Scottish Child Payment gives income-based meals in P6 and P7, and in S1 to S3 of \
             the trial's schools; not in {stage} at this school on {}.",
            words::day(case.applied_on)
        );
        rest_on(&mut grounds, "scottish-child-payment", &text, "qualifying_grounds", case, policy);
        return Finding::of(grounds, false);
    };
    let text = format!("The household gets Scottish Child Payment, and the child is in {stage}.");
    grounds.because("scottish-child-payment", text, &rule);
    let free = policy.in_force("evidence_not_needed", case.applied_on);
    if !free.is_ok_and(|option| option.lists("scottish-child-payment")) {
        evidence(case, "Scottish Child Payment", &mut grounds);
    }
    Finding::of(grounds, true)
}

/// Is the school one of the trial's on that day?
pub(super) fn in_the_trial(school: &str, on: Date, policy: &Policy) -> bool {
    let schools = policy.in_force("trial_schools", on);
    let school = plain(school);
    schools.is_ok_and(|option| option.list().iter().any(|name| plain(name) == school))
}

/// Council Tax Reduction, Housing Benefit or nothing: no proof is needed to say no.
fn no_ground(case: &Application, mut grounds: Ruling, policy: &Policy) -> Finding {
    let text = match case.basis {
        Basis::None => "No qualifying benefit is named.".to_owned(),
        basis => format!("{} alone does not give income-based free meals.", basis.title()),
    };
    rest_on(&mut grounds, "no-qualifying-benefit", &text, "qualifying_grounds", case, policy);
    Finding::of(grounds, false)
}

/// The proof of a ground must have been seen.
fn evidence(case: &Application, of: &str, grounds: &mut Ruling) {
    grounds.fact("Evidence seen", if case.evidence_seen { "yes" } else { "no" }, "the form");
    if !case.evidence_seen {
        grounds.need(ask_for_evidence(of));
    }
}

/// The same words wherever the proof of a ground is missing, so that it is asked for once.
pub(super) fn ask_for_evidence(of: &str) -> Need {
    Need::new(
        "ask-for-evidence",
        format!("Ask for evidence of {of}: the proof, whole and for the right period."),
    )
}

/// A reason on a rule that has held since before the first session.
fn rest_on(
    grounds: &mut Ruling,
    code: &str,
    text: &str,
    rule: &str,
    case: &Application,
    policy: &Policy,
) {
    if let Some(rule) = in_force(grounds, rule, case.applied_on, policy) {
        grounds.because(code, text, &rule);
    }
}

/// A figure or rule on the day of the application; a need that names it where there is none.
fn in_force<'p>(
    grounds: &mut Ruling,
    id: &'p str,
    on: Date,
    policy: &'p Policy,
) -> Option<InForce<'p>> {
    match policy.in_force(id, on) {
        Ok(found) => Some(found),
        Err(missing) => {
            grounds.need(not_set(&missing, on));
            None
        }
    }
}

/// There is no figure or rule for the day: which, when it ended, and what to do.
pub(crate) fn not_set(missing: &NotInForce<'_>, on: Date) -> Need {
    let ended = match missing.ended {
        Some(ended) => format!("; the last one ended on {}", words::day(ended)),
        None => String::new(),
    };
    let why = format!(
        "“{}” ({}) is not set for {}{ended}. Set it in the council's policy with its source, or \
         decide by hand.",
        missing.label,
        missing.id,
        words::day(on)
    );
    Need::figure(why, missing)
}

/// The column, for those who set it.
pub(super) fn answer(ruling: &mut Ruling, income: &Income) {
    ruling.set(INCOME_BASED, income.shown());
}
