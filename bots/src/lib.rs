#![doc = include_str!("../README.md")]

pub mod kit;

kit::bots! {
    free_school_meals::FreeSchoolMeals,
    hr_queries::HrQueries,
}
