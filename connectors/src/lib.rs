//! Other systems, each spoken to in its own published protocol.
//!
//! A connector knows nothing of bots, items or rulings: it turns another system's form into plain
//! values and back, keeps that system's limits, and says in words a person can act on what went
//! wrong.

pub mod spreadsheet;
