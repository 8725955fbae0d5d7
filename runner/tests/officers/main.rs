//! Officers' and operators' acts over a real store: what is allowed when, what is kept and logged,
//! what happens when two act at once, and what the command line says of it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop there")]

mod acts;
mod again;
mod command_line;
mod following;
mod harness;
mod todo_sheet;
