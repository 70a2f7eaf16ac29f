//! Turns bytes into characters, whatever the page declares: what the bytes are weighs more than what is said of them.
//!
//! Order: byte order mark, UTF-16 by its zeros, UTF-8 by its form, then the declared charset where
//! the bytes could be that, then the shape of the bytes: Arabic in one-byte charsets stands in runs
//! of high bytes, French has them one by one between ASCII letters.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{
    Encoding, ISO_8859_6, ISO_8859_15, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252, WINDOWS_1256,
    X_USER_DEFINED,
};
use memchr::memmem;

use crate::record::Lang;

/// How far a page's own declaration is looked for.
const DECLARATION: usize = 4096;

/// Decodes a page; never fails, bytes that fit nowhere are left out.
pub(super) fn decode<'a>(
    bytes: &'a [u8],
    content_type: Option<&str>,
    hint: Option<Lang>,
) -> Cow<'a, str> {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        return encoding.decode_without_bom_handling(&bytes[length..]).0;
    }
    if let Some(encoding) = utf16(bytes) {
        return encoding.decode_without_bom_handling(bytes).0;
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => return Cow::Borrowed(text),
        Err(_) if is_mostly_utf8(bytes) => return Cow::Owned(mend(bytes)),
        Err(_) => {}
    }
    legacy(bytes, content_type, hint)
        .decode_without_bom_handling(bytes)
        .0
}

/// UTF-16 without a mark: markup has a zero in every other byte.
fn utf16(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = &bytes[..bytes.len().min(512) & !1];
    let zeros = |parity: usize| {
        let column = sample.iter().skip(parity).step_by(2);
        column.filter(|byte| **byte == 0).count()
    };
    let (even, odd) = (zeros(0), zeros(1));
    let most = sample.len() / 2;
    if most < 4 {
        None
    } else if odd * 10 > most * 6 && even * 10 < most {
        Some(UTF_16LE)
    } else if even * 10 > most * 6 && odd * 10 < most {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// Whether well-formed sequences outnumber stray bytes by far.
fn is_mostly_utf8(bytes: &[u8]) -> bool {
    let (mut good, mut stray) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        stray += usize::from(!chunk.invalid().is_empty());
    }
    good >= stray * 4
}

/// Decodes UTF-8; a stray byte that stands beside a Latin letter is read as the letter it is in windows-1252.
fn mend(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        let beside_latin = text.ends_with(|c: char| c.is_ascii_alphabetic());
        if let ([byte], true) = (chunk.invalid(), beside_latin) {
            let (letter, ..) = WINDOWS_1252.decode_without_bom_handling(std::slice::from_ref(byte));
            text.extend(letter.chars().filter(|c| c.is_alphabetic()));
        }
    }
    text
}

fn legacy(bytes: &[u8], content_type: Option<&str>, hint: Option<Lang>) -> &'static Encoding {
    let declared = content_type
        .and_then(in_header)
        .or_else(|| in_markup(bytes))
        .filter(|encoding| *encoding != UTF_8 && *encoding != X_USER_DEFINED)
        .filter(|encoding| !encoding.decode_without_bom_handling(bytes).1);
    let shape = Shape::of(bytes);
    if shape.is_arabic(hint) {
        return shape.arabic(declared);
    }
    latin(bytes, other(bytes, declared, &shape, hint))
}

/// What is neither Arabic nor UTF-8.
fn other(
    bytes: &[u8],
    declared: Option<&'static Encoding>,
    shape: &Shape,
    hint: Option<Lang>,
) -> &'static Encoding {
    match declared {
        Some(encoding) if encoding == WINDOWS_1256 || encoding == ISO_8859_6 => {
            // French letters stand in both tables, capitals with accents only in the other one.
            if shape.runs * 2 < shape.high {
                WINDOWS_1252
            } else {
                encoding
            }
        }
        Some(encoding)
            if encoding == WINDOWS_1252 && shape.runs * 2 > shape.high && shape.high > 60 =>
        {
            guess(bytes, hint)
        }
        Some(encoding) => encoding,
        None => guess(bytes, hint),
    }
}

/// Of the two charsets of Western Europe the one that the bytes are: windows-1252 has signs where the other
/// has controls, ISO-8859-15 has œ and Œ where the other has fractions, which stand beside no letter.
fn latin(bytes: &[u8], found: &'static Encoding) -> &'static Encoding {
    if found != WINDOWS_1252 && found != ISO_8859_15 {
        return found;
    }
    let ligature = |pair: &[u8]| {
        let is = |byte: u8| matches!(byte, 0xBC | 0xBD);
        (is(pair[0]) && pair[1].is_ascii_alphabetic())
            || (is(pair[1]) && pair[0].is_ascii_alphabetic())
    };
    if bytes.iter().any(|byte| (0x80..0xA0).contains(byte)) {
        WINDOWS_1252
    } else if bytes.windows(2).any(ligature) {
        ISO_8859_15
    } else {
        found
    }
}

fn guess(bytes: &[u8], hint: Option<Lang>) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let top_level = hint.map(|lang| match lang {
        Lang::Fr => &b"fr"[..],
        Lang::Ar => &b"dz"[..],
    });
    detector.guess(top_level, Utf8Detection::Deny)
}

fn in_header(content_type: &str) -> Option<&'static Encoding> {
    let lower = content_type.to_ascii_lowercase();
    let (_, label) = lower.split_once("charset=")?;
    label_of(label)
}

fn in_markup(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes[..bytes.len().min(DECLARATION)].to_ascii_lowercase();
    ["charset=", "encoding="].into_iter().find_map(|key| {
        let at = memmem::find(&head, key.as_bytes())? + key.len();
        label_of(&String::from_utf8_lossy(&head[at..head.len().min(at + 40)]))
    })
}

fn label_of(text: &str) -> Option<&'static Encoding> {
    let text = text.trim_start_matches(['"', '\'', ' ']);
    let end = text
        .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ':' | '.')))
        .unwrap_or(text.len());
    Encoding::for_label(&text.as_bytes()[..end])
}

/// How the high bytes stand.
#[derive(Debug, Default)]
struct Shape {
    high: usize,
    /// High bytes beside another one.
    runs: usize,
    /// `ال` as windows-1256 and as ISO-8859-6 write it.
    article_1256: usize,
    article_6: usize,
    /// Bytes that are letters in one of the two only.
    only_1256: usize,
    only_6: usize,
}

impl Shape {
    fn of(bytes: &[u8]) -> Self {
        let mut shape = Self::default();
        let mut before = 0;
        for (at, &byte) in bytes.iter().enumerate() {
            if byte >= 0x80 {
                let next = bytes.get(at + 1).copied().unwrap_or(0);
                shape.high += 1;
                shape.runs += usize::from(before >= 0xC0 || next >= 0xC0);
                shape.article_1256 += usize::from(byte == 0xC7 && next == 0xE1);
                shape.article_6 += usize::from(byte == 0xC7 && next == 0xE4);
                shape.only_1256 += usize::from(matches!(byte, 0xED | 0xDD..=0xDF));
                shape.only_6 += usize::from(matches!(byte, 0xE8..=0xEA));
            }
            before = byte;
        }
        shape
    }

    /// Runs of high bytes in which the Arabic article is as frequent as only Arabic has it.
    fn is_arabic(&self, hint: Option<Lang>) -> bool {
        let articles = self.article_1256.max(self.article_6);
        let rate = if hint == Some(Lang::Ar) { 200 } else { 100 };
        self.high > 0 && self.runs * 10 >= self.high * 6 && articles * rate >= self.high
    }

    fn arabic(&self, declared: Option<&'static Encoding>) -> &'static Encoding {
        let windows = self.article_1256 * 4 + self.only_1256;
        let iso = self.article_6 * 4 + self.only_6;
        let close = windows * 10 < iso * 13 && iso * 10 < windows * 13;
        match declared {
            Some(encoding) if close && (encoding == WINDOWS_1256 || encoding == ISO_8859_6) => {
                encoding
            }
            _ if iso > windows => ISO_8859_6,
            _ => WINDOWS_1256,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRENCH: &str =
        "<html><p>L'hôpital d'Aïn Témouchent a été équipé à l'été : Économie, santé, œuvre.</p>";
    const ARABIC: &str =
        "<html><p>وقعت وزارة الصحة اتفاقية مع المستشفى الجامعي في الجزائر العاصمة يوم الأحد</p>";

    #[track_caller]
    fn check(bytes: &[u8], declared: Option<&str>, expect: &str) {
        assert_eq!(decode(bytes, declared, None), expect);
    }

    #[test]
    fn declared_or_not_the_bytes_decide() {
        for (text, encoding) in [
            (FRENCH, WINDOWS_1252),
            (ARABIC, WINDOWS_1256),
            (ARABIC, ISO_8859_6),
        ] {
            let bytes = encoding.encode(text).0;
            for declared in [
                None,
                Some("text/html; charset=utf-8"),
                Some("text/html; charset=ISO-8859-1"),
                Some("text/html; charset=windows-1256"),
            ] {
                check(&bytes, declared, text);
            }
        }
    }

    #[test]
    fn utf8_stays_utf8_whatever_is_declared() {
        check(
            ARABIC.as_bytes(),
            Some("text/html; charset=windows-1256"),
            ARABIC,
        );
        let mut stray = FRENCH.replace('œ', "oe").into_bytes();
        stray.splice(9..9, [0xE9]);
        assert!(decode(&stray, None, None).contains("Aïn Témouchent a été équipé"));
    }

    #[test]
    fn utf16_with_and_without_mark() {
        for (text, mark) in [(FRENCH, true), (FRENCH, false), (ARABIC, true)] {
            let mut bytes: Vec<u8> = if mark { vec![0xFF, 0xFE] } else { Vec::new() };
            bytes.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
            check(&bytes, None, text);
        }
    }
}
