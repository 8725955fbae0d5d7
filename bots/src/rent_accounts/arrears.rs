//! What is owed, in weeks of the charge, and whether it is arrears at all or a payment on its way.

use jiff::ToSpan as _;
use jiff::civil::Date;
use rust_decimal::{Decimal, RoundingStrategy};

use super::account::{Account, months, yes};
use super::{TECHNICAL, WEEKS};
use crate::kit::words::{day, pounds};
use crate::kit::{InForce, Need, Policy, Ruling, Shown};

/// The arrears of an account.
pub(super) struct Arrears<'p> {
    owed: Decimal,
    charge: Decimal,
    pub(super) technical: Technical<'p>,
}

/// Arrears that a payment on its way covers are technical, and no default.
pub(super) enum Technical<'p> {
    No,
    /// By which rule, and why.
    Yes(InForce<'p>, String),
    /// Nobody can say: what is missing.
    Unclear(String),
}

impl<'p> Arrears<'p> {
    /// Nothing where the charge or the rule is missing, which is told.
    pub(super) fn of(account: &Account, ruling: &mut Ruling, policy: &'p Policy) -> Option<Self> {
        let rule = match policy.in_force("arrears_in_weeks", account.as_at) {
            Ok(rule) => rule,
            Err(missing) => {
                let why = format!("No rule on arrears holds on {}.", day(account.as_at));
                ruling.need(Need::figure(why, &missing));
                return None;
            }
        };
        if account.weekly_charge.is_zero() {
            let text = "Arrears count in weeks of the charge, and there is no charge.";
            ruling.because("no-charge", text, &rule);
            let why =
                "The account has no weekly charge: say what is charged, or settle it by hand.";
            ruling.need(Need::new("no-charge", why));
            return None;
        }
        let weeks = rounded(account.balance / account.weekly_charge);
        ruling.set(WEEKS, Shown::Number(weeks));
        let sum = format!("{} / {} = {weeks}", account.balance, account.weekly_charge);
        ruling.figure("Arrears in weeks", sum, &rule);
        let text = match account.balance {
            owed if owed > Decimal::ZERO => {
                format!("{} are owed: {weeks} weeks of the charge.", pounds(owed))
            }
            owed if owed.is_zero() => "Nothing is owed.".to_owned(),
            credit => format!("The account is {} in credit.", pounds(-credit)),
        };
        ruling.because("arrears", text, &rule);

        let technical = technical(account, ruling, policy);
        ruling.set(
            TECHNICAL,
            match &technical {
                Technical::Yes(..) => Shown::words("yes"),
                Technical::No => Shown::words("no"),
                Technical::Unclear(_) => Shown::Empty,
            },
        );
        Some(Arrears { owed: account.balance, charge: account.weekly_charge, technical })
    }

    /// Is anything owed?
    pub(super) fn any(&self) -> bool {
        self.owed > Decimal::ZERO
    }

    /// Have they reached so many weeks of the charge? Weighed on the pennies, not on the weeks
    /// that are shown.
    pub(super) fn reach(&self, weeks: Decimal) -> bool {
        self.any() && self.owed >= weeks * self.charge
    }

    /// So many weeks of the charge, as money.
    pub(super) fn worth(&self, weeks: Decimal) -> Decimal {
        weeks * self.charge
    }
}

/// One decimal, half away from nothing; and nothing has no sign.
fn rounded(weeks: Decimal) -> Decimal {
    let mut shown = weeks.round_dp_with_strategy(1, RoundingStrategy::MidpointAwayFromZero);
    shown.rescale(1);
    if shown.is_zero() { shown.abs() } else { shown }
}

fn technical<'p>(account: &Account, ruling: &mut Ruling, policy: &'p Policy) -> Technical<'p> {
    if account.balance <= Decimal::ZERO {
        return Technical::No;
    }
    match cycle(account, ruling, policy) {
        Some(technical) => technical,
        None if yes(account.universal_credit) => universal_credit(account, ruling, policy),
        None => Technical::No,
    }
}

/// No more than one cycle of charge, and the last payment no longer ago than one.
fn cycle<'p>(account: &Account, ruling: &mut Ruling, policy: &'p Policy) -> Option<Technical<'p>> {
    let rule = policy.in_force("technical_cycle", account.as_at).ok()?;
    let paid = account.last_payment_on?;
    if account.last_payment.is_some_and(|amount| amount.is_zero()) {
        return None;
    }
    let next = paid.checked_add(account.charge_frequency.span()).ok()?;
    let most = pence(account.charge_frequency.cycle(account.own_charge()));
    if account.as_at > next || account.balance > most {
        return None;
    }
    let often = account.charge_frequency.in_words();
    ruling.figure(&format!("One {often} charge"), pounds(most), &rule);
    ruling.fact("Paid again by", day(next), "the sheet: Last payment on");
    let text = format!(
        "The arrears are technical: no more than one {often} charge of {}, last paid on {}.",
        pounds(most),
        day(paid)
    );
    Some(Technical::Yes(rule, text))
}

/// A payment of Universal Credit is due, and the arrears are no more than one can be behind.
fn universal_credit<'p>(
    account: &Account,
    ruling: &mut Ruling,
    policy: &'p Policy,
) -> Technical<'p> {
    let id = if yes(account.uc_paid_to_landlord) { "uc_landlord_weeks" } else { "uc_weeks" };
    let (Ok(rule), Ok(figure)) =
        (policy.in_force("technical_uc", account.as_at), policy.in_force(id, account.as_at))
    else {
        return Technical::No;
    };
    let Some(weeks) = figure.number() else { return Technical::No };
    let most = pence(account.own_charge() * weeks);
    ruling.figure("One payment of Universal Credit can be behind", pounds(most), &figure);
    if account.balance > most {
        return Technical::No;
    }
    match due(account) {
        Due::On(next) => {
            ruling.fact("Universal Credit due", day(next), "the sheet: UC next payment on");
            let text = format!(
                "The arrears are technical: Universal Credit is paid in arrears, the next payment \
                 is due on {}, and no more than {weeks} weeks of the charge ({}) are owed.",
                day(next),
                pounds(most)
            );
            // The figure decides as the rule does: it too must be confirmed.
            let on = if figure.may_decide() { rule } else { figure };
            Technical::Yes(on, text)
        }
        Due::Gone => Technical::No,
        Due::Unclear(why) => Technical::Unclear(why),
    }
}

enum Due {
    On(Date),
    /// It was due before the day of the balance, and the arrears stand.
    Gone,
    Unclear(String),
}

fn due(account: &Account) -> Due {
    let Some(next) = account.uc_next_payment_on else {
        return Due::Unclear(
            "the day of the next payment of Universal Credit is missing".to_owned(),
        );
    };
    let month = 1.month();
    let last = account.as_at.checked_add(month).unwrap_or(Date::MAX);
    let first = account.as_at.checked_sub(month).unwrap_or(Date::MIN);
    if next > last || next < first {
        let why = "more than a month from the day of the balance, so it is not the next one";
        return Due::Unclear(format!(
            "the next payment of Universal Credit ({}) is {why}",
            day(next)
        ));
    }
    if next < account.as_at { Due::Gone } else { Due::On(next) }
}

/// When payment to the landlord may be asked for, for the officer who looks at the account.
pub(super) fn managed_payment(account: &Account, ruling: &mut Ruling, policy: &Policy) {
    if !yes(account.universal_credit) || yes(account.uc_paid_to_landlord) {
        return;
    }
    let Ok(figure) = policy.in_force("managed_payment_months", account.as_at) else { return };
    let Some(count) = figure.number() else { return };
    let least = pence(months(account.weekly_charge, count));
    if account.balance >= least {
        let text = format!("may be asked for: {} or more are owed", pounds(least));
        ruling.figure("Universal Credit paid to the landlord", text, &figure);
    }
}

fn pence(amount: Decimal) -> Decimal {
    amount.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero)
}
