//! Resolves the names of one article to its entities: abbreviations, short forms, and bare heads
//! ("l'hôpital", الجمعية) to the organisation last named that fits.

use rustc_hash::FxHashSet;

use crate::text::fold::fold;

use super::organisation::Organisation;
use super::passage::Passage;

/// An organisation as one article knows it.
#[derive(Debug, Clone)]
pub(super) struct Entity {
    /// Its mentions: passage (0 the body, 1 the title) and position there, in order of reading.
    pub(super) mentions: Vec<(usize, usize)>,
    /// Type of organisation.
    pub(super) class: Box<str>,
    /// Id in the gazetteer.
    pub(super) id: Option<Box<str>>,
    /// An office and not a body.
    pub(super) office: bool,
    /// An office whose holder signs for a body: "ministère" of a minister.
    pub(super) body: Option<Box<str>>,
    /// A place as well as a body.
    pub(super) weak: bool,
    generic: bool,
    /// Several bodies under one plural head.
    several: bool,
    sigles: Vec<String>,
    /// Folded words of each of its names, head words and all.
    names: Vec<FxHashSet<String>>,
    /// Folded words that tell it from others of its class.
    own: FxHashSet<String>,
}

/// Who appears in an article.
#[derive(Debug, Clone, Default)]
pub(super) struct Cast {
    /// The organisations and offices.
    pub(super) entities: Vec<Entity>,
    /// For each passage, the entity of each mention; none for a bare head that nothing fits.
    pub(super) of: [Vec<Option<usize>>; 2],
}

/// Resolves body and title; the body is read first, since titles shorten.
pub(super) fn resolve(body: &Passage<'_>, title: &Passage<'_>) -> Cast {
    let mut cast = Cast::default();
    for (number, passage) in [body, title].into_iter().enumerate() {
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
        let described = Description::new(passage, mention);
        let known = if mention.bare {
            self.entities
                .iter()
                .enumerate()
                .rev()
                .filter(|(_, e)| fits_bare(e, mention, &described))
                // "l'hôpital" is sooner one that is called so than the CHU named last.
                .max_by_key(|(_, e)| (is_headed(e, &described), e.mentions.last().copied()))
                .map(|(at, _)| at)
        } else {
            self.entities
                .iter()
                .position(|entity| is_same(entity, mention, &described))
                .or_else(|| self.renamed(mention, &described))
        };
        if known.is_none()
            && mention.bare
            && !mention.office
            && !(mention.short && is_care(&mention.class))
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
                weak: mention.weak,
                generic: mention.generic,
                several: mention.several,
                sigles: Vec::new(),
                names: Vec::new(),
                own: FxHashSet::default(),
            });
            self.entities.len() - 1
        });
        self.entities[known].add(mention, described, at);
        Some(known)
    }

    /// "le CHU de Batna" for the one CHU named so far, by its person's name alone.
    fn renamed(&self, mention: &Organisation, described: &Description) -> Option<usize> {
        if &*mention.class != "university_hospital" || described.own.len() > 2 {
            return None;
        }
        let mut same = self
            .entities
            .iter()
            .enumerate()
            .filter(|(_, e)| e.class == mention.class);
        let (at, entity) = same.next()?;
        let nameless = |own: &FxHashSet<String>| own.len() <= 2;
        let both_short = entity.names.iter().any(|name| name.len() <= 2);
        (same.next().is_none()
            && nameless(&entity.own)
            && !both_short
            && mention.short
            && !entity.several
            && !mention.several
            && entity.own.is_disjoint(&described.own))
        .then_some(at)
    }
}

/// The words of a mention.
struct Description {
    all: FxHashSet<String>,
    own: FxHashSet<String>,
    sigle: Option<String>,
}

impl Description {
    fn new(passage: &Passage<'_>, mention: &Organisation) -> Self {
        let all = words(&mention.name);
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
        let head = words(if mention.part {
            &mention.form
        } else {
            passage.text.slice(written)
        });
        let sigle = mention.sigle.as_deref().map(fold);
        let own = all
            .iter()
            .filter(|word| !head.contains(*word) && Some(*word) != sigle.as_ref())
            .cloned()
            .collect();
        Self { all, own, sigle }
    }
}

impl Entity {
    fn add(&mut self, mention: &Organisation, described: Description, at: (usize, usize)) {
        self.mentions.push(at);
        if mention.bare {
            return;
        }
        self.sigles.extend(described.sigle);
        if mention.tokens.len() == 1 {
            self.sigles.push(fold(&mention.name));
        }
        self.generic &= mention.generic;
        if self.class.is_empty() || (!mention.generic && &*self.class == "hospital") {
            self.class = mention.class.clone();
        }
        self.id = self.id.take().or_else(|| mention.id.clone());
        self.own.extend(described.own);
        self.names.push(described.all);
    }
}

fn is_same(entity: &Entity, mention: &Organisation, described: &Description) -> bool {
    if entity.office != mention.office {
        return false;
    }
    if mention.id.is_some() && entity.id == mention.id {
        return true;
    }
    if mention.tokens.len() == 1 && entity.sigles.contains(&fold(&mention.name)) {
        return true;
    }
    if described.sigle.as_ref().is_some_and(|sigle| {
        entity
            .names
            .iter()
            .any(|name| name.len() == 1 && name.contains(sigle))
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
    is_family(entity, mention)
        && within(&described.own, &entity.own)
        && !described.own.is_empty()
        && !entity.own.is_empty()
}

/// One set inside the other: "CHU de Sétif" and "CHU Saâdna-Abdennour de Sétif".
fn within(a: &FxHashSet<String>, b: &FxHashSet<String>) -> bool {
    a.is_subset(b) || b.is_subset(a)
}

/// Whether one body can bear both heads: a hospital of no said type may be any, a CHU is no EPH.
fn is_family(entity: &Entity, mention: &Organisation) -> bool {
    entity.class == mention.class && entity.weak == mention.weak
        || is_care(&entity.class) && is_care(&mention.class) && (entity.generic || mention.generic)
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
    let headed = is_headed(entity, described);
    !entity.office
        && !mention.office
        && (headed || is_family(entity, mention) || mention.generic && is_care(&entity.class))
}

/// Folded words without articles, prepositions and the Arabic clitics of a noun.
pub(super) fn words(name: &str) -> FxHashSet<String> {
    let folded = fold(name);
    folded
        .split(|c: char| !c.is_alphanumeric())
        .map(strip)
        .filter(|word| {
            !word.is_empty()
                && !matches!(
                    *word,
                    "le" | "la"
                        | "les"
                        | "l"
                        | "de"
                        | "des"
                        | "du"
                        | "d"
                        | "et"
                        | "a"
                        | "au"
                        | "aux"
                        | "en"
                )
        })
        .map(str::to_owned)
        .collect()
}

fn strip(word: &str) -> &str {
    let long = |rest: &&str| rest.chars().count() >= 3;
    for prefix in ["وال", "بال", "فال", "لل", "ال"] {
        if let Some(rest) = word.strip_prefix(prefix).filter(long) {
            return rest;
        }
    }
    match word.strip_prefix(['ب', 'ل']) {
        Some(rest) if rest.chars().count() >= 4 => rest,
        _ => word,
    }
}
