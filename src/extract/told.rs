//! Turns the sentences of an article into tellings: each mention of an agreement with the parties,
//! patrons, cues, number and date that its sentence gives it.

use std::ops::Range;

use crate::record::fact::{Bound, Kind};
use crate::rules::lexicon::{Clitics, Found};
use crate::rules::matcher::Rules;

use super::agreement::{self, Agreement};
use super::passage::{Dated, Passage};
use super::resolve::{Cast, is_care};
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
    /// Where it is signed: tokens and entry of the place.
    pub(super) place: Option<Found>,
    /// What it is about.
    pub(super) subject: Option<Range<usize>>,
    /// The date in the clause of the signature, and how many tokens lie between.
    pub(super) date: Option<(usize, Dated)>,
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
        let signs = role::cues(passage, vocabulary, tokens.clone());
        let slots = role::roles(passage, &signs, tokens.clone());
        let reader = Reader {
            passage,
            number,
            cast,
            vocabulary,
            signs: &signs,
            slots: &slots,
            ruling: &ruling,
            sentence: tokens,
        };
        for (at, agreement) in agreements.iter().enumerate() {
            let zone = reader.zone(&agreements, at);
            tellings.extend(reader.telling(agreement, zone, position));
        }
        let follows = tellings
            .last()
            .is_some_and(|last: &Telling| last.sentence + 1 == position);
        if follows && let Some(agreement) = reader.continued(&agreements) {
            let zone = reader.sentence.clone();
            tellings.extend(reader.telling(&agreement, zone, position));
        }
    }
    tellings
}

/// A sentence under reading.
pub(super) struct Reader<'a> {
    pub(super) passage: &'a Passage<'a>,
    pub(super) number: usize,
    pub(super) cast: &'a Cast,
    pub(super) vocabulary: &'a Vocabulary,
    pub(super) signs: &'a [Sign],
    pub(super) slots: &'a [Slot],
    pub(super) ruling: &'a Ruling,
    pub(super) sentence: Range<usize>,
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

    /// A sentence that goes on about the agreement of the one before without its noun: "Signée en
    /// juin 2015, elle …", "elle le sera le 25 juin", وقعها عن …
    fn continued(&self, agreements: &[Agreement]) -> Option<Agreement> {
        let first = self.sentence.start;
        let spoken = |sign: &&Sign| matches!(sign.cue, Cue::Sign | Cue::Renew | Cue::End);
        let verb = self.signs.iter().find(spoken)?;
        let begins =
            verb.tokens.start <= first + 1 && !self.passage.folded(first).starts_with("al");
        let taken_up = matches!(
            self.passage.folded(first),
            "elle" | "il" | "celle" | "celui" | "ce" | "c'" | "elles" | "ils"
        );
        let subject = self.slots.iter().any(|slot| slot.token < verb.tokens.start);
        (agreements.is_empty() && (begins || taken_up) && !subject).then(|| Agreement {
            tokens: verb.tokens.clone(),
            kind: Kind::Convention,
            strength: Strength::Anaphor,
            definite: true,
            pointed: true,
            another: false,
            count: 1,
        })
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
        let under = self.is_under(agreement, &zone);
        let weak = !under
            && agreement.strength == Strength::Bare
            && !agreement.definite
            && !cues.iter().any(spoken)
            && !(cues.contains(&Cue::Plan)
                && cues
                    .iter()
                    .any(|cue| matches!(cue, Cue::With | Cue::Between)));
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
            under,
            number: self.count(agreement),
            place: self.place(&signs, &zone),
            subject: self.subject(agreement, &zone),
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
            let bound = matches!(slot.role, Role::Between | Role::With | Role::By)
                || !found.weak
                || self.is_listed(slot);
            if !entities.contains(&entity) && (patrons || !found.office && bound) {
                entities.push(entity);
            }
        }
        entities
    }

    /// Whether a commune or a country stands in a list of bodies: "le conseil et la commune de …".
    fn is_listed(&self, slot: &Slot) -> bool {
        let at = self.slots.partition_point(|other| other.token < slot.token);
        let own = &self.passage.organisations[slot.mention];
        let near = |left: &Slot, right: &Slot| {
            let left = &self.passage.organisations[left.mention];
            let right_token = right.token;
            let gap = left.tokens.end..right_token.max(left.tokens.end);
            let joined = gap
                .clone()
                .any(|token| matches!(self.passage.folded(token), "," | "et" | "،"));
            let and = self.passage.organisations[right.mention]
                .clitics
                .has(Clitics::AND);
            gap.len() <= 4 && (joined || and)
        };
        let before = at.checked_sub(1).and_then(|before| self.slots.get(before));
        let after = self.slots.get(at + 1);
        own.weak
            && (before.is_some_and(|before| near(before, slot))
                || after.is_some_and(|after| near(slot, after)))
    }

    /// Who is bound, by the surest construction of the zone.
    fn parties(
        &self,
        agreement: &Agreement,
        zone: &Range<usize>,
        cues: &[Cue],
    ) -> (Vec<usize>, Attachment) {
        let of = |role: Role| self.entities(zone, |slot| slot.role == role, false);
        let (mut between, with, mut by) = (of(Role::Between), of(Role::With), of(Role::By));
        let subject = of(Role::Neutral);
        // "par les deux hôpitaux, l'Amicale et la Société": the two named before, and the others.
        if !between.is_empty() || !by.is_empty() {
            let bodies = self.bodies(zone).unwrap_or_default();
            let list = if by.is_empty() { &mut between } else { &mut by };
            *list = join(bodies, std::mem::take(list));
        }
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

    /// "Tous ont signé": everyone named in the sentence before.
    fn all_before(&self) -> Option<Vec<usize>> {
        let at = self
            .passage
            .text
            .sentence_of(self.sentence.start)
            .checked_sub(1)?;
        let named = self
            .passage
            .organisations_in(self.passage.text.sentences[at].tokens.clone());
        let mut entities = Vec::new();
        for entity in self.cast.of[self.number][named].iter().flatten() {
            if !self.cast.entities[*entity].office && !entities.contains(entity) {
                entities.push(*entity);
            }
        }
        (entities.len() > 1).then_some(entities)
    }

    /// "les deux établissements": the organisations last named before these words.
    fn bodies(&self, zone: &Range<usize>) -> Option<Vec<usize>> {
        let sign = self.signs.iter().find(|sign| {
            matches!(sign.cue, Cue::Body | Cue::Hospitals) && zone.contains(&sign.tokens.start)
        })?;
        let first = self.passage.folded(sign.tokens.start);
        let wanted = match (first, self.passage.folded(sign.tokens.start + 1)) {
            ("tous" | "toutes", _) => return self.all_before(),
            ("ce" | "cette" | "هذا" | "هذه", _) => 1,
            ("trois", _) | (_, "trois" | "الثلاث" | "الثلاثه") => 3,
            _ => 2,
        };
        let before = self
            .passage
            .organisations
            .partition_point(|o| o.tokens.start < sign.tokens.start);
        let mut entities = Vec::new();
        for entity in self.cast.of[self.number][..before].iter().rev().flatten() {
            let found = &self.cast.entities[*entity];
            let fits = sign.cue == Cue::Body || is_care(&found.class);
            let body = fits && !found.office && !found.weak;
            if body && !entities.contains(entity) {
                entities.push(*entity);
            }
            if entities.len() == wanted {
                break;
            }
        }
        entities.reverse();
        (entities.len() == wanted).then_some(entities)
    }

    /// A cue of force that leads straight to the noun, or one of activity after it.
    fn is_under(&self, agreement: &Agreement, zone: &Range<usize>) -> bool {
        self.signs.iter().any(|sign| match sign.cue {
            Cue::Force => {
                let tokens = &sign.tokens;
                tokens.end <= agreement.tokens.start && tokens.end + 6 > agreement.tokens.start
            }
            Cue::Active => zone.contains(&sign.tokens.start),
            _ => false,
        })
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
