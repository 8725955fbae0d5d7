//! The data folder and what is set in it. The environment is read here and nowhere else.
//!
//! ```text
//! DATA/clerkwork.toml     where the keys are, the log's name
//! DATA/council.toml       the council's name, and what its notices say of it
//! DATA/look/             the council's logo
//! DATA/policy/BOT.toml    the council's own figures and choices, laid over the law's
//! DATA/schedules/*.toml   one file a job
//! DATA/inbox outbox rolls sheets in, reports out, lookups
//! DATA/taken/             files taken from watched folders, until every row of them is in the store
//! DATA/uploads/           sheets that people uploaded, sealed, until they are queued or gone
//! DATA/originals/         the files that were read, sealed
//! DATA/clerkwork.db       the store
//! ```

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::{Deserialize, Serialize};

use zeroize::Zeroizing;

use crate::error::{Error, Result};

pub mod entra;
pub mod figures;
pub mod look;
pub mod names;
mod secret;

/// The environment variable that names the data folder.
pub const DATA_VARIABLE: &str = "CLERKWORK_DATA";
/// The environment variable that may carry the master key itself.
pub const MASTER_KEY_VARIABLE: &str = "CLERKWORK_MASTER_KEY";
/// What stands before a secret's name in the environment, the name in capitals.
pub const SECRET_VARIABLE: &str = "CLERKWORK_SECRET_";
const CREDENTIAL: &str = "clerkwork-master-key";
const SETTINGS: &str = "clerkwork.toml";

/// `clerkwork.toml`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Where the keys are kept.
    pub keys: Keys,
    /// The job log.
    pub log: Log,
    /// The page.
    #[serde(default, skip_serializing_if = "Page::is_usual")]
    pub page: Page,
}

/// Paths of the key files.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keys {
    /// The master key, without which nothing personal in the store can be read.
    pub master: PathBuf,
    /// The key that signs the job log's checkpoints.
    pub log: PathBuf,
}

/// The job log's settings.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    /// The name that checkpoints carry in their first line.
    pub origin: String,
}

/// The page's settings.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Page {
    /// Where it answers. On another address than this machine's own, TLS stands before it.
    pub listen: SocketAddr,
    /// The address that people type, such as `https://clerkwork.example.gov.uk`, where it is another.
    pub address: Option<String>,
    /// People sign in with the council's Microsoft accounts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entra: Option<entra::Entra>,
}

impl Default for Page {
    fn default() -> Self {
        Self { listen: SocketAddr::from(([127, 0, 0, 1], 8080)), address: None, entra: None }
    }
}

impl Page {
    fn is_usual(&self) -> bool {
        *self == Self::default()
    }
}

/// `council.toml`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Council {
    /// The council's full name.
    pub name: String,
    /// Set for the invented council of the demo.
    #[serde(default)]
    pub invented: bool,
    /// What the notices of each bot say of the service that writes them, by setting.
    #[serde(default)]
    pub notices: BTreeMap<String, BTreeMap<String, String>>,
    /// The post of an officer, by the name that the log has for them, where it is another than
    /// the one that the service's notices say.
    #[serde(default)]
    pub posts: BTreeMap<String, String>,
    /// Names of the log that are one person's.
    #[serde(default)]
    pub people: names::Names,
    /// What managers' figures are held against.
    #[serde(default)]
    pub figures: figures::Figures,
    /// Its logo and colours on the page.
    #[serde(default)]
    pub look: look::Settings,
    /// Whom to tell when something on the page is wrong or cannot be used: an address or a telephone
    /// number.
    #[serde(default)]
    pub contact: Option<String>,
}

/// An opened data folder.
#[derive(Debug)]
pub struct Folder {
    root: PathBuf,
    /// `clerkwork.toml`.
    pub settings: Settings,
    /// `council.toml`; a nameless council where there is none.
    pub council: Council,
}

impl Folder {
    /// Opens the folder named, or by the environment, or the one we stand in.
    pub fn find(named: Option<&Path>) -> Result<Self> {
        let root = match named {
            Some(path) => path.to_owned(),
            None => variable(DATA_VARIABLE).map_or_else(|| PathBuf::from("."), PathBuf::from),
        };
        let file = root.join(SETTINGS);
        let text = std::fs::read_to_string(&file).map_err(|fault| {
            Error::usage(
                format!("{} is not a Clerkwork data folder: {fault}", root.display()),
                format!(
                    "name one with --data DIR or {DATA_VARIABLE}, or make one: clerkwork init {}",
                    root.display()
                ),
            )
        })?;
        let root = root.canonicalize().map_err(Error::io("the data folder"))?;
        Ok(Self {
            settings: parse(&text, SETTINGS)?,
            council: match read_optional(&root.join("council.toml"))? {
                Some(text) => parse(&text, "council.toml")?,
                None => Council::default(),
            },
            root,
        })
    }

    /// Opens the folder named, or by the environment, or the one we stand in if it is one; `None`
    /// where nobody named any.
    pub fn if_any(named: Option<&Path>) -> Result<Option<Self>> {
        let unnamed = named.is_none() && variable(DATA_VARIABLE).is_none();
        if unnamed && !Path::new(SETTINGS).exists() {
            Ok(None)
        } else {
            Self::find(named).map(Some)
        }
    }

    /// Writes `clerkwork.toml` into a new folder.
    pub fn write_settings(root: &Path, settings: &Settings) -> Result<()> {
        let text = toml::to_string(settings).expect("settings are plain strings");
        let text = format!(
            "# Made by clerkwork init. Paths of keys may be moved; then say so here.\n{text}"
        );
        std::fs::write(root.join(SETTINGS), text).map_err(Error::io("writing clerkwork.toml"))
    }

    /// The folder itself.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// A path inside the folder; one that leads out of it is refused.
    pub fn inside(&self, path: &str) -> Result<PathBuf> {
        let relative = Path::new(path);
        let plain = relative.components().all(|part| {
            matches!(part, std::path::Component::Normal(_) | std::path::Component::CurDir)
        });
        if path.is_empty() || !plain {
            return Err(Error::usage(
                format!("the path {path:?} leads outside the data folder"),
                "write it relative to the data folder, without \"..\"",
            ));
        }
        Ok(self.root.join(relative))
    }

    /// The database of the embedded store.
    pub fn database(&self) -> PathBuf {
        self.root.join("clerkwork.db")
    }

    /// The council's overlay of that name, if it has one: a bot's own, or of the bot whose policy
    /// it shares.
    pub fn overlay(&self, policy: &str) -> Result<Option<String>> {
        read_optional(&self.root.join("policy").join(format!("{policy}.toml")))
    }

    /// The master key: from the environment, a systemd credential or its file.
    pub fn master_key(&self) -> Result<[u8; 32]> {
        if let Some(text) = variable(MASTER_KEY_VARIABLE) {
            return key(&text, MASTER_KEY_VARIABLE);
        }
        let credential =
            variable("CREDENTIALS_DIRECTORY").map(|folder| Path::new(&folder).join(CREDENTIAL));
        let file = match credential {
            Some(file) if file.exists() => file,
            _ => self.settings.keys.master.clone(),
        };
        let text = std::fs::read_to_string(&file).map_err(|fault| {
            Error::failed(
                format!("the master key {} cannot be read: {fault}", file.display()),
                format!(
                    "put back the copy you kept, or give it in {MASTER_KEY_VARIABLE}; \
                     without it what is sealed in the store cannot be read by anyone"
                ),
            )
        })?;
        key(&text, "the master key file")
    }

    /// The secret of that name, for a connection to another system: from the environment, a systemd
    /// credential, or the file that a setting names (`secret_file`). It never stands in a setting.
    pub fn secret(&self, name: &str, file: Option<&Path>) -> Result<Zeroizing<String>> {
        secret::read(&self.root, variable, name, file)
    }

    /// Whether the master key comes from its file, and not from the environment or a credential.
    pub fn master_key_is_a_file(&self) -> bool {
        let credential = variable("CREDENTIALS_DIRECTORY")
            .is_some_and(|folder| Path::new(&folder).join(CREDENTIAL).exists());
        variable(MASTER_KEY_VARIABLE).is_none() && !credential
    }

    /// The text of the key that signs checkpoints.
    pub fn log_key(&self) -> Result<String> {
        let file = &self.settings.keys.log;
        std::fs::read_to_string(file).map_err(|fault| {
            Error::failed(
                format!("the log's signing key {} cannot be read: {fault}", file.display()),
                "put back the copy you kept",
            )
        })
    }
}

/// The login name and host for acts at the command line, as `os:user@host`.
pub fn os_actor() -> String {
    person(rustix::process::getuid().as_raw())
}

/// Whose a file is, as the log names people.
pub fn owner(about: &std::fs::Metadata) -> String {
    use std::os::unix::fs::MetadataExt as _;
    person(about.uid())
}

fn person(uid: u32) -> String {
    let user = login_name(uid).unwrap_or_else(|| format!("uid{uid}"));
    let host = rustix::system::uname();
    format!("os:{user}@{}", host.nodename().to_string_lossy())
}

/// The login name as the system knows it; the environment could say anything.
fn login_name(uid: u32) -> Option<String> {
    let users = std::fs::read_to_string("/etc/passwd").ok()?;
    let uid = uid.to_string();
    let line = users.lines().find(|line| line.split(':').nth(2) == Some(&uid))?;
    line.split(':').next().map(ToOwned::to_owned)
}

/// The filter for tracing, if the environment sets one.
pub fn log_filter() -> Option<String> {
    variable("CLERKWORK_LOG")
}

/// The socket that systemd listens on, if we are a service of type notify.
pub fn notify_socket() -> Option<String> {
    variable("NOTIFY_SOCKET")
}

/// How long systemd waits to hear that we live, if it wants to.
pub fn watchdog() -> Option<std::time::Duration> {
    let ours = variable("WATCHDOG_PID").is_none_or(|id| id == std::process::id().to_string());
    let micros = variable("WATCHDOG_USEC").filter(|_| ours)?.parse().ok()?;
    Some(std::time::Duration::from_micros(micros))
}

/// Encodes a key as its file holds it.
pub fn encode_key(key: &[u8; 32]) -> String {
    format!("{}\n", BASE64.encode(key))
}

fn key(text: &str, from: &str) -> Result<[u8; 32]> {
    let bytes = BASE64.decode(text.trim()).ok();
    bytes.and_then(|bytes| bytes.try_into().ok()).ok_or_else(|| {
        Error::usage(format!("{from} is not a key"), "it must be 32 bytes in base64, 44 characters")
    })
}

/// Parses TOML, naming the file in faults.
pub fn parse<T: serde::de::DeserializeOwned>(text: &str, file: &str) -> Result<T> {
    toml::from_str(text).map_err(|fault| {
        Error::usage(format!("{file} is not right"), fault.to_string().trim_end().to_owned())
    })
}

fn read_optional(file: &Path) -> Result<Option<String>> {
    match std::fs::read_to_string(file) {
        Ok(text) => Ok(Some(text)),
        Err(fault) if fault.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(fault) => Err(Error::io(format!("reading {}", file.display()))(fault)),
    }
}

#[expect(clippy::disallowed_methods, reason = "the environment is read here")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
