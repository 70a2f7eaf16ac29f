//! Tells what words a token may stand for: without ال, clitics, pronouns, plural endings.

use std::borrow::Cow;

use super::lexicon::Clitics;
use crate::record::Lang;
use crate::text::Text;

/// The folded words of a form that a lexicon or rule writes, split as they are inside a text.
pub(super) fn folded_words(form: &str, lang: Lang) -> Vec<Box<str>> {
    words(form, lang, |text, at| text.folded(at).into())
}

/// The words of a form as they are written, split as they are inside a text.
pub(super) fn written_words(form: &str, lang: Lang) -> Vec<Box<str>> {
    words(form, lang, |text, at| text.word(at).into())
}

fn words(form: &str, lang: Lang, word: impl Fn(&Text<'_>, usize) -> Box<str>) -> Vec<Box<str>> {
    // A word follows, so that "d'" is elided and the last dot of "C.H.U." belongs to it.
    let elided = form.ends_with(['\'', '’']);
    let followed = format!("{form}{}", if elided { "a" } else { " a" });
    let text = Text::new(&followed, lang);
    (0..text.tokens.len().saturating_sub(1))
        .map(|at| word(&text, at))
        .filter(|word| !word.trim().is_empty())
        .collect()
}

/// The clitics that a word carries whatever it means: those before an ال that three letters follow.
pub(super) fn evident_clitics(folded: &str) -> Clitics {
    if !folded.starts_with(|c: char| !c.is_ascii()) {
        return Clitics::default();
    }
    let (word, and) = match folded.strip_prefix(['و', 'ف']) {
        Some(rest) => (rest, Clitics::AND),
        None => (folded, Clitics::default()),
    };
    if strip_article(folded).is_some() {
        return Clitics::THE;
    }
    if strip_article(word).is_some() {
        return and.with(Clitics::THE);
    }
    for (letter, clitic) in [('ب', Clitics::IN), ('ك', Clitics::AS)] {
        if word.strip_prefix(letter).and_then(strip_article).is_some() {
            return and.with(clitic).with(Clitics::THE);
        }
    }
    match word.strip_prefix("لل") {
        Some(rest) if rest.chars().count() >= 3 => and.with(Clitics::TO).with(Clitics::THE),
        _ => Clitics::default(),
    }
}

/// The form under which a word is interned, and whether ال was taken off: Arabic words lose it
/// wherever it stands after a clitic, so that "والصيدلة" and "وصيدلة" are one.
pub(super) fn key(folded: &str, lang: Lang) -> (Cow<'_, str>, Clitics) {
    if lang == Lang::Fr || folded.is_ascii() {
        return (folded.into(), Clitics::default());
    }
    if let Some(rest) = strip_article(folded) {
        return (rest.into(), Clitics::THE);
    }
    let mut letters = folded.chars();
    let (Some(first), rest) = (letters.next(), letters.as_str()) else {
        return (folded.into(), Clitics::default());
    };
    if matches!(first, 'و' | 'ف' | 'ب' | 'ك')
        && let Some(rest) = strip_article(rest)
    {
        return (format!("{first}{rest}").into(), Clitics::THE);
    }
    if folded.starts_with("لل") && rest.chars().count() >= 4 {
        return (rest.into(), Clitics::THE);
    }
    (folded.into(), Clitics::default())
}

/// A word without ال, where at least three letters remain.
fn strip_article(folded: &str) -> Option<&str> {
    folded
        .strip_prefix("ال")
        .filter(|rest| rest.chars().count() >= 3)
}

/// French singulars that a plural may come from.
pub(super) fn singulars(folded: &str, mut push: impl FnMut(&str)) {
    if folded.len() < 4 {
        return;
    }
    if let Some(stem) = folded.strip_suffix(['s', 'x']) {
        push(stem);
        if let Some(stem) = stem.strip_suffix('e') {
            // "signées" is written for "signé": participles are listed in the masculine.
            push(stem);
        }
    } else if let Some(stem) = folded.strip_suffix('e') {
        push(stem);
    }
    if let Some(stem) = folded.strip_suffix("aux") {
        push(&format!("{stem}al"));
    }
}

/// Arabic words that a word with clitics may stand for: conjunction, then preposition, then article,
/// then a pronoun at the end.
pub(super) fn peel(folded: &str, push: &mut impl FnMut(&str, Clitics, usize)) {
    let mut stems: Vec<(&str, Clitics, usize)> = vec![(folded, Clitics::default(), 0)];
    if let Some(rest) = folded.strip_prefix(['و', 'ف']) {
        stems.push((rest, Clitics::AND, 2));
    }
    for at in 0..stems.len() {
        let (stem, clitics, peeled) = stems[at];
        for (letter, clitic) in [
            ('ب', Clitics::IN),
            ('ل', Clitics::TO),
            ('ك', Clitics::AS),
            ('س', Clitics::AS),
        ] {
            if let Some(rest) = stem.strip_prefix(letter) {
                stems.push((rest, clitics.with(clitic), peeled + 2));
            }
        }
    }
    for (stem, clitics, peeled) in stems {
        if stem.chars().count() < 2 {
            continue;
        }
        if peeled > 0 {
            push(stem, clitics, peeled);
            if let Some(bare) = strip_article(stem) {
                push(bare, clitics.with(Clitics::THE), peeled);
            } else if clitics.has(Clitics::TO)
                && let Some(bare) = stem
                    .strip_prefix('ل')
                    .filter(|bare| bare.chars().count() >= 3)
            {
                push(bare, clitics.with(Clitics::THE), peeled);
            }
        }
        for pronoun in ["ه", "ها", "هم", "هما", "هن", "نا", "ك", "كم", "ي"] {
            let Some(bare) = stem
                .strip_suffix(pronoun)
                .filter(|bare| bare.chars().count() >= 3)
            else {
                continue;
            };
            push(bare, clitics.with(Clitics::PRONOUN), peeled);
            if let Some(bare) = bare.strip_suffix('ت') {
                push(&format!("{bare}ه"), clitics.with(Clitics::PRONOUN), peeled);
            }
        }
    }
}
