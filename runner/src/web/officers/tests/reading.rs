//! What is read.

use super::office;

#[tokio::test(flavor = "multi_thread")]
async fn an_item_is_shown_with_all_that_its_bot_knows() {
    let (_site, ann, item) = office(1).await;
    let page = ann.get(&format!("/items/{item}")).await;
    std::fs::write("/tmp/wt/officers-item.html", page.text()).unwrap();
    page.is(200);
}
