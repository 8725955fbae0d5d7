//! The pictures in `docs/screens`: `./tests/screens` makes them anew.

use std::fmt::Write as _;
use std::fs;

use super::day::Day;
use super::driver::Driver;
use super::pages;
use super::window::{DESKTOP, PHONE, Scripts, Window};
use crate::harness::repository;

/// A picture shows no more than this of a long page.
const HIGHEST: u64 = 1_800;
/// Bytes that a picture may have.
const LARGEST: usize = 400_000;

const HEAD: &str = "# Screens

Every page as it looks on the invented council's demo day, wide and on a phone.
Nobody in them is real.
Made by one command, `./tests/screens`, from the list of pages in `tests/browser/pages`; long pages are cut off.
";

#[test]
#[ignore = "writes docs/screens: ./tests/screens"]
fn every_page_has_its_pictures() {
    let folder = repository().join("docs/screens");
    if folder.exists() {
        fs::remove_dir_all(&folder).unwrap();
    }
    fs::create_dir(&folder).unwrap();
    let day = Day::begin();
    let driver = Driver::start();
    let window = Window::open(&driver, &day.served, Scripts::Run);
    let (mut text, mut who) = (HEAD.to_owned(), None);
    for page in &pages::all() {
        window.size(DESKTOP);
        page.open(&window, &day, &mut who);
        let title = window.title();
        let heading = title.split(" - ").next().unwrap_or_default();
        write!(text, "\n## {heading}\n\n{}\n\n", page.says).unwrap();
        for (kind, size) in [("desktop", DESKTOP), ("phone", PHONE)] {
            window.size(size);
            let file = format!("{}-{kind}.png", page.name);
            let picture = window.picture(HIGHEST);
            assert!(picture.len() < LARGEST, "{file}: {} bytes", picture.len());
            fs::write(folder.join(&file), picture).unwrap();
            writeln!(text, "![{heading}, {kind}]({file})").unwrap();
        }
    }
    fs::write(folder.join("README.md"), text).unwrap();
}
