//! Operators' acts: on whole batches, on items that failed or wait; and a new item that
//! follows an old one. Each is one transaction with its move, its sealed words and its log entries.
//!
//! | file | act |
//! |---|---|
//! | `batches` | approve, pause, resume, cancel a batch |
//! | `items` | cancel, retry, postpone an item |
//! | `follow` | open a correction, a review or a representation |
//! | `look` | what was put off is looked at again, on its day |

mod batches;
mod follow;
mod items;
mod look;

pub use batches::{ActedOnBatch, approve, cancel_batch, pause, resume};
pub use follow::{As, Followed, Following, follow, opened_by_person};
pub use items::{cancel, postpone, retry};
pub use look::{
    GONE, LOOKED_AT_AGAIN, Looked, Looking, NOT_AS_ITS_FORM, Read, look_again, opened_by_look,
};
