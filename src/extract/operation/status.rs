//! Says of each count whether the acts were done, are to be done, or were none, by the nearest cue of
//! its part of the sentence.

use std::ops::Range;

use crate::record::Lang;
use crate::record::fact::OperationStatus::{self, Performed, Planned};

use super::count::Count;
use super::scene::{Cue, Scene, Tells};
use super::word::Signs;

/// What the cues say of a count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Status(OperationStatus),
    /// No act was done or is to be.
    None,
    /// No cue speaks of it.
    Unsaid,
}

/// The verdict on each count of a passage, in order.
pub(super) fn verdicts(scene: &Scene<'_>, counts: &[Count<'_>]) -> Vec<Verdict> {
    let mut verdicts: Vec<Verdict> = (0..counts.len()).map(|at| own(scene, counts, at)).collect();
    for at in 0..counts.len() {
        if verdicts[at] == Verdict::Unsaid {
            verdicts[at] = inherited(scene, counts, &verdicts, at);
        }
    }
    verdicts
}

/// What the cues between the counts around it say.
fn own(scene: &Scene<'_>, counts: &[Count<'_>], at: usize) -> Verdict {
    let count = &counts[at];
    let sentence = scene.sentence(count.tokens.start);
    let start = at.checked_sub(1).map_or(sentence.start, |before| counts[before].tokens.end.max(sentence.start));
    let end = counts.get(at + 1).map_or(sentence.end, |next| next.tokens.start.min(sentence.end));
    let predicate = count.predicate.map(|act| scene.acts[act].tokens.clone());
    if is_none(scene, count, predicate.as_ref(), start..end) {
        return Verdict::None;
    }
    if scene.sign_before(count.number.start, Signs::CONTRAST, 5) {
        return Verdict::Status(Performed);
    }
    if let Some(verdict) = predicate.and_then(|act| of_predicate(scene, &act)) {
        return verdict;
    }
    let before = last_before(scene, start..count.tokens.start);
    let after = first_after(scene, count.tokens.end..end);
    let direct_before = before.filter(|cue| is_direct(scene, cue.tokens.end..count.tokens.start, 8));
    let direct_after = after.filter(|cue| is_direct(scene, count.tokens.end..cue.tokens.start, 8));
    if count.done && direct_before.or(direct_after).is_none_or(|cue| cue.tells != Tells::Planned) {
        return Verdict::Status(Performed);
    }
    let cue = match scene.passage.text.lang {
        Lang::Fr => direct_before.or(direct_after).or(before).or(after),
        Lang::Ar => direct_after.filter(|cue| cue.tokens.start <= count.tokens.end + 1).or(before).or(direct_after).or(after),
    };
    cue.map_or(Verdict::Unsaid, |cue| Verdict::Status(status(scene, cue)))
}

/// A cue that no mark and no other clause parts from the count.
fn is_direct(scene: &Scene<'_>, mut gap: Range<usize>, reach: usize) -> bool {
    gap.len() <= reach && !scene.is_broken(gap.clone()) && !gap.any(|at| scene.sign(at, Signs::BREAK).is_some())
}

/// The verb that tells what was done to those counted says when: "seront opérés", "opérera".
fn of_predicate(scene: &Scene<'_>, act: &Range<usize>) -> Option<Verdict> {
    let near = act.start.saturating_sub(4)..act.end;
    let own: Vec<&Cue> = scene.cues.iter().filter(|cue| near.contains(&cue.tokens.start) && !scene.is_broken(cue.tokens.start..act.start)).collect();
    let planned = own.iter().any(|cue| cue.tells == Tells::Planned);
    let done = own.iter().any(|cue| cue.tells == Tells::Done);
    match (planned, done) {
        (true, _) => Some(Verdict::Status(Planned)),
        (false, true) => Some(Verdict::Status(Performed)),
        _ => None,
    }
}

/// A cue right beside the number, or between it and its act, that tells of no act.
fn is_none(scene: &Scene<'_>, count: &Count<'_>, predicate: Option<&Range<usize>>, zone: Range<usize>) -> bool {
    const BESIDE: usize = 3;
    let from = zone.start.max(count.number.start.saturating_sub(BESIDE + 1));
    let to = zone.end.min(count.tokens.end + BESIDE);
    let spans = match predicate {
        Some(act) if act.start >= count.tokens.end => count.tokens.end..act.end.max(to),
        _ => from..to,
    };
    scene.cues.iter().any(|cue| {
        let near = spans.contains(&cue.tokens.start) || (from..count.number.start).contains(&cue.tokens.start);
        cue.tells == Tells::None && near && !scene.is_broken(cue.tokens.end..count.number.start) && !scene.is_broken(count.tokens.end..cue.tokens.start)
    })
}

fn last_before<'s>(scene: &'s Scene<'_>, zone: Range<usize>) -> Option<&'s Cue> {
    let semicolon = zone.clone().rev().find(|&at| matches!(scene.passage.folded(at), ";" | "؛"));
    let zone = semicolon.unwrap_or(zone.start)..zone.end;
    scene.cues.iter().rev().find(|cue| zone.contains(&cue.tokens.start) && cue.tells != Tells::None)
}

fn first_after<'s>(scene: &'s Scene<'_>, zone: Range<usize>) -> Option<&'s Cue> {
    let semicolon = zone.clone().find(|&at| matches!(scene.passage.folded(at), ";" | "؛"));
    let zone = zone.start..semicolon.unwrap_or(zone.end);
    scene.cues.iter().find(|cue| zone.contains(&cue.tokens.start) && cue.tells != Tells::None)
}

/// A participle is decided by the auxiliary before it.
fn status(scene: &Scene<'_>, cue: &Cue) -> OperationStatus {
    let near = cue.tokens.start.saturating_sub(4)..cue.tokens.start;
    let planned = |cue: &&Cue| cue.tells == Tells::Planned && near.contains(&cue.tokens.start);
    match cue.tells {
        Tells::Planned => Planned,
        Tells::Acted if scene.cues.iter().any(|cue| planned(&cue)) => Planned,
        _ => Performed,
    }
}

/// A count without a cue has the status of the one it is part of, or is listed with.
fn inherited(scene: &Scene<'_>, counts: &[Count<'_>], verdicts: &[Verdict], at: usize) -> Verdict {
    let sentence = scene.sentence(counts[at].tokens.start);
    let said = |other: usize| (verdicts[other] != Verdict::Unsaid).then_some(verdicts[other]);
    if let Some(verdict) = counts[at].whole.and_then(said) {
        return verdict;
    }
    let within = |other: &usize| sentence.contains(&counts[*other].tokens.start);
    let before = at.checked_sub(1).filter(within);
    let next = (at + 1..counts.len()).take_while(within).find(|&next| verdicts[next] != Verdict::Unsaid);
    let listed = |a: usize, b: usize| counts[b].tokens.start.saturating_sub(counts[a].tokens.end) <= 4;
    match (before, next) {
        (Some(before), Some(next)) if !listed(before, at) && listed(at, next) => verdicts[next],
        (Some(before), _) => verdicts[before],
        (None, Some(next)) if listed(next - 1, next) => verdicts[next],
        _ => Verdict::Unsaid,
    }
}
