//! Turns a text into the entries of the word lists that stand in it.
//!
//! An entry is found in the forms that a writer gives it without being listed in each: a French word
//! also in its plural in -s or -x; an Arabic one with or without ال, and with the clitics و ف ب ك ل س
//! before it or a pronoun after it. The whole word is tried first: what is known as it stands is not
//! taken apart.

use std::ops::Range;

use rustc_hash::FxHashMap;

use super::lexicon::{Annotations, Clitics, Found, Lexicons, ROOT, Words};
use super::reading::{key, peel, singulars};
use super::spelling::Spelling;
use crate::record::Lang;
use crate::text::Text;
use crate::text::token::Shape;

impl Lexicons {
    /// Finds every entry that stands in a text, in one pass.
    pub fn annotate(&self, text: &Text<'_>) -> Annotations {
        self.known.lend(|known| self.annotate_with(text, known))
    }

    fn annotate_with(&self, text: &Text<'_>, known: &mut Known) -> Annotations {
        let mut found: Vec<Found> = Vec::with_capacity(2 * text.tokens.len());
        let mut starts = Vec::with_capacity(text.tokens.len() + 1);
        let mut open = Vec::new();
        let mut numbers = Vec::new();
        for sentence in &text.sentences {
            known.make_room();
            numbers.clear();
            let tokens = sentence.tokens.clone();
            numbers.extend(tokens.map(|at| self.number(text, at, known)));
            for (at, &number) in numbers.iter().enumerate() {
                let word = known.word(number);
                let first = (sentence.tokens.start + at) as u32;
                let begin = found.len();
                starts.push(begin as u32);
                let next = numbers.get(at + 1).map(|&next| known.word(next));
                if next.is_some_and(|next| word.leads.meets(next.follows)) {
                    let walk = Walk {
                        lexicons: self,
                        known,
                        rest: &numbers[at + 1..],
                        first,
                    };
                    let opens = word.opens.of(&known.opens);
                    walk.longer(opens, &mut open, &mut found);
                    found[begin..].sort_by_key(|f| (std::cmp::Reverse(f.end), f.peeled, f.entry));
                    drop_doubles(&mut found, begin);
                    self.drop_silent(&mut found, begin);
                }
                let alone = word.alone.of(&known.alone).iter();
                found.extend(alone.map(|&alone| Found {
                    first,
                    end: first + 1,
                    ..alone
                }));
            }
        }
        starts.push(found.len() as u32);
        Annotations { found, starts }
    }

    /// The place of a token's word among the known, which it is put among where it was not met before.
    fn number(&self, text: &Text<'_>, at: usize, known: &mut Known) -> u32 {
        let folded = text.folded(at);
        // ة is no pronoun, though folded it looks like one: "ومديرية" is no "مديريه".
        let marked = self.lang == Lang::Ar && text.word(at).ends_with('ة');
        let spelling = Spelling::new(text.folded_from(at), folded.len(), marked);
        let number = match &spelling {
            Some(spelling) => known.short.get(spelling),
            None => known.long[usize::from(marked)].get(folded),
        };
        if let Some(&number) = number {
            return number;
        }
        let word = self.learn(folded, text.tokens[at].shape, marked, known);
        let number = known.words.len() as u32;
        known.words.push(word);
        if folded.len() <= Known::LONGEST {
            match spelling {
                Some(spelling) => known.short.insert(spelling, number),
                None => known.long[usize::from(marked)].insert(folded.into(), number),
            };
        }
        number
    }

    fn learn(&self, folded: &str, shape: Shape, marked: bool, known: &mut Known) -> Word {
        let readings = self.readings(folded, shape);
        let [alone, opens, next] = [known.alone.len(), known.opens.len(), known.next.len()];
        let (mut leads, mut follows) = (Words::default(), Words::default());
        for reading in &readings {
            if reading.peeled == 0 && self.inner[reading.word as usize] {
                known.next.push(reading.word);
                follows.insert(reading.word);
            }
            let node = self.begins[reading.word as usize];
            if node == ROOT || marked && reading.clitics.has(Clitics::PRONOUN) {
                continue;
            }
            let goes_on = self.nodes[node as usize].goes_on;
            if !goes_on.is_empty() {
                leads.extend(goes_on);
                known.opens.push(Opening {
                    node,
                    goes_on,
                    clitics: reading.clitics,
                    peeled: reading.peeled,
                });
            }
            let ends = self.ending_at(node);
            known.alone.extend(ends.map(|entry| Found {
                entry,
                first: 0,
                end: 1,
                clitics: reading.clitics,
                peeled: reading.peeled,
                lexicon: self.lexicon_of(entry),
            }));
        }
        known.alone[alone..].sort_by_key(|f| (f.peeled, f.entry));
        drop_doubles(&mut known.alone, alone);
        self.drop_silent(&mut known.alone, alone);
        Word {
            alone: Bounds::new(alone..known.alone.len()),
            opens: Bounds::new(opens..known.opens.len()),
            next: Bounds::new(next..known.next.len()),
            leads,
            follows,
        }
    }

    /// The ways to read a word, the whole word first.
    fn readings(&self, folded: &str, shape: Shape) -> Vec<Reading> {
        let mut readings = Vec::new();
        let mut push = |word: &str, clitics: Clitics, peeled: usize| {
            readings.extend(self.words.get(word).map(|&word| Reading {
                word,
                clitics,
                peeled: peeled as u8,
            }));
        };
        let (whole, article) = key(folded, self.lang);
        push(&whole, article, 0);
        match self.lang {
            Lang::Fr => singulars(folded, |word| push(word, Clitics::PLURAL, 0)),
            // والأحد without its ال is not واحد: such a word is taken apart all the same.
            Lang::Ar
                if shape.has(Shape::ARABIC)
                    && (!self.stands_alone(&whole)
                        || article == Clitics::THE && !folded.starts_with("ال")) =>
            {
                peel(folded, &mut push);
            }
            Lang::Ar => {}
        }
        readings
    }

    /// Whether a word is an entry by itself.
    fn stands_alone(&self, key: &str) -> bool {
        let begin = self.words.get(key).map(|&word| self.begins[word as usize]);
        begin.is_some_and(|node| self.ending_at(node).next().is_some())
    }
}

/// The search for entries of several words that begin at a token.
struct Walk<'a> {
    lexicons: &'a Lexicons,
    known: &'a Known,
    /// The places of the words behind the token in its sentence.
    rest: &'a [u32],
    first: u32,
}

impl Walk<'_> {
    /// Finds them; `open` is memory.
    fn longer(&self, opens: &[Opening], open: &mut Vec<(u32, usize)>, found: &mut Vec<Found>) {
        for opening in opens {
            self.go_on((opening.node, opening.goes_on), 0, open);
            while let Some((node, words)) = open.pop() {
                let ends = self.lexicons.ending_at(node);
                found.extend(ends.map(|entry| Found {
                    entry,
                    first: self.first,
                    end: self.first + 1 + words as u32,
                    clitics: opening.clitics,
                    peeled: opening.peeled,
                    lexicon: self.lexicons.lexicon_of(entry),
                }));
                let goes_on = self.lexicons.nodes[node as usize].goes_on;
                self.go_on((node, goes_on), words, open);
            }
        }
    }

    /// Leaves for later what the word behind the first and `words` more leads to.
    fn go_on(&self, (node, goes_on): (u32, Words), words: usize, open: &mut Vec<(u32, usize)>) {
        let Some(&next) = self.rest.get(words) else {
            return;
        };
        let next = self.known.word(next).next.of(&self.known.next).iter();
        for &word in next.filter(|&&word| goes_on.may_hold(word)) {
            let edge = self.lexicons.edges.get(&(node, word));
            open.extend(edge.map(|&node| (node, words + 1)));
        }
    }
}

/// What is known of words met before, kept from text to text.
#[derive(Debug, Default)]
pub(super) struct Known {
    words: Vec<Word>,
    /// The places of short words among them.
    short: FxHashMap<Spelling, u32>,
    /// Those of the others, by the folded form; of those that are written with ة at their end apart.
    long: [FxHashMap<Box<str>, u32>; 2],
    /// The entries that are one word, as if it were the first of its text.
    alone: Vec<Found>,
    opens: Vec<Opening>,
    /// Interned words.
    next: Vec<u32>,
}

/// What a word may be.
#[derive(Debug, Clone, Copy)]
struct Word {
    /// The entries that are this word, in their order.
    alone: Bounds,
    /// The entries of several words that it may begin.
    opens: Bounds,
    /// The words that it may be behind the first of an entry.
    next: Bounds,
    /// What `opens` go on with: most words behind it are none of these, and then nothing is looked up.
    leads: Words,
    /// The same as `next`.
    follows: Words,
}

/// A range of one of the lists of [`Known`].
#[derive(Debug, Clone, Copy)]
struct Bounds(u32, u32);

impl Bounds {
    const fn new(range: Range<usize>) -> Self {
        Self(range.start as u32, range.end as u32)
    }

    fn of<T>(self, all: &[T]) -> &[T] {
        &all[self.0 as usize..self.1 as usize]
    }
}

/// Where entries of several words go on from their first.
#[derive(Debug, Clone, Copy)]
struct Opening {
    node: u32,
    goes_on: Words,
    clitics: Clitics,
    peeled: u8,
}

impl Known {
    /// The words that are kept, a few megabytes; then all are forgotten.
    const MOST: usize = 1 << 16;

    /// The longest word that is known again, in bytes: whatever is longer is no word.
    const LONGEST: usize = 64;

    fn word(&self, number: u32) -> &Word {
        &self.words[number as usize]
    }

    fn make_room(&mut self) {
        if self.words.len() > Self::MOST {
            *self = Self::default();
        }
    }
}

/// One way to read a token: an interned word and what was taken off.
#[derive(Debug, Clone, Copy)]
struct Reading {
    word: u32,
    clitics: Clitics,
    peeled: u8,
}

/// Keeps one of each entry and end, from `begin` on.
fn drop_doubles(found: &mut Vec<Found>, begin: usize) {
    let mut kept = begin;
    for at in begin..found.len() {
        let double = at > begin
            && found[at].entry == found[kept - 1].entry
            && found[at].end == found[kept - 1].end;
        if !double {
            found.swap(kept, at);
            kept += 1;
        }
    }
    found.truncate(kept);
}
