//! Measured, not believed: how often the bot answers, how often rightly, and that nothing that is
//! reserved for people is answered.

mod measure;
mod notices;
mod promises;
