//! What is to be paid because of a ruling that stands: the clothing grant, and holiday payments.
//!
//! The ruling says what is awarded; the council's policy says by when it is paid, for how many
//! days of which holidays, and at what rate. Where it does not, nothing is worked out.

use jiff::Span;
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::application::{Application, Bank};
use super::holiday::Block;
use super::session::Session;
use super::stage::Stage;
use super::{AMOUNT, GRANT, INCOME_BASED, MEALS_FROM, MEALS_TO, pupil};
use crate::kit::{Account, InForce, Payment, PaymentKey, Policy, PolicyFault, Ruling, Shown};

const WITHIN: &str = "payment_within";
/// Nobody waits longer than a year, and a longer time is a slip of the pen.
const LONGEST: u32 = 366;

/// On the payee's statement, which others see: not the child, not the ground.
const CLOTHING: &str = "SCHOOL CLOTHING";
const HOLIDAY: &str = "SCHOOL HOLIDAY";

/// Every payment that follows from a ruling, the grant first, then the holidays by their order
/// in the policy. The day of the application chooses the session and by when the council pays.
pub(super) fn of(case: &Application, ruling: &Ruling, policy: &Policy) -> Vec<Payment> {
    let Some(paying) = Paying::of(case, policy) else { return Vec::new() };
    let mut all = Vec::new();
    all.extend(paying.grant(ruling));
    all.extend(paying.holidays(ruling).into_iter().flatten());
    all
}

/// The council pays, and knows where to.
struct Paying<'a> {
    case: &'a Application,
    policy: &'a Policy,
    session: Session<'a>,
    bank: &'a Bank,
    /// So many days after the application as the council takes.
    within: Date,
}

impl<'a> Paying<'a> {
    fn of(case: &'a Application, policy: &'a Policy) -> Option<Paying<'a>> {
        let session = Session::of(case.applied_on, policy)?;
        let days = in_force(policy, WITHIN, case.applied_on)?.number()?;
        let days = Span::new().try_days(i64::try_from(days).ok()?).ok()?;
        let within = case.applied_on.checked_add(days).ok()?;
        Some(Paying { case, policy, session, bank: case.bank.as_ref()?, within })
    }

    /// The amount that is awarded. It is there when the school year begins, if the application
    /// was made in time for it.
    fn grant(&self, ruling: &Ruling) -> Option<Payment> {
        if *ruling.decision_value(GRANT) != Shown::words("awarded") {
            return None;
        }
        let Shown::Money(amount) = ruling.decision_value(AMOUNT) else { return None };
        let due = self.within.max(self.session.meals_from);
        self.payment("clothing-grant".to_owned(), *amount, due, CLOTHING)
    }

    /// A payment for each block in which an income-based award stands; none for meals for all
    /// alone, and none where the stage has no rate: a special school's or nursery's is for an
    /// officer.
    fn holidays(&self, ruling: &Ruling) -> Option<Vec<Payment>> {
        if *ruling.decision_value(INCOME_BASED) != Shown::words("yes") {
            return None;
        }
        let rate = match pupil::stage_in(ruling)? {
            Stage::Primary(_) => "holiday_primary",
            Stage::Secondary(_) => "holiday_secondary",
            Stage::Special | Stage::Nursery => return None,
        };
        // Without meals there are no dates.
        let (from, to) = (ruling.decision_value(MEALS_FROM), ruling.decision_value(MEALS_TO));
        let (Shown::Date(from), Shown::Date(to)) = (from, to) else { return None };
        let blocks = Block::of(&self.session, self.policy)
            .filter(|block| block.is_within(*from, *to, &self.session));
        Some(blocks.filter_map(|block| self.holiday(&block, rate)).collect())
    }

    /// By the rate and the rule of the day on which the block begins.
    fn holiday(&self, block: &Block<'_>, rate: &str) -> Option<Payment> {
        in_force(self.policy, "holiday_income_based", block.from)?;
        let rate = in_force(self.policy, rate, block.from)?.money()?;
        let amount = rate.checked_mul(block.days)?;
        let in_time = self.case.applied_on <= block.pay_on;
        let due = if in_time { block.pay_on } else { self.within };
        self.payment(format!("holiday-{}", block.name), amount, due, HOLIDAY)
    }

    fn payment(
        &self,
        kind: String,
        mut amount: Decimal,
        due: Date,
        reference: &str,
    ) -> Option<Payment> {
        amount.rescale(2);
        // Only a sum beyond all reason has no room for its pence.
        if amount <= Decimal::ZERO || amount.scale() != 2 {
            return None;
        }
        let (case, bank) = (self.case, self.bank);
        Some(Payment {
            key: PaymentKey { whom: case.child_keys(), period: self.session.name.to_owned(), kind },
            amount,
            due,
            payee: format!("{} {}", case.applicant.forename, case.applicant.surname),
            account: Account {
                sort_code: bank.sort_code.clone(),
                number: bank.account_number.clone(),
            },
            reference: reference.to_owned(),
        })
    }
}

/// A figure or rule that may decide on the day.
fn in_force<'p>(policy: &'p Policy, id: &'p str, day: Date) -> Option<InForce<'p>> {
    policy.in_force(id, day).ok().filter(InForce::may_decide)
}

/// The time in which the council pays is whole days.
pub(super) fn check(policy: &Policy) -> Vec<PolicyFault> {
    let rows = policy.figures().filter(|line| line.id == WITHIN);
    let mut faults = Vec::new();
    for (line, from) in rows.filter_map(|line| line.from.map(|from| (line, from))) {
        let days: Option<Decimal> = line.value.parse().ok();
        let sound = |days: Decimal| {
            days.is_integer() && (Decimal::ZERO..=Decimal::from(LONGEST)).contains(&days)
        };
        if !days.is_some_and(sound) {
            let place = format!("figures.{WITHIN} from {from}");
            let remedy = format!("write whole days, from 0 to {LONGEST}");
            faults.push(PolicyFault::new(place, format!("it is {}", line.value), remedy));
        }
    }
    faults
}
