//! Holds a capture: the bytes, headers and time of one fetch.

use std::net::IpAddr;

use jiff::Timestamp;

use super::warc;

/// One answered request. A redirect is a capture of its own, under the URL that redirected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capture {
    /// The URL that was asked for.
    pub url: String,
    /// When the answer began to arrive.
    pub fetched: Timestamp,
    /// HTTP status.
    pub status: u16,
    /// Headers of the answer as received, in order; those that speak of the transfer included.
    pub headers: Vec<(String, String)>,
    /// Headers of the request as sent; empty where they are not known.
    pub request_headers: Vec<(String, String)>,
    /// The body, unchunked and unpacked.
    pub body: Vec<u8>,
    /// The body was longer than what was kept of it.
    pub truncated: bool,
    /// The address that answered.
    pub address: Option<IpAddr>,
}

impl Capture {
    /// The first value of a response header, whatever the case of its name.
    pub fn header(&self, name: &str) -> Option<&str> {
        find(&self.headers, name)
    }

    /// SHA-1 of the body in base32: equal bodies have equal digests.
    pub fn digest(&self) -> String {
        warc::digest(&self.body)
    }
}

/// The first value under a header's name.
pub(super) fn find<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers
        .iter()
        .find(|(key, _)| key.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.as_str())
}
