//! Turns the entries of a pattern pack into what they mean to extraction, once, when the pack is loaded.

use crate::record::Lang;
use crate::record::fact::Kind;
use crate::rules::lexicon::{Annotations, Found, Lexicons};
use crate::text::Text;
use crate::text::fold::fold;

use super::kinds::{self, Kinds};
use super::operation::word::Word;
use super::passage::Passage;
use super::topic::Topic;

/// What a lexicon entry means to extraction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Meaning {
    /// Begins the name of an organisation.
    Head(Head),
    /// An office: minister, wali, director.
    Office {
        /// Whether its holder signs for the organisation named after it.
        signs: bool,
    },
    /// May stand inside a name.
    Adjective,
    /// What an organisation is about.
    Domain,
    /// A small word inside a proper name.
    Particle,
    /// Ends a name.
    Stop,
    /// Names an agreement.
    Agreement {
        /// The kind when nothing more is said.
        kind: Kind,
        /// How sure the noun is by itself.
        strength: Strength,
        /// How many its form says: 2 for a dual, 0 for a plural.
        count: u64,
    },
    /// Says the kind beside an agreement noun.
    AgreementKind(Kind),
    /// A verb that makes an agreement.
    AgreementVerb(Kind),
    /// Another agreement than that told before.
    Another,
    /// Looks like an agreement and is none.
    NotAgreement,
    /// Says what happens to an agreement, or what a name has to do with it.
    Cue(Cue),
    /// An institution of the gazetteer.
    Institution,
    /// A place of the gazetteer.
    Place,
    /// Speaks of medical acts and their counts.
    Operation(Word),
    /// Nothing to this stage.
    Other,
}

/// What begins the name of an organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Head {
    /// Type of organisation.
    pub(super) class: Box<str>,
    /// An abbreviation.
    pub(super) sigle: bool,
    /// No organisation without a complement or a proper name.
    pub(super) needs: bool,
    /// A place as well as a body.
    pub(super) weak: bool,
    /// Several organisations.
    pub(super) plural: bool,
    /// Says no type: a hospital of any kind.
    pub(super) generic: bool,
}

/// How sure an agreement noun is by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Strength {
    /// Names an agreement by itself.
    Strong,
    /// Only beside a verb of signing or another cue.
    Bare,
    /// Takes up an agreement named before: "le document", الوثيقة.
    Anaphor,
}

/// What happens to an agreement, or what a name has to do with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Cue {
    Sign,
    Renew,
    End,
    Plan,
    Force,
    None,
    Between,
    With,
    By,
    Patron,
    Source,
    Site,
    Body,
    /// Work is done under it, said after its noun: "en vigueur", سارية.
    Active,
    /// Bounds a span of time: the date after it is no signature.
    Span,
    /// What follows is what the agreement is about.
    Subject,
    /// The two hospitals named before: "les deux établissements", المستشفيين.
    Hospitals,
    /// Asked for, with no agreement behind it.
    Wish,
    /// Nothing: "renouvelable", "représenté par".
    Idle,
}

impl Cue {
    fn from_id(id: &str) -> Option<Self> {
        Some(match id {
            "sign" => Self::Sign,
            "renew" => Self::Renew,
            "end" => Self::End,
            "plan" => Self::Plan,
            "force" => Self::Force,
            "none" => Self::None,
            "between" => Self::Between,
            "with" => Self::With,
            "by" => Self::By,
            "patron" => Self::Patron,
            "source" => Self::Source,
            "site" => Self::Site,
            "body" => Self::Body,
            "active" => Self::Active,
            "span" => Self::Span,
            "subject" => Self::Subject,
            "hospitals" => Self::Hospitals,
            "wish" => Self::Wish,
            "idle" => Self::Idle,
            _ => return None,
        })
    }
}

/// The word lists of one language with what each entry means.
#[derive(Debug)]
pub(super) struct Vocabulary {
    meanings: Vec<Meaning>,
    kinds: Vec<Kinds>,
    endings: Vec<Box<str>>,
    futures: Vec<Box<str>>,
    topic: Topic,
}

impl Vocabulary {
    /// Reads the meaning of every entry.
    pub(super) fn new(lexicons: &Lexicons) -> Self {
        let mut endings = Vec::new();
        let mut futures = Vec::new();
        let topic = Topic::new(lexicons);
        let meanings: Vec<Meaning> = lexicons
            .entries()
            .iter()
            .map(|entry| {
                let has = |feature| entry.feature(feature).is_some();
                match lexicons.name(entry.lexicon) {
                    "org_head" => Meaning::Head(Head {
                        class: entry.id.clone(),
                        sigle: has("sigle"),
                        needs: has("needs"),
                        weak: has("weak"),
                        plural: has("plural"),
                        generic: has("generic"),
                    }),
                    "office" => Meaning::Office {
                        signs: has("signs"),
                    },
                    "org_adjective" => {
                        endings.extend(entry.form.strip_prefix('-').map(Into::into));
                        Meaning::Adjective
                    }
                    "org_domain" => Meaning::Domain,
                    "particle" => Meaning::Particle,
                    "name_stop" => Meaning::Stop,
                    "agreement" => {
                        kind_of(&entry.id).map_or(Meaning::Other, |kind| Meaning::Agreement {
                            kind,
                            count: entry
                                .feature("count")
                                .and_then(|count| count.parse().ok())
                                .unwrap_or(1),
                            strength: match () {
                                () if has("bare") => Strength::Bare,
                                () if has("anaphor") => Strength::Anaphor,
                                () => Strength::Strong,
                            },
                        })
                    }
                    "agreement_kind" => {
                        kind_of(&entry.id).map_or(Meaning::Other, Meaning::AgreementKind)
                    }
                    "agreement_verb" => {
                        kind_of(&entry.id).map_or(Meaning::Other, Meaning::AgreementVerb)
                    }
                    "other" => Meaning::Another,
                    "not_agreement" => Meaning::NotAgreement,
                    "convention_cue" => {
                        Cue::from_id(&entry.id).map_or(Meaning::Other, Meaning::Cue)
                    }
                    "institutions" => Meaning::Institution,
                    "places" => Meaning::Place,
                    "operation_cue" if entry.form.starts_with('-') || entry.form.ends_with('-') => {
                        futures.push(fold(&entry.form).into());
                        Meaning::Other
                    }
                    name => Word::read(name, entry).map_or(Meaning::Other, Meaning::Operation),
                }
            })
            .collect();
        let kinds = (0..).zip(&meanings).map(|(entry, meaning)| {
            let kind = Kinds::of(meaning);
            if topic.weighs(entry) {
                kind.with(Kinds::TOPIC)
            } else {
                kind
            }
        });
        Self {
            kinds: kinds.collect(),
            meanings,
            endings,
            futures,
            topic,
        }
    }

    /// The kinds of meaning that begin at each token of a text.
    pub(super) fn marks(&self, text: &Text<'_>, found: &Annotations) -> Vec<Kinds> {
        kinds::marks(text.tokens.len(), found, |entry| self.kinds[entry as usize])
    }

    /// What the entries say about the subject of an article.
    pub(super) fn topic(&self) -> &Topic {
        &self.topic
    }

    /// Whether a word is a verb of the future by its ending ("-ront") or its beginning ("سي-").
    pub(super) fn is_future(&self, passage: &Passage<'_>, token: usize) -> bool {
        let word = passage.text.folded(token);
        let bare = word.strip_prefix(['و', 'ف']).unwrap_or(word);
        word.len() > 4
            && word.chars().count() > 4
            && self
                .futures
                .iter()
                .any(|edge| match edge.strip_prefix('-') {
                    Some(ending) => word.ends_with(ending),
                    None => bare.starts_with(edge.trim_end_matches('-')),
                })
    }

    /// What begins at a token, the longest first.
    pub(super) fn at<'a>(
        &'a self,
        passage: &'a Passage<'_>,
        token: usize,
    ) -> impl Iterator<Item = (Found, &'a Meaning)> {
        self.meant(passage.found.at(token))
    }

    /// What begins at a token, the longest first, where something of one of the kinds does; else nothing.
    pub(super) fn of<'a>(
        &'a self,
        passage: &'a Passage<'_>,
        token: usize,
        kinds: Kinds,
    ) -> impl Iterator<Item = (Found, &'a Meaning)> {
        let found = if passage.may(token, kinds) {
            passage.found.at(token)
        } else {
            &[]
        };
        self.meant(found)
    }

    fn meant<'a>(&'a self, found: &'a [Found]) -> impl Iterator<Item = (Found, &'a Meaning)> {
        found
            .iter()
            .map(|&found| (found, &self.meanings[found.entry as usize]))
    }

    /// The longest entry at a token that `wanted` accepts.
    pub(super) fn first<'a, T>(
        &'a self,
        passage: &'a Passage<'_>,
        token: usize,
        wanted: impl Fn(&'a Meaning) -> Option<T>,
    ) -> Option<(Found, T)> {
        self.of(passage, token, Kinds::ANY)
            .find_map(|(found, meaning)| Some((found, wanted(meaning)?)))
    }

    /// Whether an entry of the wanted meaning begins at a token.
    pub(super) fn is(&self, passage: &Passage<'_>, token: usize, wanted: &Meaning) -> bool {
        self.of(passage, token, Kinds::of(wanted))
            .any(|(_, meaning)| meaning == wanted)
    }

    /// Whether a French word may be an adjective inside a name: listed, or by its ending.
    pub(super) fn is_adjective(&self, passage: &Passage<'_>, token: usize) -> bool {
        let word = passage.text.folded(token);
        passage.text.lang == Lang::Fr
            && (self.is(passage, token, &Meaning::Adjective)
                || word.len() > 4 && self.endings.iter().any(|ending| word.ends_with(&**ending)))
    }
}

fn kind_of(id: &str) -> Option<Kind> {
    Some(match id {
        "twinning" => Kind::Twinning,
        "partnership" => Kind::Partnership,
        "cooperation" => Kind::Cooperation,
        "framework" => Kind::Framework,
        "memorandum" => Kind::Memorandum,
        "convention" => Kind::Convention,
        _ => return None,
    })
}
