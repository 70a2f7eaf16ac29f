//! Turns the bytes of a feed, a sitemap or a section page into text, whatever charset they claim.
//!
//! What is valid UTF-8 beyond ASCII is UTF-8, whatever it claims: no other charset yields it by
//! chance. Otherwise the byte order mark, the HTTP header and the declaration inside speak in turn.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// How many bytes are searched for a declaration.
const HEAD: usize = 1024;

/// The text of `bytes`; `content_type` is the HTTP header.
pub(super) fn text_of<'a>(bytes: &'a [u8], content_type: Option<&str>) -> Cow<'a, str> {
    let encoding = of(bytes, content_type);
    encoding.decode_with_bom_removal(bytes).0
}

/// The charset of `bytes`; `content_type` is the HTTP header.
pub(in crate::crawl) fn of(bytes: &[u8], content_type: Option<&str>) -> &'static Encoding {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return encoding;
    }
    if let Some(encoding) = wide(bytes) {
        return encoding;
    }
    if std::str::from_utf8(bytes).is_ok() {
        return UTF_8;
    }
    let claimed = [content_type.and_then(after_charset), declared(bytes)]
        .into_iter()
        .flatten()
        .filter_map(|label| Encoding::for_label(label.as_bytes()))
        // It is no UTF-8, and UTF-16 would have shown itself.
        .find(|encoding| ![UTF_8, UTF_16LE, UTF_16BE].contains(encoding));
    claimed.unwrap_or_else(|| guess(bytes))
}

/// UTF-16 without a byte order mark: markup begins with `<` and every other byte is zero.
fn wide(bytes: &[u8]) -> Option<&'static Encoding> {
    match bytes {
        [b'<' | b'{', 0, _, 0, ..] => Some(UTF_16LE),
        [0, b'<' | b'{', 0, _, ..] => Some(UTF_16BE),
        _ => None,
    }
}

fn guess(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    // A country as hint would turn French windows-1252 of the Maghreb into windows-1256.
    detector.guess(None, Utf8Detection::Deny)
}

/// The label in `<?xml … encoding="…"?>` or `<meta … charset=…>`.
fn declared(bytes: &[u8]) -> Option<String> {
    let head: String = bytes
        .iter()
        .take(HEAD)
        .map(|byte| char::from(*byte))
        .collect();
    after(&head, "encoding=").or_else(|| after_charset(&head))
}

fn after_charset(text: &str) -> Option<String> {
    after(text, "charset=")
}

fn after(text: &str, key: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    let value = lower[lower.find(key)? + key.len()..].trim_start();
    let label: String = value
        .trim_start_matches(['"', '\''])
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || "-_:.".contains(*c))
        .collect();
    (!label.is_empty()).then_some(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARABIC: &str = "<title>اتفاقية بين وزارة الصحة والمستشفى الجامعي بوهران</title>";

    fn check(bytes: &[u8], content_type: Option<&str>, expect: &str) {
        assert_eq!(text_of(bytes, content_type), expect);
    }

    #[test]
    fn a_false_label_does_not_spoil_the_text() {
        let old = encoding_rs::WINDOWS_1256.encode(ARABIC).0;
        check(&old, Some("text/xml; charset=\"windows-1256\""), ARABIC);
        check(&old, Some("text/xml; charset=utf-8"), ARABIC);
        check(
            ARABIC.as_bytes(),
            Some("text/xml; charset=windows-1256"),
            ARABIC,
        );
        let french = "<title>Convention signée à Béjaïa pour la santé</title>";
        let latin = encoding_rs::WINDOWS_1252.encode(french).0;
        check(&latin, None, french);
        let declared = format!("<?xml version='1.0' encoding='ISO-8859-6'?>{ARABIC}");
        check(
            &encoding_rs::ISO_8859_6.encode(&declared).0,
            None,
            &declared,
        );
    }

    #[test]
    fn wide_text_is_seen_with_and_without_its_mark() {
        let wide = |mark: bool, order: fn(u16) -> [u8; 2]| -> Vec<u8> {
            let mark = mark.then_some(0xFEFF);
            mark.into_iter()
                .chain(ARABIC.encode_utf16())
                .flat_map(order)
                .collect()
        };
        for mark in [true, false] {
            check(
                &wide(mark, u16::to_le_bytes),
                Some("text/xml; charset=utf-8"),
                ARABIC,
            );
            check(&wide(mark, u16::to_be_bytes), None, ARABIC);
        }
        check(b"", None, "");
    }
}
