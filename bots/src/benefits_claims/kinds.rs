//! The lists of the sheet, in its own words.

use serde::{Deserialize, Serialize};

/// One benefit of the two that are worked out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// Housing Benefit.
    HousingBenefit,
    /// Council Tax Reduction.
    CouncilTaxReduction,
}

impl Asked {
    /// Its title.
    pub(super) fn title(self) -> &'static str {
        match self {
            Asked::HousingBenefit => "Housing Benefit",
            Asked::CouncilTaxReduction => "Council Tax Reduction",
        }
    }
}

/// Declares a list by its words.
macro_rules! list {
    ($(#[$note:meta])* $name:ident { $($(#[$what:meta])* $value:ident = $word:literal,)* }) => {
        $(#[$note])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$what])* #[serde(rename = $word)] $value,)*
        }

        impl $name {
            /// As the sheet writes it.
            pub fn title(self) -> &'static str {
                match self {
                    $($name::$value => $word,)*
                }
            }
        }
    };
}

list! {
    /// What kind of work it is.
    Work {
        /// A new claim.
        NewClaim = "New claim",
        /// A change in what is in payment.
        Change = "Change",
    }
}
list! {
    /// What is claimed.
    Claimed {
        /// Housing Benefit.
        HousingBenefit = "Housing Benefit",
        /// Council Tax Reduction.
        CouncilTaxReduction = "Council Tax Reduction",
        /// Both.
        Both = "Both",
    }
}
list! {
    /// Where the household lives.
    Accommodation {
        /// Neither of the others.
        General = "general",
        /// Supported, managed, a refuge or a hostel.
        Specified = "specified",
        /// For homeless people.
        Temporary = "temporary",
    }
}
list! {
    /// Who lets the dwelling; the rent is already the eligible one, so it decides nothing.
    Landlord {
        /// The council.
        Council = "council",
        /// A housing association.
        HousingAssociation = "housing association",
        /// A private landlord.
        Private = "private",
        /// Another.
        Other = "other",
    }
}
list! {
    /// A benefit that opens the whole award.
    Passport {
        /// None.
        None = "none",
        /// Pension Credit's guarantee credit.
        GuaranteeCredit = "Guarantee credit",
        /// Income Support.
        IncomeSupport = "Income Support",
        /// Income-based Jobseeker's Allowance.
        IncomeBasedJsa = "Income-based JSA",
        /// Income-related Employment and Support Allowance.
        IncomeRelatedEsa = "Income-related ESA",
    }
}
list! {
    /// What decides whether there is a deduction for a non-dependant.
    NonDepStatus {
        /// Nothing of the kind.
        None = "none",
        /// Full-time student.
        Student = "student",
        /// On Pension Credit.
        PensionCredit = "Pension Credit",
        /// On income-related ESA.
        IncomeRelatedEsa = "income-related ESA",
        /// On Income Support or income-based JSA.
        IsOrJsa = "IS or JSA",
        /// Universal Credit worked out without earnings.
        UcNoEarnings = "UC no earnings",
        /// Universal Credit with earnings.
        UcWithEarnings = "UC with earnings",
        /// In hospital for more than 52 weeks.
        Hospital = "in hospital 52 weeks",
        /// One of a couple with the first non-dependant.
        PartnerOfFirst = "partner of non-dep 1",
    }
}
list! {
    /// A benefit for disability.
    Disability {
        /// None.
        None = "none",
        /// Disability Living Allowance, care.
        DlaCare = "DLA care",
        /// PIP or ADP, daily living.
        DailyLiving = "PIP or ADP daily living",
        /// PIP or ADP, daily living at the enhanced rate.
        DailyLivingEnhanced = "PIP or ADP daily living enhanced",
        /// Attendance Allowance.
        AttendanceAllowance = "Attendance Allowance",
        /// ESA with the support component.
        SupportGroup = "ESA support group",
        /// Certified as blind.
        Blind = "blind",
    }
}
list! {
    /// Severe disability premium.
    Severe {
        /// None.
        No = "no",
        /// The single rate.
        Yes = "yes",
        /// For both of a couple.
        Both = "both",
    }
}
list! {
    /// Council tax band.
    Band { /// A.
        A = "A", /// B.
        B = "B", /// C.
        C = "C", /// D.
        D = "D", /// E.
        E = "E", /// F.
        F = "F", /// G.
        G = "G", /// H.
        H = "H",
    }
}

impl Claimed {
    /// Short, for keys.
    pub fn code(self) -> &'static str {
        match self {
            Claimed::HousingBenefit => "hb",
            Claimed::CouncilTaxReduction => "ctr",
            Claimed::Both => "both",
        }
    }
}
