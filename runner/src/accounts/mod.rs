//! People who sign in, and programs that act by a key: proving who they are, and how long that lasts.
//!
//! | file | job |
//! |---|---|
//! | `token` | secrets that a browser or a program holds, of which we keep the hash |
//! | `password` | which passwords will do, how they are kept, how one is checked |
//! | `sign_in` | a login and a password become a session |
//! | `sessions` | sign-ins that last |
//! | `elsewhere` | people who sign in at the identity provider |
//! | `manage` | adding and changing people; whoever does it is in the log |
//! | `keys` | keys by which programs act |

pub mod elsewhere;
pub mod keys;
pub mod manage;
pub mod password;
pub mod sessions;
pub mod sign_in;
pub mod token;

pub use sessions::Session;
pub use token::Token;

pub use crate::people::{Person, Role, Roles};
