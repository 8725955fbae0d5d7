//! What a question can be about.

use crate::kit::plain;

/// What a question is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Topic {
    /// Entitlement and balance.
    AnnualLeave,
    /// Full pay, half pay and Statutory Sick Pay.
    SickPay,
    /// How long a notice is.
    Notice,
    /// Maternity leave and pay.
    Maternity,
    /// Paternity leave and pay.
    Paternity,
    /// Adoption leave and pay.
    Adoption,
    /// Lines of a payslip, and what is missing on it.
    Payslip,
    /// What a tax code means.
    TaxCode,
    /// Which fund, and how to reach it.
    Pension,
    /// Where pay goes.
    BankDetails,
    /// Where somebody lives, and other facts of the record.
    AddressChange,
    /// Leave for other reasons than rest.
    SpecialLeave,
    /// Flexible hours and time off in lieu.
    Flexitime,
    /// References and letters that confirm employment.
    References,
    /// What is always a person's.
    GrievanceOrWellbeing,
    /// None of these, or nobody can tell.
    Other,
}

impl Topic {
    /// Every topic, in the order of the form.
    pub const ALL: [Topic; 16] = [
        Topic::AnnualLeave,
        Topic::SickPay,
        Topic::Notice,
        Topic::Maternity,
        Topic::Paternity,
        Topic::Adoption,
        Topic::Payslip,
        Topic::TaxCode,
        Topic::Pension,
        Topic::BankDetails,
        Topic::AddressChange,
        Topic::SpecialLeave,
        Topic::Flexitime,
        Topic::References,
        Topic::GrievanceOrWellbeing,
        Topic::Other,
    ];

    /// The names, for a list to choose from.
    pub const NAMES: [&'static str; 16] = [
        "annual leave",
        "sick pay",
        "notice",
        "maternity",
        "paternity",
        "adoption",
        "payslip",
        "tax code",
        "pension",
        "bank details",
        "address change",
        "special leave",
        "flexitime",
        "references",
        "grievance or wellbeing",
        "other",
    ];

    /// As the form and the results have it.
    pub fn as_str(self) -> &'static str {
        let index = Topic::ALL.iter().position(|topic| *topic == self);
        index.map_or("other", |index| Topic::NAMES[index])
    }

    /// The topic of this name, however it is spelled out.
    pub fn named(name: &str) -> Option<Topic> {
        let name = plain(name);
        let index = Topic::NAMES.iter().position(|known| plain(known) == name)?;
        Some(Topic::ALL[index])
    }

    /// Has a bot an answer to it?
    pub fn is_answered(self) -> bool {
        match self {
            Topic::AnnualLeave
            | Topic::SickPay
            | Topic::Notice
            | Topic::Maternity
            | Topic::Paternity
            | Topic::Adoption
            | Topic::Payslip
            | Topic::TaxCode
            | Topic::Pension
            | Topic::SpecialLeave
            | Topic::Flexitime
            | Topic::References => true,
            Topic::BankDetails
            | Topic::AddressChange
            | Topic::GrievanceOrWellbeing
            | Topic::Other => false,
        }
    }

    /// Is it reserved for a person, whatever is asked?
    pub fn is_reserved(self) -> bool {
        matches!(self, Topic::BankDetails | Topic::GrievanceOrWellbeing)
    }
}
