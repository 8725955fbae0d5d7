//! People who sign in, and programs that act by a key: proving who they are, and how long that lasts.
//!
//! | file | job |
//! |---|---|
//! | `token` | secrets that a browser or a program holds, of which we keep the hash |
//! | `sessions` | sign-ins that last |
//! | `keys` | keys by which programs act |

pub mod keys;
pub mod sessions;
mod token;

pub use sessions::Session;
pub use token::Token;

pub use crate::people::{Person, Role, Roles};
