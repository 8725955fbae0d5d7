//! What the golden cases cannot say one by one.

mod accounts;
mod rules;
