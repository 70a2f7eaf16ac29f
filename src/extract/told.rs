//! Turns the sentences of an article into tellings: each mention of an agreement with the parties,
//! patrons, cues, number and date that its sentence gives it.

use std::ops::Range;

use crate::record::fact::Bound;
use crate::rules::matcher::Rules;

use super::agreement::{self, Agreement};
use super::passage::{Dated, Passage};
use super::resolve::Cast;
use super::role::{self, Role, Sign, Slot};
use super::rule::{self, Ruling};
use super::vocabulary::{Cue, Strength, Vocabulary};

/// How the parties of a telling were found, the surest first; the name of the rule in the evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Attachment {
    /// By a rule of the pack.
    Rule,
    /// "entre A et B", "lie A à B".
    Between,
    /// "signé par A et B".
    By,
    /// "A a signé avec B".
    With,
    /// "A et B ont signé".
    Subject,
    /// "les deux établissements".
    Body,
    /// Named in another sentence.
    Nearby,
}

/// One mention of an agreement with what its sentence says.
#[derive(Debug, Clone)]
pub(super) struct Telling {
    /// 0 the body, 1 the title.
    pub(super) passage: usize,
    /// Position of the sentence.
    pub(super) sentence: usize,
    /// The noun and its kind.
    pub(super) agreement: Agreement,
    /// Entities bound by it, in order.
    pub(super) parties: Vec<usize>,
    /// How they were found.
    pub(super) attachment: Attachment,
    /// Id of the rule that found them.
    pub(super) rule: Option<Box<str>>,
    /// Entities that preside.
    pub(super) patrons: Vec<usize>,
    /// Cues of its part of the sentence.
    pub(super) cues: Vec<Cue>,
    /// "dans le cadre de la convention": work is done under it.
    pub(super) under: bool,
    /// How many agreements: the count and its bound, or several without a number.
    pub(super) number: Number,
    /// The date in the clause of the signature.
    pub(super) date: Option<Dated>,
}

/// How many agreements a mention speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Number {
    /// One.
    One,
    /// As many as the text says.
    Said(u64, Bound),
    /// Several, with no number.
    Several,
}

/// Reads every telling of one passage.
pub(super) fn read(
    passage: &Passage<'_>,
    number: usize,
    cast: &Cast,
    vocabulary: &Vocabulary,
    rules: &Rules,
) -> Vec<Telling> {
    let ruling = rule::rule(passage, rules);
    let mut tellings = Vec::new();
    for (position, sentence) in passage.text.sentences.iter().enumerate() {
        let tokens = sentence.tokens.clone();
        let mut agreements = agreement::find(passage, vocabulary, tokens.clone());
        agreements.retain(|agreement| !ruling.bars(&agreement.tokens));
        if agreements.is_empty() {
            continue;
        }
        let signs = role::cues(passage, vocabulary, tokens.clone());
        let slots = role::roles(passage, &signs, tokens.clone());
        let reader = Reader {
            passage,
            number,
            cast,
            signs: &signs,
            slots: &slots,
            ruling: &ruling,
            sentence: tokens,
        };
        for (at, agreement) in agreements.iter().enumerate() {
            let zone = reader.zone(&agreements, at);
            tellings.extend(reader.telling(agreement, zone, position));
        }
    }
    tellings
}

struct Reader<'a> {
    passage: &'a Passage<'a>,
    number: usize,
    cast: &'a Cast,
    signs: &'a [Sign],
    slots: &'a [Slot],
    ruling: &'a Ruling,
    sentence: Range<usize>,
}

impl Reader<'_> {
    /// The part of the sentence that speaks of one of its agreements: all of it for the only one,
    /// else up to the next, the first one's beginning included.
    fn zone(&self, agreements: &[Agreement], at: usize) -> Range<usize> {
        let own = |agreement: &&Agreement| agreement.strength != Strength::Anaphor;
        let start = agreements[..at]
            .iter()
            .rev()
            .find(own)
            .map_or(self.sentence.start, |before| before.tokens.end);
        let end = agreements[at + 1..]
            .iter()
            .find(own)
            .map_or(self.sentence.end, |next| next.tokens.start);
        start..end
    }

    fn telling(
        &self,
        agreement: &Agreement,
        zone: Range<usize>,
        sentence: usize,
    ) -> Option<Telling> {
        let signs: Vec<&Sign> = self
            .signs
            .iter()
            .filter(|sign| zone.contains(&sign.tokens.start))
            .collect();
        let cues: Vec<Cue> = signs.iter().map(|sign| sign.cue).collect();
        let denied = signs.iter().any(|sign| {
            sign.cue == Cue::None
                && sign.tokens.end <= agreement.tokens.start
                && sign.tokens.end + 3 > agreement.tokens.start
        });
        let spoken = |cue: &Cue| matches!(cue, Cue::Sign | Cue::Renew | Cue::End);
        let weak =
            agreement.strength == Strength::Bare && !agreement.definite && !cues.iter().any(spoken);
        let binding = self.ruling.of(self.passage, &agreement.tokens, &zone);
        if denied || weak && binding.is_none() {
            return None;
        }
        let (parties, attachment) = self.parties(agreement, &zone, &cues);
        let patrons = self.entities(&zone, |slot| slot.role == Role::Patron, true);
        let mut telling = Telling {
            passage: self.number,
            sentence,
            agreement: agreement.clone(),
            parties,
            attachment,
            rule: None,
            patrons,
            under: self.is_under(agreement),
            number: self.count(agreement),
            date: self.date(&signs, &zone),
            cues,
        };
        if let Some(binding) = binding {
            binding.sharpen(&mut telling, &self.cast.of[self.number]);
        }
        Some(telling)
    }

    /// The entities of the slots in a zone that `wanted` accepts, each once.
    fn entities(
        &self,
        zone: &Range<usize>,
        wanted: impl Fn(&Slot) -> bool,
        patrons: bool,
    ) -> Vec<usize> {
        let mut entities = Vec::new();
        for slot in self
            .slots
            .iter()
            .filter(|slot| zone.contains(&slot.token) && wanted(slot))
        {
            let Some(entity) = self.cast.of[self.number][slot.mention] else {
                continue;
            };
            let found = &self.cast.entities[entity];
            let bound = matches!(slot.role, Role::Between | Role::With | Role::By) || !found.weak;
            if !entities.contains(&entity) && (patrons || !found.office && bound) {
                entities.push(entity);
            }
        }
        entities
    }

    /// Who is bound, by the surest construction of the zone.
    fn parties(
        &self,
        agreement: &Agreement,
        zone: &Range<usize>,
        cues: &[Cue],
    ) -> (Vec<usize>, Attachment) {
        let of = |role: Role| self.entities(zone, |slot| slot.role == role, false);
        let (between, with, by) = (of(Role::Between), of(Role::With), of(Role::By));
        let subject = of(Role::Neutral);
        let signed = cues
            .iter()
            .any(|cue| matches!(cue, Cue::Sign | Cue::Renew | Cue::Plan | Cue::End));
        if between.len() >= 2 {
            return (between, Attachment::Between);
        }
        if by.len() >= 2 || !by.is_empty() && !between.is_empty() {
            let by = join(between.clone(), by.clone());
            return (join(by, with), Attachment::By);
        }
        if !with.is_empty() || !between.is_empty() {
            let linked = join(join(subject, between), with);
            return (linked, Attachment::With);
        }
        if signed && !subject.is_empty() {
            return (join(subject, by), Attachment::Subject);
        }
        if let Some(bodies) = self.bodies(zone) {
            return (bodies, Attachment::Body);
        }
        let after = subject
            .into_iter()
            .filter(|_| agreement.strength == Strength::Strong && !agreement.definite)
            .collect();
        (join(by, after), Attachment::Nearby)
    }

    /// "les deux établissements": the organisations last named before these words.
    fn bodies(&self, zone: &Range<usize>) -> Option<Vec<usize>> {
        let sign = self
            .signs
            .iter()
            .find(|sign| sign.cue == Cue::Body && zone.contains(&sign.tokens.start))?;
        let wanted = if self.passage.folded(sign.tokens.start).starts_with("tro")
            || self.passage.folded(sign.tokens.start + 1) == "trois"
        {
            3
        } else {
            2
        };
        let before = self
            .passage
            .organisations
            .partition_point(|o| o.tokens.start < sign.tokens.start);
        let mut entities = Vec::new();
        for entity in self.cast.of[self.number][..before].iter().rev().flatten() {
            let found = &self.cast.entities[*entity];
            if !found.office && !found.weak && !entities.contains(entity) && entities.len() < wanted
            {
                entities.push(*entity);
            }
        }
        entities.reverse();
        (entities.len() == wanted).then_some(entities)
    }

    /// A cue of force that leads straight to the noun, or "qui lie" after it without a signature.
    fn is_under(&self, agreement: &Agreement) -> bool {
        self.signs.iter().any(|sign| {
            sign.cue == Cue::Force
                && (sign.tokens.end <= agreement.tokens.start
                    && sign.tokens.end + 5 > agreement.tokens.start
                    || sign.tokens.start >= agreement.tokens.end)
        })
    }

    fn count(&self, agreement: &Agreement) -> Number {
        let near = |end: usize| end <= agreement.tokens.start && end + 3 > agreement.tokens.start;
        let counted = self.passage.numbers.iter().rev().find(|number| {
            near(number.tokens.end) || number.tokens.contains(&agreement.tokens.start)
        });
        match counted {
            Some(number) if number.value < 1000 && number.value > 0 => {
                Number::Said(number.value, number.bound)
            }
            _ if agreement.plural => Number::Several,
            _ => Number::One,
        }
    }

    /// The date nearest to a verb of signing, in its zone.
    fn date(&self, signs: &[&Sign], zone: &Range<usize>) -> Option<Dated> {
        let dates = self.passage.dates_in(zone.clone());
        let point = |date: &&Dated| {
            date.value
                .as_deref()
                .is_some_and(|value| !value.starts_with('P') && !value.contains('/'))
        };
        signs
            .iter()
            .filter(|sign| matches!(sign.cue, Cue::Sign | Cue::Renew | Cue::Plan))
            .flat_map(|sign| {
                dates
                    .iter()
                    .filter(point)
                    .map(move |date| (distance(&sign.tokens, &date.tokens), date))
            })
            .min_by_key(|(distance, date)| (*distance, date.tokens.start))
            .map(|(_, date)| date.clone())
    }
}

/// Tokens between two ranges.
fn distance(a: &Range<usize>, b: &Range<usize>) -> usize {
    if a.end <= b.start {
        b.start - a.end
    } else {
        a.start.saturating_sub(b.end)
    }
}

fn join(mut first: Vec<usize>, second: Vec<usize>) -> Vec<usize> {
    for entity in second {
        if !first.contains(&entity) {
            first.push(entity);
        }
    }
    first
}
