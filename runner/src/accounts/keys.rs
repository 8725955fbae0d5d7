//! Keys by which programs act, with roles of their own.

use jiff::Timestamp;

use super::{Person, token};
use crate::error::Result;
use crate::store::Store;

/// What every key begins with, so that one that leaked is known for what it is.
pub const PREFIX: &str = "cwk_";

/// Which program holds this key, if it is in force.
pub async fn find(store: &Store, key: &str, now: Timestamp) -> Result<Option<Person>> {
    if !key.starts_with(PREFIX) {
        return Ok(None);
    }
    store.key_in_force(&token::hash(key), now).await
}
