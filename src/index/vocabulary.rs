//! Turns the word lists of `patterns/` into what search knows of words: stop words, stems, concepts, names.
//!
//! A concept of the thesaurus is found by stems, in whatever form it is written. A name of the
//! gazetteers is found as it is spelled, since the stem of a name is often that of another word: only
//! the clitics before an Arabic name are taken off, and the article inside longer ones.

use std::borrow::Cow;
use std::path::Path;

use rustc_hash::{FxHashMap, FxHashSet};
use sha2::{Digest, Sha256};

use super::analyzer::{Analysis, Concept, Word};
use super::region::Regions;
use super::stemmer::Stemmer;
use crate::error::{Error, Result};
use crate::link::name_key::{Alphabet, SHORTEST};
use crate::link::table::Tables;
use crate::text::fold::fold;

/// A name that more entities bear than this tells nothing of which is meant.
const AMBIGUOUS: usize = 4;

/// What search knows of words, in both languages.
#[derive(Debug)]
pub struct Vocabulary {
    stop: FxHashSet<Box<str>>,
    french: Stemmer,
    arabic: Stemmer,
    trie: Trie,
    ids: Vec<Box<str>>,
    /// How many of the ids are concepts; those after them are entities.
    concepts: u32,
    alphabet: Alphabet,
    regions: Regions,
    digest: String,
}

/// The lists that search alone reads, each as its content.
struct Lists {
    stop: [Cow<'static, str>; 2],
    thesaurus: Cow<'static, str>,
}

/// Sequences of words that name something. Words are interned by what they are compared by.
#[derive(Debug, Default)]
struct Trie {
    /// Words of concepts, by stem.
    stems: FxHashMap<Box<str>, u32>,
    /// Names of one word, as spelled.
    names: FxHashMap<Box<str>, u32>,
    /// Words of longer names, without the Arabic article.
    parts: FxHashMap<Box<str>, u32>,
    words: u32,
    /// Node 0 is the root.
    edges: FxHashMap<(u32, u32), u32>,
    ends: Vec<Vec<u32>>,
}

/// How the words of an entry are compared.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Compare {
    Stem,
    Name,
    Part,
}

impl Vocabulary {
    /// The lists of a pattern folder where one is given, else those that the program carries.
    ///
    /// # Errors
    /// As [`Vocabulary::read`].
    pub fn of(patterns: Option<&Path>) -> Result<Self> {
        patterns.map_or_else(|| Ok(Self::built_in()), Self::read)
    }

    /// The lists that the program carries.
    pub fn built_in() -> Self {
        Self::new(&Lists::built_in(), &Tables::bundled())
    }

    /// The lists of a pattern folder; one that it lacks is the program's own.
    ///
    /// # Errors
    /// [`Error::Io`] where a list is there and cannot be read.
    pub fn read(patterns: &Path) -> Result<Self> {
        Ok(Self::new(&Lists::read(patterns)?, &Tables::read(patterns)?))
    }

    fn new(lists: &Lists, tables: &Tables) -> Self {
        let gazetteers = [&tables.places, &tables.institutions];
        let mut digest = Sha256::new();
        for list in lists.stop.iter().chain(gazetteers) {
            digest.update(list.as_bytes());
        }
        digest.update(lists.thesaurus.as_bytes());
        digest.update(tables.transliteration.as_bytes());
        let mut vocabulary = Self {
            stop: lists
                .stop
                .iter()
                .flat_map(|list| first_column(list))
                .collect(),
            french: Stemmer::french(),
            arabic: Stemmer::arabic(),
            trie: Trie {
                ends: vec![Vec::new()],
                ..Trie::default()
            },
            ids: Vec::new(),
            concepts: 0,
            alphabet: Alphabet::new(&tables.transliteration),
            regions: Regions::new(&tables.places, &tables.institutions),
            digest: data_encoding::HEXLOWER.encode(&digest.finalize()[..8]),
        };
        let mut analysis = Analysis::default();
        for (id, name) in names(&lists.thesaurus) {
            vocabulary.add(id, name, Compare::Stem, &mut analysis);
        }
        vocabulary.concepts = vocabulary.ids.len() as u32;
        for (id, name) in gazetteers.into_iter().flat_map(|list| names(list)) {
            vocabulary.add(id, name, Compare::Name, &mut analysis);
        }
        let ambiguous = vocabulary
            .trie
            .ends
            .iter_mut()
            .filter(|ids| ids.len() > AMBIGUOUS);
        ambiguous.for_each(Vec::clear);
        vocabulary
    }

    /// Changes whenever a list does: an index made with other lists is made again.
    pub(super) fn digest(&self) -> &str {
        &self.digest
    }

    /// The region that a place or institution lies in, by id.
    pub(super) fn region(&self, id: &str) -> Option<&str> {
        self.regions.of(id)
    }

    /// The id of a concept or entity.
    pub(super) fn id(&self, at: u32) -> &str {
        &self.ids[at as usize]
    }

    /// Whether an id is that of an institution or place, and not of a concept.
    pub(super) const fn is_entity(&self, at: u32) -> bool {
        at >= self.concepts
    }

    /// Whether a folded word is a stop word of either language.
    pub(super) fn is_stop(&self, folded: &str) -> bool {
        self.stop.contains(folded)
    }

    /// Appends the stem of a folded word.
    pub(super) fn push_stem(&self, folded: &str, arabic: bool, out: &mut String) {
        let stemmer = if arabic { &self.arabic } else { &self.french };
        stemmer.push(folded, out);
    }

    /// Appends the numbers of everything that a folded word may be compared as.
    pub(super) fn keys(&self, folded: &str, stem: &str, arabic: bool, keys: &mut Vec<u32>) {
        self.trie.keys(folded, stem, arabic, keys);
    }

    /// Appends every concept and entity that stands in a text.
    pub(super) fn find(&self, text: &Analysis, found: &mut Vec<Concept>) {
        let (mut open, mut next) = (Vec::new(), Vec::new());
        for (first, _) in text.asked() {
            open.clear();
            open.push(0);
            for (at, word) in text.words.iter().enumerate().skip(first) {
                let keys = text.keys(word);
                next.clear();
                next.extend(open.iter().flat_map(|&node| {
                    keys.iter()
                        .filter_map(move |&key| self.trie.edges.get(&(node, key)))
                }));
                for &node in &next {
                    found.extend(self.trie.ends[node as usize].iter().map(|&id| Concept {
                        id,
                        first: first as u32,
                        end: at as u32 + 1,
                    }));
                }
                if word.stop {
                    // It may belong to a name, and may be passed over.
                    open.append(&mut next);
                } else if next.is_empty() {
                    break;
                } else {
                    std::mem::swap(&mut open, &mut next);
                }
            }
        }
    }

    /// The consonants of one folded word, as both scripts share them; empty for vowels alone.
    pub(super) fn name_key(&self, folded: &str) -> String {
        self.alphabet.key(folded)
    }

    /// Calls `visit` with the keys of words that may be names, and with their positions: those of which
    /// nothing else is known. A key too short to tell anything stands only beside the next one.
    pub(super) fn name_keys(&self, text: &Analysis, mut visit: impl FnMut(&str, usize)) {
        let known = |at: usize| {
            let covers =
                |concept: &&Concept| (concept.first as usize..concept.end as usize).contains(&at);
            text.concepts.iter().any(|concept| covers(&concept))
        };
        let mut last = String::new();
        for (at, word) in text.words.iter().enumerate() {
            let key = if word.stop || known(at) {
                String::new()
            } else {
                self.name_key(text.folded(word))
            };
            let short = |key: &str| key.chars().nth(SHORTEST - 1).is_none();
            if !short(&key) {
                visit(&key, at);
            }
            if !key.is_empty() && !last.is_empty() && (short(&key) || short(&last)) {
                visit(&format!("{last} {key}"), at - 1);
            }
            last = key;
        }
    }

    fn add(&mut self, id: &str, name: &str, compare: Compare, analysis: &mut Analysis) {
        analysis.split(name, self);
        let words = telling(analysis);
        let single = words.len() == 1;
        let mut node = 0;
        for word in words {
            let (compare, key) = match compare {
                Compare::Stem => (Compare::Stem, analysis.stem(word)),
                _ if single => (Compare::Name, analysis.folded(word)),
                _ => (Compare::Part, bare(analysis.folded(word))),
            };
            node = self.trie.step(node, compare, key);
        }
        if node == 0 {
            return;
        }
        let known = self.ids.last().is_some_and(|last| **last == *id);
        if !known {
            self.ids.push(id.into());
        }
        let id = self.ids.len() as u32 - 1;
        let ends = &mut self.trie.ends[node as usize];
        if !ends.contains(&id) {
            ends.push(id);
        }
    }
}

impl Lists {
    fn built_in() -> Self {
        Self {
            stop: [
                include_str!("../../patterns/lexicons/fr/stop.tsv").into(),
                include_str!("../../patterns/lexicons/ar/stop.tsv").into(),
            ],
            thesaurus: include_str!("../../patterns/lexicons/shared/thesaurus.tsv").into(),
        }
    }

    fn read(patterns: &Path) -> Result<Self> {
        let built_in = Self::built_in();
        let read = |name: &str, otherwise: Cow<'static, str>| {
            let path = patterns.join("lexicons").join(name);
            if !path.exists() {
                return Ok(otherwise);
            }
            std::fs::read_to_string(&path)
                .map(Cow::Owned)
                .map_err(|error| Error::io("read", &path, error))
        };
        let [french, arabic] = built_in.stop;
        Ok(Self {
            stop: [read("fr/stop.tsv", french)?, read("ar/stop.tsv", arabic)?],
            thesaurus: read("shared/thesaurus.tsv", built_in.thesaurus)?,
        })
    }
}

impl Trie {
    fn step(&mut self, node: u32, compare: Compare, key: &str) -> u32 {
        let words = match compare {
            Compare::Stem => &mut self.stems,
            Compare::Name => &mut self.names,
            Compare::Part => &mut self.parts,
        };
        let fresh = self.words;
        let word = *words.entry(key.into()).or_insert(fresh);
        self.words += u32::from(word == fresh);
        let next = self.ends.len() as u32;
        let node = *self.edges.entry((node, word)).or_insert(next);
        if node == next {
            self.ends.push(Vec::new());
        }
        node
    }

    /// Everything that a word of a text may be compared as.
    fn keys(&self, folded: &str, stem: &str, arabic: bool, keys: &mut Vec<u32>) {
        keys.extend(self.stems.get(stem));
        self.spellings(folded, keys);
        if !arabic {
            return;
        }
        let conjoined = folded.strip_prefix(['و', 'ف']);
        for form in [Some(folded), conjoined].into_iter().flatten() {
            if form.len() < folded.len() {
                self.spellings(form, keys);
            }
            if let Some(rest) = form.strip_prefix("لل") {
                keys.extend(self.parts.get(rest));
                keys.extend(self.names.get(format!("ال{rest}").as_str()));
            } else if let Some(rest) = form.strip_prefix(['ب', 'ل', 'ك']) {
                self.spellings(rest, keys);
            }
        }
    }

    fn spellings(&self, form: &str, keys: &mut Vec<u32>) {
        keys.extend(self.names.get(form));
        keys.extend(self.parts.get(bare(form)));
    }
}

/// The words that a name is found by: without its stop words, unless only one word were left of several
/// ("الطب عن بعد" is not "الطب").
fn telling(analysis: &Analysis) -> Vec<&Word> {
    let asked: Vec<&Word> = analysis.asked().map(|(_, word)| word).collect();
    match (analysis.asked().next(), asked.len()) {
        (Some((first, _)), 1) => analysis.words[first..].iter().collect(),
        _ => asked,
    }
}

/// A word without ال.
fn bare(folded: &str) -> &str {
    folded
        .strip_prefix("ال")
        .filter(|rest| rest.chars().nth(1).is_some())
        .unwrap_or(folded)
}

/// The folded forms of a word list.
fn first_column(list: &str) -> impl Iterator<Item = Box<str>> + '_ {
    rows(list).map(|row| fold(row.split('\t').next().unwrap_or_default()).into())
}

/// The id and every spelling of each row, in both scripts.
fn names(list: &str) -> impl Iterator<Item = (&str, &str)> {
    let head: Vec<&str> = list
        .lines()
        .find(|line| !line.starts_with('#'))
        .unwrap_or_default()
        .split('\t')
        .collect();
    rows(list).flat_map(move |row| {
        let mut cells = row.split('\t');
        let id = cells.next().unwrap_or_default();
        let spelled: Vec<&str> = cells
            .zip(head.iter().skip(1))
            .filter(|(_, column)| column.starts_with("name_") || column.starts_with("aliases_"))
            .flat_map(|(cell, _)| cell.split(" | "))
            .filter(|name| !name.is_empty())
            .collect();
        spelled.into_iter().map(move |name| (id, name))
    })
}

pub(super) fn rows(list: &str) -> impl Iterator<Item = &str> {
    list.lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .skip(1)
}
