//! Says what a telling takes from the one before: the day of the ceremony, who signs again, one more of a series.

use crate::record::Lang;
use crate::record::fact::Kind;
use crate::text::token::Shape;

use super::agreement::Agreement;
use super::form::Says;
use super::passage::Dated;
use super::sign::Sign;
use super::small::Small;
use super::told::{Attachment, Reader, Telling};
use super::vocabulary::{Cue, Strength};

/// The day of the last signature that was told.
pub(super) fn day_before(tellings: &[Telling]) -> Option<(usize, Dated)> {
    // What is over or goes on was signed on another day.
    let news = |telling: &&Telling| !telling.under && !telling.cues.contains(&Cue::End);
    tellings
        .iter()
        .rev()
        .filter(news)
        .find_map(|telling| telling.date.clone())
}

impl Telling {
    /// What is signed at the ceremony told before was signed on its day.
    pub(super) fn held_on(mut self, day: Option<(usize, Dated)>) -> Self {
        let done = |cue: &Cue| matches!(cue, Cue::Sign | Cue::Renew);
        let planned = self.cues.contains(&Cue::Plan);
        if self.cues.iter().any(done) && !planned && self.passage == 0 {
            self.date = self.date.or(day);
        }
        self
    }
}

impl Telling {
    /// "une convention du même type" is of the kind told before.
    pub(super) fn alike(mut self, known: Option<Kind>) -> Self {
        if let Some(kind) = known.filter(|_| self.agreement.kind == Kind::Convention) {
            self.agreement.kind = kind;
        }
        self
    }

    /// "أما الاتفاقية الثالثة فهي بين", "ويتعلق الأمر بمذكرة تفاهم بين": one of those signed before, with no verb
    /// of its own.
    pub(super) fn likewise(mut self, before: Option<&News>) -> Self {
        let one = &self.agreement;
        let listed = self.cues.contains(&Cue::List);
        // "أبرمت الأولى في يوليوز مع أ، والثانية في شتنبر مع ب"
        let placed = one.part.is_some_and(|place| place > 1) && self.date.is_some();
        let more = (one.another && one.definite || listed) && self.parties.len() > 1;
        let more = (more || placed) && !self.under;
        // "Ils ont été signés samedi, l'un par A et B, l'autre par C et D".
        let next = before.is_some_and(|before| {
            let place = before.part.zip(one.part);
            before.sentence == self.sentence && place.is_some_and(|(old, new)| old + 1 == new)
        });
        let before =
            before.filter(|_| (more || next) && !self.cues.iter().any(|cue| is_state(*cue)));
        if let Some(before) = before.filter(|before| before.passage == self.passage) {
            self.cues.extend(before.states.iter().flatten());
            self.date = self.date.or_else(|| before.date.clone());
        }
        self
    }
}

/// What a telling says of the state of its agreement.
pub(super) struct News {
    passage: usize,
    sentence: usize,
    part: Option<u64>,
    states: [Option<Cue>; 4],
    date: Option<(usize, Dated)>,
}

impl News {
    pub(super) fn of(telling: &Telling) -> Self {
        let said = |cue: Cue| telling.cues.contains(&cue).then_some(cue);
        Self {
            passage: telling.passage,
            sentence: telling.sentence,
            part: telling.agreement.part,
            states: [Cue::Sign, Cue::Renew, Cue::End, Cue::Plan].map(said),
            date: telling.date.clone(),
        }
    }
}

/// Whether a cue says in what state an agreement is.
pub(super) const fn is_state(cue: Cue) -> bool {
    matches!(cue, Cue::Sign | Cue::Renew | Cue::End | Cue::Plan)
}

impl Telling {
    /// "كما وقع اتفاقية مع", "et une autre avec": who signed before in the sentence signs again.
    pub(super) fn after(mut self, first: Option<&Self>) -> Self {
        // "ont signé un protocole et deux mémorandums": both are theirs.
        const AND: usize = 2;
        if let Some(first) = first
            // "… pour les échanges entre les deux universités" names those who sign.
            && self.parties.iter().all(|party| first.parties.contains(party))
            && !self.agreement.definite
            && self.agreement.strength == Strength::Strong
            && first.agreement.strength == Strength::Strong
            && !first.agreement.definite
            && first.parties.len() > 1
            && (first.agreement.tokens.end..first.agreement.tokens.end + AND + 1)
                .contains(&self.agreement.tokens.start)
        {
            self.parties.clone_from(&first.parties);
            self.attachment = first.attachment;
            self.agreement.another = true;
            self.date = self.date.or_else(|| first.date.clone());
            let states = first.cues.iter().filter(|cue| is_state(**cue));
            self.cues.extend(states);
            return self;
        }
        let lone = self.attachment == Attachment::With && self.parties.len() == 1;
        // "اتفاقيتين: الأولى مع أ والثانية مع ب": who signs both is told with the words that count them.
        let counted = |first: &&Self| {
            let [own, other] = [&self.agreement, &first.agreement].map(|one| one.part);
            own.is_some() && other.is_some() && first.parties.len() == 1
        };
        let first = first.filter(|_| lone && !self.agreement.definite);
        let Some(first) = first.filter(|first| !counted(first)) else {
            return self;
        };
        if let Some(agent) = first
            .parties
            .first()
            .filter(|agent| !self.parties.contains(agent))
        {
            self.parties.insert(0, *agent);
        }
        if !self.cues.iter().any(|cue| is_state(*cue)) {
            self.cues
                .extend(first.cues.iter().filter(|cue| is_state(**cue)));
        }
        self
    }
}

/// The kind that was told last of the agreements before.
pub(super) fn kind_before(tellings: &[Telling]) -> Option<Kind> {
    const NEAR: usize = 8;
    let kinds = tellings.iter().rev().map(|telling| telling.agreement.kind);
    kinds.take(NEAR).find(|kind| *kind != Kind::Convention)
}

/// The entities of both lists, each once.
pub(super) fn join(mut first: Vec<usize>, second: Vec<usize>) -> Vec<usize> {
    for entity in second {
        if !first.contains(&entity) {
            first.push(entity);
        }
    }
    first
}

impl Reader<'_> {
    /// A sentence that goes on about the agreement of the one before without its noun: "Signée en
    /// juin 2015, elle …", "elle le sera le 25 juin", وقعها عن …
    pub(super) fn continued(&self, agreements: &[Agreement]) -> Option<Agreement> {
        let first = self.sentence.start;
        // "Elle lie l'hôpital à l'association": whom the one told before binds.
        let ties = |sign: &&Sign| {
            matches!(sign.cue, Cue::Between | Cue::Tie)
                && sign.tokens.start == first + 1
                && [Small::Subject, Small::Pronoun]
                    .into_iter()
                    .any(|class| self.is_small(first, class))
        };
        if agreements.is_empty()
            && let Some(tie) = self.signs.iter().find(ties)
        {
            return Some(Agreement::told_before(tie.tokens.clone(), None));
        }
        let spoken = |sign: &&Sign| {
            matches!(sign.cue, Cue::Sign | Cue::Renew | Cue::End)
                || sign.cue == Cue::Plan && !sign.near
        };
        let verb = self.signs.iter().find(spoken)?;
        if verb.cue == Cue::Plan && self.is_of_work(verb) {
            return None;
        }
        let asked = self
            .sentence
            .end
            .checked_sub(1)
            .is_some_and(|last| matches!(self.passage.folded(last), "?" | "؟"));
        if asked {
            return None;
        }
        // "وقد تم إمضاؤها بداكار": an Arabic verbal noun with the pronoun of the agreement, behind its auxiliaries.
        let owned = self.passage.text.lang == Lang::Ar
            && self.passage.ends_as(verb.tokens.start, Says::Owned);
        let reach = if owned { 3 } else { 1 };
        let forms = self.vocabulary.forms();
        let begins = verb.tokens.start <= first + reach
            && !forms.begins(Says::Aside, self.passage.folded(first));
        let taken_up = [Small::Subject, Small::Pronoun, Small::That]
            .into_iter()
            .any(|class| self.is_small(first, class))
            || self.passage.says(first, Says::It);
        // "La caisse l'a dénoncé jeudi".
        let first = verb.tokens.start.saturating_sub(4).max(first);
        let object = (first..verb.tokens.start).any(|at| {
            self.passage.has(at, Shape::ELIDED)
                && self.is_small(at, Small::Article)
                && self.is_small(at + 1, Small::Have)
        });
        let subject = !object && self.slots.iter().any(|slot| slot.token < verb.tokens.start);
        (agreements.is_empty() && (begins || taken_up || object) && !subject)
            .then(|| Agreement::told_before(verb.tokens.clone(), None))
    }

    /// "ومن المنتظر أن يستقبل المستشفى": what is to come is no signature.
    fn is_of_work(&self, plan: &Sign) -> bool {
        const NEAR: usize = 4;
        let end = plan.tokens.end;
        let signed = |sign: &Sign| {
            matches!(sign.cue, Cue::Sign | Cue::Renew)
                && (end..end + NEAR).contains(&sign.tokens.start)
        };
        let clause = self.passage.says(end, Says::That) || self.passage.says(end - 1, Says::That);
        // "ومن المقرر إجراء خمس زراعات"
        let counted = self.passage.text.lang == Lang::Ar
            && self
                .passage
                .numbers
                .iter()
                .any(|number| (end..end + NEAR).contains(&number.tokens.start));
        (clause || counted) && !self.signs.iter().any(signed)
    }
}
