//! Gives every organisation of an article one id: the gazetteer's, else a key made of class, name and town.

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::record::fact::Partner;

use super::correction::Corrections;
use super::gazetteer::{Context, Gazetteer, ListedIndex};
use super::name::Name;
use super::name_key::SHORTEST;
use super::place::PlaceIndex;

/// An organisation as one article names it, and the id it shares with other articles.
#[derive(Debug, Clone, PartialEq)]
pub struct Entity {
    /// `dz/chu-oran`; `x/association/fsn-sldr` where no list holds it.
    pub id: String,
    /// Its row.
    pub listed: Option<ListedIndex>,
    /// Type of organisation.
    pub kind: Option<String>,
    /// Name by language.
    pub name: BTreeMap<String, String>,
    /// The article's names for it, taken apart.
    pub names: Vec<Name>,
    /// What all of them say together.
    pub whole: Name,
    /// Of one that names no place: the places of its article.
    pub near: Vec<Vec<PlaceIndex>>,
}

impl Entity {
    /// Whether it means nothing outside its article: a head word alone.
    pub fn is_bare(&self) -> bool {
        self.listed.is_none() && self.whole.is_bare()
    }

    /// Whether it stands for several: « les hôpitaux du Sud ».
    pub fn is_collective(&self) -> bool {
        self.listed.is_none() && self.whole.plural
    }
}

type Read = Arc<(Vec<Name>, Vec<(ListedIndex, f64)>)>;

/// Resolves partners, and remembers the names that it has taken apart.
#[derive(Debug, Clone)]
pub struct Resolver {
    /// What is listed.
    pub gazetteer: Arc<Gazetteer>,
    /// What analysts decided.
    pub corrections: Arc<Corrections>,
    read: FxHashMap<Vec<String>, Read>,
    /// Entities by id and first name: what articles name alike is held once.
    shared: FxHashMap<(String, String), Vec<Arc<Entity>>>,
}

impl Resolver {
    /// A resolver that has read nothing yet.
    pub fn new(gazetteer: Arc<Gazetteer>, corrections: Arc<Corrections>) -> Self {
        Self {
            gazetteer,
            corrections,
            read: FxHashMap::default(),
            shared: FxHashMap::default(),
        }
    }

    /// The names of a partner, taken apart, and the rows that they may mean.
    pub fn read(&mut self, partner: &Partner) -> Read {
        let mut written = vec![partner.name.clone()];
        written.extend(partner.aliases.iter().cloned());
        if let Some(read) = self.read.get(&written) {
            return Arc::clone(read);
        }
        let vocabulary = &self.gazetteer.vocabulary;
        let names: Vec<Name> = written
            .iter()
            .map(|name| Name::new(name, vocabulary))
            .collect();
        let spelled: Vec<&str> = written.iter().map(String::as_str).collect();
        let candidates = self.gazetteer.candidates(&spelled, &names);
        let read = Arc::new((names, candidates));
        self.read.insert(written, Arc::clone(&read));
        read
    }

    /// The entity of a partner where its article stands.
    pub fn resolve(
        &mut self,
        partner: &Partner,
        lang: &str,
        context: &Context,
        article: &str,
    ) -> Arc<Entity> {
        let entity = self.entity(partner, lang, context, article);
        let shared = self
            .shared
            .entry((entity.id.clone(), partner.name.clone()))
            .or_default();
        if let Some(known) = shared.iter().find(|known| ***known == entity) {
            return Arc::clone(known);
        }
        let entity = Arc::new(entity);
        if !entity.is_bare() {
            shared.push(Arc::clone(&entity));
        }
        entity
    }

    fn entity(
        &mut self,
        partner: &Partner,
        lang: &str,
        context: &Context,
        article: &str,
    ) -> Entity {
        let read = self.read(partner);
        let narrowed = read
            .0
            .iter()
            .map(|name| self.gazetteer.narrowed(name, context));
        let names: Vec<Name> = narrowed.collect();
        let given = partner.id.as_deref().and_then(|id| self.gazetteer.find(id));
        let abroad = given.is_some_and(|listed| {
            let gazetteer = &self.gazetteer;
            gazetteer.is_of_another_state(&read.0, listed, context)
        });
        let given = given.filter(|_| !abroad);
        let mut listed = given.or_else(|| self.gazetteer.resolve(&read.1, &names, context));
        // A town alone is the one of the article's country; a name of its own may be from abroad.
        let mut names = names;
        if listed.is_none() && read.0.iter().any(|name| name.weight() >= SHORTEST) {
            listed = self.gazetteer.resolve(&read.1, &read.0, context);
            if listed.is_some() {
                names.clone_from(&read.0);
            }
        }
        let whole = self.whole(&names);
        let own = match listed {
            Some(listed) => self.gazetteer.at(listed).id.clone(),
            None => partner
                .id
                .clone()
                .filter(|_| !abroad)
                .unwrap_or_else(|| self.key(&whole, context, article)),
        };
        let id = self.corrections.entity(&own).to_owned();
        let listed = if id == own {
            listed
        } else {
            self.gazetteer.find(&id)
        };
        Entity {
            name: self.names_of(listed, partner, lang, &id),
            kind: listed
                .map(|listed| self.gazetteer.at(listed).kind.clone())
                .or_else(|| partner.class.clone())
                .or_else(|| self.kind_of(&whole)),
            id,
            listed,
            near: if listed.is_none() && whole.places.is_empty() {
                context.places.clone()
            } else {
                Vec::new()
            },
            names,
            whole,
        }
    }

    fn kind_of(&self, name: &Name) -> Option<String> {
        let class = name.class?;
        Some(
            self.gazetteer.vocabulary.classes[class as usize]
                .kind
                .clone(),
        )
    }

    fn names_of(
        &self,
        listed: Option<ListedIndex>,
        partner: &Partner,
        lang: &str,
        id: &str,
    ) -> BTreeMap<String, String> {
        let mut name = BTreeMap::from([(lang.to_owned(), partner.name.clone())]);
        if let Some(listed) = listed {
            let row = self.gazetteer.at(listed);
            for (lang, listed) in [("fr", &row.fr), ("ar", &row.ar)] {
                if !listed.is_empty() {
                    name.insert(lang.to_owned(), listed.clone());
                }
            }
        }
        for (lang, renamed) in self.corrections.names(id) {
            name.insert(lang.to_owned(), renamed.to_owned());
        }
        name
    }

    /// All names of one article together: the narrowest class, every place, subject and word.
    fn whole(&self, names: &[Name]) -> Name {
        let mut whole = names.first().cloned().unwrap_or_default();
        let scale = self.gazetteer.scale();
        for name in names.iter().skip(1) {
            match (whole.class, name.class) {
                (None, _) => whole.class = name.class,
                (Some(wide), Some(narrow)) if scale.is_wider(wide, narrow) => {
                    whole.class = name.class;
                }
                _ => {}
            }
            whole.places.extend(name.places.iter().cloned());
            for topic in &name.topics {
                if !whole.topics.contains(topic) {
                    whole.topics.push(*topic);
                }
            }
            if whole.words.is_empty() {
                whole.words.clone_from(&name.words);
            }
            whole.sigles.extend(name.sigles.iter().cloned());
            whole.soft.extend(name.soft.iter().cloned());
        }
        whole
    }

    /// The id of a name that no list holds. Hospitals and offices are told apart by their town; a head
    /// word alone is known in its article only.
    fn key(&self, name: &Name, context: &Context, article: &str) -> String {
        let vocabulary = &self.gazetteer.vocabulary;
        let class = name
            .class
            .map_or("name", |class| &vocabulary.classes[class as usize].id);
        if name.is_bare() {
            return format!("x/{class}@{article}");
        }
        let mut parts: Vec<String> = if name.weight() == 0 {
            name.topics
                .iter()
                .map(|&topic| vocabulary.topic_id(topic).to_owned())
                .collect()
        } else {
            name.words.clone()
        };
        if parts.is_empty() {
            parts.clone_from(&name.sigles);
        }
        parts.sort_unstable();
        parts.dedup();
        let place = self.place_of(name, context);
        let place = place.map(|place| format!("@{}", self.gazetteer.places.at(place).id));
        format!("x/{class}/{}{}", parts.join("-"), place.unwrap_or_default())
    }

    fn place_of(&self, name: &Name, context: &Context) -> Option<PlaceIndex> {
        let places = &self.gazetteer.places;
        let mention = name
            .places
            .iter()
            .find(|mention| mention.iter().any(|&place| !places.is_country(place)))
            .or(name.places.first())?;
        let home = mention.iter().find(|&&place| {
            Some(places.at(place).country) == context.country && !places.is_country(place)
        });
        home.or(mention.first()).copied()
    }
}
