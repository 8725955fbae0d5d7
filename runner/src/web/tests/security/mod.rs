//! Who may, who may not, and what is refused whoever asks: over every route there is, so that a new
//! one is held to it from its first day.

mod named;

use axum::body::Body;
use axum::http::{HeaderMap, Method, Response, StatusCode, header};
use sqlx::Row as _;
use tower::ServiceExt as _;

use super::{Browser, RENT_DECIDED, RENT_REFERRED, Site};
use crate::accounts::keys;
use crate::accounts::manage::Managing;
use crate::ids::BatchId;
use crate::job_log::Actor;
use crate::people::Role;
use crate::web::rights::may_any;
use crate::web::routes::{self, Route};

/// A site in which there is one of everything: a batch, a person, a key.
pub(super) struct Full {
    pub(super) site: Site,
    pub(super) batch: BatchId,
    /// Somebody who does nothing but be there.
    pub(super) someone: i64,
    /// A key with every role.
    pub(super) key: String,
}

impl Full {
    pub(super) async fn new() -> Self {
        let site = Site::new().await;
        let batch = site.batch_of("rent-accounts", &[RENT_DECIDED, RENT_REFERRED]).await;
        let someone = site.person("some.one", &[Role::Submitter], None).await.id;
        let actor = Actor { id: "os:root@here".to_owned(), kind: "person" };
        let managing = Managing { store: &site.app.store, actor: &actor, why: "a test" };
        let roles = Role::ALL.iter().copied().collect();
        let new = keys::New { name: "forms".to_owned(), roles, bots: None, days: 30 };
        let key = managing.make_key(&new).await.unwrap().text().to_owned();
        Self { site, batch, someone, key }
    }

    /// The address of a route, with what is there in the place of its parameters.
    pub(super) fn address(&self, route: &Route) -> String {
        let parts: Vec<&str> = route.path.split('/').collect();
        let filled = parts.iter().enumerate().map(|(at, part)| {
            let of = if at > 0 { parts[at - 1] } else { "" };
            match *part {
                "{id}" if of == "items" => format!("{}-2", self.batch),
                "{item}" => format!("{}-2", self.batch),
                "{id}" if of == "batches" => self.batch.to_string(),
                "{batch}" => self.batch.to_string(),
                "{person}" => self.someone.to_string(),
                "{id}" if of == "people" => self.someone.to_string(),
                "{name}" | "{bot}" | "{schedule}" => "rent-accounts".to_owned(),
                part if part.starts_with('{') => "1".to_owned(),
                part => part.to_owned(),
            }
        });
        filled.collect::<Vec<_>>().join("/")
    }

    /// Somebody with every role.
    pub(super) async fn everybody(&self, login: &str) -> Browser {
        self.site.signed_in(login, Role::ALL).await
    }
}

/// The head of an answer; what streams for ever is not waited for.
pub(super) async fn head(
    browser: &Browser,
    method: &Method,
    path: &str,
    with: &[(&str, &str)],
) -> Response<Body> {
    let mut request = browser.request(method.as_str(), path);
    for (name, value) in with {
        request = request.header(*name, *value);
    }
    let kind = if path.starts_with("/api/") {
        "application/json"
    } else {
        "application/x-www-form-urlencoded"
    };
    let request = request.header(header::CONTENT_TYPE, kind);
    let body = if path.starts_with("/api/") && method != Method::GET { "{}" } else { "" };
    browser.router.clone().oneshot(request.body(Body::from(body)).unwrap()).await.unwrap()
}

pub(super) const OURS: &[(&str, &str)] = &[("sec-fetch-site", "same-origin")];

fn leads_to_sign_in(response: &Response<Body>) -> bool {
    let to = response.headers().get(header::LOCATION).and_then(|to| to.to_str().ok());
    response.status() == StatusCode::UNAUTHORIZED
        || response.status() == StatusCode::SEE_OTHER
            && to.is_some_and(|to| to.starts_with("/sign-in?"))
}

#[tokio::test(flavor = "multi_thread")]
async fn each_route_lets_in_whoever_has_its_right_and_nobody_else() {
    let full = Full::new().await;
    let (mut wrong, mut looked_at) = (Vec::new(), 0);
    for route in routes::all().iter().filter(|route| !route.rights.is_empty()) {
        let path = full.address(route);
        let nobody = head(&full.site.nobody(), &route.method, &path, OURS).await;
        if !leads_to_sign_in(&nobody) {
            wrong.push(format!("nobody: {} {path}: {}", route.method, nobody.status()));
        }
        looked_at += 1;
    }
    for role in Role::ALL {
        for (at, route) in routes::all().iter().filter(|route| !route.rights.is_empty()).enumerate()
        {
            // Acts end sessions and disable people: each is asked by somebody new.
            let login = format!("{role}.n{at}");
            let browser = full.site.signed_in(&login, &[*role]).await;
            let path = full.address(route);
            let refused = full.site.logged("access.refused").await.len();
            let response = head(&browser, &route.method, &path, OURS).await;
            let noted = full.site.logged("access.refused").await.len() - refused;
            let status = response.status();
            let may = may_any(browser.person(), route.rights);
            let right = if may {
                noted == 0 && !leads_to_sign_in(&response) && status != StatusCode::FORBIDDEN
            } else {
                noted == 1 && status == StatusCode::FORBIDDEN
            };
            if !right || status.is_server_error() {
                wrong.push(format!("{role}: {} {path}: {status}, may: {may}", route.method));
            }
            looked_at += 1;
        }
    }
    assert!(wrong.is_empty(), "{} of {looked_at}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(looked_at > 200, "{looked_at}");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_act_is_taken_from_elsewhere_or_from_nowhere() {
    let full = Full::new().await;
    let everybody = full.everybody("all.roles").await;
    let before = contents(&full.site).await;
    let mut wrong = Vec::new();
    for route in routes::all().iter().filter(|route| route.method != Method::GET) {
        let path = full.address(route);
        let froms: &[(&str, &[(&str, &str)])] = &[
            ("nowhere", &[]),
            ("another site", &[("sec-fetch-site", "cross-site")]),
            ("a site of the same owner", &[("sec-fetch-site", "same-site")]),
            ("another origin", &[("origin", "https://evil.example")]),
            ("no origin", &[("origin", "null")]),
            ("another port", &[("origin", "https://localhost:8443")]),
        ];
        for (from, headers) in froms {
            let status = head(&everybody, &route.method, &path, headers).await.status();
            if status != StatusCode::FORBIDDEN {
                wrong.push(format!("{} {path} from {from}: {status}", route.method));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(contents(&full.site).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_page_changes_anything_and_each_says_what_a_browser_may_do() {
    let full = Full::new().await;
    let everybody = full.everybody("all.roles").await;
    let before = contents(&full.site).await;
    let mut wrong = Vec::new();
    for route in routes::all().iter().filter(|route| route.method == Method::GET) {
        let path = full.address(route);
        let response = head(&everybody, &route.method, &path, &[]).await;
        let changed = contents(&full.site).await != before;
        if changed {
            wrong.push(format!("{path} changes the store"));
        }
        // A drawing of the council's own runs in a box of its own, and is the one answer with styles.
        if path != "/static/look/logo.svg" {
            wrong.extend(unsaid(response.headers()).into_iter().map(|it| format!("{path}: {it}")));
        }
        if response.headers().contains_key(header::SET_COOKIE) {
            wrong.push(format!("{path} gives a cookie"));
        }
        if response.status().is_server_error() {
            wrong.push(format!("{path}: {}", response.status()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What an answer should say to a browser, and does not.
pub(super) fn unsaid(headers: &HeaderMap) -> Vec<String> {
    let all: &[(&str, &[&str])] = &[
        (
            "content-security-policy",
            &[
                "default-src 'none'",
                "script-src 'self'",
                "object-src 'none'",
                "base-uri 'none'",
                "frame-ancestors 'none'",
                "form-action 'self'",
            ],
        ),
        ("strict-transport-security", &["max-age=31536000"]),
        ("x-content-type-options", &["nosniff"]),
        ("x-frame-options", &["DENY"]),
        ("referrer-policy", &["no-referrer"]),
        ("cross-origin-opener-policy", &["same-origin"]),
    ];
    let mut unsaid = Vec::new();
    for (name, parts) in all {
        let value = headers.get(*name).map_or("", |value| value.to_str().unwrap());
        unsaid.extend(
            parts
                .iter()
                .filter(|part| !value.contains(**part))
                .map(|part| format!("{name} lacks {part}")),
        );
        if value.contains("unsafe") {
            unsaid.push(format!("{name}: {value}"));
        }
    }
    unsaid
}

/// Everything in the store, but for the log and when a session or a key was last used.
pub(super) async fn contents(site: &Site) -> Vec<(String, String)> {
    let readers = site.app.store.db.readers();
    let tables = sqlx::query(
        "SELECT name FROM sqlite_master WHERE type = 'table' \
         AND name NOT LIKE 'log_%' AND name NOT LIKE 'sqlite_%' \
         AND name NOT LIKE 'figure_%'", // counted anew out of the log by whoever looks
    );
    let mut all = Vec::new();
    for table in tables.fetch_all(readers).await.unwrap() {
        let table: String = table.get("name");
        let sql = format!("SELECT name FROM pragma_table_info('{table}')");
        let columns = sqlx::query(sqlx::AssertSqlSafe(sql)).fetch_all(readers).await.unwrap();
        let columns: Vec<String> = columns
            .iter()
            .map(|row| row.get::<String, _>("name"))
            .filter(|name| !["used_at", "seen_at"].contains(&name.as_str()))
            .map(|name| format!("quote(\"{name}\")"))
            .collect();
        let sql = format!("SELECT {} AS row FROM {table}", columns.join(" || ',' || "));
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).fetch_all(readers).await.unwrap();
        let rows: Vec<String> = rows.iter().map(|row| row.get("row")).collect();
        all.push((table, rows.join("\n")));
    }
    assert!(all.len() > 10, "the tables are not found");
    all
}
