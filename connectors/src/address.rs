//! Addresses of servers, as settings give them.

use reqwest::Url;

/// Why something is no address that we speak to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wrong {
    /// None, or one with more in it than belongs there.
    NotAnAddress,
    /// Secrets would travel in the open.
    NotEncrypted,
}

/// An address without path, query or name and password.
pub(crate) fn bare(text: &str) -> Result<Url, Wrong> {
    let Ok(url) = Url::parse(text.trim()) else { return Err(Wrong::NotAnAddress) };
    let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    let nobody = url.username().is_empty() && url.password().is_none();
    let spoken = matches!(url.scheme(), "http" | "https");
    if bare && nobody && spoken && url.host_str().is_some() {
        return Ok(url);
    }
    Err(Wrong::NotAnAddress)
}

/// Such an address that secrets may be sent to.
pub(crate) fn server(text: &str) -> Result<Url, Wrong> {
    let url = bare(text)?;
    if url.scheme() == "https" || url.host_str().is_some_and(is_here) {
        return Ok(url);
    }
    Err(Wrong::NotEncrypted)
}

/// A stand-in or a relay on this very machine is the one thing that may be spoken to in the open.
pub(crate) fn is_here(host: &str) -> bool {
    matches!(host, "localhost" | "127.0.0.1" | "::1" | "[::1]")
}
