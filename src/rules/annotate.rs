//! Turns a text into the entries of the word lists that stand in it.
//!
//! An entry is found in the forms that a writer gives it without being listed in each: a French word
//! also in its plural in -s or -x; an Arabic one with or without ال, and with the clitics و ف ب ك ل س
//! before it or a pronoun after it. The whole word is tried first: what is known as it stands is not
//! taken apart.

use rustc_hash::FxHashMap;

use super::lexicon::{Annotations, Clitics, Found, Lexicons, ROOT};
use super::reading::{key, peel, singulars};
use crate::record::Lang;
use crate::text::Text;
use crate::text::token::Shape;

impl Lexicons {
    /// Finds every entry that stands in a text, in one pass.
    pub fn annotate(&self, text: &Text<'_>) -> Annotations {
        self.known.lend(|known| self.annotate_with(text, known))
    }

    fn annotate_with(&self, text: &Text<'_>, known: &mut Known) -> Annotations {
        let mut found: Vec<Found> = Vec::with_capacity(text.tokens.len());
        let mut starts = Vec::with_capacity(text.tokens.len() + 1);
        let mut open = Vec::new();
        let mut tokens = Vec::new();
        for sentence in &text.sentences {
            known.make_room();
            tokens.clear();
            tokens.extend(
                sentence
                    .tokens
                    .clone()
                    .map(|at| self.readings(text, at, known)),
            );
            let readings = Sentence {
                tokens: &tokens,
                all: &known.readings,
            };
            for first in 0..tokens.len() {
                let begin = found.len();
                starts.push(begin as u32);
                let marked = text.word(sentence.tokens.start + first).ends_with('ة');
                for &reading in readings.of(first) {
                    // ة is no pronoun, though folded it looks like one: "ومديرية" is no "مديريه".
                    if marked && reading.clitics.has(Clitics::PRONOUN) {
                        continue;
                    }
                    self.walk(reading, first, readings, &mut open, &mut found);
                }
                let fresh = &mut found[begin..];
                for entry in &mut *fresh {
                    entry.first += sentence.tokens.start as u32;
                    entry.end += sentence.tokens.start as u32;
                }
                if fresh.len() > 1 {
                    fresh.sort_by_key(|f| (std::cmp::Reverse(f.end), f.peeled, f.entry));
                    drop_doubles(&mut found, begin);
                }
            }
        }
        starts.push(found.len() as u32);
        Annotations { found, starts }
    }

    fn walk(
        &self,
        reading: Reading,
        first: usize,
        readings: Sentence<'_>,
        open: &mut Vec<(u32, usize)>,
        found: &mut Vec<Found>,
    ) {
        let begin = self.begins[reading.word as usize];
        if begin == ROOT {
            return;
        }
        open.push((begin, first + 1));
        while let Some((node, end)) = open.pop() {
            for &entry in &self.ends[node as usize] {
                found.push(Found {
                    entry,
                    first: first as u32,
                    end: end as u32,
                    clitics: reading.clitics,
                    peeled: reading.peeled,
                });
            }
            if !self.goes_on[node as usize] {
                continue;
            }
            for next in readings.of(end).iter().filter(|next| next.peeled == 0) {
                open.extend(
                    self.edges
                        .get(&(node, next.word))
                        .map(|&node| (node, end + 1)),
                );
            }
        }
    }

    /// The ways to read a token, the whole word first, as bounds in what is known of words.
    fn readings(&self, text: &Text<'_>, at: usize, known: &mut Known) -> (u32, u32) {
        let folded = text.folded(at);
        if let Some(&bounds) = known.words.get(folded) {
            return bounds;
        }
        let begin = known.readings.len() as u32;
        let mut push = |word: &str, clitics: Clitics, peeled: usize| {
            if let Some(&word) = self.words.get(word) {
                known.readings.push(Reading {
                    word,
                    clitics,
                    peeled: peeled as u8,
                });
            }
        };
        let (whole, article) = key(folded, self.lang);
        push(&whole, article, 0);
        match self.lang {
            Lang::Fr => singulars(folded, |word| push(word, Clitics::PLURAL, 0)),
            // والأحد without its ال is not واحد: such a word is taken apart all the same.
            Lang::Ar
                if text.tokens[at].shape.has(Shape::ARABIC)
                    && (!self.stands_alone(&whole)
                        || article == Clitics::THE && !folded.starts_with("ال")) =>
            {
                peel(folded, &mut |word, clitics, peeled| {
                    push(word, clitics, peeled);
                });
            }
            Lang::Ar => {}
        }
        let bounds = (begin, known.readings.len() as u32);
        if folded.len() <= Known::LONGEST {
            known.words.insert(folded.into(), bounds);
        }
        bounds
    }

    /// Whether a word is an entry by itself.
    fn stands_alone(&self, key: &str) -> bool {
        let begin = self.words.get(key).map(|&word| self.begins[word as usize]);
        begin.is_some_and(|node| !self.ends[node as usize].is_empty())
    }
}

/// The readings of words met before, kept from text to text.
#[derive(Debug, Default)]
pub(super) struct Known {
    words: FxHashMap<Box<str>, (u32, u32)>,
    readings: Vec<Reading>,
}

impl Known {
    /// The words that are kept, a few megabytes; then all are forgotten.
    const MOST: usize = 1 << 16;

    /// The longest word that is kept, in bytes: whatever is longer is no word.
    const LONGEST: usize = 64;

    fn make_room(&mut self) {
        if self.words.len() > Self::MOST {
            *self = Self::default();
        }
    }
}

/// The readings of a sentence's tokens.
#[derive(Clone, Copy)]
struct Sentence<'a> {
    tokens: &'a [(u32, u32)],
    all: &'a [Reading],
}

impl<'a> Sentence<'a> {
    fn of(self, token: usize) -> &'a [Reading] {
        match self.tokens.get(token) {
            Some(&(begin, end)) => &self.all[begin as usize..end as usize],
            None => &[],
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
