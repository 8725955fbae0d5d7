//! What holds for every child on a list, beyond the golden cases.

mod notices;
mod people;
mod rules;
