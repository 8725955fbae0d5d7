//! What a monitoring system asks.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn it_is_ready_until_its_store_is_gone_and_lives_all_the_same() {
    let site = Site::new().await;
    let probe = site.nobody();
    let ready = probe.get("/readyz").await;
    assert_eq!((ready.status.as_u16(), ready.text().as_str()), (200, "ok\n"));
    std::fs::rename(site.app.folder.database(), site.app.folder.root().join("away.db")).unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
    let gone = probe.get("/readyz").await;
    assert_eq!((gone.status.as_u16(), gone.text().as_str()), (503, "failed: store-read\n"));
    let lives = probe.get("/livez").await;
    assert_eq!((lives.status.as_u16(), lives.text().as_str()), (200, "ok\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_not_ready_without_its_master_key_or_when_it_stops() {
    let site = Site::new().await;
    let key = site.app.folder.settings.keys.master.clone();
    std::fs::rename(&key, key.with_extension("away")).unwrap();
    let probe = site.nobody();
    assert_eq!(probe.get("/readyz").await.text(), "failed: master-key\n");
    let other = Site::new().await;
    other.stop();
    assert_eq!(other.nobody().get("/readyz").await.text(), "failed: stopping\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_are_counts_by_route_and_state_for_those_who_may_see_them() {
    let site = Site::new().await;
    let olga = operator(&site).await;
    let item = referred(&site, 2).await.item(2);
    olga.get(&format!("/items/{item}")).await;
    olga.get("/no/such/page/T-1").await.is(404);
    let page = olga.get("/metrics").await;
    page.is(200).says("clerkwork_items{bot=\"rent-accounts\",state=\"referred\"} 2");
    page.says("clerkwork_batches{state=\"unresolved\"} 1");
    page.says("clerkwork_log_viewers 0").says("clerkwork_log_entries ");
    page.says("route=\"none\",status=\"404\"").says_not("T-1").says_not(&item.to_string());
    for line in page.text().lines().filter(|line| !line.starts_with('#')) {
        let (name, value) = line.rsplit_once(' ').unwrap();
        assert!(name.starts_with("clerkwork_") && value.parse::<i64>().is_ok(), "{line}");
    }
    site.nobody().get("/metrics").await.is(303);
    site.signed_in("ann.bell", &[Role::Officer]).await.get("/metrics").await.is(403);
}
