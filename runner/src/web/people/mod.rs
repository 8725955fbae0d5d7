//! People: signing in and out, one's own sessions and password; and for administrators, who may do
//! what, and keys of programs.
//!
//! | file | screens |
//! |---|---|
//! | `sign_in` | `/sign-in`, `/sign-out` |

mod sign_in;

use super::routes::Route;

pub(super) fn routes() -> Vec<Route> {
    sign_in::routes()
}
