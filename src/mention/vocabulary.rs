//! Turns the lexicons that speak of numbers and dates into meanings that a token is asked for in one step.

use crate::error::Fault;
use crate::mention::marks::Kinds;
use crate::mention::meaning::{
    BoundWord, Class, Link, Meaning, Month, Numeral, Shift, Tense, Unit, UnitWord,
};
use crate::mention::number::Purpose;
use crate::record::Lang;
use crate::record::fact::Bound;
use crate::rules::lexicon::{Entry, Found, Lexicons};
use crate::text::clitic;
use crate::text::fold::fold;

/// The meanings of all entries of a language's lexicons, by their position.
#[derive(Debug, Clone)]
pub struct Vocabulary {
    pub(super) lang: Lang,
    meanings: Vec<Meaning>,
    kinds: Vec<Kinds>,
    /// By lexicon: whether one of its entries is of a kind; most have none.
    speaking: Vec<bool>,
    /// Entries that are themselves written with a clitic and ال: بالمائة.
    articled: Vec<bool>,
    /// For each entry, whether its first letters only look like ال: ألفان.
    rooted: Vec<bool>,
    affixes: Vec<Affix>,
    /// Endings of words that tell a place: "deuxième".
    places: Vec<Box<str>>,
    /// Words that a number is over or under: "plus", "moins".
    limits: Vec<Box<str>>,
}

/// What letters written on a number, or on a verb, say.
#[derive(Debug, Clone, PartialEq)]
struct Affix {
    form: Box<str>,
    kind: AffixKind,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum AffixKind {
    Multiply(f64),
    Purpose(Purpose),
    Prefix(Tense),
    Suffix(Tense),
}

impl Vocabulary {
    /// Reads the meaning of every entry once.
    ///
    /// # Errors
    /// Every entry of these lexicons whose id or features say nothing that numbers and dates know.
    pub fn new(lexicons: &Lexicons, lang: Lang) -> Result<Self, Vec<Fault>> {
        let mut affixes = Vec::new();
        let mut places = Vec::new();
        let mut limits = Vec::new();
        let mut faults = Vec::new();
        let mut meanings = Vec::with_capacity(lexicons.entries().len());
        let mut articled = Vec::with_capacity(lexicons.entries().len());
        let mut rooted = Vec::with_capacity(lexicons.entries().len());
        for entry in lexicons.entries() {
            let lexicon = lexicons.name(entry.lexicon);
            articled.push(has_article(&fold(&entry.form)));
            rooted.push(entry.form.starts_with(clitic::ROOT));
            let meaning = if lexicon == "affix" {
                affix(entry).map(|affix| {
                    let place = entry.feature("word").map(|_| affix.form.clone());
                    places.extend(place);
                    affixes.push(affix);
                    Meaning::Other
                })
            } else {
                let limit = lexicon == "form" && &*entry.id == "limit";
                limits.extend(limit.then(|| fold(&entry.form).into()));
                meaning(lexicon, entry)
            };
            meanings.push(meaning.unwrap_or_else(|| {
                faults.push(Fault {
                    file: format!("lexicons/{}/{lexicon}.tsv", lang.code()),
                    line: entry.line as usize,
                    column: 1,
                    message: format!(
                        "`{}` has an id or feature that means nothing here",
                        entry.form
                    ),
                });
                Meaning::Other
            }));
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let kinds: Vec<Kinds> = meanings.iter().map(Kinds::of).collect();
        let lexicon = |entry: &Entry| usize::from(entry.lexicon);
        let lexicons = lexicons.entries().iter().map(lexicon);
        let mut speaking = vec![false; lexicons.clone().max().map_or(0, |last| last + 1)];
        for (lexicon, kind) in lexicons.zip(&kinds) {
            speaking[lexicon] |= *kind != Kinds::default();
        }
        Ok(Self {
            lang,
            meanings,
            kinds,
            speaking,
            articled,
            rooted,
            affixes,
            places,
            limits,
        })
    }

    pub(super) fn meaning(&self, entry: u32) -> Meaning {
        self.meanings
            .get(entry as usize)
            .copied()
            .unwrap_or_default()
    }

    /// The kind of an entry's meaning.
    pub(super) fn kind(&self, entry: u32) -> Kinds {
        self.kinds.get(entry as usize).copied().unwrap_or_default()
    }

    /// The kind of what was found, for which nothing is looked up where its lexicon has none.
    pub(super) fn kind_of(&self, found: &Found) -> Kinds {
        match self.speaking.get(usize::from(found.lexicon)) {
            Some(true) => self.kind(found.entry),
            _ => Kinds::default(),
        }
    }

    /// Whether an entry is written as the clitic and the article on a word are.
    pub(super) fn is_articled(&self, entry: u32) -> bool {
        self.articled
            .get(entry as usize)
            .copied()
            .unwrap_or_default()
    }

    /// Whether an entry begins with letters of its root that are written as the article is.
    pub(super) fn is_rooted(&self, entry: u32) -> bool {
        self.rooted.get(entry as usize).copied().unwrap_or_default()
    }

    /// What a folded ending of a number multiplies it by.
    pub(super) fn multiplier(&self, suffix: &str) -> Option<f64> {
        self.affixes.iter().find_map(|affix| match affix.kind {
            AffixKind::Multiply(value) if &*affix.form == suffix => Some(value),
            _ => None,
        })
    }

    /// What a folded ending makes of a number.
    pub(super) fn purpose(&self, suffix: &str) -> Option<Purpose> {
        self.affixes.iter().find_map(|affix| match affix.kind {
            AffixKind::Purpose(purpose) if &*affix.form == suffix => Some(purpose),
            _ => None,
        })
    }

    /// Whether a folded word ends as those do that tell a place: "deuxième", and not "second".
    pub(super) fn ends_place(&self, word: &str) -> bool {
        self.places.iter().any(|ending| word.ends_with(&**ending))
    }

    /// Whether a number is over or under what follows a folded word: "plus".
    pub(super) fn is_limit(&self, word: &str) -> bool {
        self.limits.iter().any(|limit| **limit == *word)
    }

    /// The tense that a folded word shows by its beginning or ending.
    pub(super) fn tense(&self, word: &str) -> Option<Tense> {
        self.affixes.iter().find_map(|affix| match affix.kind {
            AffixKind::Prefix(tense) if rest(word, word.strip_prefix(&*affix.form)) => Some(tense),
            AffixKind::Suffix(tense) if rest(word, word.strip_suffix(&*affix.form)) => Some(tense),
            _ => None,
        })
    }
}

/// Whether a folded word begins with a clitic and ال.
pub(super) fn has_article(folded: &str) -> bool {
    let rest = folded.strip_prefix([clitic::AND, clitic::SO, clitic::IN, clitic::AS]);
    rest.is_some_and(|rest| rest.starts_with(clitic::THE))
}

/// Whether a word is more than its affix.
fn rest(word: &str, without: Option<&str>) -> bool {
    without.is_some_and(|stem| !stem.is_empty() && stem.len() < word.len())
}

fn affix(entry: &Entry) -> Option<Affix> {
    let kind = match &*entry.id {
        "scale" => AffixKind::Multiply(entry.feature("value")?.parse().ok()?),
        "future" | "present" | "told" | "none" => {
            let tense = tense(&entry.id)?;
            if entry.form.ends_with('-') {
                AffixKind::Prefix(tense)
            } else {
                AffixKind::Suffix(tense)
            }
        }
        id => AffixKind::Purpose(purpose(id)?),
    };
    Some(Affix {
        form: fold(entry.form.trim_matches('-')).into(),
        kind,
    })
}

fn meaning(lexicon: &str, entry: &Entry) -> Option<Meaning> {
    let has = |key: &str| entry.feature(key).is_some();
    Some(match lexicon {
        "number" => Meaning::Number(numeral(entry)?),
        "month" => Meaning::Month(Month {
            number: entry.id.trim_start_matches('h').parse().ok()?,
            hijri: entry.id.starts_with('h'),
            doubtful: has("doubtful"),
        }),
        "weekday" => Meaning::Weekday(entry.id.parse().ok()?),
        "unit" => Meaning::Unit(UnitWord {
            unit: unit(&entry.id)?,
            count: entry
                .feature("number")
                .map_or(Some(0), |n| n.parse().ok())?,
            plural: has("plural"),
            spell: has("spell"),
        }),
        "relative" => relative(entry)?,
        "bound" => Meaning::Bound(BoundWord {
            bound: bound(&entry.id)?,
            before: !has("after"),
            after: has("after") || has("both"),
            gap: entry.feature("gap").map_or(Some(0), |n| n.parse().ok())?,
        }),
        "purpose" => Meaning::Purpose {
            purpose: purpose(&entry.id)?,
            before: has("before"),
            mute: entry.form.ends_with('e'),
        },
        "tense" => Meaning::Tense {
            tense: tense(&entry.id)?,
            edge: has("edge"),
            exact: has("exact"),
        },
        "participle" if &*entry.id == "ahead" => Meaning::Auxiliary,
        "participle" => Meaning::Participle {
            accent: entry.form.ends_with('é'),
        },
        "link" => Meaning::Link(link(&entry.id)?),
        "named_after" => Meaning::NamedAfter,
        "age_bearer" if &*entry.id == "verb" => Meaning::AgeVerb,
        "age_bearer" if &*entry.id == "lasting" => Meaning::Lasting,
        "age_bearer" => Meaning::AgeBearer,
        _ => Meaning::Other,
    })
}

fn numeral(entry: &Entry) -> Option<Numeral> {
    let class = class(entry.feature("class")?)?;
    let valueless = matches!(
        class,
        Class::And | Class::Minus | Class::Less | Class::Decimal
    );
    Some(Numeral {
        value: if valueless {
            0.0
        } else {
            entry.id.parse().ok()?
        },
        class,
        linked: entry.feature("linked").is_some(),
        plural: entry.feature("plural").is_some(),
        article: entry.feature("article").is_some(),
        alone: entry
            .feature("alone")
            .map_or(Some(0.0), |n| n.parse().ok())?,
    })
}

fn relative(entry: &Entry) -> Option<Meaning> {
    let shift = match &*entry.id {
        "none" => return Some(Meaning::NoDate),
        "workweek" => return Some(Meaning::Workweek),
        "this" => Shift::This,
        "last" => Shift::Last,
        "next" => Shift::Next,
        "following" => Shift::Following,
        "preceding" => Shift::Preceding,
        offset => {
            return Some(Meaning::Day {
                offset: offset.parse().ok()?,
                anaphor: entry.feature("anaphor").is_some(),
                the: entry.feature("the").is_some(),
            });
        }
    };
    Some(Meaning::Shift {
        shift,
        before: entry.feature("before").is_some(),
    })
}

fn class(id: &str) -> Option<Class> {
    Some(match id {
        "zero" => Class::Zero,
        "unit" => Class::Unit,
        "part" => Class::Part,
        "teen" => Class::Teen,
        "ten" => Class::Ten,
        "hundred" => Class::Hundred,
        "hundreds" => Class::Hundreds,
        "scale" => Class::Scale,
        "scales" => Class::Scales,
        "collective" => Class::Collective,
        "fraction" => Class::Fraction,
        "ordinal" => Class::Ordinal,
        "decimal" => Class::Decimal,
        "and" => Class::And,
        "minus" => Class::Minus,
        "less" => Class::Less,
        "none" => Class::None,
        _ => return None,
    })
}

fn unit(id: &str) -> Option<Unit> {
    Some(match id {
        "day" => Unit::Day,
        "week" => Unit::Week,
        "month" => Unit::Month,
        "year" => Unit::Year,
        _ => return None,
    })
}

fn bound(id: &str) -> Option<Bound> {
    Some(match id {
        "exact" => Bound::Exact,
        "approx" => Bound::Approx,
        "min" => Bound::Min,
        "max" => Bound::Max,
        _ => return None,
    })
}

fn purpose(id: &str) -> Option<Purpose> {
    Some(match id {
        "percentage" => Purpose::Percentage,
        "money" => Purpose::Money,
        "age" => Purpose::Age,
        "reference" => Purpose::Reference,
        "phone" => Purpose::Phone,
        "clock" => Purpose::Clock,
        "measure" => Purpose::Measure,
        "ordinal" => Purpose::Ordinal,
        "rank" => Purpose::Rank,
        "times" => Purpose::Times,
        "name" => Purpose::Name,
        _ => return None,
    })
}

fn tense(id: &str) -> Option<Tense> {
    Some(match id {
        "past" => Tense::Past,
        "future" => Tense::Future,
        "present" => Tense::Present,
        "told" => Tense::Told,
        "none" => Tense::None,
        _ => return None,
    })
}

fn link(id: &str) -> Option<Link> {
    Some(match id {
        "the" => Link::The,
        "of" => Link::Of,
        "of_the" => Link::OfThe,
        "to" => Link::To,
        "to_the" => Link::ToThe,
        "between" => Link::Between,
        "and" => Link::And,
        "or" => Link::Or,
        "in" => Link::In,
        "ago" => Link::Ago,
        "hence" => Link::Hence,
        "later" => Link::Later,
        "each" => Link::Each,
        "per" => Link::Per,
        "afternoon" => Link::Afternoon,
        "start" => Link::Start,
        "middle" => Link::Middle,
        "end" => Link::End,
        "within" => Link::Within,
        "days" => Link::Days,
        "two" => Link::Two,
        "equal" => Link::Equal,
        "half" => Link::Half,
        "hijri" => Link::Hijri,
        "gregorian" => Link::Gregorian,
        "first" => Link::First,
        "span" => Link::Span,
        "one" => Link::One,
        _ => return None,
    })
}
