//! What can go wrong in the runner, split by who acts next.

use std::fmt;

/// Shorthand for this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A failure, worded for the person who meets it. Never holds personal data.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The command or a setting is wrong: the person who typed it acts. Exit code 2.
    #[error("{0}")]
    Usage(Advice),
    /// A file, system or stored thing failed: an operator acts. Exit code 1.
    #[error("{0}")]
    Failed(Advice),
    /// The store did not answer as it should.
    #[error("the store failed: {0}")]
    Store(#[from] sqlx::Error),
    /// A file could not be read or written.
    #[error("{what}: {source}")]
    Io {
        /// What was being done, without personal data.
        what: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// Stored bytes are not what was written: somebody or something changed them.
    #[error("{0} cannot be opened: it was changed, or the key is not the one it was sealed with")]
    Sealed(String),
}

/// What is wrong, and what to do about it.
#[derive(Debug)]
pub struct Advice {
    /// One sentence, lower case, no full stop.
    pub what: String,
    /// What the reader can do now; empty where nothing can be said.
    pub advice: String,
}

impl fmt::Display for Advice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        if !self.advice.is_empty() {
            write!(f, "\n  {}", self.advice.replace('\n', "\n  "))?;
        }
        Ok(())
    }
}

impl Error {
    /// Used wrongly, or a setting is bad.
    pub fn usage(what: impl Into<String>, advice: impl Into<String>) -> Self {
        Self::Usage(Advice { what: what.into(), advice: advice.into() })
    }

    /// It failed.
    pub fn failed(what: impl Into<String>, advice: impl Into<String>) -> Self {
        Self::Failed(Advice { what: what.into(), advice: advice.into() })
    }

    /// A file operation failed while doing `what`.
    pub fn io(what: impl Into<String>) -> impl FnOnce(std::io::Error) -> Self {
        let what = what.into();
        move |source| Self::Io { what, source }
    }

    /// The exit code of design and README: 1 it failed, 2 used wrongly.
    pub const fn exit_code(&self) -> u8 {
        match self {
            Self::Usage(_) => 2,
            Self::Failed(_) | Self::Store(_) | Self::Io { .. } | Self::Sealed(_) => 1,
        }
    }
}
