//! Turns the lexicon entries that speak of medical acts into what they mean to counting them.

use std::sync::Arc;

use crate::record::fact::Procedure;
use crate::rules::lexicon::Entry;

use super::super::vocabulary::Meaning;

/// What an entry means to counting acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::extract) enum Word {
    /// A medical act.
    Act(Act),
    /// To whom or to what an act is done.
    Bearer(Bearer),
    /// A field or an organ, by its id.
    Field(Arc<str>),
    /// A small word or a cue.
    Sign(Signs),
}

/// A medical act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::extract) struct Act {
    pub(super) procedure: Procedure,
    pub(super) specialty: Option<Arc<str>>,
    pub(super) traits: Signs,
    /// A smaller count is a count of something else; 0 where there is no such limit.
    pub(super) least: u64,
    /// The word that leads to those counted.
    pub(super) with: Option<Arc<str>>,
}

/// To whom or to what an act is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::extract) struct Bearer {
    pub(super) kind: BearerKind,
    pub(super) specialty: Option<Arc<str>>,
    /// Two of them, by the form of the word.
    pub(super) dual: bool,
}

/// What a bearer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BearerKind {
    Person,
    Lesion,
    Dose,
}

/// A set of what a word can be: the ids of the lexicons of links, cues and guards, and the traits of acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::extract) struct Signs(u128);

macro_rules! signs {
    ($($name:ident = $at:literal $id:literal),* $(,)?) => {
        impl Signs {
            $(pub(super) const $name: Self = Self(1 << $at);)*

            fn named(id: &str) -> Self {
                match id {
                    $($id => Self::$name,)*
                    _ => Self::default(),
                }
            }
        }
    };
}

signs! {
    BETWEEN = 0 "between",
    PART = 1 "part",
    BARE = 2 "bare",
    ADJECTIVE = 3 "adjective",
    CONTRAST = 4 "contrast",
    FOR = 5 "for",
    RECEIVE = 6 "receive",
    TALLY = 7 "tally",
    PRONOUN = 8 "pronoun",
    ONE = 9 "one",
    FIRST = 10 "first",
    BREAK = 11 "break",
    PLANNED = 12 "planned",
    DONE = 13 "done",
    ACTED = 14 "act",
    VERB = 15 "verb",
    NEUTRAL = 16 "neutral",
    NONE = 17 "none",
    GUARD = 18 "guard",
    PHRASE = 19 "phrase",
    CONTAINER = 20 "container",
    STAFF = 21 "staff",
    FREQUENCY = 22 "frequency",
    WEAK = 23 "weak",
    STRONG = 24 "strong",
    DUAL = 25 "dual",
    TAKES = 26 "takes",
    TEAM = 27 "team",
    ARTICLE = 28 "article",
    MACHINE = 29 "machine",
    OWN = 30 "own",
    MAX = 31 "max",
    ONLY = 32 "only",
    OUT_OF = 33 "out_of",
    AT_MOST = 34 "at_most",
    SHIFT = 35 "shift",
    PERFECT = 36 "perfect",
    AHEAD = 37 "ahead",
    TARGET = 38 "target",
    AUXILIARY = 39 "auxiliary",
    FIXED = 40 "fixed",
    OVER = 41 "over",
    ABOUT = 42 "about",
    TOTAL = 43 "total",
    FINDING = 44 "finding",
    AGAIN = 45 "again",
    ALSO = 46 "also",
    THEREOF = 47 "thereof",
    HAVE = 48 "have",
    COMPOSED = 49 "composed",
    PEOPLE = 50 "people",
    RATE = 51 "rate",
    URGENT = 52 "urgent",
    SERVICE = 53 "service",
    REACHES = 54 "reaches",
    TOPIC = 55 "topic",
    THEATRE = 56 "theatre",
    CREW = 57 "crew",
    PACE = 58 "pace",
    TURN = 59 "turn",
    PURPOSE = 60 "purpose",
    RESPECTIVE = 61 "respective",
    NEVER = 62 "never",
    SEEN = 63 "seen",
    DATIVE = 64 "dative",
    THAT = 65 "that",
    WISH = 66 "wish",
}

impl Signs {
    /// An act of whatever traits: of a token, not of a word.
    pub(super) const ACT: Self = Self(1 << 127);
    /// A participle that its accent alone tells from another word: "posé", "pose".
    pub(super) const ACCENT: Self = Self(1 << 126);

    /// The signs that an entry gives to the token that it begins at.
    pub(in crate::extract) fn told_by(meaning: &Meaning) -> Self {
        match meaning {
            Meaning::Operation(Word::Act(_)) => Self::ACT,
            Meaning::Operation(Word::Sign(signs)) => *signs,
            _ => Self::default(),
        }
    }

    /// Whether any mark of `other` is here.
    pub(super) const fn any(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Both sets in one.
    pub(in crate::extract) const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    fn of(entry: &Entry) -> Self {
        entry
            .features
            .iter()
            .fold(Self::named(&entry.id), |set, (key, _)| {
                set.with(Self::named(key))
            })
    }

    /// The signs of an entry, and whether its accent alone tells it from another word.
    fn shown(entry: &Entry) -> Self {
        if entry.form.ends_with('é') && !entry.form.contains(' ') {
            Self::of(entry).with(Self::ACCENT)
        } else {
            Self::of(entry)
        }
    }
}

impl Word {
    /// The meaning of an entry; nothing for an entry of another stage.
    pub(in crate::extract) fn read(lexicon: &str, entry: &Entry) -> Option<Self> {
        let specialty = || entry.feature("specialty").map(Into::into);
        Some(match lexicon {
            "procedure" => Self::Act(Act {
                procedure: procedure_of(&entry.id)?,
                specialty: specialty(),
                traits: Signs::shown(entry),
                least: entry
                    .feature("least")
                    .and_then(|least| least.parse().ok())
                    .unwrap_or(0),
                with: entry
                    .feature("with")
                    .map(|with| crate::text::fold::fold(with).into()),
            }),
            "operation_bearer" => Self::Bearer(Bearer {
                kind: match &*entry.id {
                    "lesion" => BearerKind::Lesion,
                    "dose" => BearerKind::Dose,
                    _ => BearerKind::Person,
                },
                specialty: specialty(),
                dual: entry.feature("dual").is_some(),
            }),
            "operation_specialty" => Self::Field(entry.id.clone()),
            "operation_link" | "operation_cue" | "not_operation" => Self::Sign(Signs::shown(entry)),
            _ => return None,
        })
    }
}

fn procedure_of(id: &str) -> Option<Procedure> {
    Some(match id {
        "surgery" => Procedure::Surgery,
        "consultation" => Procedure::Consultation,
        "examination" => Procedure::Examination,
        "treatment" => Procedure::Treatment,
        _ => return None,
    })
}
