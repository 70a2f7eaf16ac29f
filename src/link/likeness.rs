//! Compares two names that were taken apart: how likely they mean one organisation, and why.

use super::name::Name;
use super::name_key::SHORTEST;
use super::place::{Bearing, Places};
use super::vocabulary::{ClassIndex, Vocabulary};

/// From 0, nothing speaks for it, to 1, certain; and the reason in a few words.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Likeness {
    /// 0 to 1.
    pub score: f64,
    /// Why.
    pub why: &'static str,
}

/// From here on two names are one organisation, whatever the rest.
pub const SURE: f64 = 0.75;
/// From here on they are, if the rest of the agreement fits.
pub const LIKELY: f64 = 0.55;
/// From here on nothing speaks against it: a bare head word, a name that may be a translation.
pub const POSSIBLE: f64 = 0.3;

const fn found(score: f64, why: &'static str) -> Likeness {
    Likeness { score, why }
}

/// What comparing names needs to know.
#[derive(Clone, Copy)]
pub struct Scale<'a> {
    /// Places.
    pub places: &'a Places,
    /// Classes.
    pub vocabulary: &'a Vocabulary,
}

impl Scale<'_> {
    /// Compares two names.
    pub fn compare(self, one: &Name, other: &Name) -> Likeness {
        if !self.classes_agree(one.class, other.class) {
            return found(0.0, "another class");
        }
        let bearing = self.places.bearing(&one.places, &other.places);
        if bearing == Bearing::Apart {
            return found(0.0, "another place");
        }
        let mut shared = Shared::new(one, other);
        // A ministry is what its first field says; the rest of its name changes with governments.
        if self.is_ministry(one)
            && self.is_ministry(other)
            && !one.topics.is_empty()
            && one.topics.first() == other.topics.first()
        {
            shared.contradict = false;
        }
        if one.sigles.iter().any(|sigle| other.sigles.contains(sigle)) {
            let plain = |name: &Name| name.words.is_empty() && name.topics.is_empty();
            let alone = plain(one) || plain(other) || shared.full || shared.partial;
            if alone && !shared.contradict && !self.topics_part(one, other) {
                return found(0.9, "the same abbreviation");
            }
            // « SOS Cœur » is not « SOS Hépatites ».
            return found(0.2, "an abbreviation in two names");
        }
        if shared.contradict {
            return self.another_name(one, other);
        }
        if shared.full {
            return self.same_name(one, other, bearing);
        }
        self.without_names(one, other, bearing, shared)
    }

    /// Both bear the same own name.
    fn same_name(self, one: &Name, other: &Name, bearing: Bearing) -> Likeness {
        if self.topics_part(one, other) {
            return found(0.2, "the same name, about something else");
        }
        let classes = one.class.is_some() && other.class.is_some();
        // « Fondation Mohammed VI » may be any of several: what it is for is part of its name. But « Ennour »
        // spells what النور is about.
        let spelled = one.words.is_empty() || other.words.is_empty();
        if one.topics.is_empty() != other.topics.is_empty()
            && !spelled
            && (self.is_translated(one) || self.is_translated(other))
        {
            return found(0.7, "the same name, one without its subject");
        }
        match bearing {
            Bearing::Same => found(0.97, "the same name and place"),
            _ if one.weight().min(other.weight()) < SHORTEST + 1 && !classes => {
                found(0.4, "a short name alone")
            }
            _ if one.weight().min(other.weight()) < SHORTEST => found(0.6, "a short name"),
            Bearing::Inside | Bearing::Country => found(0.93, "the same name"),
            _ if classes => found(0.9, "the same name and class"),
            _ => found(0.8, "the same name"),
        }
    }

    /// Each bears a name of its own, and they differ.
    fn another_name(self, one: &Name, other: &Name) -> Likeness {
        if one.arabic != other.arabic && self.is_translated(one) && self.is_translated(other) {
            if !one.topics.is_empty() && !self.topics_part(one, other) {
                return found(0.5, "about the same; the name may be a translation");
            }
            return found(0.35, "the name may be a translation");
        }
        found(0.0, "another name")
    }

    /// One or both bear no name of their own: class, place and subject decide.
    fn without_names(self, one: &Name, other: &Name, bearing: Bearing, shared: Shared) -> Likeness {
        if self.topics_part(one, other) {
            return found(0.0, "about something else");
        }
        if one.is_bare() || other.is_bare() {
            let both = one.is_bare() && other.is_bare();
            return found(if both { 0.4 } else { 0.35 }, "a head word alone");
        }
        if shared.partial {
            return match bearing {
                Bearing::Same | Bearing::Inside => found(0.85, "part of the name, the same place"),
                _ => found(0.7, "part of the name"),
            };
        }
        let nameless = one.words.is_empty() && other.words.is_empty();
        let translated = self.is_translated(one) && self.is_translated(other);
        if !nameless && one.arabic != other.arabic && translated && bearing != Bearing::Same {
            return found(0.35, "the name may be a translation");
        }
        let exact = one.class.is_some() && one.class == other.class;
        let about = !one.topics.is_empty() && one.topics.first() == other.topics.first();
        match (bearing, nameless) {
            (Bearing::Same, true)
                if one.topics.is_empty() != other.topics.is_empty() && one.class.is_some() =>
            {
                found(0.6, "the same place, one without its subject")
            }
            (Bearing::Same, true) if exact => found(0.92, "the same class and place"),
            (Bearing::Same, true) if one.class.is_some() && other.class.is_some() => {
                found(0.78, "the same place, a wider class")
            }
            (Bearing::Same, false) if one.class.is_some() && other.class.is_some() => {
                found(0.65, "the same place, one without its name")
            }
            (Bearing::Same, _) if about => found(0.8, "the same place and subject"),
            (Bearing::Country, true) if exact && about => {
                found(0.85, "the same class, subject and country")
            }
            (Bearing::Inside, true) if one.class.is_some() && other.class.is_some() => {
                found(0.25, "one place inside the other")
            }
            (_, true) if exact && about => found(0.6, "the same class and subject"),
            (_, true) if about => found(0.45, "the same subject"),
            (Bearing::Inside, false) if one.class.is_some() && other.class.is_some() => {
                found(0.25, "a name, and a place inside the other")
            }
            (Bearing::Same | Bearing::Inside, _) => found(0.35, "the same place"),
            (Bearing::Unknown, false)
                if one.places.is_empty() != other.places.is_empty() && !self.strays(one, other) =>
            {
                found(0.3, "a name against a place")
            }
            _ => found(0.1, "nothing in common"),
        }
    }

    /// Whether a place that one name may hold is not where the other is.
    fn strays(self, one: &Name, other: &Name) -> bool {
        let apart = |one: &Name, other: &Name| {
            self.places.bearing(&one.loose, &other.places) == Bearing::Apart
        };
        apart(one, other) || apart(other, one)
    }

    /// Both say what they are about, and it is not the same. A ministry is about what it names first.
    pub fn topics_part(self, one: &Name, other: &Name) -> bool {
        let mut left: Vec<u16> = one.topics.clone();
        let mut right: Vec<u16> = other.topics.clone();
        if self.is_ministry(one) && self.is_ministry(other) {
            left.truncate(1);
            right.truncate(1);
        }
        !left.is_empty() && !right.is_empty() && !left.iter().any(|topic| right.contains(topic))
    }

    /// Whether the other script may say the name in other words.
    pub fn is_translated(self, name: &Name) -> bool {
        name.class
            .is_none_or(|class| self.vocabulary.classes[class as usize].translated)
    }

    fn is_ministry(self, name: &Name) -> bool {
        name.class
            .is_some_and(|class| self.vocabulary.classes[class as usize].kind == "ministry")
    }

    /// The same class, or one is wider than the other, or one is unsaid.
    pub fn classes_agree(self, one: Option<ClassIndex>, other: Option<ClassIndex>) -> bool {
        match (one, other) {
            (Some(one), Some(other)) => {
                one == other || self.is_wider(one, other) || self.is_wider(other, one)
            }
            _ => true,
        }
    }

    /// Whether `wide` is above `narrow`.
    pub fn is_wider(self, wide: ClassIndex, narrow: ClassIndex) -> bool {
        let mut at = narrow;
        for _ in 0..self.vocabulary.classes.len() {
            match self.vocabulary.classes[at as usize].parent {
                Some(parent) if parent == wide => return true,
                Some(parent) => at = parent,
                None => return false,
            }
        }
        false
    }
}

/// What two own names have in common.
#[derive(Debug, Clone, Copy)]
struct Shared {
    /// Every word of both has its match.
    full: bool,
    /// Every word of one has its match.
    partial: bool,
    /// Both have words, and too few match.
    contradict: bool,
}

impl Shared {
    fn new(one: &Name, other: &Name) -> Self {
        let none = Self {
            full: false,
            partial: false,
            contradict: false,
        };
        if one.words.is_empty() && other.words.is_empty() {
            return none;
        }
        if !one.words.is_empty() && joined(one) == joined(other) {
            return Self { full: true, ..none };
        }
        let (mine, yours) = (matched(one, other), matched(other, one));
        let known = one.weight() > 0 && other.weight() > 0;
        let enough = usize::midpoint(mine.0, yours.0) >= SHORTEST;
        if enough && mine.1 && yours.1 {
            return Self { full: true, ..none };
        }
        // One script translates what the other spells: « Al Amal », الأمل.
        let spelled = |(weight, all): (usize, bool), other: &Name| {
            all && weight >= 2 && other.words.is_empty()
        };
        if spelled(mine, other) || spelled(yours, one) {
            return Self { full: true, ..none };
        }
        if enough && known && (mine.1 || yours.1) {
            return Self {
                partial: true,
                ..none
            };
        }
        let half = |matched: usize, name: &Name| matched * 2 > name.weight();
        if enough && half(mine.0, one) && half(yours.0, other) {
            return Self {
                partial: true,
                ..none
            };
        }
        Self {
            contradict: known,
            ..none
        }
    }
}

/// The words as one, where a letter at the seam counts once: « Bennacer » and بن ناصر.
fn joined(name: &Name) -> Vec<u8> {
    let mut letters = name.words.concat().into_bytes();
    letters.dedup();
    letters
}

/// The consonants of the words of `one` that `other` has too, and whether those are all. Ordinals
/// must agree: Mohammed V is not Mohammed VI.
fn matched(one: &Name, other: &Name) -> (usize, bool) {
    let mut weight = 0;
    let mut all = true;
    for word in &one.words {
        let found = other.words.iter().any(|yours| alike(word, yours))
            || peeled(one, word).any(|rest| other.words.contains(rest))
            || other.peeled.iter().any(|(_, rest)| rest == word)
            || other.soft.iter().any(|yours| word == yours)
            || other.sigles.iter().any(|sigle| word == sigle);
        if found {
            weight += word.len();
        } else if word.len() > 1 || one.words.len() == 1 {
            all = false;
        }
    }
    (
        weight,
        all && !one.words.is_empty() || one.words.is_empty() && other.words.is_empty(),
    )
}

/// What is left of a word whose first letter may be a preposition.
fn peeled<'a>(name: &'a Name, word: &'a str) -> impl Iterator<Item = &'a String> {
    let peeled = name.peeled.iter();
    peeled
        .filter(move |(whole, _)| whole == word)
        .map(|(_, rest)| rest)
}

/// Equal keys, or long ones that differ in one class.
fn alike(one: &str, other: &str) -> bool {
    one == other
        || (one.len().min(other.len()) > SHORTEST
            && !one.starts_with('#')
            && one_edit(one.as_bytes(), other.as_bytes()))
}

fn one_edit(one: &[u8], other: &[u8]) -> bool {
    let (short, long) = if one.len() <= other.len() {
        (one, other)
    } else {
        (other, one)
    };
    if long.len() - short.len() > 1 {
        return false;
    }
    let same = short.iter().zip(long).take_while(|(a, b)| a == b).count();
    let skip = usize::from(long.len() == short.len());
    short.get(same + skip..) == long.get(same + 1..)
}
