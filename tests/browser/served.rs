//! A council's `clerkwork serve` at work, with people who can sign in.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, Stdio};
use std::sync::{Arc, Mutex};

use clerkwork_runner::accounts::sessions;
use clerkwork_runner::people::{Person, Role, Roles};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;

use super::window::Window;
use crate::harness::Office;

/// Everybody's password here.
pub(super) const PASSWORD: &str = "seven grey herons by the mill";

/// Who works at the invented council: login, name, roles.
pub(super) const PEOPLE: &[(&str, &str, &[Role])] = &[
    ("sam.doyle", "Sam Doyle", &[Role::Submitter]),
    ("ann.bell", "Ann Bell", &[Role::Officer]),
    ("iain.ross", "Iain Ross", &[Role::Officer]),
    ("olu.grant", "Olu Grant", &[Role::Operator]),
    ("petra.muir", "Petra Muir", &[Role::Approver]),
    ("una.reid", "Una Reid", &[Role::Auditor]),
    ("max.hay", "Max Hay", &[Role::Administrator]),
];

/// A process that serves the page.
pub(super) struct Served {
    /// What it serves.
    pub(super) office: Office,
    /// Where the page answers: `http://127.0.0.1:PORT`.
    pub(super) address: String,
    process: Child,
    said: Arc<Mutex<Vec<String>>>,
}

impl Served {
    /// Serves an office, once its people are there.
    pub(super) fn start(office: Office) -> Self {
        let mut command = office.command(&["serve", "--listen", "127.0.0.1:0"]);
        command.env("CLERKWORK_LOG", "warn");
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut process = command.spawn().unwrap();
        let said = Arc::new(Mutex::new(Vec::new()));
        let errors = BufReader::new(process.stderr.take().unwrap()).lines();
        let kept = Arc::clone(&said);
        std::thread::spawn(move || {
            errors.map_while(Result::ok).for_each(|line| kept.lock().unwrap().push(line));
        });
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let address = lines
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| line.strip_prefix("The page: ").map(str::to_owned));
        // Whatever it says later is read, so that it never waits for us.
        std::thread::spawn(move || lines.for_each(drop));
        let address = address.unwrap_or_else(|| panic!("it does not serve: {:?}", said.lock()));
        Self { office, address, process, said }
    }

    /// Signs somebody in without the form: for looking at many pages.
    pub(super) fn let_in(&self, window: &Window, login: &str) {
        let opened = self.office.store();
        let id = sqlx::query_scalar("SELECT id FROM person WHERE login = $1").bind(login);
        let id = opened.wait(id.fetch_one(opened.store.db.readers())).unwrap();
        // Whose session it is, is known by the number alone.
        let (login, name, roles) = (login.to_owned(), String::new(), Roles::default());
        let person = Person { id, login, name, roles, bots: None };
        let token = opened.wait(sessions::begin(&opened.store, &person, "a test")).unwrap();
        window.forget();
        let cookie = json!({
            "url": self.address,
            "name": "__Host-clerkwork",
            "value": token.text(),
            "path": "/",
            "secure": true,
            "httpOnly": true,
            "sameSite": "Lax",
        });
        let set = window.devtools("Network.setCookie", &cookie);
        assert_eq!(set["success"], true, "{set}");
    }

    /// What it has said on standard error.
    pub(super) fn complaints(&self) -> Vec<String> {
        self.said.lock().unwrap().clone()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let id = i32::try_from(self.process.id()).ok().and_then(Pid::from_raw);
        if let Some(id) = id {
            // One that is gone already needs no telling.
            let _gone = kill_process(id, Signal::TERM);
        }
        drop(self.process.wait());
    }
}

/// Makes everybody of [`PEOPLE`].
pub(super) fn make_people(office: &Office) {
    for (login, name, roles) in PEOPLE {
        let mut command = office.command(&["users", "add", login, "--name", name, "--quiet"]);
        for role in *roles {
            command.args(["--role", role.as_str()]);
        }
        command.arg("--password-stdin").stdin(Stdio::piped());
        let mut adding = command.stdout(Stdio::null()).spawn().unwrap();
        writeln!(adding.stdin.take().unwrap(), "{PASSWORD}").unwrap();
        assert!(adding.wait().unwrap().success(), "{login}");
    }
}
