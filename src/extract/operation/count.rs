//! Says which numbers of a passage count medical acts, and acts of which class: by the noun that they
//! stand before, by what was done to the people that they count, or, without a noun, by the count before.

use std::ops::Range;

use crate::record::Lang;
use crate::record::fact::{Bound, Procedure};
use crate::rules::lexicon::Clitics;
use crate::text::clitic;

use super::super::passage::Counted;
use super::noun::{Noun, noun};
use super::scene::{Named, Scene};
use super::tell::{Cue, Tells};
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

impl Count<'_> {
    /// As many people as a number says, up to the token at which its noun ends, who had an act of a class.
    pub(super) fn of_people(number: &Counted, end: usize, procedure: Procedure) -> Self {
        Self {
            tokens: number.tokens.start..end,
            number: number.tokens.clone(),
            value: number.value,
            max: number.max,
            bound: number.bound,
            procedure,
            specialty: None,
            predicate: None,
            whole: None,
            form: Form::Persons,
            done: false,
        }
    }
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

/// Finds the counts of a passage, in order.
pub(super) fn counts<'a>(scene: &Scene<'a>) -> Vec<Count<'a>> {
    let numbers: Vec<&Counted> = scene
        .passage
        .numbers
        .iter()
        .filter(|number| number.value > 1)
        .collect();
    let nouns: Vec<Noun> = numbers.iter().map(|number| noun(scene, number)).collect();
    let mut taken = vec![false; scene.acts.len()];
    for noun in &nouns {
        if let Noun::Act(act) = noun {
            taken[*act] = true;
        }
    }
    let mut counter = Counter {
        scene,
        numbers,
        nouns,
        taken,
        counts: Vec::new(),
        of: Vec::new(),
    };
    for at in 0..counter.numbers.len() {
        let count = counter.count(at);
        counter
            .of
            .push(count.is_some().then_some(counter.counts.len()));
        counter.counts.extend(count);
    }
    counter.counts
}

/// The numbers of a passage while they are counted from left to right.
pub(super) struct Counter<'s, 'a> {
    pub(super) scene: &'s Scene<'a>,
    pub(super) numbers: Vec<&'a Counted>,
    pub(super) nouns: Vec<Noun>,
    /// For each act, whether a number stands before it.
    pub(super) taken: Vec<bool>,
    pub(super) counts: Vec<Count<'a>>,
    /// The count of each number so far.
    pub(super) of: Vec<Option<usize>>,
}

impl<'a> Counter<'_, 'a> {
    fn count(&self, at: usize) -> Option<Count<'a>> {
        let number = self.numbers[at];
        match self.nouns[at] {
            Noun::Act(act) if self.is_share(at, self.scene.acts[act].tokens.end) => None,
            Noun::Act(act) => self.counted(number, act),
            Noun::Bearer(end, _) if self.is_share(at, end) => None,
            Noun::Bearer(_, BearerKind::Lesion) | Noun::Bare | Noun::Unknown
                if self.is_found(number.tokens.end) =>
            {
                None
            }
            Noun::Bearer(..) | Noun::Bare if self.is_shown(at) => None,
            Noun::Bearer(end, _) if self.is_of_those(at) => self.part_of_last(at, end),
            Noun::Bare if self.goes_on(at) && self.is_of_those(at) => {
                self.part_of_last(at, number.tokens.end)
            }
            Noun::Bearer(end, kind) if kind != BearerKind::Dose && self.is_part(at, end) => {
                self.part(at, end).or_else(|| self.borne(at, end, kind))
            }
            Noun::Bearer(end, kind) => self
                .of_row(at, end)
                .filter(|_| kind == BearerKind::Person)
                .or_else(|| self.borne(at, end, kind))
                .or_else(|| {
                    let act = self.reached(at)?;
                    Some(self.of_act(number, act, Form::Persons))
                })
                .or_else(|| self.part(at, end).filter(|_| kind != BearerKind::Dose))
                .or_else(|| self.joined(at, end).filter(|_| kind == BearerKind::Person))
                .or_else(|| self.listed(at, end).filter(|_| kind == BearerKind::Lesion))
                .or_else(|| self.made(at, end).filter(|_| kind == BearerKind::Lesion))
                .or_else(|| self.topic_had(at).filter(|_| kind == BearerKind::Person))
                .or_else(|| self.also(at, end).filter(|_| kind == BearerKind::Person))
                .or_else(|| self.theatre(at, end, kind))
                .or_else(|| self.told_apart(at, end, kind))
                .or_else(|| self.summand(at, end).filter(|_| kind != BearerKind::Dose)),
            Noun::Bare => self
                .known(at)
                .or_else(|| self.done_again(at, number.tokens.end))
                .or_else(|| {
                    let act = self
                        .after_bare(at)
                        .or_else(|| self.had(at, number.tokens.end))?;
                    Some(self.of_act(number, act, Form::Persons))
                })
                .or_else(|| self.governed(at, number.tokens.end))
                .or_else(|| self.respective(at))
                .or_else(|| self.topic(at))
                .or_else(|| self.named_after(at, number.tokens.end))
                .or_else(|| self.dated_row(at))
                .or_else(|| self.behind_colon(at))
                .or_else(|| self.numbered(at))
                .or_else(|| self.part(at, number.tokens.end))
                .or_else(|| self.summand(at, number.tokens.end)),
            Noun::Unknown => self
                .known(at)
                .or_else(|| self.unknown(at))
                .or_else(|| self.told_part(at)),
            // "La vaccination a concerné 118 agents": staff, too.
            Noun::Other => {
                let act = self.reached(at)?;
                Some(self.of_act(number, act, Form::Persons))
            }
        }
    }

    fn counted(&self, number: &'a Counted, act: usize) -> Option<Count<'a>> {
        let named = &self.scene.acts[act];
        let sentence = self.scene.sentence(number.tokens.start);
        let often = number.value < 8
            && (number.tokens.end..(named.tokens.end + 3).min(sentence.end))
                .any(|at| self.scene.sign(at, Signs::FREQUENCY).is_some());
        (named.admitted && number.value >= named.least && !often && !self.is_machine(number, named))
            .then(|| {
                let mut count = self.of_act(number, self.told_of(number, act), Form::Counted);
                count.tokens = number.tokens.start..named.tokens.end;
                let tool = self.tool_before(number, named);
                self.by_tool(&mut count, named, tool);
                count
            })
    }

    /// "عدد الولادات القيصرية، التي قدرت ب2112 ولادة": the act by its full name, which the tally before has.
    fn told_of(&self, number: &Counted, act: usize) -> usize {
        const WITHIN: usize = 12;
        let named = &self.scene.acts[act];
        let start = number.tokens.start;
        let from = self
            .scene
            .sentence(start)
            .start
            .max(start.saturating_sub(WITHIN));
        let fuller = |other: &usize| {
            let other = &self.scene.acts[*other];
            let mut words = named.tokens.clone().zip(other.tokens.clone());
            let stem = |at: usize| {
                self.scene
                    .passage
                    .folded(at)
                    .trim_start_matches(clitic::THE)
                    .chars()
                    .take(3)
            };
            other.tokens.len() > named.tokens.len()
                && other.procedure != named.procedure
                && words.all(|(own, its)| stem(own).eq(stem(its)))
        };
        let last = self.scene.acts_in(from..start).next_back();
        last.filter(|_| self.scene.passage.text.lang == Lang::Ar && named.tokens.len() == 1)
            .filter(fuller)
            .filter(|&other| self.is_tally(other))
            .unwrap_or(act)
    }

    /// What a general noun of examining becomes by the tool that does it: a "فحص" by scanner is no consultation.
    fn by_tool(&self, count: &mut Count<'a>, named: &Named<'_>, tool: Option<usize>) {
        let general = named.traits.any(Signs::TAKES) && count.procedure == Procedure::Consultation;
        if let Some(tool) = tool.filter(|_| general) {
            let tool = &self.scene.acts[tool];
            (count.procedure, count.specialty) = (tool.procedure, tool.specialty);
        }
    }

    /// The unit or the machine of an examination that the clause of a number names before it.
    fn tool_before(&self, number: &Counted, named: &Named<'_>) -> Option<usize> {
        let at = self
            .numbers
            .partition_point(|other| other.tokens.start < number.tokens.start);
        let follows = self
            .scene
            .words(named.tokens.end)
            .any(|(_, _, word)| matches!(word, super::word::Word::Field(_)));
        self.scene
            .acts_in(self.from(at)..number.tokens.start)
            .rev()
            .find(|&act| {
                let act = &self.scene.acts[act];
                let tool = act.contained || act.traits.any(Signs::MACHINE);
                tool && act.procedure == Procedure::Examination
            })
            .filter(|_| !follows)
    }

    /// The bound of a number, by words too far from it to be part of it: "لم تتعد العمليات التي أجراها … ثمانين".
    fn bound(&self, number: &Counted, end: usize) -> Bound {
        let sentence = self.scene.sentence(number.tokens.start);
        let at = self
            .numbers
            .partition_point(|other| other.tokens.start < number.tokens.start);
        let from = at.checked_sub(1).map_or(sentence.start, |before| {
            self.numbers[before].tokens.end.max(sentence.start)
        });
        let to = self
            .numbers
            .get(at + 1)
            .map_or(sentence.end, |next| next.tokens.start.min(sentence.end))
            .min(end + 4);
        let told =
            |sign: Signs| (from..number.tokens.start).any(|at| self.scene.sign(at, sign).is_some());
        // "لم يتجاوز خلال سنة 2024 ثماني عمليات"
        let dated = |sign: Signs| {
            let mut words =
                (from..number.tokens.start).filter(|&at| self.scene.sign(at, sign).is_some());
            words.any(|at| {
                !self
                    .scene
                    .passage
                    .dates_in(at..number.tokens.start)
                    .is_empty()
            })
        };
        let arabic = self.scene.passage.text.lang == Lang::Ar;
        if arabic && number.bound == Bound::Min && super::denied::is_never_more(self.scene, number)
        {
            return Bound::Max;
        }
        let before = told(Signs::MAX) && (arabic || !dated(Signs::MAX));
        let after = (end..to).any(|at| self.scene.sign(at, Signs::AT_MOST).is_some());
        if number.bound == Bound::Exact && number.max.is_none() && (before || after) {
            Bound::Max
        } else if number.bound == Bound::Exact
            && number.max.is_none()
            && told(Signs::OVER)
            && (arabic || dated(Signs::OVER))
        {
            Bound::Min
        } else if number.bound == Bound::Exact && number.max.is_none() && told(Signs::ABOUT) {
            Bound::Approx
        } else {
            number.bound
        }
    }

    pub(super) fn of_act(&self, number: &'a Counted, act: usize, form: Form) -> Count<'a> {
        let named = &self.scene.acts[act];
        Count {
            bound: self.bound(number, named.tokens.end.max(number.tokens.end)),
            specialty: named.specialty,
            predicate: (form != Form::Counted).then_some(act),
            form,
            done: form == Form::Counted && named.traits.any(Signs::VERB),
            ..Count::of_people(number, number.tokens.end, named.procedure)
        }
    }

    /// People, by what was done to them.
    fn borne(&self, at: usize, end: usize, kind: BearerKind) -> Option<Count<'a>> {
        let act = self
            .direct(at, 6)
            .or_else(|| self.behind(at, end))
            .or_else(|| self.after(at, end))
            .or_else(|| self.far(at))
            .or_else(|| self.had(at, end))
            .or_else(|| self.reached(at))?;
        let mut count = self.of_act(self.numbers[at], act, Form::Persons);
        count.tokens.end = end;
        let tool = self.scene.act_at(end).filter(|&tool| {
            let tool = &self.scene.acts[tool];
            tool.clitics.has(Clitics::IN) && tool.procedure == Procedure::Examination
        });
        self.by_tool(&mut count, &self.scene.acts[act], tool);
        // "150 cataractes traitées" are operated.
        if kind == BearerKind::Lesion && count.procedure == Procedure::Treatment {
            count.procedure = Procedure::Surgery;
        }
        Some(count)
    }

    /// "88 مريضا: 37 منهم على مستوى الغدة، و51": a word that makes the number a part stands behind it, with no verb.
    fn is_of_those(&self, at: usize) -> bool {
        let number = self.numbers[at];
        let end = number.tokens.end;
        let Some(after) = self.scene.sign(end, Signs::PART) else {
            return false;
        };
        let sentence = self.scene.sentence(number.tokens.start);
        // "أجرى 43 عملية. وكانت 12 منها معقدة": those of the sentence before, too.
        let before = self.scene.sentence_before(&sentence);
        let told = self.counts.last().is_some_and(|last| {
            sentence.contains(&last.number.start)
                || self.goes_on(at) && last.number.start >= before.start
        });
        self.scene.passage.text.lang == Lang::Ar
            && told
            && self.after(at, after).is_none_or(|act| {
                let gap = after..self.scene.acts[act].tokens.start;
                self.scene.is_broken(gap)
            })
    }

    /// Whether the number before is a count.
    pub(super) fn goes_on(&self, at: usize) -> bool {
        at > 0 && self.of[at - 1].is_some()
    }

    /// "بينهم 2057 طفلا، وأجريت": a part of those counted before, of whom no act is told in the same clause.
    fn is_part(&self, at: usize, end: usize) -> bool {
        const NEAR: usize = 3;
        let number = self.numbers[at].tokens.start;
        let said = self.scene.sign_before(number, Signs::PART, NEAR);
        let whole = at.checked_sub(1).and_then(|before| self.of[before]);
        let own = || {
            let act = self.after(at, end)?;
            let gap = end..self.scene.acts[act].tokens.start;
            (!self.scene.is_broken(gap)).then_some(act)
        };
        self.scene.passage.text.lang == Lang::Ar && said && whole.is_some() && own().is_none()
    }

    /// "ont réalisé 25 cataractes": what is operated on, where a verb of doing right before it or behind it says so.
    fn made(&self, at: usize, end: usize) -> Option<Count<'a>> {
        const NEAR: usize = 5;
        let number = self.numbers[at];
        let sentence = self.scene.sentence(number.tokens.start);
        let before = self.from(at).max(number.tokens.start.saturating_sub(NEAR));
        let acted = |tokens: Range<usize>, gap: fn(&Cue, &Range<usize>, usize) -> Range<usize>| {
            let cues = self.scene.cues_in(tokens).iter();
            let mut told = cues.filter(|cue| cue.tells == Tells::Acted);
            told.any(|cue| !self.scene.is_broken(gap(cue, &number.tokens, end)))
        };
        let made = acted(before..number.tokens.start, |cue, number, _| {
            cue.tokens.end..number.start
        }) || acted(end..sentence.end.min(end + NEAR), |cue, _, end| {
            end..cue.tokens.start
        });
        let (_, bearer) = (number.tokens.end..end).find_map(|at| self.scene.bearer(at))?;
        made.then(|| Count {
            bound: self.bound(number, end),
            specialty: bearer.specialty.as_deref(),
            ..Count::of_people(number, end, Procedure::Surgery)
        })
    }

    /// "neuf patients sur dix" counts nobody.
    fn is_share(&self, at: usize, end: usize) -> bool {
        const SMALL: u64 = 10;
        let next = self
            .numbers
            .get(at + 1)
            .filter(|next| next.tokens.start <= end + 2);
        self.scene.sign(end, Signs::OUT_OF).is_some()
            && next.is_some_and(|next| next.value <= SMALL && self.numbers[at].value <= SMALL)
    }

    /// A number without a noun right behind its verb: "et en opéreront six".
    fn governed(&self, at: usize, end: usize) -> Option<Count<'a>> {
        if self.is_year(self.numbers[at]) {
            return None;
        }
        let act = self
            .direct(at, 4)
            .filter(|&act| self.scene.acts[act].traits.any(Signs::VERB))?;
        let mut gap = self.scene.acts[act].tokens.end..self.numbers[at].tokens.start;
        // "il ne s'en est greffé que 47"
        let clause = |at: usize| {
            self.scene.sign(at, Signs::BREAK).is_some()
                && self.scene.sign(at, Signs::ONLY).is_none()
        };
        if gap.any(clause) {
            return None;
        }
        let mut count = self.of_act(self.numbers[at], act, Form::Persons);
        count.tokens.end = end;
        Some(count)
    }

    /// A noun that no list holds counts where a verb that is never said of things governs it.
    fn unknown(&self, at: usize) -> Option<Count<'a>> {
        let number = self.numbers[at];
        let strong = |act: &usize| self.scene.acts[*act].traits.any(Signs::STRONG);
        let direct = || {
            self.direct(at, 4)
                .filter(strong)
                .or_else(|| self.reached(at))
        };
        let act = direct().or_else(|| {
            let after = self.after(at, number.tokens.end).filter(strong)?;
            let between = number.tokens.end..self.scene.acts[after].tokens.start;
            let clause =
                |at: usize| self.scene.is_mark(at) || self.scene.sign(at, Signs::BREAK).is_some();
            (between.len() <= 8
                && self.scene.acts[after].traits.any(Signs::VERB)
                && !between.into_iter().any(clause))
            .then_some(after)
        })?;
        let mut count = self.of_act(number, act, Form::Persons);
        count.tokens.end =
            (number.tokens.end + 1).min(self.scene.sentence(number.tokens.start).end);
        Some(count)
    }
}
