//! Holds the stage `mention` to its contract from outside.

use std::sync::{Arc, LazyLock};

use jiff::civil::Date;
use sihafa::mention::{Mentions, vocabulary::Vocabulary};
use sihafa::record::Lang;
use sihafa::rules::pack::Pack;
use sihafa::text::Text;

mod date;
mod line;
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

proptest::proptest! {
    /// Nothing that a page may hold stops the reading.
    #[test]
    fn any_text_is_read(words in proptest::collection::vec(0_usize..PIECES.len(), 0..60), glue in "[ .,:/\\-]{1,2}") {
        let text = words.iter().map(|&at| PIECES[at]).collect::<Vec<_>>().join(&glue);
        for lang in ["fr", "ar"] {
            let mentions = reading(lang).read(&text, "9999-12-31".parse().ok());
            let tokens = Text::new(&text, reading(lang).lang).tokens.len();
            proptest::prop_assert!(mentions.dates.iter().all(|date| date.first < date.end && date.end <= tokens));
            proptest::prop_assert!(mentions.numbers.iter().all(|number| number.first < number.end && number.end <= tokens));
        }
    }
}

/// Pieces of numbers and dates, to be put together in any order.
const PIECES: [&str; 48] = [
    "12",
    "2024",
    "٠٣",
    "99999999999999999999",
    "0",
    "1er",
    "12T11",
    "31",
    "mars",
    "de",
    "du",
    "au",
    "entre",
    "et",
    "le",
    "la",
    "les",
    "lundi",
    "premier",
    "dernier",
    "prochain",
    "fin",
    "semaine",
    "mois",
    "ans",
    "il y a",
    "dans",
    "million",
    "milliards",
    "virgule",
    "moins",
    "plus de",
    "dizaine",
    "demi",
    "مارس",
    "من",
    "إلى",
    "بين",
    "و30",
    "والأحد",
    "يومي",
    "السبت",
    "الماضي",
    "سنة",
    "ألف",
    "مليون",
    "فاصلة",
    "رمضان 1445",
];

/// Words that invite the grammar to nest are read in a time that grows as they do: this ends at once or never.
#[test]
fn nesting_invitations_are_declined() {
    for (lang, piece) in [
        ("fr", "lundi premier de "),
        ("fr", "fin "),
        ("fr", "un virgule "),
        ("fr", "entre le 2 et "),
        ("fr", "du 2 au "),
        ("fr", "il y a un "),
        ("ar", "الثلاثاء الأخير من "),
        ("ar", "مليون وألف و"),
    ] {
        let mentions = reading(lang).read(&piece.repeat(20_000), None);
        assert!(mentions.dates.len() < 100_000);
    }
}
