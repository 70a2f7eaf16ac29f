//! Holds what a head word says of the names that it begins: "hôpital", "ministère", مستشفى.

use std::sync::Arc;

use crate::rules::lexicon::Entry;

/// What begins the name of an organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Head {
    /// Type of organisation.
    pub(super) class: Arc<str>,
    /// An abbreviation.
    pub(super) sigle: bool,
    /// No organisation without a complement or a proper name.
    pub(super) needs: bool,
    /// A place as well as a body.
    pub(super) weak: bool,
    /// A body only behind a word that binds parties, or where a sentence begins.
    pub(super) bound: bool,
    /// Several organisations.
    pub(super) plural: bool,
    /// Says no type: a hospital of any kind.
    pub(super) generic: bool,
    /// Ends a foreign name in capitals: "Bristol General Hospital"; with `needs` it never begins one.
    pub(super) last: bool,
    /// Begins a name only where it is shared out: "مراكز".
    pub(super) parted: bool,
    /// Two of them, in Arabic.
    pub(super) dual: bool,
    /// A name by itself: مستشفى الأم والطفل.
    pub(super) titled: bool,
    /// A dual that its complement follows: "مستشفيي", never behind ال.
    pub(super) construct: bool,
    /// The noun of one of several.
    pub(super) one: Option<Box<str>>,
}

impl Head {
    /// Reads an entry of the lexicon of heads.
    pub(super) fn of(entry: &Entry) -> Self {
        let has = |feature| entry.feature(feature).is_some();
        Self {
            class: entry.id.clone(),
            sigle: has("sigle"),
            needs: has("needs"),
            weak: has("weak"),
            bound: has("bound"),
            plural: has("plural"),
            generic: has("generic"),
            last: has("last"),
            parted: has("parted"),
            dual: has("dual"),
            titled: has("titled"),
            construct: has("construct"),
            one: entry.feature("one").map(Into::into),
        }
    }
}
