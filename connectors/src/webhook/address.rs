//! Where a message may go. A name is looked up here and nowhere else, what it stands for is
//! checked, and the connection goes to just that.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::SettingsError;

/// Why nothing is sent to an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Forbidden {
    /// This machine, or a private network.
    #[error(
        "leads to this machine or into a private network; if that is meant, set private = true"
    )]
    Private,
    /// No receiver can be there: what a cloud tells its machines, a whole network at once, nothing.
    #[error("leads where no receiver can be; give the address of a server")]
    Nowhere,
}

/// Which part of the world an address belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Range {
    Public,
    Private,
    Nowhere,
}

impl Range {
    fn allowed(self, private: bool) -> Result<(), Forbidden> {
        match self {
            Self::Public => Ok(()),
            Self::Private if private => Ok(()),
            Self::Private => Err(Forbidden::Private),
            Self::Nowhere => Err(Forbidden::Nowhere),
        }
    }
}

/// By the registries of special addresses of RFC 6890.
pub(super) fn range(address: IpAddr) -> Range {
    match address {
        IpAddr::V4(address) => range_4(address),
        IpAddr::V6(address) => range_6(address),
    }
}

fn range_4(address: Ipv4Addr) -> Range {
    match address.octets() {
        [127 | 10, ..] | [192, 168, ..] => Range::Private,
        [172, second, ..] if (16..32).contains(&second) => Range::Private,
        [100, second, ..] if (64..128).contains(&second) => Range::Private,
        [0 | 224..=255, ..]
        | [169, 254, ..]
        | [192, 0, 0 | 2, _]
        | [198, 18 | 19, ..]
        | [198, 51, 100, _]
        | [203, 0, 113, _] => Range::Nowhere,
        _ => Range::Public,
    }
}

fn range_6(address: Ipv6Addr) -> Range {
    if let Some(inner) = address.to_ipv4_mapped() {
        return range_4(inner);
    }
    if address == Ipv6Addr::LOCALHOST {
        return Range::Private;
    }
    match address.segments() {
        [0xfc00..=0xfdff, ..] => Range::Private,
        // An IPv4 address behind a translator.
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            let [a, b] = high.to_be_bytes();
            let [c, d] = low.to_be_bytes();
            range_4(Ipv4Addr::new(a, b, c, d))
        }
        // Documentation and tunnels, which hide where they lead.
        [0x2001, 0 | 0xdb8, ..] | [0x2002, ..] => Range::Nowhere,
        [0x2000..=0x3fff, ..] => Range::Public,
        _ => Range::Nowhere,
    }
}

/// The address as it is sent to, if it may be.
pub(super) fn checked(text: &str, private: bool) -> Result<Url, SettingsError> {
    let url = Url::parse(text.trim()).map_err(|_| SettingsError::NotAnAddress)?;
    let nobody = url.username().is_empty() && url.password().is_none();
    let Some(host) = url.host_str().filter(|_| nobody && url.fragment().is_none()) else {
        return Err(SettingsError::NotAnAddress);
    };
    let here = matches!(host, "localhost" | "127.0.0.1" | "[::1]");
    match url.scheme() {
        "https" => {}
        "http" if here => {}
        "http" => return Err(SettingsError::NotEncrypted),
        _ => return Err(SettingsError::NotAnAddress),
    }
    // A number needs no looking up, so the resolver never sees it.
    let number = host.trim_matches(['[', ']']).parse::<IpAddr>().ok();
    if let Some(number) = number {
        range(number).allowed(private).map_err(SettingsError::Forbidden)?;
    }
    Ok(url)
}

/// Looks names up, and refuses a name if any of what it stands for is forbidden.
#[derive(Debug)]
pub(super) struct Checked {
    pub(super) private: bool,
}

impl Resolve for Checked {
    fn resolve(&self, name: Name) -> Resolving {
        let private = self.private;
        Box::pin(async move {
            let found: Vec<SocketAddr> =
                tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            for address in &found {
                range(address.ip()).allowed(private)?;
            }
            let found: Addrs = Box::new(found.into_iter());
            Ok(found)
        })
    }
}
