//! Says which words of a sentence tell what was before its news: what had happened to an agreement, and the
//! agreement that a new one stands for.

use super::agreement::{self, Agreement};
use super::form::Says;
use super::sign::Sign;
use super::small::Small;
use super::told::Reader;
use super::vocabulary::{Cue, Side};

impl Reader<'_> {
    /// Whether a sign tells what had been where the sentence says what came of it: "une convention dont la durée avait
    /// expiré est renouvelée", "ألغيت الاتفاقية بعد أن كانت قد جددت".
    pub(super) fn is_outdone(&self, sign: &Sign) -> bool {
        let news = |other: &Sign| {
            let other_way = match sign.cue {
                Cue::End => other.cue == Cue::Renew,
                Cue::Renew => other.cue == Cue::End,
                _ => false,
            };
            other_way && !self.is_had(other)
        };
        // "ont prolongé la convention qui devait prendre fin le 30 juin".
        let which = sign.tokens.start.checked_sub(1);
        let told_of =
            sign.cue == Cue::End && which.is_some_and(|which| self.is_small(which, Small::Which));
        (self.is_had(sign) || told_of) && self.signs.iter().any(news)
    }

    /// "كانت مدتها قد انقضت", "كانت قد جددت".
    fn is_had(&self, sign: &Sign) -> bool {
        const NEAR: usize = 4;
        let first = sign.tokens.start;
        let begin = first.saturating_sub(NEAR).max(self.sentence.start);
        let had = (begin..first).find(|&at| self.is_small(at, Small::Had));
        had.is_some_and(|had| (had..first).any(|at| self.is_small(at, Small::Already)))
    }

    /// Whether what would end it has not: "jamais dénoncé", "qui devait prendre fin", "expire en 2026".
    pub(super) fn is_undone(&self, end: &Sign) -> bool {
        let never = |none: &Sign| none.cue == Cue::None && none.tokens.end == end.tokens.start;
        self.is_outdone(end) || self.is_ahead(end) || self.signs.iter().any(never)
    }

    /// "expire en 2026", "تنتهي في 2026": the end lies ahead, and till then it is in force.
    fn is_ahead(&self, end: &Sign) -> bool {
        const NEAR: usize = 4;
        // "ne sera plus appliquée à partir du 1er juillet" is told as done.
        const VERB: usize = 3;
        let forms = self.vocabulary.forms();
        let done = end
            .tokens
            .clone()
            .any(|at| forms.ends(Says::Done, self.passage.word(at)));
        let behind = end.tokens.end..end.tokens.end + NEAR;
        let mut dates = self.passage.dates_in(behind.clone()).iter();
        !done
            && end.tokens.len() <= VERB
            && dates.any(|date| date.ahead && behind.contains(&date.tokens.start))
    }

    /// Whether work under an agreement has begun: "دخلت حيز التنفيذ"; not so "ستدخل الاتفاقية حيز التنفيذ".
    pub(super) fn is_begun(&self, start: &Sign) -> bool {
        const NEAR: usize = 12;
        !self.signs.iter().any(|terms| {
            terms.cue == Cue::Terms
                && terms.tokens.end <= start.tokens.start
                && self.distance(&terms.tokens, &start.tokens) <= NEAR
        })
    }

    /// Whether a sign signs what renews: "أمضى الصندوق تمديدا للاتفاقية", "التجديد الذي وقع أمس".
    pub(super) fn signs_renewal(&self, sign: &Sign) -> bool {
        const NEAR: usize = 4;
        const NOUN: usize = 6;
        // "La convention signée en 2019 a été prolongée" was signed before.
        let first = sign.tokens.start;
        let noun = first.saturating_sub(NOUN).max(self.sentence.start)..first;
        let signed = noun
            .into_iter()
            .any(|at| agreement::is_strong(self.passage, self.vocabulary, at));
        sign.side != Side::After
            && self.signs.iter().any(|renew| {
                let behind = renew.tokens.end..renew.tokens.end + NEAR;
                renew.cue == Cue::Renew
                    && (!signed && renew.tokens.start >= sign.tokens.end
                        || behind.contains(&sign.tokens.start))
            })
    }

    /// Where the words begin that name the agreement before this one: "اتفاقية تعوض تلك المبرمة سنة 2011".
    pub(super) fn predecessor(&self, agreement: &Agreement) -> Option<usize> {
        let mut signs = self.signs.iter();
        signs
            .find(|sign| sign.cue == Cue::Replace && sign.tokens.start >= agreement.tokens.end)
            .map(|sign| sign.tokens.start)
    }
}

/// Whether what is renewed is an agreement: "تجديد الاتفاقية"; not so "التجديد الحضري للمدينة".
pub(super) fn renews(renew: &Sign, agreement: &Agreement) -> bool {
    const NEAR: usize = 8;
    if renew.side != Side::Leads {
        return true;
    }
    let end = renew.tokens.end;
    (end..end + NEAR).contains(&agreement.tokens.start)
        || renew.tokens.contains(&agreement.tokens.start)
}

/// Leaves out the agreements that a new one stands for.
pub(super) fn without_replaced(agreements: &mut Vec<Agreement>, signs: &[Sign]) {
    const NEAR: usize = 2;
    agreements.retain(|agreement| {
        !signs.iter().any(|sign| {
            sign.cue == Cue::Replace
                && (sign.tokens.start..sign.tokens.end + NEAR).contains(&agreement.tokens.start)
        })
    });
}
