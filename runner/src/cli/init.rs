//! `clerkwork init`: makes a data folder, its keys and its store.

use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;

use super::out::Out;
use super::password::{From, shown};
use super::{WELL, actor};
use crate::accounts::Role;
use crate::accounts::manage::{self, Managing, New, Secret};
use crate::accounts::password;
use crate::error::{Error, Result};
use crate::job_log::note::SecretKey;
use crate::schedule;
use crate::settings::{self, Folder, Keys, Settings};
use crate::store::Store;
use crate::vault::{Vault, random};

/// Make a data folder: store, keys, default schedules, and a council's own policy.
///
/// Keys are put beside the folder (DIR.keys), not in it, so that a copy of the folder alone tells
/// nobody anything.
#[derive(Args)]
#[command(after_help = "Examples:\n  clerkwork init council-data\n  \
    clerkwork init demo-data --council fixtures/council\n  \
    clerkwork init council-data --administrator ann.bell --name \"Ann Bell\"\n  \
    clerkwork init council-data --administrator ann.bell --password-stdin < secret")]
pub(super) struct Init {
    /// The folder to make; it must be empty or absent.
    dir: PathBuf,
    /// A council's folder: its council.toml, retention.toml, connections.toml, alerts.toml,
    /// payments.toml, hand-out.toml, policy/, schedules/, calendars/, look/ and bank/ are copied.
    #[arg(long, value_name = "FOLDER")]
    council: Option<PathBuf>,
    /// Where to put the keys instead of DIR.keys.
    #[arg(long, value_name = "FOLDER")]
    keys: Option<PathBuf>,
    /// The login of the first administrator of the page. Their password is asked for on the terminal.
    #[arg(long, value_name = "LOGIN")]
    administrator: Option<String>,
    /// How colleagues know the administrator (default: the login).
    #[arg(long, requires = "administrator")]
    name: Option<String>,
    #[command(flatten)]
    from: From,
}

const FILES: &[&str] = &[
    "council.toml",
    "retention.toml",
    "connections.toml",
    "alerts.toml",
    "payments.toml",
    "hand-out.toml",
];
const FOLDERS: &[&str] = &["policy", "schedules", "calendars", "look", "bank"];

impl Init {
    pub(super) async fn run(self, out: &Out) -> Result<u8> {
        // What was typed is looked at before anything is made.
        let first = self.first()?;
        let root = self.make_root()?;
        if let Some(council) = &self.council {
            copy_council(council, &root)?;
        }
        for (name, text) in schedule::DEFAULTS {
            let file = root.join("schedules").join(format!("{name}.toml"));
            if !file.exists() {
                std::fs::write(&file, text).map_err(Error::io("writing a schedule"))?;
            }
        }
        let keys = self.make_keys(&root)?;
        let folder = Folder::find(Some(&root))?;
        let vault = Vault::new(&folder.master_key()?);
        let store = Store::create(&folder.database(), vault, &actor()).await?;
        let (actor, why) = (actor(), "the first administrator");
        if let Some((new, secret)) = &first {
            let managing = Managing { store: &store, actor: &actor, why };
            managing.add(new, Some(secret)).await?;
        }
        let faults = schedule::all(&folder)?.1;
        out.say(&format!(
            "Made {}\n\nKeys: {}\n  master.key  unseals all that is personal in the store\n  \
             log.key     signs the job log\n\nKEEP A COPY of that folder, apart from copies of the \
             data. Without master.key what is\nsealed cannot be read again by anyone, and nobody can \
             make a new one. To copy it:\n  cp -a {} /somewhere/safe/",
            root.display(),
            keys.display(),
            keys.display(),
        ));
        let one_time = first.as_ref().and_then(|(_, secret)| shown(secret));
        match (&first, one_time) {
            (None, _) => out.say(
                "\nNobody can sign in to the page yet. To make its first administrator:\n  clerkwork \
                 users add LOGIN --name \"NAME\" --role administrator",
            ),
            (Some((new, _)), None) => {
                out.say(&format!("\n{} may sign in to the page, as administrator", new.login));
            }
            (Some((new, _)), Some(password)) => out.answer(&format!(
                "\n{} may sign in to the page, as administrator. One-time password, shown this \
                 once: {password}",
                new.login
            )),
        }
        let administrator = first.as_ref().map(|(new, _)| new.login.as_str());
        out.object(&json!({
            "data": root, "keys": keys, "faults": faults,
            "administrator": administrator, "one_time_password": one_time,
        }));
        if !faults.is_empty() {
            return Err(Error::usage(
                "the council's folder was copied, but is not right",
                faults.join("\n"),
            ));
        }
        Ok(WELL)
    }

    /// The first administrator, if one is to be made.
    fn first(&self) -> Result<Option<(New, Secret)>> {
        let Some(login) = &self.administrator else { return Ok(None) };
        let login = manage::login(login)?;
        let name = manage::name(self.name.as_deref().unwrap_or(&login))?;
        let secret = self.from.secret()?;
        let (Secret::Own(text) | Secret::OneTime(text)) = &secret;
        password::fit(text, &login)?;
        let roles = [Role::Administrator].into_iter().collect();
        Ok(Some((New { login, name, roles, bots: None }, secret)))
    }

    fn make_root(&self) -> Result<PathBuf> {
        let taken = self.dir.read_dir().is_ok_and(|mut files| files.next().is_some());
        if taken {
            return Err(Error::usage(
                format!("{} is not empty", self.dir.display()),
                "name a folder that is not there yet; nothing was changed",
            ));
        }
        if let Some(council) = self.council.as_ref().filter(|council| !council.is_dir()) {
            return Err(Error::usage(
                format!("the council's folder {} is not there", council.display()),
                "name a folder with council.toml, policy/ and schedules/",
            ));
        }
        private_folder(&self.dir)?;
        let root = self.dir.canonicalize().map_err(Error::io("the data folder"))?;
        for folder in FOLDERS.iter().chain(&["inbox", "outbox", "rolls", "originals", "locks"]) {
            private_folder(&root.join(folder))?;
        }
        Ok(root)
    }

    fn make_keys(&self, root: &Path) -> Result<PathBuf> {
        let beside = || {
            let mut name = root.file_name().unwrap_or_default().to_owned();
            name.push(".keys");
            root.with_file_name(name)
        };
        let keys = self.keys.clone().unwrap_or_else(beside);
        private_folder(&keys)?;
        let keys = keys.canonicalize().map_err(Error::io("the folder for keys"))?;
        if keys.starts_with(root) {
            return Err(Error::usage(
                "keys do not belong in the data folder",
                "name a folder outside it with --keys",
            ));
        }
        let origin = format!("clerkwork-{}/joblog", crate::job_log::hex(&random::<6>()?));
        let log_key = SecretKey::from_seed(&origin, &random()?)
            .map_err(|fault| Error::failed(format!("making the log's key: {fault}"), ""))?;
        let (master, log) = (keys.join("master.key"), keys.join("log.key"));
        private_file(&master, &settings::encode_key(&random()?))?;
        private_file(&log, &format!("{}\n", log_key.to_text().as_str()))?;
        let settings = Settings {
            keys: Keys { master, log },
            log: settings::Log { origin },
            page: settings::Page::default(),
        };
        Folder::write_settings(root, &settings)?;
        let vkey = format!("{}\n", log_key.verifier());
        std::fs::write(root.join("log.vkey"), vkey).map_err(Error::io("writing log.vkey"))?;
        Ok(keys)
    }
}

fn private_folder(folder: &Path) -> Result<()> {
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .map_err(Error::io(format!("making {}", folder.display())))
}

/// Writes a file that only we may read, and that must not be there yet.
fn private_file(file: &Path, text: &str) -> Result<()> {
    let doing = || Error::io(format!("writing {}", file.display()));
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(file)
        .map_err(doing())?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(doing())
}

fn copy_council(council: &Path, root: &Path) -> Result<()> {
    let copy = |from: &Path, to: &Path| {
        std::fs::copy(from, to).map(drop).map_err(Error::io(format!("copying {}", from.display())))
    };
    for name in FILES {
        let file = council.join(name);
        if file.is_file() {
            copy(&file, &root.join(name))?;
        }
    }
    for folder in FOLDERS {
        let Ok(files) = council.join(folder).read_dir() else { continue };
        for file in files {
            let file = file.map_err(Error::io("reading the council's folder"))?.path();
            let page = file.extension().is_some_and(|it| it == "md");
            if let Some(name) = file.file_name().filter(|_| file.is_file() && !page) {
                copy(&file, &root.join(folder).join(name))?;
            }
        }
    }
    Ok(())
}
