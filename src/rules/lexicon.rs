//! Turns word lists into one trie over interned words, and a text into the entries that stand in it.
//!
//! An entry is found in the forms that a writer gives it without being listed in each: a French word
//! also in its plural in -s or -x; an Arabic one with or without ال, and with the clitics و ف ب ك ل س
//! before it or a pronoun after it. The whole word is tried first: what is known as it stands is not
//! taken apart.

use rustc_hash::FxHashMap;

use super::reading::{folded_words, key, peel, singulars};
use super::spare::Spare;
use crate::record::Lang;
use crate::text::Text;
use crate::text::token::Shape;

/// What was taken off a word to find it: a set of marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Clitics(u8);

impl Clitics {
    /// و or ف before the word.
    pub const AND: Self = Self(1);
    /// ب before the word.
    pub const IN: Self = Self(1 << 1);
    /// ل before the word.
    pub const TO: Self = Self(1 << 2);
    /// ك or س before the word.
    pub const AS: Self = Self(1 << 3);
    /// ال before the word.
    pub const THE: Self = Self(1 << 4);
    /// A pronoun after the word.
    pub const PRONOUN: Self = Self(1 << 5);
    /// The French plural ending.
    pub const PLURAL: Self = Self(1 << 6);

    /// Whether every mark of `other` is here.
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    pub(super) const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// One line of a lexicon: what a form means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Name of the lexicon: the file without its ending.
    pub lexicon: u16,
    /// What the form stands for; forms of one thing share it.
    pub id: Box<str>,
    /// The form as the file writes it.
    pub form: Box<str>,
    /// `key=value` pairs, or a key alone with an empty value.
    pub features: Box<[(Box<str>, Box<str>)]>,
}

impl Entry {
    /// The value of a feature; an empty string for a feature without a value.
    pub fn feature(&self, key: &str) -> Option<&str> {
        self.features
            .iter()
            .find(|(k, _)| &**k == key)
            .map(|(_, value)| &**value)
    }
}

/// An entry that stands in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    /// Position in [`Lexicons::entries`].
    pub entry: u32,
    /// First token.
    pub first: u32,
    /// Token after the last.
    pub end: u32,
    /// What its first word carries.
    pub clitics: Clitics,
    /// Bytes of the original first token that are clitics before the word, ال not counted.
    pub peeled: u8,
}

/// All entries found in a text, by their first token, the longest first.
#[derive(Debug, Clone, Default)]
pub struct Annotations {
    found: Vec<Found>,
    starts: Vec<u32>,
}

impl Annotations {
    /// The entries that begin at a token, the longest first.
    pub fn at(&self, token: usize) -> &[Found] {
        match self.starts.get(token..token + 2) {
            Some(bounds) => &self.found[bounds[0] as usize..bounds[1] as usize],
            None => &[],
        }
    }

    /// Every entry found, in order of its first token.
    pub fn all(&self) -> &[Found] {
        &self.found
    }
}

/// The word lists of one language, those shared by both included.
#[derive(Debug, Clone)]
pub struct Lexicons {
    pub(super) lang: Lang,
    names: Vec<Box<str>>,
    entries: Vec<Entry>,
    words: FxHashMap<Box<str>, u32>,
    /// Node 0 is the root.
    edges: FxHashMap<(u32, u32), u32>,
    ends: Vec<Vec<u32>>,
    known: Spare<Known>,
}

/// The readings of words met before, kept from text to text.
#[derive(Debug, Default)]
struct Known {
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

impl Lexicons {
    /// No words yet.
    pub fn new(lang: Lang) -> Self {
        Self {
            lang,
            names: Vec::new(),
            entries: Vec::new(),
            words: FxHashMap::default(),
            edges: FxHashMap::default(),
            ends: vec![Vec::new()],
            known: Spare::default(),
        }
    }

    /// The name of a lexicon.
    pub fn name(&self, lexicon: u16) -> &str {
        &self.names[usize::from(lexicon)]
    }

    /// The number of a lexicon that exists.
    pub fn lexicon(&self, name: &str) -> Option<u16> {
        self.names
            .iter()
            .position(|known| &**known == name)
            .map(|at| at as u16)
    }

    /// Every entry; [`Found::entry`] points into it.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The number of a lexicon, which is made where it does not exist. What is known of words is
    /// forgotten: new entries follow.
    pub(super) fn declare(&mut self, name: &str) -> u16 {
        self.known.clear();
        self.lexicon(name).unwrap_or_else(|| {
            self.names.push(name.into());
            (self.names.len() - 1) as u16
        })
    }

    /// Adds an entry; another id for the same folded form is an error unless `homonyms`.
    pub(super) fn add(&mut self, entry: Entry, homonyms: bool) -> Result<(), String> {
        let words = folded_words(&entry.form, self.lang);
        if words.is_empty() {
            return Err(format!("`{}` folds to nothing", entry.form));
        }
        let mut node = 0;
        for folded in &words {
            let key = key(folded, self.lang).0;
            let fresh = self.words.len() as u32;
            let word = *self.words.entry(key.as_ref().into()).or_insert(fresh);
            let next = self.ends.len() as u32;
            node = *self.edges.entry((node, word)).or_insert(next);
            if node == next {
                self.ends.push(Vec::new());
            }
        }
        let other = self.ends[node as usize].iter().find(|&&at| {
            let known = &self.entries[at as usize];
            !homonyms
                && known.lexicon == entry.lexicon
                && known.id != entry.id
                && folded_words(&known.form, self.lang) == words
        });
        if let Some(&other) = other {
            let known = &self.entries[other as usize];
            return Err(format!(
                "`{}` ({}) and `{}` ({}) fold to one form",
                known.form, known.id, entry.form, entry.id
            ));
        }
        self.ends[node as usize].push(self.entries.len() as u32);
        self.entries.push(entry);
        Ok(())
    }

    /// Finds every entry that stands in a text, in one pass.
    pub fn annotate(&self, text: &Text<'_>) -> Annotations {
        let mut found: Vec<Found> = Vec::with_capacity(text.tokens.len());
        let mut starts = Vec::with_capacity(text.tokens.len() + 1);
        let mut known = self.known.lease();
        let mut open = Vec::new();
        let mut tokens = Vec::new();
        for sentence in &text.sentences {
            known.make_room();
            tokens.clear();
            tokens.extend(
                sentence
                    .tokens
                    .clone()
                    .map(|at| self.readings(text, at, &mut known)),
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
        open.extend(
            self.edges
                .get(&(0, reading.word))
                .map(|&node| (node, first + 1)),
        );
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
        let node = self
            .words
            .get(key)
            .and_then(|&word| self.edges.get(&(0, word)));
        node.is_some_and(|&node| !self.ends[node as usize].is_empty())
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(lang: Lang, forms: &str, source: &str, expect: &[&str]) {
        let mut lexicons = Lexicons::new(lang);
        let rows: Vec<_> = forms
            .split(" / ")
            .map(|form| format!("{form}\t{form}\t"))
            .collect();
        lexicons
            .add_file(
                "word.tsv",
                &format!("form\tid\tfeatures\n{}", rows.join("\n")),
            )
            .unwrap();
        let text = Text::new(source, lang);
        let annotations = lexicons.annotate(&text);
        let found: Vec<_> = annotations
            .all()
            .iter()
            .map(|f| {
                format!(
                    "{}@{}",
                    lexicons.entries()[f.entry as usize].id,
                    text.slice(f.first as usize..f.end as usize)
                )
            })
            .collect();
        assert_eq!(found, expect);
    }

    #[test]
    fn french_is_found_in_the_plural() {
        check(
            Lang::Fr,
            "convention / établissement hospitalier / hôpital / signé",
            "Les conventions des établissements hospitaliers, des hôpitaux, signées",
            &[
                "convention@conventions",
                "établissement hospitalier@établissements hospitaliers",
                "hôpital@hôpitaux",
                "signé@signées",
            ],
        );
    }

    #[test]
    fn arabic_is_found_behind_its_clitics() {
        check(
            Lang::Ar,
            "اتفاقية / مستشفى / مركز استشفائي جامعي / كلية الطب والصيدلة / وزارة",
            "وبالمستشفى للمركز الاستشفائي الجامعي، اتفاقيتها، وكلية الطب و الصيدلة، ولكلية الطب والصيدلة ووزارة",
            &[
                "مستشفى@وبالمستشفى",
                "مركز استشفائي جامعي@للمركز الاستشفائي الجامعي",
                "اتفاقية@اتفاقيتها",
                "كلية الطب والصيدلة@وكلية الطب و الصيدلة",
                "كلية الطب والصيدلة@ولكلية الطب والصيدلة",
                "وزارة@ووزارة",
            ],
        );
    }

    #[test]
    fn a_wrong_line_is_told_with_its_place() {
        let mut lexicons = Lexicons::new(Lang::Fr);
        let faults = lexicons
            .add_file("lexicons/fr/a.tsv", "form\tid\tfeatures\nmot\tmot\n")
            .unwrap_err();
        assert_eq!(
            faults[0].to_string(),
            "lexicons/fr/a.tsv:2:1: 2 columns where 3 are wanted: form, id, features"
        );
    }
}
