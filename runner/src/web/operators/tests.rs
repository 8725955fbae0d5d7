//! What operators see, may do, and may not.

mod bulk;
mod payments;
mod run_now;
mod screens;
mod settling;
mod watched;

use crate::ids::BatchId;
use crate::people::Role;
use crate::web::tests::{Browser, RENT_REFERRED, Site};

async fn operator(site: &Site) -> Browser {
    site.signed_in("olga.reid", &[Role::Operator]).await
}

/// A batch of so many items, each of which waits for a person.
async fn referred(site: &Site, many: usize) -> BatchId {
    site.batch_of("rent-accounts", &vec![RENT_REFERRED; many]).await
}
