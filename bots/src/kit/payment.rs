//! What is to be paid because of a ruling.

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// A sum that follows from a ruling. It has no `Debug` but in tests: it is somebody's data.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(Debug))]
pub struct Payment {
    /// What for: which child, which session, which grant or holiday. It is paid once.
    pub key: PaymentKey,
    /// What is due in all under this key, in pounds with two decimals; more than nothing.
    pub amount: Decimal,
    /// The day by which it should have arrived.
    pub due: Date,
    /// Whose account it is.
    pub payee: String,
    /// Where it goes.
    pub account: Account,
    /// What stands on the payee's statement: at most 18 characters of what a bank's file may hold.
    pub reference: String,
}

/// What is paid once and never again.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(Debug))]
pub struct PaymentKey {
    /// A strong and a weak key of the person it is for, as in [`super::Sameness`]: where both have
    /// the strong one it alone counts.
    pub whom: [Option<String>; 2],
    /// The session or other period, as 2026/27.
    pub period: String,
    /// What kind of payment, in kebab-case; of a holiday payment its block is part of it:
    /// `clothing-grant`, `holiday-summer`.
    pub kind: String,
}

/// A bank account of the United Kingdom.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(Debug))]
pub struct Account {
    /// Six digits.
    pub sort_code: String,
    /// Eight digits.
    pub number: String,
}
