//! Holds what a page is made of for reading: blocks of text, the frames around them, marks and metadata.

use super::hint::Hint;

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
