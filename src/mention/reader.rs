//! Gives the grammar its view of a text: the meanings that begin at a token, and the shape around it.

use std::cell::Cell;

use crate::mention::marks::{Kinds, Marks};
use crate::mention::meaning::{Link, Meaning, Month, Numeral, Shift, UnitWord};
use crate::mention::number::cardinal::Cardinal;
use crate::mention::vocabulary::{Vocabulary, has_article};
use crate::record::Lang;
use crate::rules::lexicon::{Annotations, Clitics, Found};
use crate::text::Text;
use crate::text::clitic;
use crate::text::token::Shape;

/// A text, what the lexicons found in it, what that means, and where which of it stands.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a> {
    pub text: &'a Text<'a>,
    pub annotations: &'a Annotations,
    pub vocabulary: &'a Vocabulary,
    pub marks: &'a Marks,
    pub last: &'a Last<'a>,
}

/// The token at which a cardinal was looked for last, and what was found: a day, a span of time and a range ask
/// for the same in turn.
#[derive(Default)]
pub(super) struct Last<'a>(Cell<Option<(usize, Option<Cardinal<'a>>)>>);

impl<'a> Last<'a> {
    /// What is found at a token, which is read only where it is not that of the last time.
    pub(super) fn at(
        &self,
        token: usize,
        read: impl FnOnce() -> Option<Cardinal<'a>>,
    ) -> Option<Cardinal<'a>> {
        match self.0.get() {
            Some((known, found)) if known == token => found,
            _ => {
                let found = read();
                self.0.set(Some((token, found)));
                found
            }
        }
    }
}

/// A meaning with the token after it and the clitics before it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hit<T> {
    pub of: T,
    pub end: usize,
    pub clitics: Clitics,
    pub peeled: u8,
}

impl<'a> Reader<'a> {
    pub(super) fn len(&self) -> usize {
        self.text.tokens.len()
    }

    /// The token after the last of the sentence that a token stands in.
    pub(super) fn sentence_end(&self, at: usize) -> usize {
        let sentence = self.text.sentence_of(at);
        self.text
            .sentences
            .get(sentence)
            .map_or(self.len(), |s| s.tokens.end)
    }

    pub(super) fn sentence_start(&self, at: usize) -> usize {
        let sentence = self.text.sentence_of(at);
        self.text
            .sentences
            .get(sentence)
            .map_or(0, |s| s.tokens.start)
    }

    pub(super) fn has(&self, at: usize, shape: Shape) -> bool {
        self.text.tokens.get(at).is_some_and(|t| t.shape.has(shape))
    }

    /// The folded form, or nothing past the end.
    pub(super) fn folded(&self, at: usize) -> &'a str {
        if at < self.len() {
            self.text.folded(at)
        } else {
            ""
        }
    }

    /// Whether a token is a mark that separates clauses, or the end.
    pub(super) fn is_punct(&self, at: usize) -> bool {
        at >= self.len() || self.has(at, Shape::PUNCT)
    }

    /// The digits of a token, without the Arabic clitics and the article that may be written on them.
    #[inline]
    pub(super) fn digits(&self, at: usize) -> Option<Digits<'a>> {
        self.marks
            .begins(at, Kinds::DIGITS)
            .then(|| digits(self.folded(at), self.vocabulary.lang))
            .flatten()
    }

    /// The meanings of the entries that begin at a token, the longest first.
    pub(super) fn hits(&self, at: usize) -> impl Iterator<Item = Hit<Meaning>> + use<'a> {
        self.hits_of(at, |_| true)
    }

    /// Those of the entries that `wanted` accepts.
    fn hits_of<W>(&self, at: usize, wanted: W) -> impl Iterator<Item = Hit<Meaning>> + use<'a, W>
    where
        W: Fn(&Found) -> bool,
    {
        let (vocabulary, text) = (self.vocabulary, self.text);
        self.annotations
            .at(at)
            .iter()
            .filter(move |found| wanted(found) && sound(found, vocabulary, text))
            .map(move |found| Hit {
                of: vocabulary.meaning(found.entry),
                end: found.end as usize,
                clitics: found.clitics,
                peeled: found.peeled,
            })
    }

    /// The longest meaning of a kind that `pick` takes. Most tokens have none, which costs no call.
    #[inline]
    fn find<T>(
        &self,
        at: usize,
        kinds: Kinds,
        pick: impl Fn(Hit<Meaning>) -> Option<T>,
    ) -> Option<Hit<T>> {
        let marked = self.marks.begins(at, kinds);
        marked.then(|| self.find_among(at, kinds, pick)).flatten()
    }

    fn find_among<T>(
        &self,
        at: usize,
        kinds: Kinds,
        pick: impl Fn(Hit<Meaning>) -> Option<T>,
    ) -> Option<Hit<T>> {
        let vocabulary = self.vocabulary;
        let mut hits = self.hits_of(at, move |found| vocabulary.kind_of(found).meets(kinds));
        hits.find_map(|hit| {
            pick(hit).map(|of| Hit {
                of,
                end: hit.end,
                clitics: hit.clitics,
                peeled: hit.peeled,
            })
        })
    }

    #[inline]
    pub(super) fn numeral(&self, at: usize) -> Option<Hit<Numeral>> {
        self.find(at, Kinds::NUMBERS, |hit| match hit.of {
            Meaning::Number(numeral) => Some(numeral),
            _ => None,
        })
    }

    #[inline]
    pub(super) fn month(&self, at: usize) -> Option<Hit<Month>> {
        self.find(at, Kinds::MONTH, |hit| match hit.of {
            // باب is a door, not "in August".
            Meaning::Month(month)
                if !hit.clitics.has(Clitics::PLURAL)
                    && (!month.doubtful
                        || hit.peeled == 0
                        || self.joins_months(at, hit.clitics)) =>
            {
                Some(month)
            }
            _ => None,
        })
    }

    /// ومارس behind another month.
    fn joins_months(&self, at: usize, clitics: Clitics) -> bool {
        clitics.has(Clitics::AND)
            && self.before(at, Kinds::MONTH, |meaning| {
                matches!(meaning, Meaning::Month(_))
            })
    }

    #[inline]
    pub(super) fn weekday(&self, at: usize) -> Option<Hit<i8>> {
        self.find(at, Kinds::WEEKDAY, |hit| match hit.of {
            Meaning::Weekday(day) => Some(day),
            _ => None,
        })
    }

    #[inline]
    pub(super) fn unit(&self, at: usize) -> Option<Hit<UnitWord>> {
        self.find(at, Kinds::UNIT, |hit| match hit.of {
            Meaning::Unit(unit) => Some(unit),
            _ => None,
        })
    }

    /// Whether "être" stands here.
    pub(super) fn is_auxiliary(&self, at: usize) -> bool {
        self.marks.begins(at, Kinds::AUXILIARY)
    }

    #[inline]
    pub(super) fn shift(&self, at: usize) -> Option<Hit<(Shift, bool)>> {
        self.find(at, Kinds::SHIFT, |hit| match hit.of {
            // قابلة is "renewable", القابلة "next": an Arabic adjective of a period carries ال.
            Meaning::Shift { shift, before }
                if before || self.vocabulary.lang == Lang::Fr || hit.clitics.has(Clitics::THE) =>
            {
                Some((shift, before))
            }
            _ => None,
        })
    }

    /// The end of a small word of one kind.
    #[inline]
    pub(super) fn link(&self, at: usize, link: Link) -> Option<usize> {
        self.find(at, Kinds::link(link), |hit| {
            (hit.of == Meaning::Link(link)).then_some(())
        })
        .map(|hit| hit.end)
    }

    /// The end of "de" or "du" here.
    pub(super) fn of(&self, at: usize) -> Option<usize> {
        self.link(at, Link::Of)
            .or_else(|| self.link(at, Link::OfThe))
    }

    /// The end of "à" or "au" here.
    pub(super) fn to(&self, at: usize) -> Option<usize> {
        self.link(at, Link::To)
            .or_else(|| self.link(at, Link::ToThe))
    }

    /// The position after any article here.
    pub(super) fn past_the(&self, at: usize) -> usize {
        self.link(at, Link::The).unwrap_or(at)
    }

    /// Whether a small word of one kind ends right before a token.
    pub(super) fn link_before(&self, at: usize, link: Link) -> bool {
        self.before(at, Kinds::link(link), |meaning| {
            meaning == Meaning::Link(link)
        })
    }

    /// Whether any meaning of a kind that `pick` takes ends right before a token.
    pub(super) fn before(&self, at: usize, kinds: Kinds, pick: impl Fn(Meaning) -> bool) -> bool {
        self.marks.ends(at, kinds)
            && (at.saturating_sub(4)..at)
                .any(|from| self.hits(from).any(|hit| hit.end == at && pick(hit.of)))
    }

    /// Whether a token is و by itself.
    pub(super) fn is_and(&self, at: usize) -> bool {
        self.folded(at).strip_prefix(clitic::AND) == Some("")
    }

    /// Whether و or "and" joins a token to what stands before it; gives the token that the joined word begins at.
    pub(super) fn joined(&self, at: usize) -> Option<usize> {
        if let Some(end) = self.link(at, Link::And) {
            return Some(end);
        }
        let carries = self.folded(at).starts_with(clitic::AND)
            && (self.digits(at).is_some()
                || self.hits(at).any(|hit| hit.clitics.has(Clitics::AND)));
        (self.vocabulary.lang == Lang::Ar && (carries || self.is_and(at)))
            .then(|| if self.is_and(at) { at + 1 } else { at })
    }
}

/// The digits of a token, the letters after them, the clitics before them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Digits<'a> {
    pub number: &'a str,
    pub suffix: &'a str,
    pub clitic: &'a str,
}

/// The digits of a folded word, without the Arabic clitics and the article that may be written on them.
#[inline]
pub(super) fn digits(folded: &str, lang: Lang) -> Option<Digits<'_>> {
    let first = match lang {
        Lang::Fr => folded.as_bytes().first()?.is_ascii_digit().then_some(0)?,
        Lang::Ar => {
            let rest = folded.trim_start_matches(is_clitic);
            rest.as_bytes().first()?.is_ascii_digit().then_some(())?;
            folded.len() - rest.len()
        }
    };
    let (letters, rest) = folded.split_at(first);
    if letters.chars().nth(MOST_CLITICS).is_some() {
        return None;
    }
    let length = rest
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(rest.len());
    let (number, suffix) = rest.split_at(length);
    Some(Digits {
        number,
        suffix,
        clitic: letters,
    })
}

/// Whether what was taken off a word leaves it what it was: a pronoun or a simile makes another word of it,
/// والأحد without its ال is no واحد, and فإن no ألفان.
#[inline]
fn sound(found: &Found, vocabulary: &Vocabulary, text: &Text<'_>) -> bool {
    // Nothing but the ending of a plural is taken off a French word.
    if vocabulary.lang == Lang::Fr {
        return true;
    }
    let merged = || {
        found.peeled == 0
            && found.clitics.has(Clitics::THE)
            && has_article(text.folded(found.first as usize))
            && !vocabulary.is_articled(found.entry)
    };
    let cut = || {
        let word = || text.folded(found.first as usize);
        vocabulary.is_rooted(found.entry) && !word().contains(clitic::THE)
    };
    !found.clitics.has(Clitics::PRONOUN) && !found.clitics.has(Clitics::AS) && !merged() && !cut()
}

/// Whether a letter may be of a clitic before digits, and the most letters of them all.
fn is_clitic(letter: char) -> bool {
    clitic::LEADING.contains(&letter) || clitic::THE.starts_with(letter)
}
const MOST_CLITICS: usize = 4;
