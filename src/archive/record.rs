//! Holds one record of a WARC file, whoever wrote it, with its payload as it was meant.

use std::net::IpAddr;

use jiff::Timestamp;

use super::capture::{Capture, find};
use super::{LISTING, Location, METADATA, http, payload, warc};

/// What a record holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// What a server answered.
    Response,
    /// That a server answered as before: headers without a body.
    Revisit,
    /// What a server was asked.
    Request,
    /// A file, without the protocol that brought it.
    Resource,
    /// Another form of a file, such as its text.
    Conversion,
    /// Metadata, `warcinfo`, and whatever else.
    Other,
}

/// One record of a WARC file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WarcRecord {
    /// What it holds.
    pub kind: Kind,
    /// `WARC-Record-ID`, as written.
    pub id: Option<String>,
    /// `WARC-Concurrent-To`, as written: of a request, the id of its response.
    pub concurrent_to: Option<String>,
    /// The URL it is of.
    pub url: Option<String>,
    /// When it was made.
    pub date: Option<Timestamp>,
    /// HTTP status of a response or revisit.
    pub status: Option<u16>,
    /// HTTP headers; of a record without HTTP, its `Content-Type` and what [`METADATA`] says of it.
    pub headers: Vec<(String, String)>,
    /// The body, unchunked and unpacked.
    pub body: Vec<u8>,
    /// The body is not whole: cut by the limit, by the archive or by damage to its packing.
    pub truncated: bool,
    /// It was read for its links, as [`LISTING`] says.
    pub listing: bool,
    /// The address that answered.
    pub address: Option<IpAddr>,
    /// First byte and length in the file; none where the record cannot be read without those before it.
    pub extent: Option<(u64, u64)>,
}

impl WarcRecord {
    /// What the head of a record says of it.
    pub(super) fn of_head(fields: &[(String, String)]) -> Self {
        let field = |name| find(fields, name).map(str::to_owned);
        let headers = ["Content-Type", METADATA];
        let headers = headers
            .into_iter()
            .filter_map(|name| Some((name.to_owned(), field(name)?)));
        Self {
            kind: kind(find(fields, "WARC-Type").unwrap_or_default()),
            id: field("WARC-Record-ID"),
            concurrent_to: field("WARC-Concurrent-To"),
            url: find(fields, "WARC-Target-URI").map(|url| bare(url).to_owned()),
            date: find(fields, "WARC-Date").and_then(moment),
            status: None,
            headers: headers.collect(),
            body: Vec::new(),
            truncated: field("WARC-Truncated").is_some(),
            listing: field(LISTING).is_some(),
            address: find(fields, "WARC-IP-Address").and_then(|address| address.parse().ok()),
            extent: None,
        }
    }

    /// Takes in the block: an HTTP message in its parts, anything else as it is.
    pub(super) fn fill(&mut self, block: &[u8], body_limit: usize) {
        let spoken = matches!(self.kind, Kind::Response | Kind::Revisit | Kind::Request);
        if let Some(message) = http::parse(block).filter(|_| spoken) {
            let (body, early) = payload::decode(&message, body_limit);
            self.truncated |= early;
            (self.status, self.headers, self.body) = (message.status, message.headers, body);
        } else {
            self.truncated |= block.len() > body_limit;
            self.body = block[..block.len().min(body_limit)].to_vec();
        }
    }

    /// The record as a capture: a response, a revisit, a resource or its text that has a URL and a time.
    pub fn into_capture(self) -> Option<Capture> {
        let file = matches!(self.kind, Kind::Resource | Kind::Conversion);
        let plain = file.then_some(200);
        (file || matches!(self.kind, Kind::Response | Kind::Revisit)).then_some(())?;
        Some(Capture {
            url: self.url?,
            fetched: self.date?,
            status: self.status.or(plain)?,
            headers: self.headers,
            request_headers: Vec::new(),
            body: self.body,
            truncated: self.truncated,
            address: self.address,
        })
    }

    /// Where the record lies, for a file of one's own archive: how a lost store is built again.
    pub fn location(&self, file: &str) -> Option<Location> {
        let (offset, length) = self.extent?;
        Some(Location {
            file: file.to_owned(),
            offset,
            length,
            digest: warc::digest(&self.body),
        })
    }
}

/// An address without the angle brackets that WARC 1.0 has around it.
fn bare(url: &str) -> &str {
    url.strip_prefix('<')
        .map_or(url, |url| url.strip_suffix('>').unwrap_or(url))
}

/// A `WARC-Date`: of WARC 1.1 it may be a year, month or day alone, and then is its beginning; some
/// tools write the fourteen digits of ARC.
fn moment(date: &str) -> Option<Timestamp> {
    const BEGINNING: &str = "0000-01-01T00:00:00Z";
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    match date.len() {
        4 | 7 | 10 => format!("{date}{}", &BEGINNING[date.len()..]).parse().ok(),
        14 if digits(date) => {
            let (day, time) = date.split_at(8);
            format!("{day}T{time}Z").parse().ok()
        }
        _ => date.parse().ok(),
    }
}

fn kind(name: &str) -> Kind {
    match name.to_ascii_lowercase().as_str() {
        "response" => Kind::Response,
        "revisit" => Kind::Revisit,
        "request" => Kind::Request,
        "resource" => Kind::Resource,
        "conversion" => Kind::Conversion,
        _ => Kind::Other,
    }
}
