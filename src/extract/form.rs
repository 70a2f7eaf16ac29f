//! Compares words, letter for letter, with those of closed classes: beginnings, endings and whole words, by what they say.

use crate::rules::lexicon::Lexicons;
use crate::text::fold::fold;

macro_rules! classes {
    ($($(#[$doc:meta])* $name:ident = $id:literal,)*) => {
        /// What a beginning, an ending or a small word says: an id of the lexicons `name_form` and `form`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Says { $($(#[$doc])* $name,)* }

        impl Says {
            const ALL: &[(&str, Self)] = &[$(($id, Self::$name),)*];
        }
    };
}

classes! {
    /// By what means something is done: "بتوفير".
    Means = "means",
    /// A verb of the present.
    Verb = "verb",
    /// A verb, where only names of a list are looked for.
    Listed = "listed",
    /// No verb, whatever it begins with.
    Noun = "noun",
    /// The adjective of a nation, masculine.
    Nation = "nation",
    /// Likewise, feminine.
    NationFeminine = "nation_feminine",
    /// Likewise, of several.
    NationPlural = "nation_plural",
    /// "son of": a proper name follows.
    Son = "son",
    /// Goes on the name of a body of care, though it says a time elsewhere: "مستشفى مطروح العام".
    Kept = "kept",
    /// A noun with the pronoun of somebody, or a word in the accusative: no part of a name.
    Apart = "apart",
    /// Joins what is said to what it is said of: "فهي".
    Copula = "copula",
    /// في belongs to the name behind it: "متخصصة في".
    In = "in",
    /// مع belongs to the name behind it: "للتضامن مع".
    With = "with",
    /// ب belongs to the name behind it: "للنهوض بالأعمال".
    By = "by",
    /// What is done by an agreement, no part of a name that is told apart already: "لتكوين".
    Aim = "aim",
    /// What was done, right before who did it: "développé par"; met as it is written, accents and all.
    Done = "done",
    /// "de", "d'", "du".
    Of = "of",
    /// "d'".
    OfVowel = "of_vowel",
    /// "des".
    OfSeveral = "of_several",
    /// "of", "for": inside the name of a foreign body.
    OfForeign = "of_foreign",
    /// "un", "une".
    One = "one",
    /// "la", "elle": before a feminine noun, or in its place.
    She = "she",
    /// "le", "il".
    He = "he",
    /// "respectivement".
    Respective = "respective",
    /// "et", و where it stands by itself.
    And = "and",
    /// "mais".
    But = "but",
    /// "que": opens one more of what is said.
    Whether = "whether",
    /// "est", "sont".
    Be = "be",
    /// "ne".
    Not = "not",
    /// "dont".
    Whose = "whose",
    /// "entre": of nothing but those bound.
    Between = "between",
    /// "avec", مع.
    Along = "along",
    /// "dans", في.
    Within = "within",
    /// "chez", "vers", داخل: as sure a place as [`Says::Within`].
    Inside = "inside",
    /// بمقر.
    Seat = "seat",
    /// "à", met as it is written.
    To = "to",
    /// "à" however it is written, which "a" may be, too.
    ToPlain = "to_plain",
    /// "au", "aux".
    ToThe = "to_the",
    /// إلى: towards what one is called to.
    Toward = "toward",
    /// على: what is signed stands behind it.
    Onto = "onto",
    /// من.
    From = "from",
    /// كل, before من and those that are listed.
    Each = "each",
    /// "pour".
    For = "for",
    /// "en", as [`Says::To`] before what a body is about.
    About = "about",
    /// "pour", "contre": opens what a body is about, in its name.
    Matter = "matter",
    /// "les", "deux": before a head, several bodies.
    Several = "several",
    /// "ainsi", before "que": one more of a list.
    Thus = "thus",
    /// "autre", "seconde": an agreement without its noun.
    Other = "other",
    /// "ce", "c'": takes up what was told, as the subject of a sentence.
    It = "it",
    /// Begins a word that takes nothing up, where a verb follows: "alors".
    Aside = "aside",
    /// "Dr", inside a name.
    Doctor = "doctor",
    /// "m'" of M'sila.
    Clipped = "clipped",
    /// "1er" of "1er novembre", a name.
    First = "first",
    /// Ends a name in small letters: a verb, a conjunction.
    Ends = "ends",
    /// No word that two names share by: "le", "de".
    Hollow = "hollow",
    /// Opens another clause behind a comma: "tandis".
    Clause = "clause",
    /// What an agreement is made by: "par", "via", "signant".
    Through = "through",
    /// "la", "entre": right before the name of a state.
    State = "state",
    /// "nombre": agreements are counted behind it.
    Count = "count",
    /// أن.
    That = "that",
    /// عن, أنه: what was said stands behind it, with أن.
    Reported = "reported",
    /// هذا and its forms with a preposition.
    Pointing = "pointing",
    /// نفس.
    Same = "same",
    /// نظيره: the peer of the one named before.
    Peer = "peer",
    /// ثلاث, where the noun that it counts stands before it.
    Three = "three",
    /// واحد, اثنان: behind the noun that they count.
    Behind = "behind",
    /// Begins what is done with something, as it is written: بإ.
    MeansWritten = "means_written",
    /// Ends what has the pronoun of the agreement.
    Owned = "owned",
    /// Ends a noun of several.
    Plural = "plural",
    /// Ends a word of one, as well: "français".
    Singular = "singular",
    /// Ends a dual.
    Dual = "dual",
    /// Ends an infinitive.
    Infinitive = "infinitive",
    /// Ends an infinitive, or a noun that tells of an act not done yet.
    Intended = "intended",
    /// Ends a verb of what was going on: "apprenait".
    Imperfect = "imperfect",
    /// Ends a number that tells a place.
    Ordinal = "ordinal",
    /// Says the north, somewhere inside.
    North = "north",
}

impl Says {
    fn from_id(id: &str) -> Option<Self> {
        let mut all = Self::ALL.iter();
        all.find(|(own, _)| *own == id).map(|(_, says)| *says)
    }

    /// Whether words are met as they are written: "développé" is told from "développe" by its accent alone.
    pub(super) const fn is_written(self) -> bool {
        matches!(self, Self::Done | Self::To | Self::MeansWritten)
    }
}

/// The entries of a class: "ي-" is a beginning, "-ية" an ending, anything else a whole word.
#[derive(Debug, Default)]
struct Class {
    beginnings: Vec<Box<str>>,
    endings: Vec<Box<str>>,
    words: Vec<Box<str>>,
    /// A bit for each length of a whole word, in bytes: most words have another.
    lengths: u64,
}

impl Class {
    fn add(&mut self, form: &str, folded: impl Fn(&str) -> Box<str>) {
        if let Some(ending) = form.strip_prefix('-') {
            self.endings.push(folded(ending));
        } else if let Some(beginning) = form.strip_suffix('-') {
            self.beginnings.push(folded(beginning));
        } else {
            let word = folded(form);
            self.lengths |= length(word.len());
            self.words.push(word);
        }
    }
}

/// The lexicons that hold the classes.
const LEXICONS: [&str; 2] = ["name_form", "form"];

/// The bit of a length in bytes.
const fn length(bytes: usize) -> u64 {
    1 << (bytes % u64::BITS as usize)
}

/// The entries of the lexicons `name_form` and `form`, by class.
#[derive(Debug)]
pub(super) struct Forms {
    classes: Vec<Class>,
    /// Endings of feminine adjectives as they are written, and what stands in their place in the masculine.
    masculine: Vec<(Box<str>, Box<str>)>,
}

impl Forms {
    pub(super) fn new(lexicons: &Lexicons) -> Self {
        let classes = Says::ALL.iter().map(|_| Class::default());
        let mut forms = Self {
            classes: classes.collect(),
            masculine: Vec::new(),
        };
        for entry in lexicons.entries() {
            if !LEXICONS.contains(&lexicons.name(entry.lexicon)) {
                continue;
            }
            if let Some(masculine) = entry.feature("masculine") {
                let feminine = entry.form.trim_start_matches('-');
                forms.masculine.push((feminine.into(), masculine.into()));
            }
            if let Some(says) = Says::from_id(&entry.id) {
                forms.classes[says as usize].add(&entry.form, |form| {
                    if says.is_written() {
                        form.into()
                    } else {
                        fold(form).into()
                    }
                });
            }
        }
        forms
    }

    fn of(&self, says: Says) -> &Class {
        &self.classes[says as usize]
    }

    /// Whether a folded word begins so.
    pub(super) fn begins(&self, says: Says, word: &str) -> bool {
        let mut beginnings = self.of(says).beginnings.iter();
        beginnings.any(|beginning| word.starts_with(&**beginning))
    }

    /// Whether a folded word ends so.
    pub(super) fn ends(&self, says: Says, word: &str) -> bool {
        let mut endings = self.of(says).endings.iter();
        endings.any(|ending| word.ends_with(&**ending))
    }

    /// Whether a folded word is one of those.
    pub(super) fn is(&self, says: Says, word: &str) -> bool {
        let class = self.of(says);
        class.lengths & length(word.len()) != 0 && class.words.iter().any(|own| **own == *word)
    }

    /// Whether a whole word of so many bytes may be one of those: most are turned away before they are looked at.
    pub(super) fn may_be(&self, says: Says, bytes: usize) -> bool {
        self.of(says).lengths & length(bytes) != 0
    }

    /// Whether one of those stands somewhere in a folded word.
    pub(super) fn is_in(&self, says: Says, word: &str) -> bool {
        self.of(says).words.iter().any(|own| word.contains(&**own))
    }

    /// A word without the first ending of those that it has.
    pub(super) fn without_ending<'w>(&self, says: Says, word: &'w str) -> Option<&'w str> {
        let mut endings = self.of(says).endings.iter();
        endings.find_map(|ending| word.strip_suffix(&**ending))
    }

    /// The first word of a class.
    pub(super) fn word(&self, says: Says) -> &str {
        self.of(says).words.first().map_or("", |word| word)
    }

    /// A French adjective in the masculine, where its ending says the feminine: "tunisienne".
    pub(super) fn masculine(&self, word: &str) -> Option<String> {
        self.masculine.iter().find_map(|(feminine, masculine)| {
            let stem = word.strip_suffix(&**feminine)?;
            Some(format!("{stem}{masculine}"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Lang;
    use crate::rules::pack::Pack;

    #[test]
    fn every_class_of_the_lists_is_asked_for_and_has_words() {
        let pack = Pack::builtin().unwrap();
        let mut empty: Vec<&str> = Says::ALL.iter().map(|(id, _)| *id).collect();
        for lang in [Lang::Fr, Lang::Ar] {
            let lexicons = pack.rules(lang).lexicons();
            let entries = lexicons.entries().iter();
            for entry in entries.filter(|entry| LEXICONS.contains(&lexicons.name(entry.lexicon))) {
                // Numbers ask for a limit.
                let known = Says::from_id(&entry.id).is_some()
                    || entry.feature("masculine").is_some()
                    || &*entry.id == "limit";
                assert!(known, "`{}` of `{}`", entry.id, entry.form);
                empty.retain(|id| *id != &*entry.id);
            }
        }
        assert!(empty.is_empty(), "no words: {empty:?}");
    }

    #[test]
    fn words_beginnings_and_endings_are_kept_apart() {
        let pack = Pack::builtin().unwrap();
        let french = Forms::new(pack.rules(Lang::Fr).lexicons());
        assert!(french.is(Says::Of, "d'") && !french.is(Says::Of, "des"));
        assert!(french.is(Says::To, "à") && !french.is(Says::To, "a"));
        assert!(french.ends(Says::Infinitive, "signer") && !french.is(Says::Infinitive, "er"));
        assert_eq!(french.without_ending(Says::Ordinal, "50eme"), Some("50"));
        assert_eq!(french.masculine("éenne").as_deref(), Some("éen"));
        let arabic = Forms::new(pack.rules(Lang::Ar).lexicons());
        assert!(arabic.begins(Says::MeansWritten, "بإجراء"));
        assert!(!arabic.begins(Says::MeansWritten, "باجراء"));
        assert!(arabic.is_in(Says::North, "بشمال") && !arabic.is(Says::North, "بشمال"));
    }
}
