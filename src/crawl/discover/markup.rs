//! Scans markup that claims to be XML, and never refuses: what is no tag is text.
//!
//! Feeds and sitemaps come cut off, with bare ampersands, entities that nothing declares and tags
//! that do not match; a conforming parser stops there. Names keep their prefix, entities their form.

/// One piece of markup.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// A start tag; `empty` where it also ends.
    Open {
        name: &'a str,
        attributes: &'a str,
        empty: bool,
    },
    Close(&'a str),
    /// Text with its entities.
    Text(&'a str),
    /// The inside of a CDATA section.
    Verbatim(&'a str),
}

/// The pieces of a text, in order; comments, instructions and the document type are left out.
pub(super) fn pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        loop {
            if rest.is_empty() {
                return None;
            }
            let (piece, after) = next(rest);
            rest = after;
            if piece.is_some() {
                return piece;
            }
        }
    })
}

fn next(text: &str) -> (Option<Piece<'_>>, &str) {
    if let Some(inside) = text.strip_prefix("<![CDATA[") {
        let (inside, rest) = inside.split_once("]]>").unwrap_or((inside, ""));
        return (Some(Piece::Verbatim(inside)), rest);
    }
    if let Some(comment) = text.strip_prefix("<!--") {
        return (None, comment.split_once("-->").map_or("", |(_, rest)| rest));
    }
    if text.starts_with("<!") || text.starts_with("<?") {
        return (None, text.split_once('>').map_or("", |(_, rest)| rest));
    }
    if let Some(found) = tag(text) {
        return found;
    }
    // Text runs to the next sign that could begin a tag; the first byte may be such a sign itself.
    let from = text.chars().next().map_or(0, char::len_utf8);
    let end = text[from..].find('<').map_or(text.len(), |at| at + from);
    (Some(Piece::Text(&text[..end])), &text[end..])
}

fn tag(text: &str) -> Option<(Option<Piece<'_>>, &str)> {
    let inside = text.strip_prefix('<')?;
    let (inside, closes) = match inside.strip_prefix('/') {
        Some(inside) => (inside, true),
        None => (inside, false),
    };
    inside.chars().next().filter(|c| c.is_alphabetic())?;
    let end = tag_end(inside)?;
    let (inside, rest) = (&inside[..end], &inside[end + 1..]);
    let empty = inside.ends_with('/');
    let inside = inside.trim_end_matches('/');
    let (name, attributes) = inside
        .split_once(|c: char| c.is_whitespace())
        .unwrap_or((inside, ""));
    let piece = if closes {
        Piece::Close(name)
    } else {
        Piece::Open {
            name,
            attributes,
            empty,
        }
    };
    Some((Some(piece), rest))
}

/// The end of a tag outside quotes; a quote that never closes does not swallow the rest.
fn tag_end(inside: &str) -> Option<usize> {
    let mut quote = None;
    let first = inside.find('>')?;
    for (at, byte) in inside.bytes().enumerate() {
        match (byte, quote) {
            (b'>', None) => return Some(at),
            (b'"' | b'\'', None) => quote = Some(byte),
            (_, Some(open)) if byte == open => quote = None,
            // No attribute holds a tag: the quote was a slip.
            (b'<', Some(_)) => return Some(first),
            _ => {}
        }
    }
    Some(first)
}

/// The value of an attribute, by its name with prefix, entities undone.
pub(super) fn attribute(attributes: &str, wanted: &str) -> Option<String> {
    each_attribute(attributes)
        .find(|(name, _)| name.eq_ignore_ascii_case(wanted))
        .map(|(_, value)| unescape(value))
}

/// Names and raw values of all attributes.
pub(super) fn each_attribute(attributes: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = attributes;
    std::iter::from_fn(move || {
        let (name, after) = rest.split_once('=')?;
        let after = after.trim_start();
        let (value, after) = match after.chars().next() {
            Some(quote @ ('"' | '\'')) => after[1..].split_once(quote).unwrap_or((&after[1..], "")),
            _ => after
                .split_once(|c: char| c.is_whitespace())
                .unwrap_or((after, "")),
        };
        rest = after;
        Some((name.split_whitespace().last().unwrap_or_default(), value))
    })
}

/// Undoes the numeric entities and the five of XML; others stay, as HTML may know them.
pub(super) fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.bytes().take(12).position(|byte| byte == b';');
        if let Some(end) = end
            && let Some(c) = entity(&rest[1..end])
        {
            out.push(c);
            rest = &rest[end + 1..];
        } else {
            out.push('&');
            rest = &rest[1..];
        }
    }
    out.push_str(rest);
    out
}

fn entity(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => number.parse(),
            };
            match code.ok()? {
                0 => None,
                // Editors of Windows write their quotes so, and browsers read them so.
                old @ 0x80..=0x9f => encoding_rs::WINDOWS_1252
                    .decode(&[old as u8])
                    .0
                    .chars()
                    .next(),
                code => char::from_u32(code),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_may_hold_what_looks_like_its_end() {
        let found: Vec<_> =
            pieces("<?xml?><a x='1>2' y=\"&lt;\"/>b<![CDATA[<c>]]></a ><!-- > -->").collect();
        let attributes = "x='1>2' y=\"&lt;\"";
        assert_eq!(
            found,
            [
                Piece::Open {
                    name: "a",
                    attributes,
                    empty: true
                },
                Piece::Text("b"),
                Piece::Verbatim("<c>"),
                Piece::Close("a"),
            ]
        );
        assert_eq!(attribute(attributes, "Y").as_deref(), Some("<"));
        assert_eq!(attribute(attributes, "z"), None);
    }

    #[test]
    fn any_text_is_read_to_its_end() {
        for text in [
            "<",
            "<a",
            "<a b=\"",
            "a < b & c",
            "</",
            "<![CDATA[",
            "<!--",
            "<é",
            "&#0;&#xFFFFFFFF;&;&",
        ] {
            let whole: usize = pieces(text)
                .map(|piece| match piece {
                    Piece::Text(text) | Piece::Verbatim(text) => unescape(text).len(),
                    _ => 0,
                })
                .sum();
            assert!(whole <= text.len());
        }
        assert_eq!(unescape("&#1589;&amp;&nbsp;&x"), "ص&&nbsp;&x");
        assert_eq!(unescape("l&#146;h"), "l’h");
    }

    #[test]
    fn a_quote_that_never_closes_costs_one_tag() {
        let found: Vec<_> = pieces("<a x=\"1><b>t</b>").collect();
        assert_eq!(
            found[1],
            Piece::Open {
                name: "b",
                attributes: "",
                empty: false
            }
        );
    }
}
