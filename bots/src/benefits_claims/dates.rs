//! From which day an award runs: Mondays, and the exceptions that the columns can tell.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

use super::claim::Claim;
use super::kinds::{Asked, Work};

/// The first day and the rule that sets it.
#[derive(Clone, Copy)]
#[cfg_attr(test, derive(Debug, PartialEq))]
pub(super) struct From {
    pub(super) day: Date,
    pub(super) rule: &'static str,
    /// The liability begins later than the award would: it is for a person.
    pub(super) liability_later: bool,
}

/// The first day of an award, but for a late notice.
pub(super) fn from(claim: &Claim, asked: Asked) -> From {
    match (asked, claim.kind) {
        (Asked::HousingBenefit, Work::NewClaim) => {
            new_award(claim.claim_date, claim.rent_liability_from, asked)
        }
        (Asked::CouncilTaxReduction, Work::NewClaim) => {
            new_award(claim.claim_date, claim.council_tax_liability_from, asked)
        }
        // Rent from a new day is a new home, or a new rent: both count from the day itself.
        (Asked::HousingBenefit, Work::Change)
            if claim.rent_liability_from == Some(claim.claim_date) =>
        {
            From { day: claim.claim_date, rule: "hb_move", liability_later: false }
        }
        (Asked::HousingBenefit, Work::Change) => {
            From { day: next_monday(claim.claim_date), rule: "hb_change", liability_later: false }
        }
        (Asked::CouncilTaxReduction, Work::Change) => {
            From { day: next_monday(claim.claim_date), rule: "ctr_change", liability_later: false }
        }
    }
}

fn new_award(claimed: Date, liability: Option<Date>, asked: Asked) -> From {
    let hb = asked == Asked::HousingBenefit;
    let first = next_monday(claimed);
    let usual = From {
        day: first,
        rule: if hb { "hb_new_award" } else { "ctr_new_award" },
        liability_later: false,
    };
    match liability {
        Some(day) if day >= monday_of(claimed) => From {
            day: if hb { monday_of(day) } else { day },
            rule: if hb { "hb_first_week" } else { "ctr_new_liability" },
            liability_later: day >= first,
        },
        _ => usual,
    }
}

/// The day that decides which law it is: the earlier where two benefits start on two days.
pub(super) fn decided_on(claim: &Claim) -> Date {
    let both = [Asked::HousingBenefit, Asked::CouncilTaxReduction];
    let asked = both.into_iter().filter(|asked| claim.asks(*asked));
    asked.map(|asked| from(claim, asked).day).min().unwrap_or(claim.claim_date)
}

/// The Monday of the week that a day lies in.
pub(super) fn monday_of(day: Date) -> Date {
    let since = i64::from(day.weekday().since(Weekday::Monday));
    day.checked_sub(since.days()).unwrap_or(Date::MIN)
}

/// The first Monday after a day.
pub(super) fn next_monday(day: Date) -> Date {
    monday_of(day).checked_add(7.days()).unwrap_or(Date::MAX)
}

/// Days of the financial year that a day lies in.
pub(super) fn days_of_financial_year(day: Date) -> i64 {
    let after_march = day.month() >= 4;
    let ends = if after_march { day.year().saturating_add(1) } else { day.year() };
    let leap = Date::new(ends, 2, 29).is_ok();
    if leap { 366 } else { 365 }
}

/// The day a month later; the last one there is where there is none.
pub(super) fn a_month_after(day: Date) -> Date {
    day.checked_add(1.month()).unwrap_or(Date::MAX)
}

/// Days from one to another.
pub(super) fn days_between(from: Date, to: Date) -> i64 {
    from.until(to).map_or(0, |span| i64::from(span.get_days()))
}

/// `5 October 2026`.
pub(super) fn in_words(day: Date) -> String {
    day.strftime("%-d %B %Y").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn weeks_begin_on_mondays() {
        for (day, monday, next) in [
            (date(2026, 10, 4), date(2026, 9, 28), date(2026, 10, 5)),
            (date(2026, 10, 5), date(2026, 10, 5), date(2026, 10, 12)),
            (date(2026, 10, 11), date(2026, 10, 5), date(2026, 10, 12)),
        ] {
            assert_eq!((monday_of(day), next_monday(day)), (monday, next));
        }
        assert_eq!(next_monday(Date::MAX), Date::MAX);
        assert_eq!(in_words(date(2026, 10, 5)), "5 October 2026");
    }

    #[test]
    fn a_financial_year_with_a_29_february_has_366_days() {
        for (day, days) in [
            (date(2023, 3, 31), 365),
            (date(2023, 4, 1), 366),
            (date(2024, 3, 31), 366),
            (date(2024, 4, 1), 365),
            (date(2027, 3, 31), 365),
        ] {
            assert_eq!(days_of_financial_year(day), days, "{day}");
        }
    }

    #[test]
    fn liability_in_the_week_of_the_claim_opens_the_award_in_it() {
        let claimed = date(2026, 10, 8);
        let hb = |liability| new_award(claimed, liability, Asked::HousingBenefit);
        let ctr = |liability| new_award(claimed, liability, Asked::CouncilTaxReduction);
        assert_eq!(hb(None).day, date(2026, 10, 12));
        assert_eq!(ctr(Some(date(2026, 10, 4))).day, date(2026, 10, 12));
        assert_eq!(hb(Some(date(2026, 10, 7))).day, date(2026, 10, 5));
        assert_eq!(ctr(Some(date(2026, 10, 7))).day, date(2026, 10, 7));
        assert_eq!(ctr(Some(date(2026, 10, 11))).rule, "ctr_new_liability");
        assert!(!ctr(Some(date(2026, 10, 11))).liability_later);
        assert!(ctr(Some(date(2026, 10, 12))).liability_later);
        assert_eq!(hb(Some(date(2026, 10, 14))).day, date(2026, 10, 12));
    }
}
