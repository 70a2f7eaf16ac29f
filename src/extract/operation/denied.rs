//! Says which counts are of acts that were not done: put off, denied, or still waited for.

use std::ops::Range;

use crate::record::Lang;
use crate::record::fact::Bound;

use super::super::passage::Counted;
use super::count::{Count, Form};
use super::scene::Scene;
use super::status::{is_direct, is_joined, is_semicolon};
use super::tell::{Cue, Tells};
use super::word::Signs;

/// Whether a cue right beside the number, or between it and its act, tells of no act.
pub(super) fn is_none(scene: &Scene<'_>, count: &Count<'_>, zone: &Range<usize>) -> bool {
    if scene.sign_before(count.number.start, Signs::ONLY, 4) {
        return false;
    }
    is_denied(scene, count, zone) || is_dropped(scene, count, zone)
}

/// "n'ont pu être", لم يتمكن … من: the last cue before the number.
fn is_denied(scene: &Scene<'_>, count: &Count<'_>, zone: &Range<usize>) -> bool {
    const REACH: usize = 7;
    const BESIDE: usize = 3;
    let number = count.number.start;
    if count.bound == Bound::Max {
        return false;
    }
    // "ينتظر 12 مريضا إجراء عملية": those who wait.
    let beside = scene.cues_in(number.saturating_sub(BESIDE)..number);
    let awaits = |cue: &Cue| {
        cue.tells == Tells::Planned && scene.sign(cue.tokens.start, Signs::PEOPLE).is_some()
    };
    let right_before = |cue: &Cue| cue.tokens.end == number && awaits(cue);
    if count.form == Form::Persons && beside.last().is_some_and(right_before) {
        return true;
    }
    let before = scene.cues_in(zone.start.max(number.saturating_sub(REACH))..number);
    before.last().is_some_and(|cue| {
        // "تسجيل 300 ولادة" tells of births, "تسجيل 300 مريض" of a list.
        let people = scene.sign(cue.tokens.start, Signs::PEOPLE).is_some();
        cue.tells == Tells::None
            && !(people && count.form == Form::Counted)
            && (is_direct(scene, cue.tokens.end..number, REACH)
                || people && !scene.is_broken(cue.tokens.end..number))
    })
}

/// "لا يجري في العادة أكثر من 15 عملية": a negation makes of more at most.
pub(super) fn is_never_more(scene: &Scene<'_>, number: &Counted) -> bool {
    const REACH: usize = 9;
    let start = number.tokens.start;
    let cues = scene.cues_in(start.saturating_sub(REACH)..start);
    let denied = |cue: &Cue| {
        let negated =
            cue.tells == Tells::None && scene.sign(cue.tokens.start, Signs::NEVER).is_some();
        negated && !scene.is_broken(cue.tokens.end..start)
    };
    cues.last().is_some_and(denied)
}

/// "huit autres adressés à Annaba", "25 interventions, prévues en mars, ont été reportées": a cue after
/// the count, or on the way to the act that is told of those counted.
fn is_dropped(scene: &Scene<'_>, count: &Count<'_>, zone: &Range<usize>) -> bool {
    const ASIDE: usize = 10;
    const NEXT: usize = 3;
    const REACH: usize = 4;
    let end = count.tokens.end;
    let beside = if scene.passage.text.lang == Lang::Fr {
        5
    } else {
        1
    };
    let reach = count
        .predicate
        .map(|act| &scene.acts[act].tokens)
        .filter(|act| act.start >= end)
        .map_or(zone.end.min(end + beside), |act| act.end);
    // "Dix malades venus de Mateur et de Sejnane n'ont pu être opérés"
    let verb = count.predicate.map(|act| &scene.acts[act].tokens);
    let denied = verb.filter(|act| act.start >= end).is_some_and(|act| {
        let before = scene.cues_in(act.start.saturating_sub(REACH)..act.start);
        let none = |cue: &Cue| cue.tells == Tells::None && cue.tokens.start >= end;
        let direct = |cue: &&Cue| none(cue) && is_direct(scene, cue.tokens.end..act.start, REACH);
        scene.passage.text.lang == Lang::Fr && before.iter().rfind(direct).is_some()
    });
    if denied {
        return true;
    }
    scene.cues_in(end..zone.end.max(reach)).iter().any(|cue| {
        let gap = end..cue.tokens.start;
        let clause = |at: usize| scene.sign(at, Signs::BREAK).is_some();
        let near = cue.tokens.start < reach
            && !scene.is_broken(gap.clone())
            && (gap.len() < NEXT || !gap.clone().any(clause));
        // "سيستفيد 40 شخصا مسجلين بقائمة الانتظار من عملية": what they wait for is told before.
        let awaited = scene.sign(cue.tokens.start, Signs::PEOPLE).is_some()
            && scene
                .cues_in(count.number.start.saturating_sub(REACH)..count.number.start)
                .last()
                .is_some_and(|cue| cue.tells != Tells::None);
        cue.tells == Tells::None
            && !awaited
            && !is_joined(scene, cue)
            && !is_fixed(scene, cue.tokens.end..zone.end)
            && (near || gap.len() <= ASIDE && scene.is_aside(&gap))
    })
}

/// Whether those who wait have a day: "trente autres attendent leur tour, inscrites au programme d'avril".
fn is_fixed(scene: &Scene<'_>, mut rest: Range<usize>) -> bool {
    const REACH: usize = 8;
    rest.end = rest.end.min(rest.start + REACH);
    let end = rest
        .clone()
        .find(|&at| is_semicolon(scene, at))
        .unwrap_or(rest.end);
    (rest.start..end).any(|at| scene.sign(at, Signs::FIXED).is_some())
}
