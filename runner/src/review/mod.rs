//! Officers' acts on what a person must settle: each one transaction with the state's move, the
//! sealed words and the log entries. The command line, a To do sheet and the page call these.
//!
//! | file | act |
//! |---|---|
//! | `decide` | confirm or change a recommendation: a ruling by the officer stands |
//! | `keep` | ask for evidence, assign, close by hand |
//! | `seen` | what a person saw of an item, and when: logged before it is shown |
//! | `notice` | the notice of a decided item, made anew and logged |
//! | `todo` | the To do sheet, filled in, as it is read |
//! | `import` | each of its rows done under its officer's name |

mod decide;
mod import;
mod keep;
pub mod notice;
mod seen;
mod todo;

pub use decide::{Given, Wrong, change, confirm, read, recommended};
pub use import::{Imported, Line, Outcome, import};
pub use keep::{ask_evidence, assign, assign_each, by_hand};
pub use seen::{Opened, unopened, viewed};
pub use todo::{Filled, Problem, Todo};
