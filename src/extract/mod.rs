//! Turns an article into facts with evidence: organisations, conventions, operations, dates.

use std::sync::Arc;

use jiff::civil::Date as Day;

use crate::error::{Error, Result};
use crate::mention;
use crate::mention::number::Purpose;
use crate::record::fact::{Facts, Field, Operation};
use crate::record::{Article, Lang, Record};
use crate::rules::lexicon::Lexicons;
use crate::rules::pack::Pack;
use crate::text::Text;

use convention::Story;
use glimpse::Glimpse;
use passage::{Counted, Dated, Passage};
use vocabulary::Vocabulary;

mod agreement;
mod apposition;
mod background;
mod bare;
mod clause;
mod completion;
mod convention;
mod coreference;
mod cue;
mod echo;
mod ending_ar;
mod enumeration;
mod foreign;
mod form;
mod furniture;
mod gazetteer;
pub mod glimpse;
mod head;
mod kinds;
mod labour;
mod latin_ar;
mod list;
mod member_ar;
mod name_ar;
mod name_fr;
mod news;
mod office;
mod operation;
mod organisation;
mod party;
mod passage;
mod plural_ar;
mod plural_fr;
mod pronoun;
mod reliance;
mod render;
mod resolve;
mod role;
mod rule;
mod scope;
mod sequel;
mod series;
mod shared;
mod sign;
mod small;
mod spelling_fr;
mod state;
mod tie_ar;
mod told;
mod topic;
mod trial;
mod twin;
mod unlisted;
mod vocabulary;
mod wording;
mod zone;

/// Finds the facts of articles by the patterns that it was made with.
#[derive(Debug)]
pub struct Extractor {
    pack: Arc<Pack>,
    french: Meanings,
    arabic: Meanings,
}

/// What the words of one language mean to the stages that read them.
#[derive(Debug)]
struct Meanings {
    mention: mention::vocabulary::Vocabulary,
    own: Vocabulary,
}

impl Meanings {
    fn new(pack: &Pack, lang: Lang) -> Result<Self> {
        let lexicons = pack.rules(lang).lexicons();
        let mention =
            mention::vocabulary::Vocabulary::new(lexicons, lang).map_err(Error::Pattern)?;
        Ok(Self {
            mention,
            own: Vocabulary::new(lexicons),
        })
    }
}

/// The patterns of one language.
#[derive(Debug, Clone, Copy)]
struct Knowledge<'k> {
    lexicons: &'k Lexicons,
    vocabulary: &'k Vocabulary,
    mention: &'k mention::vocabulary::Vocabulary,
}

impl Extractor {
    /// Prepares the patterns of both languages.
    ///
    /// # Errors
    /// An entry whose id or features say nothing to the stage that reads it.
    pub fn new(pack: Arc<Pack>) -> Result<Self> {
        let french = Meanings::new(&pack, Lang::Fr)?;
        let arabic = Meanings::new(&pack, Lang::Ar)?;
        Ok(Self {
            pack,
            french,
            arabic,
        })
    }

    /// The facts of an article; none in a language that is not read.
    pub fn facts(&self, article: &Article) -> Facts {
        let Some(lang) = Lang::from_code(&article.lang) else {
            return Facts::default();
        };
        let knowledge = self.knowledge(lang);
        let published = article
            .published_day()
            .and_then(|day| day.parse::<Day>().ok());
        let body = knowledge.passage(&article.text, None, lang, published);
        let title = knowledge.passage(
            article.title.as_deref().unwrap_or_default(),
            Some(Field::Title),
            lang,
            published,
        );
        let cast = resolve::resolve(&body, &title);
        let health = topic::health(&title, &body, knowledge.vocabulary);
        let rules = self.pack.rules(lang);
        let mut tellings = told::read(&body, 0, &cast, knowledge.vocabulary, rules);
        tellings.extend(told::read(&title, 1, &cast, knowledge.vocabulary, rules));
        let mut conventions = convention::conventions(&Story {
            passages: [&body, &title],
            cast: &cast,
            tellings: &tellings,
            published,
            lexicons: knowledge.lexicons,
            vocabulary: knowledge.vocabulary,
        });
        if health < OTHER_NEWS {
            conventions.clear();
        }
        let operations = operation::operations([&body, &title], &cast, knowledge.vocabulary);
        let dates = [&title, &body]
            .into_iter()
            .flat_map(|passage| {
                passage
                    .dates
                    .iter()
                    .map(|date| render::dated(passage, date))
            })
            .collect();
        Facts {
            health: about_health(health, &operations),
            conventions,
            operations,
            dates,
        }
    }

    fn knowledge(&self, lang: Lang) -> Knowledge<'_> {
        let meanings = match lang {
            Lang::Fr => &self.french,
            Lang::Ar => &self.arabic,
        };
        Knowledge {
            lexicons: self.pack.rules(lang).lexicons(),
            vocabulary: &meanings.own,
            mention: &meanings.mention,
        }
    }

    /// What words that are known before an article is read speak of.
    pub fn glimpse(&self, words: &str, lang: Lang) -> Glimpse {
        let knowledge = self.knowledge(lang);
        glimpse::glimpse(words, lang, knowledge.lexicons, knowledge.vocabulary)
    }

    /// The record of an article: what `extract` writes.
    pub fn record(&self, article: Article) -> Record {
        let facts = self.facts(&article);
        Record::new(article, facts, self.pack.version())
    }
}

impl<'k> Knowledge<'k> {
    fn passage<'a>(
        &self,
        source: &'a str,
        field: Option<Field>,
        lang: Lang,
        published: Option<Day>,
    ) -> Passage<'a>
    where
        'k: 'a,
    {
        let mut text = Text::new(source, lang);
        let found = self.lexicons.annotate(&text);
        let mentions = mention::read(&text, &found, self.mention, published);
        furniture::drop_from(&mut text);
        let mut passage = Passage {
            field,
            vocabulary: self.vocabulary,
            marks: self.vocabulary.marks(&text, &found),
            text,
            found,
            dates: Vec::new(),
            numbers: Vec::new(),
            organisations: Vec::new(),
        };
        passage.numbers = mentions
            .numbers
            .iter()
            .filter_map(|number| counted(number, &passage))
            .filter(|n| passage.keeps(n.tokens.start))
            .collect();
        let day = published.map(|day| day.to_string());
        passage.dates = mentions
            .dates
            .into_iter()
            .map(|date| dated(date, day.as_deref()))
            .filter(|date| passage.keeps(date.tokens.start))
            .collect();
        // A name ends before a number or a date.
        passage.organisations = organisation::find(&passage, self.lexicons, self.vocabulary);
        passage
    }
}

/// Below this `health` an agreement is a club's or a ministry's of something else.
const OTHER_NEWS: f64 = 0.3;

/// An article that counts medical acts is about health, however few other words say so.
fn about_health(health: f64, operations: &[Operation]) -> f64 {
    const COUNTED: f64 = 0.5;
    if operations.is_empty() {
        health
    } else {
        health.max(COUNTED)
    }
}

fn counted(number: &mention::number::Number, passage: &Passage<'_>) -> Option<Counted> {
    (number.purpose == Purpose::Count).then_some(())?;
    Some(Counted {
        tokens: number.first..number.end,
        value: number.count()?,
        max: number.max_count(),
        bound: number.bound,
        definite: passage.carries_article(number.first),
    })
}

/// A date of an article of a day.
fn dated(date: mention::date::DateMention, day: Option<&str>) -> Dated {
    // A month or a year is compared with the month or the year of the day.
    let ahead = date.value.as_deref().zip(day).is_some_and(|(value, day)| {
        let plain = value
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'-');
        plain && day.get(..value.len()).is_some_and(|day| value > day)
    });
    Dated {
        ahead,
        tokens: date.first..date.end,
        peeled: usize::from(date.peeled),
        value: date.value,
    }
}
