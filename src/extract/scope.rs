//! Says whether a word that tells of a state, an end, a plan or a wish, tells it of this agreement.

use crate::record::Lang;
use crate::text::clitic;

use super::agreement::{self, Agreement};
use super::form::Says;
use super::sign::Sign;
use super::small::Small;
use super::told::Reader;
use super::vocabulary::{Cue, Side, Strength};

impl Reader<'_> {
    /// Whether a word that may speak of anything ("bientôt") speaks of an agreement or of its signature.
    pub(super) fn is_near(&self, sign: &Sign, agreement: &Agreement) -> bool {
        const NEAR: usize = 6;
        // "الاتفاقية التي عقدتها": it is said of the noun right before.
        if sign.side == Side::After {
            let gap = sign.tokens.start.checked_sub(agreement.tokens.end);
            return gap.is_some_and(|gap| gap <= NEAR);
        }
        if self.is_voted_on(sign, agreement) {
            return true;
        }
        let signed = |other: &&Sign| other.cue == Cue::Sign;
        self.signs
            .iter()
            .filter(signed)
            .map(|other| &other.tokens)
            .chain([&agreement.tokens])
            .any(|tokens| {
                // "ont paraphé un mémorandum ; une délégation est attendue": another clause.
                let mut gap = tokens.end.min(sign.tokens.end)..sign.tokens.start.max(tokens.start);
                let parted = gap.any(|at| matches!(self.passage.folded(at), ";" | "؛"));
                !parted && self.distance(&sign.tokens, tokens) <= NEAR
            })
    }

    /// "صادق أعضاء المجلس، خلال دورة مارس، على اتفاقية": what a council says yes to stands behind its preposition.
    fn is_voted_on(&self, vote: &Sign, agreement: &Agreement) -> bool {
        const CLAUSE: usize = 28;
        let noun = agreement.tokens.start;
        let gap = vote.tokens.end..noun;
        vote.cue == Cue::Vote
            && self.passage.text.lang == Lang::Ar
            && vote.tokens.end <= noun
            && gap.len() <= CLAUSE
            && (noun.saturating_sub(3).max(gap.start)..noun)
                .any(|at| self.is_small(at, Small::Onto))
    }

    /// Whether what ends is the agreement: nothing but names and dates stands between the two, and no work
    /// under it is told of, as in "a achevé sa mission dans le cadre du jumelage".
    pub(super) fn ends(&self, end: &Sign, agreement: &Agreement) -> bool {
        let gap =
            end.tokens.end.min(agreement.tokens.end)..end.tokens.start.max(agreement.tokens.start);
        let force = |sign: &Sign| sign.cue == Cue::Force && gap.contains(&sign.tokens.start);
        // "انتهاء العمل باتفاقية مماثلة": the end of the one that it names.
        let named = (end.tokens.end..end.tokens.end + 2)
            .find(|&at| agreement::is_strong(self.passage, self.vocabulary, at));
        if end.side == Side::Far && named.is_some_and(|at| at > agreement.tokens.end) {
            return false;
        }
        if end.side == Side::Far
            || end.side == Side::Leads && end.tokens.start > agreement.tokens.start
        {
            return end.side == Side::Far;
        }
        // "يفسخ عقده مع جمعية ويوقع اتفاقا جديدا": what is signed is another.
        let signed = |sign: &Sign| {
            sign.cue == Cue::Sign && sign.side == Side::Near && gap.contains(&sign.tokens.start)
        };
        if end.side == Side::Leads && self.signs.iter().any(signed) {
            return false;
        }
        // "La convention qui lie A à B, et que les deux avaient signée en juin, a expiré": it is what the sentence is about.
        let says = |at: usize, says| self.passage.says(at, says);
        let subject = agreement.definite
            && !agreement.verb
            && (agreement.tokens.start <= self.sentence.start + 2
                || self.is_small(agreement.tokens.start - 2, Small::Which))
            && end.tokens.start > agreement.tokens.end
            && [end.tokens.start - 1, end.tokens.start]
                .into_iter()
                .any(|at| {
                    self.is_small(at, Small::Have) || says(at, Says::Be) || says(at, Says::Not)
                });
        // "…, et il a fini par être officiellement annulé".
        let behind = end
            .tokens
            .start
            .saturating_sub(CLAUSE)
            .max(agreement.tokens.end);
        let taken_up = (behind..end.tokens.start).any(|at| {
            [Small::Subject, Small::Pronoun, Small::Which]
                .iter()
                .any(|class| self.is_small(at, *class))
                && (says(at - 1, Says::And)
                    || says(at - 1, Says::But)
                    || !self.is_small(at, Small::Which)
                        && matches!(self.passage.folded(at - 1), "," | ";" | ":"))
                && !self
                    .slots
                    .iter()
                    .any(|slot| (at..end.tokens.start).contains(&slot.token))
        });
        let reach = if subject || taken_up { FARTHEST } else { FAR };
        !self.signs.iter().any(force) && self.distance(&end.tokens, &agreement.tokens) <= reach
    }

    /// Whether what is to come is the agreement or its signature, and not what is done under it.
    pub(super) fn plans(&self, plan: &Sign, agreement: &Agreement) -> bool {
        let signed = |sign: &&Sign| matches!(sign.cue, Cue::Sign | Cue::Renew | Cue::Plan);
        let next = self.signs.iter().filter(signed).any(|sign| {
            sign.tokens.start >= plan.tokens.end
                && self.distance(&plan.tokens, &sign.tokens) <= REACH
        });
        let made = self.signs.iter().any(|sign| {
            matches!(sign.cue, Cue::Sign | Cue::Renew)
                && self.distance(&sign.tokens, &agreement.tokens) <= REACH
        });
        // "اتفاقية يدرس في إطارها": said of what comes behind it.
        if plan.side == Side::Leads {
            return plan.tokens.end <= agreement.tokens.start;
        }
        if self.is_past_clause(plan, agreement) {
            return false;
        }
        plan.tokens.start < agreement.tokens.end
            || next
            || !made
            || self.distance(&plan.tokens, &agreement.tokens) <= REACH
    }

    /// "ينتظر أن يجري الفريق عمليات، حسب المدير الذي ذكر بأن الاتفاقية": another clause than that of what is to come, which
    /// signs nothing.
    fn is_past_clause(&self, plan: &Sign, agreement: &Agreement) -> bool {
        let mut between = plan.tokens.end..agreement.tokens.start;
        let signed = |sign: &Sign| {
            matches!(sign.cue, Cue::Sign | Cue::Renew | Cue::Plan)
                && between.contains(&sign.tokens.start)
        };
        self.passage.text.lang == Lang::Ar
            && agreement.strength != Strength::Anaphor
            && !self.signs.iter().any(signed)
            && between.any(|at| self.is_small(at, Small::Turn) || self.is_small(at, Small::Which))
    }

    /// "comptent prolonger", تعتزم تمديد: not done yet.
    pub(super) fn is_intended(&self, sign: &Sign) -> bool {
        self.signs.iter().any(|plan| {
            plan.cue == Cue::Plan
                && plan.tokens.end <= sign.tokens.start
                && self.distance(&plan.tokens, &sign.tokens) <= 2
        })
    }

    /// "plaident pour qu'un accord soit conclu", "souhaitent signer": asked for, not done.
    pub(super) fn is_wished(&self, sign: &Sign) -> bool {
        const NEAR: usize = 3;
        let first = sign.tokens.start;
        let optative = (first.saturating_sub(2)..=first).any(|at| self.is_small(at, Small::May));
        // "داعيا الوزارة إلى تعيين جراح، وإلى إبرام شراكة": a verbal noun behind what it is called to.
        let called = self.passage.text.lang == Lang::Ar
            && sign.side == Side::Near
            && (self.passage.folded(first).starts_with(clitic::IN)
                || first > 0 && self.passage.says(first - 1, Says::Toward));
        self.signs.iter().any(|wish| {
            wish.cue == Cue::Wish
                && wish.tokens.end <= first
                && (optative || called || wish.tokens.end + NEAR > first)
        })
    }

    /// "sans la renouveler", دون تجديدها.
    pub(super) fn is_denied(&self, sign: &Sign) -> bool {
        self.signs.iter().any(|none| {
            none.cue == Cue::None
                && none.tokens.end <= sign.tokens.start
                && none.tokens.end + REACH + 2 > sign.tokens.start
        })
    }
}

/// Most tokens between an agreement and the word that says it ended.
const FAR: usize = 9;
/// Most tokens between the pronoun of an agreement and the word that says it ended.
const CLAUSE: usize = 12;

/// Likewise of what the sentence begins with.
const FARTHEST: usize = 24;

/// Most tokens between what is to come and its signature.
const REACH: usize = 6;

/// "ont recommandé l'instauration d'une collaboration": a wish reaches as far as its clause.
pub(super) fn leads(wish: &Sign, agreement: &Agreement) -> bool {
    const CLAUSE: usize = 40;
    wish.cue == Cue::Wish
        && wish.tokens.end <= agreement.tokens.start
        && wish.tokens.end + CLAUSE > agreement.tokens.start
}
