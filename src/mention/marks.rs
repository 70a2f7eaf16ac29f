//! Marks once a text which kinds of meaning begin and end at each token, so that most questions cost nothing.

use crate::mention::meaning::{Link, Meaning};
use crate::mention::number::is_dash_word;
use crate::mention::reader::digits;
use crate::mention::vocabulary::Vocabulary;
use crate::rules::lexicon::Annotations;
use crate::text::Text;
use crate::text::token::Shape;

/// A set of kinds of meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Kinds(u64);

impl Kinds {
    /// A number word that is no article.
    const NUMBER: Self = Self(1);
    pub(super) const MONTH: Self = Self(1 << 1);
    pub(super) const WEEKDAY: Self = Self(1 << 2);
    pub(super) const UNIT: Self = Self(1 << 3);
    pub(super) const DAY: Self = Self(1 << 4);
    pub(super) const SHIFT: Self = Self(1 << 5);
    pub(super) const NO_DATE: Self = Self(1 << 6);
    pub(super) const WORKWEEK: Self = Self(1 << 7);
    pub(super) const BOUND: Self = Self(1 << 8);
    pub(super) const PURPOSE: Self = Self(1 << 9);
    pub(super) const TENSE: Self = Self(1 << 10);
    pub(super) const NAMED_AFTER: Self = Self(1 << 11);
    pub(super) const AGE_BEARER: Self = Self(1 << 12);
    /// Digits, whatever the lexicons say.
    pub(super) const DIGITS: Self = Self(1 << 13);
    /// "un", which opens "un mois" and stands before anything else, too.
    const ARTICLE: Self = Self(1 << 14);
    /// "ce", which stands before its period.
    const POINTER: Self = Self(1 << 15);
    /// Inside a small word of several tokens: "il y a".
    const INSIDE: Self = Self(1 << 16);
    /// A date may begin here: with a word of dates, or with small words right before one.
    const DATED: Self = Self(1 << 17);

    /// A dash or a stroke, which parts the ends of a span: "2018-2020".
    const STROKE: Self = Self(1 << 20);
    /// A span may begin here: a word or a mark that leads to its end stands not far behind.
    pub(super) const SPANNED: Self = Self(1 << 21);

    /// Every number word.
    pub(super) const NUMBERS: Self = Self::NUMBER.with(Self::ARTICLE);

    pub(super) const PARTICIPLE: Self = Self(1 << 18);
    pub(super) const AUXILIARY: Self = Self(1 << 19);

    const FIRST_LINK: u32 = 32;
    /// A small word of any kind.
    pub(super) const LINK: Self = Self(u64::MAX << Self::FIRST_LINK);

    /// The words that a point of time begins with, or has behind its article.
    pub(super) const FIRST: Self = Self::NUMBERS
        .with(Self::DIGITS)
        .with(Self::MONTH)
        .with(Self::WEEKDAY)
        .with(Self::UNIT)
        .with(Self::DAY)
        .with(Self::SHIFT)
        .with(Self::WORKWEEK)
        .with(Self::link(Link::First))
        .with(Self::link(Link::Start))
        .with(Self::link(Link::Middle))
        .with(Self::link(Link::End));

    /// A word that belongs to dates alone, or digits.
    const DATE: Self = Self::DIGITS
        .with(Self::NUMBER)
        .with(Self::MONTH)
        .with(Self::WEEKDAY)
        .with(Self::UNIT)
        .with(Self::DAY)
        .with(Self::NO_DATE)
        .with(Self::WORKWEEK)
        .with(Self::link(Link::First))
        .with(Self::link(Link::Days))
        .with(Self::link(Link::Start))
        .with(Self::link(Link::Middle))
        .with(Self::link(Link::End));

    /// A small word that may open a date: an article, "de", "entre", قبل.
    const OPENER: Self = Self::ARTICLE
        .with(Self::POINTER)
        .with(Self::link(Link::The))
        .with(Self::link(Link::Of))
        .with(Self::link(Link::OfThe))
        .with(Self::link(Link::Between))
        .with(Self::link(Link::Two))
        .with(Self::link(Link::Ago))
        .with(Self::link(Link::Hence));

    pub(super) const fn link(link: Link) -> Self {
        Self(1 << (Self::FIRST_LINK + link as u32))
    }

    pub(super) const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// The kind of a meaning; the article "un" has one of its own.
    pub(super) const fn of(meaning: &Meaning) -> Self {
        match meaning {
            Meaning::Other => Self(0),
            Meaning::Number(word) if word.article => Self::ARTICLE,
            Meaning::Number(_) => Self::NUMBER,
            Meaning::Month(_) => Self::MONTH,
            Meaning::Weekday(_) => Self::WEEKDAY,
            Meaning::Unit(_) => Self::UNIT,
            Meaning::Day { .. } => Self::DAY,
            Meaning::Shift { before: true, .. } => Self::SHIFT.with(Self::POINTER),
            Meaning::Shift { .. } => Self::SHIFT,
            Meaning::NoDate => Self::NO_DATE,
            Meaning::Workweek => Self::WORKWEEK,
            Meaning::Bound(_) => Self::BOUND,
            Meaning::Purpose { .. } => Self::PURPOSE,
            Meaning::Tense { .. } => Self::TENSE,
            Meaning::Participle { .. } => Self::PARTICIPLE,
            Meaning::Auxiliary => Self::AUXILIARY,
            Meaning::Link(link) => Self::link(*link),
            Meaning::NamedAfter => Self::NAMED_AFTER,
            Meaning::AgeBearer | Meaning::AgeVerb | Meaning::Lasting => Self::AGE_BEARER,
        }
    }
}

/// The kinds of the entries that begin and that end at each token. Entries whose clitics make another word
/// of them are among them: a mark says what may be, its absence what is not.
pub(super) struct Marks {
    begin: Vec<Kinds>,
    /// By the token after the last.
    end: Vec<Kinds>,
}

impl Marks {
    pub(super) fn new(text: &Text<'_>, annotations: &Annotations, vocabulary: &Vocabulary) -> Self {
        let tokens = text.tokens.len();
        let (mut begin, mut end) = (
            vec![Kinds::default(); tokens + 1],
            vec![Kinds::default(); tokens + 1],
        );
        for found in annotations.all() {
            let kind = vocabulary.kind_of(found);
            if kind == Kinds::default() {
                continue;
            }
            let (first, behind) = (found.first as usize, found.end as usize);
            if let Some(begin) = begin.get_mut(first) {
                *begin = begin.with(kind);
            }
            if let Some(end) = end.get_mut(behind) {
                *end = end.with(kind);
            }
            if kind.meets(Kinds::OPENER) && behind > first + 1 {
                for inner in begin.iter_mut().take(behind).skip(first + 1) {
                    *inner = inner.with(Kinds::INSIDE);
                }
            }
        }
        for (at, kinds) in begin.iter_mut().enumerate().take(tokens) {
            let word = text.folded(at);
            if digits(word, vocabulary.lang).is_some() {
                *kinds = kinds.with(Kinds::DIGITS);
            } else if text.tokens[at].shape.has(Shape::PUNCT) && (is_dash_word(word) || word == "/")
            {
                *kinds = kinds.with(Kinds::STROKE);
            }
        }
        mark_dates(&mut begin);
        Self { begin, end }
    }

    /// Whether an entry of one of the kinds may begin at a token.
    pub(super) fn begins(&self, at: usize, kinds: Kinds) -> bool {
        self.begin.get(at).is_some_and(|found| found.meets(kinds))
    }

    /// Whether an entry of one of the kinds may end right before a token.
    pub(super) fn ends(&self, at: usize, kinds: Kinds) -> bool {
        self.end.get(at).is_some_and(|found| found.meets(kinds))
    }

    /// Whether a number may begin at a token.
    pub(super) fn number(&self, at: usize) -> bool {
        self.begins(at, Kinds::NUMBERS.with(Kinds::DIGITS))
    }

    /// Whether a date may begin at a token.
    pub(super) fn date(&self, at: usize) -> bool {
        self.begins(at, Kinds::DATED)
    }
}

/// Marks, from the last token to the first, where dates may begin, and where spans: where a word or a mark that leads
/// to the end of one stands at most [`LONGEST_POINT`] tokens behind, with what a date may begin with close after it.
fn mark_dates(begin: &mut [Kinds]) {
    const OPENERS: usize = 6;
    const INNER: Kinds = Kinds::OPENER.with(Kinds::INSIDE);
    const FAR: usize = usize::MAX / 2;
    /// What may stand between what leads and a date: the rest of "jusqu'à", and articles.
    const BETWEEN: usize = 6;
    const LEADS: Kinds = Kinds::STROKE
        .with(Kinds::link(Link::To))
        .with(Kinds::link(Link::ToThe));
    // Small words from here to the next word of dates; tokens to the next that begins a date, to the next that leads.
    let (mut gap, mut to_first, mut to_lead) = (FAR, FAR, FAR);
    for kinds in begin.iter_mut().rev() {
        gap = match () {
            () if kinds.meets(Kinds::DATE) => 0,
            () if kinds.meets(INNER) => gap + 1,
            () => FAR,
        };
        (to_first, to_lead) = (to_first + 1, to_lead + 1);
        let opens = gap == 0 || gap <= OPENERS && kinds.meets(Kinds::OPENER);
        if opens && to_lead <= LONGEST_POINT {
            *kinds = kinds.with(Kinds::DATED).with(Kinds::SPANNED);
        } else if opens {
            *kinds = kinds.with(Kinds::DATED);
        }
        if kinds.meets(LEADS) && to_first <= BETWEEN {
            to_lead = 0;
        }
        if kinds.meets(Kinds::FIRST) {
            to_first = 0;
        }
    }
}

/// Tokens of the longest point of time that begins a span, and more.
const LONGEST_POINT: usize = 40;
