//! What managers see: what was done in a week or a month, and how well. Nothing in it is personal.
//!
//! | file | job |
//! |---|---|
//! | `asked` | the period that the address asks for |
//! | `figures` | the page |
//! | `work` | the figures of one bot, or of all, as the page shows them |
//! | `files` | the same as a workbook and as a text file |

mod asked;
pub(super) mod figures;
mod files;
#[cfg(test)]
mod tests;
mod work;

use super::rights::Right;
use super::routes::{Route, get};

pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/figures", &[Right::SeeFigures], figures::page),
        get("/figures.xlsx", &[Right::SeeFigures], files::book),
        get("/figures.csv", &[Right::SeeFigures], files::text),
    ]
}
