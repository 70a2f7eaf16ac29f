//! Says who is bound by an agreement, by the surest construction of its part of a sentence.

use std::ops::Range;

use crate::record::Lang;
use crate::rules::lexicon::Clitics;

use super::agreement::Agreement;
use super::form::Says;
use super::role::{Role, Slot};
use super::sequel::join;
use super::sign::Sign;
use super::told::{Attachment, Number, Reader, Telling};
use super::vocabulary::{Cue, Meaning, Strength};

impl Reader<'_> {
    /// "deux conventions, l'une avec A, l'autre avec B": where a rule names the first, the others, too.
    pub(super) fn with_others(&self, telling: &Telling, zone: &Range<usize>) -> Vec<usize> {
        let parties = telling.parties.clone();
        match telling.number {
            Number::Said(count, _) if parties.len() as u64 == count => {
                let with = self.entities(zone, |slot| slot.role == Role::With, false);
                join(parties, with)
            }
            _ => parties,
        }
    }

    /// The entities of the slots in a zone that `wanted` accepts, each once.
    pub(super) fn entities(
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
                || self.is_listed(slot)
                || self.is_subject(slot);
            if !entities.contains(&entity) && (patrons || !found.office && bound) {
                entities.push(entity);
            }
        }
        let strong = |entity: &usize| !self.cast.entities[*entity].weak;
        if entities.iter().any(strong) && !patrons {
            let listed = |entity: &usize| {
                self.slots.iter().any(|slot| {
                    self.cast.of[self.number][slot.mention] == Some(*entity)
                        && (self.is_listed(slot) || self.is_subject(slot) || self.is_state(slot))
                })
            };
            entities.retain(|entity| strong(entity) || listed(entity));
        }
        entities
    }

    /// Whether a commune begins the sentence, as the subject of what is signed or voted there.
    pub(super) fn is_subject(&self, slot: &Slot) -> bool {
        const NEAR: usize = 8;
        let organisation = &self.passage.organisations[slot.mention];
        let end = organisation.tokens.end;
        let acts = |sign: &Sign| {
            matches!(sign.cue, Cue::Sign | Cue::Vote | Cue::Renew | Cue::Plan)
                && (end..end + NEAR).contains(&sign.tokens.start)
        };
        slot.role == Role::Neutral
            && &*organisation.class == "local_authority"
            && slot.token <= self.sentence.start + 2
            && self.signs.iter().any(acts)
    }

    /// "entre la Tunisie, représentée par son ministre, et la Banque": a state that is said to be bound.
    fn is_state(&self, slot: &Slot) -> bool {
        slot.role == Role::Between && &*self.passage.organisations[slot.mention].class == "country"
    }

    /// Whether a commune or a country stands in a list of bodies: "le conseil et la commune de …".
    fn is_listed(&self, slot: &Slot) -> bool {
        let at = self.slots.partition_point(|other| other.token < slot.token);
        let own = &self.passage.organisations[slot.mention];
        let near = |left: &Slot, right: &Slot| {
            let left = &self.passage.organisations[left.mention];
            let right_token = right.token;
            let gap = left.tokens.end..right_token.max(left.tokens.end);
            let joined = gap.clone().any(|token| {
                matches!(self.passage.folded(token), "," | "،")
                    || self.passage.says(token, Says::And)
            });
            let and = self.passage.organisations[right.mention]
                .clitics
                .has(Clitics::AND);
            gap.len() <= 4 && (joined || and)
        };
        let before = at.checked_sub(1).and_then(|before| self.slots.get(before));
        let after = self.slots.get(at + 1);
        own.weak
            && (self.is_headed(slot)
                || before.is_some_and(|before| near(before, slot))
                || after.is_some_and(|after| near(slot, after)))
    }

    /// "رئيس بلدية أقبو": who signs for a commune stands before its name.
    fn is_headed(&self, slot: &Slot) -> bool {
        let lang = self.passage.text.lang;
        let before = slot.token.saturating_sub(1);
        lang == Lang::Ar
            && self.vocabulary.at(self.passage, before).any(|(found, m)| {
                matches!(m, Meaning::Office { signs: true, .. }) && found.end as usize == slot.token
            })
    }

    /// Who is bound, by the surest construction of the zone.
    pub(super) fn parties(
        &self,
        agreement: &Agreement,
        zone: &Range<usize>,
        cues: &[Cue],
    ) -> (Vec<usize>, Attachment) {
        let zone = &self.without_asides(agreement, zone);
        let of = |role: Role| self.entities(zone, |slot| slot.role == role, false);
        let (mut between, mut with, mut by) = (of(Role::Between), of(Role::With), of(Role::By));
        let mut subject = of(Role::Neutral);
        // "a annoncé la signature d'une convention avec": who speaks has signed.
        if subject.is_empty() && by.is_empty() && between.is_empty() && !with.is_empty() {
            subject.extend(of(Role::Source).first());
        }
        if with.is_empty() {
            with.extend(self.companion(zone));
        } else if subject.is_empty() && between.is_empty() {
            subject.extend(self.subject_before(agreement, cues));
        }
        // "lié par une convention à A, et par une autre, plus ancienne, à B".
        let first = agreement.tokens.start;
        let means = agreement.another && first > 1 && self.passage.says(first - 2, Says::Through);
        if means && with.is_empty() && between.is_empty() {
            let behind = |slot: &Slot| slot.token > agreement.tokens.end;
            with = self.entities(zone, behind, false);
            with.truncate(1);
        }
        // "lié à A par un jumelage et à B par une convention, C …".
        let through = first > 1 && self.passage.says(first - 2, Says::Through);
        if through && zone.start > self.sentence.start && with.is_empty() && between.is_empty() {
            let before = |slot: &Slot| slot.token < first;
            with = self.entities(zone, before, false);
            with.truncate(1);
            subject.clear();
        }
        if through && with.is_empty() && between.len() == 1 && subject.is_empty() {
            subject.extend(self.main_subject(agreement));
        }
        // "un jumelage les unit au CHU": those named before, and the others.
        if let Some(objects) = self.objects(zone) {
            between = join(objects, between);
        }
        // "par les deux hôpitaux, l'Amicale et la Société": the two named before, and the others.
        if !between.is_empty() || !by.is_empty() {
            let bodies = self.bodies(zone).unwrap_or_default();
            let list = if by.is_empty() { &mut between } else { &mut by };
            *list = join(bodies, std::mem::take(list));
        }
        let signed = cues.iter().any(|cue| {
            matches!(
                cue,
                Cue::Sign | Cue::Renew | Cue::Plan | Cue::End | Cue::Vote
            )
        });
        let tied = self
            .signs
            .iter()
            .any(|sign| sign.cue == Cue::Tie && zone.contains(&sign.tokens.start));
        if let Some(owner) = self.antecedent(agreement, zone)
            && (tied && !between.is_empty() || !with.is_empty() && subject.is_empty())
        {
            let others = join(between, with);
            return (join(vec![owner], others), Attachment::Between);
        }
        if between.len() >= 2 || with.is_empty() && by.is_empty() && self.is_collective(zone) {
            return (between, Attachment::Between);
        }
        if by.len() >= 2 || !by.is_empty() && !between.is_empty() {
            let by = join(between.clone(), by.clone());
            return (join(by, with), Attachment::By);
        }
        if !with.is_empty() || !between.is_empty() {
            let linked = join(join(join(subject, between), by), with);
            return (linked, Attachment::With);
        }
        if signed && !subject.is_empty() {
            return (join(subject, by), Attachment::Subject);
        }
        let told = self.bodies(zone).or_else(|| self.owners(agreement));
        if let Some(bodies) = told.or_else(|| self.both_before(agreement, zone)) {
            return (bodies, Attachment::Body);
        }
        let after = subject
            .into_iter()
            .filter(|_| agreement.strength == Strength::Strong && !agreement.definite)
            .collect();
        (join(by, after), Attachment::Nearby)
    }

    /// "اتفاقيات التوأمة بين المؤسسات الاستشفائية للشمال والجنوب": both sides are in one name.
    fn is_collective(&self, zone: &Range<usize>) -> bool {
        let mut between = self
            .slots
            .iter()
            .filter(|slot| slot.role == Role::Between && zone.contains(&slot.token));
        let (Some(slot), None) = (between.next(), between.next()) else {
            return false;
        };
        let name = &self.passage.organisations[slot.mention];
        self.passage.text.lang == Lang::Ar && name.several && name.tokens.len() > 1
    }
}
