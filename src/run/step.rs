//! Says what long work is doing and how much of it is done, for whoever watches.

use crate::crawl::seen::Seen;

/// How much of some work is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// Pieces that are done.
    pub done: u64,
    /// All pieces; none where the end alone tells.
    pub of: Option<u64>,
}

/// What is being done.
#[derive(Debug, Clone, Copy)]
pub enum Step<'a> {
    /// What the report calls by this name began: `crawl`, `import`, `read`, `link`, `index`, `alert`.
    Began(&'a str),
    /// So many pieces were taken in.
    Imported(u64),
    /// A link of a source was done.
    Crawled(&'a str, &'a Seen),
    /// So many captures were read.
    Read(Part),
    /// So many records were linked.
    Linked(Part),
    /// So many records and dossiers were indexed.
    Indexed(Part),
    /// So many sources were tried.
    Tried(Part),
    /// So many captures were checked.
    Checked(Part),
}
