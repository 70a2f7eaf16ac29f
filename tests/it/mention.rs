//! Holds the stage `mention` to its contract from outside.

use std::sync::{Arc, LazyLock};

use jiff::civil::Date;
use sihafa::mention::{Mentions, vocabulary::Vocabulary};
use sihafa::record::Lang;
use sihafa::rules::pack::Pack;
use sihafa::text::Text;

mod date;
mod number;

/// The word lists of a language and what they mean.
struct Reading {
    lang: Lang,
    pack: Arc<Pack>,
    vocabulary: Vocabulary,
}

static FR: LazyLock<Reading> = LazyLock::new(|| Reading::new(Lang::Fr));
static AR: LazyLock<Reading> = LazyLock::new(|| Reading::new(Lang::Ar));

fn reading(lang: &str) -> &'static Reading {
    if lang == "ar" { &AR } else { &FR }
}

impl Reading {
    fn new(lang: Lang) -> Self {
        let pack = Pack::builtin().unwrap();
        let vocabulary = Vocabulary::new(pack.rules(lang).lexicons(), lang).unwrap();
        Self {
            lang,
            pack,
            vocabulary,
        }
    }

    fn read(&self, source: &str, published: Option<Date>) -> Mentions {
        let text = Text::new(source, self.lang);
        let annotations = self.pack.rules(self.lang).lexicons().annotate(&text);
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
