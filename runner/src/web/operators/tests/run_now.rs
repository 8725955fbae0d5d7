//! A run that is asked for, and the emergency stop of a bot.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn a_run_is_asked_for_once_with_a_reason_that_the_log_does_not_hold() {
    let site = Site::new().await;
    let olga = operator(&site).await;
    olga.get("/schedules/rent-accounts").await.is(200).says("Run now").says("Next");
    let without = olga.post("/schedules/rent-accounts/run", &[("why", " ")]).await;
    without.is(422).says("Enter a reason").says("#why-run");
    assert!(site.logged("schedule.asked").await.is_empty());
    let run = [("why", "the file of this morning was late")];
    olga.post("/schedules/rent-accounts/run", &run).await.to("/schedules/rent-accounts");
    let page = olga.get("/schedules/rent-accounts").await;
    page.says("The run was asked for").says("Queued").says("asked for by a person");
    olga.post("/schedules/rent-accounts/run", &run).await.is(303);
    olga.get("/schedules/rent-accounts").await.says("waits already");
    let asked = site.logged("schedule.asked").await;
    assert_eq!(asked.len(), 1);
    assert_eq!(
        (&asked[0]["schedule"], &asked[0]["actor"]["id"]),
        (&"rent-accounts".into(), &"user:olga.reid".into())
    );
    assert!(!asked[0].to_string().contains("morning"));
    assert!(asked[0]["payload"].as_str().unwrap().starts_with("hmac-sha256:"));
    let fires = site.app.store.fires_open().await.unwrap();
    let words = site.app.store.asked_for("rent-accounts", fires[0].due).await.unwrap();
    assert_eq!(words.unwrap(), ("user:olga.reid".to_owned(), run[0].1.to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_operators_ask_for_runs_and_none_of_a_bot_that_is_stopped() {
    let site = Site::new().await;
    let run = [("why", "late")];
    for role in [Role::Submitter, Role::Officer, Role::Approver, Role::Auditor] {
        let browser = site.signed_in(&format!("a.{role}"), &[role]).await;
        browser.post("/schedules/rent-accounts/run", &run).await.is(403);
        browser.post("/bots/rent-accounts/stop", &run).await.is(403);
    }
    let olga = operator(&site).await;
    olga.post("/schedules/no-such/run", &run).await.is(404);
    olga.post("/bots/rent-accounts/stop", &run).await.to("/bots/rent-accounts");
    olga.post("/schedules/rent-accounts/run", &run).await.is(409).says("stopped by a person");
    let hana = site.signed_in_seeing("hana.cole", &[Role::Operator], Some(&["hr-queries"])).await;
    hana.get("/schedules").await.is(200).says("hr-queries").says_not("rent-accounts");
    hana.get("/schedules/rent-accounts").await.is(404);
    hana.post("/schedules/rent-accounts/run", &run).await.is(404);
    hana.post("/bots/rent-accounts/start", &run).await.is(404);
    assert!(site.logged("schedule.asked").await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bot_is_stopped_and_started_with_a_reason() {
    let site = Site::new().await;
    let olga = operator(&site).await;
    let page = olga.get("/bots/rent-accounts").await;
    page.is(200).says("Stop this bot").says("Figures, rules and options").says("Law");
    olga.post("/bots/rent-accounts/stop", &[]).await.is(422).says("Enter a reason");
    let why = [("why", "wrong limit since Monday")];
    olga.post("/bots/rent-accounts/stop", &why).await.is(303);
    assert!(site.app.store.bot_stopped("rent-accounts").await.unwrap());
    let page = olga.get("/bots/rent-accounts").await;
    page.says("was stopped by a person").says(why[0].1).says("Start this bot again");
    // Why is for those who may start it again.
    let ann = site.signed_in("ann.bell", &[Role::Officer]).await;
    ann.get("/bots/rent-accounts").await.is(200).says("was stopped").says_not(why[0].1);
    olga.post("/bots/rent-accounts/stop", &why).await.is(409).says("stopped already");
    olga.get("/schedules").await.says("Bot stopped");
    olga.get("/health").await.is(200).says("was stopped by a person");
    olga.post("/bots/rent-accounts/start", &[("why", "mended")]).await.is(303);
    assert!(!site.app.store.bot_stopped("rent-accounts").await.unwrap());
    olga.get("/bots/no-such").await.is(404);
}
