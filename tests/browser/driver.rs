//! chromedriver at work, as long as a test needs it.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

/// A chromedriver on a port of its own; it takes its browsers with it when it goes.
pub(super) struct Driver {
    process: Child,
    port: u16,
    /// What its browsers keep: a folder each.
    pub(super) profiles: TempDir,
}

impl Driver {
    pub(super) fn start() -> Self {
        let started = Command::new("chromedriver")
            .args(["--port=0", "--log-level=SEVERE"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let mut process = started.unwrap_or_else(|fault| {
            panic!("chromedriver: {fault}; apt-get install chromium chromium-driver")
        });
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let port = lines.by_ref().map_while(Result::ok).find_map(|line| {
            let (_, port) = line.split_once("started successfully on port ")?;
            port.trim_end_matches('.').parse().ok()
        });
        // Whatever it says later is read, so that it never waits for us.
        std::thread::spawn(move || lines.for_each(drop));
        let port = port.expect("chromedriver says on which port it answers");
        Self { process, port, profiles: tempfile::tempdir().unwrap() }
    }

    /// Where it answers.
    pub(super) fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let id = i32::try_from(self.process.id()).ok().and_then(Pid::from_raw);
        if let Some(id) = id {
            // One that is gone already needs no telling.
            let _gone = kill_process(id, Signal::TERM);
        }
        drop(self.process.wait());
    }
}
