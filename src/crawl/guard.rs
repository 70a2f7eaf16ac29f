//! Says which addresses may be connected to, at the moment of connecting.
//!
//! A name is checked by what it resolves to, not by how it looks: a link in a page, a redirect or a
//! DNS answer must not lead the crawler into the network that it runs in. Literal addresses never
//! meet the resolver, so [`Guard::admit`] checks them before each hop.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

use crate::config::Crawl;

/// The addresses that the configuration gives or allows; all others must be public.
#[derive(Debug, Clone, Default)]
pub struct Guard {
    fixed: BTreeMap<String, SocketAddr>,
    private: BTreeSet<String>,
}

/// A host that is not connected to, since its address is not public.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{host}` is at `{address}`, which is not a public address")]
pub struct Refused {
    /// The host as the URL names it.
    pub host: String,
    /// Its address.
    pub address: IpAddr,
}

impl Guard {
    /// The guard of a configuration.
    pub fn new(config: &Crawl) -> Self {
        let lower = |name: &String| name.to_ascii_lowercase();
        Self {
            fixed: config
                .resolve
                .iter()
                .map(|(name, address)| (lower(name), *address))
                .collect(),
            private: config.private_hosts.iter().map(lower).collect(),
        }
    }

    /// Lets one more host be anywhere.
    #[must_use]
    pub fn with_private(mut self, host: &str) -> Self {
        self.private.insert(host.to_ascii_lowercase());
        self
    }

    /// Whether the configuration names a host, so that it may be anywhere.
    pub fn names(&self, host: &str) -> bool {
        self.fixed.contains_key(host) || self.private.contains(host)
    }

    /// Checks a literal address in a URL; names pass, for the resolver checks them.
    pub fn admit(&self, url: &Url) -> Result<(), Refused> {
        let address = match url.host() {
            Some(Host::Ipv4(address)) => IpAddr::V4(address),
            Some(Host::Ipv6(address)) => IpAddr::V6(address),
            _ => return Ok(()),
        };
        let host = url.host_str().unwrap_or_default();
        if is_public(address) || self.names(host) {
            return Ok(());
        }
        Err(Refused {
            host: host.to_owned(),
            address,
        })
    }

    /// Keeps the public addresses among those of a host.
    fn filter(&self, host: &str, found: Vec<SocketAddr>) -> Result<Vec<SocketAddr>, Refused> {
        if self.private.contains(host) {
            return Ok(found);
        }
        let (public, other): (Vec<_>, Vec<_>) =
            found.into_iter().partition(|found| is_public(found.ip()));
        match other.first() {
            Some(refused) if public.is_empty() => Err(Refused {
                host: host.to_owned(),
                address: refused.ip(),
            }),
            _ => Ok(public),
        }
    }
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = self.clone();
        Box::pin(async move {
            let host = name.as_str().to_ascii_lowercase();
            let found = if let Some(address) = guard.fixed.get(&host) {
                vec![*address]
            } else {
                let found = tokio::net::lookup_host((host.as_str(), 0)).await?;
                guard.filter(&host, found.collect())?
            };
            let addresses: Addrs = Box::new(found.into_iter());
            Ok(addresses)
        })
    }
}

/// Whether an address is reached over the public internet alone.
///
/// Ranges of the IANA special-purpose registries; an IPv6 address that carries an IPv4 address
/// (mapped, NAT64, 6to4) is judged by that one.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = match a {
        0 | 10 | 127 | 224.. => true,
        100 => (64..128).contains(&b),
        169 => b == 254,
        172 => (16..32).contains(&b),
        192 => b == 168 || (b == 0 && matches!(c, 0 | 2)) || (b == 88 && c == 99),
        198 => matches!(b, 18 | 19) || (b == 51 && c == 100),
        203 => b == 0 && c == 113,
        _ => false,
    };
    !special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let embedded = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        is_public_v4(Ipv4Addr::new(a, b, c, d))
    };
    match address.segments() {
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            embedded(high, low)
        }
        [0x2002, high, low, ..] => embedded(high, low),
        // Teredo, benchmarking, identifiers of hosts, documentation.
        [0x2001, 0..=0x1ff | 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] => false,
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_addresses_are_public() {
        for address in [
            "127.0.0.1",
            "0.0.0.0",
            "10.1.2.3",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "198.18.0.1",
            "192.0.2.1",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "fc00::1",
            "fd00::1",
            "fe80::1",
            "ff02::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::a00:1",
            "2002:7f00:1::",
            "2001::1",
            "2001:db8::1",
            "::127.0.0.1",
            "fec0::1",
        ] {
            assert!(!is_public(address.parse().unwrap()), "{address}");
        }
        for address in [
            "8.8.8.8",
            "172.32.0.1",
            "100.128.0.1",
            "193.194.64.1",
            "2a00:1450::1",
            "::ffff:8.8.8.8",
            "64:ff9b::808:808",
        ] {
            assert!(is_public(address.parse().unwrap()), "{address}");
        }
    }

    #[test]
    fn a_literal_address_is_refused_in_every_spelling() {
        let guard = Guard::default();
        for address in [
            "http://127.0.0.1/",
            "http://0x7f.1/",
            "http://2130706433/",
            "http://[::1]/",
            "http://[::ffff:7f00:1]/",
            "http://169.254.169.254/latest",
        ] {
            assert!(
                guard.admit(&Url::parse(address).unwrap()).is_err(),
                "{address}"
            );
        }
        assert!(guard.admit(&Url::parse("http://8.8.8.8/").unwrap()).is_ok());
        let config = Crawl {
            private_hosts: vec!["127.0.0.1".to_owned()],
            ..Crawl::default()
        };
        assert!(
            Guard::new(&config)
                .admit(&Url::parse("http://127.0.0.1:81/").unwrap())
                .is_ok()
        );
    }

    #[test]
    fn a_name_is_judged_by_what_it_resolves_to() {
        let addresses = |list: &[&str]| {
            list.iter()
                .map(|address| SocketAddr::new(address.parse().unwrap(), 0))
                .collect::<Vec<_>>()
        };
        let guard = Guard::default();
        assert_eq!(
            guard
                .filter("a.dz", addresses(&["8.8.8.8", "10.0.0.1"]))
                .unwrap(),
            addresses(&["8.8.8.8"])
        );
        assert_eq!(
            guard
                .filter("a.dz", addresses(&["10.0.0.1"]))
                .unwrap_err()
                .host,
            "a.dz"
        );
        let config = Crawl {
            private_hosts: vec!["A.dz".to_owned()],
            ..Crawl::default()
        };
        assert!(
            Guard::new(&config)
                .filter("a.dz", addresses(&["10.0.0.1"]))
                .is_ok()
        );
    }
}
