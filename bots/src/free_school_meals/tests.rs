//! What the law implies for every case, beyond the golden ones.

mod notices;
mod payments;
pub(super) mod people;
mod rules;
mod sheets;
