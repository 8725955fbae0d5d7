//! What one benefit comes to, as far as it could be worked out.

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::kinds::Asked;

/// One benefit's answer. An amount is none where a fact or figure is missing.
pub(super) struct Award {
    pub(super) asked: Asked,
    pub(super) from: Date,
    pub(super) weekly: Option<Decimal>,
    pub(super) annual: Option<Decimal>,
    pub(super) applicable: Option<Decimal>,
    pub(super) income: Option<Decimal>,
    pub(super) tariff: Option<Decimal>,
    pub(super) deductions: Option<Decimal>,
}

impl Award {
    pub(super) fn unknown(asked: Asked, from: Date) -> Award {
        Award {
            asked,
            from,
            weekly: None,
            annual: None,
            applicable: None,
            income: None,
            tariff: None,
            deductions: None,
        }
    }
}
