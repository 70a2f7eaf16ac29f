//! Shows authors of patterns what becomes of a text: rules explained, counted, and held to their examples.

use jiff::civil::Date as Day;

use crate::record::fact::{Convention, Role};
use crate::record::{Article, Lang};
use crate::rules::Mention;
use crate::rules::coverage::Coverage;
use crate::rules::example::{Case, Stages};
use crate::rules::explain::Explanation;
use crate::rules::matcher::Hit;

use super::Extractor;
use super::rule::{STAGE, mentions};

impl Extractor {
    /// Tells what the rules do with a text, token by token. `published` is the day that relative dates are read from.
    pub fn explain(&self, source: &str, lang: Lang, published: Option<Day>) -> Explanation<'_> {
        let passage = self.knowledge(lang).passage(source, None, lang, published);
        let rules = self.pack.rules(lang);
        rules.explain(STAGE, &passage.text, &passage.found, &mentions(&passage))
    }

    /// Counts what the rules and entries of a language find in a body or title.
    pub fn count<'e>(&'e self, source: &str, lang: Lang, coverage: &mut Coverage<'e>) {
        let passage = self.knowledge(lang).passage(source, None, lang, None);
        let rules = self.pack.rules(lang);
        let hits = rules.run(STAGE, &passage.text, &passage.found, &mentions(&passage));
        coverage.count(&passage.found, &hits);
    }
}

/// Examples run through all that an article runs through.
impl Stages for Extractor {
    fn mentions(&self, case: &Case<'_>) -> Vec<Mention<'static>> {
        if &*case.rule.stage != STAGE {
            return Vec::new();
        }
        let published = case
            .example
            .published
            .as_deref()
            .and_then(|day| day.parse().ok());
        let lang = case.text.lang;
        mentions(
            &self
                .knowledge(lang)
                .passage(case.text.source, None, lang, published),
        )
    }

    fn value(&self, case: &Case<'_>, hit: &Hit<'_>) -> Option<toml::Table> {
        if &*hit.rule.emit != "convention" {
            return None;
        }
        let facts = self.facts(&Article {
            lang: case.text.lang.code().to_owned(),
            text: case.example.text.to_string(),
            published: case.example.published.as_deref().map(str::to_owned),
            ..Article::default()
        });
        let (start, _) = case.text.bytes(hit.tokens.clone());
        let own = facts.conventions.iter().find(|convention| {
            let mut evidence = convention.evidence.iter();
            evidence.any(|evidence| evidence.span.range().contains(&start))
        });
        Some(own.map(table).unwrap_or_default())
    }
}

/// A convention as `want` writes it: `kind`, `status`, `number`, `partners` and `patrons` by name, `date`.
fn table(convention: &Convention) -> toml::Table {
    let names = |role: Role| {
        let of = convention
            .partners
            .iter()
            .filter(|partner| partner.role == role);
        of.map(|partner| partner.name.clone()).collect::<Vec<_>>()
    };
    let date = convention.date.as_ref().and_then(|date| date.value.clone());
    [
        ("kind", toml::Value::try_from(convention.kind).ok()),
        ("status", toml::Value::try_from(convention.status).ok()),
        ("number", toml::Value::try_from(convention.number).ok()),
        ("partners", Some(names(Role::Party).into())),
        ("patrons", Some(names(Role::Patron).into())),
        ("date", date.map(Into::into)),
    ]
    .into_iter()
    .filter_map(|(key, value)| Some((key.to_owned(), value?)))
    .collect()
}
