//! Tells languages of the Arabic script apart: Arabic with Darija, Persian, Urdu, Kurdish, Pashto, Berber.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use crate::text::clitic;

/// Words that are read.
const ENOUGH: usize = 200;

/// Persian joins endings with it; Arabic does not.
const ZWNJ: char = '\u{200C}';

/// What a word with the article begins with.
const ARTICLES: [&str; 6] = [
    clitic::THE,
    clitic::AND_THE,
    clitic::IN_THE,
    clitic::TO_THE,
    clitic::SO_THE,
    clitic::AS_THE,
];

/// Words by their language.
static WORDS: LazyLock<FxHashMap<&'static str, &'static str>> = LazyLock::new(|| {
    super::rows()
        .filter(|(lang, _)| ["fa", "ur", "ps", "ar", "ber-arab"].contains(lang))
        .flat_map(|(lang, list)| list.split(' ').map(move |word| (word, lang)))
        .collect()
});

/// How often words and letters occur that tell the languages apart.
#[derive(Debug, Default)]
struct Signs {
    letters: usize,
    words: usize,
    /// Words with the Arabic article, or a letter that Persian and Urdu do not write: ة ك ي أ إ ى.
    arabic: usize,
    /// Words with the Arabic article.
    articled: usize,
    /// پ چ ژ گ and the Persian forms of kaf and yeh.
    persian: usize,
    /// ٹ ڈ ڑ ں ے and the Urdu forms of heh.
    urdu: usize,
    /// ە ێ ۆ ڕ ڵ
    kurdish: usize,
    /// ښ ځ ډ ړ ڼ ې ۍ
    pashto: usize,
    of: Words,
}

/// Words of the list.
#[derive(Debug, Default)]
struct Words {
    arabic: usize,
    persian: usize,
    urdu: usize,
    pashto: usize,
    berber: usize,
}

/// The language of a text in Arabic letters.
pub(super) fn language(text: &str) -> &'static str {
    let signs = Signs::count(text);
    if signs.is_berber() {
        return "ber";
    }
    if !signs.is_foreign() {
        return "ar";
    }
    let urdu = signs.urdu * 2 + signs.of.urdu * 4;
    let persian = signs.persian + signs.of.persian * 4;
    let rows = [
        ("fa", persian),
        ("ur", urdu),
        ("ps", signs.pashto * 8 + signs.of.pashto * 4),
        ("ckb", signs.kurdish * 4),
    ];
    // Letters of Urdu are no Persian ones, but not the other way round.
    let most = rows.iter().max_by_key(|(_, weight)| *weight);
    let is_urdu =
        signs.urdu + signs.of.urdu > 0 && urdu * 3 > persian && signs.of.urdu >= signs.of.persian;
    match most {
        Some((lang @ ("ps" | "ckb"), _)) => lang,
        _ if is_urdu => "ur",
        Some((lang, _)) => lang,
        None => "ar",
    }
}

impl Signs {
    fn count(text: &str) -> Self {
        let mut signs = Self::default();
        let words = text
            .split(|c: char| {
                !(c.is_alphanumeric() || c == ZWNJ || ('\u{64B}'..='\u{652}').contains(&c))
            })
            .filter(|word| !word.is_empty());
        for word in words.take(ENOUGH) {
            signs.words += 1;
            let articled = ARTICLES
                .iter()
                .any(|article| word.starts_with(article) && word.chars().count() > 4);
            signs.articled += usize::from(articled);
            let own = word
                .chars()
                .any(|c| matches!(c, 'ة' | 'ك' | 'ي' | 'أ' | 'إ' | 'ى'));
            signs.arabic += usize::from(articled || own);
            match WORDS.get(word) {
                Some(&"fa") => signs.of.persian += 1,
                Some(&"ur") => signs.of.urdu += 1,
                Some(&"ps") => signs.of.pashto += 1,
                Some(&"ar") => signs.of.arabic += 1,
                Some(_) => signs.of.berber += 1,
                None if word.contains(ZWNJ) => signs.of.persian += 1,
                // A plural in -ha; with the Arabic article it would be a pronoun.
                None if word.ends_with("ها") && word.starts_with(['آ', 'پ', 'چ', 'گ', 'ژ']) =>
                {
                    signs.of.persian += 1;
                }
                None => signs.of.berber += usize::from(word.starts_with(['ئ', 'ؤ'])),
            }
            word.chars().for_each(|c| signs.letter(c));
        }
        signs
    }

    fn letter(&mut self, c: char) {
        self.letters += usize::from(c.is_alphabetic());
        match c {
            'پ' | 'چ' | 'ژ' | 'گ' | 'ک' | 'ی' => self.persian += 1,
            'ٹ' | 'ڈ' | 'ڑ' | 'ں' | 'ے' | 'ہ' | 'ھ' | 'ۓ' => self.urdu += 1,
            'ە' | 'ێ' | 'ۆ' | 'ڕ' | 'ڵ' => self.kurdish += 1,
            'ښ' | 'ځ' | 'ډ' | 'ړ' | 'ڼ' | 'ې' | 'ۍ' | 'څ' => self.pashto += 1,
            _ => {}
        }
    }

    /// Maghreb Arabic writes پ گ ڤ ڨ in foreign names, and some keyboards give ی for ي: such letters beside
    /// the article and the letters of Arabic do not make a text Persian. Without any of them its small words do.
    fn is_foreign(&self) -> bool {
        let letters = self.persian + self.urdu + self.kurdish + self.pashto;
        let words = self.of.persian + self.of.urdu;
        if self.articled * 4 >= self.words.max(1) {
            return false;
        }
        let by_letters = letters * 40 >= self.letters.max(1) && letters + words > self.arabic / 2;
        let by_words = words > 0 && self.arabic + self.of.arabic == 0;
        by_letters || by_words
    }

    /// Few words with the Arabic article, many small words of Berber.
    fn is_berber(&self) -> bool {
        self.words >= 2
            && self.of.berber * 6 >= self.words
            && self.articled * 12 <= self.words
            && self.of.arabic <= self.of.berber
    }
}
