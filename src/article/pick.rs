//! Turns the blocks of the body into the text: furniture, links, days and repeats go, the standfirst comes first.

use rustc_hash::{FxHashMap, FxHashSet};

use super::block::{Block, Page, Tag};
use super::body::{Body, ends_sentence};
use super::boilerplate::{self, Kind};
use super::hint::Hint;
use crate::text::fold::fold;

/// Picks the blocks of the article: their positions, in order, the standfirst's among them.
pub(super) fn pick(
    page: &Page,
    body: &Body,
    title: Option<&str>,
    learnt: Option<&dyn Fn(&str) -> bool>,
) -> Vec<usize> {
    let mut picker = Picker::new(page, body, title, learnt);
    let mut blocks = Vec::new();
    for run in &body.runs {
        picker.run(run.clone(), &mut blocks);
    }
    trim(page, &mut blocks);
    let first = body.runs.first().map_or(0, |run| run.start);
    let leads = picker.leads(first, &blocks);
    blocks.splice(0..0, leads);
    blocks
}

struct Picker<'a> {
    page: &'a Page,
    body: &'a Body,
    title: String,
    learnt: Option<&'a dyn Fn(&str) -> bool>,
    /// Letters of each block that stand in marks: bylines, days.
    marked: FxHashMap<usize, usize>,
    seen: FxHashSet<&'a str>,
    /// For each frame, whether its links outweigh its words.
    linked: Vec<bool>,
}

impl<'a> Picker<'a> {
    fn new(
        page: &'a Page,
        body: &'a Body,
        title: Option<&str>,
        learnt: Option<&'a dyn Fn(&str) -> bool>,
    ) -> Self {
        let mut marked = FxHashMap::default();
        for mark in &page.marks {
            *marked.entry(mark.block).or_insert(0) += letters(&mark.text);
        }
        Self {
            page,
            body,
            title: title.map(fold).unwrap_or_default(),
            learnt,
            marked,
            seen: FxHashSet::default(),
            linked: link_frames(page, body),
        }
    }

    fn run(&mut self, run: std::ops::Range<usize>, blocks: &mut Vec<usize>) {
        let mut after_head = false;
        let mut at = run.start;
        while at < run.end {
            let block = &self.page.blocks[at];
            let kind = boilerplate::kind(&block.text, || block.letters);
            match kind {
                Some(Kind::End) if self.is_late(blocks) => break,
                Some(Kind::RelatedHead) => {
                    after_head = true;
                    at = self.boxed(at, &run).saturating_sub(1).max(at);
                }
                Some(_) => {}
                None if after_head && looks_linked(block) => {}
                None => {
                    after_head = false;
                    if self.is_text(at, block) {
                        blocks.push(at);
                    }
                }
            }
            at += 1;
        }
    }

    /// Where the box ends that a head like "lire aussi" opens: the largest frame that starts with it and is no
    /// more than half of the body.
    fn boxed(&self, head: usize, run: &std::ops::Range<usize>) -> usize {
        let size = |blocks: &std::ops::Range<usize>| -> usize {
            let blocks = self.page.blocks.get(blocks.clone()).unwrap_or_default();
            blocks.iter().map(|block| block.letters).sum()
        };
        let all: usize = self.body.runs.iter().map(size).sum();
        let mut end = head + 1;
        let mut at = self.page.blocks[head].frame;
        while at != self.body.frame && at != 0 {
            let blocks = &self.page.frames[at].blocks;
            if blocks.start < head || blocks.end > run.end || size(blocks) * 2 > all {
                break;
            }
            end = end.max(blocks.end);
            at = self.page.frames[at].parent;
        }
        end
    }

    /// Whether enough has been read for the article to be over.
    fn is_late(&self, blocks: &[usize]) -> bool {
        let read: usize = blocks.iter().map(|&at| self.page.blocks[at].letters).sum();
        read >= 200
    }

    fn is_text(&mut self, at: usize, block: &'a Block) -> bool {
        let furniture = self.body.noisy[block.frame]
            || self.linked[block.frame]
            || block.letters < 2
            || is_link(block)
            || self.is_meta(at, block)
            || self.learnt.is_some_and(|learnt| learnt(&block.text));
        !furniture && !self.repeats(block)
    }

    /// A line of day, author or title.
    fn is_meta(&self, at: usize, block: &Block) -> bool {
        if block.letters > 160 {
            return false;
        }
        let marked = self.marked.get(&at).copied().unwrap_or(0);
        let hint = self.page.frames[block.frame].hint;
        marked * 2 > block.letters
            || hint.says(Hint::META.and(Hint::BYLINE).and(Hint::DATE))
                && !ends_sentence(&block.text)
            || is_day(block)
            || (block.letters < 150 && !self.title.is_empty() && fold(&block.text) == self.title)
    }

    fn repeats(&mut self, block: &'a Block) -> bool {
        block.letters > 80 && !self.seen.insert(block.text.as_str())
    }

    /// Standfirst blocks outside of the body: named so, before it.
    fn leads(&mut self, first: usize, blocks: &[usize]) -> Vec<usize> {
        let after_title = self.page.blocks[..first.min(self.page.blocks.len())]
            .iter()
            .rposition(|block| block.tag == Tag::Heading(1))
            .unwrap_or(0);
        if blocks.is_empty() {
            return Vec::new();
        }
        (after_title..first)
            .filter(|&at| {
                let block = &self.page.blocks[at];
                block.letters >= 30
                    && block.tag != Tag::Heading(1)
                    && self.named(block.frame, Hint::LEAD)
                    && boilerplate::kind(&block.text, || block.letters).is_none()
                    && self.is_text(at, block)
            })
            .collect()
    }

    fn named(&self, frame: usize, hint: Hint) -> bool {
        let mut at = frame;
        for _ in 0..3 {
            if self.page.frames[at].hint.says(hint) {
                return true;
            }
            at = self.page.frames[at].parent;
        }
        false
    }
}

/// Frames of the body with more than one block whose links outweigh their words.
fn link_frames(page: &Page, body: &Body) -> Vec<bool> {
    let mut sums = vec![(0_usize, 0_usize, 0_usize); page.frames.len()];
    for block in &page.blocks {
        let sum = &mut sums[block.frame];
        *sum = (sum.0 + block.letters, sum.1 + block.linked, sum.2 + 1);
    }
    for at in (1..page.frames.len()).rev() {
        let inner = sums[at];
        let sum = &mut sums[page.frames[at].parent];
        *sum = (sum.0 + inner.0, sum.1 + inner.1, sum.2 + inner.2);
    }
    let mut linked = vec![false; page.frames.len()];
    for at in 1..page.frames.len() {
        let (letters, links, blocks) = sums[at];
        let own = at != body.frame && blocks > 1 && links * 2 > letters;
        linked[at] = own || linked[page.frames[at].parent];
        if at == body.frame {
            linked[at] = false;
        }
    }
    linked
}

/// A block that is a link, or nearly.
fn is_link(block: &Block) -> bool {
    block.linked * 10 > block.letters * 8
        || (block.linked * 2 > block.letters && !ends_sentence(&block.text))
}

/// After a "lire aussi": a link, a dated line, a headline.
fn looks_linked(block: &Block) -> bool {
    block.linked * 2 > block.letters || is_day(block)
}

/// A short line that is mostly a day or an hour: digits, a month, a few words around them.
fn is_day(block: &Block) -> bool {
    let digits = block.text.chars().filter(char::is_ascii_digit).count();
    block.letters <= 28
        && digits >= 3
        && digits * 3 >= block.letters
        && block
            .text
            .split(|c: char| !c.is_ascii_digit())
            .any(|run| run.len() == 4)
        && !ends_sentence(&block.text)
}

/// Drops headings and short lines at the end that introduce nothing.
fn trim(page: &Page, blocks: &mut Vec<usize>) {
    while let Some(&last) = blocks.last() {
        let block = &page.blocks[last];
        let heading = matches!(block.tag, Tag::Heading(_));
        let stray = !matches!(block.tag, Tag::Paragraph | Tag::Entry)
            && block.letters < 40
            && !ends_sentence(&block.text)
            && !block.soft;
        if !heading && !stray {
            break;
        }
        blocks.pop();
    }
}

fn letters(text: &str) -> usize {
    text.chars().filter(|c| c.is_alphabetic()).count()
}
