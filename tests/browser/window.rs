//! A browser of one's own: where it is, how wide, what it complains of.

use std::fmt::Debug;
use std::path::PathBuf;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fantoccini::elements::{Element, ElementRef};
use fantoccini::wd::{TimeoutConfiguration, WebDriverCompatibleCommand};
use fantoccini::{Client, ClientBuilder};
use hyper::Method;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tokio::runtime::{Builder, Runtime};
use url::{ParseError, Url};

use super::driver::Driver;
use super::served::Served;
use super::{LONGEST, until};

/// As wide as an officer's screen.
pub(super) const DESKTOP: (u32, u32) = (1280, 900);
/// As wide as most phones.
pub(super) const PHONE: (u32, u32) = (390, 844);
/// As narrow as WCAG 1.4.10 wants it.
pub(super) const NARROW: (u32, u32) = (320, 640);

/// Whether pages may run scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scripts {
    Run,
    Never,
}

/// A browser with a session of its own.
pub(super) struct Window {
    runtime: Runtime,
    client: Client,
    /// Where the page answers.
    pub(super) at: String,
    /// Whether its pages may run scripts.
    pub(super) scripts: Scripts,
    downloads: PathBuf,
}

impl Window {
    pub(super) fn open(driver: &Driver, served: &Served, scripts: Scripts) -> Self {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let folder = tempfile::tempdir_in(driver.profiles.path()).unwrap().keep();
        let downloads = folder.join("downloads");
        std::fs::create_dir(&downloads).unwrap();
        let mut preferences = json!({
            "download.default_directory": downloads,
            "download.prompt_for_download": false,
        });
        if scripts == Scripts::Never {
            preferences["profile.managed_default_content_settings.javascript"] = json!(2);
        }
        let capabilities = json!({
            "browserName": "chrome",
            "goog:loggingPrefs": { "browser": "ALL" },
            "goog:chromeOptions": {
                "binary": "/usr/bin/chromium",
                "prefs": preferences,
                "args": [
                    "--headless=new",
                    "--no-sandbox",
                    "--disable-gpu",
                    "--disable-quic",
                    "--no-first-run",
                    "--disable-background-networking",
                    "--disable-component-update",
                    "--disable-sync",
                    "--disable-dev-shm-usage",
                    // As on a phone; else a picture is laid out wider than it is cut.
                    "--hide-scrollbars",
                    format!("--user-data-dir={}", folder.join("profile").display()),
                ],
            },
        });
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder.capabilities(serde_json::from_value(capabilities).unwrap());
        let client = runtime.block_on(async {
            let client = builder.connect(&driver.address()).await.unwrap();
            let most = Some(LONGEST);
            let limits = TimeoutConfiguration::new(most, most, Some(Duration::ZERO));
            client.update_timeouts(limits).await.unwrap();
            client
        });
        let window = Self { runtime, client, at: served.address.clone(), scripts, downloads };
        window.size(DESKTOP);
        window
    }

    /// The size of what is seen.
    pub(super) fn size(&self, (width, height): (u32, u32)) {
        let sizes =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", &sizes);
    }

    /// Whether dark colours are wished for.
    pub(super) fn dark(&self, dark: bool) {
        let wish = if dark { "dark" } else { "light" };
        let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": wish }] });
        self.devtools("Emulation.setEmulatedMedia", &features);
    }

    /// Shows the page as it is printed.
    pub(super) fn on_paper(&self, paper: bool) {
        let media = json!({ "media": if paper { "print" } else { "screen" } });
        self.devtools("Emulation.setEmulatedMedia", &media);
    }

    /// Opens a path of the page.
    pub(super) fn go(&self, path: &str) {
        self.runtime.block_on(self.client.goto(&format!("{}{path}", self.at))).unwrap();
    }

    /// The path and query of where we are.
    pub(super) fn path(&self) -> String {
        let url = self.runtime.block_on(self.client.current_url()).unwrap();
        url.as_str().strip_prefix(&self.at).unwrap_or(url.as_str()).to_owned()
    }

    /// The title in the browser's bar.
    pub(super) fn title(&self) -> String {
        self.runtime.block_on(self.client.title()).unwrap()
    }

    /// What a script of ours says of the page; it runs even where the page's own do not.
    pub(super) fn ask(&self, script: &str, with: Vec<Value>) -> Value {
        self.runtime
            .block_on(self.client.execute(script, with))
            .unwrap_or_else(|fault| panic!("{fault}\n{}", self.path()))
    }

    /// The same of a script that calls its last argument when it is done.
    pub(super) fn ask_and_wait(&self, script: &str, with: Vec<Value>) -> Value {
        self.runtime
            .block_on(self.client.execute_async(script, with))
            .unwrap_or_else(|fault| panic!("{fault}\n{}", self.path()))
    }

    /// An element that a script of ours finds, once it is there.
    pub(super) fn element(&self, what: &str, script: &str, with: &[Value]) -> Element {
        let found = until(
            || format!("there is no {what} at {}\n{}", self.path(), self.text()),
            || self.ask(script, with.to_vec()).as_object().cloned(),
        );
        let id = found.values().next().and_then(Value::as_str).unwrap().to_owned();
        Element::from_element_id(self.client.clone(), ElementRef::from(id))
    }

    /// What is to be read on the page, with single spaces.
    pub(super) fn text(&self) -> String {
        let text = self.ask("return document.body ? document.body.innerText : ''", Vec::new());
        text.as_str().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Does something that leads to another page, and waits until that is there.
    pub(super) fn leaving(&self, act: impl FnOnce()) {
        self.ask("document.documentElement.dataset.left = 'yes'", Vec::new());
        act();
        let ready = "return document.readyState === 'complete' \
            && document.documentElement.dataset.left !== 'yes'";
        until(
            || format!("no new page came: {}\n{}", self.path(), self.text()),
            || self.try_ask(ready)?.as_bool().filter(|ready| *ready),
        );
    }

    /// Asks what cannot be answered while one page gives way to another.
    fn try_ask(&self, script: &str) -> Option<Value> {
        self.runtime.block_on(self.client.execute(script, Vec::new())).ok()
    }

    /// What the browser complained of since it was last asked: errors, refusals of the policy.
    pub(super) fn complaints(&self) -> Vec<String> {
        let log = self.raw("se/log", json!({ "type": "browser" }));
        let entries = log.as_array().cloned().unwrap_or_default();
        let serious = entries.iter().filter(|entry| {
            entry["level"] == "SEVERE"
                || entry["level"] == "WARNING"
                || entry["source"] == "security"
        });
        serious.map(|entry| entry["message"].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// A picture of the whole page, no higher than this.
    pub(super) fn picture(&self, highest: u64) -> Vec<u8> {
        let size = self.ask(
            "return [document.documentElement.clientWidth, \
             Math.max(document.documentElement.scrollHeight, window.innerHeight)]",
            Vec::new(),
        );
        let (width, height) = (size[0].as_u64().unwrap(), size[1].as_u64().unwrap());
        let height = height.min(highest);
        let clip = json!({ "x": 0, "y": 0, "width": width, "height": height, "scale": 1 });
        let wish = json!({ "format": "png", "captureBeyondViewport": true, "clip": clip });
        let taken = self.devtools("Page.captureScreenshot", &wish);
        STANDARD.decode(taken["data"].as_str().unwrap()).unwrap()
    }

    /// Forgets who is signed in.
    pub(super) fn forget(&self) {
        self.devtools("Network.clearBrowserCookies", &json!({}));
    }

    /// Files that came down, complete ones.
    pub(super) fn downloaded(&self) -> Vec<PathBuf> {
        let files = std::fs::read_dir(&self.downloads).unwrap().map(|file| file.unwrap().path());
        let under_way = |path: &PathBuf| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            // Its name is taken, empty, before the file is there.
            let empty = path.metadata().is_ok_and(|about| about.len() == 0);
            empty || name.starts_with('.') || name.contains(".crdownload")
        };
        files.filter(|path| !under_way(path)).collect()
    }

    /// A command of the browser's own protocol.
    pub(super) fn devtools(&self, command: &str, with: &Value) -> Value {
        self.raw("goog/cdp/execute", json!({ "cmd": command, "params": with }))
    }

    fn raw(&self, path: &'static str, body: Value) -> Value {
        let command = Raw { path, body: body.to_string() };
        self.runtime.block_on(self.client.issue_cmd(command)).unwrap()
    }

    /// Waits for what the client does.
    pub(super) fn wait<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.block_on(future)
    }

    /// The client itself.
    pub(super) fn client(&self) -> &Client {
        &self.client
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        // A browser that is gone already needs no closing.
        drop(self.runtime.block_on(self.client.clone().close()));
    }
}

/// What only chromedriver knows.
#[derive(Debug)]
struct Raw {
    path: &'static str,
    body: String,
}

impl WebDriverCompatibleCommand for Raw {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.path))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(self.body.clone()))
    }
}
