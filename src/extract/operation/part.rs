//! Counts the numbers whose noun is left out: parts of a count, counts of another time, rows of a tally.

use std::ops::Range;

use crate::record::Lang;
use crate::record::fact::Procedure;
use crate::text::clitic;
use crate::text::token::Shape;

use super::super::form::Says;
use super::super::passage::Counted;
use super::count::{Count, Counter, Form};
use super::noun::{Noun, is_bare};
use super::word::Signs;

/// Longest complement of a part of a list, in tokens.
const COMPLEMENT: usize = 6;

/// How many acts are looked at for the one that a verb stands for.
const FEW: usize = 16;

impl<'a> Counter<'_, 'a> {
    /// A number whose noun is left out, or that is said to be part of the count before.
    pub(super) fn part(&self, at: usize, end: usize) -> Option<Count<'a>> {
        let number = self.numbers[at];
        let comma = usize::from(
            number.tokens.start > 0
                && matches!(
                    self.scene.passage.folded(number.tokens.start - 1),
                    "," | "،"
                ),
        );
        let said = self
            .scene
            .sign_before(number.tokens.start - comma, Signs::PART, 6);
        let sentence = self.scene.sentence(number.tokens.start);
        let recent = |last| self.is_recent(last, &sentence);
        let last = self.counts.len().checked_sub(1);
        let pronoun = self.stands_for_acts(number.tokens.start)
            || self.is_thereof(number)
            || self.is_told_again(number)
            || self.stands_alone(number)
                && last
                    .is_some_and(|last| !self.is_others(number) || self.is_of_line(last, number));
        let bare = self.nouns[at] == Noun::Bare;
        if said {
            let opens = sentence.start + 3 + comma > number.tokens.start;
            let whole = at
                .checked_sub(1)
                .filter(|&before| opens || self.numbers[before].tokens.start >= sentence.start);
            return match whole {
                Some(before) => Some(self.part_of(at, self.rated(at, self.of[before]?), end)),
                None => self.part_of_act(at, &sentence, end),
            };
        }
        // "والسبع المتبقية"
        let rest = self.scene.sign(number.tokens.end, Signs::PRONOUN).is_some();
        // "فلم تتعد عملياتها الستين": a round number has ال, and its act before it.
        let round = number.definite && !rest;
        if !bare
            || self.is_told_of_noun(number)
            || self.is_beside_others(at)
            || self.is_year(number)
                && !self
                    .scene
                    .sign_before(number.tokens.start, Signs::CONTRAST, 5)
        {
            return None;
        }
        if pronoun && !(round && number.value < 100) {
            let fresh = self.taken_up(number, &sentence);
            let fresh = fresh.filter(|_| !self.stands_alone(number));
            // "بدأت بعملية واحدة. ثم جاءت 8 في 2016": nothing but a single one was told.
            let single = || {
                let before = self.scene.sentence_before(&sentence);
                let mut acts = self.scene.acts_in(before).rev();
                acts.find(|&act| self.is_free(act))
            };
            let none = last.is_none().then(single).flatten();
            let told = fresh.or_else(|| self.asked(number, &sentence));
            return match told.or(none) {
                Some(act) => Some(Count {
                    predicate: None,
                    ..self.of_act(number, act, Form::Part)
                }),
                None => Some(self.part_of(at, last?, end)),
            };
        }
        let in_sentence = last.filter(|&last| {
            sentence.contains(&self.counts[last].number.start) || self.runs_on(last, number)
        });
        let named = self
            .scene
            .acts_in(sentence.start..number.tokens.start)
            .rev()
            .find(|&act| {
                let free = self.is_free(act) && !self.scene.acts[act].traits.any(Signs::VERB);
                free && in_sentence.is_none_or(|last| {
                    self.scene.acts[act].tokens.start > self.counts[last].tokens.start
                })
            });
        if let Some(act) = named.filter(|&act| self.is_tallied(act, number)) {
            return Some(self.of_act(number, act, Form::Part));
        }
        if round {
            return None;
        }
        if let Some(act) = self.asked(number, &sentence) {
            return Some(self.of_act(number, act, Form::Part));
        }
        if let Some(act) = named.filter(|_| self.opens_list(at, &sentence)) {
            return Some(self.of_act(number, act, Form::Part));
        }
        // "… لفائدة 46 مريضا، بعدما كانت لا تتعدى أربعة آلاف": what they were at another time.
        let once = self.scene.passage.text.lang == Lang::Ar
            && self
                .scene
                .sign_before(number.tokens.start, Signs::MAX.with(Signs::CONTRAST), 4);
        let goes_on = (self.goes_on(at) || at > 0 && once)
            && !self.is_of_crew(self.numbers[at - 1].tokens.end..number.tokens.start);
        let last = in_sentence.filter(|_| goes_on).or_else(|| {
            let lists = |last| recent(last) && self.opens_list(at, &sentence);
            last.filter(|&last| lists(last) || self.answers(number, &sentence))
        })?;
        Some(self.part_of(at, self.rated(at, last), end))
    }

    /// "en a fait 46": a pronoun for the acts named before; "en a accueilli neuf" takes up something else.
    pub(super) fn stands_for_acts(&self, start: usize) -> bool {
        const REACH: usize = 7;
        let scene = self.scene;
        let first = start.saturating_sub(REACH);
        (first..start).any(|at| {
            let end = scene.sign(at, Signs::PRONOUN).filter(|&end| end <= start);
            end.is_some_and(|end| {
                let verb = scene.sign(at, Signs::THEREOF).is_some()
                    && end < start
                    && scene.sign(end - 1, Signs::HAVE).is_some()
                    && scene.is_participle(end)
                    && scene.cues_in(end..end + 1).is_empty()
                    && scene.sign(end, Signs::RECEIVE.with(Signs::SHIFT)).is_none();
                !verb && !scene.is_broken(end..start)
            })
        })
    }

    /// "nous en avions fait vingt": a pronoun for the acts named before, and its verb.
    fn is_thereof(&self, number: &Counted) -> bool {
        const REACH: usize = 7;
        let start = number.tokens.start;
        (start.saturating_sub(REACH)..start).any(|at| {
            self.scene.sign(at, Signs::THEREOF).is_some()
                && (self.scene.sign(at + 1, Signs::HAVE).is_some()
                    || !self.scene.cues_in(at + 1..at + 2).is_empty())
                && !self.scene.is_broken(at..start)
        })
    }

    /// "Deux autres suivront": others of what was named last, in the same paragraph if it was an act.
    fn is_others(&self, number: &Counted) -> bool {
        self.scene.sign(number.tokens.end, Signs::BETWEEN).is_some()
    }

    /// Whether a count stands before a number in the same paragraph.
    fn is_of_line(&self, count: usize, number: &Counted) -> bool {
        const LONGEST: usize = 300;
        let first = self.counts[count].number.start + 1;
        let near = number.tokens.start - first.min(number.tokens.start) <= LONGEST;
        near && !(first..=number.tokens.start).any(|at| self.scene.passage.has(at, Shape::LINE))
    }

    /// Whether a count stands in a sentence or in the one before it.
    fn is_recent(&self, count: usize, sentence: &Range<usize>) -> bool {
        self.counts[count].number.start >= self.scene.sentence_before(sentence).start
    }

    /// "Les enfants ont été vaccinés. À Guemar, 700 l'ont été": a verb in place of the verb before it.
    pub(super) fn done_again(&self, at: usize, end: usize) -> Option<Count<'a>> {
        let number = self.numbers[at];
        self.scene.sign(end, Signs::AGAIN)?;
        let sentence = self.scene.sentence(number.tokens.start);
        let before = self.scene.sentence_before(&sentence);
        let verb = |act: &usize| {
            let named = &self.scene.acts[*act];
            named.admitted && named.traits.any(Signs::VERB)
        };
        let acts = self.scene.acts_in(before.start..number.tokens.start);
        let Some(act) = acts.rev().take(FEW).find(verb) else {
            let last = self.counts.len().checked_sub(1);
            let last = last.filter(|&last| self.is_recent(last, &sentence))?;
            return Some(self.part_of(at, last, end));
        };
        let mut count = self.of_act(number, act, Form::Part);
        count.tokens.end = end;
        count.predicate = None;
        Some(count)
    }

    /// A part of the count before it.
    pub(super) fn part_of_last(&self, at: usize, end: usize) -> Option<Count<'a>> {
        let last = self.counts.len().checked_sub(1)?;
        Some(self.part_of(at, last, end))
    }

    /// Whether a question holds no more than an act and its complement.
    pub(super) fn nouns_alone(&self, question: &Range<usize>) -> bool {
        let mut words = question.clone();
        self.scene.cues_in(question.clone()).is_empty()
            && !words.any(|at| self.scene.number_at(at).is_some())
    }

    /// "les 40 restants", "trente autres attendent": a word in place of the noun, with no noun behind it.
    fn stands_alone(&self, number: &Counted) -> bool {
        let limit = self.scene.sentence(number.tokens.start).end;
        self.scene
            .sign(number.tokens.end, Signs::PRONOUN)
            .is_some_and(|end| is_bare(self.scene, end, limit))
    }

    /// A line end in worn text is no end of a sentence: the list before goes on.
    fn runs_on(&self, last: usize, number: &Counted) -> bool {
        const NEAR: usize = 10;
        let gap = self.counts[last].tokens.end..number.tokens.start;
        gap.len() <= NEAR
            && gap
                .into_iter()
                .all(|at| !matches!(self.scene.passage.folded(at), "." | "!" | "?" | "؟" | "…"))
    }

    /// "le traité de 1783", "(1869-1946)": four digits without a noun are rather a year.
    pub(super) fn is_year(&self, number: &Counted) -> bool {
        let year = |value: &u64| (1500..2100).contains(value);
        let alone = number.tokens.len() == 1 || number.max.as_ref().is_some_and(year);
        let digits = self.scene.passage.has(number.tokens.start, Shape::DIGITS);
        // "1.903": nobody groups the digits of a year.
        let grouped = self
            .scene
            .passage
            .word(number.tokens.start)
            .contains(['.', ',', '٬', '٫']);
        digits && alone && !grouped && year(&number.value)
    }

    /// "1615 طبيبا مقابل 657 في القطاع العمومي": compared with what is no act.
    fn is_beside_others(&self, at: usize) -> bool {
        const NEAR: usize = 6;
        let start = self.numbers[at].tokens.start;
        let Some(before) = at.checked_sub(1) else {
            return false;
        };
        let near = start.saturating_sub(self.numbers[before].tokens.end) <= NEAR;
        near && self.nouns[before] == Noun::Other
            && self.scene.passage.text.lang == Lang::Ar
            && self.scene.sign_before(start, Signs::CONTRAST, 3)
    }

    /// "العمليات الـ36 التي أجريت", "العمليات الإحدى عشرة": the plural act with ال that a number with ال follows.
    pub(super) fn known(&self, at: usize) -> Option<Count<'a>> {
        let passage = self.scene.passage;
        let number = self.numbers[at];
        let first = number.tokens.start;
        let apart = first > 0 && passage.folded(first - 1) == clitic::THE;
        let start = first - usize::from(apart);
        let digits = passage.folded(first).strip_prefix(clitic::THE);
        let articled = apart && passage.has(first, Shape::DIGITS)
            || digits.is_some_and(|digits| digits.starts_with(|c: char| c.is_ascii_digit()));
        let ends = self.nouns[at] == Noun::Bare
            || self.scene.sign(number.tokens.end, Signs::BREAK).is_some();
        let worded = number.definite && !passage.has(first, Shape::DIGITS);
        ((articled || worded) && ends).then_some(())?;
        self.scene
            .acts_in(start.saturating_sub(3)..start)
            .find(|&act| {
                let named = &self.scene.acts[act];
                let singular = passage
                    .folded(named.tokens.start)
                    .ends_with(clitic::FEMININE_FOLDED);
                let again = || {
                    let mut told = self.counts.iter().rev().take(FEW);
                    told.any(|count| {
                        count.value == number.value && count.procedure == named.procedure
                    })
                };
                named.tokens.end == start && !singular && self.is_free(act) && !(worded && again())
            })
            .map(|act| self.of_act(number, act, Form::Part))
    }

    /// "بممرض واحد", "جراحين اثنين": one and two stand behind the noun that they count.
    fn is_told_of_noun(&self, number: &Counted) -> bool {
        let passage = self.scene.passage;
        let behind = passage.says(number.tokens.start, Says::Behind);
        let before = number.tokens.start.checked_sub(1);
        passage.text.lang == Lang::Ar
            && behind
            && before.is_some_and(|before| passage.has(before, Shape::ARABIC))
    }

    /// A part of acts that no number counts: "opérera les goitres, dont au moins 25".
    fn part_of_act(&self, at: usize, sentence: &Range<usize>, end: usize) -> Option<Count<'a>> {
        let number = self.numbers[at];
        let act = self
            .scene
            .acts_in(sentence.start..number.tokens.start)
            .rev()
            .find(|&act| self.is_free(act))?;
        let mut count = self.of_act(number, act, Form::Part);
        count.tokens.end = end;
        count.predicate = None;
        Some(count)
    }

    /// "34 prothèses de hanche et 21 stents": what is operated on, in a list with a count.
    pub(super) fn listed(&self, at: usize, end: usize) -> Option<Count<'a>> {
        let whole = self.of[at.checked_sub(1)?]?;
        let gap = self.counts[whole].tokens.end..self.numbers[at].tokens.start;
        let joined =
            |at: usize| self.scene.is_mark(at) || self.scene.sign(at, Signs::BREAK).is_some();
        // "dont 46 ablations de la vésicule, 31 de la thyroïde et 18 de fibromes".
        let of = self.counts[whole].form == Form::Part
            && gap.len() <= COMPLEMENT
            && gap.end > gap.start
            && joined(gap.end - 1)
            && self.scene.sign(gap.start, Signs::BETWEEN).is_some();
        let list = of || gap.len() <= 2 && gap.into_iter().all(joined);
        list.then(|| Count {
            whole: None,
            ..self.part_of(at, whole, end)
        })
    }

    /// "700 écoliers l'ont été, de même qu'une cinquantaine d'adultes": others to whom the same was done.
    pub(super) fn also(&self, at: usize, end: usize) -> Option<Count<'a>> {
        const NEAR: usize = 10;
        let whole = self.of[at.checked_sub(1)?]?;
        let mut gap = self.counts[whole].tokens.end..self.numbers[at].tokens.start;
        let also = |at: usize| self.scene.sign(at, Signs::ALSO).is_some();
        let listed = gap.len() <= NEAR && gap.any(also);
        listed.then(|| Count {
            whole: None,
            ..self.part_of(at, whole, end)
        })
    }

    /// "فحص 147 مريضا يعانون من أمراض القلب و135 طفلا": more people behind و who had what those before them had.
    pub(super) fn joined(&self, at: usize, end: usize) -> Option<Count<'a>> {
        const NEAR: usize = 12;
        let passage = self.scene.passage;
        let number = self.numbers[at].tokens.start;
        let whole = self.of[at.checked_sub(1)?]?;
        let before = &self.counts[whole];
        let gap = before.tokens.end..number;
        let word = |at: usize| passage.says(at, Says::And);
        let and =
            passage.folded(number).starts_with(clitic::AND) || gap.clone().last().is_some_and(word);
        let clause = |at: usize| {
            !word(at) && (self.scene.is_mark(at) || self.scene.sign(at, Signs::BREAK).is_some())
        };
        let told = passage.text.lang == Lang::Ar || self.scene.cues_in(gap.clone()).is_empty();
        // "286 enfants, 431 femmes"
        let listed =
            passage.text.lang == Lang::Fr && gap.len() == 1 && passage.folded(gap.start) == ",";
        // "a opéré quatorze patientes, …, et celle d'urologie vingt et un malades"
        let that = passage.text.lang == Lang::Fr
            && gap
                .clone()
                .any(|at| self.scene.sign(at, Signs::THAT).is_some())
            && gap
                .clone()
                .all(|at| !self.scene.is_mark(at) || passage.folded(at) == ",");
        let clause = |at: usize| clause(at) && !(listed || that && passage.folded(at) == ",");
        let and = and || listed || that;
        let list = told
            && (before.form == Form::Persons || that)
            && and
            && gap.len() <= NEAR
            && self.scene.sentence(number).contains(&before.number.start)
            && !gap.clone().any(clause)
            && self.scene.acts_in(gap).is_empty();
        list.then(|| Count {
            form: Form::Persons,
            ..self.part_of(at, whole, end)
        })
    }

    /// A part by its words alone: "parmi lesquelles 41 cures", with a noun that no list holds.
    pub(super) fn told_part(&self, at: usize) -> Option<Count<'a>> {
        let number = self.numbers[at];
        let said = self.scene.sign_before(number.tokens.start, Signs::PART, 4);
        let whole = self.of[at.checked_sub(1)?]?;
        let near =
            number.tokens.start - self.counts[whole].tokens.end.min(number.tokens.start) <= 12;
        if said && near {
            Some(self.part_of(at, whole, number.tokens.end))
        } else {
            None
        }
    }

    /// "le nombre d'interventions", عدد العمليات.
    pub(super) fn is_tally(&self, act: usize) -> bool {
        const REACH: usize = 8;
        let start = self.scene.acts[act].tokens.start;
        (start.saturating_sub(REACH)..start).any(|at| {
            self.scene.sign(at, Signs::TALLY).is_some() && !self.scene.is_broken(at..start)
        })
    }

    fn is_tallied(&self, act: usize, number: &Counted) -> bool {
        let start = number.tokens.start;
        let tally = self.is_tally(act);
        let bracket = start > 0 && matches!(self.scene.passage.folded(start - 1), "(" | ":");
        let end = self.scene.acts[act].tokens.end;
        // "Les séances, assurées depuis septembre, sont au nombre de 15".
        let shift = (end..start.min(end + 4)).any(|at| self.scene.sign(at, Signs::SHIFT).is_some())
            || self
                .scene
                .sign_before(start, Signs::SHIFT.with(Signs::MAX), 5)
                && !self.is_parted(end..start);
        // "Le déficit de médecins formés à la dialyse est estimé à 80".
        let act = self.scene.acts[act].tokens.start;
        let crew =
            (act.saturating_sub(6)..act).any(|at| self.scene.sign(at, Signs::CREW).is_some());
        (tally || bracket || shift && !crew) && start - end <= 25
    }

    /// A part has the class of its whole, unless its own complement names an act: "dont 640 par césarienne".
    pub(super) fn part_of(&self, at: usize, whole: usize, end: usize) -> Count<'a> {
        let number = self.numbers[at];
        let of = &self.counts[whole];
        let limit = self.scene.sentence(number.tokens.start).end.min(end + 6);
        let own = self.scene.acts_in(end..limit).find(|&act| {
            let named = &self.scene.acts[act];
            let whole_noun = named.traits.any(Signs::WEAK);
            // "soit 610, par césarienne"
            let comma = usize::from(self.scene.passage.folded(end) == ",");
            let aside = self
                .scene
                .sign(number.tokens.start - 1, Signs::PART)
                .is_some();
            let gap = end + if aside { comma } else { 0 }..named.tokens.start;
            !whole_noun && self.is_free(act) && !self.scene.is_broken(gap)
        });
        let next = own.map(|act| &self.scene.acts[act]);
        // "1.388 accouchements par césarienne sur un total de 2.900": of whatever kind.
        let general = self
            .scene
            .sign_before(number.tokens.start, Signs::TOTAL, 6)
            .then(|| self.scene.bare_act_in(of.number.end..of.tokens.end));
        let whole_class = general.flatten().map_or(of.procedure, |act| act.procedure);
        // "وفي غرف العمليات ذهبت حصة الأسد إلى طب العيون (73)"
        let from = self.scene.sentence(number.tokens.start).start;
        let opened = self.scene.sign(from, Signs::THEATRE).is_some()
            || self.scene.sign(from + 1, Signs::THEATRE).is_some();
        let theatre = self.scene.passage.text.lang == Lang::Ar && opened;
        let whole_class = if theatre {
            Procedure::Surgery
        } else {
            whole_class
        };
        let procedure = next.map_or(whole_class, |named| named.procedure);
        Count {
            specialty: next
                .map_or_else(|| self.scene.field_after(end), |named| named.specialty)
                .or(of.specialty),
            whole: Some(whole),
            form: Form::Part,
            ..Count::of_people(number, end, procedure)
        }
    }
}
