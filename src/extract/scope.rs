//! Says whether a word that tells of a state, a plan or a wish, tells it of this agreement.

use crate::record::Lang;

use super::agreement::Agreement;
use super::role::Sign;
use super::small::Small;
use super::told::Reader;
use super::vocabulary::{Cue, Side};

impl Reader<'_> {
    /// Whether a word that may speak of anything ("bientôt") speaks of an agreement or of its signature.
    pub(super) fn is_near(&self, sign: &Sign, agreement: &Agreement) -> bool {
        const NEAR: usize = 6;
        // "الاتفاقية التي عقدتها": it is said of the noun right before.
        if sign.side == Side::After {
            let gap = sign.tokens.start.checked_sub(agreement.tokens.end);
            return gap.is_some_and(|gap| gap <= NEAR);
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
        plan.tokens.start < agreement.tokens.end
            || next
            || !made
            || self.distance(&plan.tokens, &agreement.tokens) <= REACH
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
            && (self.passage.folded(first).starts_with('ب')
                || first > 0 && matches!(self.passage.folded(first - 1), "الي" | "والي"));
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

/// Most tokens between what is to come and its signature.
const REACH: usize = 6;

/// Most tokens between a wish and what is wished for.
const CLAUSE: usize = 12;

/// "ont recommandé l'instauration d'une collaboration": a wish reaches as far as its clause.
pub(super) fn leads(wish: &Sign, agreement: &Agreement) -> bool {
    wish.cue == Cue::Wish
        && wish.tokens.end <= agreement.tokens.start
        && wish.tokens.end + CLAUSE > agreement.tokens.start
}
