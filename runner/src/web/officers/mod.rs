//! What officers do: everything that waits for a person in one list, and each case with what its
//! bot knows, what it recommends and why it stopped.
//!
//! | file | page |
//! |---|---|
//! | `to_do` | the list |
//! | `asked` | what it is filtered by, as the address says it |
//! | `assign` | giving items to a colleague |
//! | `find` | an item by its reference |
//! | `item` | one item, and what is done with it |
//! | `notice` | the notice of a decision |
//! | `colleagues` | who may be given items |
//! | `days` | working days, in words |
//! | `answers` | what a form sends |

mod answers;
mod asked;
mod assign;
mod colleagues;
mod days;
mod find;
mod item;
mod notice;
mod to_do;

#[cfg(test)]
mod tests;

use super::rights::Right;
use super::routes::{Route, get, post};

pub use item::Shown as ItemInFull;
pub use to_do::ToDo;

pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/to-do", &[Right::Settle], to_do::page),
        post("/to-do/assign", &[Right::Settle], assign::act),
        post("/to-do/find", &[Right::SeeCases], find::act),
        get("/items/{id}", &[Right::SeeCases], item::page),
        get("/items/{id}/follow", &[Right::Settle], item::follow_page),
        get("/items/{id}/notice", &[Right::SeeCases], notice::page),
        post("/items/{id}/confirm", &[Right::Settle], item::confirm),
        post("/items/{id}/change", &[Right::Settle], item::change),
        post("/items/{id}/ask-evidence", &[Right::Settle], item::ask_evidence),
        post("/items/{id}/assign", &[Right::Settle], item::assign),
        post("/items/{id}/by-hand", &[Right::Settle], item::by_hand),
        post("/items/{id}/postpone", &[Right::Settle], item::postpone),
        post("/items/{id}/follow", &[Right::Settle], item::follow),
    ]
}
