//! What auditors see: that the log is as it was written, the whole record of any decision, and who
//! looked at whose case. They change nothing.
//!
//! | file | page |
//! |---|---|
//! | `verify` | the whole log verified, with what that proves and what it does not |
//! | `checks` | verifications in the background, one at a time |
//! | `export` | the log, its checkpoint and single proofs, to be checked elsewhere |
//! | `record` | one decision's whole record, to be printed |
//! | `viewed` | who looked at which case |

mod checks;
mod export;
mod record;
#[cfg(test)]
mod tests;
mod verify;
mod viewed;

use super::rights::Right;
use super::routes::{Route, get, post};

pub(super) use checks::Checks;

pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/log/verify", &[Right::Audit], verify::page),
        post("/log/verify", &[Right::Audit], verify::begin),
        get("/log/checkpoint", &[Right::Audit], export::checkpoint),
        get("/log/entries.jsonl", &[Right::Audit], export::entries),
        get("/log/proof/{index}", &[Right::Audit], export::proof),
        get("/log/entry/{index}", &[Right::Audit], export::entry),
        get("/items/{id}/record", &[Right::Audit], record::page),
        get("/viewed", &[Right::Audit], viewed::page),
    ]
}
