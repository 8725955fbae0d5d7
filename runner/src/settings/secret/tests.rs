use std::collections::BTreeMap;
use std::fs::{self, Permissions};

use super::*;

const NOTHING: [(&str, &str); 0] = [];

fn environment<const N: usize>(set: [(&str, &str); N]) -> impl Fn(&str) -> Option<String> + use<N> {
    let set: BTreeMap<String, String> =
        set.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    move |name| set.get(name).cloned()
}

fn file(folder: &Path, name: &str, mode: u32) {
    let path = folder.join(name);
    fs::write(&path, "from the file\n").unwrap();
    fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
}

#[test]
fn the_environment_comes_before_a_credential_and_that_before_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    file(root, "token", 0o600);
    fs::write(root.join("clerkwork-secret-case-system"), "from systemd\n").unwrap();
    let credentials = ("CREDENTIALS_DIRECTORY", root.to_str().unwrap());
    let own = ("CLERKWORK_SECRET_CASE_SYSTEM", " from the environment ");
    let named = Some(Path::new("token"));
    let read = |it: &dyn Fn(&str) -> Option<String>, name: &str| {
        read(root, it, name, named).unwrap().to_string()
    };
    assert_eq!(read(&environment([own, credentials]), "case-system"), "from the environment");
    assert_eq!(read(&environment([credentials]), "case-system"), "from systemd");
    assert_eq!(read(&environment(NOTHING), "case-system"), "from the file");
    // A credential of another name is not taken for it.
    assert_eq!(read(&environment([credentials]), "case"), "from the file");
}

#[test]
fn a_secret_that_is_nowhere_says_where_it_may_be_put() {
    let fault = read(Path::new("/nowhere"), environment(NOTHING), "alerts-webhook", None)
        .unwrap_err()
        .to_string();
    for place in
        ["CLERKWORK_SECRET_ALERTS_WEBHOOK", "clerkwork-secret-alerts-webhook", "secret_file"]
    {
        assert!(fault.contains(place), "{fault}");
    }
}

#[test]
fn a_file_that_others_can_read_is_refused_and_its_secret_not_repeated() {
    let folder = tempfile::tempdir().unwrap();
    for mode in [0o640, 0o604, 0o666] {
        file(folder.path(), "token", mode);
        let fault = read(folder.path(), environment(NOTHING), "crm", Some(Path::new("token")))
            .unwrap_err()
            .to_string();
        assert!(fault.contains(&format!("{mode:o}")) && fault.contains("chmod 600"), "{fault}");
        assert!(!fault.contains("from the file"), "{fault}");
    }
}

#[test]
fn a_bad_name_an_empty_secret_and_a_folder_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    for name in ["", "Crm", "a_b", "../x", "a b"] {
        assert!(read(root, environment(NOTHING), name, None).is_err(), "{name}");
    }
    let blank = environment([("CLERKWORK_SECRET_CRM", " \n")]);
    assert!(read(root, blank, "crm", None).unwrap_err().to_string().contains("is empty"));
    for file in [".", "absent"] {
        assert!(read(root, environment(NOTHING), "crm", Some(Path::new(file))).is_err(), "{file}");
    }
}
