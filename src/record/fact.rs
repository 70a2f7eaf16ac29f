//! Holds facts as types: conventions, partners, operation counts and dates, each with its span and evidence.

use std::ops::Range;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Which text a span points into.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Field {
    /// The title; written as `"in": "title"`. Spans of the body carry no `in`.
    Title,
}

/// A half-open range of the body, or of the title where `in` says so.
/// Bytes inside the program, Unicode code points in a written record.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Default,
    Serialize,
    Deserialize,
    JsonSchema,
)]
pub struct Span {
    /// First position.
    pub start: usize,
    /// Position after the last.
    pub end: usize,
    /// The title, or nothing for the body.
    #[serde(rename = "in", default, skip_serializing_if = "Option::is_none")]
    pub field: Option<Field>,
}

impl Span {
    /// A span of the body.
    pub const fn body(start: usize, end: usize) -> Self {
        Self {
            start,
            end,
            field: None,
        }
    }

    /// A span of the title.
    pub const fn title(start: usize, end: usize) -> Self {
        Self {
            start,
            end,
            field: Some(Field::Title),
        }
    }

    /// The range without its field.
    pub const fn range(self) -> Range<usize> {
        self.start..self.end
    }
}

/// How exact a number is.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Default,
    Serialize,
    Deserialize,
    JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    /// As written.
    #[default]
    Exact,
    /// "environ", "une vingtaine", حوالي.
    Approx,
    /// "plus de", "au moins", أكثر من.
    Min,
    /// "jusqu'à", "moins de", أقل من.
    Max,
}

/// The kind of an agreement; see the guidelines for which wins where several are named.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Jumelage, توأمة.
    Twinning,
    /// Partenariat, شراكة.
    Partnership,
    /// Coopération, collaboration, تعاون.
    Cooperation,
    /// Convention-cadre, accord-cadre, اتفاقية إطار.
    Framework,
    /// Mémorandum or protocole d'entente, مذكرة تفاهم.
    Memorandum,
    /// No kind said: convention, accord, protocole, اتفاقية.
    Convention,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 6] = [
        Self::Twinning,
        Self::Partnership,
        Self::Cooperation,
        Self::Framework,
        Self::Memorandum,
        Self::Convention,
    ];
}

/// The state in which an article leaves an agreement.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ConventionStatus {
    /// Is to be signed, or under study.
    Planned,
    /// Its signature is the news.
    Signed,
    /// Work is done under it.
    InForce,
    /// Prolonged.
    Renewed,
    /// Expired or cancelled.
    Ended,
}

/// What an organisation does in a convention.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Default,
    Serialize,
    Deserialize,
    JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Bound by it.
    #[default]
    Party,
    /// Presides over it, witnesses it, lends the aegis.
    Patron,
}

/// An organisation named in a convention.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Partner {
    /// The fullest name that the article gives, without clitics.
    pub name: String,
    /// Id of the entity where the gazetteer knows it.
    pub id: Option<String>,
    /// Type of organisation, from the gazetteer or the head word: `hospital`, `ministry` …
    #[serde(rename = "type")]
    pub class: Option<String>,
    /// Bound by the convention, or presiding over it.
    pub role: Role,
    /// Other names that the article gives it.
    pub aliases: Vec<String>,
    /// Where `name` stands.
    #[serde(flatten)]
    pub span: Span,
}

/// A place or organisation that a fact points to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Place {
    /// The name as the article gives it, without clitics.
    pub name: String,
    /// Id of the entity where the gazetteer knows it.
    pub id: Option<String>,
    /// Where `name` stands.
    #[serde(flatten)]
    pub span: Span,
}

/// A date with the words that say it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Date {
    /// EDTF value (ISO 8601-2); null for a relative date in an article without a day of publication.
    pub value: Option<String>,
    /// The words, as they stand in the article.
    pub text: String,
    /// Where they stand.
    #[serde(flatten)]
    pub span: Span,
}

/// The rule that fired and the words that justify a fact.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Evidence {
    /// Id of the rule.
    pub rule: String,
    /// The words.
    #[serde(flatten)]
    pub span: Span,
}

/// A formal agreement between organisations, as one article tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Convention {
    /// The most specific kind that the text gives.
    pub kind: Kind,
    /// The state in which the article leaves it.
    pub status: ConventionStatus,
    /// How many agreements the entry stands for; null for "plusieurs".
    pub number: Option<u64>,
    /// How exact `number` is; null with it.
    pub bound: Option<Bound>,
    /// Parties and patrons, told apart by `role`.
    pub partners: Vec<Partner>,
    /// The day it was signed, or is to be.
    pub date: Option<Date>,
    /// Where it was signed.
    pub place: Option<Place>,
    /// What it is about, in the article's words.
    pub subject: Option<String>,
    /// Id of its dossier, once linked.
    pub dossier: Option<String>,
    /// What justifies it.
    pub evidence: Vec<Evidence>,
}

/// The class of a medical act.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Procedure {
    /// Operations, grafts, caesareans, catheterisation.
    Surgery,
    /// Consultations, medical visits.
    Consultation,
    /// Imaging, endoscopy, screening, analyses.
    Examination,
    /// Dialysis, chemotherapy, vaccination, admissions, births.
    Treatment,
}

/// Whether acts were done or are to be.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum OperationStatus {
    /// Done, or under way.
    Performed,
    /// Scheduled, promised.
    Planned,
}

/// A quantity of medical acts stated with a number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Operation {
    /// The number.
    pub count: u64,
    /// The upper end of "entre 20 et 30".
    pub max: Option<u64>,
    /// How exact `count` is.
    pub bound: Bound,
    /// The class of the acts.
    pub procedure: Procedure,
    /// Id of the specialty or act, from the lexicon: `cataract`, `laparoscopy` …
    pub specialty: Option<String>,
    /// Done, or to be done.
    pub status: OperationStatus,
    /// Where.
    pub facility: Option<Place>,
    /// By whom.
    pub team: Option<Place>,
    /// When.
    pub date: Option<Date>,
    /// What justifies it.
    pub evidence: Vec<Evidence>,
}

/// The facts of one article; spans count bytes of its text and title.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Facts {
    /// How far the article is about health, 0 to 1.
    pub health: f64,
    /// Agreements, in order of first evidence.
    pub conventions: Vec<Convention>,
    /// Counts of acts, in order of evidence.
    pub operations: Vec<Operation>,
    /// Dates, in order of appearance, the title's first.
    pub dates: Vec<Date>,
}
