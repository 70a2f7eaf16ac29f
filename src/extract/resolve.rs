//! Resolves the names of one article to its entities: abbreviations, short forms, and bare heads
//! ("l'hôpital", الجمعية) to the organisation last named that fits.

use std::sync::Arc;

use crate::rules::lexicon::Clitics;
use crate::text::clitic;
use crate::text::fold::fold;

use super::apposition::is_peer;
use super::form::Says;
use super::organisation::Organisation;
use super::passage::Passage;
use super::small::Small;
use super::wording::{Wording, Words};

/// An organisation as one article knows it.
#[derive(Debug, Clone)]
pub(super) struct Entity {
    /// Its mentions: passage (0 the body, 1 the title) and position there, in order of reading.
    pub(super) mentions: Vec<(usize, usize)>,
    /// Type of organisation.
    pub(super) class: Arc<str>,
    /// Id in the gazetteer.
    pub(super) id: Option<Arc<str>>,
    /// An office and not a body.
    pub(super) office: bool,
    /// Its name is that of an office, whose holder signs for a body: "ministère" of a minister.
    pub(super) body: Option<Box<str>>,
    /// A place as well as a body.
    pub(super) weak: bool,
    generic: bool,
    /// Several bodies under one plural head.
    several: bool,
    /// Abbreviations, each once.
    sigles: Vec<u32>,
    /// Folded words of each of its names, head words and all; each once.
    names: Vec<Words>,
    /// Folded words that tell it from others of its class.
    own: Words,
}

/// Who appears in an article.
#[derive(Debug, Clone, Default)]
pub(super) struct Cast {
    /// The organisations and offices.
    pub(super) entities: Vec<Entity>,
    /// For each passage, the entity of each mention; none for a bare head that nothing fits.
    pub(super) of: [Vec<Option<usize>>; 2],
    wording: Wording,
}

/// The entities, and the names of each, among which a mention is looked for: more than any article has, so
/// that the worst text costs no more than its length.
const MEMORY: usize = 256;
const NAMES: usize = 32;

/// Resolves body and title; the body is read first, since titles shorten.
pub(super) fn resolve(body: &Passage<'_>, title: &Passage<'_>) -> Cast {
    let mut cast = Cast::default();
    for (number, passage) in [body, title].into_iter().enumerate() {
        cast.of[number].reserve(passage.organisations.len());
        for (position, mention) in passage.organisations.iter().enumerate() {
            let entity = cast.place(passage, mention, (number, position));
            cast.of[number].push(entity);
        }
    }
    cast
}

impl Cast {
    /// The entity of a mention; a new one where nothing fits and the mention names something.
    fn place(
        &mut self,
        passage: &Passage<'_>,
        mention: &Organisation,
        at: (usize, usize),
    ) -> Option<usize> {
        let described = Description::new(passage, mention, &mut self.wording);
        let known = if mention.bare {
            self.recent()
                .rev()
                .filter(|(_, e)| fits_bare(e, mention, &described))
                // "l'hôpital" is sooner one that is called so than the CHU named last.
                // "l'établissement a paraphé" takes up no body with whom something is done.
                .max_by_key(|(_, e)| {
                    let led = !mention.generic || !is_companion(e, passage, at.0);
                    (is_headed(e, &described), led, e.mentions.last().copied())
                })
                .map(|(at, _)| at)
        } else if mention.office && mention.part {
            // The minister of another nation is never the one named before.
            self.recent()
                .find(|(_, e)| e.office && e.names.contains(&described.all))
                .map(|(at, _)| at)
        } else {
            let beside = self.beside(passage, mention, at);
            self.recent()
                .filter(|(at, _)| Some(*at) != beside)
                .find(|(_, entity)| is_same(entity, mention, &described, &self.wording))
                .map(|(at, _)| at)
                .or_else(|| self.renamed(passage, mention, &described, at))
        };
        let known = known.or_else(|| self.of_minister(mention));
        if known.is_none()
            && mention.bare
            && !mention.office
            && (!mention.short || is_owned(passage, mention))
        {
            return None;
        }
        let known = known.unwrap_or_else(|| {
            self.entities.push(Entity {
                mentions: Vec::new(),
                class: mention.class.clone(),
                id: mention.id.clone(),
                office: mention.office,
                body: Some(mention.form.clone()).filter(|form| mention.office && !form.is_empty()),
                // "la DSP", of no place: a party where a construction says so.
                weak: mention.weak || mention.bare && !is_care(&mention.class),
                generic: mention.generic,
                several: mention.several,
                sigles: Vec::new(),
                names: Vec::new(),
                own: Words::default(),
            });
            self.entities.len() - 1
        });
        self.entities[known].add(mention, described, at);
        Some(known)
    }

    /// "la ministre … son ministère", "وزير الصحة … الوزارة": the body of the minister named last.
    fn of_minister(&mut self, mention: &Organisation) -> Option<usize> {
        if !mention.bare || mention.office || &*mention.class != "ministry" {
            return None;
        }
        let minister = |entity: &&Entity| {
            let body = entity.body.as_deref();
            entity.office && body.is_some_and(|body| fold(body) == fold(&mention.form))
        };
        let (_, minister) = self.recent().rev().find(|(_, e)| minister(e))?;
        let ministry = Entity {
            office: false,
            class: mention.class.clone(),
            ..minister.clone()
        };
        self.entities.push(ministry);
        Some(self.entities.len() - 1)
    }

    /// "وزارة الصحة ووزارة الصحة الليبية": what "and" joins to a name is another body.
    fn beside(
        &self,
        passage: &Passage<'_>,
        mention: &Organisation,
        (number, at): (usize, usize),
    ) -> Option<usize> {
        let before = at.checked_sub(1)?;
        let end = passage.organisations[before].tokens.end;
        let start = mention.tokens.start;
        let joined = end == start && mention.clitics.has(Clitics::AND)
            || end + 1 == start && passage.says(end, Says::And);
        // "مع نظيرتها القطرية": never the one whose peer it is.
        let peer = is_peer(passage, start);
        let both = !mention.part && !mention.office;
        self.of[number]
            .get(before)
            .copied()
            .flatten()
            .filter(|_| both && (joined || peer))
    }

    /// The entities that a mention may take up, with their positions.
    fn recent(&self) -> impl DoubleEndedIterator<Item = (usize, &Entity)> {
        let first = self.entities.len().saturating_sub(MEMORY);
        self.entities.iter().enumerate().skip(first)
    }

    /// "le CHU de Batna" for the one CHU named so far, by its person's name alone.
    fn renamed(
        &self,
        passage: &Passage<'_>,
        mention: &Organisation,
        described: &Description,
        place: (usize, usize),
    ) -> Option<usize> {
        if &*mention.class != "university_hospital" || described.own.len() > 2 {
            return None;
        }
        let mut same = self.recent().filter(|(_, e)| e.class == mention.class);
        let (at, entity) = same.next()?;
        let nameless = |own: &Words| own.len() <= 2;
        // "entre l'hôpital universitaire de Gand et le CHU d'Oran" speaks of two.
        let beside = entity.mentions.last().is_some_and(|&(number, at)| {
            let earlier = |at: usize| passage.organisations.get(at).map(|o| o.tokens.start);
            let sentence = |token: usize| passage.text.sentence_of(token);
            number == place.0 && earlier(at).map(sentence) == Some(sentence(mention.tokens.start))
        });
        // "À Oran, l'EHU …. À Tlemcen, le CHU Tidjani-Damerdji": under another head.
        let unlike = entity.is_bare()
            && entity.mentions.last().is_some_and(|&(number, at)| {
                let word = |of: &Organisation| passage.folded(of.tokens.start);
                let mut bare = passage.organisations.get(at).into_iter();
                number == place.0 && bare.any(|bare| word(bare) != word(mention))
            });
        let both_short = entity.names.iter().any(|name| name.len() <= 2);
        let apart = entity.id.is_some() && mention.id.is_some() && entity.id != mention.id;
        (same.next().is_none()
            && !apart
            && nameless(&entity.own)
            && !both_short
            && !unlike
            && !beside
            && mention.short
            && !entity.several
            && !mention.several
            && entity.own.is_disjoint(&described.own))
        .then_some(at)
    }
}

/// The words of a mention.
struct Description {
    all: Words,
    own: Words,
    sigle: Option<u32>,
    /// Its name, where it is one word.
    single: Option<u32>,
}

impl Description {
    fn new(passage: &Passage<'_>, mention: &Organisation, wording: &mut Wording) -> Self {
        let forms = passage.vocabulary.forms();
        let all = wording.words(&mention.name, forms);
        // The type of a hospital tells it from no other of its type; the matter in the head of a
        // faculty or a directorate does.
        let typed = if is_care(&mention.class) {
            mention.head
        } else {
            1
        };
        let head_end = (mention.tokens.start + typed).min(mention.tokens.end);
        let written = mention.tokens.start..head_end.max(mention.tokens.start + 1);
        // A part of a plural bears its head in the singular, which stands nowhere.
        let head = if mention.part {
            &mention.form
        } else {
            passage.text.slice(written)
        };
        let head = wording.words(head, forms);
        let mut word = |name: &str| wording.word(name);
        let sigle = mention.sigle.as_deref().map(&mut word);
        let single = (mention.tokens.len() == 1).then(|| word(&mention.name));
        let own = all.only(|word| !head.has(word) && Some(word) != sigle);
        Self {
            all,
            own,
            sigle,
            single,
        }
    }
}

impl Entity {
    /// Whether nothing but a head names it: "le ministre", الوزير.
    pub(super) fn is_bare(&self) -> bool {
        self.names.is_empty()
    }

    /// Whether it stands for several bodies, none named by itself.
    pub(super) fn several(&self) -> bool {
        self.several
    }

    fn add(&mut self, mention: &Organisation, described: Description, at: (usize, usize)) {
        self.mentions.push(at);
        if mention.bare {
            return;
        }
        for sigle in described.sigle.into_iter().chain(described.single) {
            if !self.sigles.contains(&sigle) && self.sigles.len() < MEMORY {
                self.sigles.push(sigle);
            }
        }
        self.generic &= mention.generic;
        if self.class.is_empty() || (!mention.generic && &*self.class == "hospital") {
            self.class = mention.class.clone();
        }
        self.id = self.id.take().or_else(|| mention.id.clone());
        if self.own.len() < MEMORY {
            self.own.extend(&described.own);
        }
        if !self.names.contains(&described.all) && self.names.len() < NAMES {
            self.names.push(described.all);
        }
    }
}

/// "avec l'hôpital d'Aubagne": whether a body was named last as that with whom something is done.
fn is_companion(entity: &Entity, passage: &Passage<'_>, number: usize) -> bool {
    let Some(&(own, at)) = entity.mentions.last() else {
        return false;
    };
    let named = passage.organisations.get(at).filter(|_| own == number);
    let before = named.and_then(|named| named.tokens.start.checked_sub(1));
    before.is_some_and(|before| {
        let before = before.saturating_sub(usize::from(passage.is_article(before)));
        passage.says(before, Says::Along)
    })
}

/// "représentée par son DSP": of the body named before.
fn is_owned(passage: &Passage<'_>, mention: &Organisation) -> bool {
    let before = mention.tokens.start.checked_sub(1);
    !is_care(&mention.class)
        && before.is_some_and(|before| {
            passage.is_small(before, Small::Own) || passage.is_small(before, Small::Their)
        })
}

fn is_same(
    entity: &Entity,
    mention: &Organisation,
    described: &Description,
    wording: &Wording,
) -> bool {
    if entity.office != mention.office || entity.several != mention.several {
        return false;
    }
    // The director of health of a wilaya is no minister of health.
    if mention.office && entity.body.as_deref().unwrap_or_default() != &*mention.form {
        return false;
    }
    // "son homologue tunisien" is not the minister that it stands beside.
    let alike = || described.own.is_subset(&entity.own) && entity.own.is_subset(&described.own);
    if mention.office && mention.part && !alike() {
        return false;
    }
    if mention.id.is_some() && entity.id == mention.id {
        return true;
    }
    if described
        .single
        .is_some_and(|single| entity.sigles.contains(&single))
    {
        return true;
    }
    // "la fondation FDIA" bears the letters of the name.
    let mut own = described.own.iter();
    if let (Some(own), None) = (own.next(), own.next())
        && is_family(entity, mention)
        && entity.sigles.contains(&own)
    {
        return true;
    }
    if is_other_club(entity, mention, described) {
        return false;
    }
    if described.sigle.is_some_and(|sigle| {
        entity
            .names
            .iter()
            .any(|name| name.len() == 1 && name.has(sigle))
    }) {
        return true;
    }
    if described.all.len() >= 2
        && entity
            .names
            .iter()
            .any(|name| described.all.is_subset(name))
    {
        return true;
    }
    // A government is no ministry of the same nation.
    if &*mention.class == "ministry" && !mention.office {
        let all = &described.all;
        return all.len() >= 2
            && is_family(entity, mention)
            && entity.names.iter().any(|name| name.len() >= 2)
            && entity.names.iter().all(|name| within(name, all));
    }
    is_of_town(entity, mention, described, wording)
        || is_family(entity, mention)
            && within(&described.own, &entity.own)
            && !described.own.is_empty()
            && !entity.own.is_empty()
}

/// An order of doctors is no union of doctors: these bear another head word.
fn is_other_club(entity: &Entity, mention: &Organisation, described: &Description) -> bool {
    let own = &described.own;
    let mut head = described.all.iter().filter(|&word| !own.has(word));
    let unknown = |word| entity.names.iter().all(|name| !name.has(word));
    matches!(&*entity.class, "union" | "association")
        && !mention.short
        && !entity.names.is_empty()
        && entity.names.iter().all(|name| name.len() > 1)
        && head.any(unknown)
}

/// "المركز البيضاوي" for "المركز الاستشفائي الجامعي بالدار البيضاء": the head and the adjective of the town.
fn is_of_town(
    entity: &Entity,
    mention: &Organisation,
    described: &Description,
    wording: &Wording,
) -> bool {
    const STEM: usize = 4;
    let mut own = described.own.iter();
    let (Some(number), None) = (own.next(), own.next()) else {
        return false;
    };
    let adjective = wording.spelled(number);
    if &*mention.class != "other"
        || !is_care(&entity.class)
        || !adjective.ends_with(clitic::RELATION)
    {
        return false;
    }
    let stem: String = adjective.chars().take(STEM).collect();
    let headed = |name: &Words| {
        let mut head = described.all.iter().filter(|&word| word != number);
        head.clone().count() > 0 && head.all(|word| name.has(word))
    };
    adjective.chars().count() > STEM
        && entity
            .own
            .iter()
            .any(|word| wording.spelled(word).starts_with(&stem))
        && entity.names.iter().any(headed)
}

/// One set inside the other: "CHU de Sétif" and "CHU Saâdna-Abdennour de Sétif".
fn within(a: &Words, b: &Words) -> bool {
    a.is_subset(b) || b.is_subset(a)
}

/// Whether one body can bear both heads: a hospital of no said type may be any, a CHU is no EPH.
fn is_family(entity: &Entity, mention: &Organisation) -> bool {
    entity.weak == mention.weak && entity.class == mention.class
        || (entity.generic || mention.generic) && is_care(&entity.class) && is_care(&mention.class)
}

/// Whether a body cares for patients.
pub(super) fn is_care(class: &str) -> bool {
    matches!(
        class,
        "hospital" | "university_hospital" | "specialised_hospital" | "clinic"
    )
}

/// Whether the words of a mention stand in a name of an entity.
fn is_headed(entity: &Entity, described: &Description) -> bool {
    let all = &described.all;
    entity
        .names
        .iter()
        .any(|name| !all.is_empty() && all.is_subset(name))
}

fn fits_bare(entity: &Entity, mention: &Organisation, described: &Description) -> bool {
    // "le CHU" is no association of its friends.
    let cares = || is_care(&entity.class) || !is_care(&mention.class);
    let headed = || is_headed(entity, described) && cares();
    !entity.office
        && !mention.office
        && (is_family(entity, mention) || headed() || mention.generic && is_care(&entity.class))
}
