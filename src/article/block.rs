//! Turns markup into blocks: one tree, one walk; each block knows its letters, its links and the frames around it.

use std::hash::{Hash, Hasher};

use ego_tree::iter::Edge;
use rustc_hash::FxHasher;
use scraper::Html;
use scraper::node::Element;

use super::hint::{self, Hint};
use crate::text::fold::is_invisible;

/// Most blocks that are read of one page.
const BLOCKS: usize = 20_000;

/// The kind of element that a block is the text of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Tag {
    /// `div`, `section`, `article`, …
    #[default]
    Box,
    /// `p`.
    Paragraph,
    /// `h1` to `h6`.
    Heading(u8),
    /// `li`, `dt`, `dd`.
    Entry,
    /// `td`, `th`.
    Cell,
    /// `blockquote`.
    Quote,
    /// `pre`.
    Plain,
    /// `figcaption`.
    Caption,
    /// `nav`, `aside`, `footer`, `form`.
    Furniture,
    /// `header`.
    Header,
    /// `article`, `main`.
    Main,
}

/// An element that holds blocks.
#[derive(Debug, Default)]
pub(super) struct Frame {
    /// Position of the frame around it; the first frame is its own parent.
    pub parent: usize,
    /// Its kind.
    pub tag: Tag,
    /// What its names say.
    pub hint: Hint,
    /// A digest of its classes: frames that a template repeats have the same.
    pub class: u64,
    /// Its blocks, those of inner frames included.
    pub blocks: std::ops::Range<usize>,
}

/// A run of text between two breaks.
#[derive(Debug, Default)]
pub(super) struct Block {
    /// The words, white space collapsed.
    pub text: String,
    /// Letters in all.
    pub letters: usize,
    /// Letters inside links.
    pub linked: usize,
    /// Position of the innermost frame.
    pub frame: usize,
    /// What it is the text of.
    pub tag: Tag,
    /// Follows the block before it after a single `<br>`.
    pub soft: bool,
}

/// A short piece of text that an element's names or attributes say something about.
#[derive(Debug)]
pub(super) struct Mark {
    /// What is said.
    pub hint: Hint,
    /// The words of the element.
    pub text: String,
    /// Its `datetime`, `content` or `title` attribute.
    pub value: Option<String>,
    /// Whether it is a `time` element.
    pub is_time: bool,
    /// Position of the block that it stands in.
    pub block: usize,
}

/// What a page holds, in the order of the page.
#[derive(Debug, Default)]
pub(super) struct Page {
    /// Elements around blocks; the first is the page.
    pub frames: Vec<Frame>,
    /// Runs of text.
    pub blocks: Vec<Block>,
    /// Bylines, days, times.
    pub marks: Vec<Mark>,
    /// `(name or property, content)` of `meta`, names in lower case.
    pub meta: Vec<(String, String)>,
    /// Contents of `title`.
    pub title: String,
    /// `link rel=canonical`.
    pub canonical: Option<String>,
    /// `lang` of the root.
    pub lang: Option<String>,
}

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

/// What an open element changed.
#[derive(Clone, Copy, Default)]
struct Opened {
    link: bool,
    silence: bool,
    mark: bool,
    tag: bool,
    frame: bool,
    title: bool,
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
            "title" if self.page.title.is_empty() => opened.title = true,
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
        self.links += usize::from(opened.link);
        self.silent += usize::from(opened.silence);
        self.titles += usize::from(opened.title);
        self.opened.push(opened);
    }

    fn open_block(&mut self, tag: Tag, element: &Element, framed: bool, opened: &mut Opened) {
        self.flush();
        let hint = hint_of(element);
        opened.tag = true;
        self.tags.push(tag);
        if !framed && hint.is_silent() {
            return;
        }
        opened.frame = true;
        let start = self.page.blocks.len();
        self.page.frames.push(Frame {
            parent: self.frame,
            tag,
            hint,
            class: element.attr("class").map_or(0, digest),
            blocks: start..start,
        });
        self.frame = self.page.frames.len() - 1;
        if hint.says(Hint::BYLINE.and(Hint::DATE)) {
            self.open_mark(hint, element, false, opened);
        }
    }

    fn open_inline(&mut self, name: &str, element: &Element, opened: &mut Opened) {
        opened.link = name == "a" && element.attr("href").is_some();
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
            opened.silence = true;
        }
    }

    fn open_mark(&mut self, hint: Hint, element: &Element, is_time: bool, opened: &mut Opened) {
        let value = ["datetime", "content", "title"]
            .into_iter()
            .find_map(|key| element.attr(key))
            .map(str::to_owned);
        opened.mark = true;
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
        if opened.mark {
            self.close_mark();
        }
        if opened.tag {
            self.flush();
            self.tags.pop();
        }
        if opened.frame {
            let end = self.page.blocks.len();
            let frame = &mut self.page.frames[self.frame];
            frame.blocks.end = end;
            self.frame = frame.parent;
        }
        self.links -= usize::from(opened.link);
        self.silent -= usize::from(opened.silence);
        self.titles -= usize::from(opened.title);
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
        for c in text.chars() {
            if c.is_whitespace() {
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

/// Whether a character is left out of a text: marks that are not seen, controls, tatweel.
fn is_dropped(c: char) -> bool {
    c == '\u{640}' || c == '\u{FFFD}' || c.is_control() || (is_invisible(c) && c != '\u{200C}')
}

/// How an element stands among others.
enum Shape {
    /// Within a line.
    Inline,
    /// A block of text; a frame only where its names say something.
    Text(Tag),
    /// Holds blocks.
    Frame(Tag),
    /// Neither holds text of the page nor breaks a line.
    Outside,
}

fn shape(name: &str) -> Shape {
    match name {
        "p" => Shape::Text(Tag::Paragraph),
        "h1" => Shape::Text(Tag::Heading(1)),
        "h2" => Shape::Text(Tag::Heading(2)),
        "h3" => Shape::Text(Tag::Heading(3)),
        "h4" | "h5" | "h6" => Shape::Text(Tag::Heading(4)),
        "li" | "dt" | "dd" => Shape::Frame(Tag::Entry),
        "td" | "th" => Shape::Frame(Tag::Cell),
        "blockquote" => Shape::Frame(Tag::Quote),
        "pre" => Shape::Text(Tag::Plain),
        "figcaption" | "caption" => Shape::Frame(Tag::Caption),
        "nav" | "aside" | "footer" | "form" | "menu" | "dialog" | "fieldset" => {
            Shape::Frame(Tag::Furniture)
        }
        "header" | "hgroup" => Shape::Frame(Tag::Header),
        "article" | "main" => Shape::Frame(Tag::Main),
        "span" | "a" | "time" | "abbr" | "label" | "relative-time" | "time-ago" => Shape::Inline,
        "html" | "head" | "title" | "meta" | "link" | "br" | "hr" => Shape::Outside,
        // Elements of other vocabularies: Word's `o:p`.
        name if name.contains(':') => Shape::Inline,
        _ => Shape::Frame(Tag::Box),
    }
}

fn digest(class: &str) -> u64 {
    let mut hasher = FxHasher::default();
    class.hash(&mut hasher);
    hasher.finish()
}

fn hint_of(element: &Element) -> Hint {
    let mut hint = Hint::default();
    for (name, value) in &element.attrs {
        let said = match &*name.local {
            "class" | "id" => hint::of_names(value),
            "itemprop" => hint::of_property(value),
            "hidden" => Hint::HIDDEN,
            "aria-hidden" if value.trim() == "true" => Hint::HIDDEN,
            "role" if matches!(value.trim(), "navigation" | "complementary" | "contentinfo") => {
                Hint::NOISE
            }
            _ => Hint::default(),
        };
        hint = hint.and(said);
    }
    hint
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
