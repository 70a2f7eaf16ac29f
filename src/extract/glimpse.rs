//! Says what little words that are known before an article is read speak of: a headline, the words of an address.

use crate::record::Lang;
use crate::rules::lexicon::Lexicons;
use crate::text::Text;
use crate::text::token::Shape;

use super::passage::Passage;
use super::topic;
use super::vocabulary::{Meaning, Vocabulary};

/// What a few words speak of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Glimpse {
    /// How far they are about human health, 0 to 1, by the cues of a whole article.
    pub health: f64,
    /// The same of words that say nothing: below it they speak of another subject.
    pub neutral: f64,
    /// Whether they name an agreement, whatever it is about.
    pub agreement: bool,
    /// How many words they are; numbers count as none.
    pub words: usize,
}

/// Looks at words of one language.
pub(super) fn glimpse(
    words: &str,
    lang: Lang,
    lexicons: &Lexicons,
    vocabulary: &Vocabulary,
) -> Glimpse {
    let passage = |words| {
        let text = Text::new(words, lang);
        let found = lexicons.annotate(&text);
        Passage {
            field: None,
            vocabulary,
            marks: vocabulary.marks(&text, &found),
            found,
            text,
            dates: Vec::new(),
            numbers: Vec::new(),
            organisations: Vec::new(),
        }
    };
    let (nothing, passage) = (passage(""), passage(words));
    let tokens = 0..passage.text.tokens.len();
    let agreement = |token: usize| {
        let named = |meaning: &Meaning| matches!(meaning, Meaning::Agreement { .. }).then_some(());
        vocabulary.first(&passage, token, named).is_some()
    };
    let is_word =
        |token: &usize| !passage.has(*token, Shape::PUNCT) && !passage.has(*token, Shape::DIGITS);
    Glimpse {
        health: topic::health(&passage, &nothing, vocabulary),
        neutral: topic::health(&nothing, &nothing, vocabulary),
        agreement: tokens.clone().any(agreement),
        words: tokens.filter(is_word).count(),
    }
}
