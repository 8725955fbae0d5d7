//! One claim or change, as the rules see it: a field a column, under the column's own key.

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::kinds::{Accommodation, Asked, Band, Claimed, Disability, Landlord, Passport, Severe};
use super::kinds::{NonDepStatus, Work};
use super::values::{Count, Days};
use crate::kit::{Fault, Fields, Sameness, plain};

/// Declares the claim with the headers of its optional columns, so that a reason can name them.
macro_rules! claim {
    (
        required { $($(#[$note:meta])* $must:ident: $type:ty,)* }
        optional { $($may:ident: $kind:ty = $header:literal,)* }
    ) => {
        /// A claim or change. It has no `Debug` but in tests: it is somebody's data.
        #[derive(Clone, PartialEq, Serialize, Deserialize)]
        #[cfg_attr(test, derive(Debug))]
        pub struct Claim {
            $($(#[$note])* pub $must: $type,)*
            $(
                #[doc = $header]
                #[serde(skip_serializing_if = "Option::is_none")]
                pub $may: Option<$kind>,
            )*
        }

        impl Claim {
            /// Is a column empty? Asked by its key.
            pub(super) fn is_empty(&self, key: &str) -> bool {
                match key {
                    $(stringify!($may) => self.$may.is_none(),)*
                    _ => false,
                }
            }

            /// The header of a key.
            pub(super) fn header(key: &str) -> &str {
                match key {
                    $(stringify!($may) => $header,)*
                    _ => key,
                }
            }
        }
    };
}

claim! {
    required {
        /// The council's own reference.
        reference: String,
        /// A new claim or a change.
        kind: Work,
        /// What is claimed.
        benefit: Claimed,
        /// Day of the claim or change.
        claim_date: Date,
        /// Of the claimant.
        forename: String,
        /// Of the claimant.
        surname: String,
        /// Of the claimant.
        date_of_birth: Date,
        /// Of the claimant.
        nino: String,
        /// All that was asked for has been seen.
        evidence_complete: bool,
    }
    optional {
        received_on: Date = "Received on",
        current_weekly_hb: Decimal = "Current weekly HB",
        current_weekly_ctr: Decimal = "Current weekly CTR",
        system_hb_weekly: Decimal = "System HB weekly",
        system_ctr_weekly: Decimal = "System CTR weekly",
        partner_date_of_birth: Date = "Partner date of birth",
        partner_nino: String = "Partner NINO",
        children_dates_of_birth: Days = "Children dates of birth",
        disabled_children: Count = "Disabled children",
        severely_disabled_children: Count = "Severely disabled children",
        children_in_childcare: Count = "Children in childcare",
        non_dep_1_date_of_birth: Date = "Non-dep 1 date of birth",
        non_dep_1_works_16_hours: bool = "Non-dep 1 works 16 hours",
        non_dep_1_gross_weekly: Decimal = "Non-dep 1 gross weekly",
        non_dep_1_status: NonDepStatus = "Non-dep 1 status",
        non_dep_2_date_of_birth: Date = "Non-dep 2 date of birth",
        non_dep_2_works_16_hours: bool = "Non-dep 2 works 16 hours",
        non_dep_2_gross_weekly: Decimal = "Non-dep 2 gross weekly",
        non_dep_2_status: NonDepStatus = "Non-dep 2 status",
        non_dep_3_date_of_birth: Date = "Non-dep 3 date of birth",
        non_dep_3_works_16_hours: bool = "Non-dep 3 works 16 hours",
        non_dep_3_gross_weekly: Decimal = "Non-dep 3 gross weekly",
        non_dep_3_status: NonDepStatus = "Non-dep 3 status",
        accommodation: Accommodation = "Accommodation",
        landlord: Landlord = "Landlord",
        eligible_rent_weekly: Decimal = "Eligible rent weekly",
        rent_liability_from: Date = "Rent liability from",
        council_tax_band: Band = "Council tax band",
        council_tax_annual: Decimal = "Council tax annual",
        council_tax_liability_from: Date = "Council tax liability from",
        liable_people: Count = "Liable people",
        passport: Passport = "Passport",
        savings_credit_weekly: Decimal = "Savings credit weekly",
        dwp_assessed_income_weekly: Decimal = "DWP assessed income weekly",
        universal_credit: bool = "Universal Credit",
        uc_period_end: Date = "UC period end",
        uc_net_earnings_monthly: Decimal = "UC net earnings monthly",
        uc_award_monthly: Decimal = "UC award monthly",
        uc_child_elements_monthly: Decimal = "UC child elements monthly",
        uc_childcare_element_monthly: Decimal = "UC childcare element monthly",
        uc_transitional_element_monthly: Decimal = "UC transitional element monthly",
        uc_lcw_or_lcwra: bool = "UC LCW or LCWRA",
        uc_carer_element: bool = "UC carer element",
        earnings_net_weekly: Decimal = "Earnings net weekly",
        partner_earnings_net_weekly: Decimal = "Partner earnings net weekly",
        hours: Count = "Hours",
        partner_hours: Count = "Partner hours",
        childcare_weekly: Decimal = "Childcare weekly",
        state_pension_weekly: Decimal = "State pension weekly",
        other_pension_weekly: Decimal = "Other pension weekly",
        widowed_benefits_weekly: Decimal = "Widowed benefits weekly",
        other_counted_income_weekly: Decimal = "Other counted income weekly",
        maintenance_for_claimant_weekly: Decimal = "Maintenance for claimant weekly",
        war_pension_weekly: Decimal = "War pension weekly",
        capital: Decimal = "Capital",
        disability_benefit: Disability = "Disability benefit",
        partner_disability_benefit: Disability = "Partner disability benefit",
        carer_premiums: Count = "Carer premiums",
        severe_disability_premium: Severe = "Severe disability premium",
        protected_family_premium: bool = "Protected family premium",
        saved_mixed_age_couple: bool = "Saved mixed-age couple",
        child_benefit_paid_16_to_19: bool = "Child benefit paid 16 to 19",
        self_employed: bool = "Self-employed",
        student: bool = "Student",
        right_to_reside_confirmed: bool = "Right to reside confirmed",
        living_together_query: bool = "Living together query",
        deprivation_query: bool = "Deprivation query",
        appointee: bool = "Appointee",
        fraud_flag: bool = "Fraud flag",
        domestic_abuse_flag: bool = "Domestic abuse flag",
    }
}

/// The columns without which there is no claim.
const REQUIRED: [(&str, &str, &str); 9] = [
    ("reference", "Reference", "text"),
    ("kind", "Kind", "New claim or Change"),
    ("benefit", "Benefit", "a benefit from the list"),
    ("claim_date", "Claim date", "a date, as dd/mm/yyyy"),
    ("forename", "Forename", "a name"),
    ("surname", "Surname", "a name"),
    ("date_of_birth", "Date of birth", "a date, as dd/mm/yyyy"),
    ("nino", "NINO", "a National Insurance number"),
    ("evidence_complete", "Evidence complete", "yes or no"),
];

impl Claim {
    /// Typed fields become a claim; what takes two columns to see is found here.
    pub(super) fn of(fields: Fields) -> Result<Claim, Vec<Fault>> {
        let empty = |(key, _, _): &&(&str, &str, &str)| !fields.0.contains_key(*key);
        let mut faults: Vec<Fault> = REQUIRED
            .iter()
            .filter(empty)
            .map(|(_, header, expected)| Fault::new(*header, "empty", *expected, ""))
            .collect();
        if !faults.is_empty() {
            return Err(faults);
        }
        let object = Value::Object(fields.0.into_iter().collect());
        let Ok(claim) = serde_json::from_value::<Claim>(object) else {
            let expected = "cells of the kinds that the template has";
            return Err(vec![Fault::new("Reference", "unreadable", expected, "")]);
        };
        if claim.date_of_birth > earlier_by_years(claim.claim_date, 16) {
            let expected = "a claimant of 16 or over on the day of the claim; check the date of \
                            birth";
            let found = claim.date_of_birth.to_string();
            faults.push(Fault::new("Date of birth", "too-young", expected, found));
        }
        if claim
            .partner_date_of_birth
            .is_some_and(|born| born > earlier_by_years(claim.claim_date, 16))
        {
            let expected = "a partner of 16 or over on the day of the claim; check the date of \
                            birth";
            faults.push(Fault::new("Partner date of birth", "too-young", expected, ""));
        }
        if claim.liable_people.is_some_and(|people| people.number().is_zero()) {
            let expected = "how many are liable with the claimant, who is one of them";
            faults.push(Fault::new("Liable people", "nobody-liable", expected, "0"));
        }
        if faults.is_empty() { Ok(claim) } else { Err(faults) }
    }

    /// Is this benefit claimed?
    pub(super) fn asks(&self, asked: Asked) -> bool {
        match self.benefit {
            Claimed::Both => true,
            Claimed::HousingBenefit => asked == Asked::HousingBenefit,
            Claimed::CouncilTaxReduction => asked == Asked::CouncilTaxReduction,
        }
    }

    /// What is in payment; nothing for a new claim.
    pub(super) fn in_payment(&self, asked: Asked) -> Decimal {
        let current = match asked {
            Asked::HousingBenefit => self.current_weekly_hb,
            Asked::CouncilTaxReduction => self.current_weekly_ctr,
        };
        match self.kind {
            Work::Change => current.unwrap_or_default(),
            Work::NewClaim => Decimal::ZERO,
        }
    }

    /// What the council's benefits system worked out.
    pub(super) fn by_the_system(&self, asked: Asked) -> Option<Decimal> {
        match asked {
            Asked::HousingBenefit => self.system_hb_weekly,
            Asked::CouncilTaxReduction => self.system_ctr_weekly,
        }
    }

    /// Is a flag set?
    pub(super) fn on_universal_credit(&self) -> bool {
        self.universal_credit == Some(true)
    }

    /// Claimant and partner are on one of the working-age benefits that open the whole award.
    pub(super) fn passport(&self) -> Passport {
        self.passport.unwrap_or(Passport::None)
    }

    /// How many share the rent and the tax.
    pub(super) fn sharing(&self) -> Decimal {
        self.liable_people.as_ref().map_or(Decimal::ONE, Count::number).max(Decimal::ONE)
    }

    /// The household's claim from one day: whoever of the couple makes it, it is the same.
    pub(super) fn sameness(&self, from: Date) -> Sameness {
        // A form may leave off the last letter of a NINO.
        let bare = |nino: &str| nino.chars().take(8).collect::<String>();
        let mut household = vec![bare(&self.nino)];
        household.extend(self.partner_nino.as_deref().map(bare));
        household.sort();
        let own = format!("{}|{}|{from}", household.join("+"), self.benefit.code());
        let mut decides = self.clone();
        decides.reference.clear();
        decides.forename = plain(&self.forename);
        decides.surname = plain(&self.surname);
        Sameness {
            keys: [None, Some(own)],
            applicant: bare(&self.nino),
            decides: serde_json::to_string(&decides).expect("a claim is plain data"),
        }
    }
}

/// The day so many years before; the first day there is where there is none.
fn earlier_by_years(day: Date, years: i16) -> Date {
    let from = day.year().saturating_sub(years);
    // 29 February counts as 1 March elsewhere.
    Date::new(from, day.month(), day.day()).or_else(|_| Date::new(from, 3, 1)).unwrap_or(Date::MIN)
}
