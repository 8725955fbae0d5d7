#![doc = include_str!("../README.md")]

pub mod kit;

kit::bots! {
    benefits_claims::BenefitsClaims,
    free_school_meals::FreeSchoolMeals,
    rent_accounts::RentAccounts,
}
