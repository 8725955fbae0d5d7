//! Officers' pages over a real store, with batches that were really run.

mod acts;
mod reading;

use crate::ids::ItemId;
use crate::people::Role;
use crate::web::tests::{Browser, RENT_DECIDED, RENT_REFERRED, Site};

/// What the page carries in a hidden field of this name, in the form of this act.
fn hidden(page: &str, act: &str, name: &str) -> String {
    let form = page.find(&format!("/{act}\"")).unwrap_or_else(|| panic!("no form {act}:\n{page}"));
    let field = format!("name=\"{name}\" value=\"");
    let at = page[form..].find(&field).unwrap_or_else(|| panic!("no {name} in {act}"));
    let rest = &page[form + at + field.len()..];
    rest[..rest.find('"').unwrap()].to_owned()
}

/// An officer, and a batch with one item decided and so many referred; the first of these.
async fn office(referred: usize) -> (Site, Browser, ItemId) {
    let site = Site::new().await;
    let ann = site.signed_in("ann.bell", &[Role::Officer]).await;
    let rows: Vec<_> =
        std::iter::once(RENT_DECIDED).chain(std::iter::repeat_n(RENT_REFERRED, referred)).collect();
    let batch = site.batch_of("rent-accounts", &rows).await;
    (site, ann, batch.item(3))
}

/// Opens an item and says what was seen of it.
async fn open(browser: &Browser, id: ItemId) -> String {
    let page = browser.get(&format!("/items/{id}")).await;
    page.is(200);
    hidden(&page.text(), "assign", "seen")
}
