//! What staff do, through the whole page.

mod batches;
mod hostile;
mod uploading;

use crate::people::Role;
use crate::web::tests::{Answer, Browser, Site, sheet};

const SUBMITTER: &[Role] = &[Role::Submitter];
const RENT: &str = "rent-accounts";

/// Uploads a sheet for rent accounts.
async fn upload(browser: &Browser, name: &str, bytes: &[u8]) -> Answer {
    browser.upload("/new/rent-accounts", &[], ("file", name, bytes)).await
}

/// Uploads a sheet that is taken; where its page is.
async fn uploaded(browser: &Browser, bytes: &[u8]) -> String {
    let answer = upload(browser, "rents.csv", bytes).await;
    answer.is(303);
    answer.location().to_owned()
}

/// Everything in the log as one text.
async fn logged(site: &Site) -> String {
    site.log().await.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// So many rows of rent accounts.
fn rents(n: usize) -> String {
    let rows: Vec<crate::web::tests::Row<'_>> = vec![&[]; n];
    sheet(RENT, &rows)
}
