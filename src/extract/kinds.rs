//! Marks once a passage what kinds of meaning begin at each of its tokens, so that most questions cost nothing.

use crate::rules::lexicon::{Annotations, Clitics};

use super::small::Smalls;
use super::vocabulary::Meaning;

/// A set of kinds of meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Kinds(u16);

impl Kinds {
    pub(super) const HEAD: Self = Self(1);
    pub(super) const OFFICE: Self = Self(1 << 1);
    const ADJECTIVE: Self = Self(1 << 2);
    const DOMAIN: Self = Self(1 << 3);
    const PARTICLE: Self = Self(1 << 4);
    /// A small word of a closed class, and what ends an Arabic name.
    pub(super) const SMALL: Self = Self(1 << 5);
    /// The noun or the verb of an agreement.
    pub(super) const AGREEMENT: Self = Self(1 << 6);
    const AGREEMENT_KIND: Self = Self(1 << 7);
    pub(super) const ANOTHER: Self = Self(1 << 8);
    pub(super) const NOT_AGREEMENT: Self = Self(1 << 9);
    pub(super) const CUE: Self = Self(1 << 10);
    pub(super) const INSTITUTION: Self = Self(1 << 11);
    pub(super) const PLACE: Self = Self(1 << 12);
    pub(super) const OPERATION: Self = Self(1 << 13);
    pub(super) const PART: Self = Self(1 << 14);
    /// Weighs for or against health as the subject, whatever else it means.
    pub(super) const TOPIC: Self = Self(1 << 15);

    /// Every kind of meaning.
    pub(super) const ANY: Self = Self(Self::TOPIC.0 - 1);

    pub(super) const fn of(meaning: &Meaning) -> Self {
        match meaning {
            Meaning::Head(_) => Self::HEAD,
            Meaning::Office { .. } => Self::OFFICE,
            Meaning::Adjective => Self::ADJECTIVE,
            Meaning::Domain | Meaning::Region => Self::DOMAIN,
            Meaning::Particle => Self::PARTICLE,
            Meaning::Stop | Meaning::Person { .. } | Meaning::Small(_) => Self::SMALL,
            Meaning::Agreement { .. } | Meaning::AgreementVerb(_) => Self::AGREEMENT,
            Meaning::AgreementKind(_) => Self::AGREEMENT_KIND,
            Meaning::Another => Self::ANOTHER,
            Meaning::Part(_) => Self::PART,
            Meaning::NotAgreement => Self::NOT_AGREEMENT,
            Meaning::Cue(_) => Self::CUE,
            Meaning::Institution => Self::INSTITUTION,
            Meaning::Place => Self::PLACE,
            Meaning::Operation(_) => Self::OPERATION,
            Meaning::Other => Self(0),
        }
    }

    pub(super) const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether one of the kinds of `other` is here.
    pub(super) const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// What begins at a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Mark {
    pub(super) kinds: Kinds,
    /// Classes of small words, in no plural form.
    pub(super) smalls: Smalls,
}

/// What begins at each of `tokens` tokens, by what each entry is.
pub(super) fn marks(tokens: usize, found: &Annotations, of: impl Fn(u32) -> Mark) -> Vec<Mark> {
    let mut marks = vec![Mark::default(); tokens];
    for found in found.all() {
        if let Some(mark) = marks.get_mut(found.first as usize) {
            let own = of(found.entry);
            mark.kinds = mark.kinds.with(own.kinds);
            if own.kinds.meets(Kinds::SMALL) && !found.clitics.has(Clitics::PLURAL) {
                mark.smalls = mark.smalls.with(own.smalls);
            }
        }
    }
    marks
}
