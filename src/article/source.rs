//! Turns the first and last words of a text into the agency whose dispatch it is and the place of its dateline.

use std::sync::LazyLock;

/// Characters at the start in which a dateline ends.
const HEAD: usize = 90;

/// The signature of an agency: what is written, and the agency's name.
static AGENCIES: LazyLock<Vec<(&'static str, &'static str)>> = LazyLock::new(|| {
    let lists = [
        include_str!("../../patterns/lexicons/fr/agency.tsv"),
        include_str!("../../patterns/lexicons/ar/agency.tsv"),
    ];
    let rows = lists.into_iter().flat_map(str::lines);
    rows.filter(|row| !row.starts_with('#') && !row.starts_with("form\t"))
        .filter_map(|row| {
            let mut cells = row.split('\t');
            Some((cells.next()?, cells.next()?))
        })
        .collect()
});

/// Agency and place.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Source {
    /// `APS`, `MAP`, `TAP`, `AFP`, ….
    pub agency: Option<&'static str>,
    /// `ALGER`, `الرباط`.
    pub place: Option<String>,
}

/// Reads a text, a block a line, and the byline.
pub(super) fn read(text: &str, byline: Option<&str>) -> Source {
    let mut lines = text.lines();
    let dateline = lines.clone().take(3).find_map(dateline).unwrap_or_default();
    let signed = || lines.next_back().and_then(signature);
    let agency = dateline
        .agency
        .or_else(|| byline.and_then(named))
        .or_else(signed);
    Source { agency, ..dateline }
}

/// `ALGER (APS) —`, `الجزائر (وأج) -`, `Rabat, 12 mai 2024 (MAP) –`, `TUNIS/TAP -`.
fn dateline(line: &str) -> Option<Source> {
    let end = line
        .char_indices()
        .nth(HEAD)
        .map_or(line.len(), |(at, _)| at);
    let head = &line[..end];
    let dash = head.find([']', ')', '-', '–', '—', '/', ':'])?;
    let (before, rest) = head.split_at(dash);
    let place = before
        .split(['(', '[', ',', '،'])
        .next()
        .unwrap_or_default()
        .trim();
    let parens = before.contains(['(', '[']) || rest.starts_with('/');
    let inside = match rest.strip_prefix('/') {
        Some(after) => after.split(|c: char| !c.is_alphanumeric()).next(),
        None => before.split_once(['(', '[']).map(|(_, inside)| inside),
    };
    let agency = inside.and_then(named).or_else(|| named(place));
    let spaced = before.ends_with(' ') && rest.chars().nth(1) == Some(' ');
    let is_place = is_place(place) && named(place).is_none();
    match agency {
        Some(_) => Some(Source {
            agency,
            place: is_place.then(|| place.to_owned()),
        }),
        None if !parens && spaced && is_place && is_loud(place) => Some(Source {
            agency: None,
            place: Some(place.to_owned()),
        }),
        None => None,
    }
}

/// One to four words that may name a town.
fn is_place(text: &str) -> bool {
    let words = text.split_whitespace().count();
    (1..=4).contains(&words)
        && text.chars().count() <= 32
        && text
            .chars()
            .all(|c| c.is_alphabetic() || c.is_whitespace() || matches!(c, '-' | '\'' | '’'))
        && text.chars().next().is_some_and(|c| !c.is_lowercase())
}

/// Without an agency beside it, only capitals or one or two Arabic words before the dash name a place.
fn is_loud(text: &str) -> bool {
    let latin = text.chars().any(|c| c.is_ascii_alphabetic());
    if latin {
        return !text.chars().any(char::is_lowercase) && text.chars().count() >= 3;
    }
    text.split_whitespace().count() <= 2
}

/// An agency in a few words: alone, or after others as in `Par APS`, `Algérie Presse Service`.
fn named(text: &str) -> Option<&'static str> {
    let text = text.trim();
    let is_word = |at: usize, form: &str| {
        let before = text[..at].chars().next_back();
        let after = text[at + form.len()..].chars().next();
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    };
    if text.len() > 80 {
        return None;
    }
    AGENCIES
        .iter()
        .find(|(form, _)| text.find(form).is_some_and(|at| is_word(at, form)))
        .map(|(_, agency)| *agency)
}

/// `(APS)`, `APS`, `Source : MAP` at the end of the last line.
fn signature(line: &str) -> Option<&'static str> {
    if line.chars().count() <= 30 {
        return named(line);
    }
    let tail = line.trim_end_matches(['.', ' ']);
    let inside = tail.strip_suffix([')', '/', ']'])?;
    let open = inside.rfind(['(', '/', '['])?;
    named(inside[open..].trim_start_matches(['(', '/', '[']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, agency: Option<&str>, place: Option<&str>) {
        let found = read(text, None);
        assert_eq!(
            (found.agency, found.place.as_deref()),
            (agency, place),
            "{text}"
        );
    }

    #[test]
    fn datelines_and_signatures() {
        check(
            "ALGER (APS) - Le ministre a dit.",
            Some("APS"),
            Some("ALGER"),
        );
        check("ALGER - Le ministre a dit.", None, Some("ALGER"));
        check(
            "Rabat, 12 mai 2024 (MAP) – Le ministre a dit.",
            Some("MAP"),
            Some("Rabat"),
        );
        check("الجزائر (وأج) - أعلن الوزير.", Some("APS"), Some("الجزائر"));
        check("الجزائر – أعلن الوزير.", None, Some("الجزائر"));
        check("Le ministre a dit oui. (APS)", Some("APS"), None);
        check("Le ministre a signé.\nAPS", Some("APS"), None);
        check("Le CHU (centre) - dit-il - ouvre.", None, None);
        check("Il a dit : oui - non.", None, None);
    }
}
