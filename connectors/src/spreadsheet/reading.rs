//! The other end of the pipe: starts the child, takes its frames, and says what became of it.

use std::ffi::OsString;
use std::fs::File;
use std::os::unix::process::ExitStatusExt;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use rustix::process::Signal;
use tokio::io::AsyncReadExt;
use tokio::process::{Child, ChildStdout, Command};
use tokio::time::timeout;

use super::child::READ_SHEET;
use super::wire::{GREETING, LONGEST_FRAME, Said, decode};
use super::{Event, Limits, SheetError};

/// A child has so many times its processor time to say the next thing, on a machine that has others
/// to serve. One that is stopped or waits for a disk that is gone uses no processor time at all.
const PATIENCE: u32 = 10;

/// A file that is being read by a child process. Dropping it ends the child.
#[derive(Debug)]
pub struct Reading {
    child: Child,
    from: ChildStdout,
    frame: Vec<u8>,
    patience: Duration,
    stage: Stage,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Stage {
    Greeting,
    Frames,
    Ended,
    Failed(SheetError),
}

/// For an allocator that would reserve at its start more address space than a child may have.
const ALLOCATOR: [(&str, &str); 1] = [("MIMALLOC_ARENA_RESERVE", "0")];

impl Reading {
    /// Starts a child that reads the file from its beginning. The file is judged by the child, so
    /// an error of the file comes from [`Reading::next`].
    ///
    /// A clone of the file shares its position with the child: do not read from one meanwhile.
    #[expect(clippy::unused_async, reason = "starting a process belongs on a runtime")]
    pub async fn start(file: File, limits: Limits) -> Result<Self, SheetError> {
        let about = file.metadata().map_err(|error| SheetError::unreadable(&error))?;
        if !about.is_file() {
            let reason = "it is not a regular file".to_owned();
            return Err(SheetError::Unreadable { reason });
        }
        let no_reader = |reason: String| SheetError::NoReader { reason };
        let mut child = Command::new(program(&limits).map_err(no_reader)?)
            .arg0(env!("CARGO_PKG_NAME"))
            .arg(READ_SHEET)
            .arg(limits.to_argument())
            .env_clear()
            .envs(ALLOCATOR)
            .stdin(Stdio::from(file))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| no_reader(error.kind().to_string()))?;
        let from = child.stdout.take().expect("a piped output is there to be taken once");
        let seconds = limits.cpu_seconds.max(1);
        let patience = Duration::from_secs(seconds).saturating_mul(PATIENCE);
        Ok(Self { child, from, frame: Vec::new(), patience, stage: Stage::Greeting })
    }

    /// The next thing the file holds; `None` when it has been read to its end. After an error the
    /// same error comes again.
    ///
    /// A call that is dropped before it is done leaves a frame half read: do not go on after that.
    pub async fn next(&mut self) -> Result<Option<Event>, SheetError> {
        match &self.stage {
            Stage::Ended => return Ok(None),
            Stage::Failed(error) => return Err(error.clone()),
            Stage::Greeting | Stage::Frames => {}
        }
        let next = match timeout(self.patience, self.next_frame()).await {
            Ok(next) => next,
            Err(_) => Err(SheetError::TooSlow),
        };
        match &next {
            Ok(Some(_)) => {}
            Ok(None) => self.stage = Stage::Ended,
            Err(error) => {
                self.stage = Stage::Failed(error.clone());
                // It may have ended already, which is all that is wanted.
                self.child.start_kill().ok();
            }
        }
        next
    }

    /// The child's process id, while it runs.
    pub fn process(&self) -> Option<u32> {
        self.child.id()
    }

    async fn next_frame(&mut self) -> Result<Option<Event>, SheetError> {
        if self.stage == Stage::Greeting {
            let mut greeting = [0; GREETING.len()];
            if self.from.read_exact(&mut greeting).await.is_err() {
                return Err(self.ended_early().await);
            }
            if greeting != GREETING {
                let reason = "the program does not answer read-sheet".to_owned();
                return Err(SheetError::NoReader { reason });
            }
            self.stage = Stage::Frames;
        }
        let mut length = [0; 4];
        if self.from.read_exact(&mut length).await.is_err() {
            return Err(self.ended_early().await);
        }
        let length = u32::from_le_bytes(length);
        if length > LONGEST_FRAME {
            return Err(SheetError::broken());
        }
        self.frame.resize(usize::try_from(length).map_err(|_| SheetError::broken())?, 0);
        if self.from.read_exact(&mut self.frame).await.is_err() {
            return Err(self.ended_early().await);
        }
        match decode(&self.frame) {
            None => Err(SheetError::broken()),
            Some(Said::Event(event)) => Ok(Some(event)),
            Some(Said::Fault(error)) => Err(error),
            Some(Said::End) => match self.child.wait().await {
                Ok(status) if status.success() => Ok(None),
                Ok(status) => Err(cause(status)),
                Err(error) => Err(SheetError::NoReader { reason: error.kind().to_string() }),
            },
        }
    }

    /// The pipe closed before the child was done.
    async fn ended_early(&mut self) -> SheetError {
        match self.child.wait().await {
            Ok(status) => cause(status),
            Err(error) => SheetError::NoReader { reason: error.kind().to_string() },
        }
    }
}

/// Why a child ended that was not done.
fn cause(status: ExitStatus) -> SheetError {
    let is = |signal: Signal| status.signal() == Some(signal.as_raw());
    if is(Signal::ABORT) {
        // An allocation beyond the limit.
        SheetError::OutOfMemory
    } else if is(Signal::XCPU) {
        SheetError::TooSlow
    } else if is(Signal::KILL) || is(Signal::TERM) || is(Signal::INT) || is(Signal::HUP) {
        SheetError::Stopped
    } else {
        SheetError::broken()
    }
}

/// This same program, also where the file it was started from has been replaced since.
fn program(limits: &Limits) -> Result<OsString, String> {
    if let Some(program) = &limits.program {
        return Ok(program.clone().into_os_string());
    }
    if cfg!(target_os = "linux") {
        return Ok("/proc/self/exe".into());
    }
    std::env::current_exe().map(Into::into).map_err(|error| error.kind().to_string())
}
