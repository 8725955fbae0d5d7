//! The page around every page.

use std::collections::BTreeSet;

use super::*;
use crate::people::{Person, Role, Roles};
use crate::web::tests::Site;

fn visitor(role: Role) -> Visitor {
    let person = Person {
        id: 1,
        login: "ann.bell".to_owned(),
        name: "Ann Bell".to_owned(),
        roles: Roles::parse(role.as_str()),
        bots: None,
    };
    Visitor { person, session: Some(1), flash: None, must_change: false }
}

#[test]
fn every_section_is_a_page_and_each_role_sees_only_what_it_may_open() {
    let paths: BTreeSet<&str> = SECTIONS.iter().map(|(path, _)| *path).collect();
    assert_eq!(paths.len(), SECTIONS.len(), "one of them stands twice");
    for role in Role::ALL {
        let visitor = visitor(*role);
        let seen: BTreeSet<&str> = sections(&visitor).map(|(path, _)| path).collect();
        for route in routes::all().iter().filter(|it| it.method == Method::GET) {
            if paths.contains(route.path) {
                let may = rights::may_any(&visitor.person, route.rights);
                assert_eq!(seen.contains(route.path), may, "{role:?}: {}", route.path);
            }
        }
        assert!(seen.contains("/"));
    }
    assert!(!sections(&visitor(Role::Administrator)).any(|(path, _)| path == "/to-do"));
    assert!(sections(&visitor(Role::Officer)).any(|(path, _)| path == "/to-do"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_done_is_said_on_one_page_and_then_forgotten() {
    let site = Site::new().await;
    let ann = site.signed_in("ann.bell", &[Role::Officer]).await;
    let said = "Item 1-1 <b>confirmed</b>";
    // Theirs is the only session.
    site.app.store.flash(1, Some(said)).await.unwrap();
    // Neither a file nor the page about a fault says it, so it is still to be said.
    ann.get(&assets::href("clerkwork.css")).await.is(200);
    ann.get("/nowhere").await.is(404).says_not("confirmed");
    let home = ann.get("/").await;
    home.is(200).says("govuk-notification-banner--success");
    home.says("Item 1-1 &lt;b&gt;confirmed&lt;/b&gt;");
    ann.get("/").await.is(200).says_not("confirmed");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_file_that_a_page_names_is_there() {
    let site = Site::new().await;
    let ann = site.signed_in("ann.bell", &[Role::Officer]).await;
    let home = ann.get("/").await.text();
    let mut named = 0;
    for (_, rest) in home.match_indices("/static/").map(|(at, _)| home.split_at(at)) {
        let path = rest.split('"').next().unwrap();
        ann.get(path).await.is(200);
        named += 1;
    }
    assert!(named >= 3, "stylesheet, script and icon");
    ann.get("/static/x/../../Cargo.toml").await.is(404);
    ann.get("/static/x/Cargo.toml").await.is(404);
    // The statement can be read by whoever has not signed in.
    site.nobody().get("/accessibility").await.is(200).says("partially compliant");
}
