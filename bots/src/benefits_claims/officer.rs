//! What an officer may put in the place of a recommendation, and what follows from it.

use rust_decimal::Decimal;

use super::{ANNUAL, CTR, CTR_FROM, HB, HB_FROM, OVERPAYMENT};
use crate::kit::{Holds, Ruling, Shown};

pub(super) fn holds(header: &str) -> Holds {
    match header {
        HB | CTR | ANNUAL => Holds::Money,
        HB_FROM | CTR_FROM => Holds::Date,
        OVERPAYMENT => Holds::Words(&["yes", "no"]),
        // Of both benefits two amounts stand in one cell.
        _ => Holds::Text,
    }
}

/// An amount has a first day, and a reduction its amount for the year.
pub(super) fn complete(ruling: &mut Ruling) -> Vec<String> {
    let mut missing = Vec::new();
    let money = |header: &str| match ruling.decision_value(header) {
        Shown::Money(amount) => Some(*amount),
        _ => None,
    };
    let (hb, ctr, annual) = (money(HB), money(CTR), money(ANNUAL));
    if hb.is_none() && ctr.is_none() {
        missing.push(format!("neither {HB} nor {CTR} has an amount"));
    }
    for (amount, header) in [(hb, HB_FROM), (ctr, CTR_FROM)] {
        if amount.is_some() && !matches!(ruling.decision_value(header), Shown::Date(_)) {
            missing.push(format!("{header} has no date"));
        }
    }
    if ctr.is_some() && annual.is_none() {
        missing.push(format!("{ANNUAL} has no amount"));
    }
    if *ruling.decision_value(OVERPAYMENT) == Shown::Empty {
        missing.push(format!("{OVERPAYMENT} has no answer"));
    }
    let amounts = [hb, ctr];
    ruling.award = amounts.iter().flatten().any(|amount| !amount.is_zero());
    ruling.adverse |= amounts.iter().flatten().any(Decimal::is_zero);
    missing
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::benefits_claims::DECISION;

    #[test]
    fn what_a_decision_lacks_is_all_told() {
        let mut ruling = Ruling::new(&DECISION);
        assert_eq!(complete(&mut ruling).len(), 2);
        ruling.set(HB, Shown::Money(Decimal::ZERO));
        ruling.set(CTR, Shown::Money(Decimal::TEN));
        ruling.set(OVERPAYMENT, Shown::words("no"));
        ruling.set(HB_FROM, Shown::Date(date(2026, 10, 5)));
        assert_eq!(complete(&mut ruling), ["CTR from has no date", "CTR annual has no amount"]);
        assert!(ruling.award && ruling.adverse);
        ruling.set(CTR_FROM, Shown::Date(date(2026, 10, 5)));
        ruling.set(ANNUAL, Shown::Money(Decimal::new(52143, 2)));
        assert!(complete(&mut ruling).is_empty());
    }
}
