//! People sign in with the council's work accounts, at a stand-in for Microsoft Entra ID.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};

use clerkwork_fixtures::identity::{CLIENT, Lie, Person, Provider, SECRET, TENANT};

use crate::harness::{Office, Running};

/// An answer: its status, its headers by lower-case name, its body.
struct Answer {
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
}

impl Answer {
    fn location(&self) -> &str {
        self.headers.iter().find(|(name, _)| name == "location").map_or("", |(_, to)| to)
    }
}

/// A browser that keeps its cookies and follows nothing by itself.
#[derive(Clone, Default)]
struct Browser {
    cookies: BTreeMap<String, String>,
}

impl Browser {
    fn get(&mut self, server: SocketAddr, path: &str) -> Answer {
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {server}\r\nCookie: {}\r\nConnection: close\r\n\r\n",
            cookies.join("; ")
        );
        let mut stream = TcpStream::connect(server).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut text = Vec::new();
        stream.read_to_end(&mut text).unwrap();
        let text = String::from_utf8_lossy(&text).into_owned();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let mut lines = head.lines();
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let headers: Vec<(String, String)> = lines
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
            .collect();
        for (_, set) in headers.iter().filter(|(name, _)| name == "set-cookie") {
            let (name, value) = set.split(';').next().unwrap().split_once('=').unwrap();
            if value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        Answer { status, headers, body: body.to_owned() }
    }

    /// Follows an address to its server.
    fn follow(&mut self, address: &str) -> Answer {
        let rest = address.strip_prefix("http://").unwrap();
        let (server, path) = rest.split_once('/').unwrap();
        self.get(server.parse().unwrap(), &format!("/{path}"))
    }
}

/// A council whose page has people sign in at the stand-in.
struct Council {
    office: Office,
    page: SocketAddr,
    provider: Provider,
    serving: Running,
}

impl Council {
    async fn open() -> Self {
        let provider = Provider::start().await.unwrap();
        let office = Office::open();
        // A port that is free now; nobody else asks for it in between.
        let page = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        provider.register(&format!("http://{page}/sign-in/entra/back"));
        let settings = format!(
            "\n[page]\nlisten = \"{page}\"\n\n[page.entra]\ntenant = \"{TENANT}\"\n\
             client_id = \"{CLIENT}\"\nauthority = \"{}\"\n\n[page.entra.roles]\n\
             \"Clerkwork.Officer\" = \"officer\"\n\"Clerkwork.Auditor\" = \"auditor\"\n",
            provider.authority()
        );
        office.edit("clerkwork.toml", |text| text + &settings);
        let mut command = office.command(&["serve"]);
        command.env("CLERKWORK_SECRET_ENTRA", SECRET);
        let serving = Running::start(command);
        let mut patience = 600;
        while TcpStream::connect(page).is_err() {
            patience -= 1;
            assert!(patience > 0, "the page does not answer");
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        Self { office, page, provider, serving }
    }

    /// Somebody goes there and comes back; the address with which they come back.
    async fn away(&self, browser: &Browser) -> (Browser, Answer) {
        let (page, mut browser) = (self.page, browser.clone());
        tokio::task::spawn_blocking(move || {
            let gone = browser.get(page, "/sign-in/entra?to=/account");
            if gone.status != 303 {
                return (browser, gone);
            }
            let there = browser.follow(gone.location());
            (browser, there)
        })
        .await
        .unwrap()
    }

    async fn sign_in(&self) -> (Browser, Answer) {
        let (browser, there) = self.away(&Browser::default()).await;
        if there.status != 302 {
            return (browser, there);
        }
        follow(&browser, there.location()).await
    }

    async fn get(&self, browser: &Browser, path: &str) -> Answer {
        follow(browser, &format!("http://{}{path}", self.page)).await.1
    }

    fn logged(&self, kind: &str) -> usize {
        let kind = format!("\"kind\":\"{kind}\"");
        self.log().lines().filter(|line| line.contains(&kind)).count()
    }

    fn log(&self) -> String {
        self.office.clerkwork(&["log", "tail", "-n", "10000", "--json"]).stdout
    }
}

async fn follow(browser: &Browser, address: &str) -> (Browser, Answer) {
    let (mut browser, address) = (browser.clone(), address.to_owned());
    let answer = tokio::task::spawn_blocking(move || {
        let answer = browser.follow(&address);
        (browser, answer)
    });
    answer.await.unwrap()
}

fn ann(roles: &[&str]) -> Person {
    Person {
        oid: "6f0f6e1e-0000-4000-8000-00000000a001".to_owned(),
        username: "Ann.Bell@council.example".to_owned(),
        name: "Ann Bell".to_owned(),
        roles: roles.iter().map(|role| (*role).to_owned()).collect(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_work_account_with_a_role_is_let_in_with_that_role_and_no_lie_is_believed() {
    let council = Council::open().await;
    council.provider.signs_in(Some(ann(&["Clerkwork.Officer", "Something.Else"])));
    let (browser, answer) = council.sign_in().await;
    assert_eq!((answer.status, answer.location()), (303, "/account"), "{}", answer.body);
    let session = &browser.cookies["__Host-clerkwork"];
    assert!(!browser.cookies.contains_key("__Host-clerkwork-away"));
    let account = council.get(&browser, "/account").await;
    assert_eq!(account.status, 200);
    for words in ["Ann Bell", "ann.bell", "Officer", "no password here"] {
        assert!(account.body.contains(words), "{words}: {}", account.body);
    }

    // Their roles are those that they have there, each time.
    council.provider.signs_in(Some(ann(&["Clerkwork.Auditor"])));
    let (later, answer) = council.sign_in().await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    assert_ne!(&later.cookies["__Host-clerkwork"], session);
    assert_eq!(
        council.get(&browser, "/account").await.status,
        303,
        "an old session with old roles"
    );
    assert!(council.get(&later, "/account").await.body.contains("Auditor"));

    // Without one they are not let in, and are told why.
    council.provider.signs_in(Some(ann(&["Something.Else"])));
    let (_, answer) = council.sign_in().await;
    assert_eq!(answer.status, 403);
    assert!(answer.body.contains("has no role in Clerkwork"), "{}", answer.body);
    assert_eq!(council.get(&later, "/account").await.status, 303, "a session without a role");
    council.provider.signs_in(None);
    assert!(council.sign_in().await.1.body.contains("not signed in there"));

    // Of all that may be wrong with what the provider says, nothing is believed.
    council.provider.signs_in(Some(ann(&["Clerkwork.Officer"])));
    for lie in Lie::ALL {
        council.provider.lies(Some(*lie));
        let (browser, answer) = council.sign_in().await;
        assert!(matches!(answer.status, 403 | 502), "{lie:?}: {}", answer.status);
        assert!(answer.body.contains("You are not signed in"), "{lie:?}: {}", answer.body);
        assert!(!browser.cookies.contains_key("__Host-clerkwork"), "{lie:?} was believed");
        assert!(!answer.body.contains("Ann"), "{lie:?}");
    }
    council.provider.lies(None);

    // What somebody comes back with is good once, in their own browser, as it was given.
    let (mine, there) = council.away(&Browser::default()).await;
    let address = there.location().to_owned();
    let other = follow(&Browser::default(), &address).await.1;
    assert_eq!(other.status, 403, "another browser's");
    let state = address.split("state=").nth(1).unwrap();
    let bent = address.replace(state, &state.chars().rev().collect::<String>());
    assert_eq!(follow(&mine, &bent).await.1.status, 403, "another state");
    assert_eq!(follow(&mine, &address).await.1.status, 303);
    assert_eq!(follow(&mine, &address).await.1.status, 403, "the same again");

    // Somebody else there is somebody else here, whatever they are called.
    let mut namesake = ann(&["Clerkwork.Officer"]);
    namesake.oid = "6f0f6e1e-0000-4000-8000-00000000a002".to_owned();
    council.provider.signs_in(Some(namesake));
    let (browser, _) = council.sign_in().await;
    let account = council.get(&browser, "/account").await;
    assert!(account.body.contains("ann.bell2") && account.body.contains("Ann Bell (2)"));

    // Whoever is disabled here is not let in, whatever they have there.
    let disabled = council.office.clerkwork(&["users", "disable", "ann.bell2", "--why", "left"]);
    assert_eq!(disabled.code, 0, "{disabled}");
    assert_eq!(council.get(&browser, "/account").await.status, 303);
    let (_, answer) = council.sign_in().await;
    assert_eq!(answer.status, 403);
    assert!(answer.body.contains("may not sign in"), "{}", answer.body);

    assert_eq!(council.logged("person.added"), 2);
    assert_eq!(council.logged("person.signed-in"), 4);
    let log = council.log();
    for secret in [SECRET, "council.example", "Ann Bell", "code-1", TENANT] {
        assert!(!log.contains(secret), "the log holds {secret}");
    }
    council.serving.terminate();
    let ended = council.serving.end();
    assert_eq!(ended.code, 0, "{ended}");
    for secret in [SECRET, "council.example", "Ann Bell", "code-"] {
        assert!(!ended.stderr.contains(secret), "{secret} was traced");
    }
}
