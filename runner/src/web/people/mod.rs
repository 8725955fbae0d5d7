//! People: signing in and out, one's own sessions and password; and for administrators, who may do
//! what, and keys of programs.
//!
//! | file | screens |
//! |---|---|
//! | `sign_in` | `/sign-in`, `/sign-out` |
//! | `entra` | `/sign-in/entra`: with a work account, and back |
//! | `account` | `/account`, `/account/password` |
//! | `list` | `/people`, `/people/new` |
//! | `person` | `/people/{id}` |
//! | `keys` | `/keys`, `/keys/new` |
//! | `common`, `typed` | what several of these have in common; what was typed |

pub(crate) mod account;
mod common;
mod entra;
pub(crate) mod keys;
pub(crate) mod list;
mod person;
mod sign_in;
mod typed;

#[cfg(test)]
mod tests;

use super::routes::Route;

pub(super) fn routes() -> Vec<Route> {
    let mut routes = sign_in::routes();
    routes.extend(entra::routes());
    routes.extend(account::routes());
    routes.extend(list::routes());
    routes.extend(person::routes());
    routes.extend(keys::routes());
    routes
}
