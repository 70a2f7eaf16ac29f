//! Tells of a sentence whether a rule may match in it, by words and entries of which every match holds one:
//! most sentences hold none, and are read no further.

use std::ops::Range;

use rustc_hash::FxHashSet;

use super::atom::{Atom, Atoms, Spellings};
use super::compile::Writer;
use super::expression::Node;
use super::lexicon::{Annotations, Lexicons};
use super::reading::{folded_words, written_words};
use crate::text::Text;

/// Atoms of which every match of an expression holds one.
#[derive(Debug)]
pub(super) struct Needed {
    pub(super) atoms: Vec<u16>,
    /// How common they are, all together.
    common: u32,
}

impl Writer<'_> {
    /// The rarest atoms of which every match holds one; nothing where a match may do without any.
    pub(super) fn needed(&mut self, node: &Node) -> Option<Needed> {
        match node {
            Node::Word { form, .. } => {
                let words = folded_words(form, self.scope.lang).into_iter();
                rarest(words.map(|word| self.lone(Atom::Word(word))))
            }
            Node::Exact { form, .. } => {
                let words = written_words(form, self.scope.lang).into_iter();
                rarest(words.map(|word| self.lone(Atom::Exact(word))))
            }
            Node::Entry(test) => {
                let entry = self.entry(test)?;
                self.lone(entry)
            }
            Node::Macro { name, .. } => {
                let scope = self.scope;
                self.needed(scope.macros.get(name)?)
            }
            Node::Sequence(nodes) => rarest(nodes.iter().map(|node| self.needed(node))),
            Node::Choice(nodes) => {
                let mut all = Needed {
                    atoms: Vec::new(),
                    common: 0,
                };
                for node in nodes {
                    let one = self.needed(node)?;
                    all.atoms.extend(one.atoms);
                    all.common += one.common;
                }
                Some(all)
            }
            Node::Repeat { node, min, .. } if *min > 0 => self.needed(node),
            Node::Capture { node, .. } => self.needed(node),
            Node::Repeat { .. } | Node::Any | Node::Kind { .. } | Node::Clitic { .. } => None,
        }
    }

    fn lone(&mut self, atom: Atom) -> Option<Needed> {
        Some(Needed {
            common: common(&atom)?,
            atoms: vec![self.atoms.number(atom)?],
        })
    }
}

fn rarest(needed: impl Iterator<Item = Option<Needed>>) -> Option<Needed> {
    needed.flatten().min_by_key(|needed| needed.common)
}

/// How common an atom is in texts, by Zipf's law of abbreviation: each letter halves the share of a word.
/// The entries of a lexicon count as a word of a few letters.
fn common(atom: &Atom) -> Option<u32> {
    const LETTERS: usize = 16;
    let of = |letters: usize| 1 << (LETTERS - letters.min(LETTERS));
    match atom {
        Atom::Word(word) | Atom::Exact(word) => Some(of(word.chars().count())),
        Atom::Entry { .. } => Some(of(LETTERS / 2)),
        Atom::Shape(_) | Atom::Clitic(_) | Atom::Kind(_) => None,
    }
}

/// What the rules of a stage need, by what a token brings.
#[derive(Debug, Default)]
pub(super) struct Need {
    /// By entry.
    entries: Vec<bool>,
    folded: WordSet,
    written: WordSet,
    /// A rule needs none of them.
    nothing: bool,
}

impl Need {
    /// Gathers the atoms that a stage needs; none where one of its rules may do without.
    pub(super) fn new(
        needed: Option<&[u16]>,
        atoms: &Atoms,
        lexicons: &Lexicons,
        spellings: &Spellings,
    ) -> Self {
        let mut need = Self::default();
        let Some(needed) = needed else {
            need.nothing = true;
            return need;
        };
        need.entries = vec![false; lexicons.entries().len()];
        for &number in needed {
            match atoms.atom(number) {
                Atom::Word(word) => {
                    let spelt = spellings.get(word).into_iter().flatten();
                    let words = std::iter::once(word).chain(spelt);
                    words.for_each(|word| need.folded.insert(word));
                }
                Atom::Exact(word) => need.written.insert(word),
                atom => {
                    let entries = need.entries.iter_mut().zip(lexicons.entries());
                    entries.for_each(|(known, entry)| *known |= atom.holds_of(entry));
                }
            }
        }
        need
    }

    /// Whether a rule may match in a sentence.
    pub(super) fn is_met(
        &self,
        text: &Text<'_>,
        annotations: &Annotations,
        mut tokens: Range<usize>,
    ) -> bool {
        let mut entries = annotations.within(&tokens).iter();
        self.nothing
            || entries.any(|found| self.entries[found.entry as usize])
            || tokens.clone().any(|at| self.folded.has_folded(text, at))
            || !self.written.is_empty() && tokens.any(|at| self.written.has(text.word(at)))
    }
}

/// Words, behind a sieve.
#[derive(Debug, Default)]
struct WordSet {
    sieve: Sieve,
    words: FxHashSet<Box<str>>,
}

impl WordSet {
    fn insert(&mut self, word: &str) {
        self.sieve.open(word);
        self.words.insert(word.into());
    }

    fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    fn has(&self, word: &str) -> bool {
        self.sieve.passes(word.as_bytes()) && self.words.contains(word)
    }

    fn has_folded(&self, text: &Text<'_>, at: usize) -> bool {
        self.sieve.passes(text.folded_bytes(at)) && self.words.contains(text.folded(at))
    }
}

/// Stops most words that are none of a few, by their length and two of their bytes.
#[derive(Debug, Default)]
pub(super) struct Sieve(Vec<bool>);

impl Sieve {
    const HOLES: usize = 1 << 10;

    /// Lets a word pass, and with it those that look like it.
    pub(super) fn open(&mut self, word: &str) {
        self.0.resize(Self::HOLES, false);
        self.0[Self::hole(word.as_bytes())] = true;
    }

    /// Whether a word may be one of those that pass.
    pub(super) fn passes(&self, word: &[u8]) -> bool {
        !self.0.is_empty() && self.0[Self::hole(word)]
    }

    /// The second byte and the last: in Arabic the first tells little.
    fn hole(word: &[u8]) -> usize {
        let byte = |at: usize| usize::from(word.get(at).copied().unwrap_or_default());
        let last = byte(word.len().saturating_sub(1));
        (word.len() + 31 * byte(1) + 89 * last) % Self::HOLES
    }
}
