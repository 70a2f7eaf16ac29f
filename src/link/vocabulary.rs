//! Finds the known words of names: heads, places, nationalities, translated words, in either script.
//!
//! A name is read as words without articles, prepositions and Arabic clitics; what is left is
//! looked up as phrases, the longest first. A clitic is peeled only to a known word.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::text::clitic;
use crate::text::fold::fold;

use super::name_key::{Alphabet, Clitic};
use super::place::{PlaceIndex, Places};
use super::table::{Tables, rows};

/// Position of a class in `head_class.tsv`.
pub type ClassIndex = u16;

/// What a phrase means; one phrase may mean several things.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sense {
    /// A head word.
    Head {
        /// Its class.
        class: ClassIndex,
        /// Whether it speaks of several: « hôpitaux ».
        plural: bool,
    },
    /// An adjective that makes a hospital one of another class.
    Qualifier(ClassIndex),
    /// A word that is translated; the index of its id.
    Topic(u16),
    /// A country, by its adjective.
    Country(PlaceIndex),
    /// A place, by its name.
    Place(PlaceIndex),
    /// A number in a name.
    Ordinal(u16),
    /// What a place stands behind.
    Preposition,
    /// A word that tells nothing apart.
    Filler,
}

/// A row of `head_class.tsv`.
#[derive(Debug, Clone)]
pub struct Class {
    /// `chu`.
    pub id: String,
    /// The wider class.
    pub parent: Option<ClassIndex>,
    /// The type of organisation, as in `institutions.tsv`.
    pub kind: String,
    /// Whether its names are translated, not spelled, in the other script.
    pub translated: bool,
}

/// A word of a name as it is looked up.
#[derive(Debug, Clone)]
pub struct Word {
    /// Folded, without article and clitics.
    pub text: String,
    /// As written.
    pub written: String,
    /// Whether an article stood before it.
    pub article: bool,
    /// Whether a preposition stood before it.
    pub behind: bool,
}

/// All phrases.
#[derive(Debug, Clone, Default)]
pub struct Vocabulary {
    /// Letters and keys.
    pub alphabet: Alphabet,
    /// Head classes.
    pub classes: Vec<Class>,
    topics: Vec<String>,
    phrases: FxHashMap<String, Vec<Sense>>,
    known: FxHashSet<String>,
    bare_places: FxHashSet<String>,
    longest: usize,
}

impl Vocabulary {
    /// Reads head classes, translated words and places.
    pub fn new(tables: &Tables, places: &Places) -> Self {
        let mut vocabulary = Self {
            alphabet: Alphabet::new(&tables.transliteration),
            ..Self::default()
        };
        vocabulary.add_words(&tables.name_word, places);
        vocabulary.add_classes(&tables.head_class);
        for (index, place) in places.iter() {
            for form in [&place.fr, &place.ar].into_iter().chain(&place.aliases) {
                vocabulary.add(form, Sense::Place(index));
            }
        }
        vocabulary
    }

    fn add_words(&mut self, table: &str, places: &Places) {
        let mut words: Vec<(&str, Sense)> = Vec::new();
        let listed: Vec<_> = rows(table).collect();
        for row in &listed {
            let sense = match row.at(0) {
                "topic" => Some(Sense::Topic(self.topic(row.at(1)))),
                "country" => places.find(row.at(1)).map(Sense::Country),
                "ordinal" => row.at(1).parse().ok().map(Sense::Ordinal),
                "preposition" => Some(Sense::Preposition),
                "filler" => Some(Sense::Filler),
                _ => None,
            };
            words.extend(sense.into_iter().flat_map(|sense| {
                row.forms(2)
                    .chain(row.forms(3))
                    .map(move |form| (form, sense))
            }));
        }
        // Prepositions first: they are cut from every other phrase.
        words.sort_by_key(|(_, sense)| *sense != Sense::Preposition);
        for (form, sense) in words {
            self.add(form, sense);
        }
    }

    fn topic(&mut self, id: &str) -> u16 {
        let at = self.topics.iter().position(|topic| topic == id);
        at.unwrap_or_else(|| {
            self.topics.push(id.to_owned());
            self.topics.len() - 1
        }) as u16
    }

    /// The id of a topic.
    pub fn topic_id(&self, topic: u16) -> &str {
        &self.topics[topic as usize]
    }

    fn add_classes(&mut self, table: &str) {
        let listed: Vec<_> = rows(table).collect();
        let ids: FxHashMap<&str, ClassIndex> =
            listed.iter().map(|row| row.at(0)).zip(0..).collect();
        for (row, class) in listed.iter().zip(0..) {
            self.classes.push(Class {
                id: row.at(0).to_owned(),
                parent: ids.get(row.at(1)).copied(),
                kind: row.at(2).to_owned(),
                translated: row.at(3) == "translated",
            });
            for (columns, plural) in [([4, 5], false), ([6, 7], true)] {
                for form in columns.into_iter().flat_map(|column| row.forms(column)) {
                    self.add(form, Sense::Head { class, plural });
                }
            }
        }
    }

    /// Makes an adjective of `name_word.tsv` turn hospitals into a class; after the classes are read.
    pub fn add_qualifiers(&mut self, table: &str) {
        for row in rows(table).filter(|row| row.at(0) == "qualifier") {
            let Some(class) = self.class(row.at(1)) else {
                continue;
            };
            for form in row.forms(2).chain(row.forms(3)) {
                self.add(form, Sense::Qualifier(class));
            }
        }
    }

    /// The class of an id.
    pub fn class(&self, id: &str) -> Option<ClassIndex> {
        (0..)
            .zip(&self.classes)
            .find_map(|(at, class)| (class.id == id).then_some(at))
    }

    fn add(&mut self, form: &str, sense: Sense) {
        let words: Vec<Word> = if sense == Sense::Preposition {
            let text = fold(form);
            self.phrases.entry(text.clone()).or_default().push(sense);
            self.known.insert(text);
            return;
        } else {
            self.split(form, Split::Listed)
        };
        if words.is_empty() {
            return;
        }
        self.longest = self.longest.max(words.len());
        if let ([word], Sense::Place(_)) = (words.as_slice(), sense)
            && !word.article
        {
            self.bare_places.insert(word.text.clone());
        }
        let phrase = join(&words);
        self.known.extend(words.into_iter().map(|word| word.text));
        let senses = self.phrases.entry(phrase).or_default();
        if !senses.contains(&sense) {
            senses.push(sense);
        }
    }

    /// The words of a name as it stands in an article.
    pub fn words(&self, name: &str) -> Vec<Word> {
        self.split(name, Split::Written)
    }

    /// The longest phrase that begins at `at`: how many words, and what it may mean.
    pub fn phrase(&self, words: &[Word], at: usize) -> Option<(usize, &[Sense])> {
        let most = self.longest.min(words.len() - at);
        (1..=most).rev().find_map(|length| {
            let phrase = &words[at..at + length];
            let senses = self.phrases.get(&join(phrase))?;
            Some((length, senses.as_slice()))
        })
    }

    /// Whether a single word may stand for a place: « Oued » alone is not « El Oued ».
    pub fn fits_place(&self, word: &Word) -> bool {
        word.article || word.behind || self.bare_places.contains(&word.text)
    }

    fn split(&self, name: &str, split: Split) -> Vec<Word> {
        let mut words = Vec::new();
        let (mut article, mut behind) = (false, false);
        for written in undotted(name)
            .split(|c: char| !c.is_alphanumeric() && !is_mark(c))
            .filter(|word| !word.is_empty())
        {
            let text = fold(written);
            if text.is_empty() {
                continue;
            }
            if self.alphabet.is_article(&text) {
                article = true;
                continue;
            }
            if self.is_preposition(&text) {
                behind = true;
                continue;
            }
            let word = self.peel(&text, split);
            words.push(Word {
                text: word.text,
                written: written.to_owned(),
                article: article || word.article,
                behind: behind || word.behind,
            });
            (article, behind) = (false, false);
        }
        words
    }

    fn is_preposition(&self, text: &str) -> bool {
        self.phrases
            .get(text)
            .is_some_and(|senses| senses.contains(&Sense::Preposition))
    }

    /// Takes article and clitics off an Arabic word: the whole word is tried first.
    fn peel(&self, text: &str, split: Split) -> Word {
        let whole = Word {
            text: text.to_owned(),
            written: String::new(),
            article: false,
            behind: false,
        };
        if text.is_ascii() {
            return whole;
        }
        if let Some(bare) = self.joined_article(&whole) {
            return bare;
        }
        let mut open = vec![whole];
        let mut first_bare = None;
        // Widens by at most two clitics and an article: « ولل… », « وبال… ».
        for _ in 0..3 {
            let mut next = Vec::new();
            for word in &open {
                if let Some(rest) = self.alphabet.without_article(&word.text) {
                    let bare = bare(word, rest);
                    if split == Split::Listed || self.known.contains(&bare.text) {
                        return bare;
                    }
                    first_bare.get_or_insert(bare);
                }
                if split == Split::Written && self.known.contains(&word.text) {
                    return word.clone();
                }
                next.extend(self.without_clitic(word));
            }
            if split == Split::Listed {
                break;
            }
            open = next;
        }
        first_bare.unwrap_or_else(|| Word {
            text: text.to_owned(),
            written: String::new(),
            article: false,
            behind: false,
        })
    }

    /// A long word that begins with a clitic and the article, as « للصحة », « والسكان »: no root does.
    fn joined_article(&self, word: &Word) -> Option<Word> {
        let (clitic, rest) = self.alphabet.without_clitic(&word.text)?;
        let whole = self.alphabet.without_article(rest);
        let (text, least) = match whole {
            Some(text) => (text.to_owned(), 4),
            None => (self.assimilated(&word.text)?, 3),
        };
        (text.chars().count() >= least).then(|| Word {
            text,
            written: String::new(),
            article: true,
            behind: clitic == Clitic::Preposition,
        })
    }

    /// The article loses its alif behind the preposition l: « للصحة » is l and « الصحة ».
    fn assimilated(&self, text: &str) -> Option<String> {
        let first = text.chars().next()?;
        let rest = &text[first.len_utf8()..];
        let doubled = rest.starts_with(first);
        let restored = doubled.then(|| format!("{}{rest}", clitic::ALIF))?;
        self.alphabet.without_article(&restored).map(str::to_owned)
    }

    fn without_clitic(&self, word: &Word) -> Vec<Word> {
        let Some((clitic, rest)) = self.alphabet.without_clitic(&word.text) else {
            return Vec::new();
        };
        let behind = word.behind || clitic == Clitic::Preposition;
        let peeled = |text: String, article| Word {
            text,
            written: String::new(),
            article,
            behind,
        };
        let joined = self.assimilated(&word.text);
        let joined = joined.filter(|text| self.known.contains(text));
        joined
            .map(|text| peeled(text, true))
            .into_iter()
            .chain([peeled(rest.to_owned(), false)])
            .collect()
    }
}

/// Whether a form stands in a table, where a word's first letter is its own, or in an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Split {
    Listed,
    Written,
}

fn bare(word: &Word, rest: &str) -> Word {
    Word {
        text: rest.to_owned(),
        article: true,
        ..word.clone()
    }
}

fn join(words: &[Word]) -> String {
    let mut phrase = String::new();
    for word in words {
        if !phrase.is_empty() {
            phrase.push(' ');
        }
        phrase.push_str(&word.text);
    }
    phrase
}

/// Harakat and tatweel stand inside words.
const fn is_mark(c: char) -> bool {
    matches!(c, '\u{640}' | '\u{64B}'..='\u{65F}' | '\u{670}' | '\u{300}'..='\u{36F}')
}

/// « C.H.U. » is written « CHU ».
fn undotted(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let is_capital = |at: Option<usize>| {
        at.and_then(|at| letters.get(at))
            .is_some_and(|c| c.is_uppercase())
    };
    letters
        .iter()
        .enumerate()
        .filter(|&(at, &c)| {
            !(c == '.' && is_capital(at.checked_sub(1)) && is_capital(Some(at + 1)))
        })
        .map(|(_, c)| c)
        .collect()
}
