//! Turns markup into blocks: one tree, one walk; each block knows its letters, its links and the frames around it.

use ego_tree::iter::Edge;
use scraper::Html;
use scraper::node::Element;

use super::block::{Block, Frame, Mark, Page, Tag};
use super::element::{Shape, class_digest, hint_of, shape};
use super::hint::Hint;
use crate::text::fold::is_invisible;

/// Most blocks that are read of one page.
const BLOCKS: usize = 20_000;

/// Parses markup and walks it once.
pub(super) fn read(markup: &str) -> Page {
    let html = Html::parse_document(markup);
    let mut walk = Walk::default();
    walk.page.frames.push(Frame::default());
    for edge in html.tree.root().traverse() {
        match edge {
            Edge::Open(node) => {
                if let Some(element) = node.value().as_element() {
                    walk.open(element);
                } else if let Some(text) = node.value().as_text() {
                    walk.text(text);
                }
            }
            Edge::Close(node) => {
                if node.value().is_element() {
                    walk.close();
                }
            }
        }
    }
    walk.flush();
    walk.page.frames[0].blocks = 0..walk.page.blocks.len();
    walk.page
}

#[derive(Default)]
struct Walk {
    page: Page,
    /// Every element that is open, and what closing it undoes.
    opened: Vec<Opened>,
    frame: usize,
    tags: Vec<Tag>,
    marks: Vec<OpenMark>,
    links: usize,
    silent: usize,
    titles: usize,
    buffer: Block,
    breaks: usize,
}

/// What an open element changed, as flags.
#[derive(Clone, Copy, Default)]
struct Opened(u8);

impl Opened {
    const LINK: u8 = 1;
    const SILENCE: u8 = 2;
    const MARK: u8 = 4;
    const TAG: u8 = 8;
    const FRAME: u8 = 16;
    const TITLE: u8 = 32;

    fn set(&mut self, flag: u8) {
        self.0 |= flag;
    }

    const fn has(self, flag: u8) -> bool {
        self.0 & flag != 0
    }
}

struct OpenMark {
    hint: Hint,
    value: Option<String>,
    is_time: bool,
    /// Where in the buffer it starts, if the block is still the same.
    start: usize,
    block: usize,
}

impl Walk {
    fn open(&mut self, element: &Element) {
        let name = element.name();
        let mut opened = Opened::default();
        match name {
            "title" if self.page.title.is_empty() => opened.set(Opened::TITLE),
            "meta" => self.meta(element),
            "link" => self.link(element),
            "html" => self.page.lang = element.attr("lang").map(str::to_owned),
            "br" => self.breaks += 1,
            "hr" => self.flush(),
            _ => {}
        }
        match shape(name) {
            Shape::Outside => {}
            Shape::Inline => self.open_inline(name, element, &mut opened),
            Shape::Text(tag) => self.open_block(tag, element, false, &mut opened),
            Shape::Frame(tag) => self.open_block(tag, element, true, &mut opened),
        }
        self.links += usize::from(opened.has(Opened::LINK));
        self.silent += usize::from(opened.has(Opened::SILENCE));
        self.titles += usize::from(opened.has(Opened::TITLE));
        self.opened.push(opened);
    }

    fn open_block(&mut self, tag: Tag, element: &Element, framed: bool, opened: &mut Opened) {
        self.flush();
        let hint = hint_of(element);
        opened.set(Opened::TAG);
        self.tags.push(tag);
        if !framed && hint.is_silent() {
            return;
        }
        opened.set(Opened::FRAME);
        let start = self.page.blocks.len();
        self.page.frames.push(Frame {
            parent: self.frame,
            tag,
            hint,
            class: class_digest(element),
            blocks: start..start,
        });
        self.frame = self.page.frames.len() - 1;
        if hint.says(Hint::BYLINE.and(Hint::DATE)) {
            self.open_mark(hint, element, false, opened);
        }
    }

    fn open_inline(&mut self, name: &str, element: &Element, opened: &mut Opened) {
        if name == "a" && element.attr("href").is_some() {
            opened.set(Opened::LINK);
        }
        let mut hint = hint_of(element);
        let is_time = matches!(name, "time" | "relative-time" | "time-ago");
        let rel = element.attr("rel").unwrap_or_default();
        if rel.split(' ').any(|word| word == "author") {
            hint = hint.and(Hint::BYLINE);
        }
        let mute = Hint::NOISE.and(Hint::HIDDEN).and(Hint::CAPTION);
        if is_time || hint.says(Hint::BYLINE.and(Hint::DATE)) {
            self.open_mark(hint, element, is_time, opened);
        } else if name != "a" && hint.says(mute) {
            opened.set(Opened::SILENCE);
        }
    }

    fn open_mark(&mut self, hint: Hint, element: &Element, is_time: bool, opened: &mut Opened) {
        let value = ["datetime", "content", "title"]
            .into_iter()
            .find_map(|key| element.attr(key))
            .map(str::to_owned);
        opened.set(Opened::MARK);
        self.marks.push(OpenMark {
            hint,
            value,
            is_time,
            start: self.buffer.text.len(),
            block: self.page.blocks.len(),
        });
    }

    fn close(&mut self) {
        let Some(opened) = self.opened.pop() else {
            return;
        };
        if opened.has(Opened::MARK) {
            self.close_mark();
        }
        if opened.has(Opened::TAG) {
            self.flush();
            self.tags.pop();
        }
        if opened.has(Opened::FRAME) {
            let end = self.page.blocks.len();
            let frame = &mut self.page.frames[self.frame];
            frame.blocks.end = end;
            self.frame = frame.parent;
        }
        self.links -= usize::from(opened.has(Opened::LINK));
        self.silent -= usize::from(opened.has(Opened::SILENCE));
        self.titles -= usize::from(opened.has(Opened::TITLE));
    }

    fn close_mark(&mut self) {
        let Some(mark) = self.marks.pop() else {
            return;
        };
        let blocks = &self.page.blocks;
        let mut text = String::new();
        for block in blocks.iter().skip(mark.block).take(3) {
            text.push_str(&block.text);
            text.push('\n');
        }
        text.push_str(&self.buffer.text);
        let start = if text.is_char_boundary(mark.start) {
            mark.start
        } else {
            0
        };
        let text = text.get(start..).unwrap_or_default().trim();
        if text.len() < 300 && (!text.is_empty() || mark.value.is_some()) {
            self.page.marks.push(Mark {
                hint: mark.hint,
                text: text.to_owned(),
                value: mark.value,
                is_time: mark.is_time,
                block: mark.block,
            });
        }
    }

    fn meta(&mut self, element: &Element) {
        let name = ["property", "name", "itemprop"]
            .into_iter()
            .find_map(|key| element.attr(key));
        if let (Some(name), Some(content)) = (name, element.attr("content")) {
            let content = content.trim();
            if !content.is_empty() && self.page.meta.len() < 400 {
                self.page
                    .meta
                    .push((name.trim().to_ascii_lowercase(), content.to_owned()));
            }
        }
    }

    fn link(&mut self, element: &Element) {
        let is_canonical = element
            .attr("rel")
            .is_some_and(|rel| rel.eq_ignore_ascii_case("canonical"));
        if is_canonical && self.page.canonical.is_none() {
            self.page.canonical = element.attr("href").map(|href| href.trim().to_owned());
        }
    }

    fn text(&mut self, text: &str) {
        if self.titles > 0 {
            self.page.title.push_str(text);
            return;
        }
        if self.silent > 0 || text.is_empty() {
            return;
        }
        if self.breaks > 0 && !text.trim().is_empty() {
            let soft = self.breaks == 1;
            if !self.buffer.text.trim().is_empty() {
                self.flush();
                self.buffer.soft = soft;
            }
            self.breaks = 0;
        }
        let mut letters = 0;
        let out = &mut self.buffer.text;
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            if c == TATWEEL && chars.peek().is_none_or(|next| !is_arabic(*next)) {
                // Before a number or a foreign word it is spelling, between letters ornament.
                out.push(c);
            } else if c.is_whitespace() {
                if !out.is_empty() && !out.ends_with(' ') {
                    out.push(' ');
                }
            } else if !is_dropped(c) {
                letters += usize::from(c.is_alphabetic());
                out.push(c);
            }
        }
        self.buffer.letters += letters;
        if self.links > 0 {
            self.buffer.linked += letters;
        }
    }

    /// Ends the block that is being gathered.
    fn flush(&mut self) {
        self.breaks = 0;
        let mut block = std::mem::take(&mut self.buffer);
        let end = block.text.trim_end().len();
        block.text.truncate(end);
        if block.text.is_empty() || self.page.blocks.len() >= BLOCKS {
            return;
        }
        block.frame = self.frame;
        block.tag = self.tags.last().copied().unwrap_or_default();
        self.page.blocks.push(block);
    }
}

const TATWEEL: char = '\u{640}';

const fn is_arabic(c: char) -> bool {
    matches!(c, '\u{620}'..='\u{65F}' | '\u{66E}'..='\u{6D3}')
}

/// Whether a character is left out of a text: marks that are not seen, controls, tatweel as ornament.
fn is_dropped(c: char) -> bool {
    c == TATWEEL || c == '\u{FFFD}' || c.is_control() || (is_invisible(c) && c != '\u{200C}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(markup: &str, expect: &[&str]) {
        let page = read(markup);
        let found: Vec<_> = page
            .blocks
            .iter()
            .map(|block| block.text.as_str())
            .collect();
        assert_eq!(found, expect);
    }

    #[test]
    fn blocks_end_where_lines_break() {
        check(
            "<p>a <span>b</span>\n c</p>d<br>e<br><br>f",
            &["a b c", "d", "e", "f"],
        );
        check("<table><tr><td>a<td>b</table>", &["a", "b"]);
        check("<div>a<div hidden>b</div>c</div>", &["a", "b", "c"]);
    }

    #[test]
    fn links_are_counted() {
        let page = read("<p>un <a href=\"\">lien</a></p>");
        assert_eq!((page.blocks[0].letters, page.blocks[0].linked), (6, 4));
    }

    #[test]
    fn marks_hold_what_is_said_of_them() {
        let page = read(
            "<p>Par <span class=\"author\">Amel</span> <time datetime=\"2024-05-01\">hier</time>",
        );
        assert_eq!(page.marks[0].text, "Amel");
        assert_eq!(page.marks[1].value.as_deref(), Some("2024-05-01"));
    }
}
