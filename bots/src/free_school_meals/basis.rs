//! The grounds on which an application can rest.

use serde::{Deserialize, Serialize};

/// The ground on which an application rests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// Universal Credit.
    UniversalCredit,
    /// Income-related Employment and Support Allowance.
    IncomeRelatedEsa,
    /// Income Support.
    IncomeSupport,
    /// Income-based Jobseeker's Allowance.
    IncomeBasedJsa,
    /// Support under Part VI of the Immigration and Asylum Act 1999.
    AsylumSupport,
    /// The pupil applies, with a benefit of their own.
    OwnRight,
    /// Scottish Child Payment.
    ScottishChildPayment,
    /// Council Tax Reduction.
    CouncilTaxReduction,
    /// Housing Benefit.
    HousingBenefit,
    /// Child Tax Credit, Working Tax Credit or both: understood, no longer offered.
    TaxCredits,
    /// No benefit.
    None,
    /// Something else.
    Other,
}

impl Basis {
    /// As the template writes it.
    pub fn title(self) -> &'static str {
        match self {
            Basis::UniversalCredit => "Universal Credit",
            Basis::IncomeRelatedEsa => "Income-related ESA",
            Basis::IncomeSupport => "Income Support",
            Basis::IncomeBasedJsa => "Income-based JSA",
            Basis::AsylumSupport => "Asylum support",
            Basis::OwnRight => "Own right (16 to 18)",
            Basis::ScottishChildPayment => "Scottish Child Payment",
            Basis::CouncilTaxReduction => "Council Tax Reduction",
            Basis::HousingBenefit => "Housing Benefit",
            Basis::TaxCredits => "Tax credits",
            Basis::None => "None",
            Basis::Other => "Other",
        }
    }

    /// As the council's policy file writes it, for the grounds it may name.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Basis::UniversalCredit => "universal-credit",
            Basis::IncomeRelatedEsa => "income-related-esa",
            Basis::IncomeSupport => "income-support",
            Basis::IncomeBasedJsa => "income-based-jsa",
            Basis::AsylumSupport => "asylum-support",
            Basis::OwnRight => "own-right",
            Basis::ScottishChildPayment => "scottish-child-payment",
            Basis::CouncilTaxReduction => "council-tax-reduction",
            Basis::HousingBenefit => "housing-benefit",
            Basis::TaxCredits => "tax-credits",
            Basis::None => "none",
            Basis::Other => "other",
        }
    }

    /// Every ground.
    pub const ALL: [Basis; 12] = [
        Basis::UniversalCredit,
        Basis::IncomeRelatedEsa,
        Basis::IncomeSupport,
        Basis::IncomeBasedJsa,
        Basis::AsylumSupport,
        Basis::OwnRight,
        Basis::ScottishChildPayment,
        Basis::CouncilTaxReduction,
        Basis::HousingBenefit,
        Basis::TaxCredits,
        Basis::None,
        Basis::Other,
    ];

    pub(crate) fn named(title: &str) -> Option<Basis> {
        Basis::ALL.into_iter().find(|basis| basis.title() == title)
    }
}
