//! Turns the frames of a page into the one that holds the article: by paragraph mass, with what the names say as a prior.
//!
//! Mass is letters outside links in blocks that read like sentences. No stop words: what ends a
//! sentence is the same in every language that is read here.

use std::ops::Range;

use super::block::{Block, Frame, Page, Tag};
use super::hint::Hint;

/// Letters of one block that count as mass at most: one long block is no better than three.
const BLOCK_MASS: usize = 900;

/// Where the article is.
#[derive(Debug)]
pub(super) struct Body {
    /// Position of the frame that holds it.
    pub frame: usize,
    /// Runs of blocks that are the article, in order; usually the frame's blocks.
    pub runs: Vec<Range<usize>>,
    /// For each frame, whether it or one around it is furniture.
    pub noisy: Vec<bool>,
    /// Mass of all paragraphs outside of furniture.
    pub mass: usize,
}

/// Finds the frame that holds the article.
pub(super) fn find(page: &Page) -> Body {
    let listed = listed(page);
    let masses: Vec<usize> = page
        .blocks
        .iter()
        .map(|block| mass(block) / if listed[block.frame] { 3 } else { 1 })
        .collect();
    let noisy = noisy(page, &masses);
    let quiet: Vec<usize> = page
        .blocks
        .iter()
        .zip(&masses)
        .map(|(block, mass)| if noisy[block.frame] { 0 } else { *mass })
        .collect();
    let sums = Sums::new(&quiet);
    let total = sums.of(&page.frames[0].blocks);
    let search = Search {
        page,
        noisy: &noisy,
        sums: &sums,
        total,
    };
    let (frame, runs) = search.hinted().unwrap_or_else(|| {
        let frame = search.descend(search.start(), 6);
        (frame, vec![page.frames[frame].blocks.clone()])
    });
    Body {
        frame,
        runs,
        mass: total,
        noisy,
    }
}

/// How much a block weighs as a paragraph.
fn mass(block: &Block) -> usize {
    let plain = block.letters - block.linked.min(block.letters);
    if block.linked * 2 > block.letters || plain < 20 {
        return 0;
    }
    match block.tag {
        Tag::Heading(_) | Tag::Caption => 0,
        _ if ends_sentence(&block.text) || plain >= 120 => plain.min(BLOCK_MASS),
        _ => plain / 4,
    }
}

/// Whether a text ends as a sentence does.
pub(super) fn ends_sentence(text: &str) -> bool {
    text.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, ')' | ']' | '*'))
        .ends_with([
            '.', '!', '?', '؟', '۔', '»', '"', '”', '…', ':', ';', '؛', '“', '’',
        ])
}

/// Which frames are in a list: teasers stand there, paragraphs of an article rarely.
fn listed(page: &Page) -> Vec<bool> {
    let mut listed = vec![false; page.frames.len()];
    for at in 1..page.frames.len() {
        let frame = &page.frames[at];
        listed[at] = listed[frame.parent] || frame.tag == Tag::Entry;
    }
    listed
}

/// Sums over runs of blocks.
struct Sums(Vec<usize>);

impl Sums {
    fn new(values: &[usize]) -> Self {
        let mut sums = Vec::with_capacity(values.len() + 1);
        let mut sum = 0;
        sums.push(0);
        for value in values {
            sum += value;
            sums.push(sum);
        }
        Self(sums)
    }

    fn of(&self, blocks: &Range<usize>) -> usize {
        self.0[blocks.end] - self.0[blocks.start]
    }
}

/// Which frames are furniture. Names err: a frame with most of the page's mass is none, whatever it is called.
fn noisy(page: &Page, masses: &[usize]) -> Vec<bool> {
    let hidden = hidden(page, masses);
    let shown: Vec<usize> = page
        .blocks
        .iter()
        .zip(masses)
        .map(|(block, mass)| if hidden[block.frame] { 0 } else { *mass })
        .collect();
    let sums = Sums::new(&shown);
    let total = sums.of(&page.frames[0].blocks);
    let mut holds_body = vec![false; page.frames.len()];
    for at in (1..page.frames.len()).rev() {
        let frame = &page.frames[at];
        if frame.hint.says(Hint::BODY) && sums.of(&frame.blocks) * 3 > total {
            holds_body[at] = true;
        }
        holds_body[frame.parent] |= holds_body[at];
    }
    let mut noisy = hidden;
    for (at, frame) in page.frames.iter().enumerate().skip(1) {
        let named = frame.hint.says(Hint::NOISE.and(Hint::CAPTION))
            || matches!(frame.tag, Tag::Furniture | Tag::Caption);
        let pardoned = sums.of(&frame.blocks) * 2 > total || holds_body[at];
        noisy[at] |= noisy[frame.parent] || (named && !pardoned);
    }
    noisy
}

/// Which frames are not shown; a page that shows no paragraphs at all hides its article until a script runs.
fn hidden(page: &Page, masses: &[usize]) -> Vec<bool> {
    let mut hidden = vec![false; page.frames.len()];
    for (at, frame) in page.frames.iter().enumerate().skip(1) {
        hidden[at] = hidden[frame.parent] || frame.hint.says(Hint::HIDDEN);
    }
    let shown: usize = page
        .blocks
        .iter()
        .zip(masses)
        .filter(|(block, _)| !hidden[block.frame])
        .map(|(_, mass)| mass)
        .sum();
    if shown < 200 {
        hidden.fill(false);
    }
    hidden
}

struct Search<'a> {
    page: &'a Page,
    noisy: &'a [bool],
    sums: &'a Sums,
    total: usize,
}

impl Search<'_> {
    fn mass(&self, frame: usize) -> usize {
        self.sums.of(&self.page.frames[frame].blocks)
    }

    /// The frame whose names say that it is the body, where it weighs enough to be believed; with it the frames
    /// that the template repeats beside it, where an article comes in pieces.
    fn hinted(&self) -> Option<(usize, Vec<Range<usize>>)> {
        let frames = &self.page.frames;
        let named: Vec<usize> = (1..frames.len())
            .filter(|&at| frames[at].hint.says(Hint::BODY) && !self.noisy[at] && self.mass(at) > 0)
            .collect();
        let weight = |at: usize| {
            let schema = frames[at].hint.says(Hint::SCHEMA);
            self.mass(at) * if schema { 3 } else { 2 }
        };
        let best = named
            .iter()
            .copied()
            .max_by_key(|&at| (weight(at), usize::MAX - at))?;
        let twins: Vec<usize> = named
            .iter()
            .copied()
            .filter(|&at| {
                frames[at].class == frames[best].class
                    && self.article_of(at) == self.article_of(best)
            })
            .collect();
        let mut runs: Vec<Range<usize>> = Vec::new();
        for at in twins {
            let blocks = &frames[at].blocks;
            if runs.last().is_none_or(|last| last.end <= blocks.start) {
                runs.push(blocks.clone());
            }
        }
        let sum: usize = runs.iter().map(|run| self.sums.of(run)).sum();
        let schema = frames[best].hint.says(Hint::SCHEMA);
        let enough = if schema {
            sum * 8 >= self.total
        } else {
            sum * 3 >= self.total
        };
        if !enough || sum < 100 {
            return None;
        }
        if runs.len() > 1 {
            return Some((self.around(&runs), runs));
        }
        let inner = self.descend(best, 9);
        Some((inner, vec![frames[inner].blocks.clone()]))
    }

    /// The `article` or `main` around a frame.
    fn article_of(&self, frame: usize) -> usize {
        let mut at = frame;
        while at != 0 && self.page.frames[at].tag != Tag::Main {
            at = self.page.frames[at].parent;
        }
        at
    }

    /// The innermost frame around all runs.
    fn around(&self, runs: &[Range<usize>]) -> usize {
        let (start, end) = (runs[0].start, runs[runs.len() - 1].end);
        (0..self.page.frames.len())
            .filter(|&at| {
                let blocks = &self.page.frames[at].blocks;
                blocks.start <= start && blocks.end >= end
            })
            .max()
            .unwrap_or(0)
    }

    /// The page, or the `article` or `main` that holds most of it.
    fn start(&self) -> usize {
        let is_main = |frame: &Frame| frame.tag == Tag::Main || frame.hint.says(Hint::ARTICLE);
        (1..self.page.frames.len())
            .filter(|&at| is_main(&self.page.frames[at]) && !self.noisy[at])
            .filter(|&at| self.mass(at) * 2 > self.total)
            .max()
            .unwrap_or(0)
    }

    /// Goes inward as long as one frame holds that many tenths of the mass.
    fn descend(&self, from: usize, tenths: usize) -> usize {
        let mut at = from;
        let mut best = from;
        for inner in from + 1..self.page.frames.len() {
            let frame = &self.page.frames[inner];
            if frame.blocks.start >= self.page.frames[at].blocks.end {
                break;
            }
            if frame.parent == at
                && frame.tag != Tag::Entry
                && self.mass(inner) * 10 >= self.mass(at) * tenths
                && self.mass(inner) > 0
                && !(frame.blocks.len() == 1 && self.page.frames[at].blocks.len() > 1 && tenths > 6)
            {
                at = inner;
                best = inner;
            }
        }
        best
    }
}
