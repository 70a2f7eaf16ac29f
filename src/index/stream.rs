//! Turns an analysed text into the token streams of the fields that index it.

use std::sync::Arc;

use tantivy::tokenizer::{TextAnalyzer, Token, TokenStream, Tokenizer};

use super::analyzer::{Analysis, recall, remember};
use super::vocabulary::Vocabulary;

/// Words of a text whose pairs are indexed: the lead of an article says what it is about, and the pairs of
/// the rest would be most of the index.
const LEAD: usize = 250;

/// What a field holds of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum View {
    /// Stems, at the positions of their words.
    Stem,
    /// Folded words.
    Word,
    /// Two stems that follow each other in the title or the lead, stop words passed over.
    Pair,
    /// What stands for the root of a longer word; a short one is found by itself.
    Fragment,
    /// Ids of concepts and entities, at the positions of their first words.
    Concept,
    /// Consonants of words that may be names.
    Name,
}

impl View {
    /// Every view.
    pub(super) const ALL: [Self; 6] = [
        Self::Stem,
        Self::Word,
        Self::Pair,
        Self::Fragment,
        Self::Concept,
        Self::Name,
    ];

    /// The name under which the index knows its tokenizer.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Stem => "stem",
            Self::Word => "word",
            Self::Pair => "pair",
            Self::Fragment => "fragment",
            Self::Concept => "concept",
            Self::Name => "name",
        }
    }

    /// The tokenizer of a field.
    pub(super) fn tokenizer(self, vocabulary: &Arc<Vocabulary>) -> TextAnalyzer {
        TextAnalyzer::from(Chain {
            view: self,
            vocabulary: Arc::clone(vocabulary),
        })
    }
}

#[derive(Clone)]
struct Chain {
    view: View,
    vocabulary: Arc<Vocabulary>,
}

impl Tokenizer for Chain {
    type TokenStream<'a> = Stream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Stream<'a> {
        Stream {
            view: self.view,
            vocabulary: &self.vocabulary,
            analysis: recall(text, &self.vocabulary),
            next: 0,
            pending: Vec::new(),
            token: Token::default(),
        }
    }
}

struct Stream<'a> {
    view: View,
    vocabulary: &'a Vocabulary,
    analysis: Analysis,
    /// The next word, or concept.
    next: usize,
    /// Fragments of the word before, or keys, that are still to come, the last first.
    pending: Vec<String>,
    token: Token,
}

impl Drop for Stream<'_> {
    fn drop(&mut self) {
        remember(std::mem::take(&mut self.analysis));
    }
}

impl TokenStream for Stream<'_> {
    fn advance(&mut self) -> bool {
        self.token.text.clear();
        match self.view {
            View::Concept => self.concept(),
            View::Pair => self.pair(),
            View::Fragment => self.fragment(),
            View::Name => self.name(),
            View::Stem | View::Word => self.word(),
        }
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}

impl Stream<'_> {
    /// The next word that is asked for, from `from` on.
    fn asked(&self, from: usize) -> Option<usize> {
        (from..self.analysis.words.len()).find(|&at| !self.analysis.words[at].stop)
    }

    fn place(&mut self, first: usize, end: usize) {
        let words = &self.analysis.words;
        self.token.position = first;
        self.token.position_length = end - first;
        self.token.offset_from = words[first].start as usize;
        self.token.offset_to = words[end - 1].end as usize;
    }

    fn word(&mut self) -> bool {
        let Some(at) = self.asked(self.next) else {
            return false;
        };
        let word = &self.analysis.words[at];
        self.token.text.push_str(if self.view == View::Stem {
            self.analysis.stem(word)
        } else {
            self.analysis.folded(word)
        });
        self.place(at, at + 1);
        self.next = at + 1;
        true
    }

    fn pair(&mut self) -> bool {
        let Some(left) = self.asked(self.next).filter(|left| *left < LEAD) else {
            return false;
        };
        let Some(right) = self.asked(left + 1) else {
            return false;
        };
        for (at, gap) in [(left, " "), (right, "")] {
            let word = &self.analysis.words[at];
            self.token.text.push_str(self.analysis.stem(word));
            self.token.text.push_str(gap);
        }
        self.place(left, right + 1);
        self.next = left + 1;
        true
    }

    fn fragment(&mut self) -> bool {
        if let Some(text) = self.pending.pop() {
            self.token.text.push_str(&text);
            return true;
        }
        let words = &self.analysis.words;
        let found = (self.next..words.len())
            .find(|&at| !words[at].stop && !self.analysis.is_short(&words[at]));
        let Some(at) = found else {
            return false;
        };
        let (token, pending) = (&mut self.token.text, &mut self.pending);
        self.analysis
            .fragments(&self.analysis.words[at], |fragment| {
                if token.is_empty() {
                    token.push_str(fragment);
                } else {
                    pending.push(fragment.to_owned());
                }
            });
        self.place(at, at + 1);
        self.next = at + 1;
        true
    }

    /// Names are short: all keys are made at the first, and given out from the end.
    fn name(&mut self) -> bool {
        if self.next == 0 {
            let pending = &mut self.pending;
            self.vocabulary
                .name_keys(&self.analysis, |key, _| pending.push(key.to_owned()));
            self.next = 1;
        }
        let Some(key) = self.pending.pop() else {
            return false;
        };
        self.token.text = key;
        self.token.position = 0;
        true
    }

    fn concept(&mut self) -> bool {
        let Some(concept) = self.analysis.concepts.get(self.next).copied() else {
            return false;
        };
        self.token.text.push_str(self.vocabulary.id(concept.id));
        self.place(concept.first as usize, concept.end as usize);
        self.next += 1;
        true
    }
}
