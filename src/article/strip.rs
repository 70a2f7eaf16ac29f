//! Turns a page as served into the markup that reading needs: one pass lifts JSON-LD out and drops the rest of the weight.
//!
//! Scripts, styles, drawings, comments, inline formatting and most attributes go, about two thirds
//! of a press page. What is left bounds the tree: depth, attributes and formatting elements, whose
//! repair by the HTML algorithm takes quadratic time and memory on hostile pages, stay small.

use memchr::memchr;

use super::attribute::Attributes;
use super::scan::{after, after_comment, find_close, lower, name_at, tag_end};

/// Bytes of stripped markup that are read; what follows is no article any more.
const LIMIT: usize = 4 << 20;
/// Nesting that is kept: the depth at which browsers stop too.
const DEPTH: usize = 400;
/// How far up an end tag looks for its start tag.
const REACH: usize = 64;
/// Attributes kept of one tag.
const ATTRIBUTES: usize = 24;
/// The longest script that is looked at for the day that it writes, in bytes.
const WRITER: usize = 120;
/// Longest attribute value kept, in bytes; `content` may be longer.
const VALUE: usize = 600;

/// What a page weighs less by.
#[derive(Debug, Default)]
pub(super) struct Stripped<'a> {
    /// Markup for the tree.
    pub markup: String,
    /// The contents of `application/ld+json` scripts.
    pub json: Vec<&'a str>,
}

/// Strips a page in one pass.
pub(super) fn strip(page: &str) -> Stripped<'_> {
    let mut pass = Pass {
        page,
        out: Stripped {
            markup: String::with_capacity((page.len() / 2).min(LIMIT)),
            json: Vec::new(),
        },
        open: Vec::new(),
        unclosed: Vec::new(),
    };
    pass.run();
    pass.out
}

/// What becomes of a tag.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// Goes with all that it holds.
    Swallow,
    /// Goes; what it holds stays, and no word is cut.
    Unwrap,
    /// Stays only with an attribute that says something.
    Inline,
    /// Stays and holds nothing.
    Void,
    /// Stays, closed by what follows it.
    Loose,
    /// Stays.
    Keep,
}

fn fate(name: &[u8]) -> Fate {
    match name {
        b"script" | b"style" | b"svg" | b"noscript" | b"iframe" | b"textarea" | b"select"
        | b"template" | b"video" | b"audio" | b"canvas" | b"object" | b"button" | b"map"
        | b"datalist" | b"del" | b"math" | b"noembed" | b"noframes" | b"picture" | b"rp"
        | b"rt" => Fate::Swallow,
        b"b" | b"i" | b"em" | b"strong" | b"font" | b"u" | b"s" | b"small" | b"big" | b"code"
        | b"tt" | b"nobr" | b"strike" | b"mark" | b"cite" | b"q" | b"sub" | b"sup" | b"ins"
        | b"kbd" | b"var" | b"samp" | b"dfn" | b"bdi" | b"bdo" | b"wbr" | b"blink" | b"acronym"
        | b"img" | b"input" | b"source" | b"embed" | b"area" | b"base" | b"col" | b"param"
        | b"track" | b"colgroup" | b"plaintext" | b"xmp" | b"listing" | b"frameset" | b"frame"
        | b"marquee" | b"applet" | b"image" | b"isindex" | b"keygen" | b"bgsound" | b"ruby"
        | b"amp-img" => Fate::Unwrap,
        b"span" | b"abbr" | b"label" => Fate::Inline,
        b"br" | b"hr" | b"meta" | b"link" => Fate::Void,
        b"p" | b"li" | b"dt" | b"dd" | b"td" | b"th" | b"tr" | b"option" | b"html" | b"body"
        | b"head" => Fate::Loose,
        _ => Fate::Keep,
    }
}

/// A start tag whose end tag is awaited.
struct Open<'a> {
    name: &'a [u8],
    kept: bool,
}

struct Pass<'a> {
    page: &'a str,
    out: Stripped<'a>,
    open: Vec<Open<'a>>,
    /// Names that are not closed any more in the rest of the page: they are not looked for twice.
    unclosed: Vec<&'a [u8]>,
}

impl<'a> Pass<'a> {
    fn run(&mut self) {
        let bytes = self.page.as_bytes();
        let mut at = 0;
        while at < bytes.len() && self.out.markup.len() < LIMIT {
            let Some(next) = memchr(b'<', &bytes[at..]).map(|found| at + found) else {
                self.out.markup.push_str(&self.page[at..]);
                break;
            };
            self.out.markup.push_str(&self.page[at..next]);
            at = match bytes.get(next + 1) {
                Some(b'!') => after_comment(bytes, next),
                Some(b'?') => after(bytes, next, b'>'),
                Some(b'/') if bytes.get(next + 2).is_some_and(u8::is_ascii_alphabetic) => {
                    self.end_tag(next)
                }
                Some(first) if first.is_ascii_alphabetic() => self.start_tag(next),
                _ => {
                    self.out.markup.push_str("&lt;");
                    next + 1
                }
            };
        }
    }

    fn end_tag(&mut self, at: usize) -> usize {
        let bytes = self.page.as_bytes();
        let name = name_at(bytes, at + 2);
        let end = after(bytes, at, b'>');
        let mut buffer = [0; 16];
        let lower = lower(name, &mut buffer);
        match fate(lower) {
            Fate::Swallow | Fate::Unwrap => {}
            Fate::Void | Fate::Loose => self.close(lower),
            Fate::Inline | Fate::Keep => {
                let from = self.open.len().saturating_sub(REACH);
                let found = self.open[from..]
                    .iter()
                    .rposition(|open| open.name.eq_ignore_ascii_case(name));
                if let Some(found) = found {
                    let kept = self.open[from + found].kept;
                    self.open.truncate(from + found);
                    if kept {
                        self.close(lower);
                    }
                }
            }
        }
        end
    }

    fn close(&mut self, name: &[u8]) {
        self.out.markup.push_str("</");
        self.push_name(name);
        self.out.markup.push('>');
    }

    fn start_tag(&mut self, at: usize) -> usize {
        let bytes = self.page.as_bytes();
        let name = name_at(bytes, at + 1);
        let end = tag_end(bytes, at + 1 + name.len());
        let attributes = self
            .page
            .get(at + 1 + name.len()..end)
            .unwrap_or_default()
            .trim_end_matches('>');
        let mut buffer = [0; 16];
        let lower = lower(name, &mut buffer);
        let fate = fate(lower);
        match fate {
            Fate::Swallow => return self.swallow(name, attributes, end),
            Fate::Unwrap => {}
            Fate::Void | Fate::Loose => self.write(lower, attributes, true),
            Fate::Inline | Fate::Keep => {
                let room = self.open.len() < DEPTH;
                let kept = room && self.write_if(lower, attributes, fate == Fate::Keep);
                if !attributes.ends_with('/') || lower != b"a" {
                    self.open.push(Open { name, kept });
                }
                if self.open.len() > DEPTH * 4 {
                    self.open.drain(..DEPTH);
                }
            }
        }
        end
    }

    /// Skips an element with its content; one that is never closed loses only its tag, save scripts and styles.
    fn swallow(&mut self, name: &'a [u8], attributes: &str, end: usize) -> usize {
        let bytes = self.page.as_bytes();
        if attributes.ends_with('/') && !name.eq_ignore_ascii_case(b"script") {
            return end;
        }
        let known = self
            .unclosed
            .iter()
            .any(|gone| gone.eq_ignore_ascii_case(name));
        let close = if known {
            None
        } else {
            find_close(bytes, end, name)
        };
        let raw = name.eq_ignore_ascii_case(b"script") || name.eq_ignore_ascii_case(b"style");
        match close {
            Some(close) => {
                if raw && attributes.contains("ld+json") {
                    self.out.json.push(&self.page[end..close]);
                } else if raw && close - end <= WRITER {
                    self.written_day(&self.page[end..close]);
                }
                after(bytes, close, b'>')
            }
            None if raw => bytes.len(),
            None => {
                if !known {
                    self.unclosed.push(name);
                }
                end
            }
        }
    }

    /// A short script in the flow of the text that holds a day, `showDate("2020/04/17 01:43")`, writes that day there.
    fn written_day(&mut self, script: &str) {
        let quoted = script.split(['"', '\'']).nth(1).unwrap_or_default();
        let is_day = quoted.len() >= 10
            && quoted
                .bytes()
                .enumerate()
                .take(10)
                .all(|(at, byte)| match at {
                    4 | 7 => matches!(byte, b'-' | b'/'),
                    _ => byte.is_ascii_digit(),
                });
        if is_day {
            let markup = &mut self.out.markup;
            markup.push_str("<time datetime=\"");
            markup.push_str(&quoted[..10]);
            markup.push_str("\"></time>");
        }
    }

    fn write(&mut self, name: &[u8], attributes: &str, always: bool) {
        self.write_if(name, attributes, always);
    }

    /// Writes a tag with the attributes that reading asks for; without any, only where `always`.
    fn write_if(&mut self, name: &[u8], attributes: &str, always: bool) -> bool {
        let start = self.out.markup.len();
        self.out.markup.push('<');
        self.push_name(name);
        let bare = self.out.markup.len();
        for (key, value) in Attributes::new(attributes).take(ATTRIBUTES) {
            self.attribute(name, key, value);
        }
        if !always && self.out.markup.len() == bare {
            self.out.markup.truncate(start);
            return false;
        }
        self.out.markup.push('>');
        true
    }

    fn attribute(&mut self, name: &[u8], key: &str, value: &str) {
        let mut buffer = [0; 16];
        let key = lower(key.as_bytes(), &mut buffer);
        let value = match key {
            b"class" | b"id" | b"itemprop" | b"itemtype" | b"rel" | b"role" | b"datetime"
            | b"lang" | b"property" | b"name" | b"hidden" | b"aria-hidden" => clip(value),
            b"content" => value,
            b"href" if name == b"link" => value,
            b"href" if name == b"a" => "",
            b"title" if value.starts_with("20") || value.starts_with("19") => clip(value),
            b"style" if is_hiding(value) => {
                self.out.markup.push_str(" hidden=\"\"");
                return;
            }
            _ => return,
        };
        let quote = if value.contains('"') { '\'' } else { '"' };
        if quote == '\'' && value.contains('\'') {
            return;
        }
        self.out.markup.push(' ');
        self.push_name(key);
        self.out.markup.push('=');
        self.out.markup.push(quote);
        self.out.markup.push_str(value);
        self.out.markup.push(quote);
    }

    fn push_name(&mut self, name: &[u8]) {
        self.out
            .markup
            .push_str(std::str::from_utf8(name).unwrap_or("x"));
    }
}

fn is_hiding(style: &str) -> bool {
    style.contains("display:none")
        || style.contains("display: none")
        || style.contains("visibility:hidden")
}

fn clip(value: &str) -> &str {
    if value.len() <= VALUE {
        return value;
    }
    let end = (0..=VALUE)
        .rev()
        .find(|&end| value.is_char_boundary(end))
        .unwrap_or(0);
    &value[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(page: &str, expect: &str) {
        assert_eq!(strip(page).markup, expect);
    }

    #[test]
    fn weight_goes_words_stay() {
        check("<p>le 1<sup>er</sup> <B>mai</B>", "<p>le 1er mai");
        check("a<script>x</p></script>b<!-- c -->d", "abd");
        check("<svg><path/></svg>a<!---->b<!-->c", "abc");
        check("5 < 6 <3", "5 &lt; 6 &lt;3");
        check("a<script>never ends", "a");
        check("a<textarea>b", "ab");
    }

    #[test]
    fn attributes_that_reading_asks_for_stay() {
        check(
            "<div data-x='1' CLASS=story style='display:none'>",
            "<div class=\"story\" hidden=\"\">",
        );
        check("<a href=/x title=y>z</a>", "<a href=\"\">z</a>");
        check("<p class=\"a>b\">c", "<p class=\"a>b\">c");
        check(
            "<span>a</span> <span id=b>c</span>",
            "a <span id=\"b\">c</span>",
        );
    }

    #[test]
    fn json_is_lifted_out() {
        let page = "<script type=\"application/ld+json\">{\"a\":1}</script>";
        assert_eq!(strip(page).json, ["{\"a\":1}"]);
    }

    #[test]
    fn depth_is_bounded() {
        let page = "<div>".repeat(100_000);
        assert!(strip(&page).markup.len() <= DEPTH * "<div>".len());
    }
}
