//! Programs over the whole page and a real store: what they are told, and what they are refused.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::{Method, header};
use serde_json::{Value, json};

use super::once;
use crate::accounts::Role;
use crate::accounts::keys::New;
use crate::accounts::manage::Managing;
use crate::job_log::Actor;
use crate::web::routes;
use crate::web::tests::{Answer, Browser, RENT_DECIDED, RENT_REFERRED, RENT_WRONG, Site};

/// A program with its key.
struct Program {
    browser: Browser,
    key: String,
}

impl Program {
    async fn new(site: &Site, name: &str, roles: &[Role], bots: Option<&[&str]>) -> Self {
        let actor = Actor { id: "os:test@host".to_owned(), kind: "person" };
        let managing = Managing { store: &site.app.store, actor: &actor, why: "a test" };
        let new = New {
            name: name.to_owned(),
            roles: roles.iter().copied().collect(),
            bots: bots
                .map(|bots| bots.iter().map(|bot| (*bot).to_owned()).collect::<BTreeSet<_>>()),
            days: 1,
        };
        let key = managing.make_key(&new).await.unwrap();
        Self { browser: site.nobody(), key: key.text().to_owned() }
    }

    async fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, None, None).await
    }

    async fn post(&self, path: &str, body: &Value) -> Answer {
        self.ask("POST", path, Some(body), None).await
    }

    async fn once(&self, path: &str, body: &Value, key: &str) -> Answer {
        self.ask("POST", path, Some(body), Some(key)).await
    }

    async fn ask(
        &self,
        method: &str,
        path: &str,
        body: Option<&Value>,
        once: Option<&str>,
    ) -> Answer {
        let mut request = self.browser.request(method, path);
        request = request.header(header::AUTHORIZATION, format!("Bearer {}", self.key));
        if let Some(once) = once {
            request = request.header(once::HEADER, once);
        }
        let body = match body {
            Some(body) => {
                request = request.header(header::CONTENT_TYPE, "application/json");
                Body::from(body.to_string())
            }
            None => Body::empty(),
        };
        self.browser.send(request.body(body).unwrap()).await
    }
}

fn json_of(answer: &Answer) -> Value {
    serde_json::from_slice(&answer.bytes).unwrap_or_else(|_| panic!("no JSON: {}", answer.text()))
}

/// A problem with this status; what it says.
fn problem(answer: &Answer, status: u16) -> String {
    answer.is(status);
    assert_eq!(answer.headers[header::CONTENT_TYPE], "application/problem+json");
    let problem = json_of(answer);
    assert_eq!(problem["status"], status);
    assert_eq!(problem["type"], "about:blank");
    problem["detail"].as_str().unwrap().to_owned()
}

#[test]
fn the_document_describes_every_route_and_no_other() {
    let document = serde_json::to_value(super::described()).unwrap();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1."), "{}", document["openapi"]);
    let mut described = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            described.insert((path.clone(), method.to_uppercase()));
        }
    }
    let routes: BTreeSet<(String, String)> = routes::all()
        .iter()
        .filter(|route| route.path.starts_with("/api/v1/"))
        .map(|route| (route.path.to_owned(), route.method.to_string()))
        .collect();
    assert_eq!(described, routes);
}

#[test]
fn every_act_takes_a_reason_and_a_key_of_its_own() {
    let document = serde_json::to_value(super::described()).unwrap();
    let schemas = &document["components"]["schemas"];
    for route in routes::all().iter().filter(|it| it.path.starts_with("/api/v1/")) {
        let described = &document["paths"][route.path][route.method.as_str().to_lowercase()];
        assert!(!described["summary"].is_null(), "{} says nothing of itself", route.path);
        if route.method != Method::POST || route.path.ends_with("/find") {
            continue;
        }
        let body = &described["requestBody"]["content"]["application/json"]["schema"]["$ref"];
        let Some(name) = body.as_str().and_then(|it| it.rsplit('/').next()) else {
            assert!(route.path.contains("uploads"), "{} takes no JSON", route.path);
            continue;
        };
        let required = schemas[name]["required"].as_array().unwrap();
        assert!(required.contains(&json!("why")), "{} takes no reason", route.path);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_settles_a_batch_and_is_in_the_log_by_its_name() {
    let site = Site::new().await;
    let batch = site.batch_of("rent-accounts", &[RENT_DECIDED, RENT_REFERRED, RENT_WRONG]).await;
    let roles = &[Role::Officer, Role::Operator];
    let bridge = Program::new(&site, "crm-bridge", roles, None).await;
    let me = json_of(bridge.get("/api/v1/me").await.is(200));
    assert_eq!(me["actor"], "key:crm-bridge");
    assert_eq!(me["roles"], json!(["officer", "operator"]));
    let shown = json_of(bridge.get(&format!("/api/v1/batches/{batch}")).await.is(200));
    assert_eq!(shown["state"], "unresolved");
    assert_eq!(shown["totals"]["referred"], 1);
    let listed = json_of(bridge.get("/api/v1/items?state=referred").await.is(200));
    assert_eq!(listed["count"], json!({"n": 1, "more": false}));
    let item = listed["items"][0]["item"].as_str().unwrap();
    let case = json_of(bridge.get(&format!("/api/v1/items/{item}/case")).await.is(200));
    assert!(!case["fields"].as_array().unwrap().is_empty());
    assert!(case["rulings"][0]["stands"].as_bool().unwrap());
    let viewed = site.logged("item.viewed").await;
    assert_eq!(viewed[0]["actor"]["id"], "key:crm-bridge");
    let by_hand = format!("/api/v1/items/{item}/by-hand");
    let closed = bridge.post(&by_hand, &json!({"why": "settled at the counter"})).await;
    assert_eq!(json_of(closed.is(200))["batch_state"], "complete");
    assert!(
        problem(&bridge.post(&by_hand, &json!({"why": "again"})).await, 409).contains("by hand")
    );
    let moved = site.logged("item.moved").await;
    assert_eq!(moved.last().unwrap()["actor"]["id"], "key:crm-bridge");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_request_again_is_done_once_and_answered_alike() {
    let site = Site::new().await;
    let bot = "/api/v1/bots/rent-accounts";
    let program = Program::new(&site, "ops", &[Role::Operator], None).await;
    let (stop, why) = (format!("{bot}/stop"), json!({"why": "wrong figures"}));
    let first = program.once(&stop, &why, "k-1").await;
    assert_eq!(json_of(first.is(200))["already"], false);
    let again = program.once(&stop, &why, "k-1").await;
    assert_eq!(again.is(200).text(), first.text());
    assert_eq!(again.headers["idempotency-replayed"], "true");
    let other = program.once(&stop, &json!({"why": "another"}), "k-1").await;
    assert!(problem(&other, 422).contains("another request"));
    let other_path = program.once(&format!("{bot}/start"), &why, "k-1").await;
    problem(&other_path, 422);
    problem(&program.once(&stop, &why, &"k".repeat(300)).await, 400);
    // The key is the program's own: another's is another request.
    let second = Program::new(&site, "ops-two", &[Role::Operator], None).await;
    assert_eq!(json_of(second.once(&stop, &why, "k-1").await.is(200))["already"], true);
    assert_eq!(site.logged("bot.stopped").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_refused_may_be_asked_again_with_its_key() {
    let site = Site::new().await;
    let batch = site.batch_of("rent-accounts", &[RENT_DECIDED, RENT_REFERRED]).await;
    let program = Program::new(&site, "ops", &[Role::Operator], None).await;
    let resume = format!("/api/v1/batches/{batch}/resume");
    let why = json!({"why": "it was right after all"});
    let detail = problem(&program.once(&resume, &why, "k-1").await, 409);
    assert!(!detail.contains("clerkwork"), "{detail}");
    problem(&program.once(&resume, &why, "k-1").await, 409);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_in_an_answer_is_not_kept() {
    let site = Site::new().await;
    let program = Program::new(&site, "people", &[Role::Administrator], None).await;
    let add = json!({"login": "ann.bell", "name": "Ann Bell", "roles": ["officer"], "why": "new"});
    let added = program.once("/api/v1/people", &add, "k-1").await;
    let secret = json_of(added.is(200))["one_time_password"].as_str().unwrap().to_owned();
    assert!(secret.len() >= 12);
    problem(&program.once("/api/v1/people", &add, "k-1").await, 409);
    let kept: i64 = sqlx::query_scalar("SELECT count(*) FROM api_request")
        .fetch_one(site.app.store.db.readers())
        .await
        .unwrap();
    assert_eq!(kept, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_said_without_what_was_sent() {
    let site = Site::new().await;
    let program = Program::new(&site, "all", Role::ALL, None).await;
    let stop = "/api/v1/bots/rent-accounts/stop";
    for (body, status) in [
        (json!({}), 422),
        (json!({"why": 7}), 422),
        (json!({"why": "x", "QQ123456C": "x"}), 422),
        (json!({"why": "   "}), 409),
        (json!("QQ123456C"), 422),
    ] {
        let detail = problem(&program.post(stop, &body).await, status);
        assert!(!detail.contains("QQ123456C"), "{detail}");
    }
    for path in [
        "/api/v1/items?state=QQ123456C",
        "/api/v1/items?limit=QQ123456C",
        "/api/v1/items?limit=0",
        "/api/v1/items?due_by=QQ123456C",
        "/api/v1/items/QQ123456C",
        "/api/v1/batches/999",
        "/api/v1/log/999999/proof",
        "/api/v1/nothing",
    ] {
        let answer = program.get(path).await;
        assert!(answer.status.is_client_error(), "{path}: {}", answer.status);
        let detail = problem(&answer, answer.status.as_u16());
        assert!(!detail.contains("QQ123456C"), "{path}: {detail}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_key_in_force_there_is_nothing() {
    let site = Site::new().await;
    site.nobody().get("/api/openapi.json").await.is(200).says("\"openapi\":\"3.1");
    let mut nobody = Program::new(&site, "gone", &[Role::Operator], None).await;
    nobody.get("/api/v1/me").await.is(200);
    let actor = Actor { id: "os:test@host".to_owned(), kind: "person" };
    let managing = Managing { store: &site.app.store, actor: &actor, why: "it leaked" };
    managing.end_key("gone").await.unwrap();
    problem(&nobody.get("/api/v1/me").await, 401);
    nobody.key = "cwk_made-up".to_owned();
    let answer = nobody.get("/api/v1/batches").await;
    problem(&answer, 401);
    assert_eq!(answer.headers[header::WWW_AUTHENTICATE], "Bearer");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_sees_the_work_of_its_bots_alone() {
    let site = Site::new().await;
    let batch = site.batch_of("rent-accounts", &[RENT_DECIDED, RENT_REFERRED]).await;
    let roles = &[Role::Officer, Role::Operator];
    let other = Program::new(&site, "hr-bridge", roles, Some(&["hr-queries"])).await;
    problem(&other.get(&format!("/api/v1/batches/{batch}")).await, 404);
    problem(&other.get(&format!("/api/v1/items/{batch}-2/case")).await, 404);
    let why = json!({"why": "not mine"});
    problem(&other.post(&format!("/api/v1/batches/{batch}/cancel"), &why).await, 404);
    problem(&other.post("/api/v1/bots/rent-accounts/stop", &why).await, 404);
    let none = json_of(other.get("/api/v1/items").await.is(200));
    assert_eq!(none["count"]["n"], 0);
    let bots = json_of(other.get("/api/v1/bots").await.is(200));
    assert_eq!(bots["bots"].as_array().unwrap().len(), 1);
    // A submitter sees what they submitted, and nobody else's.
    let submitter = Program::new(&site, "forms", &[Role::Submitter], None).await;
    problem(&submitter.get(&format!("/api/v1/batches/{batch}")).await, 404);
    assert_eq!(json_of(submitter.get("/api/v1/batches").await.is(200))["count"]["n"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_is_read_and_proved_by_a_program() {
    let site = Site::new().await;
    let batch = site.batch_of("rent-accounts", &[RENT_DECIDED, RENT_REFERRED]).await;
    let auditor = Program::new(&site, "siem", &[Role::Auditor], None).await;
    let head = json_of(auditor.get("/api/v1/log/head").await.is(200));
    let size = head["size"].as_u64().unwrap();
    let ruled = json_of(auditor.get("/api/v1/log?kind=item.ruled").await.is(200));
    assert_eq!(ruled["count"]["n"], 2);
    let of_batch = json_of(auditor.get(&format!("/api/v1/log?batch={batch}")).await.is(200));
    assert!(of_batch["count"]["n"].as_i64().unwrap() > 2);
    let proof = auditor.get(&format!("/api/v1/log/{}/proof", size - 1)).await;
    proof.is(200).says("c2sp.org/tlog-proof@v1");
    let mut places = BTreeSet::new();
    let mut path = "/api/v1/log?limit=3".to_owned();
    loop {
        let page = json_of(auditor.get(&path).await.is(200));
        for entry in page["entries"].as_array().unwrap() {
            assert!(places.insert(entry["index"].as_u64().unwrap()), "an entry came twice");
        }
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/api/v1/log?limit=3&after={next}");
    }
    assert_eq!(places, (0..size).collect());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_referred_to_a_person_is_settled_by_one_who_opened_it() {
    let site = Site::new().await;
    let batch = site.batch_of("rent-accounts", &[RENT_REFERRED]).await;
    let item = format!("/api/v1/items/{batch}-2");
    let bridge = Program::new(&site, "crm-bridge", &[Role::Officer], None).await;
    let theirs = json_of(bridge.get(&format!("{item}/case")).await.is(200));
    let by = |opened: &Value| json!({"why": "agreed", "opened": opened});
    let confirm = format!("{item}/confirm");
    let refused = problem(&bridge.post(&confirm, &by(&theirs["opened"])).await, 403);
    assert!(refused.contains("a program cannot settle"), "{refused}");

    let ann = site.signed_in("ann.bell", &[Role::Officer]).await;
    let send = async |body: &Value| {
        let request = ann
            .request("POST", &confirm)
            .header("sec-fetch-site", "same-origin")
            .header(header::CONTENT_TYPE, "application/json");
        ann.send(request.body(Body::from(body.to_string())).unwrap()).await
    };
    // What the program opened is not what this officer opened.
    for opened in [&theirs["opened"], &json!("1/1/referred"), &json!("")] {
        assert!(problem(&send(&by(opened)).await, 409).contains("was not opened"));
    }
    assert!(site.logged("item.moved").await.iter().all(|it| it["to"] != "decided"));
    let case = ann.get(&format!("{item}/case")).await;
    let settled = send(&by(&json_of(case.is(200))["opened"])).await;
    assert_eq!(json_of(settled.is(200))["batch_state"], "complete");
}
