//! Says of each count whether the acts were done, are to be done, or were none, by the nearest cue of
//! its part of the sentence.

use std::ops::Range;

use crate::record::Lang;
use crate::record::fact::OperationStatus::{self, Performed, Planned};
use crate::rules::lexicon::Clitics;
use crate::text::clitic;

use super::count::Count;
use super::denied::is_none;
use super::scene::Scene;
use super::tell::{Cue, Tells};
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
    let start = at.checked_sub(1).map_or(sentence.start, |before| {
        counts[before].tokens.end.max(sentence.start)
    });
    let end = counts
        .get(at + 1)
        .map_or(sentence.end, |next| next.tokens.start.min(sentence.end));
    if is_none(scene, count, &(start..end)) {
        return Verdict::None;
    }
    // "4 100 enfants vaccinés sur un objectif de 5 000", "كان الهدف المعلن 400 عملية"
    let arabic = scene.passage.text.lang == Lang::Ar;
    if scene.sign_before(count.number.start, Signs::TARGET, 3) && (arabic || count.whole.is_some())
    {
        return Verdict::Status(Planned);
    }
    if scene.sign_before(count.number.start, Signs::CONTRAST, 5) {
        return Verdict::Status(contrasted(scene, count, start));
    }
    // "لم ينجز في 2024 سوى 187 عملية": few, and done.
    if scene.passage.text.lang == Lang::Ar && is_only(scene, count, &(start..end)) {
        return Verdict::Status(Performed);
    }
    let predicate = count.predicate.map(|act| &scene.acts[act].tokens);
    if let Some(status) = predicate.and_then(|act| of_predicate(scene, act)) {
        return Verdict::Status(status);
    }
    let before = last_before(scene, start..count.tokens.start).filter(|cue| {
        let mut gap = cue.tokens.end..count.tokens.start;
        !gap.any(|at| scene.sign(at, Signs::TURN).is_some()) && !is_of_urgent(scene, cue)
    });
    let own = |cue: &&Cue| {
        predicate.is_none_or(|act| !act.contains(&cue.tokens.start))
            && !is_elective(scene, counts, at, cue)
    };
    let turned = |cue: &&Cue| {
        let mut gap = count.tokens.end..cue.tokens.start + 1;
        // "388 césariennes, dont la moitié programmées": what is told of a part.
        let turns = if arabic {
            Signs::TURN
        } else {
            Signs::TURN.with(Signs::PART)
        };
        !gap.any(|at| scene.sign(at, turns).is_some())
    };
    // "traite 118 patients par jour, bien plus que ne le voudrait la norme"
    let governed = !arabic
        && predicate.is_some_and(|act| {
            act.start < count.number.start && is_direct(scene, act.end..count.number.start, 4)
        });
    let after = first_after(scene, count.tokens.end..end)
        .filter(own)
        .filter(turned);
    let direct_before =
        before.filter(|cue| is_direct(scene, cue.tokens.end..count.tokens.start, 8));
    let direct_after = after.filter(|cue| is_direct(scene, count.tokens.end..cue.tokens.start, 8));
    if count.done && direct_before.is_none_or(|cue| cue.tells != Tells::Planned) {
        return Verdict::Status(Performed);
    }
    let (before, after) = if is_listed_on(scene, counts, at) {
        // What stands beyond the list speaks of something else: "…, ajoutant que la prochaine mission".
        (before, direct_after)
    } else {
        let parted =
            before.is_some_and(|cue| is_announced(scene, cue.tokens.end..count.tokens.start));
        let closing = closing(scene, counts, at).filter(|_| parted);
        (closing.or(before), after)
    };
    let told = !arabic && is_told(scene, start..count.number.start);
    if told && direct_after.is_none() {
        return Verdict::Status(Performed);
    }
    let cue = match scene.passage.text.lang {
        Lang::Fr => direct_before
            .or(direct_after)
            .or(before)
            .or(after.filter(|_| !governed)),
        Lang::Ar => direct_after
            .filter(|cue| cue.tokens.start <= count.tokens.end + 1 && !is_joined(scene, cue))
            .filter(|cue| !is_of_part(scene, cue))
            .filter(|cue| !is_later(scene, cue, direct_before))
            .or(before)
            .or(direct_after)
            .or(after.filter(|_| !is_present(scene, count))),
    };
    // A day beyond the list that a count stands in speaks of something else.
    let near = if is_listed_on(scene, counts, at) {
        let mut rest = count.tokens.end..end;
        rest.find(|&at| scene.is_mark(at)).unwrap_or(end)
    } else {
        end
    };
    if cue.is_none() && (is_ahead(scene, count, start..near) || is_asked(scene, &sentence)) {
        return Verdict::Status(Planned);
    }
    if cue.is_none() && is_asked_of_past(scene, count, &sentence) {
        return Verdict::Status(Performed);
    }
    cue.map_or(Verdict::Unsaid, |cue| {
        let kept = cue.tokens.start == count.tokens.end && is_kept(scene, cue, end);
        Verdict::Status(if kept { Performed } else { status(scene, cue) })
    })
}

/// "a délivré 9.200 séances": a perfect right before the number, unless of a word or of a wish.
fn is_told(scene: &Scene<'_>, zone: Range<usize>) -> bool {
    const NEAR: usize = 7;
    const VERB: usize = 3;
    let from = zone.start.max(zone.end.saturating_sub(NEAR));
    let verb = (from..zone.end)
        .rev()
        .find(|&at| scene.sign(at, Signs::HAVE).is_some() && !scene.is_broken(at..zone.end));
    let Some(have) = verb else {
        return false;
    };
    let near = have + 1..zone.end.min(have + 1 + VERB);
    let participle = near.clone().find(|&at| scene.is_participle(at));
    participle.is_some_and(|at| {
        let planned = |cue: &Cue| matches!(cue.tells, Tells::Planned | Tells::None);
        scene.sign(at, Signs::WISH).is_none()
            && scene.sign(at, Signs::BREAK).is_none()
            && !scene
                .cues_in(have.saturating_sub(1)..zone.end)
                .iter()
                .any(planned)
    })
}

/// "Quels sont vos objectifs ? Cent vingt greffes": the answer to what is aimed at.
fn is_asked(scene: &Scene<'_>, sentence: &Range<usize>) -> bool {
    let mut before = scene.sentence_before(sentence);
    before.end == sentence.start
        && matches!(scene.passage.folded(before.end - 1), "?" | "؟")
        && before.any(|at| scene.sign(at, Signs::TARGET).is_some())
}

/// "وكم كان العدد في 2023؟ أقل من ألفين": the answer to what was.
fn is_asked_of_past(scene: &Scene<'_>, count: &Count<'_>, sentence: &Range<usize>) -> bool {
    const OPENING: usize = 3;
    let question = scene.sentence_before(sentence);
    question.end == sentence.start
        && scene.passage.text.lang == Lang::Ar
        && count.number.start <= sentence.start + OPENING
        && matches!(scene.passage.folded(question.end - 1), "?" | "؟")
        && scene
            .cues_in(question)
            .iter()
            .any(|cue| cue.tells == Tells::Done)
}

/// "3.000 coloscopies dès 2025", "30 greffes, en juin prochain": a date beside a count that lies ahead of the
/// article, and in no clause of its own.
fn is_ahead(scene: &Scene<'_>, count: &Count<'_>, zone: Range<usize>) -> bool {
    const BESIDE: usize = 3;
    let dates = scene.passage.dates_in(zone).iter();
    dates.filter(|date| date.ahead).any(|date| {
        let gap = count.tokens.end.min(date.tokens.start)..date.tokens.start;
        let mark = gap.clone().rev().find(|&at| scene.is_mark(at));
        mark.is_none_or(|mark| mark + BESIDE >= gap.end)
    })
}

/// "يطمح إلى 100 عملية بعد أن أنجز 37": a clause of what was done behind what is planned.
fn is_later(scene: &Scene<'_>, cue: &Cue, before: Option<&Cue>) -> bool {
    let planned = before.is_some_and(|before| before.tells == Tells::Planned);
    let clause = scene.sign(cue.tokens.start, Signs::CONTRAST).is_some() || cue.tokens.len() > 1;
    planned && clause && cue.tells == Tells::Done
}

/// "550 عملية استعجالية و818 مبرمجة": elective beside urgent, which says nothing of when.
fn is_elective(scene: &Scene<'_>, counts: &[Count<'_>], at: usize, cue: &Cue) -> bool {
    const REACH: usize = 6;
    let count = &counts[at];
    let adjective = cue.tokens.start == count.tokens.end
        && scene.sign(cue.tokens.start, Signs::ADJECTIVE).is_some();
    let sentence = scene.sentence(count.tokens.start);
    let from = at
        .checked_sub(1)
        .map_or(count.tokens.start, |before| counts[before].tokens.start);
    let to = counts
        .get(at + 1)
        .map_or(cue.tokens.end, |next| next.tokens.end);
    let mut near = from.max(sentence.start)..sentence.end.min(to + REACH);
    adjective
        && scene.passage.text.lang == Lang::Ar
        && near.any(|at| scene.sign(at, Signs::URGENT).is_some())
}

/// "كانت أربعون مبرمجة وثمان استعجالية": which acts they were, as those beside them were urgent.
fn is_of_urgent(scene: &Scene<'_>, cue: &Cue) -> bool {
    const REACH: usize = 10;
    let at = cue.tokens.start;
    let sentence = scene.sentence(at);
    let mut near = sentence.start.max(at.saturating_sub(REACH))..sentence.end.min(at + REACH);
    scene.passage.text.lang == Lang::Ar
        && scene.sign(at, Signs::ADJECTIVE).is_some()
        && near.any(|at| scene.sign(at, Signs::URGENT).is_some())
}

/// A negation and a word that makes it a small number.
fn is_only(scene: &Scene<'_>, count: &Count<'_>, zone: &Range<usize>) -> bool {
    let before = scene.cues_in(zone.start..count.number.start);
    scene.sign_before(count.number.start, Signs::ONLY, 4)
        && before.last().is_some_and(|cue| cue.tells == Tells::None)
}

/// "تجري المصلحة 40 عملية في الأسبوع": a verb of the present right before the count tells what is done there.
fn is_present(scene: &Scene<'_>, count: &Count<'_>) -> bool {
    const NEAR: usize = 8;
    let number = count.number.start;
    (number.saturating_sub(NEAR)..number)
        .any(|at| scene.sign(at, Signs::VERB).is_some() && !scene.is_broken(at..number))
}

/// Whether what was planned is said to be done: "les 35 interventions programmées ont toutes été effectuées".
fn is_kept(scene: &Scene<'_>, cue: &Cue, end: usize) -> bool {
    const REACH: usize = 5;
    let rest = cue.tokens.end..end.min(cue.tokens.end + REACH);
    let verb = scene.cues_in(rest).first();
    scene.passage.text.lang == Lang::Fr
        && cue.tells == Tells::Planned
        && verb.is_some_and(|verb| {
            scene.sign(verb.tokens.start, Signs::AUXILIARY).is_some()
                && is_direct(scene, cue.tokens.end..verb.tokens.start, REACH)
        })
}

/// Whether a count goes on the list of the count before it: "30 opérations et 45 consultations".
fn is_listed_on(scene: &Scene<'_>, counts: &[Count<'_>], at: usize) -> bool {
    const NEAR: usize = 4;
    const ALSO: usize = 8;
    let start = counts[at].tokens.start;
    at.checked_sub(1).is_some_and(|before| {
        let end = counts[before].tokens.end;
        // "40 greffes sont programmées, ainsi qu'une centaine de poses"
        let also = (end..start).any(|at| scene.sign(at, Signs::ALSO).is_some());
        scene.sentence(start).contains(&counts[before].tokens.start)
            && start.saturating_sub(end) <= if also { ALSO } else { NEAR }
            && !(end..start).any(|at| is_semicolon(scene, at))
    })
}

/// Whether a colon parts a cue from a count that follows it.
fn is_announced(scene: &Scene<'_>, mut gap: Range<usize>) -> bool {
    gap.any(|at| scene.passage.folded(at) == ":")
}

/// The verb behind a list whose subject the list is: "1.600 consultations et 40 greffes sont au calendrier".
fn closing<'s>(scene: &'s Scene<'_>, counts: &[Count<'_>], at: usize) -> Option<&'s Cue> {
    const ASIDE: usize = 12;
    let mut last = at;
    while last + 1 < counts.len() && is_listed_on(scene, counts, last + 1) {
        last += 1;
    }
    let start = counts[last].tokens.end;
    let sentence = scene.sentence(start.saturating_sub(1));
    let end = counts
        .get(last + 1)
        .map_or(sentence.end, |next| next.tokens.start.min(sentence.end));
    first_after(scene, start..end.min(start + ASIDE)).filter(|cue| {
        let gap = start..cue.tokens.start;
        !scene.is_broken(gap.clone()) || is_enclosed(scene, &gap)
    })
}

/// Whether all marks of a stretch are the two commas of an aside.
fn is_enclosed(scene: &Scene<'_>, gap: &Range<usize>) -> bool {
    let comma = |at: usize| matches!(scene.passage.folded(at), "," | "،");
    let mut marks = gap.clone().filter(|&at| scene.is_mark(at));
    marks.clone().count() == 2 && marks.all(comma)
}

/// The other side of a comparison was done, unless it is said to have been planned: "au lieu des 200 prévues", or is
/// what it is to become: "ambitionne de passer de 25 à 40 greffes".
fn contrasted(scene: &Scene<'_>, count: &Count<'_>, start: usize) -> OperationStatus {
    let planned = |cue: &Cue| cue.tells == Tells::Planned;
    let grows =
        count.max.is_some() && last_before(scene, start..count.number.start).is_some_and(planned);
    let beside = scene.cues_in(count.tokens.end..count.tokens.end + 2);
    if grows || beside.iter().any(planned) {
        Planned
    } else {
        Performed
    }
}

/// Whether و joins a cue to what stands before it.
pub(super) fn is_joined(scene: &Scene<'_>, cue: &Cue) -> bool {
    let at = cue.tokens.start;
    // "وجهت" begins with a و of its own.
    let mut own = scene.words(at).filter(|(end, _, _)| *end == cue.tokens.end);
    scene.passage.folded(at).starts_with(clitic::AND)
        && own.all(|(_, clitics, _)| clitics.has(Clitics::AND))
}

/// "برمجت 212 عملية أنجزت منها 187": what was done to the part that follows.
fn is_of_part(scene: &Scene<'_>, cue: &Cue) -> bool {
    scene.sign(cue.tokens.end, Signs::PART).is_some()
}

/// A cue that no mark and no other clause parts from the count.
pub(super) fn is_direct(scene: &Scene<'_>, mut gap: Range<usize>, reach: usize) -> bool {
    gap.len() <= reach
        && !scene.is_broken(gap.clone())
        && !gap.any(|at| scene.sign(at, Signs::BREAK).is_some())
}

/// The verb that tells what was done to those counted says when: "seront opérés", "opérera".
fn of_predicate(scene: &Scene<'_>, act: &Range<usize>) -> Option<OperationStatus> {
    let near = scene.cues_in(act.start.saturating_sub(4)..act.end);
    let own = || {
        near.iter()
            .filter(|cue| !scene.is_broken(cue.tokens.start..act.start))
    };
    if own().any(|cue| cue.tells == Tells::Planned) {
        return Some(Planned);
    }
    own()
        .any(|cue| cue.tells == Tells::Done)
        .then_some(Performed)
}

pub(super) fn is_semicolon(scene: &Scene<'_>, at: usize) -> bool {
    matches!(scene.passage.folded(at), ";" | "؛")
}

fn last_before<'s>(scene: &'s Scene<'_>, zone: Range<usize>) -> Option<&'s Cue> {
    let start = zone
        .clone()
        .rev()
        .find(|&at| is_semicolon(scene, at))
        .unwrap_or(zone.start);
    scene
        .cues_in(start..zone.end)
        .iter()
        .rev()
        .find(|cue| cue.tells != Tells::None && !is_unmeant(scene, cue))
}

/// "لم يكن أحد يراهن على استمرارها": a plan that is denied.
fn is_unmeant(scene: &Scene<'_>, cue: &Cue) -> bool {
    const NEAR: usize = 3;
    let start = cue.tokens.start;
    let mut before = scene.cues_in(start.saturating_sub(NEAR)..start).iter();
    cue.tells == Tells::Planned
        && scene.passage.text.lang == Lang::Ar
        && before.any(|cue| cue.tells == Tells::None && !scene.is_broken(cue.tokens.end..start))
}

fn first_after<'s>(scene: &'s Scene<'_>, mut zone: Range<usize>) -> Option<&'s Cue> {
    let end = zone
        .clone()
        .find(|&at| is_semicolon(scene, at))
        .unwrap_or(zone.end);
    zone.end = end;
    scene
        .cues_in(zone)
        .iter()
        .find(|cue| cue.tells != Tells::None && !is_unmeant(scene, cue))
}

/// Whether an auxiliary stands right behind a target that is its subject: "l'objectif était de".
fn is_target(scene: &Scene<'_>, cue: &Cue) -> bool {
    const REACH: usize = 8;
    let from = cue.tokens.start.saturating_sub(REACH);
    let beside = |at: usize| {
        scene.sign(at, Signs::TARGET).is_some() && !scene.is_broken(at..cue.tokens.start)
    };
    scene.sign(cue.tokens.start, Signs::AUXILIARY).is_some() && (from..cue.tokens.start).any(beside)
}

/// "تشرع مصلحة طب العيون بالمستشفى الجامعي في زرع 15 قرنية": the verb before a long subject says when.
fn is_begun(scene: &Scene<'_>, cue: &Cue) -> bool {
    const REACH: usize = 14;
    let start = cue.tokens.start;
    let from = scene.sentence(start).start.max(start.saturating_sub(REACH));
    let before = scene.cues_in(from..start).last();
    scene.passage.text.lang == Lang::Ar
        && before.is_some_and(|before| {
            let gap = before.tokens.end..start;
            before.tells == Tells::Planned
                && (!scene.is_broken(gap.clone()) || is_enclosed(scene, &gap))
        })
}

/// A participle is decided by the auxiliary before it.
fn status(scene: &Scene<'_>, cue: &Cue) -> OperationStatus {
    let near = scene.cues_in(cue.tokens.start.saturating_sub(4)..cue.tokens.start);
    // "ont été programmées": what stands behind the auxiliaries.
    let next = scene.cues_in(cue.tokens.end..cue.tokens.end + 3);
    let auxiliary = |cue: &&Cue| scene.sign(cue.tokens.start, Signs::AUXILIARY).is_some();
    let next = next.iter().find(|cue| !auxiliary(cue));
    match cue.tells {
        // "étaient programmées": the participle says more than its auxiliary.
        Tells::Done
            if next.is_some_and(|cue| {
                cue.tells == Tells::Planned && !is_joined(scene, cue) && !is_of_urgent(scene, cue)
            }) =>
        {
            Planned
        }
        Tells::Done if is_target(scene, cue) => Planned,
        // "ويتوقع أن تبلغ الحصيلة خمسين"
        Tells::Done
            if scene.sign(cue.tokens.start, Signs::TALLY).is_some() && is_begun(scene, cue) =>
        {
            Planned
        }
        Tells::Planned => Planned,
        Tells::Acted if near.iter().any(|cue| cue.tells == Tells::Planned) => Planned,
        Tells::Acted if is_begun(scene, cue) => Planned,
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
    let next = (at + 1..counts.len())
        .take_while(within)
        .find(|&next| verdicts[next] != Verdict::Unsaid);
    let listed =
        |a: usize, b: usize| counts[b].tokens.start.saturating_sub(counts[a].tokens.end) <= 4;
    match (before, next) {
        (Some(before), Some(next)) if !listed(before, at) && listed(at, next) => verdicts[next],
        (Some(before), _) => verdicts[before],
        (None, Some(next)) if listed(next - 1, next) => verdicts[next],
        _ => Verdict::Unsaid,
    }
}
