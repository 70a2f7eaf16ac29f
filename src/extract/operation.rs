//! Turns an article's numbers and acts into operation counts: what was counted, whether it was done,
//! where, by whom and when; a count told again is one.

use crate::record::Lang;
use crate::record::fact::{Bound, Evidence, Operation, OperationStatus};
use crate::text::token::Shape;

use super::form::Says;
use super::passage::{Counted, Passage};
use super::resolve::Cast;
use super::vocabulary::Vocabulary;

use count::{Count, Form};
use scene::Scene;
use status::Verdict;
use word::{Signs, Word};

mod apart;
mod count;
mod denied;
mod detail;
mod govern;
mod machine;
mod noun;
mod part;
mod question;
mod row;
mod scene;
mod seen;
mod single;
mod status;
mod sum;
mod tell;
pub(super) mod word;

/// The counts before one among which it may be told again: more than any article tells, so that the worst
/// text costs no more than its length.
const MEMORY: usize = 512;

/// The operation counts of an article, body before title, in order.
pub(super) fn operations(
    passages: [&Passage<'_>; 2],
    cast: &Cast,
    vocabulary: &Vocabulary,
) -> Vec<Operation> {
    let [body, title] = passages;
    let mut scenes = [Scene::new(title, vocabulary), Scene::new(body, vocabulary)];
    admit(&mut scenes);
    let mut told: Vec<Told> = Vec::new();
    // The body first: a title shortens.
    for (number, scene) in scenes.iter().rev().enumerate() {
        let found = read(scene, cast, number);
        told.reserve(found.len());
        for one in found {
            let recent = told.len().saturating_sub(MEMORY);
            let again = |other: &&mut Told| is_again(other, &one);
            match told[recent..].iter_mut().find(again) {
                Some(other) => other.operation.evidence.extend(one.operation.evidence),
                None => told.push(one),
            }
        }
    }
    let told = told.into_iter().map(|told| bounded(told, body));
    told.map(|told| told.operation).collect()
}

/// A count that only the title tells has the bound that the body gives its number: titles shorten.
fn bounded(mut told: Told, body: &Passage<'_>) -> Told {
    let operation = &mut told.operation;
    let same = |number: &&Counted| {
        number.value == operation.count && number.max.is_none() && number.bound != Bound::Exact
    };
    if told.passage == 1
        && operation.bound == Bound::Exact
        && let Some(number) = body.numbers.iter().find(same)
    {
        operation.bound = number.bound;
    }
    told
}

/// An operation with what tells it from another.
#[derive(Debug)]
struct Told {
    operation: Operation,
    passage: usize,
    sentence: usize,
    form: Form,
}

fn read(scene: &Scene<'_>, cast: &Cast, number: usize) -> Vec<Told> {
    let mut counts = count::counts(scene);
    single::add(scene, &mut counts);
    let verdicts = status::verdicts(scene, &counts);
    let mut told = Vec::with_capacity(counts.len());
    for (count, verdict) in counts.iter().zip(verdicts) {
        let status = match verdict {
            Verdict::None => continue,
            Verdict::Status(status) => status,
            Verdict::Unsaid => OperationStatus::Performed,
        };
        let tell = |operation| Told {
            operation,
            passage: number,
            sentence: scene.passage.text.sentence_of(count.tokens.start),
            form: count.form,
        };
        let mut operation = operation(scene, cast, number, count, status);
        // "est passé de 210 à 640" is no range: what was, and what has become of it.
        if let Some(now) = operation.max.filter(|_| is_passage(scene, count)) {
            operation.max = None;
            let mut later = operation.clone();
            later.count = now;
            operation.status = OperationStatus::Performed;
            told.push(tell(operation));
            told.push(tell(later));
        } else {
            told.push(tell(operation));
        }
    }
    told
}

/// Whether the words before a range tell of a growth or a fall.
fn is_passage(scene: &Scene<'_>, count: &Count<'_>) -> bool {
    let before = count.number.start.saturating_sub(3)..count.number.start + 1;
    let mut words = before.filter(|&at| {
        scene
            .sign(at, Signs::CONTRAST.with(Signs::SHIFT))
            .is_some_and(|end| end >= count.number.start)
    });
    words.next().is_some() || is_shifted(scene, count)
}

/// "تضاعف عدد العمليات من 300 إلى 650": the verb of change stands before what it tells of.
fn is_shifted(scene: &Scene<'_>, count: &Count<'_>) -> bool {
    const REACH: usize = 8;
    let start = count.number.start;
    let from = (start.saturating_sub(1)..=start).find(|&at| scene.passage.says(at, Says::From));
    let Some(from) = from.filter(|_| scene.passage.text.lang == Lang::Ar) else {
        return false;
    };
    let first = scene.sentence(start).start.max(from.saturating_sub(REACH));
    (first..from).any(|at| scene.sign(at, Signs::SHIFT).is_some() && !scene.is_broken(at..from))
}

fn operation(
    scene: &Scene<'_>,
    cast: &Cast,
    number: usize,
    count: &Count<'_>,
    status: OperationStatus,
) -> Operation {
    let form = match count.form {
        Form::Counted => "counted",
        Form::Persons => "persons",
        Form::Part => "part",
        Form::Dual => "dual",
        Form::First => "first",
        Form::Single => "single",
    };
    let lang = scene.passage.text.lang.code();
    let rule = [lang, ".operation.", form].concat();
    let predicate = count.predicate.map(|act| &scene.acts[act].tokens);
    let spans = std::iter::once(&count.tokens).chain(predicate);
    let evidence = spans.map(|tokens| Evidence {
        rule: rule.clone(),
        span: scene.passage.span(tokens.clone()),
    });
    let (facility, team) = detail::places(scene, cast, number, count);
    Operation {
        count: count.value,
        max: count.max,
        bound: count.bound,
        procedure: count.procedure,
        specialty: count.specialty.map(str::to_owned),
        status,
        facility,
        team,
        date: detail::date(scene, count),
        evidence: evidence.collect(),
    }
}

/// Whether a count is one that was told before: in the body for a title, or the same large number of the
/// same acts elsewhere in the body.
fn is_again(known: &Told, again: &Told) -> bool {
    const LARGE: u64 = 10;
    let (a, b) = (&known.operation, &again.operation);
    let same = a.count == b.count && a.procedure == b.procedure;
    let fields = a.specialty.is_none() || b.specialty.is_none() || a.specialty == b.specialty;
    let elsewhere = known.passage != again.passage || known.sentence != again.sentence;
    let single = |told: &Told| matches!(told.form, Form::First | Form::Single);
    let reported = single(known) && single(again) && known.form != again.form && fields;
    same && (elsewhere || reported)
        && (reported
            || known.passage != again.passage
            || a.count >= LARGE && fields && a.status == b.status
            || single(known) && single(again) && (fields || known.form != again.form))
}

/// Decides for every act that a word alone does not make medical ("opération", تدخل) whether the article
/// speaks of medicine there: an act of police stays one until an act of medicine is named.
fn admit(scenes: &mut [Scene<'_>; 2]) {
    let hospital = |class: &str| {
        matches!(
            class,
            "hospital" | "university_hospital" | "specialised_hospital" | "clinic"
        )
    };
    let clinical = scenes.iter().any(|scene| {
        scene.acts.iter().any(|act| act.medical)
            || scene
                .passage
                .organisations
                .iter()
                .any(|o| hospital(&o.class))
    });
    let foreign = |scene: &Scene<'_>| {
        let mut tokens = 0..scene.passage.text.tokens.len();
        tokens.any(|at| scene.sign(at, Signs::GUARD).is_some())
    };
    let medical = clinical || !scenes.iter().any(foreign);
    for scene in scenes.iter_mut() {
        scene.clinical = clinical;
    }
    let mut guarded = false;
    for scene in scenes {
        for at in 0..scene.acts.len() {
            let act = &scene.acts[at];
            let admitted = if act.medical {
                guarded = false;
                true
            } else {
                guarded = is_guarded(scene, act.tokens.start)
                    || guarded && !is_clinical(scene, act.tokens.start);
                medical && !guarded
            };
            scene.acts[at].admitted = admitted;
        }
    }
}

/// Whether the sentence of an act tells of another trade and of nothing medical.
fn is_guarded(scene: &Scene<'_>, token: usize) -> bool {
    let sentence = scene.sentence(token);
    sentence
        .clone()
        .any(|at| scene.sign(at, Signs::GUARD).is_some())
        && !is_clinical(scene, token)
}

/// Whether the sentence names a field of medicine or an act that is none but medical.
fn is_clinical(scene: &Scene<'_>, token: usize) -> bool {
    let sentence = scene.sentence(token);
    scene
        .acts_in(sentence.clone())
        .any(|act| scene.acts[act].medical)
        || sentence.clone().any(|at| {
            !scene.passage.has(at, Shape::PUNCT)
                && !scene.is_inside_phrase(at)
                && scene
                    .words(at)
                    .any(|(_, _, word)| matches!(word, Word::Field(id) if &**id != "laboratory"))
        })
}
