//! Turns the catalogue of the press into sources: what is read, in which language, found where.

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::record::Lang;

/// A newspaper, agency or ministry that is read.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Source {
    /// Key: lower-case Latin letters, digits and hyphens.
    pub id: String,
    /// Name as printed.
    pub name: String,
    /// `dz`, `ma`, `tn`, or `int`.
    pub country: String,
    /// `fr` or `ar`: the hint for charsets; each article's own language is detected.
    pub lang: String,
    /// `agency`, `daily`, `online`, `aggregator`, `ministry`, `radio`, `international`.
    pub kind: String,
    /// Where a reader would start.
    pub home: String,
    /// RSS, Atom or JSON feeds.
    pub feeds: Vec<String>,
    /// Sitemaps or sitemap indexes.
    pub sitemaps: Vec<String>,
    /// Pages that list articles.
    pub sections: Vec<String>,
    /// What an article's path holds, as regular expressions; empty: judged by shape.
    pub articles: Vec<String>,
}

impl Source {
    /// The language, where it is one that facts are extracted from.
    pub fn language(&self) -> Option<Lang> {
        Lang::from_code(&self.lang)
    }

    pub(super) fn check(&self, name: &str) -> Result<()> {
        let at = format!("{name}: source `{}`", self.id);
        if self.id.is_empty()
            || !self
                .id
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        {
            return Err(Error::input(
                at,
                "`id` must be lower-case letters, digits and hyphens",
            ));
        }
        let urls = [&self.home]
            .into_iter()
            .chain(&self.feeds)
            .chain(&self.sitemaps)
            .chain(&self.sections);
        for address in urls {
            let valid =
                url::Url::parse(address).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
            if !valid {
                return Err(Error::input(
                    at,
                    format!("`{address}` is no http or https URL"),
                ));
            }
        }
        Ok(())
    }
}

/// The catalogue that comes with the program: names and addresses, none of them tried live here.
pub fn catalogue() -> Vec<Source> {
    include_str!("catalogue.tsv")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .skip(1)
        .map(row)
        .collect()
}

fn row(line: &str) -> Source {
    let mut cells = line.split('\t').map(str::trim);
    let mut next = || cells.next().unwrap_or_default().to_owned();
    let list = |cell: String| -> Vec<String> {
        cell.split(" | ")
            .filter(|part| !part.is_empty())
            .map(str::to_owned)
            .collect()
    };
    let (id, french, arabic, country, lang, kind, home) =
        (next(), next(), next(), next(), next(), next(), next());
    let (feeds, sitemaps) = (list(next()), list(next()));
    let name = if french.is_empty() || (lang == "ar" && !arabic.is_empty()) {
        arabic
    } else {
        french
    };
    let sections = if feeds.is_empty() && sitemaps.is_empty() {
        vec![home.clone()]
    } else {
        Vec::new()
    };
    Source {
        id,
        name,
        country: country.to_lowercase(),
        lang,
        kind,
        home,
        feeds,
        sitemaps,
        sections,
        articles: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_source_of_the_catalogue_is_valid() {
        let sources = catalogue();
        assert!(sources.len() > 200);
        for source in sources {
            source.check("catalogue.tsv").unwrap();
        }
    }
}
