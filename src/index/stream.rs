//! Turns a name into the tokens of the fields that tantivy indexes by itself.

use std::sync::Arc;

use tantivy::tokenizer::{TextAnalyzer, Token, TokenStream, Tokenizer};

use super::analyzer::{Analysis, recall, remember};
use super::vocabulary::Vocabulary;

/// What a field holds of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum View {
    /// Stems, at the positions of their words.
    Stem,
    /// Consonants of words that may be names.
    Name,
    /// Nothing: [`super::notes`] writes the field.
    Noted,
}

impl View {
    /// Every view.
    pub(super) const ALL: [Self; 3] = [Self::Stem, Self::Name, Self::Noted];

    /// The name under which the index knows its tokenizer.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Stem => "stem",
            Self::Name => "name",
            Self::Noted => "noted",
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
    type TokenStream<'a> = Stream;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Stream {
        let mut stream = Stream::default();
        if self.view == View::Noted {
            return stream;
        }
        let analysis = recall(text, &self.vocabulary);
        if self.view == View::Name {
            self.vocabulary
                .name_keys(&analysis, |key, at| stream.add(key, at, &analysis));
        } else {
            for (at, word) in analysis.asked() {
                stream.add(analysis.stem(word), at, &analysis);
            }
        }
        remember(analysis);
        stream
    }
}

/// Names are short: all tokens are made at once.
#[derive(Default)]
struct Stream {
    tokens: Vec<Token>,
    /// How many were passed.
    next: usize,
}

impl Stream {
    fn add(&mut self, text: &str, at: usize, analysis: &Analysis) {
        let word = &analysis.words[at];
        self.tokens.push(Token {
            offset_from: word.start as usize,
            offset_to: word.end as usize,
            position: at,
            text: text.to_owned(),
            position_length: 1,
        });
    }
}

impl TokenStream for Stream {
    fn advance(&mut self) -> bool {
        self.next += 1;
        self.next <= self.tokens.len()
    }

    fn token(&self) -> &Token {
        &self.tokens[self.next - 1]
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.tokens[self.next - 1]
    }
}
