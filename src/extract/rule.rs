//! Turns the hits of the pack's rules into what they say of agreements: who is bound where the
//! construction is clear, in what state, and which words only look like an agreement.

use std::ops::Range;

use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::Error as NoSuch;

use crate::record::fact::{ConventionStatus, Kind};
use crate::rules::Mention;
use crate::rules::lexicon::Clitics;
use crate::rules::matcher::{Hit, Rules};

use super::passage::Passage;
use super::role::{acts, follows_comma, is_gloss, last_of_list};
use super::told::{Attachment, Telling};
use super::vocabulary::{Cue, Vocabulary};

/// The stage whose rules speak of agreements.
pub(super) const STAGE: &str = "event";

/// Tokens that may stand between an agreement noun and the construction that binds its parties.
const NEXT: usize = 2;

/// What a rule says of the agreement named in it or next to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Binding {
    /// Tokens of the whole construction.
    pub(super) tokens: Range<usize>,
    /// Positions of those bound among the passage's organisations.
    pub(super) partners: Vec<usize>,
    /// Likewise, of those that preside.
    pub(super) patrons: Vec<usize>,
    /// The kind that the rule sets.
    pub(super) kind: Option<Kind>,
    /// The state that the rule sets.
    pub(super) status: Option<ConventionStatus>,
    /// Id of the rule.
    pub(super) rule: Box<str>,
}

/// What the rules say of one passage.
#[derive(Debug, Default)]
pub(super) struct Ruling {
    bindings: Vec<Binding>,
    /// Constructions in which nothing is an agreement.
    barred: Vec<Range<usize>>,
}

/// Runs the rules over a passage.
pub(super) fn rule(passage: &Passage<'_>, vocabulary: &Vocabulary, rules: &Rules) -> Ruling {
    let hits = rules.run(STAGE, &passage.text, &passage.found, &mentions(passage));
    let mut ruling = Ruling::default();
    for hit in hits {
        match &*hit.rule.emit {
            "convention" => {
                let binding = binding(passage, rules, &hit);
                ruling
                    .bindings
                    .push(binding.begun_by_subject(passage, vocabulary));
            }
            "none" => ruling.barred.push(hit.tokens),
            _ => {}
        }
    }
    ruling
}

fn binding(passage: &Passage<'_>, rules: &Rules, hit: &Hit<'_>) -> Binding {
    let captured = |name: &str| {
        hit.captures(name)
            .flat_map(|tokens| passage.organisations_in(tokens))
            .collect()
    };
    let set = |key: &str| rules.setting(hit, key, &passage.found);
    Binding {
        tokens: hit.tokens.clone(),
        partners: with_last(passage, with_siblings(passage, captured("partner"))),
        patrons: captured("patron"),
        kind: set("kind").and_then(named),
        status: set("status").and_then(named),
        rule: hit.rule.id.clone(),
    }
}

/// The names of a list with the one that closes it behind what is said of the last of them.
fn with_last(passage: &Passage<'_>, mut named: Vec<usize>) -> Vec<usize> {
    let last = named.last().and_then(|&at| last_of_list(passage, at));
    named.extend(last.filter(|at| !named.contains(at)));
    named
}

/// The other parts of a plural where one of them is named: a construction that binds "les EPH de Jijel et
/// de Mila" binds both.
fn with_siblings(passage: &Passage<'_>, named: Vec<usize>) -> Vec<usize> {
    let next = |left: usize| {
        let pair = (
            passage.organisations.get(left),
            passage.organisations.get(left + 1),
        );
        matches!(pair, (Some(left), Some(right)) if left.part && right.part && right.tokens.start <= left.tokens.end + 2)
    };
    let mut all = Vec::new();
    for at in named {
        let mut first = at;
        while first > 0 && next(first - 1) {
            first -= 1;
        }
        let mut last = at;
        while next(last) {
            last += 1;
        }
        all.extend(
            (first..=last)
                .filter(|part| !all.contains(part))
                .collect::<Vec<_>>(),
        );
    }
    all
}

impl Ruling {
    /// Whether a rule says that nothing here is an agreement.
    pub(super) fn bars(&self, agreement: &Range<usize>) -> bool {
        // Hits that stand do not overlap: one search finds the first that may touch.
        let first = self
            .barred
            .partition_point(|barred| barred.end <= agreement.start);
        self.barred
            .get(first)
            .is_some_and(|barred| barred.start < agreement.end)
    }

    /// What the rules say of an agreement: the construction that holds its noun, else one next to it. `zone` is
    /// the part of the sentence that speaks of it and not of another; `names` says whether words name an agreement.
    pub(super) fn of(
        &self,
        passage: &Passage<'_>,
        agreement: &Range<usize>,
        zone: &Range<usize>,
        names: impl Fn(&Range<usize>) -> bool,
    ) -> Option<&Binding> {
        let gap = |binding: &Binding| {
            let before = agreement.start.saturating_sub(binding.tokens.end);
            before.max(binding.tokens.start.saturating_sub(agreement.end))
        };
        let own = |binding: &&Binding| {
            let named = |&at: &usize| zone.contains(&passage.organisations[at].tokens.start);
            // "bénéficie d'une convention avec A, a signé un accord avec B": the noun beside is another's.
            let holds = binding.tokens.contains(&agreement.start);
            let beside = gap(binding) <= NEXT;
            (holds || beside && !names(&binding.tokens))
                && (binding.partners.is_empty() || binding.partners.iter().any(named))
        };
        let first = self
            .bindings
            .partition_point(|binding| binding.tokens.end <= zone.start);
        self.bindings[first..]
            .iter()
            .take_while(|binding| binding.tokens.start < zone.end)
            .filter(own)
            .min_by_key(|binding| gap(binding))
    }
}

impl Binding {
    /// "Outre la convention signée avec A, B vient de conclure un accord avec C": what B does begins with it.
    fn begun_by_subject(mut self, passage: &Passage<'_>, vocabulary: &Vocabulary) -> Self {
        let subject = self.partners.iter().rposition(|&at| {
            let first = passage.organisations[at].tokens.start;
            follows_comma(passage, first) && acts(passage, vocabulary, at)
        });
        if let Some(subject) = subject.filter(|&at| at > 0 && at + 1 < self.partners.len()) {
            self.partners.drain(..subject);
            self.tokens.start = passage.organisations[self.partners[0]].tokens.start;
        }
        self
    }

    /// Puts what the rule says in place of what single words said. `entities` are those of the passage's organisations.
    pub(super) fn sharpen(&self, telling: &mut Telling, entities: &[Option<usize>]) {
        let partners = each_once(&self.partners, entities);
        if partners.len() >= 2 {
            telling.parties = partners;
            telling.attachment = Attachment::Rule;
            telling.rule = Some(self.rule.clone());
        }
        for patron in each_once(&self.patrons, entities) {
            if !telling.patrons.contains(&patron) {
                telling.patrons.push(patron);
            }
        }
        telling
            .patrons
            .retain(|patron| !telling.parties.contains(patron));
        if let Some(kind) = self.kind {
            telling.agreement.kind = kind;
        }
        if let Some(status) = self.status {
            telling.under = status == ConventionStatus::InForce;
            // "بموجب اتفاقية أمضيت أول أمس بين": the signature stays told, news or not.
            telling.cues.retain(|cue| {
                telling.under && *cue == Cue::Sign
                    || !matches!(
                        cue,
                        Cue::Sign | Cue::Plan | Cue::Renew | Cue::End | Cue::Vote
                    )
            });
            telling.cues.extend(cue_of(status));
        }
    }
}

fn each_once(organisations: &[usize], entities: &[Option<usize>]) -> Vec<usize> {
    let mut once = Vec::new();
    for entity in organisations
        .iter()
        .filter_map(|&at| entities.get(at).copied().flatten())
    {
        if !once.contains(&entity) {
            once.push(entity);
        }
    }
    once
}

/// The cue that speaks of a state; work under an agreement is no cue but a mark of its own.
fn cue_of(status: ConventionStatus) -> Option<Cue> {
    match status {
        ConventionStatus::Planned => Some(Cue::Plan),
        ConventionStatus::Signed => Some(Cue::Sign),
        ConventionStatus::Renewed => Some(Cue::Renew),
        ConventionStatus::Ended => Some(Cue::End),
        ConventionStatus::InForce => None,
    }
}

/// What rules call `<ORG>`, `<OFFICE>`, `<NUM>` and `<DATE>`; `<ORG:w>` carries و or ف, `<ORG:b>` ب.
pub(super) fn mentions(passage: &Passage<'_>) -> Vec<Mention<'static>> {
    let of = |tokens: &Range<usize>, kind| Mention {
        first: tokens.start as u32,
        end: tokens.end as u32,
        kind,
    };
    let mut mentions = Vec::new();
    for organisation in &passage.organisations {
        // "l'hôpital de Mila, dans la wilaya de Mila,", "(wilaya de Tipasa)": where a body is, and no body.
        if is_gloss(passage, organisation) {
            continue;
        }
        let [kind, joined, tied] = if organisation.office {
            ["OFFICE", "OFFICE:w", "OFFICE:b"]
        } else {
            ["ORG", "ORG:w", "ORG:b"]
        };
        mentions.push(of(&organisation.tokens, kind));
        for (clitic, kind) in [(Clitics::AND, joined), (Clitics::IN, tied)] {
            if organisation.clitics.has(clitic) {
                mentions.push(of(&organisation.tokens, kind));
            }
        }
    }
    let numbers = passage.numbers.iter();
    mentions.extend(numbers.map(|number| of(&number.tokens, "NUM")));
    mentions.extend(passage.dates.iter().map(|date| of(&date.tokens, "DATE")));
    mentions.sort_unstable();
    mentions
}

/// A value as the record writes it.
fn named<'de, T: Deserialize<'de>>(name: &'de str) -> Option<T> {
    let name: Result<T, NoSuch> = T::deserialize(name.into_deserializer());
    name.ok()
}
