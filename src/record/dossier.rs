//! Holds a dossier: one agreement, told by many articles in either language.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::fact::{Bound, ConventionStatus, Kind, OperationStatus, Procedure};

/// The version of the dossier format, the value of `schema` in every dossier.
pub const SCHEMA: &str = "sihafa-dossier/1";

/// One agreement: the conventions, in whatever article or language, that are one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Dossier {
    /// `sihafa-dossier/1`.
    pub schema: String,
    /// Stable key.
    pub id: String,
    /// The most specific kind that an article gives.
    pub kind: Kind,
    /// The latest state that an article tells.
    pub status: ConventionStatus,
    /// How many agreements it stands for; null for "plusieurs".
    pub number: Option<u64>,
    /// How exact `number` is.
    pub bound: Option<Bound>,
    /// Organisations bound by it.
    pub partners: Vec<Member>,
    /// Those who presided over it.
    pub patrons: Vec<Member>,
    /// EDTF day of signature, by the most articles.
    pub date: Option<String>,
    /// Every signing date told, with the articles that say it; more than one is a contradiction.
    pub dates: Vec<Support>,
    /// Where it was signed.
    pub place: Option<Named>,
    /// What it is about, by language.
    pub subject: BTreeMap<String, String>,
    /// The conventions that it ties together.
    pub articles: Vec<Mention>,
    /// Acts done under it; the same count told by five papers is one.
    pub operations: Vec<Act>,
    /// What happened, by date.
    pub timeline: Vec<Moment>,
    /// How sure the link is, 0 to 1.
    pub confidence: f64,
}

impl Dossier {
    /// Whether another tells the same of the agreement: who, what, when, where, by which articles, what was
    /// done; whatever names are written like, and however sure it is.
    pub fn tells_the_same(&self, other: &Self) -> bool {
        self.told() == other.told()
    }

    /// What it tells, without the words in which it does.
    fn told(&self) -> Self {
        let bare = |members: &[Member]| {
            let bare = |member: &Member| Member {
                name: BTreeMap::new(),
                ..member.clone()
            };
            members.iter().map(bare).collect()
        };
        let article = |mention: &Mention| Mention {
            convention: 0,
            duplicate_of: None,
            ..mention.clone()
        };
        let mut told = Self {
            partners: bare(&self.partners),
            patrons: bare(&self.patrons),
            place: self.place.as_ref().map(|place| Named {
                name: match place.id {
                    Some(_) => BTreeMap::new(),
                    None => place.name.clone(),
                },
                ..place.clone()
            }),
            subject: BTreeMap::new(),
            articles: self.articles.iter().map(article).collect(),
            confidence: 0.0,
            ..self.clone()
        };
        told.articles.sort();
        told.articles.dedup();
        told
    }
}

/// An organisation of a dossier, in both scripts where both are known.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Member {
    /// Id of the entity.
    pub id: String,
    /// Name by language: `fr`, `ar`.
    pub name: BTreeMap<String, String>,
    /// Type of organisation.
    #[serde(rename = "type")]
    pub class: Option<String>,
}

/// A place of a dossier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Named {
    /// Id of the entity, where known.
    pub id: Option<String>,
    /// Name by language: `fr`, `ar`.
    pub name: BTreeMap<String, String>,
}

/// A value and the articles that say it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Support {
    /// EDTF value.
    pub value: String,
    /// Ids of the articles.
    pub articles: Vec<String>,
}

/// One convention of one article.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Mention {
    /// Id of the article.
    pub id: String,
    /// Language of the article.
    pub lang: String,
    /// Position of the convention in the article's record, from 0.
    pub convention: usize,
    /// When the article was published.
    pub published: Option<String>,
    /// The article that this one repeats; such articles count once as support.
    pub duplicate_of: Option<String>,
}

/// A quantity of acts done under the agreement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Act {
    /// The number.
    pub count: u64,
    /// The upper end, where a range is told.
    pub max: Option<u64>,
    /// How exact it is.
    pub bound: Bound,
    /// The class of the acts.
    pub procedure: Procedure,
    /// Done, or to be done.
    pub status: OperationStatus,
    /// Ids of the articles that tell it.
    pub articles: Vec<String>,
}

/// Something that happened to the agreement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Moment {
    /// EDTF value.
    pub date: String,
    /// The state that began: `planned`, `signed`, `in_force`, `renewed`, `ended`.
    pub event: ConventionStatus,
    /// Ids of the articles that tell it.
    pub articles: Vec<String>,
}
