//! Finds the parties that a sentence takes up without their names: "les deux établissements", "un jumelage les
//! unit", "tous ont signé".

use std::ops::Range;

use super::agreement::Agreement;
use super::form::Says;
use super::resolve::is_care;
use super::role::{Role, Slot, stands_as_place};
use super::sign::Sign;
use super::small::Small;
use super::told::{Attachment, Reader};
use super::vocabulary::{Cue, Meaning};

/// Sentences and names that are looked back over: farther back no reader would look either, and the worst text
/// costs no more than its length.
const LOOK_BACK: usize = 64;

/// Sentences before a pronoun in which its body is looked for.
const BEFORE: usize = 3;

/// Classes that the word for two of them tells: "les deux gouvernements".
const TOLD: [&str; 6] = [
    "ministry",
    "university",
    "faculty",
    "association",
    "foundation",
    "union",
];

impl Reader<'_> {
    /// Whether a small word of a class stands at a token.
    pub(super) fn is_small(&self, token: usize, class: Small) -> bool {
        self.passage.is_small(token, class)
    }

    /// The organisation that a pronoun before an agreement stands for: "sa convention avec", تربطه بـ.
    pub(super) fn antecedent(&self, agreement: &Agreement, zone: &Range<usize>) -> Option<usize> {
        let tie = self
            .signs
            .iter()
            .find(|sign| sign.cue == Cue::Tie && zone.contains(&sign.tokens.start));
        let before = match tie {
            Some(tie) => tie.tokens.start,
            None if agreement.owned => agreement.tokens.start,
            None => return None,
        };
        let named = self
            .passage
            .organisations
            .partition_point(|o| o.tokens.end <= before);
        // "أما الثانية فتربطه بالجمعية": the hero of the series, whoever the one before names.
        let from = match agreement.part {
            Some(place) if place > 1 => self
                .passage
                .organisations
                .partition_point(|o| o.tokens.end <= zone.start),
            _ => 0,
        };
        let mentions = self.cast.of[self.number][..named].iter().enumerate();
        let earlier = mentions.skip(from);
        let mut bodies = earlier.rev().take(LOOK_BACK);
        bodies.find_map(|(mention, entity)| {
            let found = &self.cast.entities[(*entity)?];
            // "مرضى ولايات تندوف وغرداية" are no owners.
            let listed =
                self.passage.organisations[mention].part && &*found.class == "local_authority";
            entity.filter(|_| !found.office && !found.weak && !found.several() && !listed)
        })
    }

    /// "Ce dernier vient de conclure avec l'université un accord": the body named last before the sentence.
    pub(super) fn latter(&self) -> Option<usize> {
        const OPENING: usize = 2;
        let begin = self.sentence.start;
        let mut opening = begin..self.sentence.end.min(begin + OPENING);
        opening.find(|&at| self.is_small(at, Small::Latter))?;
        let named = self
            .passage
            .organisations
            .partition_point(|o| o.tokens.end <= begin);
        let own = &self.cast.of[self.number][..named];
        let mut bodies = own.iter().rev().take(LOOK_BACK).copied().flatten();
        bodies.find(|&entity| {
            let found = &self.cast.entities[entity];
            !found.office && !found.weak
        })
    }

    /// "une convention sera signée avec lui": whom the pronoun stands for, the body named last.
    pub(super) fn companion(&self, zone: &Range<usize>) -> Option<usize> {
        let sign = self.signs.iter().find(|sign| {
            matches!(sign.cue, Cue::With | Cue::Between | Cue::Tie)
                && zone.contains(&sign.tokens.start)
                && [Small::Pronoun, Small::That]
                    .into_iter()
                    .any(|class| self.is_small(sign.tokens.end, class))
        })?;
        // "L'Ordre de Malte doit parapher avec elle un accord": not the one that signs.
        let acts = |slot: &&Slot| slot.role == Role::Neutral && slot.token < sign.tokens.start;
        let begin = match self.slots.iter().find(acts) {
            Some(_) => self.sentence.start,
            None => sign.tokens.start,
        };
        let named = self
            .passage
            .organisations
            .partition_point(|o| o.tokens.end <= begin);
        let own = &self.cast.of[self.number][..named];
        let feminine = self.passage.says(sign.tokens.end, Says::She);
        let body = |&entity: &usize| {
            let found = &self.cast.entities[entity];
            let unlike = feminine && self.is_feminine(entity) == Some(false);
            !found.office && !found.weak && !unlike
        };
        own.iter()
            .rev()
            .take(LOOK_BACK)
            .copied()
            .flatten()
            .find(body)
    }

    /// The ministries whose ministers sign, where fewer than two bodies are named as parties.
    pub(super) fn with_ministers(
        &self,
        zone: &Range<usize>,
        cues: &[Cue],
        parties: Vec<usize>,
        attachment: Attachment,
    ) -> (Vec<usize>, Attachment) {
        let spoken = cues
            .iter()
            .any(|cue| matches!(cue, Cue::Sign | Cue::Renew | Cue::Plan));
        let reported = cues.contains(&Cue::Source);
        let by = |entity: &usize| {
            self.slots.iter().any(|slot| {
                slot.role == Role::By && self.cast.of[self.number][slot.mention] == Some(*entity)
            })
        };
        let near = attachment < Attachment::Body || parties.iter().all(by);
        // "signée par le ministère, la ministre de l'Économie et la caisse".
        let listed = matches!(attachment, Attachment::By | Attachment::Between);
        if parties.len() >= 2 && !listed || !spoken || !near {
            return (parties, attachment);
        }
        let mut all = if listed { parties.clone() } else { Vec::new() };
        for slot in self.slots.iter().filter(|slot| zone.contains(&slot.token)) {
            let Some(entity) = self.cast.of[self.number][slot.mention] else {
                continue;
            };
            let acts = match slot.role {
                Role::Between | Role::With | Role::By => true,
                Role::Neutral => !reported && parties.len() < 2,
                _ => false,
            };
            let holder = &self.cast.entities[entity];
            // A director of health stands beside two parties as the wali does.
            let head = |body: &str| self.vocabulary.head_of(body).map(|head| &*head.class);
            let signs = holder
                .body
                .as_deref()
                .is_some_and(|body| parties.len() < 2 || head(body) == Some("ministry"));
            let minister = holder.office && signs && acts && !self.attends(slot);
            let entity = if minister && holder.is_bare() {
                // "الوزير كمال بداري": his ministry is named elsewhere.
                self.ministry_before(slot.token).unwrap_or(entity)
            } else {
                entity
            };
            if (minister || parties.contains(&entity)) && !all.contains(&entity) {
                all.push(entity);
            }
        }
        if all.len() < 2 {
            return (parties, attachment);
        }
        let surest = if listed { attachment } else { Attachment::Body };
        (all, surest)
    }

    /// The ministry named last before a token.
    fn ministry_before(&self, token: usize) -> Option<usize> {
        let named = self
            .passage
            .organisations
            .partition_point(|o| o.tokens.end <= token);
        let earlier = &self.cast.of[self.number][..named];
        let mut bodies = earlier.iter().rev().take(LOOK_BACK).flatten().copied();
        bodies.find(|&entity| {
            let found = &self.cast.entities[entity];
            !found.office && &*found.class == "ministry"
        })
    }

    /// "le ministre devrait assister à la signature": who attends does not sign.
    fn attends(&self, slot: &Slot) -> bool {
        const NEAR: usize = 6;
        let end = self.passage.organisations[slot.mention].tokens.end;
        self.signs
            .iter()
            .any(|sign| sign.cue == Cue::Patron && (end..end + NEAR).contains(&sign.tokens.start))
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

    /// "les deux établissements": the organisations last named before these words, of one sentence those
    /// that it names first; in a body that names too few, those of the title.
    pub(super) fn bodies(&self, zone: &Range<usize>) -> Option<Vec<usize>> {
        let sign = self.signs.iter().find(|sign| {
            matches!(sign.cue, Cue::Body | Cue::Hospitals) && zone.contains(&sign.tokens.start)
        })?;
        let opens = |class| self.is_small(sign.tokens.start, class);
        if opens(Small::All) || opens(Small::Their) {
            return self.all_before();
        }
        let says = |at: usize, says| self.passage.says(at, says);
        let first = sign.tokens.start;
        let counted = self.counted(&sign.tokens);
        let wanted = match () {
            () if says(first, Says::Pointing) => 1,
            () if says(first + 1, Says::Three) => 3,
            () if opens(Small::This) && counted.is_none() => 1,
            // "الأطراف الأربعة": right behind it, too.
            () => counted
                .or_else(|| {
                    let beside = self.counted(&(sign.tokens.start..sign.tokens.end + 1));
                    beside.filter(|number| (2..=8).contains(number))
                })
                .unwrap_or(2),
        };
        // "les deux gouvernements", "les deux universités": two of that class.
        let noun = self
            .passage
            .folded(sign.tokens.end - 1)
            .trim_end_matches('s');
        let class = self.vocabulary.head_of(noun).map(|head| &*head.class);
        let told = class.filter(|class| TOLD.contains(class));
        let fits = |entity: usize| {
            let found = &self.cast.entities[entity];
            let kind = match (sign.cue, told) {
                (Cue::Body, Some(class)) => *found.class == *class,
                (Cue::Body, None) => true,
                _ => is_care(&found.class),
            };
            kind && !found.office && !found.weak
        };
        // "المؤسستين" are two of whatever class, and no ministry.
        let house = sign.cue == Cue::Body && self.is_small(sign.tokens.end - 1, Small::House);
        let housed = |entity: usize| {
            let found = &self.cast.entities[entity];
            house && !found.office && !found.weak && &*found.class != "ministry"
        };
        // "les deux ministres", and what two ministers sign as "les deux parties".
        let minister = |entity: usize| self.cast.entities[entity].body.is_some();
        let state = |entity: usize| &*self.cast.entities[entity].class == "country";
        let said = |meaning: &Meaning| {
            let last = sign.tokens.end - 1;
            self.vocabulary
                .at(self.passage, last)
                .any(|(_, m)| m == meaning)
        };
        let mut offices = self.vocabulary.at(self.passage, sign.tokens.end - 1);
        if offices.any(|(_, m)| matches!(m, Meaning::Office { body: Some(_), .. })) {
            return self.last_named(sign, wanted, minister);
        }
        if said(&Meaning::Small(Small::State)) {
            return self.last_named(sign, wanted, state);
        }
        let sides = said(&Meaning::Small(Small::Side));
        // "les deux ministères", where the ministers alone are named.
        let signing = sides || told == Some("ministry");
        // "les deux établissements d'enseignement supérieur".
        let taught = |entity: usize| {
            let found = &self.cast.entities[entity];
            let class = matches!(&*found.class, "university" | "faculty" | "institute");
            sign.cue == Cue::Hospitals && class && !found.office && !found.weak
        };
        self.last_named(sign, wanted, fits)
            .or_else(|| self.last_named(sign, wanted, taught))
            .or_else(|| self.last_named(sign, wanted, housed))
            .or_else(|| self.last_named(sign, wanted, minister).filter(|_| signing))
    }

    /// "les deux pays": states, whoever they are.
    pub(super) fn tells_states(&self, zone: &Range<usize>) -> bool {
        self.signs.iter().any(|sign| {
            sign.cue == Cue::Body
                && zone.contains(&sign.tokens.start)
                && self.is_small(sign.tokens.end - 1, Small::State)
        })
    }

    /// The first number that begins in a range of tokens: "les trois parties".
    fn counted(&self, tokens: &Range<usize>) -> Option<usize> {
        let numbers = &self.passage.numbers;
        let at = numbers.partition_point(|number| number.tokens.start < tokens.start);
        let number = numbers.get(at)?;
        let told = tokens.contains(&number.tokens.start);
        usize::try_from(number.value).ok().filter(|_| told)
    }

    /// As many entities as wanted of those named last before a sign, and in the title where the body names too few.
    fn last_named(
        &self,
        sign: &Sign,
        wanted: usize,
        fits: impl Fn(usize) -> bool,
    ) -> Option<Vec<usize>> {
        let mut entities: Vec<usize> = Vec::new();
        let own = self.passage.text.sentence_of(sign.tokens.start);
        let sentences = self.passage.text.sentences[..=own].iter();
        for sentence in sentences.rev().take(LOOK_BACK) {
            let named = sentence.tokens.start..sentence.tokens.end.min(sign.tokens.start);
            let mut here = self.singles(named);
            here.retain(|&entity| fits(entity) && !entities.contains(&entity));
            here.truncate(wanted - entities.len());
            here.append(&mut entities);
            entities = here;
            if entities.len() == wanted {
                return Some(entities);
            }
        }
        for entity in self.cast.of[1].iter().copied().flatten() {
            if entities.len() < wanted && fits(entity) && !entities.contains(&entity) {
                entities.push(entity);
            }
        }
        (entities.len() == wanted).then_some(entities)
    }

    /// The entities named one by one in a range of tokens, each once.
    fn singles(&self, tokens: Range<usize>) -> Vec<usize> {
        let mut entities = Vec::new();
        for mention in self.passage.organisations_in(tokens) {
            if let Some(entity) = self.cast.of[self.number][mention]
                && !self.passage.organisations[mention].several
                && !entities.contains(&entity)
            {
                entities.push(entity);
            }
        }
        entities
    }

    /// "une convention les unit au CHU", "le jumelage qui le lie à l'hôpital": whom the pronoun before a verb that
    /// ties stands for.
    pub(super) fn objects(&self, zone: &Range<usize>) -> Option<Vec<usize>> {
        let (sign, plural) = self.signs.iter().find_map(|sign| {
            let before = sign.tokens.start.checked_sub(1)?;
            let plural = self.is_small(before, Small::Articles);
            if !plural && !self.is_small(before, Small::Article) {
                return None;
            }
            let ties = sign.cue == Cue::Between
                && !self.passage.says(sign.tokens.start, Says::Between)
                && zone.contains(&sign.tokens.start);
            ties.then_some((sign, plural))
        })?;
        let mut here = self.named(zone.start..sign.tokens.start);
        if here.len() < 1 + usize::from(plural) {
            here = self.named(self.sentence.start..sign.tokens.start);
        }
        if here.is_empty() {
            let first = self.slots.first().filter(|slot| self.is_subject(slot));
            let entity = first.and_then(|slot| self.cast.of[self.number][slot.mention]);
            here.extend(entity.map(|entity| (entity, false)));
        }
        let mut named = if here.is_empty() {
            let own = self.passage.text.sentence_of(self.sentence.start);
            let sentences = self.passage.text.sentences[..own].iter().rev();
            // "Le deuxième, une convention avec l'Université, …. Le troisième le lie à …": of whom both are told.
            sentences
                .take(BEFORE)
                .map(|before| self.led(before.tokens.clone()))
                .find(|named| !named.is_empty())?
        } else {
            here
        };
        let collective = named.first().is_some_and(|&(_, several)| several);
        named.truncate(if plural && !collective { 2 } else { 1 });
        (!named.is_empty()).then(|| named.into_iter().map(|(entity, _)| entity).collect())
    }

    /// "dans le cadre de leur jumelage": the two named before it.
    pub(super) fn owners(&self, agreement: &Agreement) -> Option<Vec<usize>> {
        let first = agreement.tokens.start;
        let theirs = first > 0 && self.is_small(first - 1, Small::Their);
        if !theirs {
            return None;
        }
        let mut bodies = self.singles(self.sentence.start..first);
        bodies.retain(|&entity| {
            !self.cast.entities[entity].office && !self.cast.entities[entity].weak
        });
        bodies.truncate(2);
        if bodies.len() == 2 {
            return Some(bodies);
        }
        // "A et B ont fait la paix. Leur convention …".
        let opens = first <= self.sentence.start + 1;
        let mut before = self.all_before().filter(|_| opens && bodies.is_empty())?;
        before.retain(|&entity| !self.cast.entities[entity].weak);
        (before.len() == 2).then_some(before)
    }

    /// The bodies of a range of tokens but those with whom, or where, something is done.
    fn led(&self, tokens: Range<usize>) -> Vec<(usize, bool)> {
        let mut named = self.named(tokens.clone());
        for mention in self.passage.organisations_in(tokens) {
            let first = self.passage.organisations[mention].tokens.start;
            let with = (first.saturating_sub(2)..first).any(|at| {
                let with = Meaning::Cue(Cue::With);
                self.vocabulary.is(self.passage, at, &with)
            });
            let clitics = self.passage.organisations[mention].clitics;
            let aside = with || stands_as_place(self.passage, first, clitics);
            let entity = self.cast.of[self.number][mention];
            named.retain(|&(other, _)| !aside || Some(other) != entity);
        }
        named
    }

    /// The bodies of a range of tokens with whether each stands for several.
    fn named(&self, tokens: Range<usize>) -> Vec<(usize, bool)> {
        let mut named: Vec<(usize, bool)> = Vec::new();
        for mention in self.passage.organisations_in(tokens) {
            let role = self
                .slots
                .iter()
                .find(|slot| slot.mention == mention)
                .map_or(Role::Neutral, |slot| slot.role);
            let Some(entity) = self.cast.of[self.number][mention] else {
                continue;
            };
            let found = &self.cast.entities[entity];
            let body = !found.office
                && !found.weak
                && !matches!(role, Role::Patron | Role::Source | Role::Site);
            if body && named.iter().all(|&(other, _)| other != entity) {
                named.push((entity, self.passage.organisations[mention].several));
            }
        }
        named
    }
}
