//! Turns a string into the ISO code of its language: the script first, then the letters and small words of each.
//!
//! Darija is Arabic in either script. Berber is told apart in its three scripts, Persian, Urdu,
//! Kurdish and Pashto by letters that Arabic does not have.

mod arabic;
mod latin;

/// Letters that are counted for the script.
const ENOUGH: usize = 3200;

/// The language of a text as ISO 639-1 code, `ber` for Berber, `ckb` for Sorani; nothing where there are no letters.
pub fn detect(text: &str) -> Option<&'static str> {
    let scripts = Scripts::count(text);
    let (script, most) = scripts.main(text);
    if most == 0 {
        return None;
    }
    match script {
        Script::Arabic => Some(arabic::language(text)),
        Script::Latin => Some(latin::language(text)),
        Script::Tifinagh => Some("ber"),
        Script::Cyrillic => Some("ru"),
        Script::Greek => Some("el"),
        Script::Hebrew => Some("he"),
        Script::Han => Some(if scripts.kana > most / 20 { "ja" } else { "zh" }),
        Script::Hangul => Some("ko"),
        Script::Other => None,
    }
}

/// The words of each language, by its code; one language may have several rows.
fn rows() -> impl Iterator<Item = (&'static str, &'static str)> {
    include_str!("words.tsv")
        .lines()
        .filter(|row| !row.starts_with('#'))
        .filter_map(|row| row.split_once('\t'))
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

/// How many letters of each script a text has.
#[derive(Debug, Default)]
struct Scripts {
    letters: [usize; SCRIPTS.len()],
    kana: usize,
}

impl Scripts {
    fn count(text: &str) -> Self {
        let mut scripts = Self::default();
        for c in text.chars().filter(|c| c.is_alphabetic()).take(ENOUGH) {
            scripts.letters[script_of(c) as usize] += 1;
            scripts.kana += usize::from(('\u{3040}'..='\u{30FF}').contains(&c));
        }
        scripts
    }

    /// The script of most letters. Latin names in an Arabic line may be longer than the line: without small
    /// words around them they are no text.
    fn main(&self, text: &str) -> (Script, usize) {
        let best = (0..SCRIPTS.len()).max_by_key(|&at| (self.letters[at], usize::MAX - at));
        let best = best.unwrap_or(0);
        let arabic = self.letters[Script::Arabic as usize];
        let names = SCRIPTS[best] == Script::Latin
            && arabic * 2 >= self.letters[best]
            && !latin::has_words(text);
        if names {
            (Script::Arabic, arabic)
        } else {
            (SCRIPTS[best], self.letters[best])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two words of a title may be of two languages: of a hundred one may be mistaken, in the languages that
    /// facts are extracted from none.
    #[test]
    fn phrases_of_the_table() {
        let rows = include_str!("../../../corpus/phrases/language.tsv").lines();
        let (mut all, mut faults) = (0, Vec::new());
        for row in rows.filter(|row| !row.starts_with('#')).skip(1) {
            let (lang, phrase) = row.split_once('\t').unwrap();
            let found = detect(phrase).unwrap_or("none");
            all += 1;
            if found != lang {
                faults.push(format!("{phrase}: {found}, not {lang}"));
            }
            assert!(found == lang || !["fr", "ar"].contains(&lang), "{faults:?}");
        }
        assert!(all > 700 && faults.len() * 100 <= all, "{faults:?}");
    }

    #[test]
    fn no_letters_no_language() {
        assert_eq!(detect("12/05/2024 — 10:30"), None);
        assert_eq!(detect(""), None);
    }
}
