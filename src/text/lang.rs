//! Turns a string into the ISO code of its language: the script first, then the letters, then function words and trigrams.
//!
//! Darija in Arabic letters is Arabic. Berber is told apart in its three scripts, Persian, Urdu,
//! Kurdish and Pashto by letters that Arabic does not have.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;
use whatlang::{Detector, Lang};

use super::fold::fold;

/// Letters that are read; more does not change the verdict.
const ENOUGH: usize = 800;

/// Languages of the Latin script that are told apart, as ISO code and as `whatlang` knows them.
const LATIN: [(&str, Lang); 8] = [
    ("fr", Lang::Fra),
    ("en", Lang::Eng),
    ("es", Lang::Spa),
    ("it", Lang::Ita),
    ("de", Lang::Deu),
    ("pt", Lang::Por),
    ("nl", Lang::Nld),
    ("tr", Lang::Tur),
];

/// The language of a text as ISO 639-1 code, `ber` for Berber, `ckb` for Sorani; nothing where there are no letters.
pub fn detect(text: &str) -> Option<&'static str> {
    let letters = Letters::count(text);
    let (script, most) = letters.main_script();
    if most == 0 {
        return None;
    }
    match script {
        Script::Arabic => Some(letters.arabic_language(text)),
        Script::Latin => latin_language(text, &letters),
        Script::Tifinagh => Some("ber"),
        Script::Cyrillic => Some("ru"),
        Script::Greek => Some("el"),
        Script::Hebrew => Some("he"),
        Script::Han => Some(if letters.kana > most / 20 { "ja" } else { "zh" }),
        Script::Hangul => Some("ko"),
        Script::Other => None,
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Script {
    Latin,
    Arabic,
    Tifinagh,
    Cyrillic,
    Greek,
    Hebrew,
    Han,
    Hangul,
    Other,
}

const SCRIPTS: [Script; 9] = [
    Script::Latin,
    Script::Arabic,
    Script::Tifinagh,
    Script::Cyrillic,
    Script::Greek,
    Script::Hebrew,
    Script::Han,
    Script::Hangul,
    Script::Other,
];

const fn script_of(c: char) -> Script {
    match c as u32 {
        0x41..=0x24F | 0x250..=0x2AF | 0x1E00..=0x1EFF => Script::Latin,
        0x370..=0x3FF | 0x1F00..=0x1FFF => Script::Greek,
        0x400..=0x52F => Script::Cyrillic,
        0x590..=0x5FF => Script::Hebrew,
        0x600..=0x6FF | 0x750..=0x77F | 0x8A0..=0x8FF | 0xFB50..=0xFDFF | 0xFE70..=0xFEFF => {
            Script::Arabic
        }
        0x2D30..=0x2D7F => Script::Tifinagh,
        0x3040..=0x30FF | 0x3400..=0x9FFF => Script::Han,
        0xAC00..=0xD7AF => Script::Hangul,
        _ => Script::Other,
    }
}

/// How often the letters occur that tell languages of one script apart.
#[derive(Debug, Default)]
struct Letters {
    scripts: [usize; SCRIPTS.len()],
    kana: usize,
    /// پ چ ژ گ and the Persian forms of kaf and yeh.
    persian: usize,
    /// ٹ ڈ ڑ ں ے and the Urdu forms of heh.
    urdu: usize,
    /// ە ێ ۆ ڕ ڵ
    kurdish: usize,
    /// ښ ځ ډ ړ ڼ ې ۍ
    pashto: usize,
    /// Letters that only Arabic uses often: ة ى أ إ ؤ ك ي.
    arabic_only: usize,
    /// Letters of Kabyle and Tamazight in Latin.
    berber: usize,
}

impl Letters {
    fn count(text: &str) -> Self {
        let mut letters = Self::default();
        for c in text.chars().filter(|c| c.is_alphabetic()).take(4 * ENOUGH) {
            letters.scripts[script_of(c) as usize] += 1;
            match c {
                'پ' | 'چ' | 'ژ' | 'گ' | 'ک' | 'ی' => letters.persian += 1,
                'ٹ' | 'ڈ' | 'ڑ' | 'ں' | 'ے' | 'ہ' | 'ھ' | 'ۓ' => letters.urdu += 1,
                'ە' | 'ێ' | 'ۆ' | 'ڕ' | 'ڵ' => letters.kurdish += 1,
                'ښ' | 'ځ' | 'ډ' | 'ړ' | 'ڼ' | 'ې' | 'ۍ' | 'څ' => letters.pashto += 1,
                'ة' | 'ى' | 'أ' | 'إ' | 'ؤ' | 'ك' | 'ي' => letters.arabic_only += 1,
                'ɣ' | 'Ɣ' | 'ɛ' | 'Ɛ' | 'ḍ' | 'ḥ' | 'ṛ' | 'ṣ' | 'ṭ' | 'ẓ' | 'ǧ' | 'č' | 'γ'
                | 'ε' | 'Ḍ' | 'Ḥ' | 'Ṛ' | 'Ṣ' | 'Ṭ' | 'Ẓ' | 'Ǧ' | 'Č' => {
                    letters.berber += 1;
                }
                '\u{3040}'..='\u{30FF}' => letters.kana += 1,
                _ => {}
            }
        }
        letters
    }

    fn main_script(&self) -> (Script, usize) {
        let (at, most) = self
            .scripts
            .iter()
            .enumerate()
            .max_by_key(|&(at, count)| (*count, usize::MAX - at))
            .map_or((0, 0), |(at, count)| (at, *count));
        (SCRIPTS[at], most)
    }

    /// Maghreb Arabic writes پ گ ڤ ڨ in foreign names, and some keyboards give ی for ي: a few such letters
    /// beside the letters of Arabic do not make a text Persian.
    fn arabic_language(&self, text: &str) -> &'static str {
        let all = self.scripts[Script::Arabic as usize].max(1);
        let foreign = self.persian + self.urdu + self.kurdish + self.pashto;
        let share = |count: usize| count * 1000 / all;
        if share(foreign) >= 25 && foreign > self.arabic_only / 2 {
            let rows = [
                ("ckb", self.kurdish * 4),
                ("ps", self.pashto * 8),
                ("ur", self.urdu * 2),
                ("fa", self.persian),
            ];
            let mut best = rows[3];
            for row in &rows[..3] {
                if row.1 > best.1 && share(row.1) >= 20 {
                    best = *row;
                }
            }
            return best.0;
        }
        if is_berber_in_arabic(text) {
            "ber"
        } else {
            "ar"
        }
    }
}

/// Few words with the Arabic article, many function words of Berber.
fn is_berber_in_arabic(text: &str) -> bool {
    let (mut words, mut articled, mut berber) = (0_usize, 0_usize, 0_usize);
    for word in text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .take(200)
    {
        words += 1;
        articled += usize::from(
            word.starts_with("ال") || word.starts_with("وال") || word.starts_with("بال"),
        );
        berber += usize::from(WORDS.berber_arabic.contains(word) || word.starts_with("ئم"));
    }
    words >= 4 && berber * 8 >= words && articled * 12 <= words
}

/// Function words by language.
struct Words {
    latin: FxHashMap<String, Vec<&'static str>>,
    /// Letters that only some of the languages write.
    letters: Vec<(&'static str, &'static str)>,
    berber_arabic: rustc_hash::FxHashSet<&'static str>,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let mut words = Words {
        latin: FxHashMap::default(),
        letters: Vec::new(),
        berber_arabic: rustc_hash::FxHashSet::default(),
    };
    let rows = include_str!("function_words.tsv").lines();
    for row in rows.filter(|row| !row.starts_with('#')) {
        let Some((lang, list)) = row.split_once('\t') else {
            continue;
        };
        for word in list.split(' ') {
            if let Some(letters) = word.strip_prefix('+') {
                words.letters.push((lang, letters));
            } else if word.is_ascii() {
                let langs = words.latin.entry(word.to_owned()).or_default();
                if !langs.contains(&lang) {
                    langs.push(lang);
                }
            } else {
                words.berber_arabic.insert(word);
            }
        }
    }
    words
});

fn latin_language(text: &str, letters: &Letters) -> Option<&'static str> {
    let sample = head(text, ENOUGH);
    let votes = votes(sample);
    let special = letters.berber * 1000 / letters.scripts[Script::Latin as usize].max(1);
    let of = |lang: &str| {
        votes
            .iter()
            .find(|vote| vote.0 == lang)
            .map_or(0, |vote| vote.1)
    };
    let rivals = LATIN.iter().map(|(code, _)| of(code)).max().unwrap_or(0);
    if special >= 12
        || (special >= 4 && of("ber") >= rivals)
        || (of("ber") >= 3 && of("ber") >= rivals * 2)
    {
        return Some("ber");
    }
    let mut best: Vec<_> = LATIN.iter().map(|(code, _)| (of(code), *code)).collect();
    best.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
    if best[0].0 >= 3 && best[0].0 * 4 >= best[1].0 * 5 {
        return Some(best[0].1);
    }
    // A title with one function word or none is French or English here, rarely another language's.
    let near = of("fr").max(of("en")) == best[0].0;
    let allowed = if best[0].0 < 2 && near {
        &LATIN[..2]
    } else {
        &LATIN[..]
    };
    let detector = Detector::with_allowlist(allowed.iter().map(|(_, lang)| *lang).collect());
    let trigram = detector.detect(sample).and_then(|found| {
        LATIN
            .iter()
            .find(|(_, known)| *known == found.lang())
            .map(|(code, _)| *code)
    });
    match trigram {
        Some(code) if of(code) + 1 >= best[0].0 => Some(code),
        _ if best[0].0 > 0 => Some(best[0].1),
        other => other,
    }
}

/// How many function words of each language a text holds; a word of several counts for each.
fn votes(sample: &str) -> Vec<(&'static str, usize)> {
    let mut votes: Vec<(&'static str, usize)> = Vec::new();
    let folded = fold(sample);
    // An elided word keeps its apostrophe: `d'` is French, `d` alone Berber.
    let words = folded
        .split(|c: char| !c.is_alphabetic() && c != '\'')
        .flat_map(|chunk| chunk.split_inclusive('\'').enumerate())
        .filter(|(part, word)| word.len() > 1 || *part == 0)
        .map(|(_, word)| word);
    for word in words {
        for lang in WORDS.latin.get(word).into_iter().flatten() {
            match votes.iter_mut().find(|vote| vote.0 == *lang) {
                Some(vote) => vote.1 += 1,
                None => votes.push((lang, 1)),
            }
        }
    }
    for (lang, letters) in &WORDS.letters {
        let found = sample
            .chars()
            .filter(|c| letters.contains(*c))
            .take(3)
            .count();
        match votes.iter_mut().find(|vote| vote.0 == *lang) {
            Some(vote) => vote.1 += found,
            None => votes.push((lang, found)),
        }
    }
    votes
}

fn head(text: &str, characters: usize) -> &str {
    text.char_indices()
        .nth(characters)
        .map_or(text, |(end, _)| &text[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_of_the_table() {
        let rows = include_str!("lang_phrases.tsv").lines();
        let mut faults = Vec::new();
        for row in rows.filter(|row| !row.starts_with('#')) {
            let (lang, phrase) = row.split_once('\t').unwrap();
            let found = detect(phrase).unwrap_or("none");
            if found != lang {
                faults.push(format!("{phrase}: {found}, not {lang}"));
            }
        }
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }

    #[test]
    fn no_letters_no_language() {
        assert_eq!(detect("12/05/2024 — 10:30"), None);
        assert_eq!(detect(""), None);
    }
}
