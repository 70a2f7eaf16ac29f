//! Runs one program over a sentence with captures: depth-first, each step at each token once.
//!
//! A step that failed at a token fails there whatever came before, so the search remembers it and
//! all starts together cost at most the length of the program times that of the sentence.

use super::automaton::{Held, Step, lengths};

/// A sentence as the classes of its tokens.
#[derive(Clone, Copy)]
pub(super) struct Classes<'a> {
    pub(super) symbols: &'a [u32],
    pub(super) classes: &'a [Box<[Held]>],
}

impl<'a> Classes<'a> {
    pub(super) fn at(&self, token: usize) -> &'a [Held] {
        &self.classes[self.symbols[token] as usize]
    }
}

/// Where a capture begins or ends, in the order in which the match passed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    Open(u16, u32),
    Close(u16, u32),
}

#[derive(Debug, Clone, Copy)]
struct Branch {
    step: u32,
    token: u32,
    marks: u32,
    passed: u32,
}

/// How far a program came that did not match: the atoms it passed, and the steps that failed at a token.
#[derive(Debug, Clone, Default)]
pub(super) struct Reach {
    pub(super) passed: u32,
    pub(super) token: u32,
    pub(super) steps: Vec<u32>,
}

impl Reach {
    fn fail(&mut self, here: Branch) {
        let farther = (here.passed, here.token).cmp(&(self.passed, self.token));
        if farther.is_gt() {
            (self.passed, self.token) = (here.passed, here.token);
            self.steps.clear();
        }
        if farther.is_ge() {
            self.steps.push(here.step);
        }
    }
}

/// A match inside a sentence; positions are tokens of the sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) first: usize,
    pub(super) end: usize,
    /// Capture, first token, token after the last.
    pub(super) captures: Vec<(u16, usize, usize)>,
}

/// Memory of a search, reused from one to the next.
#[derive(Debug, Default)]
pub(super) struct Search {
    /// A bit for each step at each token, a row a token.
    tried: Vec<u64>,
    row: usize,
    /// The first step of the program that the bits are about.
    base: u32,
    branches: Vec<Branch>,
    marks: Vec<Mark>,
    /// Steps taken, as in [`super::automaton::Tables`].
    pub(super) work: u64,
    /// The farthest failure since [`Search::open`].
    pub(super) farthest: Reach,
}

impl Search {
    /// Prepares for a program, which stands in `program` of the steps, over `tokens` tokens.
    pub(super) fn open(&mut self, program: &std::ops::Range<u32>, tokens: usize) {
        self.row = (program.end - program.start) as usize / 64 + 1;
        self.base = program.start;
        self.tried.clear();
        self.tried.resize(self.row * (tokens + 1), 0);
        (self.farthest.passed, self.farthest.token) = (0, 0);
        self.farthest.steps.clear();
        self.work += (self.tried.len() / 64) as u64;
    }

    /// The first match that begins at one of `starts` and ends where `accept` says. Steps that failed
    /// are remembered until the next [`Search::open`]; `accept` must not change meanwhile.
    pub(super) fn find(
        &mut self,
        steps: &[Step],
        sentence: Classes<'_>,
        starts: std::ops::Range<usize>,
        accept: impl Fn(usize) -> bool,
    ) -> Option<Found> {
        for first in starts {
            if let Some(end) = self.from(steps, sentence, first, &accept) {
                let captures = self.captures();
                self.forget(end);
                return Some(Found {
                    first,
                    end,
                    captures,
                });
            }
        }
        None
    }

    fn from(
        &mut self,
        steps: &[Step],
        sentence: Classes<'_>,
        first: usize,
        accept: &impl Fn(usize) -> bool,
    ) -> Option<usize> {
        self.branches.clear();
        self.branches.push(Branch {
            step: self.base,
            token: first as u32,
            marks: 0,
            passed: 0,
        });
        while let Some(branch) = self.branches.pop() {
            self.marks.truncate(branch.marks as usize);
            if let Some(end) = self.follow(steps, sentence, branch, accept) {
                return Some(end);
            }
        }
        None
    }

    /// Follows one branch to its end, leaving others for later.
    fn follow(
        &mut self,
        steps: &[Step],
        sentence: Classes<'_>,
        mut here: Branch,
        accept: &impl Fn(usize) -> bool,
    ) -> Option<usize> {
        while self.is_new(here.step, here.token) {
            self.work += 1;
            here.marks = self.marks.len() as u32;
            match steps[here.step as usize] {
                Step::Atom(atom) => here = self.consume(sentence, here, atom)?,
                Step::Any if (here.token as usize) < sentence.symbols.len() => {
                    here.token += 1;
                    here.step += 1;
                }
                Step::Any => return None,
                Step::Fork(preferred, other) => {
                    self.branches.push(Branch {
                        step: other,
                        ..here
                    });
                    here.step = preferred;
                }
                Step::Jump(to) => here.step = to,
                Step::Open(capture) => {
                    self.marks.push(Mark::Open(capture, here.token));
                    here.step += 1;
                }
                Step::Close(capture) => {
                    self.marks.push(Mark::Close(capture, here.token));
                    here.step += 1;
                }
                Step::Done(_) => {
                    let end = here.token as usize;
                    return accept(end).then_some(end);
                }
            }
        }
        None
    }

    /// Goes over the longest span of an atom; shorter ones are left for later.
    fn consume(&mut self, sentence: Classes<'_>, here: Branch, atom: u16) -> Option<Branch> {
        let token = here.token as usize;
        let class = if token < sentence.symbols.len() {
            sentence.at(token)
        } else {
            &[]
        };
        let mut longest = None;
        for length in lengths(class, atom).filter(|length| token + length <= sentence.symbols.len())
        {
            let next = Branch {
                step: here.step + 1,
                token: here.token + length as u32,
                marks: here.marks,
                passed: here.passed + 1,
            };
            self.branches.extend(longest.replace(next));
        }
        if longest.is_none() {
            self.farthest.fail(here);
        }
        longest
    }

    fn is_new(&mut self, step: u32, token: u32) -> bool {
        let bit = (step - self.base) as usize;
        let word = &mut self.tried[token as usize * self.row + bit / 64];
        let mask = 1 << (bit % 64);
        let new = *word & mask == 0;
        *word |= mask;
        new
    }

    /// Forgets the row where a match ended: only there can a step that was tried still succeed for a
    /// search that goes on behind the match. Rows behind it hold failures alone.
    fn forget(&mut self, token: usize) {
        self.tried[token * self.row..(token + 1) * self.row].fill(0);
    }

    fn captures(&self) -> Vec<(u16, usize, usize)> {
        let mut captures = Vec::new();
        let mut open = Vec::new();
        for &mark in &self.marks {
            match mark {
                Mark::Open(capture, token) => {
                    open.push(captures.len());
                    captures.push((capture, token as usize, token as usize));
                }
                Mark::Close(_, token) => {
                    if let Some(at) = open.pop() {
                        let capture: &mut (u16, usize, usize) = &mut captures[at];
                        capture.2 = token as usize;
                    }
                }
            }
        }
        captures
    }
}
