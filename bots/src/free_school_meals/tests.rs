//! What the law implies for every case, beyond the golden ones.

mod people;
mod rules;
mod sheets;
