//! The program as a process: what it said, how it ended, and how it can be stopped.

use std::fmt;
use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

/// A process that ended.
pub(crate) struct Ran {
    /// Its exit code; -1 if a signal ended it.
    pub(crate) code: i32,
    /// What it printed.
    pub(crate) stdout: String,
    /// What it said on standard error.
    pub(crate) stderr: String,
}

impl Ran {
    /// Runs a command to its end.
    pub(crate) fn of(command: &mut Command) -> Self {
        let output = command.stdin(Stdio::null()).output().unwrap();
        Self {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// The one JSON object that it printed.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|fault| panic!("{fault}\n{self}"))
    }

    /// A count of the JSON object.
    pub(crate) fn count(&self, name: &str) -> i64 {
        self.json()[name].as_i64().unwrap_or_else(|| panic!("no count {name}\n{self}"))
    }

    /// The control totals of the JSON object add up.
    pub(crate) fn totals_balance(&self) {
        let sum = |names: &[&str]| names.iter().map(|name| self.count(name)).sum::<i64>();
        assert_eq!(self.count("rows"), sum(&["rejected", "duplicates", "items"]), "{self}");
        let states = [
            "done",
            "referred",
            "waiting",
            "failed",
            "by_hand",
            "cancelled",
            "postponed",
            "in_hand",
        ];
        assert_eq!(self.count("items"), sum(&states), "{self}");
    }

    /// The control totals of the JSON object.
    pub(crate) fn totals(&self) -> Vec<i64> {
        let names = [
            "rows",
            "rejected",
            "duplicates",
            "items",
            "done",
            "referred",
            "waiting",
            "failed",
            "by_hand",
            "cancelled",
            "postponed",
            "in_hand",
        ];
        names.iter().map(|name| self.count(name)).collect()
    }

    /// It ended with this code, and said each of these words on standard error.
    pub(crate) fn refused(&self, code: i32, words: &[&str]) {
        assert_eq!(self.code, code, "{self}");
        for word in words {
            assert!(self.stderr.contains(word), "nothing is said of {word:?}\n{self}");
        }
        assert!(!self.stderr.contains("a fault in the program"), "{self}");
    }
}

impl fmt::Display for Ran {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "exit {}\n--- out\n{}\n--- err\n{}", self.code, self.stdout, self.stderr)
    }
}

/// What is told when something new is on disk, or the report is written.
const PROGRESS: &[&str] =
    &["stage opened", "stage taken-in", "stage checked", "stage recorded", "stage reported"];

/// A process at work, whose stages are told on standard error as they are passed.
pub(crate) struct Running {
    child: Child,
    started: Instant,
    lines: Receiver<(Instant, String)>,
    seen: Vec<String>,
    stdout: JoinHandle<String>,
    /// How long it took from the start until something new was on disk, once it is.
    pub(crate) first_progress: Option<Duration>,
}

impl Running {
    /// Starts a command that tells its stages.
    pub(crate) fn start(mut command: Command) -> Self {
        command.env("CLERKWORK_LOG", "clerkwork_runner=debug");
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let started = Instant::now();
        let mut child = command.spawn().unwrap();
        let (tell, lines) = channel();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        std::thread::spawn(move || {
            for line in stderr.lines().map_while(Result::ok) {
                // Nobody listens any more once the process was killed.
                drop(tell.send((Instant::now(), line)));
            }
        });
        let mut out = child.stdout.take().unwrap();
        let stdout = std::thread::spawn(move || {
            let mut text = String::new();
            out.read_to_string(&mut text).unwrap();
            text
        });
        Self { child, started, lines, seen: Vec::new(), stdout, first_progress: None }
    }

    fn saw(&mut self, at: Instant, line: String) {
        if self.first_progress.is_none() && PROGRESS.iter().any(|stage| line.contains(stage)) {
            self.first_progress = Some(at.duration_since(self.started));
        }
        self.seen.push(line);
    }

    /// Waits until a line with these words has come so many times; false if it ended before.
    pub(crate) fn until(&mut self, words: &str, times: usize) -> bool {
        let mut left = times;
        while let Ok((at, line)) = self.lines.recv() {
            if line.contains(words) {
                left -= 1;
            }
            self.saw(at, line);
            if left == 0 {
                return true;
            }
        }
        false
    }

    /// Listens for so long.
    pub(crate) fn listen(&mut self, time: Duration) {
        let end = Instant::now() + time;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            match self.lines.recv_timeout(left) {
                Ok((at, line)) => self.saw(at, line),
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    /// Whether it has ended by itself.
    pub(crate) fn ended(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }

    /// Its number.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// `kill -9`; true if it was still alive.
    pub(crate) fn kill(mut self) -> bool {
        let alive = !self.ended();
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        alive
    }

    /// Ctrl-C.
    pub(crate) fn interrupt(&self) {
        self.signal(Signal::INT);
    }

    /// What systemd sends to stop it.
    pub(crate) fn terminate(&self) {
        self.signal(Signal::TERM);
    }

    fn signal(&self, signal: Signal) {
        let id = i32::try_from(self.child.id()).unwrap();
        kill_process(Pid::from_raw(id).unwrap(), signal).unwrap();
    }

    /// Waits for its end.
    pub(crate) fn end(mut self) -> Ran {
        while let Ok((at, line)) = self.lines.recv() {
            self.saw(at, line);
        }
        let status = self.child.wait().unwrap();
        let stdout = self.stdout.join().unwrap();
        Ran { code: status.code().unwrap_or(-1), stdout, stderr: self.seen.join("\n") }
    }
}
