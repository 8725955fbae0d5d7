//! Passwords at the command line: typed without being shown, or read from standard input. Never an
//! argument, which others on the machine could read.

use std::io::{BufRead as _, IsTerminal as _, Read as _, Write as _};

use clap::Args;
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use zeroize::Zeroizing;

use crate::accounts::manage::Secret;
use crate::accounts::password;
use crate::error::{Error, Result};

/// Where the password comes from.
#[derive(Args)]
pub(super) struct From {
    /// Read the password from the first line of standard input.
    #[arg(long, conflicts_with = "one_time")]
    pub(super) password_stdin: bool,
    /// Make one, show it once; whoever gets it chooses their own when they first sign in.
    #[arg(long)]
    one_time: bool,
}

impl From {
    /// The password that was asked for.
    pub(super) fn secret(&self) -> Result<Secret> {
        if self.one_time {
            return password::one_time().map(Secret::OneTime);
        }
        if self.password_stdin {
            return first_line().map(Secret::Own);
        }
        if std::io::stdin().is_terminal() {
            return ask_twice().map(Secret::Own);
        }
        Err(Error::usage(
            "there is no terminal to ask for a password",
            "give it on standard input with --password-stdin, or let one be made with --one-time",
        ))
    }
}

/// What was made, if it was: it is shown once.
pub(super) fn shown(secret: &Secret) -> Option<&str> {
    match secret {
        Secret::OneTime(text) => Some(text.as_str()),
        Secret::Own(_) => None,
    }
}

/// The first line of standard input.
pub(super) fn first_line() -> Result<Zeroizing<String>> {
    let mut line = Zeroizing::new(String::new());
    let doing = Error::io("reading the password from standard input");
    let most = std::io::stdin().lock().take(4096).read_line(&mut line);
    most.map_err(doing)?;
    Ok(Zeroizing::new(line.trim_end_matches(['\n', '\r']).to_owned()))
}

/// Asks on the terminal, twice.
pub(super) fn ask_twice() -> Result<Zeroizing<String>> {
    let first = ask("Password (12 characters or more): ")?;
    let second = ask("The same again: ")?;
    if first != second {
        return Err(Error::usage("the two are not the same", "begin again; nothing was changed"));
    }
    Ok(first)
}

fn ask(prompt: &str) -> Result<Zeroizing<String>> {
    let mut out = std::io::stderr();
    let doing = || Error::io("asking for the password");
    write!(out, "{prompt}").and_then(|()| out.flush()).map_err(doing())?;
    let answer = {
        let _silence = Silence::begin()?;
        first_line()
    };
    writeln!(out).map_err(doing())?;
    answer
}

/// The terminal shows nothing of what is typed until this goes.
struct Silence(Termios);

impl Silence {
    fn begin() -> Result<Self> {
        let before = tcgetattr(std::io::stdin()).map_err(broken)?;
        let mut silent = before.clone();
        silent.local_modes.remove(LocalModes::ECHO);
        tcsetattr(std::io::stdin(), OptionalActions::Flush, &silent).map_err(broken)?;
        Ok(Self(before))
    }
}

impl Drop for Silence {
    fn drop(&mut self) {
        // If the terminal is gone there is nothing to put back.
        let _gone = tcsetattr(std::io::stdin(), OptionalActions::Flush, &self.0);
    }
}

fn broken(fault: rustix::io::Errno) -> Error {
    Error::io("asking for the password")(fault.into())
}
