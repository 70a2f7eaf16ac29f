//! Finds where tags, comments and elements end in bytes of markup, as forgiving as browsers are.

use memchr::{memchr, memchr2, memmem};

/// A tag's name as written: ASCII letters, digits, hyphens.
pub(super) fn name_at(bytes: &[u8], start: usize) -> &[u8] {
    let length = bytes[start..]
        .iter()
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b':'))
        .count();
    &bytes[start..start + length]
}

/// A name in lower case, cut at 16 bytes: no name that matters is longer.
pub(super) fn lower<'b>(name: &[u8], buffer: &'b mut [u8; 16]) -> &'b [u8] {
    let length = name.len().min(buffer.len());
    buffer[..length].copy_from_slice(&name[..length]);
    buffer[..length].make_ascii_lowercase();
    let valid = std::str::from_utf8(&buffer[..length]).map_or(0, str::len);
    &buffer[..valid]
}

/// The byte after the next `byte`, or the end.
pub(super) fn after(bytes: &[u8], from: usize, byte: u8) -> usize {
    memchr(byte, &bytes[from..]).map_or(bytes.len(), |found| from + found + 1)
}

/// The end of a comment, a doctype or CDATA that starts at `from`.
pub(super) fn after_comment(bytes: &[u8], from: usize) -> usize {
    if !bytes[from..].starts_with(b"<!--") {
        return after(bytes, from, b'>');
    }
    let inside = from + 4;
    if bytes[inside..].starts_with(b">") {
        return inside + 1;
    }
    // A comment may end in its own opening dashes: `<!-->`, `<!--->`.
    memmem::find(&bytes[from + 2..], b"-->").map_or(bytes.len(), |found| from + 2 + found + 3)
}

/// The byte after a tag's `>`, outside of quoted values. A quote that is never closed, or holds a
/// new tag on another line, counts as none: hand-made pages forget them.
pub(super) fn tag_end(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    let mut after_equals = false;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'>' => return at + 1,
            b'"' | b'\'' if after_equals => match memchr(byte, &bytes[at + 1..]) {
                Some(close) if plausible(&bytes[at + 1..at + 1 + close]) => at += close + 2,
                _ => at += 1,
            },
            _ => at += 1,
        }
        after_equals = byte == b'=' || (after_equals && byte.is_ascii_whitespace());
    }
    bytes.len()
}

/// Whether bytes between quotes look like one value.
fn plausible(value: &[u8]) -> bool {
    value.len() < 200 || memchr2(b'<', b'>', value).is_none() || !value.contains(&b'\n')
}

/// Where `</name` stands next.
pub(super) fn find_close(bytes: &[u8], from: usize, name: &[u8]) -> Option<usize> {
    let mut at = from;
    loop {
        let found = at + memmem::find(bytes.get(at..)?, b"</")?;
        let rest = &bytes[found + 2..];
        let boundary = rest
            .get(name.len())
            .is_none_or(|byte| !byte.is_ascii_alphanumeric());
        if rest.len() >= name.len() && rest[..name.len()].eq_ignore_ascii_case(name) && boundary {
            return Some(found);
        }
        at = found + 2;
    }
}
