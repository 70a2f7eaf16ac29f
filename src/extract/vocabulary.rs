//! Turns the entries of a pattern pack into what they mean to extraction, once, when the pack is loaded.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::record::Lang;
use crate::record::fact::Kind;
use crate::rules::lexicon::{Annotations, Clitics, Entry, Found, Lexicons};
use crate::text::Text;
use crate::text::clitic;
use crate::text::fold::fold;

pub(super) use super::cue::{Cue, Side};
use super::form::Forms;
pub(super) use super::head::Head;
use super::kinds::{self, Kinds, Mark};
use super::operation::word::{Signs, Word};
use super::passage::Passage;
use super::small::{Small, Smalls};
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
        /// The body that its holder signs for, by the word that its name begins with: "ministère".
        body: Option<Box<str>>,
        /// Is what the one named before is: "son homologue tunisien".
        counterpart: bool,
        /// What the words behind it name, where that is no ministry: `local_authority`.
        seat: Option<Arc<str>>,
    },
    /// May stand inside a name.
    Adjective,
    /// What an organisation is about.
    Domain,
    /// A part of a country that names a collective: "les hôpitaux du Sud".
    Region,
    /// A small word inside a proper name.
    Particle,
    /// Ends a name.
    Stop,
    /// What persons are called by: a title, or a given name.
    Person {
        /// الدكتور, السيد.
        title: bool,
    },
    /// A small word of a closed class.
    Small(Small),
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
    /// One of a series of agreements, by its place: "la première"; 0 says of something else.
    Part(u64),
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

/// The word lists of one language with what each entry means.
#[derive(Debug)]
pub(super) struct Vocabulary {
    meanings: Vec<Meaning>,
    kinds: Vec<Kinds>,
    /// What each entry is to counting acts.
    signs: Vec<Signs>,
    endings: Vec<Box<str>>,
    /// What verbs of the future begin with, and what they end with.
    futures: [Vec<Box<str>>; 2],
    /// The last bytes of these endings, each once: most words end in another.
    lasts: Vec<u8>,
    topic: Topic,
    forms: Forms,
    /// The position of each head word, by its words without ال.
    heads: FxHashMap<String, u32>,
    /// Whether the form of each entry begins with ال, or with the same letters: ألفان.
    articled: Vec<bool>,
    /// Whether each entry says something of an agreement only beside it.
    near: Vec<bool>,
    /// Where each entry stands to what it speaks of.
    sides: Vec<Side>,
}

/// What an office says of whom its holder signs for.
fn office_of(entry: &Entry) -> Meaning {
    Meaning::Office {
        signs: entry.feature("signs").is_some(),
        body: entry.feature("body").map(Into::into),
        counterpart: entry.feature("counterpart").is_some(),
        seat: entry.feature("seat").map(Into::into),
    }
}

/// What an entry says of persons.
fn person(entry: &Entry) -> Meaning {
    Meaning::Person {
        title: &*entry.id == "title",
    }
}

impl Vocabulary {
    /// Reads the meaning of every entry.
    pub(super) fn new(lexicons: &Lexicons) -> Self {
        let mut endings = Vec::new();
        let mut futures: [Vec<Box<str>>; 2] = Default::default();
        let topic = Topic::new(lexicons);
        let meanings: Vec<Meaning> = lexicons
            .entries()
            .iter()
            .map(|entry| {
                let has = |feature| entry.feature(feature).is_some();
                match lexicons.name(entry.lexicon) {
                    "org_head" => Meaning::Head(Head::of(entry)),
                    "office" => office_of(entry),
                    "org_adjective" => {
                        endings.extend(entry.form.strip_prefix('-').map(Into::into));
                        Meaning::Adjective
                    }
                    "org_domain" if &*entry.id == "region" => Meaning::Region,
                    "org_domain" => Meaning::Domain,
                    "particle" => Meaning::Particle,
                    "name_stop" => Meaning::Stop,
                    "person" => person(entry),
                    "small_word" => {
                        Small::from_id(&entry.id).map_or(Meaning::Other, Meaning::Small)
                    }
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
                    "agreement_part" => entry.id.parse().map_or(Meaning::Other, Meaning::Part),
                    "not_agreement" => Meaning::NotAgreement,
                    "convention_cue" => {
                        Cue::from_id(&entry.id).map_or(Meaning::Other, Meaning::Cue)
                    }
                    "institutions" => Meaning::Institution,
                    "places" => Meaning::Place,
                    "operation_cue" if entry.form.starts_with('-') || entry.form.ends_with('-') => {
                        let form = fold(&entry.form);
                        match form.strip_prefix('-') {
                            Some(ending) => futures[1].push(ending.into()),
                            None => futures[0].push(form.trim_end_matches('-').into()),
                        }
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
        let heads = lexicons
            .entries()
            .iter()
            .zip(0..)
            .filter(|(_, at)| matches!(meanings.get(*at as usize), Some(Meaning::Head(_))));
        Self {
            kinds: kinds.collect(),
            signs: meanings.iter().map(Signs::told_by).collect(),
            heads: heads
                .map(|(entry, at)| (without_articles(&entry.form), at))
                .collect(),
            articled: lexicons
                .entries()
                .iter()
                .map(|entry| fold(&entry.form).starts_with(clitic::THE))
                .collect(),
            near: lexicons
                .entries()
                .iter()
                .map(|entry| entry.feature("near").is_some())
                .collect(),
            sides: lexicons.entries().iter().map(Side::of).collect(),
            meanings,
            endings,
            lasts: last_bytes(&futures[1]),
            futures,
            forms: Forms::new(lexicons),
            topic,
        }
    }

    /// The kinds of meaning that begin at each token of a text.
    pub(super) fn marks(&self, text: &Text<'_>, found: &Annotations) -> Vec<Mark> {
        kinds::marks(text.tokens.len(), found, |entry| Mark {
            kinds: self.kinds[entry as usize],
            smalls: match self.meanings[entry as usize] {
                Meaning::Small(class) => Smalls::of(class),
                _ => Smalls::default(),
            },
        })
    }

    /// The sign that an entry is to counting acts.
    pub(super) fn sign(&self, found: Found) -> Signs {
        self.signs[found.entry as usize]
    }

    /// How words are written that end a name or go on it.
    pub(super) fn forms(&self) -> &Forms {
        &self.forms
    }

    /// What the entries say about the subject of an article.
    pub(super) fn topic(&self) -> &Topic {
        &self.topic
    }

    /// Whether a word is a verb of the future by its ending ("-ront") or its beginning ("سي-").
    pub(super) fn is_future(&self, passage: &Passage<'_>, token: usize) -> bool {
        let bytes = passage.text.folded_bytes(token);
        let [beginnings, endings] = &self.futures;
        let may_end = bytes.last().is_some_and(|last| self.lasts.contains(last));
        if bytes.len() <= 4 || !may_end && beginnings.is_empty() {
            return false;
        }
        let word = passage.text.folded(token);
        let ends = || may_end && endings.iter().any(|ending| word.ends_with(&**ending));
        let begins = || {
            let bare = word.strip_prefix([clitic::AND, clitic::SO]).unwrap_or(word);
            let mut beginnings = beginnings.iter();
            beginnings.any(|beginning| bare.starts_with(&**beginning))
        };
        (ends() || begins()) && word.chars().nth(4).is_some()
    }

    /// What the words say that begin a name, as many of them as are listed together.
    pub(super) fn head_of(&self, name: &str) -> Option<&Head> {
        let name = without_articles(name);
        let ends = name.match_indices(' ').map(|(at, _)| at);
        let at = ends
            .chain([name.len()])
            .rev()
            .find_map(|end| self.heads.get(&name[..end]))?;
        match self.meanings.get(*at as usize) {
            Some(Meaning::Head(head)) => Some(head),
            _ => None,
        }
    }

    /// Whether an entry says something of an agreement only beside it: "bientôt".
    pub(super) fn is_near(&self, found: Found) -> bool {
        self.near[found.entry as usize]
    }

    /// Where a cue stands to what it speaks of.
    pub(super) fn side(&self, found: Found) -> Side {
        self.sides[found.entry as usize]
    }

    /// Whether a word is listed with the letters of ال before it: "ألفان", "الفارط".
    pub(super) fn begins_as_article(&self, found: Found) -> bool {
        found.clitics.has(Clitics::THE) && self.articled[found.entry as usize]
    }

    /// Whether ال stands before a word that is listed without it: "الأمل" for "أمل".
    pub(super) fn is_made_definite(&self, found: Found) -> bool {
        found.clitics.has(Clitics::THE) && !self.articled[found.entry as usize]
    }

    /// What begins at a token, the longest first.
    pub(super) fn at<'a>(
        &'a self,
        passage: &'a Passage<'_>,
        token: usize,
    ) -> impl Iterator<Item = (Found, &'a Meaning)> {
        self.meant(passage.found.at(token))
    }

    /// What of one of the kinds begins at a token, the longest first.
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
        let of = move |found: &Found| self.kinds[found.entry as usize].meets(kinds);
        self.meant(found).filter(move |(found, _)| of(found))
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

/// What endings end in, each once.
fn last_bytes(endings: &[Box<str>]) -> Vec<u8> {
    let lasts = endings.iter().filter_map(|ending| ending.bytes().last());
    let mut lasts: Vec<u8> = lasts.collect();
    lasts.sort_unstable();
    lasts.dedup();
    lasts
}

/// Folded words without ال, one space between them.
fn without_articles(name: &str) -> String {
    let folded = fold(name);
    let words = folded.split_whitespace();
    let bare = words.map(|word| word.strip_prefix(clitic::THE).unwrap_or(word));
    bare.collect::<Vec<_>>().join(" ")
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
