//! Says which words speak of which agreement: the items under a sentence, the verb beside its noun, the part of a
//! sentence between two agreements.

use std::ops::Range;

use crate::record::fact::Kind;
use crate::text::sentence::Sentence;
use crate::text::token::Shape;

use super::agreement::{self, Agreement};
use super::form::Says;
use super::kinds::Kinds;
use super::passage::Passage;
use super::role::{Role, Slot, act};
use super::sign::Sign;
use super::small::Small;
use super::told::Reader;
use super::vocabulary::{Cue, Meaning, Strength, Vocabulary};

impl Reader<'_> {
    /// The part of the sentence that speaks of one of its agreements: all of it for the only one,
    /// else up to the next, the first one's beginning included.
    pub(super) fn zone(&self, agreements: &[Agreement], at: usize) -> Range<usize> {
        let own = |agreement: &&Agreement| {
            agreement.strength != Strength::Anaphor || agreement.part.is_some()
        };
        let this = &agreements[at];
        let next = agreements[at + 1..].iter().find(own);
        let end = next.map_or(self.sentence.end, |next| {
            let between = this.tokens.end..next.tokens.start;
            self.clause(between.clone())
                .unwrap_or_else(|| self.verb_of(next, between))
        });
        let end = self.predecessor(this).map_or(end, |old| end.min(old));
        let before = agreements[..at].iter().rev().find(own);
        let start = before.map_or(self.sentence.start, |before| {
            let from = before.tokens.end;
            self.clause(from..this.tokens.start)
                .unwrap_or_else(|| self.verb_of(this, from..end))
        });
        start..end
    }

    /// Where the part of a later agreement begins that names its parties behind it: at its own verb, or at the
    /// noun. Those named before belong to the agreement before.
    fn verb_of(&self, agreement: &Agreement, zone: Range<usize>) -> usize {
        let noun = agreement.tokens.start;
        let bound = |part: Range<usize>| {
            self.slots.iter().any(|slot| {
                let bound = matches!(slot.role, Role::Between | Role::With | Role::By);
                bound && part.contains(&slot.token)
            })
        };
        // "lié à A par un jumelage et à B par une convention".
        let means = noun
            .checked_sub(2)
            .filter(|&by| by > zone.start && self.passage.says(by, Says::Through));
        let mut joined = zone.start..means.unwrap_or(zone.start);
        let joins = |at: usize| {
            let to = [Says::ToPlain, Says::ToThe, Says::Along]
                .into_iter()
                .any(|says| self.passage.says(at + 1, says));
            self.passage.says(at, Says::And) || self.passage.folded(at) == "," && to
        };
        let named = |part: Range<usize>| self.slots.iter().any(|slot| part.contains(&slot.token));
        if let Some(and) = joined.rfind(|&at| joins(at))
            && named(and..noun)
        {
            return and;
        }
        let lone = !bound(self.sentence.start..noun);
        if lone || !bound(noun..self.sentence.end) {
            return if zone.end == noun { noun } else { zone.start };
        }
        let mut verbs = self.signs.iter().rev().filter(|sign| {
            matches!(
                sign.cue,
                Cue::Sign | Cue::Renew | Cue::End | Cue::Plan | Cue::Force
            )
        });
        verbs
            .find(|sign| (zone.start..noun).contains(&sign.tokens.start))
            .map_or(noun, |sign| sign.tokens.start)
    }

    /// The part of a zone that names who is bound: a clause behind the agreement that ties nobody, "، بعد أن وقفت لجنة
    /// على …", names others.
    pub(super) fn without_asides(
        &self,
        agreement: &Agreement,
        zone: &Range<usize>,
    ) -> Range<usize> {
        let binds = |at: usize| {
            self.signs.iter().any(|sign| {
                let ties = matches!(
                    sign.cue,
                    Cue::Sign | Cue::Renew | Cue::Between | Cue::With | Cue::By | Cue::Tie
                );
                ties && sign.tokens.start >= at && zone.contains(&sign.tokens.start)
            })
        };
        let mut behind = agreement.tokens.end..zone.end.saturating_sub(1);
        let aside = behind.find(|&at| {
            let opens = |class| self.is_small(at + 1, class);
            self.passage.folded(at) == "،"
                && (opens(Small::Turn) || opens(Small::Which))
                && !binds(at)
        });
        zone.start..aside.unwrap_or(zone.end)
    }

    /// ", un autre l'est avec": another agreement begins at a token or right behind it.
    fn begins_another(&self, at: usize) -> bool {
        let another = |at: usize| self.vocabulary.is(self.passage, at, &Meaning::Another);
        let part = |at: usize| {
            let mut places = self.vocabulary.of(self.passage, at, Kinds::PART);
            places.any(|(found, meaning)| {
                matches!(meaning, Meaning::Part(place) if *place > 1)
                    && !self.vocabulary.is_near(found)
            })
        };
        self.passage.says(at, Says::One) && another(at + 1) || part(at)
    }

    /// "Après l'accord conclu avec A, B a signé": the name behind a comma, who does what the main clause tells.
    pub(super) fn acts_behind(&self, comma: usize) -> bool {
        const ARTICLE: usize = 3;
        let mut slots = self.slots.iter().filter(|slot| {
            slot.role == Role::Neutral && (comma + 1..comma + ARTICLE).contains(&slot.token)
        });
        slots.any(|slot| act(self.passage, self.vocabulary, slot.mention))
    }

    /// Who acts in the main clause behind the phrase that tells of an agreement: "Lié à A par une convention, B a …".
    pub(super) fn main_subject(&self, agreement: &Agreement) -> Option<usize> {
        let mut behind = agreement.tokens.end..self.sentence.end;
        let before =
            |slot: &Slot| slot.role == Role::Neutral && slot.token < agreement.tokens.start;
        if self.slots.iter().any(before) {
            return None;
        }
        let comma = behind.find(|&at| self.passage.folded(at) == "," && self.acts_behind(at))?;
        let slot = self.slots.iter().find(|slot| slot.token > comma)?;
        let entity = self.cast.of[self.number][slot.mention]?;
        let found = &self.cast.entities[entity];
        (!found.office && !found.weak).then_some(entity)
    }

    /// Who has an agreement that the sentence tells with the other party alone.
    pub(super) fn subject_before(&self, agreement: &Agreement, cues: &[Cue]) -> Option<usize> {
        self.latter()
            .or_else(|| self.main_subject(agreement))
            .or_else(|| self.pronoun_before(agreement, cues))
    }

    /// Where another clause begins between two agreements: "…, et les négociations en vue d'un accord".
    fn clause(&self, mut between: Range<usize>) -> Option<usize> {
        between.rfind(|&at| match self.passage.folded(at) {
            ";" | "؛" => true,
            "،" => self.is_small(at + 1, Small::Turn),
            "," if self.is_small(at + 1, Small::Turn) || self.acts_behind(at) => true,
            "," if self.begins_another(at + 1) => true,
            // "La clinique, que lie à la caisse une convention, vient d'en signer une avec".
            "," if self.is_small(at + 1, Small::Acts) => true,
            "," => self.passage.says(at + 1, Says::Clause),
            // "que la convention avec A serait signée et que celle conclue avec B serait maintenue".
            _ if self.passage.says(at, Says::And) => self.passage.says(at + 1, Says::Whether),
            _ => false,
        })
    }

    /// Whether words name an agreement.
    pub(super) fn names_agreement(&self, tokens: &Range<usize>) -> bool {
        tokens.clone().any(|at| {
            let mut nouns = self.vocabulary.of(self.passage, at, Kinds::AGREEMENT);
            nouns.any(|(_, meaning)| {
                matches!(meaning, Meaning::Agreement { strength, .. } if *strength != Strength::Anaphor)
            })
        })
    }
}

/// A sentence that ends in a colon with the items of the list that it opens, a line each.
pub(super) fn with_items(passage: &Passage<'_>, position: usize) -> Range<usize> {
    let sentences = &passage.text.sentences;
    let Some(own) = sentences.get(position) else {
        return 0..0;
    };
    let colon = own
        .tokens
        .end
        .checked_sub(1)
        .is_some_and(|at| passage.folded(at) == ":");
    let items = sentences[position + 1..]
        .iter()
        .take_while(|sentence| is_item(passage, sentence));
    let last = items.last().filter(|_| colon).unwrap_or(own);
    own.tokens.start..last.tokens.end
}

/// Whether a sentence begins with the mark of an item.
pub(super) fn is_item(passage: &Passage<'_>, sentence: &Sentence) -> bool {
    matches!(
        passage.folded(sentence.tokens.start),
        "-" | "–" | "—" | "•" | "*" | "·" | "●" | "▪"
    )
}

/// Joins what an agreement makes to the agreement: "leur alliance par une convention" tells of one.
pub(super) fn with_means(
    passage: &Passage<'_>,
    vocabulary: &Vocabulary,
    agreements: &mut Vec<Agreement>,
) {
    const NEAR: usize = 6;
    const SUBJECT: usize = 4;
    const CLAUSE: usize = 16;
    let cue = |at: usize, cue: Cue| vocabulary.is(passage, at, &Meaning::Cue(cue));
    let mut at = 1;
    while at < agreements.len() {
        let (made, means) = (&agreements[at - 1], &agreements[at]);
        let gap = made.tokens.end..means.tokens.start;
        let by = |at| passage.says(at, Says::Through) || cue(at, Cue::Means);
        let joins = made.strength == Strength::Bare
            && !made.verb
            && means.strength == Strength::Strong
            && !means.definite
            && gap.len() <= NEAR
            && gap.clone().any(by);
        // "مذكرة تفاهم حول التوأمة بين" tells what the memorandum is about.
        let about = made.strength == Strength::Strong
            && !made.verb
            && !means.verb
            && means.count == 1
            && is_kind(means)
            && gap.len() <= SUBJECT
            && gap.clone().any(|at| cue(at, Cue::Subject))
            // "un protocole pour renforcer la coopération" names no kind.
            && (means.strength == Strength::Strong || gap.len() < SUBJECT - 1)
            && !gap.clone().any(|at| passage.has(at, Shape::PUNCT));
        // "la signature du protocole d'accord" names it once.
        // "التوقيع، يوم الخميس، على اتفاقية" likewise.
        let onto = || passage.says(means.tokens.start - 1, Says::Onto);
        let signed = || gap.len() <= CLAUSE && cue(made.tokens.start, Cue::Sign) && onto();
        let signature = made.strength == Strength::Anaphor
            && means.strength == Strength::Strong
            && (means.tokens.start <= made.tokens.end + 2 || signed());
        // "un protocole d'accord (MoU)" is one under two names.
        let apposed = gap.len() == 1 && passage.folded(gap.start) == "(" && !made.verb;
        if signature {
            agreements.remove(at - 1);
        } else if about || apposed {
            let means = agreements.remove(at);
            let made = &mut agreements[at - 1];
            agreement::sharpen(made, means.kind);
            made.tokens.end = means.tokens.end;
        } else if joins {
            let made = agreements.remove(at - 1);
            let means = &mut agreements[at - 1];
            if means.kind == Kind::Convention {
                means.kind = made.kind;
            }
        } else {
            at += 1;
        }
    }
}

/// Whether a noun names nothing but the kind of an agreement: التوأمة, "un jumelage".
fn is_kind(agreement: &Agreement) -> bool {
    matches!(
        agreement.kind,
        Kind::Twinning | Kind::Partnership | Kind::Cooperation
    ) && agreement.tokens.len() == 1
}

/// Joins a verb to the noun right before it: "une convention qui doit jumeler A à B" is one.
pub(super) fn with_verbs(agreements: &mut Vec<Agreement>) {
    const NEAR: usize = 4;
    let mut at = 1;
    while at < agreements.len() {
        let verb = agreements[at].clone();
        let noun = &mut agreements[at - 1];
        if verb.verb && !noun.verb && verb.tokens.start <= noun.tokens.end + NEAR {
            if agreement::rank(verb.kind) > agreement::rank(noun.kind) {
                noun.kind = verb.kind;
            }
            agreements.remove(at);
        } else {
            at += 1;
        }
    }
}

/// Joins what is said of an agreement to its noun: "أما الاتفاقية الثالثة فهي اتفاقية شراكة" names one.
pub(super) fn with_copula(
    passage: &Passage<'_>,
    vocabulary: &Vocabulary,
    agreements: &mut Vec<Agreement>,
) {
    let mut at = 1;
    while at < agreements.len() {
        let (subject, said) = (&agreements[at - 1], &agreements[at]);
        let between = subject.tokens.end..said.tokens.start;
        let is = |at: usize| vocabulary.forms().is(Says::Copula, passage.folded(at));
        let near = between.len() == 1 || between.len() == 2;
        if subject.definite && !said.definite && near && between.clone().any(is) {
            let subject = agreements.remove(at - 1);
            let said = &mut agreements[at - 1];
            said.tokens.start = subject.tokens.start;
            said.part = said.part.or(subject.part);
            said.another |= subject.another;
            said.definite = true;
        } else {
            at += 1;
        }
    }
}

/// Tells an agreement from the one that it rests on: "l'accord s'inscrit dans le cadre d'une convention" speaks of two.
pub(super) fn with_grounds(agreements: &mut [Agreement], signs: &[Sign]) {
    const NEAR: usize = 6;
    for at in 1..agreements.len() {
        let from = agreements[at - 1].tokens.end;
        let told = agreements[at - 1].definite && !agreements[at - 1].verb;
        let rests = |sign: &Sign| {
            let near = sign.tokens.end..sign.tokens.end + NEAR;
            sign.cue == Cue::Force
                && sign.tokens.start >= from
                && near.contains(&agreements[at].tokens.start)
        };
        let new = !agreements[at].definite && agreements[at].strength == Strength::Strong;
        if told && new && signs.iter().any(rests) {
            agreements[at].another = true;
        }
    }
}

/// Leaves out the agreement that a new one is to be added to: "من المقرر أن تضاف إلى هذه التوأمة توأمة ثانية".
pub(super) fn without_pointed(agreements: &mut Vec<Agreement>, signs: &[Sign]) {
    const NEAR: usize = 16;
    let mut at = 1;
    while at < agreements.len() {
        let (old, new) = (&agreements[at - 1], &agreements[at]);
        let planned = |sign: &Sign| {
            sign.cue == Cue::Plan && !sign.near && sign.tokens.end <= old.tokens.start
        };
        let added = old.pointed
            && !new.pointed
            && !new.definite
            && !new.verb
            && new.strength == Strength::Strong
            && new.tokens.start <= old.tokens.end + NEAR
            && signs.iter().any(planned);
        if added {
            agreements.remove(at - 1);
        } else {
            at += 1;
        }
    }
}
