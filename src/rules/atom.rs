//! Tells which atoms a token satisfies: words, lexicon entries, shapes, clitics, mentions.

use std::ops::Range;

use rustc_hash::FxHashMap;

use super::Mention;
use super::automaton::{Held, LONGEST_SPAN, held};
use super::lexicon::{Annotations, Clitics, Entry, Lexicons};
use super::need::Sieve;
use crate::text::Text;
use crate::text::token::Shape;

/// One test of a token or of the tokens from it on.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Atom {
    /// A folded word.
    Word(Box<str>),
    /// A word as it is written.
    Exact(Box<str>),
    /// A mark of the token's shape.
    Shape(Shape),
    /// A clitic that the token carries.
    Clitic(Clitics),
    /// An entry of a lexicon.
    Entry {
        lexicon: u16,
        feature: Option<(Box<str>, Option<Box<str>>)>,
        clitics: Clitics,
    },
    /// A mention of a kind.
    Kind(Box<str>),
}

impl Atom {
    pub(super) fn holds_of(&self, entry: &Entry) -> bool {
        let Self::Entry {
            lexicon, feature, ..
        } = self
        else {
            return false;
        };
        *lexicon == entry.lexicon
            && (feature.as_ref()).is_none_or(|(key, wanted)| entry.says(key, wanted.as_deref()))
    }
}

/// The names that rules write for shapes.
pub(super) const SHAPES: [(&str, Shape); 11] = [
    ("CAP", Shape::CAP),
    ("CAPS", Shape::CAPS),
    ("LATIN", Shape::LATIN),
    ("ARABIC", Shape::ARABIC),
    ("DIGITS", Shape::DIGITS),
    ("PUNCT", Shape::PUNCT),
    ("GLUED", Shape::GLUED),
    ("HYPHEN", Shape::HYPHEN),
    ("ELIDED", Shape::ELIDED),
    ("LINE", Shape::LINE),
    ("DOTTED", Shape::DOTTED),
];

/// The names that rules write for clitics.
pub(super) const CLITICS: [(&str, Clitics); 7] = [
    ("w", Clitics::AND),
    ("b", Clitics::IN),
    ("l", Clitics::TO),
    ("k", Clitics::AS),
    ("al", Clitics::THE),
    ("pron", Clitics::PRONOUN),
    ("plural", Clitics::PLURAL),
];

/// The clitic of a name.
pub(super) fn clitic(name: &str) -> Option<Clitics> {
    CLITICS
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, clitics)| *clitics)
}

/// The atoms that the rules of a stage name, numbered.
#[derive(Debug, Default)]
pub(super) struct Atoms {
    all: Vec<Atom>,
    numbers: FxHashMap<Atom, u16>,
}

impl Atoms {
    /// The number of an atom, or nothing when there are more than 65 535.
    pub(super) fn number(&mut self, atom: Atom) -> Option<u16> {
        if let Some(&number) = self.numbers.get(&atom) {
            return Some(number);
        }
        let number = u16::try_from(self.all.len()).ok()?;
        self.numbers.insert(atom.clone(), number);
        self.all.push(atom);
        Some(number)
    }

    pub(super) fn atom(&self, number: u16) -> &Atom {
        &self.all[usize::from(number)]
    }
}

/// The atoms by what a token brings: its word, its shape, the entries that begin at it.
#[derive(Debug, Default)]
pub(super) struct AtomIndex {
    words: OfWords,
    exacts: OfWords,
    shapes: Vec<(Shape, u16)>,
    clitics: Vec<(Clitics, u16)>,
    /// By entry: bounds in `of_entries`.
    entries: Vec<(u32, u32)>,
    of_entries: Vec<(Clitics, u16)>,
    kinds: FxHashMap<Box<str>, u16>,
}

/// The atoms of words: most words have none.
#[derive(Debug, Default)]
struct OfWords {
    sieve: Sieve,
    atoms: FxHashMap<Box<str>, Vec<u16>>,
}

impl OfWords {
    fn insert(&mut self, word: &str, atom: u16) {
        self.sieve.open(word);
        self.atoms.entry(word.into()).or_default().push(atom);
    }

    fn of(&self, word: &str) -> impl Iterator<Item = u16> {
        let passes = self.sieve.passes(word.as_bytes());
        let atoms = passes.then(|| self.atoms.get(word)).flatten();
        atoms.into_iter().flatten().copied()
    }
}

/// The words that a literal also stands for: "de" for "d'" and "du".
pub(super) type Spellings = FxHashMap<Box<str>, Vec<Box<str>>>;

impl AtomIndex {
    pub(super) fn new(atoms: &Atoms, lexicons: &Lexicons, spellings: &Spellings) -> Self {
        let mut index = Self::default();
        let mut of_lexicon: FxHashMap<u16, Vec<u16>> = FxHashMap::default();
        for (number, atom) in atoms.all.iter().enumerate() {
            let number = number as u16;
            match atom {
                Atom::Word(word) => {
                    let spelt = spellings.get(word).into_iter().flatten();
                    for word in std::iter::once(word).chain(spelt) {
                        index.words.insert(word, number);
                    }
                }
                Atom::Exact(word) => index.exacts.insert(word, number),
                Atom::Shape(shape) => index.shapes.push((*shape, number)),
                Atom::Clitic(clitics) => index.clitics.push((*clitics, number)),
                Atom::Entry { lexicon, .. } => of_lexicon.entry(*lexicon).or_default().push(number),
                Atom::Kind(kind) => {
                    index.kinds.insert(kind.clone(), number);
                }
            }
        }
        for entry in lexicons.entries() {
            let begin = index.of_entries.len() as u32;
            for &number in of_lexicon.get(&entry.lexicon).into_iter().flatten() {
                let atom = atoms.atom(number);
                if let Atom::Entry { clitics, .. } = atom
                    && atom.holds_of(entry)
                {
                    index.of_entries.push((*clitics, number));
                }
            }
            index.entries.push((begin, index.of_entries.len() as u32));
        }
        index
    }

    /// Writes the class of the first of the tokens that are left of a sentence: the atoms that hold
    /// there, sorted, without doubles. `mentions` are those that begin at it.
    pub(super) fn class(
        &self,
        text: &Text<'_>,
        annotations: &Annotations,
        mentions: &[Mention<'_>],
        tokens: Range<usize>,
        class: &mut Vec<Held>,
    ) {
        let (at, end) = (tokens.start, tokens.end);
        class.clear();
        let mut push = |atom: u16, length: u32| class.push(held(atom, length));
        for atom in self.words.of(text.folded(at)) {
            push(atom, 1);
        }
        for atom in self.exacts.of(text.word(at)) {
            push(atom, 1);
        }
        let shape = text.tokens[at].shape;
        for &(mark, atom) in &self.shapes {
            if shape.has(mark) {
                push(atom, 1);
            }
        }
        for found in annotations.at(at) {
            let (from, to) = self.entries[found.entry as usize];
            let length = found.end - found.first;
            for &(clitics, atom) in &self.of_entries[from as usize..to as usize] {
                if found.clitics.has(clitics) && length <= LONGEST_SPAN {
                    push(atom, length);
                }
            }
        }
        for mention in mentions {
            if let Some(&atom) = self.kinds.get(mention.kind)
                && mention.end as usize <= end
                && (1..=LONGEST_SPAN).contains(&(mention.end - mention.first))
            {
                push(atom, mention.end - mention.first);
            }
        }
        if !self.clitics.is_empty() {
            let carried = carried(text, annotations, at);
            for &(clitics, atom) in &self.clitics {
                if carried.has(clitics) {
                    push(atom, 1);
                }
            }
        }
        class.sort_unstable();
        class.dedup();
    }
}

/// The clitics of a token by the entries that begin at it, or by an ال that leaves no other reading.
fn carried(text: &Text<'_>, annotations: &Annotations, at: usize) -> Clitics {
    let found = annotations.at(at);
    if found.is_empty() {
        return super::reading::evident_clitics(text.folded(at));
    }
    found
        .iter()
        .fold(Clitics::default(), |all, found| all.with(found.clitics))
}
