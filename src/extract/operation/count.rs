//! Says which numbers of a passage count medical acts, and acts of which class: by the noun that they
//! stand before, by what was done to the people that they count, or, without a noun, by the count before.

use std::ops::Range;

use crate::record::Lang;
use crate::record::fact::{Bound, Procedure};
use crate::rules::lexicon::Clitics;

use super::super::passage::Counted;
use super::scene::{Named, Scene};
use super::word::{BearerKind, Signs};

/// A count of acts.
#[derive(Debug, Clone)]
pub(super) struct Count<'a> {
    /// The number and its noun.
    pub(super) tokens: Range<usize>,
    /// The tokens of the number, or of the dual.
    pub(super) number: Range<usize>,
    pub(super) value: u64,
    pub(super) max: Option<u64>,
    pub(super) bound: Bound,
    pub(super) procedure: Procedure,
    pub(super) specialty: Option<&'a str>,
    /// The act that says the class, where it stands apart from the number.
    pub(super) predicate: Option<usize>,
    /// The position of the count that this is a part of.
    pub(super) whole: Option<usize>,
    pub(super) form: Form,
    /// Told by a participle: "les 90 vus en consultation".
    pub(super) done: bool,
}

/// How a count is told; the last word of the rule in its evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// "43 interventions".
    Counted,
    /// "18 patientes opérées".
    Persons,
    /// "dont 21 à Kasr Chellala".
    Part,
    /// عمليتين.
    Dual,
    /// "la première greffe".
    First,
    /// "une opération a été réalisée".
    Single,
}

/// What stands after a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Noun {
    /// An act, by its position.
    Act(usize),
    /// Those to whom it is done, up to a token.
    Bearer(usize, BearerKind),
    /// No noun.
    Bare,
    /// A noun that no list holds.
    Unknown,
    /// Something else: beds, staff.
    Other,
}

/// Farthest act that tells what was done to those counted, in tokens.
const AFTER: usize = 30;
const BEFORE: usize = 12;

/// Finds the counts of a passage, in order.
pub(super) fn counts<'a>(scene: &Scene<'a>) -> Vec<Count<'a>> {
    let numbers: Vec<&Counted> = scene.passage.numbers.iter().filter(|number| number.value > 1).collect();
    let nouns: Vec<Noun> = numbers.iter().map(|number| noun(scene, number)).collect();
    let taken = nouns.iter().filter_map(|noun| if let Noun::Act(act) = noun { Some(*act) } else { None }).collect();
    let mut counter = Counter { scene, numbers, nouns, taken, counts: Vec::new(), of: Vec::new() };
    for at in 0..counter.numbers.len() {
        let count = counter.count(at);
        counter.of.push(count.is_some().then_some(counter.counts.len()));
        counter.counts.extend(count);
    }
    counter.counts
}

/// What a number counts, by the words after it.
fn noun(scene: &Scene<'_>, number: &Counted) -> Noun {
    const SKIPPED: usize = 5;
    let limit = scene.sentence(number.tokens.start).end;
    let mut at = number.tokens.end;
    while at < limit && at < number.tokens.end + SKIPPED {
        if let Some(act) = scene.act_at(at) {
            return Noun::Act(act);
        }
        if scene.sign(at, Signs::PHRASE).is_some() {
            return Noun::Other;
        }
        if let Some((end, bearer)) = scene.bearer(at) {
            return Noun::Bearer(end, bearer.kind);
        }
        if scene.is_date(at) {
            return Noun::Bare;
        }
        if scene.sign(at, Signs::STAFF).is_some() {
            return Noun::Other;
        }
        match scene.sign(at, Signs::BETWEEN) {
            Some(end) => at = end,
            None => break,
        }
    }
    if is_bare(scene, number.tokens.end, limit) || at > number.tokens.end && is_bare(scene, at, limit) {
        Noun::Bare
    } else {
        Noun::Unknown
    }
}

/// Whether no noun begins at a token: a mark, a preposition, a date, an adjective.
fn is_bare(scene: &Scene<'_>, at: usize, limit: usize) -> bool {
    at >= limit
        || scene.is_mark(at)
        || scene.sign(at, Signs::BARE.with(Signs::ADJECTIVE).with(Signs::PART)).is_some()
        || scene.is_date(at)
        || scene.words(at).any(|(_, clitics, _)| clitics.has(Clitics::TO) || clitics.has(Clitics::IN) || clitics.has(Clitics::AND))
}

struct Counter<'s, 'a> {
    scene: &'s Scene<'a>,
    numbers: Vec<&'a Counted>,
    nouns: Vec<Noun>,
    /// Acts that a number stands before.
    taken: Vec<usize>,
    counts: Vec<Count<'a>>,
    /// The count of each number so far.
    of: Vec<Option<usize>>,
}

impl<'a> Counter<'_, 'a> {
    fn count(&self, at: usize) -> Option<Count<'a>> {
        let number = self.numbers[at];
        match self.nouns[at] {
            Noun::Act(act) => self.counted(number, act),
            Noun::Bearer(end, kind) => self
                .borne(at, end)
                .or_else(|| self.part(at, end).filter(|_| kind != BearerKind::Dose)),
            Noun::Bare => self.governed(at, number.tokens.end).or_else(|| self.part(at, number.tokens.end)),
            Noun::Unknown => self.unknown(at).or_else(|| self.told_part(at)),
            Noun::Other => None,
        }
    }

    fn counted(&self, number: &'a Counted, act: usize) -> Option<Count<'a>> {
        let named = &self.scene.acts[act];
        let sentence = self.scene.sentence(number.tokens.start);
        let often = number.value < 8
            && (number.tokens.end..(named.tokens.end + 3).min(sentence.end)).any(|at| self.scene.sign(at, Signs::FREQUENCY).is_some());
        (named.admitted && number.value >= named.least && !often && !self.is_machine(number, named)).then(|| Count {
            tokens: number.tokens.start..named.tokens.end,
            ..self.of_act(number, act, Form::Counted)
        })
    }

    /// "nous n'avons que deux scanners": few of what may be a machine, with a word of owning.
    fn is_machine(&self, number: &Counted, named: &Named<'_>) -> bool {
        const FEW: u64 = 10;
        let sentence = self.scene.sentence(number.tokens.start);
        let near = sentence.start.max(number.tokens.start.saturating_sub(6))..sentence.end.min(named.tokens.end + 5);
        named.traits.any(Signs::MACHINE) && number.value < FEW && near.into_iter().any(|at| self.scene.sign(at, Signs::OWN).is_some())
    }

    /// The bound of a number, by words too far from it to be part of it: "لم تتعد العمليات التي أجراها … ثمانين".
    fn bound(&self, number: &Counted, end: usize) -> Bound {
        let sentence = self.scene.sentence(number.tokens.start);
        let at = self.numbers.partition_point(|other| other.tokens.start < number.tokens.start);
        let from = at.checked_sub(1).map_or(sentence.start, |before| self.numbers[before].tokens.end.max(sentence.start));
        let to = self.numbers.get(at + 1).map_or(sentence.end, |next| next.tokens.start.min(sentence.end)).min(end + 4);
        let told = (from..number.tokens.start).chain(end..to).any(|at| self.scene.sign(at, Signs::MAX).is_some());
        if number.bound == Bound::Exact && number.max.is_none() && told { Bound::Max } else { number.bound }
    }

    fn of_act(&self, number: &'a Counted, act: usize, form: Form) -> Count<'a> {
        let named = &self.scene.acts[act];
        Count {
            tokens: number.tokens.clone(),
            number: number.tokens.clone(),
            value: number.value,
            max: number.max,
            bound: self.bound(number, named.tokens.end.max(number.tokens.end)),
            procedure: named.procedure,
            specialty: named.specialty,
            predicate: (form != Form::Counted).then_some(act),
            whole: None,
            form,
            done: form == Form::Counted && named.traits.any(Signs::VERB),
        }
    }

    /// People, by what was done to them.
    fn borne(&self, at: usize, end: usize) -> Option<Count<'a>> {
        let act = self.direct(at, 6).or_else(|| self.after(at, end)).or_else(|| self.far(at))?;
        let mut count = self.of_act(self.numbers[at], act, Form::Persons);
        count.tokens.end = end;
        Some(count)
    }

    /// A number without a noun right behind its verb: "et en opéreront six".
    fn governed(&self, at: usize, end: usize) -> Option<Count<'a>> {
        let act = self.direct(at, 3).filter(|&act| self.scene.acts[act].traits.any(Signs::STRONG))?;
        let mut count = self.of_act(self.numbers[at], act, Form::Persons);
        count.tokens.end = end;
        Some(count)
    }

    /// A noun that no list holds counts where a verb that is never said of things governs it.
    fn unknown(&self, at: usize) -> Option<Count<'a>> {
        let number = self.numbers[at];
        let strong = |act: &usize| self.scene.acts[*act].traits.any(Signs::STRONG);
        let act = self.direct(at, 4).filter(strong).or_else(|| {
            let after = self.after(at, number.tokens.end).filter(strong)?;
            let between = number.tokens.end..self.scene.acts[after].tokens.start;
            (between.len() <= 8 && self.scene.acts[after].traits.any(Signs::VERB) && !self.scene.is_broken(between)).then_some(after)
        })?;
        let mut count = self.of_act(number, act, Form::Persons);
        count.tokens.end = (number.tokens.end + 1).min(self.scene.sentence(number.tokens.start).end);
        Some(count)
    }

    /// The first token that may speak of a number: after the number before it, in its sentence.
    fn from(&self, at: usize) -> usize {
        let sentence = self.scene.sentence(self.numbers[at].tokens.start).start;
        at.checked_sub(1).map_or(sentence, |before| self.numbers[before].tokens.end.max(sentence))
    }

    fn is_free(&self, act: usize) -> bool {
        let named = &self.scene.acts[act];
        named.admitted && !self.taken.contains(&act) && !named.contained
    }

    /// The act that governs a number from right before it: "opéré 22 malades", "dépistage de 48.000 personnes".
    fn direct(&self, at: usize, reach: usize) -> Option<usize> {
        let number = self.numbers[at].tokens.start;
        let from = self.from(at).max(number.saturating_sub(reach + 4));
        self.scene.acts_in(from..number).rev().find(|&act| {
            let named = &self.scene.acts[act];
            let gap = named.tokens.end..number;
            let led = named.traits.any(Signs::VERB) || self.leads(&gap);
            let aside = named.traits.any(Signs::VERB) && self.is_aside(&gap);
            self.is_free(act) && gap.len() <= reach && (aside || !self.scene.is_broken(gap.clone())) && led && self.fits(act, number)
        })
    }

    /// Whether nothing but an aside between two commas stands there: "ont vacciné, en 2021, quelque 18.500".
    fn is_aside(&self, gap: &Range<usize>) -> bool {
        let comma = |at: usize| matches!(self.scene.passage.folded(at), "," | "،");
        gap.clone().filter(|&at| self.scene.is_mark(at)).count() == 2 && gap.clone().filter(|&at| comma(at)).count() == 2 && comma(gap.start)
    }

    /// Whether the words between an act and a number bind them: "de", "au profit de", لفائدة, or nothing.
    fn leads(&self, gap: &Range<usize>) -> bool {
        let number = gap.end;
        let first = self.scene.passage.folded(number);
        let clitic = self.scene.passage.text.lang == Lang::Ar && first.starts_with('ل') && gap.len() <= 4;
        clitic
            || self.scene.passage.text.lang == Lang::Ar && gap.len() <= 2
            || self.scene.sign_before(number, Signs::FOR.with(Signs::RECEIVE), 5)
            || gap.len() <= 4 && self.scene.sign(gap.start, Signs::BETWEEN).is_some() && !gap.is_empty()
    }

    /// An act that wants a word before those counted has it.
    fn fits(&self, act: usize, number: usize) -> bool {
        let Some(with) = self.scene.acts[act].with else { return true };
        (number.saturating_sub(4)..number).any(|at| self.scene.passage.folded(at) == with)
    }

    /// The act that a sentence tells of those counted after naming them: "77 malades ont été opérés".
    fn after(&self, at: usize, end: usize) -> Option<usize> {
        let limit = self.scene.sentence(end.saturating_sub(1)).end.min(end + AFTER);
        let listed = self.numbers.get(at + 1).is_some_and(|next| next.tokens.start <= end + 2 && matches!(self.nouns[at + 1], Noun::Bearer(..)));
        let next = self.numbers.get(at + 1 + usize::from(listed)).map_or(limit, |next| next.tokens.start.min(limit));
        let start = self.numbers[at].tokens.start;
        self.scene.acts_in(end..next).find(|&act| {
            let named = &self.scene.acts[act];
            let verb = named.traits.any(Signs::VERB) || named.traits.any(Signs::STRONG) && self.scene.passage.text.lang == Lang::Fr;
            self.is_free(act) && named.with.is_none() && (verb || self.receives(start, end, act))
        })
    }

    /// Whether a word says that those counted had the act named after them: "bénéficié de", خضع … ل.
    fn receives(&self, start: usize, end: usize, act: usize) -> bool {
        let named = &self.scene.acts[act];
        let from = self.scene.sentence(start).start.max(start.saturating_sub(BEFORE));
        named.clitics.has(Clitics::TO)
            || named.tokens.start == end
            || (end..named.tokens.start).any(|at| self.scene.sign(at, Signs::RECEIVE).is_some())
            || self.scene.passage.text.lang == Lang::Ar && (from..start).any(|at| self.scene.sign(at, Signs::RECEIVE).is_some())
    }

    /// The verb of the sentence, before its subject and the number.
    fn far(&self, at: usize) -> Option<usize> {
        let number = self.numbers[at].tokens.start;
        let sentence = self.scene.sentence(number).start;
        let last = self.of[..at].iter().rposition(Option::is_some).map_or(sentence, |before| self.numbers[before].tokens.end.max(sentence));
        let from = last.max(number.saturating_sub(BEFORE + 4));
        self.scene.acts_in(from..number).rev().find(|&act| {
            let named = &self.scene.acts[act];
            let reach = number - named.tokens.end <= BEFORE;
            let verb = named.traits.any(Signs::VERB);
            let tally = || self.is_tally(act);
            self.is_free(act) && reach && self.fits(act, number) && (verb && self.scene.passage.text.lang == Lang::Ar || tally())
        })
    }

    /// A number whose noun is left out, or that is said to be part of the count before.
    fn part(&self, at: usize, end: usize) -> Option<Count<'a>> {
        let number = self.numbers[at];
        let said = self.scene.sign_before(number.tokens.start, Signs::PART, 6);
        let pronoun = self.scene.sign_before(number.tokens.start, Signs::PRONOUN, 7) || self.scene.sign(number.tokens.end, Signs::PRONOUN).is_some();
        let sentence = self.scene.sentence(number.tokens.start);
        let bare = self.nouns[at] == Noun::Bare;
        if said {
            let opens = sentence.start + 3 > number.tokens.start;
            let whole = at.checked_sub(1).filter(|&before| opens || self.numbers[before].tokens.start >= sentence.start);
            return match whole {
                Some(before) => self.part_of(at, self.of[before]?, end),
                None => self.part_of_act(at, &sentence, end),
            };
        }
        if !bare {
            return None;
        }
        let last = self.counts.len().checked_sub(1);
        if pronoun && last.is_some() {
            return self.part_of(at, last?, end);
        }
        let in_sentence = last.filter(|&last| sentence.contains(&self.counts[last].number.start));
        let named = self.scene.acts_in(sentence.start..number.tokens.start).rev().find(|&act| {
            let free = self.is_free(act) && !self.scene.acts[act].traits.any(Signs::VERB);
            free && in_sentence.is_none_or(|last| self.scene.acts[act].tokens.start > self.counts[last].tokens.start)
        });
        if let Some(act) = named.filter(|&act| self.is_tallied(act, number)) {
            return Some(self.of_act(number, act, Form::Part));
        }
        let last = in_sentence.filter(|_| at > 0 && self.of[at - 1].is_some())?;
        self.part_of(at, last, end)
    }

    /// A part of acts that no number counts: "opérera les goitres, dont au moins 25".
    fn part_of_act(&self, at: usize, sentence: &Range<usize>, end: usize) -> Option<Count<'a>> {
        let number = self.numbers[at];
        let act = self.scene.acts_in(sentence.start..number.tokens.start).rev().find(|&act| self.is_free(act))?;
        let mut count = self.of_act(number, act, Form::Part);
        count.tokens.end = end;
        count.predicate = None;
        Some(count)
    }

    /// A part by its words alone: "parmi lesquelles 41 cures", with a noun that no list holds.
    fn told_part(&self, at: usize) -> Option<Count<'a>> {
        let number = self.numbers[at];
        let said = self.scene.sign_before(number.tokens.start, Signs::PART, 4);
        let whole = self.of[at.checked_sub(1)?]?;
        let near = number.tokens.start - self.counts[whole].tokens.end.min(number.tokens.start) <= 12;
        if said && near { self.part_of(at, whole, number.tokens.end) } else { None }
    }

    /// "le nombre d'interventions", عدد العمليات.
    fn is_tally(&self, act: usize) -> bool {
        let start = self.scene.acts[act].tokens.start;
        (start.saturating_sub(3)..start).any(|at| self.scene.sign(at, Signs::TALLY).is_some())
    }

    fn is_tallied(&self, act: usize, number: &Counted) -> bool {
        let start = number.tokens.start;
        let tally = self.is_tally(act);
        let bracket = start > 0 && matches!(self.scene.passage.folded(start - 1), "(" | ":");
        let contrast = self.scene.sign_before(start, Signs::CONTRAST, 5);
        (tally || bracket || contrast) && start - self.scene.acts[act].tokens.end <= 25
    }

    /// A part has the class of its whole, unless its own complement names an act: "dont 640 par césarienne".
    fn part_of(&self, at: usize, whole: usize, end: usize) -> Option<Count<'a>> {
        let number = self.numbers[at];
        let of = &self.counts[whole];
        let limit = self.scene.sentence(number.tokens.start).end.min(end + 4);
        let own = self.scene.acts_in(end..limit).find(|&act| {
            let named = &self.scene.acts[act];
            let whole_noun = named.traits.any(Signs::WEAK.with(Signs::VERB));
            !whole_noun && self.is_free(act) && !self.scene.is_broken(end..named.tokens.start)
        });
        let next = own.map(|act| &self.scene.acts[act]);
        Some(Count {
            tokens: number.tokens.start..end,
            number: number.tokens.clone(),
            value: number.value,
            max: number.max,
            bound: number.bound,
            procedure: next.map_or(of.procedure, |named| named.procedure),
            specialty: next.map_or_else(|| self.scene.field_after(end), |named| named.specialty).or(of.specialty),
            predicate: None,
            whole: Some(whole),
            form: Form::Part,
            done: false,
        })
    }
}
