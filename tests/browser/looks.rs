//! What must hold on every page of the list, wide and narrow, light and dark.

use std::collections::BTreeSet;

use clerkwork_runner::web::routes;
use hyper::Method;

use super::axe;
use super::day::Day;
use super::driver::Driver;
use super::pages::{self, NO_PAGES, Page};
use super::window::{DESKTOP, NARROW, Scripts, Window};

#[test]
fn every_page_that_can_be_asked_for_is_in_the_list() {
    let routes = routes::all();
    let asked: BTreeSet<&str> = routes
        .iter()
        .filter(|route| route.method == Method::GET)
        // The JSON API has a document of its own, which is held against the server.
        .filter(|route| !route.path.starts_with("/api/"))
        .map(|route| route.path)
        .collect();
    let pages = pages::all();
    let listed: BTreeSet<&str> =
        pages.iter().map(|page| page.route).chain(NO_PAGES.iter().map(|it| it.0)).collect();
    let forgotten: Vec<_> = asked.difference(&listed).collect();
    assert!(forgotten.is_empty(), "nobody looks at {forgotten:?}: see tests/browser/pages");
    let gone: Vec<_> = listed.difference(&asked).collect();
    assert!(gone.is_empty(), "there is no {gone:?}: see tests/browser/pages");
    let names: BTreeSet<&str> = pages.iter().map(|page| page.name).collect();
    assert_eq!(names.len(), pages.len(), "a picture's name stands twice in the list");
}

#[test]
fn on_every_page_nothing_is_amiss() {
    let day = Day::begin();
    let driver = Driver::start();
    let window = Window::open(&driver, &day.served, Scripts::Run);
    let (mut amiss, mut who) = (Vec::new(), None);
    for page in &pages::all() {
        window.dark(false);
        window.size(DESKTOP);
        window.complaints();
        page.open(&window, &day, &mut who);
        let found = look_at(&window, page);
        amiss.extend(found.into_iter().map(|it| format!("{}: {it}", page.name)));
    }
    assert!(amiss.is_empty(), "{} amiss:\n{}", amiss.len(), amiss.join("\n"));
    let said = day.served.complaints();
    assert!(said.is_empty(), "the server complained:\n{}", said.join("\n"));
}

/// Everything that is amiss on one page.
fn look_at(window: &Window, page: &Page) -> Vec<String> {
    let mut amiss = Vec::new();
    let heads = window.ask("return document.querySelectorAll('h1').length", Vec::new());
    if heads != 1 {
        amiss.push(format!("{heads} headings of the first rank"));
    }
    let heading = window.ask(
        "return (document.querySelector('h1')?.innerText || '').replace(/\\s+/g, ' ').trim()",
        Vec::new(),
    );
    let heading = heading.as_str().unwrap_or_default();
    let title = window.title();
    if heading.is_empty() || !title.contains(" - ") {
        amiss.push(format!("title {title:?}, heading {heading:?}"));
    }
    axe::bring(window);
    amiss.extend(axe::amiss(window).into_iter().map(|it| format!("wide: {it}")));
    window.dark(true);
    amiss.extend(axe::amiss_in_colours(window).into_iter().map(|it| format!("dark: {it}")));
    window.dark(false);
    window.size(NARROW);
    amiss.extend(axe::amiss(window).into_iter().map(|it| format!("narrow: {it}")));
    amiss.extend(sideways(window));
    let expected = |said: &String| page.fault.is_some_and(|status| said.contains(status));
    amiss.extend(window.complaints().into_iter().filter(|said| !expected(said)));
    amiss
}

/// WCAG 1.4.10: at 320 px nothing has to be scrolled sideways, except tables that scroll by
/// themselves.
fn sideways(window: &Window) -> Option<String> {
    let script = "
        const wide = document.documentElement.scrollWidth;
        if (wide <= window.innerWidth) return null;
        const sticks = [...document.body.querySelectorAll('*')]
            .filter((it) => it.getBoundingClientRect().right > window.innerWidth + 1)
            .slice(-3).map((it) => it.outerHTML.slice(0, 120));
        return wide + ' px wide at ' + window.innerWidth + ': ' + sticks.join(' | ');";
    window.ask(script, Vec::new()).as_str().map(str::to_owned)
}

#[test]
fn without_scripts_every_page_says_the_same() {
    let day = Day::begin();
    let driver = Driver::start();
    let window = Window::open(&driver, &day.served, Scripts::Never);
    let mut who = None;
    for page in &pages::all() {
        page.open(&window, &day, &mut who);
        let text = window.text();
        assert!(text.len() > 40, "{}: hardly a word: {text}", page.name);
        let dead = window.ask(
            "return [...document.querySelectorAll('button, [role=button]')]
                .filter((it) => it.getClientRects().length && !it.form && !it.closest('a[href]')
                    && !it.matches('a[href]'))
                .map((it) => it.outerHTML.slice(0, 120))",
            Vec::new(),
        );
        assert_eq!(dead, serde_json::json!([]), "{}: buttons that do nothing", page.name);
    }
}
