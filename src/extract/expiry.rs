//! Says whether what ends in a sentence is an agreement, and whether it has ended already.

use super::agreement::Agreement;
use super::form::Says;
use super::role::Sign;
use super::small::Small;
use super::told::Reader;
use super::vocabulary::{Cue, Side};

/// Most tokens between an agreement and the word that says it ended.
const FAR: usize = 9;

/// Most tokens between the pronoun of an agreement and the word that says it ended.
const CLAUSE: usize = 12;

/// Likewise of what the sentence begins with.
const FARTHEST: usize = 24;

impl Reader<'_> {
    /// Whether what ends is the agreement: nothing but names and dates stands between the two, and no work
    /// under it is told of, as in "a achevé sa mission dans le cadre du jumelage".
    pub(super) fn ends(&self, end: &Sign, agreement: &Agreement) -> bool {
        let gap =
            end.tokens.end.min(agreement.tokens.end)..end.tokens.start.max(agreement.tokens.start);
        let force = |sign: &Sign| sign.cue == Cue::Force && gap.contains(&sign.tokens.start);
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
        let subject = agreement.definite
            && !agreement.verb
            && (agreement.tokens.start <= self.sentence.start + 2
                || matches!(
                    self.passage.folded(agreement.tokens.start - 2),
                    "que" | "qu'"
                ))
            && end.tokens.start > agreement.tokens.end
            && [end.tokens.start - 1, end.tokens.start]
                .into_iter()
                .any(|at| {
                    matches!(
                        self.passage.folded(at),
                        "a" | "ont" | "avait" | "est" | "ne"
                    )
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
                && (matches!(self.passage.folded(at - 1), "et" | "mais")
                    || !self.is_small(at, Small::Which)
                        && matches!(self.passage.folded(at - 1), "," | ";"))
                && !self
                    .slots
                    .iter()
                    .any(|slot| (at..end.tokens.start).contains(&slot.token))
        });
        let reach = if subject || taken_up { FARTHEST } else { FAR };
        !self.signs.iter().any(force) && self.distance(&end.tokens, &agreement.tokens) <= reach
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
}
