//! The first page counts what waits for each role, and leads where they may go.

use crate::people::Role;
use crate::web::tests::{RENT_DECIDED, RENT_REFERRED, Site};

#[tokio::test(flavor = "multi_thread")]
async fn each_sees_what_waits_for_them() {
    let site = Site::new().await;
    let rows = [RENT_DECIDED, RENT_REFERRED];
    let _batch = site.batch_of("rent-accounts", &rows).await;
    let officer = site.signed_in("ann.bell", &[Role::Officer]).await;
    let home = officer.get("/").await;
    home.is(200).says("item is assigned to nobody").says("/to-do?assigned=nobody");
    // Nothing has failed, so nothing is said of it; and an officer is not sent where they may not go.
    home.says_not("failed").says_not("href=\"/people\"").says_not("href=\"/health\"");
    let administrator = site.signed_in("bob.ross", &[Role::Administrator]).await;
    let home = administrator.get("/").await;
    home.is(200).says("Nothing waits for you.").says("href=\"/people\"");
    home.says_not("href=\"/to-do\"").says_not("assigned to nobody");
}
