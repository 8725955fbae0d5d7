//! One item in plain values, for whoever shows it: the command line, the page, the JSON API.
//!
//! | file | job |
//! |---|---|
//! | `case` | the case under its form's labels, and what was looked up |
//! | `words` | why an item waits, in words |
//! | `log` | a log entry, taken apart |

mod case;
mod log;
mod words;

pub use case::{Looked, Said, fields, looked};
pub use log::Line;
pub use words::{OURS, award_ended, kind, why};
