//! Says which of the agreements that were gathered exist, and which of them are one told twice.

use crate::record::fact::Kind;

use super::agreement::rank;
use super::convention::{Gathered, MEMORY};
use super::news::{day_of, firm};
use super::told::{Attachment, Number, Telling};
use super::vocabulary::Cue;

/// Whether anything says that there is an agreement: a wish is none.
pub(super) fn exists(agreement: &Gathered, tellings: &[Telling]) -> bool {
    let own = || agreement.tellings.iter().map(|&at| &tellings[at]);
    let twinned = agreement.kind == Kind::Twinning && agreement.attachment <= Attachment::With;
    let done = |telling: &Telling| {
        telling.under
            || twinned
            || telling.agreement.presumed && telling.attachment <= Attachment::With
            || telling.attachment == Attachment::Rule
            || telling.cues.iter().any(|cue| {
                matches!(
                    cue,
                    Cue::Sign | Cue::Renew | Cue::End | Cue::Plan | Cue::Between | Cue::Tie
                )
            })
            || telling.cues.contains(&Cue::Vote) && !telling.parties.is_empty()
    };
    let wished = |telling: &Telling| telling.cues.contains(&Cue::Wish);
    // What is only asked of it later is there already.
    let there = |telling: &Telling| {
        telling.under && telling.attachment == Attachment::Rule && !wished(telling)
    };
    own().any(done) && (!own().any(wished) || own().any(firm) || own().any(there))
}

/// Whether two numbers of agreements are told apart: "trois conventions", "une convention".
pub(super) fn differ(new: Number, old: Option<Number>) -> bool {
    matches!((new, old), (Number::Said(new, _), Some(Number::Said(old, _))) if new != old)
        || matches!((new, old), (Number::Said(..), Some(Number::One)))
}

/// One agreement told twice under two kinds, or by a subset of its parties, is one.
pub(super) fn fuse(gathered: Vec<Gathered>, tellings: &[Telling]) -> Vec<Gathered> {
    let mut fused: Vec<Gathered> = Vec::with_capacity(gathered.len());
    for later in gathered {
        let recent = fused.len().saturating_sub(MEMORY);
        let twin = |earlier: &&mut Gathered| is_twin(earlier, &later, tellings);
        if let Some(earlier) = fused[recent..].iter_mut().find(twin) {
            earlier.tellings.extend(later.tellings);
            if rank(later.kind) > rank(earlier.kind) {
                earlier.kind = later.kind;
            }
        } else {
            fused.push(later);
        }
    }
    fused
}

fn is_twin(a: &Gathered, b: &Gathered, tellings: &[Telling]) -> bool {
    let inside =
        |x: &Gathered, y: &Gathered| x.parties.iter().all(|party| y.parties.contains(party));
    let kinds = a.kind == b.kind || a.kind == Kind::Convention || b.kind == Kind::Convention;
    let planned = |x: &Gathered| {
        x.tellings
            .iter()
            .all(|&at| tellings[at].cues.contains(&Cue::Plan))
    };
    // "deux autres accords entre les mêmes parties" are no telling of the first.
    let counted_apart = b.tellings.first().is_some_and(|&at| {
        let told = &tellings[at];
        let apart = matches!(told.number, Number::Said(..)) || a.kind != b.kind;
        told.agreement.another && told.passage == 0 && apart
    });
    // "Une convention similaire avait été signée le 21 décembre 2023": another day, another one.
    let day = |x: &Gathered| day_of(&tellings[*x.tellings.first()?]);
    let other = b.tellings.first().is_some_and(|&at| {
        let told = &tellings[at];
        told.agreement.another && told.passage == 0
    });
    if other && day(a).zip(day(b)).is_some_and(|(a, b)| a != b) {
        return false;
    }
    let number = |x: &Gathered| x.tellings.first().map(|&at| tellings[at].number);
    if b.attachment != Attachment::Body && number(b).is_some_and(|later| differ(later, number(a))) {
        return false;
    }
    kinds && !counted_apart && (inside(a, b) || inside(b, a)) && planned(a) == planned(b)
}
