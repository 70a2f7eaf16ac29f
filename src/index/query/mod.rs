//! Turns what an analyst types into a tree: words, phrases, fields, ranges, and how they are joined.
//!
//! ```text
//! words            ranked, any of them            jumelage oran
//! "…"              in this order                  "convention cadre"
//! word*  word~  ~2  beginnings, one or two slips  cardio*  benbouzid~
//! field:value      see [`Field`]                  kind:twinning country:dz
//! [a TO b] > >= < <=                              published:[2023 TO 2024] count:>50
//! AND OR NOT -x ( )                               (oran OR وهران) NOT vaccin
//! ```
//!
//! Words that stand beside each other are alternatives and rank together; a field beside them is a
//! condition. Values of one field beside each other are alternatives, except partners and places.

use std::ops::RangeInclusive;

use super::moment;
use crate::error::{Error, Result};

mod parse;

/// A query, read.
#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    pub(super) root: Node,
}

impl Query {
    /// Reads the query language.
    ///
    /// # Errors
    /// [`Error::Input`] at `query:COLUMN`, columns counted in characters from 1.
    pub fn parse(text: &str) -> Result<Self> {
        parse::parse(text).map(|root| Self { root })
    }

    /// Takes a text as words alone: a question in a natural language, where a colon or a quote means nothing.
    pub fn words(text: &str) -> Self {
        let root = Node::Words {
            text: text.to_owned(),
            scope: Scope::Anywhere,
        };
        Self { root }
    }

    /// Whether it asks for nothing in particular, and so for everything.
    pub(super) fn is_empty(&self) -> bool {
        matches!(&self.root, Node::Beside(branches) if branches.is_empty())
    }

    /// Only what also answers `field:value` for one of the values; they are taken as they are. No value
    /// narrows nothing.
    ///
    /// # Errors
    /// [`Error::Input`] where the field does not take a value.
    pub fn with<V: AsRef<str>>(self, field: Field, values: &[V]) -> Result<Self> {
        let conditions: std::result::Result<Vec<Node>, String> = values
            .iter()
            .map(|value| field.value(value.as_ref()))
            .collect();
        let conditions = conditions.map_err(|message| Error::input(field.name(), message))?;
        Ok(if conditions.is_empty() {
            self
        } else {
            let root = Node::Any(conditions);
            self.and(Self { root })
        })
    }

    /// Only what also lies between two values of an ordered field, both counted in, either of them open.
    ///
    /// # Errors
    /// [`Error::Input`] where the field does not take a value, or the first is after the last.
    pub fn between(self, field: Field, first: Option<&str>, last: Option<&str>) -> Result<Self> {
        if first.or(last).is_none() {
            return Ok(self);
        }
        let range = field
            .between(first.unwrap_or("*"), last.unwrap_or("*"))
            .map_err(|message| Error::input(field.name(), message))?;
        let root = Node::Within { field, range };
        Ok(self.and(Self { root }))
    }

    /// Only the articles or dossiers of these ids.
    #[must_use]
    pub fn among(self, ids: Vec<String>) -> Self {
        let root = Node::Ids(ids);
        self.and(Self { root })
    }

    /// What answers both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        if self.is_empty() {
            return other;
        }
        let root = Node::All(vec![self.root, other.root]);
        Self { root }
    }
}

/// One branch of a query.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Node {
    /// Words that rank together.
    Words { text: String, scope: Scope },
    /// Words in this order.
    Phrase { text: String, scope: Scope },
    /// A beginning of a word.
    Prefix { word: String },
    /// A word with so many slips of spelling.
    Fuzzy { word: String, slips: u8 },
    /// A partner or place, by id or by name.
    Named { field: Field, name: String },
    /// A key as the record writes it.
    Key { field: Field, value: String },
    /// A number or moment.
    Within {
        field: Field,
        range: RangeInclusive<u64>,
    },
    /// These articles or dossiers.
    Ids(Vec<String>),
    /// An article's text, to find others like it; `group` is its own.
    Like { text: String, group: u64 },
    /// Side by side: alternatives that rank, and conditions.
    Beside(Vec<Self>),
    /// Any of them.
    Any(Vec<Self>),
    /// All of them.
    All(Vec<Self>),
    /// Not this.
    Not(Box<Self>),
}

/// Where words are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    /// Title and body.
    Anywhere,
    /// The title alone.
    Title,
    /// The body alone.
    Body,
}

/// A field that a query may name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// Words of the title.
    Title,
    /// Words of the body.
    Body,
    /// An organisation of an agreement or act, by id or name in either script.
    Partner,
    /// A place, by id or name in either script.
    Place,
    /// The wilaya, region or governorate of a partner or place, by id or name in either script.
    Region,
    /// An institution, place or concept, in the facts or in the text, by id or name in either script.
    About,
    /// Type of partner.
    PartnerType,
    /// Kind of agreement.
    Kind,
    /// Status of an agreement or act.
    Status,
    /// Class of acts.
    Procedure,
    /// Specialty of acts.
    Specialty,
    /// Id of the source.
    Source,
    /// Country of the source: `dz`, `ma`, `tn`.
    Country,
    /// Language: `fr`, `ar`.
    Lang,
    /// Day of publication.
    Published,
    /// Day of signature.
    Signed,
    /// Number of acts.
    Count,
    /// Id of the dossier.
    Dossier,
}

impl Field {
    const ALL: [(&'static str, Self); 18] = [
        ("title", Self::Title),
        ("body", Self::Body),
        ("partner", Self::Partner),
        ("place", Self::Place),
        ("region", Self::Region),
        ("about", Self::About),
        ("partner_type", Self::PartnerType),
        ("kind", Self::Kind),
        ("status", Self::Status),
        ("procedure", Self::Procedure),
        ("specialty", Self::Specialty),
        ("source", Self::Source),
        ("country", Self::Country),
        ("lang", Self::Lang),
        ("published", Self::Published),
        ("signed", Self::Signed),
        ("count", Self::Count),
        ("dossier", Self::Dossier),
    ];

    /// The field of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, field)| *field)
    }

    /// Its name in a query.
    pub fn name(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(_, field)| *field == self)
            .map_or("", |(name, _)| name)
    }

    /// The words that the record writes into this field, where they are few.
    fn values(self) -> Option<&'static [&'static str]> {
        match self {
            Self::Kind => Some(&[
                "twinning",
                "partnership",
                "cooperation",
                "framework",
                "memorandum",
                "convention",
            ]),
            Self::Status => Some(&[
                "planned",
                "signed",
                "in_force",
                "renewed",
                "ended",
                "performed",
            ]),
            Self::Procedure => Some(&["surgery", "consultation", "examination", "treatment"]),
            _ => None,
        }
    }

    /// Whether the field holds numbers or moments, which ranges ask for.
    fn is_ordered(self) -> bool {
        matches!(self, Self::Published | Self::Signed | Self::Count)
    }

    /// What `field:value` asks for.
    fn value(self, value: &str) -> std::result::Result<Node, String> {
        let text = value.to_owned();
        match self {
            Self::Title => Ok(Node::Words {
                text,
                scope: Scope::Title,
            }),
            Self::Body => Ok(Node::Words {
                text,
                scope: Scope::Body,
            }),
            Self::Partner | Self::Place | Self::Region | Self::About => Ok(Node::Named {
                field: self,
                name: text,
            }),
            Self::Published | Self::Signed | Self::Count => {
                let range = self.covered(value)?;
                Ok(Node::Within { field: self, range })
            }
            _ => match self.values() {
                Some(known) if !known.contains(&value) => Err(format!(
                    "`{value}` is no {}; it is one of `{}`",
                    self.name(),
                    known.join("`, `")
                )),
                _ => Ok(Node::Key {
                    field: self,
                    value: text,
                }),
            },
        }
    }

    /// The numbers or moments that one value stands for.
    fn covered(self, value: &str) -> std::result::Result<RangeInclusive<u64>, String> {
        if self == Self::Count {
            let count = value
                .parse()
                .map_err(|_| format!("`{value}` is no number"))?;
            return Ok(RangeInclusive::new(count, count));
        }
        moment::covered(value).ok_or_else(|| {
            format!("`{value}` is no date; dates are `2024`, `2024-05` or `2024-05-20`")
        })
    }

    /// The range of `[from TO to]`, either end open where it is `*`.
    fn between(self, from: &str, to: &str) -> std::result::Result<RangeInclusive<u64>, String> {
        let first = match from {
            "*" => 0,
            _ => *self.covered(from)?.start(),
        };
        let last = match to {
            "*" => u64::MAX,
            _ => *self.covered(to)?.end(),
        };
        if first > last {
            return Err(format!("`{from}` is after `{to}`"));
        }
        Ok(first..=last)
    }

    /// The range of `>50`, `<=2024`.
    fn compared(self, sign: &str, value: &str) -> std::result::Result<RangeInclusive<u64>, String> {
        let covered = self.covered(value)?;
        Ok(match sign {
            ">" => covered.end().saturating_add(1)..=u64::MAX,
            ">=" => *covered.start()..=u64::MAX,
            "<" => 0..=covered.start().saturating_sub(1),
            _ => 0..=*covered.end(),
        })
    }
}
