//! Turns `[[alert]]` into a saved query with a place to send its new hits to.
//!
//! What the query means is for the index to say; here its address and secret are judged. Neither is ever
//! written out: an address may be as good as a password, so only its origin is shown.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use toml::Spanned;
use url::{Host, Url};

use super::position;
use crate::error::{Error, Result};

/// The longest id in bytes: it names a file.
const LONGEST_ID: usize = 64;

/// The key of [`Alert::places`] under which the alert itself stands.
const WHOLE: &str = "";

/// A saved query whose new hits are told after each batch.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Alert {
    /// Key: lower-case Latin letters, digits and hyphens.
    pub id: String,
    /// What the feed is called; none: as the id.
    pub title: Option<String>,
    /// The query in the language of `sihafa search`; empty: everything that the filters let through.
    pub query: String,
    /// Dossiers instead of articles.
    pub dossiers: bool,
    /// All that concerns an institution or place, by id or name.
    pub partner: Option<String>,
    /// Languages: `fr`, `ar`.
    pub lang: Vec<String>,
    /// Ids of sources.
    pub source: Vec<String>,
    /// Countries: `dz`, `ma`, `tn`.
    pub country: Vec<String>,
    /// Wilayas, regions or governorates, by id or name.
    pub region: Vec<String>,
    /// Published, or for dossiers signed, then or later.
    pub since: Option<String>,
    /// Published, or for dossiers signed, then or earlier.
    pub until: Option<String>,
    /// Kinds of agreement.
    pub kind: Vec<String>,
    /// Statuses of an agreement or act.
    pub status: Vec<String>,
    /// Classes of acts.
    pub procedure: Vec<String>,
    /// Types of partner.
    pub partner_type: Vec<String>,
    /// Where new hits are sent as JSON.
    #[serde(skip_serializing)]
    pub webhook: Option<Webhook>,
    /// The environment variable that holds the secret of the webhook.
    pub secret_env: Option<String>,
    /// How the secret is used.
    pub secret_as: SecretAs,
    /// `file:line:column` of each key that is written, and under [`WHOLE`] of the alert; filled when a file
    /// is read.
    #[serde(skip)]
    pub places: BTreeMap<String, String>,
}

/// How a secret vouches for what is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SecretAs {
    /// It signs the body, and is not sent: `Sihafa-Signature: sha256=…`, HMAC-SHA256 in hexadecimal.
    #[default]
    Signature,
    /// It is sent: `Authorization: Bearer …`.
    Bearer,
}

/// The address of a webhook; shown without path and query, in which services put their keys.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Webhook(String);

impl Webhook {
    /// The address to ask, where it is one.
    pub fn url(&self) -> Option<Url> {
        Url::parse(&self.0).ok()
    }

    /// Whether the address is of this machine itself.
    pub fn is_loopback(&self) -> bool {
        self.url().is_some_and(|url| is_loopback(&url))
    }
}

impl fmt::Display for Webhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.url() {
            Some(url) => f.write_str(&url.origin().ascii_serialization()),
            None => f.write_str("no address"),
        }
    }
}

impl fmt::Debug for Webhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Webhook({self})")
    }
}

impl Alert {
    /// The filters that take several values, by the name of their field; those of one are alternatives.
    pub fn filters(&self) -> [(&'static str, &[String]); 8] {
        [
            ("lang", &self.lang),
            ("source", &self.source),
            ("country", &self.country),
            ("region", &self.region),
            ("kind", &self.kind),
            ("status", &self.status),
            ("procedure", &self.procedure),
            ("partner_type", &self.partner_type),
        ]
    }

    /// A fault of one key, at its place in the file where that is known.
    pub fn fault(&self, key: &str, message: impl fmt::Display) -> Error {
        let place = self.places.get(key).or_else(|| self.places.get(WHOLE));
        let at = place.map_or("configuration", String::as_str);
        Error::input(at, format!("alert `{}`: `{key}` {message}", self.id))
    }

    pub(super) fn check(&self) -> Result<()> {
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        if self.id.is_empty() || self.id.len() > LONGEST_ID || !self.id.bytes().all(plain) {
            let message = format!(
                "must be lower-case letters, digits and hyphens, {LONGEST_ID} of them at most"
            );
            return Err(self.fault("id", message));
        }
        if let Some(lang) = self.lang.iter().find(|lang| *lang != "fr" && *lang != "ar") {
            return Err(self.fault("lang", format!("names `{lang}`; it is one of `fr`, `ar`")));
        }
        self.check_webhook()
    }

    /// No message of these quotes what it speaks of.
    fn check_webhook(&self) -> Result<()> {
        if let Some(variable) = &self.secret_env {
            if !is_variable(variable) {
                let fault = self.fault("secret_env", "is no name of an environment variable");
                return Err(
                    fault.hint("write the secret into a variable, and the variable's name here")
                );
            }
            if self.webhook.is_none() {
                return Err(self.fault("secret_env", "has no `webhook` to go with"));
            }
        }
        let Some(webhook) = &self.webhook else {
            return Ok(());
        };
        let Some(url) = webhook.url().filter(Url::has_host) else {
            return Err(self.fault("webhook", "is no URL"));
        };
        if !url.username().is_empty() || url.password().is_some() {
            let fault = self.fault("webhook", "holds a user or password");
            return Err(fault.hint("name a variable in `secret_env` instead"));
        }
        match url.scheme() {
            "https" => Ok(()),
            "http" if is_loopback(&url) => Ok(()),
            _ => Err(self.fault("webhook", "is no https URL; http serves on loopback only")),
        }
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

fn is_variable(name: &str) -> bool {
    let mut bytes = name.bytes();
    let first = bytes.next();
    first.is_some_and(|b| b.is_ascii_alphabetic() || b == b'_')
        && bytes.all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// Where each alert and each of its keys stands in a text that was read; `name` is that of the file.
pub(super) fn places(text: &str, name: &str) -> Vec<BTreeMap<String, String>> {
    #[derive(Deserialize, Default)]
    struct Placed {
        #[serde(default)]
        alert: Vec<Spanned<BTreeMap<String, Spanned<toml::Value>>>>,
    }
    let placed: Placed = toml::from_str(text).unwrap_or_default();
    let at = |byte| position(text, byte, name);
    let places = |alert: Spanned<BTreeMap<String, Spanned<toml::Value>>>| {
        let whole = (WHOLE.to_owned(), at(alert.span().start));
        let keys = alert.into_inner().into_iter();
        keys.map(|(key, value)| (key, at(value.span().start)))
            .chain([whole])
            .collect()
    };
    placed.alert.into_iter().map(places).collect()
}

#[cfg(test)]
mod tests {
    use crate::config::Config;

    /// What is said of an `[[alert]]` with these lines.
    #[track_caller]
    fn said(lines: &str) -> String {
        let text = format!("[[alert]]\n{lines}\n");
        let error = Config::parse(&text, "sihafa.toml").unwrap_err();
        error.to_string()
    }

    #[test]
    fn what_is_wrong_is_told_at_its_key() {
        for (lines, place, message) in [
            ("id = \"Oran\"", "2:6", "alert `Oran`: `id` must be"),
            ("id = \"\"", "2:6", "`id` must be"),
            ("id = \"../x\"", "2:6", "`id` must be"),
            ("id = \"a\"\nlang = [\"fr\", \"en\"]", "3:8", "`en`"),
            ("id = \"a\"\nquary = \"x\"", "3:1", "unknown field `quary`"),
            (
                "id = \"a\"\nsecret_env = \"X\"",
                "3:14",
                "no `webhook` to go with",
            ),
            (
                "id = \"a\"\n[[alert]]\nid = \"a\"",
                "4:6",
                "configured twice",
            ),
            ("query = \"x\"", "sihafa.toml:1:1: ", "`id` must be"),
        ] {
            let said = said(lines);
            assert!(said.starts_with("sihafa.toml"), "{said}");
            assert!(said.contains(place) && said.contains(message), "{said}");
        }
    }

    #[test]
    fn addresses_are_judged_and_never_shown() {
        for address in [
            "http://hooks.example/hush",
            "ftp://hooks.example/hush",
            "https://me:hush@hooks.example/",
            "https://hush@hooks.example/",
            "http://127.0.0.1.example/hush",
            "http://10.0.0.1/hush",
            "hush",
            "data:hush",
        ] {
            let said = said(&format!("id = \"a\"\nwebhook = \"{address}\""));
            assert!(
                said.starts_with("sihafa.toml:3:11: alert `a`: `webhook`"),
                "{said}"
            );
            assert!(!said.contains("hush"), "{said}");
        }
        let said = said("id = \"a\"\nwebhook = \"https://x.example/\"\nsecret_env = \"hush-hush\"");
        assert!(said.contains(":4:14: ") && !said.contains("hush"), "{said}");
        for address in [
            "https://hooks.example/hush?key=hush",
            "http://127.0.0.1:8080/hush",
            "http://[::1]/hush",
            "http://localhost:1/hush",
        ] {
            let text = format!("[[alert]]\nid = \"a\"\nwebhook = \"{address}\"\n");
            let config = Config::parse(&text, "sihafa.toml").unwrap();
            assert!(!format!("{config:?}").contains("hush"), "{config:?}");
        }
    }
}
