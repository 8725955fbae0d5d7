use clerkwork_bots::kit::Template;

use super::*;

/// What `make` needs of a checkout.
fn small_checkout() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let ours = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    for file in [BOTS, SCHEDULES, "Cargo.toml"] {
        let to = folder.path().join(file);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(ours.join(file), to).unwrap();
    }
    fs::create_dir_all(folder.path().join("fixtures/council/policy")).unwrap();
    folder
}

fn read(root: &Path, file: &str) -> String {
    fs::read_to_string(root.join(file)).unwrap()
}

#[test]
fn a_new_bot_is_entered_once_in_both_lists_in_order() {
    let folder = small_checkout();
    let root = checkout(&folder.path().join("bots/src")).unwrap();
    make(&root, "school-transport").unwrap();
    make(&root, "blue-badges").unwrap();
    let bots = read(&root, BOTS);
    let list = bots.split_once("kit::bots! {\n").unwrap().1.split_once("}\n").unwrap().0;
    let names: Vec<&str> = list.lines().map(str::trim).collect();
    assert!(names.contains(&"blue_badges::BlueBadges,"), "{bots}");
    assert!(names.contains(&"school_transport::SchoolTransport,"), "{bots}");
    assert!(names.is_sorted(), "{bots}");
    let schedules = read(&root, SCHEDULES);
    let list = schedules.split_once("carried![\n").unwrap().1.split_once("];\n").unwrap().0;
    let names: Vec<&str> = list.lines().map(str::trim).collect();
    assert!(names.contains(&"\"blue-badges\","), "{schedules}");
    assert!(names.contains(&"\"school-transport\","), "{schedules}");
    assert!(names.is_sorted(), "{schedules}");
}

#[test]
fn nothing_of_a_new_bot_is_left_to_fill_in_and_its_files_are_right() {
    let folder = small_checkout();
    let made = make(folder.path(), "blue-badges").unwrap();
    for file in &made {
        let text = fs::read_to_string(folder.path().join(file)).unwrap();
        assert!(!text.contains('@'), "{}", file.display());
        if file.extension().is_some_and(|ending| ending == "toml") {
            toml::from_str::<toml::Table>(&text).unwrap();
        }
    }
    Template::from_toml(&read(folder.path(), "bots/src/blue_badges/columns.toml")).unwrap();
    let rules = read(folder.path(), "bots/src/blue_badges/mod.rs");
    let mut listed: Vec<&str> = CASES.iter().map(|(file, _)| &file[6..file.len() - 5]).collect();
    listed.retain(|case| rules.contains(&format!("            \"{case}\",\n")));
    assert_eq!(listed.len(), CASES.len());
}

#[test]
fn a_bot_that_is_there_is_not_made_again_and_nothing_is_changed() {
    let folder = small_checkout();
    let before = read(folder.path(), BOTS);
    let fault = make(folder.path(), "free-school-meals").unwrap_err();
    assert!(fault.to_string().contains("free_school_meals::FreeSchoolMeals"), "{fault}");
    assert_eq!(fault.exit_code(), 2);
    fs::write(folder.path().join("fixtures/council/policy/half-made.toml"), "").unwrap();
    assert!(make(folder.path(), "half-made").is_err());
    assert_eq!(read(folder.path(), BOTS), before);
    assert!(!folder.path().join("bots/src/half_made").exists());
}

#[test]
fn badly_formed_names_are_refused() {
    let folder = small_checkout();
    for name in [
        "",
        "ab",
        "Blue-Badges",
        "blue_badges",
        "blue--badges",
        "-blue",
        "blue-",
        "1blue",
        "blue-2b",
        "blàth",
        "a/../b",
        "crate",
        "kit",
        "policy",
        "need-code",
    ] {
        assert!(make(folder.path(), name).is_err(), "{name}");
    }
    assert!(well_formed("blue-badges2").is_ok());
}

#[test]
fn outside_a_checkout_the_way_is_told() {
    let folder = tempfile::tempdir().unwrap();
    assert!(checkout(folder.path()).unwrap_err().to_string().contains("clone the sources"));
}
