//! What systemd is told, over the socket that it names: ready, stopping, alive, and how it stands.

use std::os::linux::net::SocketAddrExt as _;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::time::Duration;

use tokio::time::Instant;

use crate::settings;

/// The line to systemd; without one, nothing is said.
#[derive(Debug, Default)]
pub struct Notify {
    line: Option<(UnixDatagram, SocketAddr)>,
    /// How often it wants to hear that we live: half of what it waits for.
    every: Option<Duration>,
    last: Option<Instant>,
    status: String,
}

impl Notify {
    /// The line that the environment names.
    pub fn of_environment() -> Self {
        let every = settings::watchdog().map(|wait| wait / 2);
        settings::notify_socket().map_or_else(Self::default, |name| Self::to(&name, every))
    }

    /// A line to a socket: a path, or an abstract name after `@`.
    pub fn to(name: &str, every: Option<Duration>) -> Self {
        let address = match name.strip_prefix('@') {
            Some(name) => SocketAddr::from_abstract_name(name),
            None => SocketAddr::from_pathname(name),
        };
        let socket = UnixDatagram::unbound().and_then(|socket| {
            socket.set_nonblocking(true)?;
            Ok(socket)
        });
        match (socket, address) {
            (Ok(socket), Ok(address)) => {
                Self { line: Some((socket, address)), every, ..Self::default() }
            }
            (Err(fault), _) | (_, Err(fault)) => {
                tracing::warn!("systemd cannot be told anything: {fault}");
                Self::default()
            }
        }
    }

    /// The service is up.
    pub fn ready(&self) {
        self.tell("READY=1");
    }

    /// It is stopping.
    pub fn stopping(&self) {
        self.tell("STOPPING=1");
    }

    /// It is alive; said as often as is asked for, however often this is called.
    pub fn alive(&mut self) {
        let Some(every) = self.every else { return };
        let now = Instant::now();
        if self.last.is_none_or(|last| now.duration_since(last) >= every) {
            self.last = Some(now);
            self.tell("WATCHDOG=1");
        }
    }

    /// How it stands, in one line; said when it has changed.
    pub fn status(&mut self, text: &str) {
        let line = text.replace('\n', " ");
        if line != self.status {
            self.tell(&format!("STATUS={line}"));
            self.status = line;
        }
    }

    fn tell(&self, text: &str) {
        let Some((socket, address)) = &self.line else { return };
        // It may be busy: what it misses now is said again, or did not matter.
        if let Err(fault) = socket.send_to_addr(text.as_bytes(), address) {
            tracing::debug!("systemd could not be told: {fault}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(socket: &UnixDatagram) -> Vec<String> {
        let mut all = Vec::new();
        let mut buffer = [0; 200];
        socket.set_nonblocking(true).unwrap();
        while let Ok(n) = socket.recv(&mut buffer) {
            all.push(String::from_utf8(buffer[..n].to_vec()).unwrap());
        }
        all
    }

    #[test]
    fn it_speaks_to_a_path_and_to_an_abstract_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notify");
        let path = path.to_str().unwrap();
        let hidden = format!("clerkwork-test-{}", std::process::id());
        let address = SocketAddr::from_abstract_name(&hidden).unwrap();
        for (name, socket) in [
            (path.to_owned(), UnixDatagram::bind(path).unwrap()),
            (format!("@{hidden}"), UnixDatagram::bind_addr(&address).unwrap()),
        ] {
            let mut notify = Notify::to(&name, Some(Duration::from_hours(1)));
            notify.ready();
            notify.alive();
            notify.alive();
            notify.status("serving\n4 schedules");
            notify.status("serving 4 schedules");
            notify.stopping();
            let expected = ["READY=1", "WATCHDOG=1", "STATUS=serving 4 schedules", "STOPPING=1"];
            assert_eq!(said(&socket), expected, "{name}");
        }
    }

    #[test]
    fn without_a_watchdog_it_need_not_say_that_it_lives() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notify");
        let socket = UnixDatagram::bind(&path).unwrap();
        let mut notify = Notify::to(path.to_str().unwrap(), None);
        notify.alive();
        assert!(said(&socket).is_empty());
        // Nobody listens: that is no reason to end.
        drop(socket);
        notify.ready();
    }
}
