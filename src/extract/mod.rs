//! Turns an article into facts with evidence: organisations, conventions, operations, dates.

use std::sync::Arc;

use jiff::civil::Date as Day;

use crate::record::fact::{Facts, Field};
use crate::record::{Article, Lang, Record};
use crate::rules::lexicon::Lexicons;
use crate::rules::pack::Pack;
use crate::text::Text;

use passage::Passage;
use vocabulary::Vocabulary;

mod agreement;
mod convention;
mod furniture;
mod name_ar;
mod name_fr;
mod organisation;
mod passage;
mod resolve;
mod role;
mod told;
mod topic;
mod vocabulary;

/// Finds the facts of articles by the patterns that it was made with.
#[derive(Debug)]
pub struct Extractor {
    pack: Arc<Pack>,
    french: Vocabulary,
    arabic: Vocabulary,
}

/// The patterns of one language.
#[derive(Debug, Clone, Copy)]
struct Knowledge<'k> {
    lexicons: &'k Lexicons,
    vocabulary: &'k Vocabulary,
}

impl Extractor {
    /// Prepares the patterns of both languages.
    pub fn new(pack: Arc<Pack>) -> Self {
        let french = Vocabulary::new(pack.rules(Lang::Fr).lexicons());
        let arabic = Vocabulary::new(pack.rules(Lang::Ar).lexicons());
        Self {
            pack,
            french,
            arabic,
        }
    }

    /// The facts of an article; none in a language that is not read.
    pub fn facts(&self, article: &Article) -> Facts {
        let Some(lang) = Lang::from_code(&article.lang) else {
            return Facts::default();
        };
        let knowledge = Knowledge {
            lexicons: self.pack.rules(lang).lexicons(),
            vocabulary: match lang {
                Lang::Fr => &self.french,
                Lang::Ar => &self.arabic,
            },
        };
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
        let mut tellings = told::read(&body, 0, &cast, knowledge.vocabulary);
        tellings.extend(told::read(&title, 1, &cast, knowledge.vocabulary));
        let conventions = convention::conventions([&body, &title], &cast, &tellings, published);
        Facts {
            health: topic::health(&title, &body, knowledge.vocabulary),
            conventions,
            operations: Vec::new(),
            dates: Vec::new(),
        }
    }

    /// The record of an article: what `extract` writes.
    pub fn record(&self, article: Article) -> Record {
        let facts = self.facts(&article);
        Record::new(article, facts, self.pack.version())
    }
}

impl Knowledge<'_> {
    fn passage<'a>(
        &self,
        source: &'a str,
        field: Option<Field>,
        lang: Lang,
        _published: Option<Day>,
    ) -> Passage<'a> {
        let mut text = Text::new(source, lang);
        let found = self.lexicons.annotate(&text);
        furniture::drop_from(&mut text);
        let mut passage = Passage {
            field,
            text,
            found,
            dates: Vec::new(),
            numbers: Vec::new(),
            organisations: Vec::new(),
        };
        passage.organisations = organisation::find(&passage, self.lexicons, self.vocabulary);
        passage
    }
}
