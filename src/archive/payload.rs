//! Turns a body as servers send it, chunked and packed, into the bytes that were meant, up to a limit.

use std::borrow::Cow;
use std::io::Read;

use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};

use super::capture::find;
use super::http::Message;

/// The decoded body of a message, and whether it was cut off at `limit` bytes or ended early.
///
/// Headers are not trusted alone: archives whose bodies were decoded before they were stored keep
/// the old headers, so a body that does not look packed is taken as it is.
pub(super) fn decode(message: &Message<'_>, limit: usize) -> (Vec<u8>, bool) {
    let mut body = Cow::Borrowed(message.body);
    if names(message, "Transfer-Encoding").any(|coding| coding == "chunked")
        && let Some(whole) = unchunk(&body)
    {
        body = whole.into();
    }
    let codings: Vec<String> = names(message, "Content-Encoding").collect();
    let (mut body, mut cut) = unpack_all(&codings, body, limit);
    cut |= body.len() > limit;
    body.truncate(limit);
    (body, cut)
}

/// A body as a server sent it, unpacked by its `Content-Encoding`, up to one byte over `limit`, and
/// whether its packing ended early or was cut off there. One that is not packed as it says is taken as it is.
pub fn unpacked(encoding: &str, body: Vec<u8>, limit: usize) -> (Vec<u8>, bool) {
    let codings: Vec<String> = codings(encoding).collect();
    unpack_all(&codings, body.into(), limit)
}

fn unpack_all(codings: &[String], body: Cow<'_, [u8]>, limit: usize) -> (Vec<u8>, bool) {
    let (mut body, mut cut) = (body, false);
    for coding in codings.iter().rev() {
        if let Some((unpacked, early)) = unpack(coding, &body, limit) {
            body = unpacked.into();
            cut |= early;
        }
    }
    (body.into_owned(), cut)
}

fn codings(value: &str) -> impl Iterator<Item = String> + use<'_> {
    value
        .split(',')
        .map(|coding| coding.trim().to_ascii_lowercase())
}

/// The codings under a header that still hold, lower case, in the order of their use.
fn names<'a>(message: &'a Message<'_>, header: &str) -> impl Iterator<Item = String> + use<'a> {
    let holds = !message
        .set_aside
        .iter()
        .any(|name| name.eq_ignore_ascii_case(header));
    find(&message.headers, header)
        .filter(|_| holds)
        .into_iter()
        .flat_map(codings)
}

/// Joins the chunks; nothing where the body does not begin with one. A torn end keeps what was there.
fn unchunk(body: &[u8]) -> Option<Vec<u8>> {
    let mut whole = Vec::with_capacity(body.len());
    let mut rest = body;
    let mut first = true;
    loop {
        let end = memchr::memchr(b'\n', rest);
        let size = end.and_then(|end| chunk_size(&rest[..end]));
        let (Some(end), Some(size)) = (end, size) else {
            return (!first).then_some(whole);
        };
        first = false;
        rest = &rest[end + 1..];
        if size == 0 {
            return Some(whole);
        }
        let taken = size.min(rest.len());
        whole.extend_from_slice(&rest[..taken]);
        rest = &rest[taken..];
        rest = rest.strip_prefix(b"\r").unwrap_or(rest);
        rest = rest.strip_prefix(b"\n").unwrap_or(rest);
        if rest.is_empty() {
            return Some(whole);
        }
    }
}

fn chunk_size(line: &[u8]) -> Option<usize> {
    let line = std::str::from_utf8(line).ok()?;
    let digits = line.split(';').next()?.trim();
    // a plus sign would be a number to the standard library, and is none here
    digits
        .bytes()
        .all(|digit| digit.is_ascii_hexdigit())
        .then_some(())?;
    usize::from_str_radix(digits, 16).ok()
}

/// The largest window that HTTP allows zstd, as a power of two (RFC 9659): it is memory, whatever comes.
const ZSTD_WINDOW: u32 = 23;

/// Unpacks up to one byte over `limit`; nothing where not a byte of `body` is packed like that.
/// The flag says that the body ended early or passed the limit.
fn unpack(coding: &str, body: &[u8], limit: usize) -> Option<(Vec<u8>, bool)> {
    let most = (limit as u64).saturating_add(1);
    let whole = |(unpacked, early): &(Vec<u8>, bool)| !early || unpacked.len() as u64 == most;
    match coding {
        "gzip" | "x-gzip" if body.starts_with(&[0x1f, 0x8b]) => {
            take(MultiGzDecoder::new(body), most)
        }
        // these two have no mark to know them by: only a whole one is believed
        "deflate" => take(ZlibDecoder::new(body), most)
            .filter(whole)
            .or_else(|| take(DeflateDecoder::new(body), most).filter(whole)),
        "br" => take(
            brotli_decompressor::Decompressor::new(body, 64 * 1024),
            most,
        )
        .filter(whole),
        "zstd" if body.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) => {
            let mut decoder = zstd::stream::read::Decoder::new(body).ok()?;
            decoder.window_log_max(ZSTD_WINDOW).ok()?;
            take(decoder, most)
        }
        _ => None,
    }
}

fn take(source: impl Read, most: u64) -> Option<(Vec<u8>, bool)> {
    let mut unpacked = Vec::new();
    let ended = source.take(most).read_to_end(&mut unpacked).is_ok();
    (ended || !unpacked.is_empty()).then(|| {
        let early = !ended || unpacked.len() as u64 == most;
        (unpacked, early)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_are_joined_and_what_is_no_chunk_is_left() {
        let check =
            |body: &[u8], expect: Option<&[u8]>| assert_eq!(unchunk(body).as_deref(), expect);
        check(b"3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n", Some(b"abcde"));
        check(b"3\nabc\n0\n\n", Some(b"abc"));
        check(b"5\r\nab", Some(b"ab"));
        check(b"0\r\n\r\n", Some(b""));
        check(b"3\r\nabc\r\nzz", Some(b"abc"));
        check(b"<html>\n", None);
        check(b"+3\r\nabc", None);
        check(b"ffffffffffffffffffff\r\nabc", None);
        check(b"", None);
    }
}
