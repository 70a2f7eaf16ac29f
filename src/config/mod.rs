//! Turns `sihafa.toml`, or the built-in defaults, into a configuration with units and limits.
//!
//! Every value has a default; a key that does not exist is an error that names file, line and
//! column, so that a misspelt option never passes in silence.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use jiff::SignedDuration;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::error::{Error, Result};

pub mod alert;
pub mod source;

use alert::Alert;
use source::Source;

/// The file that is read when none is named.
pub const FILE: &str = "sihafa.toml";

/// Everything that a run can be told.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// How to crawl.
    pub crawl: Crawl,
    /// What to read as health news.
    pub extract: Extract,
    /// When batches run.
    pub run: Run,
    /// What is read.
    #[serde(rename = "source")]
    pub sources: Vec<Source>,
    /// Saved queries whose new hits are told.
    #[serde(rename = "alert")]
    pub alerts: Vec<Alert>,
}

/// How politely, how much and from where.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Crawl {
    /// URL or mail address that the user agent carries; a live crawl does not start without one.
    pub contact: Option<String>,
    /// The product token that robots.txt groups are matched against.
    pub agent: String,
    /// Least time between two requests to one host.
    pub delay: SignedDuration,
    /// Time to connect, to the first byte, and between two chunks of a body.
    pub timeout: SignedDuration,
    /// Longest time for one whole fetch; a server that drips frees its slot then.
    pub deadline: SignedDuration,
    /// Largest decoded body in bytes; what is longer is cut off and recorded as too large.
    pub body_limit: u64,
    /// Most redirects followed for one link.
    pub redirects: usize,
    /// Hosts fetched at the same time; each has one connection.
    pub hosts_at_once: usize,
    /// Most articles fetched from one source in a run.
    pub articles_per_run: usize,
    /// Share of the links that speak of another subject which is fetched all the same, 0 to 1; at 1
    /// only the order is left: what speaks of health goes first.
    pub sample: f64,
    /// Addresses that stand in for DNS, by host name: tests and the demo. Such a host may be private.
    pub resolve: BTreeMap<String, SocketAddr>,
    /// Host names that may resolve to private or loopback addresses.
    pub private_hosts: Vec<String>,
}

impl Default for Crawl {
    fn default() -> Self {
        Self {
            contact: None,
            agent: "sihafa".to_owned(),
            delay: SignedDuration::from_secs(5),
            timeout: SignedDuration::from_secs(20),
            deadline: SignedDuration::from_secs(120),
            body_limit: 16 * 1024 * 1024,
            redirects: 5,
            hosts_at_once: 32,
            articles_per_run: 500,
            sample: 0.1,
            resolve: BTreeMap::new(),
            private_hosts: Vec::new(),
        }
    }
}

impl Crawl {
    /// The `User-Agent` header: product, version and contact.
    pub fn user_agent(&self) -> String {
        let version = env!("CARGO_PKG_VERSION");
        match &self.contact {
            Some(contact) => format!("{}/{version} (+{contact})", self.agent),
            None => format!("{}/{version}", self.agent),
        }
    }
}

/// When batches run.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Run {
    /// The time zone of schedules, as `Africa/Algiers`; none: that of the system.
    pub time_zone: Option<String>,
}

impl Run {
    /// The time zone of schedules; `name` is the configuration's, for messages.
    ///
    /// # Errors
    /// There is no such zone.
    pub fn zone(&self, name: &str) -> Result<TimeZone> {
        let Some(zone) = &self.time_zone else {
            return Ok(TimeZone::system());
        };
        TimeZone::get(zone).map_err(|_| {
            Error::input(
                name,
                format!("`run.time_zone` is `{zone}`: there is none of that name"),
            )
            .hint("the IANA database names them, as `Africa/Algiers`")
        })
    }
}

/// What counts as health news, and by which patterns facts are found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Extract {
    /// Articles below this `health` are kept in the archive and counted, neither indexed nor linked.
    pub health: f64,
    /// A folder that replaces the built-in patterns.
    pub patterns: Option<PathBuf>,
}

impl Default for Extract {
    fn default() -> Self {
        Self {
            health: 0.5,
            patterns: None,
        }
    }
}

impl Config {
    /// Reads a configuration file.
    ///
    /// # Errors
    /// The file cannot be read, is no TOML, or holds a key or value that does not exist; the error
    /// names file, line and column.
    pub fn load(path: &Path) -> Result<Self> {
        let text =
            std::fs::read_to_string(path).map_err(|source| Error::io("read", path, source))?;
        Self::parse(&text, &path.display().to_string())
    }

    /// Reads a configuration from `text`; `name` stands in messages.
    pub fn parse(text: &str, name: &str) -> Result<Self> {
        let mut config: Self = toml::from_str(text).map_err(|error| {
            let at = error
                .span()
                .map_or_else(|| name.to_owned(), |span| position(text, span.start, name));
            Error::input(at, error.message().replace('\n', " "))
                .hint("`sihafa init` writes a commented file with every key")
        })?;
        for (alert, places) in config.alerts.iter_mut().zip(alert::places(text, name)) {
            alert.places = places;
        }
        config.check(name)?;
        Ok(config)
    }

    /// The named file, else `sihafa.toml` where it is, else the defaults with the built-in catalogue.
    pub fn find(path: Option<&Path>) -> Result<Self> {
        match path {
            Some(path) => Self::load(path),
            None if Path::new(FILE).exists() => Self::load(Path::new(FILE)),
            None => Ok(Self {
                sources: source::catalogue(),
                ..Self::default()
            }),
        }
    }

    fn check(&self, name: &str) -> Result<()> {
        let mut seen = std::collections::BTreeSet::new();
        for source in &self.sources {
            if !seen.insert(&source.id) {
                return Err(Error::input(
                    name,
                    format!("source `{}` is configured twice", source.id),
                ));
            }
            source.check(name)?;
        }
        let mut seen = std::collections::BTreeSet::new();
        for alert in &self.alerts {
            alert.check()?;
            if !seen.insert(&alert.id) {
                return Err(alert.fault("id", "is configured twice"));
            }
        }
        if let Some(contact) = self.crawl.contact.as_deref().map(str::trim)
            && !contact.is_empty()
            && !reaches_somebody(contact)
        {
            let message = format!("`crawl.contact` is `{contact}`: nobody is reached there");
            return Err(Error::input(name, message)
                .hint("a URL such as `https://example.org/crawler`, or `mailto:you@example.org`"));
        }
        self.run.zone(name)?;
        for (key, share) in [
            ("extract.health", self.extract.health),
            ("crawl.sample", self.crawl.sample),
        ] {
            if !(0.0..=1.0).contains(&share) {
                let message = format!("`{key}` is `{share}`, not between 0 and 1");
                return Err(Error::input(name, message));
            }
        }
        Ok(())
    }
}

/// Whether a contact is a web address or a mail address.
fn reaches_somebody(contact: &str) -> bool {
    let mail = contact.strip_prefix("mailto:").unwrap_or(contact);
    let plain = !contact.contains(char::is_whitespace) && !contact.contains(char::is_control);
    let is_mail = mail
        .split_once('@')
        .is_some_and(|(who, host)| !who.is_empty() && host.contains('.') && !host.contains('/'));
    let is_page = Url::parse(contact)
        .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.host().is_some());
    plain && (is_mail || is_page)
}

/// `name:line:column` of a byte of `text`.
fn position(text: &str, byte: usize, name: &str) -> String {
    let before = text.get(..byte).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before
        .rsplit('\n')
        .next()
        .unwrap_or_default()
        .chars()
        .count()
        + 1;
    format!("{name}:{line}:{column}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_key_is_told_with_its_place() {
        let error = Config::parse("[crawl]\ndelai = \"5s\"\n", "sihafa.toml")
            .unwrap_err()
            .to_string();
        assert!(
            error.starts_with("sihafa.toml:2:1: unknown field `delai`"),
            "{error}"
        );
    }

    #[test]
    fn a_contact_that_reaches_nobody_and_a_zone_that_is_none_are_told() {
        for contact in [
            "somebody",
            "https://",
            "you@there",
            "a b@example.org",
            "ftp://example.org",
        ] {
            let error = Config::parse(
                &format!("[crawl]\ncontact = \"{contact}\"\n"),
                "sihafa.toml",
            );
            let error = error.unwrap_err().to_string();
            assert!(
                error.contains(&format!("`{contact}`")) && error.contains("hint: "),
                "{error}"
            );
        }
        for contact in [
            "you@example.org",
            "mailto:you@example.org",
            "https://example.org/us",
        ] {
            Config::parse(
                &format!("[crawl]\ncontact = \"{contact}\"\n"),
                "sihafa.toml",
            )
            .unwrap();
        }
        let error = Config::parse("[run]\ntime_zone = \"Africa/Algier\"\n", "sihafa.toml")
            .unwrap_err()
            .to_string();
        assert!(
            error.starts_with("sihafa.toml: ") && error.contains("`Africa/Algier`"),
            "{error}"
        );
    }

    #[test]
    fn durations_are_written_with_units() {
        let config = Config::parse("[crawl]\ndelay = \"1m 30s\"\n", "sihafa.toml").unwrap();
        assert_eq!(config.crawl.delay, SignedDuration::from_secs(90));
    }
}
