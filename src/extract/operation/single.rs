//! Finds the acts that are counted without a number: the Arabic dual, the first of its kind, and the one
//! that is reported.

use crate::record::Lang;
use crate::record::fact::{Bound, Procedure};
use crate::rules::lexicon::Clitics;
use crate::text::clitic;

use super::super::form::Says;
use super::count::{Count, Form};
use super::noun::is_bare;
use super::scene::{Named, Scene};
use super::tell::{Cue, Tells};
use super::word::{Signs, Word};

/// Adds the acts that stand without a number to the counts of a passage.
pub(super) fn add<'a>(scene: &Scene<'a>, counts: &mut Vec<Count<'a>>) {
    let mut taken = vec![false; scene.acts.len()];
    for count in counts.iter() {
        for act in scene.acts_in(count.tokens.clone()).chain(count.predicate) {
            taken[act] = true;
        }
    }
    let singles: Vec<_> = scene
        .acts
        .iter()
        .zip(taken)
        .filter(|(act, taken)| {
            let vague = act.traits.any(Signs::WEAK) && !act.medical;
            let told = !vague || scene.clinical && act.procedure == Procedure::Surgery;
            act.admitted && told && !act.traits.any(Signs::VERB.with(Signs::MACHINE)) && !taken
        })
        .filter_map(|(act, _)| single(scene, act).or_else(|| pair(scene, act)))
        .collect();
    let parts: Vec<_> = (0..counts.len())
        .filter_map(|at| one_of(scene, counts, at))
        .filter(|part| {
            singles.iter().all(|single| {
                single.tokens.end <= part.tokens.start || single.tokens.start >= part.tokens.end
            })
        })
        .collect();
    counts.extend(singles);
    counts.extend(parts);
    counts.sort_by_key(|count| count.tokens.start);
}

/// "645 greffes, dont une sur un enfant", "30 opérations, dont un pontage": a single one of those counted right before.
fn one_of<'a>(scene: &Scene<'a>, counts: &[Count<'a>], at: usize) -> Option<Count<'a>> {
    const REACH: usize = 12;
    let whole = &counts[at];
    let end = whole.tokens.end;
    let sentence = scene.sentence(whole.tokens.start).end;
    let next = counts
        .get(at + 1)
        .map_or(sentence, |next| next.tokens.start);
    let limit = sentence.min(next).min(end + REACH);
    let part = (end..limit).find_map(|at| scene.sign(at, Signs::PART))?;
    let after = scene.sign(part, Signs::ONE).filter(|_| part < limit)?;
    // "36.500 séances, sur trois accélérateurs dont un"
    if (end..part).any(|at| scene.number_at(at).is_some()) {
        return None;
    }
    let act = scene.act_at(after).map(|act| &scene.acts[act]);
    let act = act.filter(|act| act.admitted && !act.contained);
    (act.is_some() || is_bare(scene, after, sentence)).then(|| Count {
        tokens: part..act.map_or(after, |act| act.tokens.end),
        number: part..after,
        procedure: act.map_or(whole.procedure, |act| act.procedure),
        specialty: act.map_or(whole.specialty, |act| act.specialty),
        value: 1,
        max: None,
        bound: Bound::Exact,
        predicate: None,
        whole: None,
        form: Form::Part,
        done: false,
    })
}

fn single<'a>(scene: &Scene<'a>, act: &Named<'a>) -> Option<Count<'a>> {
    let (value, form, start, end) = if act.traits.any(Signs::DUAL) {
        (!act.clitics.has(Clitics::THE)).then_some((
            2,
            Form::Dual,
            act.tokens.start,
            act.tokens.end,
        ))?
    } else if let Some(start) = first(scene, act) {
        (1, Form::First, start, act.tokens.end)
    } else if let Some((start, value)) = nth(scene, act) {
        (value, Form::First, start, act.tokens.end)
    } else {
        let (start, end) = one(scene, act)?;
        (1, Form::Single, start, end)
    };
    Some(Count {
        tokens: start..end,
        number: start..end,
        value,
        max: None,
        bound: Bound::Exact,
        procedure: act.procedure,
        specialty: act.specialty,
        predicate: None,
        whole: None,
        form,
        done: false,
    })
}

/// "خضع مريضان لعملية", "أجريت العملية لطفلين": two of those who had an act, by the form of the word.
fn pair<'a>(scene: &Scene<'a>, act: &Named<'a>) -> Option<Count<'a>> {
    const NEAR: usize = 4;
    const BESIDE: usize = 2;
    if scene.passage.text.lang == Lang::Fr || act.contained {
        return None;
    }
    let two = |at: usize| {
        scene.words(at).find_map(|(end, clitics, word)| match word {
            Word::Bearer(bearer) if bearer.dual => Some((end, clitics)),
            _ => None,
        })
    };
    let named = &act.tokens;
    let sentence = scene.sentence(named.start);
    let from = sentence.start.max(named.start.saturating_sub(NEAR));
    let led = act.clitics.has(Clitics::TO)
        || named.start > 0 && scene.passage.says(named.start - 1, Says::From);
    let before = (from..named.start).find_map(|at| {
        let (end, _) = two(at).filter(|_| led)?;
        let had = scene.sign_before(at, Signs::RECEIVE, BESIDE);
        (had && !scene.is_broken(at..named.start)).then_some(at..end)
    });
    let after = || {
        (named.end..sentence.end.min(named.end + NEAR)).find_map(|at| {
            let (end, clitics) = two(at)?;
            let only = scene.sign_before(at, Signs::ONLY, 1);
            let whose =
                clitics.has(Clitics::TO) || only || scene.sign_before(at, Signs::FOR, BESIDE);
            let told = only || !scene.cues_in(from..named.start).is_empty();
            (whose && told && !scene.is_broken(named.end..at)).then_some(at..end)
        })
    };
    let tokens = before.or_else(after)?;
    Some(Count {
        number: tokens.clone(),
        tokens,
        value: 2,
        max: None,
        bound: Bound::Exact,
        procedure: act.procedure,
        specialty: act.specialty,
        predicate: scene.act_at(named.start),
        whole: None,
        form: Form::Persons,
        done: false,
    })
}

/// "la première greffe", أول عملية: the token where it begins. "les premières séances" are many.
fn first(scene: &Scene<'_>, act: &Named<'_>) -> Option<usize> {
    let before = act.tokens.start.checked_sub(1)?;
    scene
        .words(before)
        .any(|(end, clitics, word)| {
            let is_first = matches!(word, Word::Sign(signs) if signs.any(Signs::FIRST));
            is_first
                && end == act.tokens.start
                && !clitics.has(Clitics::PLURAL)
                && !act.clitics.has(Clitics::THE)
                // "القاعة الأولى لجراحة العظام": the room is the first.
                && !clitics.has(Clitics::THE)
                && !act.clitics.has(Clitics::TO)
                && !is_plural(scene, act)
        })
        .then_some(before)
        .filter(|_| !act.contained)
}

/// "أولى عمليات الزرع" are many.
fn is_plural(scene: &Scene<'_>, act: &Named<'_>) -> bool {
    scene.passage.text.lang == Lang::Ar && scene.passage.ends_as(act.tokens.start, Says::Plural)
}

/// "sa 50e greffe": as many as there have been. A small place says of a series, and not how many there are.
fn nth(scene: &Scene<'_>, act: &Named<'_>) -> Option<(usize, u64)> {
    const MANY: u64 = 10;
    let before = act.tokens.start.checked_sub(1)?;
    let forms = scene.passage.vocabulary.forms();
    let digits = forms.without_ending(Says::Ordinal, scene.passage.folded(before))?;
    let value: u64 = digits.parse().ok()?;
    // "son 1 450e": the thousands stand apart.
    let thousands = before.checked_sub(1).filter(|_| digits.len() == 3);
    let thousands =
        thousands.and_then(|at| Some((at, scene.passage.folded(at).parse::<u64>().ok()?)));
    let (start, value) = match thousands.filter(|(_, thousands)| *thousands < 1000) {
        Some((at, thousands)) => (at, thousands * 1000 + value),
        None => (before, value),
    };
    (value >= MANY && !act.contained).then_some((start, value))
}

/// "une opération a été réalisée", عملية واحدة: only where it is told as done or to be done.
fn one(scene: &Scene<'_>, act: &Named<'_>) -> Option<(usize, usize)> {
    if scene.passage.text.lang == Lang::Ar {
        let next = act.tokens.end;
        // "نقاط التلقيح بممرض واحد" counts nurses.
        let other = scene
            .passage
            .folded(next)
            .starts_with([clitic::IN, clitic::TO, clitic::AND]);
        let reach = if other { 1 } else { 2 };
        let told = (next..next + reach).find(|&at| scene.sign(at, Signs::ONE).is_some())?;
        // "تكلف العملية الواحدة" tells what each costs.
        if scene.passage.folded(told).starts_with(clitic::THE) {
            return None;
        }
        let end = scene.sign(told, Signs::ONE)?;
        // "بلغ عدد العمليات واحدا وثمانين" is a part of the number.
        let number = scene.number_at(told);
        if number.is_some_and(|number| number.value > 1) {
            return None;
        }
        return (!act.contained).then_some((act.tokens.start, end));
    }
    let before = act.tokens.start.checked_sub(1)?;
    let article = scene
        .sign(before, Signs::ONE)
        .is_some_and(|end| end == act.tokens.start);
    (article && !act.contained && is_reported(scene, act, before))
        .then_some((before, act.tokens.end))
}

/// Whether a verb tells of the act: a participle after it, or an active verb right before it.
fn is_reported(scene: &Scene<'_>, act: &Named<'_>, before: usize) -> bool {
    const REACH: usize = 16;
    let sentence = scene.sentence(before);
    if is_joined(scene, sentence.start, before) {
        return true;
    }
    let after = act.tokens.end..sentence.end.min(act.tokens.end + REACH);
    let lead = before.saturating_sub(4).max(sentence.start)..before;
    let passive = |cue: &Cue| cue.tells == Tells::Acted && is_passive(scene, cue.tokens.start);
    let active =
        |cue: &Cue| cue.tells == Tells::Acted || cue.tells == Tells::Done && cue.tokens.len() > 1;
    scene.cues_in(after).iter().any(passive) || scene.cues_in(lead).iter().any(active)
}

/// "une greffe cardiaque a été réalisée à Tunis, et une greffe du foie à Sousse": the second in a list whose
/// first one is told as done.
fn is_joined(scene: &Scene<'_>, start: usize, article: usize) -> bool {
    let Some(and) = article.checked_sub(1) else {
        return false;
    };
    let listed =
        scene.passage.says(and, Says::And) || matches!(scene.passage.folded(and), "," | ";");
    let first = scene
        .acts_in(start..article)
        .filter_map(|at| {
            let act = &scene.acts[at];
            let before = act.tokens.start.checked_sub(1)?;
            let one = scene.sign(before, Signs::ONE) == Some(act.tokens.start);
            (one && !act.contained).then_some(act.tokens.end)
        })
        .next_back();
    listed
        && first.is_some_and(|end| {
            let between = scene.cues_in(end..article);
            between
                .iter()
                .any(|cue| cue.tells == Tells::Acted && is_passive(scene, cue.tokens.start))
        })
}

/// Whether an auxiliary stands before a participle: "a été réalisée", "sera pratiquée".
fn is_passive(scene: &Scene<'_>, participle: usize) -> bool {
    let near = scene.cues_in(participle.saturating_sub(4)..participle);
    near.iter()
        .any(|cue| matches!(cue.tells, Tells::Done | Tells::Planned))
}
