#![doc = include_str!("../README.md")]

pub mod kit;

kit::bots! {
    benefits_claims::BenefitsClaims,
    free_school_meals::FreeSchoolMeals,
    hr_queries::HrQueries,
    rent_accounts::RentAccounts,
    school_awards::SchoolAwards,
}
