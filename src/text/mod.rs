//! Turns a string into language, sentences, tokens and folded forms, in one coordinate system: bytes of the original.

use crate::record::Lang;

mod class;

pub mod clitic;

pub mod fold;

pub mod lang;

pub mod sentence;

pub mod simhash;

pub mod token;

use sentence::Sentence;
use token::Token;

/// An analysed string: every later stage reads this, and every span of it points into `source`.
#[derive(Debug, Clone)]
pub struct Text<'a> {
    /// The original, untouched.
    pub source: &'a str,
    /// Its language.
    pub lang: Lang,
    /// Words, numbers and marks in order.
    pub tokens: Vec<Token>,
    /// Sentences in order; every token is in one, unless some were dropped.
    pub sentences: Vec<Sentence>,
    folded: String,
    /// By token: the position of its sentence, or of the next that was kept.
    sentence_of: Vec<u32>,
}

impl<'a> Text<'a> {
    /// Splits and folds `source` once.
    pub fn new(source: &'a str, lang: Lang) -> Self {
        let mut folded = String::with_capacity(source.len());
        let tokens = token::split(source, &mut folded);
        let sentences = sentence::split(source, &tokens, |token| {
            (token.fold_end - token.fold_start) as usize
        });
        let sentence_of = positions(&sentences, tokens.len());
        Self {
            source,
            lang,
            tokens,
            sentences,
            folded,
            sentence_of,
        }
    }

    /// Drops the sentences that `keep` refuses. Tokens stay where they are.
    pub fn keep_sentences(&mut self, keep: impl FnMut(&Sentence) -> bool) {
        let before = self.sentences.len();
        self.sentences.retain(keep);
        if self.sentences.len() < before {
            self.sentence_of = positions(&self.sentences, self.tokens.len());
        }
    }

    /// The folded form of a token.
    pub fn folded(&self, at: usize) -> &str {
        let token = &self.tokens[at];
        &self.folded[token.fold_start as usize..token.fold_end as usize]
    }

    /// The bytes of the folded form of a token, for a look at a few of them.
    pub(crate) fn folded_bytes(&self, at: usize) -> &[u8] {
        let token = &self.tokens[at];
        &self.folded.as_bytes()[token.fold_start as usize..token.fold_end as usize]
    }

    /// The folded forms of a token and of all behind it, nothing between them.
    pub(crate) fn folded_from(&self, at: usize) -> &[u8] {
        &self.folded.as_bytes()[self.tokens[at].fold_start as usize..]
    }

    /// A token as it is written.
    pub fn word(&self, at: usize) -> &'a str {
        let token = &self.tokens[at];
        &self.source[token.start as usize..token.end as usize]
    }

    /// The original from the first to the last of a range of tokens, which must not be empty.
    pub fn slice(&self, tokens: std::ops::Range<usize>) -> &'a str {
        let (start, end) = self.bytes(tokens);
        &self.source[start..end]
    }

    /// The bytes from the first to the last of a range of tokens; an empty range gives no bytes.
    pub fn bytes(&self, tokens: std::ops::Range<usize>) -> (usize, usize) {
        if tokens.is_empty() {
            return (0, 0);
        }
        (
            self.tokens[tokens.start].start as usize,
            self.tokens[tokens.end - 1].end as usize,
        )
    }

    /// The position of the sentence that a token stands in, of the next one where its own was dropped.
    pub fn sentence_of(&self, token: usize) -> usize {
        let known = self.sentence_of.get(token);
        known.map_or(self.sentences.len(), |&at| at as usize)
    }
}

/// By token: the position of the first sentence that ends behind it.
fn positions(sentences: &[Sentence], tokens: usize) -> Vec<u32> {
    let mut positions = Vec::with_capacity(tokens);
    for (sentence, at) in sentences.iter().zip(0..) {
        positions.resize(sentence.tokens.end, at);
    }
    positions.resize(tokens, sentences.len() as u32);
    positions
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn tokens(source: &str, expect: &str) {
        let text = Text::new(source, Lang::Fr);
        let found: Vec<_> = (0..text.tokens.len()).map(|at| text.folded(at)).collect();
        assert_eq!(found.join("|"), expect);
    }

    #[track_caller]
    fn sentences(source: &str, expect: &[&str]) {
        let text = Text::new(source, Lang::Fr);
        let found: Vec<_> = text
            .sentences
            .iter()
            .map(|s| text.slice(s.tokens.clone()))
            .collect();
        assert_eq!(found, expect);
    }

    #[test]
    fn words_numbers_and_marks() {
        tokens(
            "L’hôpital d'Aïn-Sefra, aujourd'hui",
            "l'|hopital|d'|ain|sefra|,|aujourd'hui",
        );
        tokens(
            "C.H.U Mustapha et D.S.P. d'Oran",
            "chu|mustapha|et|dsp|d'|oran",
        );
        tokens(
            "1.200 actes (1er mai 2024)",
            "1|.|200|actes|(|1er|mai|2024|)",
        );
        tokens(
            "2023-2024 n° 18-11 Covid-19",
            "2023|-|2024|n°|18|-|11|covid|19",
        );
        tokens("partena-\nriat medical", "partenariat|medical");
        tokens("أجرى ٥٨عملية وبالمستشفى", "اجري|58|عمليه|وبالمستشفي");
        tokens("الطب و الصيدلة و 12", "الطب|والصيدله|و|12");
    }

    #[test]
    fn sentences_end_where_a_reader_stops() {
        sentences(
            "Le Dr. Amari a signé. Il part !",
            &["Le Dr. Amari a signé.", "Il part !"],
        );
        sentences(
            "Plus de 1.200 actes. « Bravo. » Fin",
            &["Plus de 1.200 actes.", "« Bravo. »", "Fin"],
        );
        sentences(
            "وقّع المدير. ثم غادر؟ نعم",
            &["وقّع المدير.", "ثم غادر؟", "نعم"],
        );
        sentences(
            "Titre\nLe texte\nsuit. M. B. Ali",
            &["Titre", "Le texte\nsuit.", "M. B. Ali"],
        );
    }

    #[test]
    fn every_token_is_in_one_sentence_and_slices_back() {
        let text = Text::new("Une « convention » — signée, hier.\n\nFin…", Lang::Fr);
        assert_eq!(
            text.sentences.iter().map(|s| s.tokens.len()).sum::<usize>(),
            text.tokens.len()
        );
        assert_eq!(
            text.sentence_of(text.tokens.len() - 1),
            text.sentences.len() - 1
        );
    }
}
