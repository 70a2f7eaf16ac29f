//! Turns a capture into the HTTP messages that a WARC record holds, and such messages into their parts.

use url::Url;

use super::capture::{Capture, find};
use super::warc::one_line;

/// Headers that describe the transfer and not the stored body, and the prefix that keeps them.
const TRANSFER: [&str; 2] = ["Content-Encoding", "Transfer-Encoding"];
const KEPT_AS: &str = "X-Archive-Orig-";
const LENGTH: &str = "Content-Length";

/// Status line and headers of a response, with the blank line behind them, true of the stored body.
pub(super) fn response_head(capture: &Capture) -> String {
    let mut head = format!("HTTP/1.1 {} \r\n", capture.status);
    let length = capture.body.len().to_string();
    let mut measured = false;
    for (name, value) in &capture.headers {
        let is_length = name.eq_ignore_ascii_case(LENGTH);
        let holds = is_length && value.trim() == length && !measured;
        measured |= holds;
        let transfer = TRANSFER
            .iter()
            .any(|known| known.eq_ignore_ascii_case(name));
        let prefix = if transfer || (is_length && !holds) {
            KEPT_AS
        } else {
            ""
        };
        push(&mut head, prefix, name, value);
    }
    if !measured {
        push(&mut head, "", LENGTH, &length);
    }
    head + "\r\n"
}

/// The request as one message: a GET, with the host where the headers do not name it.
pub(super) fn request(capture: &Capture) -> String {
    let url = Url::parse(&capture.url).ok();
    let target = url.as_ref().map_or(capture.url.as_str(), |url| {
        &url[url::Position::BeforePath..url::Position::AfterQuery]
    });
    let mut head = format!("GET {} HTTP/1.1\r\n", one_line(target).replace(' ', "%20"));
    if find(&capture.request_headers, "Host").is_none()
        && let Some(url) = &url
    {
        push(
            &mut head,
            "",
            "Host",
            &url[url::Position::BeforeHost..url::Position::AfterPort],
        );
    }
    for (name, value) in &capture.request_headers {
        push(&mut head, "", name, value);
    }
    head + "\r\n"
}

fn push(head: &mut String, prefix: &str, name: &str, value: &str) {
    let name = one_line(name).replace([':', ' '], "");
    head.extend([prefix, &name, ": ", one_line(value).trim(), "\r\n"]);
}

/// An HTTP message in its parts.
pub(super) struct Message<'a> {
    /// Status of a response; none for a request.
    pub(super) status: Option<u16>,
    /// Headers as the server sent them: a name that was set aside when archiving stands again.
    pub(super) headers: Vec<(String, String)>,
    /// The names that were set aside: the body is already free of these.
    pub(super) set_aside: Vec<String>,
    /// What follows the headers, still packed.
    pub(super) body: &'a [u8],
}

/// Parts a message; nothing where the block does not begin as HTTP does.
pub(super) fn parse(block: &[u8]) -> Option<Message<'_>> {
    let (first, rest) = line(block);
    let first = latin(first);
    let status = match first.strip_prefix("HTTP/") {
        Some(answer) => Some(answer.split_ascii_whitespace().nth(1)?.parse().ok()?),
        None if first.contains(" HTTP/") => None,
        None => return None,
    };
    let (received, body) = headers(rest);
    let original = |name: &str| {
        name.get(..KEPT_AS.len())?
            .eq_ignore_ascii_case(KEPT_AS)
            .then(|| name[KEPT_AS.len()..].to_owned())
    };
    let set_aside: Vec<String> = received
        .iter()
        .filter_map(|(name, _)| original(name))
        .collect();
    let aside = |name: &str| {
        set_aside
            .iter()
            .any(|known| known.eq_ignore_ascii_case(name))
    };
    let headers = received
        .into_iter()
        .filter(|(name, _)| !aside(name))
        .map(|(name, value)| (original(&name).unwrap_or(name), value))
        .collect();
    Some(Message {
        status,
        headers,
        set_aside,
        body,
    })
}

/// Reads header lines up to a blank one, whatever their line ends, folded lines joined; returns what follows.
pub(super) fn headers(mut block: &[u8]) -> (Vec<(String, String)>, &[u8]) {
    let mut headers: Vec<(String, String)> = Vec::new();
    while !block.is_empty() {
        let (text, rest) = line(block);
        block = rest;
        if text.is_empty() {
            break;
        }
        let folded = matches!(text[0], b' ' | b'\t');
        let text = latin(text);
        if folded && let Some((_, value)) = headers.last_mut() {
            *value = [value.as_str(), text.trim()].join(" ").trim_start().into();
        } else if let Some((name, value)) = text.split_once(':') {
            headers.push((name.trim().to_owned(), value.trim().to_owned()));
        }
    }
    (headers, block)
}

/// The first line without its end, and the rest.
fn line(block: &[u8]) -> (&[u8], &[u8]) {
    let (line, rest) = match memchr::memchr(b'\n', block) {
        Some(end) => (&block[..end], &block[end + 1..]),
        None => (block, &block[block.len()..]),
    };
    (line.strip_suffix(b"\r").unwrap_or(line), rest)
}

/// UTF-8 where it is, else each byte as its Latin-1 character, as HTTP has it.
fn latin(bytes: &[u8]) -> String {
    std::str::from_utf8(bytes).map_or_else(
        |_| bytes.iter().map(|&byte| char::from(byte)).collect(),
        str::to_owned,
    )
}
