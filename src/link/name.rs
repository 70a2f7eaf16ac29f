//! Takes a name apart: what the organisation is, where it is, what it is about, and its own name.

use super::name_key::{Clitic, SHORTEST};
use super::place::PlaceIndex;
use super::vocabulary::{ClassIndex, Sense, Vocabulary, Word};

/// A name, taken apart. Keys are those of [`super::name_key`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Name {
    /// What it is, by its head word.
    pub class: Option<ClassIndex>,
    /// Whether it speaks of several organisations.
    pub plural: bool,
    /// What it is about, in order of mention.
    pub topics: Vec<u16>,
    /// The places that it names; each is the homonyms that the mention may mean.
    pub places: Vec<Vec<PlaceIndex>>,
    /// Places that stand where they may be a word of its own name: « Université Paris Descartes ».
    pub loose: Vec<Vec<PlaceIndex>>,
    /// Keys of the words that are its own name.
    pub words: Vec<String>,
    /// Of these, the ones that may begin with a preposition, with the key of what is left: « بكيبيك ».
    pub peeled: Vec<(String, String)>,
    /// Keys of translated words and places: the other script may spell them.
    pub soft: Vec<String>,
    /// Abbreviations, folded.
    pub sigles: Vec<String>,
    /// Whether it is written in Arabic letters.
    pub arabic: bool,
}

impl Name {
    /// Takes a name apart.
    pub fn new(name: &str, vocabulary: &Vocabulary) -> Self {
        let words = vocabulary.words(name);
        let mut reading = Reading {
            vocabulary,
            shouted: words.len() > 1 && !name.chars().any(char::is_lowercase),
            name: Self {
                arabic: name.chars().any(|c| ('\u{600}'..='\u{6FF}').contains(&c)),
                ..Self::default()
            },
        };
        let mut at = 0;
        while at < words.len() {
            let (length, senses) = vocabulary.phrase(&words, at).unwrap_or((1, &[]));
            let last = at + length == words.len();
            reading.take(&words[at..at + length], senses, last);
            at += length;
        }
        reading.name
    }

    /// Whether nothing but a head word is left: « le CHU », « la direction régionale ».
    pub fn is_bare(&self) -> bool {
        self.words.is_empty()
            && self.sigles.is_empty()
            && self.places.is_empty()
            && self.topics.is_empty()
    }

    /// Consonants of the words that are its own name.
    pub fn weight(&self) -> usize {
        self.words.iter().map(String::len).sum()
    }
}

struct Reading<'a> {
    vocabulary: &'a Vocabulary,
    shouted: bool,
    name: Name,
}

impl Reading<'_> {
    fn take(&mut self, words: &[Word], senses: &[Sense], last: bool) {
        if senses.is_empty() {
            for word in words {
                self.own(word);
            }
            return;
        }
        let head = senses.iter().find_map(|sense| match *sense {
            Sense::Head { class, plural } => Some((class, plural)),
            _ => None,
        });
        match head {
            Some((class, plural)) if self.name.class.is_none() => {
                self.name.class = Some(class);
                self.name.plural = plural;
                return;
            }
            _ => {}
        }
        if self.qualify(senses) {
            return;
        }
        let told = self.place(words, senses, last) | self.meaning(senses);
        if head.is_none() && (told || !senses.contains(&Sense::Filler)) {
            self.soften(words);
            if !told {
                for word in words {
                    self.own(word);
                }
            }
        }
    }

    /// « universitaire » after « hôpital »; after anything else it is a word like another.
    fn qualify(&mut self, senses: &[Sense]) -> bool {
        let wider = |class: ClassIndex| {
            let parent = self.vocabulary.classes[class as usize].parent;
            parent.is_some() && parent == self.name.class
        };
        let class = senses.iter().find_map(|sense| match *sense {
            Sense::Qualifier(class) if wider(class) => Some(class),
            _ => None,
        });
        self.name.class = class.or(self.name.class);
        class.is_some()
    }

    fn place(&mut self, words: &[Word], senses: &[Sense], last: bool) -> bool {
        let mut mention: Vec<PlaceIndex> = senses
            .iter()
            .filter_map(|sense| match *sense {
                Sense::Place(place) | Sense::Country(place) => Some(place),
                _ => None,
            })
            .collect();
        let nation = senses
            .iter()
            .any(|sense| matches!(sense, Sense::Country(_)));
        let named = nation || words[0].behind || last;
        let fits = nation || words.len() > 1 || self.vocabulary.fits_place(&words[0]);
        if mention.is_empty() || !fits {
            return false;
        }
        mention.sort_unstable();
        mention.dedup();
        if named {
            self.name.places.push(mention);
        } else {
            self.name.loose.push(mention);
        }
        named
    }

    fn meaning(&mut self, senses: &[Sense]) -> bool {
        let mut told = false;
        for sense in senses {
            match *sense {
                Sense::Topic(topic) => {
                    told = true;
                    if !self.name.topics.contains(&topic) {
                        self.name.topics.push(topic);
                    }
                }
                Sense::Ordinal(number) => {
                    told = true;
                    self.name.words.push(format!("#{number}"));
                }
                _ => {}
            }
        }
        told
    }

    fn soften(&mut self, words: &[Word]) {
        let keys = words
            .iter()
            .map(|word| self.vocabulary.alphabet.key(&word.text));
        self.name.soft.extend(keys.filter(|key| !key.is_empty()));
    }

    fn own(&mut self, word: &Word) {
        let letters = word.written.chars().count();
        if !self.shouted
            && (2..=9).contains(&letters)
            && word.written.chars().all(|c| c.is_ascii_uppercase())
        {
            self.name.sigles.push(word.text.clone());
            return;
        }
        let alphabet = &self.vocabulary.alphabet;
        let key = alphabet.key(&word.text);
        if letters <= 1 || key.is_empty() {
            return;
        }
        // The head of a name leans on nothing; an unknown town behind it may.
        if self.name.class.is_some()
            && let Some((Clitic::Preposition, rest)) = alphabet.without_clitic(&word.text)
        {
            let rest = alphabet.key(rest);
            if rest.len() >= SHORTEST {
                self.name.peeled.push((key.clone(), rest));
            }
        }
        self.name.words.push(key);
    }
}
