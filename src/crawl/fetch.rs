//! Asks for one URL once, and says what came back: a capture, nothing new, another place, or why not.
//!
//! Bodies are unpacked here and not by the client: as servers pack them, deflate of either kind and
//! torn ends included, and never further than the limit. Redirects are told, not followed: the caller checks address, robots.txt and pace of every hop. No
//! cookies, no referrer, no proxy from the environment, which would hide where we connect to.

use std::time::{Duration, Instant};

use futures_util::StreamExt as _;
use jiff::{SignedDuration, Timestamp};
use reqwest::header::{self, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Response, StatusCode};
use tokio::time::timeout;
use url::Url;

use super::canonical::canonical;
use super::cause::Cause;
use super::guard::{Guard, Refused};
use super::pace;
use crate::archive::capture::Capture;
use crate::archive::payload;
use crate::config::Crawl;
use crate::error::{Error, Result};

/// What is taken from a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// Pages, feeds and sitemaps: HTML, XML, JSON, plain text, gzip.
    Text,
    /// Whatever it is: robots.txt.
    Anything,
}

/// One request.
#[derive(Debug, Clone)]
pub struct Ask<'a> {
    /// What to ask for.
    pub url: &'a Url,
    /// The validators of the copy that we hold.
    pub etag: Option<&'a str>,
    /// Likewise, as the server wrote it.
    pub last_modified: Option<&'a str>,
    /// What is taken.
    pub wanted: Wanted,
    /// Most decoded bytes that are taken.
    pub limit: u64,
}

/// What came back.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// A whole body.
    Fetched(Capture),
    /// The copy that we hold is still right: headers alone.
    Unchanged(Capture),
    /// The page is elsewhere.
    Moved(Capture, Url),
}

/// The end of a request that brought nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Why.
    pub cause: Cause,
    /// How long the server wants to be left alone.
    pub retry_after: Option<Duration>,
    /// Bytes that had come by then, unpacked.
    pub decoded: u64,
    /// What the server answered, where it did.
    pub heard: Option<Box<Capture>>,
}

impl From<Cause> for Failure {
    fn from(cause: Cause) -> Self {
        Self {
            cause,
            retry_after: None,
            decoded: 0,
            heard: None,
        }
    }
}

/// An answer or failure, with the time to its first byte.
#[derive(Debug, Clone, PartialEq)]
pub struct Reply {
    /// What came back.
    pub answer: std::result::Result<Answer, Failure>,
    /// Time from the request to the headers of its answer, or to its failure.
    pub latency: Duration,
}

/// Makes requests.
#[derive(Debug, Clone)]
pub struct Fetcher {
    client: Client,
    guard: Guard,
    headers: HeaderMap,
    timeout: Duration,
    deadline: Duration,
}

/// What pages, feeds and sitemaps are served as.
const TYPES: &[&str] = &[
    "html",
    "xml",
    "json",
    "rss",
    "atom",
    "text/plain",
    "gzip",
    "octet-stream",
];

/// Headers by which a guard against robots tells that it stands in the way.
const CHALLENGE: &[&str] = &[
    "cf-mitigated",
    "x-sucuri-block",
    "x-datadome",
    "x-amzn-waf-action",
];

impl Fetcher {
    /// A client that connects where the guard lets it.
    ///
    /// # Errors
    /// The user agent cannot be sent, or TLS cannot be set up.
    pub fn new(config: &Crawl) -> Result<Self> {
        // Another part of the process may have chosen first; any choice serves.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let guard = Guard::new(config);
        let span = |duration: SignedDuration| Duration::try_from(duration).unwrap_or_default();
        let client = Client::builder()
            .dns_resolver(std::sync::Arc::new(guard.clone()))
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .no_proxy()
            .pool_max_idle_per_host(1)
            .pool_idle_timeout(Duration::from_secs(30))
            .connect_timeout(span(config.timeout))
            .build()
            .map_err(|error| Error::input("crawl", format!("cannot set up HTTP: {error}")))?;
        Ok(Self {
            client,
            guard,
            headers: headers(&config.user_agent())?,
            timeout: span(config.timeout),
            deadline: span(config.deadline),
        })
    }

    /// Makes one request and waits for its end, no longer than the deadline.
    pub async fn ask(&self, ask: &Ask<'_>, now: Timestamp) -> Reply {
        let start = Instant::now();
        let mut latency = None;
        let answer = match timeout(self.deadline, self.try_ask(ask, now, start, &mut latency)).await
        {
            Ok(answer) => answer,
            Err(_) => Err(Cause::Deadline.into()),
        };
        Reply {
            answer,
            latency: latency.unwrap_or_else(|| start.elapsed()),
        }
    }

    async fn try_ask(
        &self,
        ask: &Ask<'_>,
        now: Timestamp,
        start: Instant,
        latency: &mut Option<Duration>,
    ) -> std::result::Result<Answer, Failure> {
        self.guard
            .admit(ask.url)
            .map_err(|refused| Cause::Private(refused.address))?;
        let headers = self.headers_of(ask);
        let request = self.client.get(ask.url.clone()).headers(headers.clone());
        let response = timeout(self.timeout, request.send())
            .await
            .map_err(|_| Cause::Timeout)?
            .map_err(|error| cause_of(&error))?;
        *latency = Some(start.elapsed());
        let capture = Capture {
            url: ask.url.to_string(),
            fetched: now,
            status: response.status().as_u16(),
            headers: pairs(response.headers()),
            request_headers: pairs(&headers),
            body: Vec::new(),
            truncated: false,
            address: response.remote_addr().map(|address| address.ip()),
        };
        // Who was not asked whether something changed cannot say that nothing did.
        let asked = ask.etag.is_some() || ask.last_modified.is_some();
        if response.status() == StatusCode::NOT_MODIFIED && asked {
            return Ok(Answer::Unchanged(capture));
        }
        if matches!(capture.status, 301 | 302 | 303 | 307 | 308) {
            return match target(&capture, ask.url) {
                Some(target) => Ok(Answer::Moved(headers_only(capture), target)),
                None => Err(heard(Cause::BadRedirect, headers_only(capture))),
            };
        }
        if let Some(cause) = refusal(&capture) {
            let retry_after = capture
                .header("retry-after")
                .and_then(|value| pace::retry_after(value, now));
            return Err(Failure {
                retry_after,
                ..heard(cause, headers_only(capture))
            });
        }
        if let Some(kind) = unwanted(&capture, ask.wanted) {
            return Err(heard(Cause::Type(kind), headers_only(capture)));
        }
        let (packed, broke_off) = self.packed(response, ask).await?;
        unpack(capture, packed, broke_off, ask)
    }

    fn headers_of(&self, ask: &Ask<'_>) -> HeaderMap {
        let mut headers = self.headers.clone();
        let mut add = |name: HeaderName, value: Option<&str>| {
            if let Some(value) = value.and_then(|value| HeaderValue::from_str(value).ok()) {
                headers.insert(name, value);
            }
        };
        add(header::IF_NONE_MATCH, ask.etag);
        add(header::IF_MODIFIED_SINCE, ask.last_modified);
        headers
    }

    /// The body as it is sent, up to a byte over the limit, and whether it broke off.
    async fn packed(
        &self,
        response: Response,
        ask: &Ask<'_>,
    ) -> std::result::Result<(Vec<u8>, bool), Cause> {
        let mut body = Vec::new();
        let mut chunks = response.bytes_stream();
        loop {
            match timeout(self.timeout, chunks.next()).await {
                Err(_) => return Err(Cause::Timeout),
                Ok(None) => return Ok((body, false)),
                Ok(Some(Ok(chunk))) => {
                    let room = (ask.limit as usize + 1).saturating_sub(body.len());
                    body.extend_from_slice(&chunk[..room.min(chunk.len())]);
                    if body.len() as u64 > ask.limit {
                        return Ok((body, false));
                    }
                }
                Ok(Some(Err(_))) => return Ok((body, true)),
            }
        }
    }
}

/// Gives a capture its body as it was meant, where that is whole and within the limit.
fn unpack(
    mut capture: Capture,
    packed: Vec<u8>,
    broke_off: bool,
    ask: &Ask<'_>,
) -> std::result::Result<Answer, Failure> {
    let limit = ask.limit as usize;
    let encoding = capture.header("content-encoding").unwrap_or_default();
    let sent = packed.len();
    let (mut body, early) = payload::unpacked(encoding, packed, limit);
    let decoded = body.len().max(sent) as u64;
    let over = decoded > ask.limit;
    body.truncate(limit);
    // Servers that count their bytes wrong still send the whole page.
    let torn = (broke_off || early) && !is_whole(&body);
    (capture.body, capture.truncated) = (body, over || torn);
    // Of a robots.txt that is too long its beginning counts.
    let cause = match ask.wanted {
        Wanted::Text if over => Cause::TooLarge,
        _ if torn && !over => Cause::Incomplete,
        _ => return Ok(Answer::Fetched(capture)),
    };
    Err(Failure {
        decoded,
        ..heard(cause, capture)
    })
}

/// An answer whose body was not taken, and says so where there was one.
fn headers_only(capture: Capture) -> Capture {
    let empty = capture.header("content-length").map(str::trim) == Some("0");
    Capture {
        truncated: !empty,
        ..capture
    }
}

fn heard(cause: Cause, capture: Capture) -> Failure {
    Failure {
        heard: Some(Box::new(capture)),
        ..cause.into()
    }
}

fn headers(agent: &str) -> Result<HeaderMap> {
    let agent = HeaderValue::from_str(agent).map_err(|_| {
        Error::input(
            "crawl.contact",
            format!("`{agent}` cannot be sent as a header"),
        )
        .hint("write a URL or mail address in ASCII")
    })?;
    let fixed = HeaderValue::from_static;
    Ok(HeaderMap::from_iter([
        (header::USER_AGENT, agent),
        (
            header::ACCEPT,
            fixed(
                "text/html,application/xhtml+xml,application/rss+xml,application/atom+xml,application/feed+json,application/xml;q=0.9,*/*;q=0.5",
            ),
        ),
        (header::ACCEPT_ENCODING, fixed("gzip, br, zstd")),
        (header::ACCEPT_LANGUAGE, fixed("fr,ar;q=0.9,*;q=0.5")),
    ]))
}

/// Names and values as text; bytes beyond ASCII as Latin-1, as HTTP has it.
fn pairs(headers: &HeaderMap) -> Vec<(String, String)> {
    headers
        .iter()
        .map(|(name, value)| {
            let value = match std::str::from_utf8(value.as_bytes()) {
                Ok(value) => value.to_owned(),
                Err(_) => value
                    .as_bytes()
                    .iter()
                    .map(|byte| char::from(*byte))
                    .collect(),
            };
            (name.as_str().to_owned(), value)
        })
        .collect()
}

/// Where a redirect leads; nothing where that is no http address.
fn target(capture: &Capture, url: &Url) -> Option<Url> {
    canonical(capture.header("location")?, Some(url))
}

fn refusal(capture: &Capture) -> Option<Cause> {
    let challenged = CHALLENGE.iter().any(|name| capture.header(name).is_some());
    match capture.status {
        200 | 203 if !challenged => None,
        403 | 429 | 503 | 200..300 if challenged => Some(Cause::Challenge),
        status @ (401 | 403 | 451) => Some(Cause::Blocked(status)),
        status => Some(Cause::Status(status)),
    }
}

/// The declared type, where it is none that we read.
fn unwanted(capture: &Capture, wanted: Wanted) -> Option<String> {
    let kind = capture.header("content-type")?.to_ascii_lowercase();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    let fits = kind.is_empty() || TYPES.iter().any(|known| kind.contains(known));
    (wanted == Wanted::Text && !fits).then(|| kind.to_owned())
}

/// Whether a body that broke off had come to its end tag.
fn is_whole(body: &[u8]) -> bool {
    let tail = body[body.len().saturating_sub(64)..].to_ascii_lowercase();
    let ends: [&[u8]; 6] = [
        b"</html>",
        b"</rss>",
        b"</feed>",
        b"</rdf:rdf>",
        b"</urlset>",
        b"</sitemapindex>",
    ];
    ends.iter()
        .any(|end| memchr::memmem::find(&tail, end).is_some())
}

/// What a failed request says, without the address that its own words name.
pub(crate) fn cause_of(error: &reqwest::Error) -> Cause {
    let mut inner: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = inner {
        if let Some(refused) = error.downcast_ref::<Refused>() {
            return Cause::Private(refused.address);
        }
        inner = error.source();
    }
    if error.is_timeout() {
        Cause::Timeout
    } else if error.is_dns() {
        Cause::Dns
    } else if error.is_connect() {
        Cause::Connect
    } else {
        Cause::Protocol
    }
}
