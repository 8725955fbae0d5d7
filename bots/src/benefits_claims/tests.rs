//! What the law implies for every claim, beyond the golden ones.

mod figures;
mod notices;
mod people;
mod properties;
mod statement;
