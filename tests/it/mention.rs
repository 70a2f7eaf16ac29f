//! Holds the stage `mention` to its contract from outside.

use std::sync::LazyLock;

use jiff::civil::Date;
use sihafa::mention::{Mentions, vocabulary::Vocabulary};
use sihafa::record::Lang;
use sihafa::rules::lexicon::Lexicons;
use sihafa::text::Text;

use crate::support::here;

mod date;
mod number;

/// The word lists of a language and what they mean.
struct Reading {
    lang: Lang,
    lexicons: Lexicons,
    vocabulary: Vocabulary,
}

static FR: LazyLock<Reading> = LazyLock::new(|| Reading::new(Lang::Fr));
static AR: LazyLock<Reading> = LazyLock::new(|| Reading::new(Lang::Ar));

fn reading(lang: &str) -> &'static Reading {
    if lang == "ar" { &AR } else { &FR }
}

impl Reading {
    fn new(lang: Lang) -> Self {
        let mut lexicons = Lexicons::new(lang);
        let folder = here("patterns/lexicons").join(lang.code());
        let mut files: Vec<_> = std::fs::read_dir(folder)
            .unwrap()
            .map(|file| file.unwrap().path())
            .collect();
        files.sort();
        for file in files {
            let content = std::fs::read_to_string(&file).unwrap();
            lexicons
                .add_file(&file.to_string_lossy(), &content)
                .unwrap();
        }
        let vocabulary = Vocabulary::new(&lexicons, lang).unwrap();
        Self {
            lang,
            lexicons,
            vocabulary,
        }
    }

    fn read(&self, source: &str, published: Option<Date>) -> Mentions {
        let text = Text::new(source, self.lang);
        let annotations = self.lexicons.annotate(&text);
        sihafa::mention::read(&text, &annotations, &self.vocabulary, published)
    }
}

/// The rows of a TSV file, its comments and its first line left out.
fn rows(content: &str) -> impl Iterator<Item = Vec<&str>> {
    content
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .skip(1)
        .map(|line| line.split('\t').collect())
}
