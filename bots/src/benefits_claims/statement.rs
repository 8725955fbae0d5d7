//! The working as a statement that an officer could sign.
//!
//! Amounts stand in the order of the regulations; a line that begins with `=` is the sum of those
//! above it since the last one that closed its part. Nothing within is rounded: an amount that is
//! no whole penny is shown with six decimals.

use jiff::civil::Date;
use rust_decimal::{Decimal, RoundingStrategy};

use super::dates::in_words;
use crate::kit::{InForce, Need, NotInForce, Policy, Ruling};

/// The statement of one benefit while it is written.
pub(super) struct Statement<'p> {
    policy: &'p Policy,
    /// The day whose law decides.
    pub(super) on: Date,
    /// Lines, reasons and needs; it has no decision columns of its own.
    pub(super) ruling: Ruling,
}

/// A figure with the row it comes from.
#[derive(Clone, Copy)]
pub(super) struct Figure<'p> {
    pub(super) amount: Decimal,
    pub(super) row: InForce<'p>,
}

impl<'p> Statement<'p> {
    pub(super) fn new(policy: &'p Policy, on: Date) -> Self {
        Statement { policy, on, ruling: Ruling::new(&[]) }
    }

    /// A rule on the day; without one, or without the council's word for it, a person decides.
    pub(super) fn rule(&mut self, id: &'static str) -> Option<InForce<'p>> {
        match self.policy.in_force(id, self.on) {
            Ok(row) => {
                self.ruling.rest_on(&row);
                Some(row)
            }
            Err(missing) => {
                self.ruling.need(not_set(&missing, self.on));
                None
            }
        }
    }

    /// A rule that may not be in force on the day; if it is not, that is an answer too.
    pub(super) fn perhaps(&mut self, id: &'static str) -> Option<InForce<'p>> {
        let row = self.policy.in_force(id, self.on).ok()?;
        self.ruling.rest_on(&row);
        Some(row)
    }

    /// A figure on the day.
    pub(super) fn figure(&mut self, id: &'static str) -> Option<Figure<'p>> {
        let row = self.rule(id)?;
        let amount = row.money().or_else(|| row.number())?;
        Some(Figure { amount, row })
    }

    /// An amount worked out by a rule.
    pub(super) fn line(&mut self, label: &str, amount: Decimal, on: &InForce<'_>) {
        self.ruling.figure(label, pounds(amount), on);
    }

    /// An amount of the claim.
    pub(super) fn given(&mut self, label: &str, amount: Decimal) {
        self.ruling.fact(label, pounds(amount), "the claim");
    }

    /// The sum of what stands above it.
    pub(super) fn total(&mut self, label: &str, amount: Decimal, on: &InForce<'_>) {
        self.ruling.figure(label, format!("= {}", pounds(amount)), on);
    }

    pub(super) fn need(&mut self, code: &str, why: impl Into<String>) {
        self.ruling.need(Need::new(code, why));
    }

    pub(super) fn because(&mut self, code: &str, text: impl Into<String>, on: &InForce<'_>) {
        self.ruling.because(code, text, on);
    }
}

/// There is no figure or rule for the day: which, when it ended, and what to do.
fn not_set(missing: &NotInForce<'_>, on: Date) -> Need {
    let ended = match missing.ended {
        Some(ended) => format!("; the last one ended on {}", in_words(ended)),
        None => String::new(),
    };
    let why = format!(
        "“{}” ({}) is not set for {}{ended}. Set it in the council's policy with its source, or \
         decide by hand.",
        missing.label,
        missing.id,
        in_words(on)
    );
    Need::figure(why, missing)
}

/// To the penny, half a penny up: the one rounding, at the end.
pub(super) fn pennies(amount: Decimal) -> Decimal {
    // What division leaves behind the twelfth place is not in the amount.
    let exact = amount.round_dp_with_strategy(12, RoundingStrategy::MidpointAwayFromZero);
    let mut pennies = exact.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
    pennies.rescale(2);
    pennies
}

/// `£1,012.40`, `-£20.00`; `£230.769231` for what is no whole penny.
pub(super) fn pounds(amount: Decimal) -> String {
    let whole_pennies = amount.round_dp(2) == amount;
    let places = if whole_pennies { 2 } else { 6 };
    let plain = format!("{:.places$}", amount.abs().round_dp(6));
    let point = plain.find('.').unwrap_or(plain.len());
    let mut text = String::with_capacity(plain.len() + 4);
    text.push_str(if amount.is_sign_negative() && !amount.is_zero() { "-£" } else { "£" });
    for (place, letter) in plain.char_indices() {
        if place > 0 && place < point && (point - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(letter);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_written_for_people() {
        for (amount, text) in [
            ("0", "£0.00"),
            ("-20", "-£20.00"),
            ("1012.4", "£1,012.40"),
            ("1234567.89", "£1,234,567.89"),
            ("230.7692307692307692307692308", "£230.769231"),
            ("-0.005", "-£0.005000"),
        ] {
            assert_eq!(pounds(amount.parse().unwrap()), text);
        }
    }

    #[test]
    fn half_a_penny_goes_up() {
        for (amount, rounded) in [
            ("1.005", "1.01"),
            ("1.00499999999", "1.00"),
            ("1.0049999999999999", "1.01"),
            ("2", "2.00"),
        ] {
            let amount: Decimal = amount.parse().unwrap();
            assert_eq!(pennies(amount).to_string(), rounded);
        }
    }
}
