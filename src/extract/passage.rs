//! Holds one analysed text of an article, its title or its body, with what the earlier stages found in it.

use std::ops::Range;

use crate::record::fact::{Bound, Field, Span};
use crate::rules::lexicon::{Annotations, Found};
use crate::text::Text;
use crate::text::clitic;
use crate::text::token::Shape;

use super::form::Says;
use super::kinds::{Kinds, Mark};
use super::organisation::Organisation;
use super::small::Small;
use super::vocabulary::Vocabulary;

/// A title or a body under analysis.
#[derive(Debug)]
pub(super) struct Passage<'a> {
    /// Where its spans point.
    pub(super) field: Option<Field>,
    /// Tokens and sentences.
    pub(super) text: Text<'a>,
    /// Lexicon entries.
    pub(super) found: Annotations,
    /// What words mean.
    pub(super) vocabulary: &'a Vocabulary,
    /// By token: what begins there.
    pub(super) marks: Vec<Mark>,
    /// Dates, in order.
    pub(super) dates: Vec<Dated>,
    /// Numbers that may count something, in order.
    pub(super) numbers: Vec<Counted>,
    /// Names of organisations, in order.
    pub(super) organisations: Vec<Organisation>,
}

/// A date and the tokens that say it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Dated {
    /// Its tokens.
    pub(super) tokens: Range<usize>,
    /// Bytes of the first token that are clitics.
    pub(super) peeled: usize,
    /// EDTF value; nothing for a relative date in an article without a day of publication.
    pub(super) value: Option<String>,
    /// It lies ahead of the day of publication.
    pub(super) ahead: bool,
}

/// A number and the tokens that say it, words of bound included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Counted {
    /// Its tokens.
    pub(super) tokens: Range<usize>,
    /// The number.
    pub(super) value: u64,
    /// The upper end of a range.
    pub(super) max: Option<u64>,
    /// How exact it is.
    pub(super) bound: Bound,
    /// An Arabic number that carries ال, which is known already or belongs to the noun before it.
    pub(super) definite: bool,
}

impl<'a> Passage<'a> {
    /// The span of a range of tokens.
    pub(super) fn span(&self, tokens: Range<usize>) -> Span {
        let (start, end) = self.text.bytes(tokens);
        Span {
            start,
            end,
            field: self.field,
        }
    }

    /// Whether a token stands in a sentence of the article, and not in furniture.
    pub(super) fn keeps(&self, token: usize) -> bool {
        let at = self.text.sentence_of(token);
        self.text
            .sentences
            .get(at)
            .is_some_and(|sentence| sentence.tokens.contains(&token))
    }

    /// Whether an entry of one of the kinds begins at a token.
    pub(super) fn may(&self, token: usize, kinds: Kinds) -> bool {
        self.marks
            .get(token)
            .is_some_and(|found| found.kinds.meets(kinds))
    }

    /// Whether a token has a shape; no token has one past the end.
    pub(super) fn has(&self, token: usize, shape: Shape) -> bool {
        self.text
            .tokens
            .get(token)
            .is_some_and(|found| found.shape.has(shape))
    }

    /// The folded form, empty past the end.
    pub(super) fn folded(&self, token: usize) -> &str {
        if token < self.text.tokens.len() {
            self.text.folded(token)
        } else {
            ""
        }
    }

    /// Whether an Arabic word carries ال before a word that a list knows, or before digits: ألف merely begins with its
    /// letters.
    pub(super) fn carries_article(&self, token: usize) -> bool {
        let digits = |word: &str| word.starts_with(|c: char| c.is_ascii_digit());
        let known = || self.found.at(token).iter();
        // The whole word comes first: ألفان, which ال and فإن make, too.
        let whole = |&found: &Found| self.vocabulary.begins_as_article(found);
        known().any(|&found| self.vocabulary.is_made_definite(found)) && !known().any(whole)
            || (self.folded(token))
                .split_once(clitic::THE)
                .is_some_and(|(_, rest)| digits(rest))
    }

    /// The word as written, empty past the end.
    pub(super) fn word(&self, token: usize) -> &'a str {
        if token < self.text.tokens.len() {
            self.text.word(token)
        } else {
            ""
        }
    }

    /// Whether a token is a word of a class, letter for letter.
    pub(super) fn says(&self, token: usize, says: Says) -> bool {
        let forms = self.vocabulary.forms();
        if says.is_written() {
            return forms.is(says, self.word(token));
        }
        forms.may_be(says, self.folded_length(token)) && forms.is(says, self.folded(token))
    }

    /// The bytes of the folded form, none past the end.
    pub(super) fn folded_length(&self, token: usize) -> usize {
        if token < self.text.tokens.len() {
            self.text.folded_bytes(token).len()
        } else {
            0
        }
    }

    /// Whether a token ends as words of a class do.
    pub(super) fn ends_as(&self, token: usize, says: Says) -> bool {
        self.vocabulary.forms().ends(says, self.folded(token))
    }

    /// Whether "le", "la", "l'" or "les" stands at a token.
    pub(super) fn is_article(&self, token: usize) -> bool {
        self.is_small(token, Small::Article) || self.is_small(token, Small::Articles)
    }

    /// Whether a small word of a class stands at a token.
    pub(super) fn is_small(&self, token: usize, class: Small) -> bool {
        let mark = self.marks.get(token);
        mark.is_some_and(|mark| mark.smalls.has(class))
    }

    /// The dates that begin inside a range of tokens.
    pub(super) fn dates_in(&self, tokens: Range<usize>) -> &[Dated] {
        let start = self
            .dates
            .partition_point(|date| date.tokens.start < tokens.start);
        let end = self
            .dates
            .partition_point(|date| date.tokens.start < tokens.end);
        self.dates.get(start..end).unwrap_or_default()
    }

    /// The organisations that begin inside a range of tokens, with their positions.
    pub(super) fn organisations_in(&self, tokens: Range<usize>) -> Range<usize> {
        let start = self
            .organisations
            .partition_point(|o| o.tokens.start < tokens.start);
        let end = self
            .organisations
            .partition_point(|o| o.tokens.start < tokens.end);
        start..end
    }
}
