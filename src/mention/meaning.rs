//! Tells what a word of the lexicons can mean to numbers and dates.

use crate::mention::number::Purpose;
use crate::record::fact::Bound;

/// What an entry means to numbers and dates.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) enum Meaning {
    /// A word of another stage.
    #[default]
    Other,
    Number(Numeral),
    Month(Month),
    /// From 1, Monday.
    Weekday(i8),
    Unit(UnitWord),
    /// A day counted from another: from publication, or where `anaphor` from the day named before.
    Day {
        offset: i32,
        anaphor: bool,
        the: bool,
    },
    Shift {
        shift: Shift,
        before: bool,
    },
    /// Looks like a date and is none.
    NoDate,
    /// Monday to Friday.
    Workweek,
    Bound(BoundWord),
    Purpose {
        purpose: Purpose,
        before: bool,
        /// Ends in a mute e, unlike the participle that folds to it: "programme", "programmé".
        mute: bool,
    },
    Tense {
        tense: Tense,
        edge: bool,
        exact: bool,
    },
    /// Tells what was, right before its day, unless an auxiliary that looks ahead stands before it.
    Participle {
        /// Its last letter counts: "signé", not "signe".
        accent: bool,
    },
    /// Makes of a participle what is to be: "être".
    Auxiliary,
    Link(Link),
    NamedAfter,
    AgeBearer,
    /// A verb of having, before an age.
    AgeVerb,
    /// What lasts its years: "un contrat de 15 ans".
    Lasting,
}

/// A number word: its value and how it composes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Numeral {
    pub value: f64,
    pub class: Class,
    /// May follow "et".
    pub linked: bool,
    /// Is no number without a multiplier.
    pub plural: bool,
    /// Is the indefinite article, too.
    pub article: bool,
    /// The value of a form that is a dual when it stands alone; 0 where it is none.
    pub alone: f64,
}

/// How a number word composes with its neighbours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    Zero,
    Unit,
    /// A unit that stands only inside a compound.
    Part,
    Teen,
    Ten,
    /// A hundred that a unit multiplies.
    Hundred,
    /// Hundreds in one word.
    Hundreds,
    /// A thousand, a million.
    Scale,
    /// The dual of a scale; `value` is the scale.
    Scales,
    Collective,
    Fraction,
    Ordinal,
    Decimal,
    And,
    Minus,
    Less,
    /// Holds a number word and is no number: "en quarantaine".
    None,
}

/// A month of one of the two calendars.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Month {
    /// From 1.
    pub number: i8,
    pub hijri: bool,
    /// An ordinary word, too.
    pub doubtful: bool,
}

/// A word for a calendar unit; `count` is what the word itself counts, or 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct UnitWord {
    pub unit: Unit,
    pub count: u8,
    /// A plural that is a word of its own: سنوات.
    pub plural: bool,
    /// "journée": an event rather than a span, unless counted.
    pub spell: bool,
}

/// A calendar unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Unit {
    Day,
    Week,
    Month,
    Year,
}

/// The direction of a relative period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shift {
    This,
    Last,
    Next,
    /// The one after the next, for days of the week.
    Following,
    /// The one before the last, for days of the week.
    Preceding,
}

/// A word that bounds a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct BoundWord {
    pub bound: Bound,
    pub before: bool,
    pub after: bool,
    /// Words that may stand between it and the number.
    pub gap: u8,
}

/// When a clause takes place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tense {
    Past,
    Future,
    /// The present tense where it opens a clause: tomorrow's news.
    Present,
    /// The form of a past tense where it opens its clause: no cue behind the date tells of it.
    Told,
    /// Looks like a cue and is none.
    None,
}

/// What a small word does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Link {
    The,
    Of,
    OfThe,
    To,
    ToThe,
    Between,
    And,
    Or,
    In,
    Ago,
    Hence,
    Later,
    Each,
    Per,
    Start,
    Middle,
    End,
    Within,
    Days,
    Two,
    Equal,
    Half,
    Hijri,
    Gregorian,
    First,
    Span,
    One,
    Afternoon,
}
