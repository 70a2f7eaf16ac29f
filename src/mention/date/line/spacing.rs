//! Rewrites a date line so that its numbers stand as a sentence writes them: folded, no spaces inside
//! 16 / 01 / 2024 and 11 h 02, spaces around the month of 16-Jan-2024.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use crate::text::fold::fold;

/// The longest line that is read, in characters.
const LONGEST: usize = 300;

/// A pattern in folded text, and what becomes of it.
struct Step {
    pattern: Regex,
    with: &'static str,
}

/// In this order.
const STEPS: [(&str, &str); 10] = [
    // 2024年1月16日
    (
        r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일]?",
        "$1-$2-$3 ",
    ),
    // 2024-05-30T11:24
    (r"(\d)t(\d{2}:)", "$1 $2"),
    // 16-Jan-2024, 16. Januar, 16/جانفي/2024
    (r"(\d)\s?[-–/.،,]\s?(\p{L})", "$1 $2"),
    (r"(\p{L})\s?[-–/.,]{1,2}\s?(\d{4})\b", "$1 $2"),
    // Jan. 16
    (r"(\p{L})\.\s?(\d)", "$1 $2"),
    // Apr 042013: day and year of two elements that stand without space
    (r"(\p{L}\s)(\d{2})((?:19|20)\d{2})\b", "$1$2, $3"),
    // 2024م, 1445هـ
    (r"(\d{4})(\p{Arabic}{1,2})\b", "$1 $2"),
    // 11 h 02, 10h30, 10 : 30
    (r"\b(\d{1,2})\s?h\s?(\d{2})\b", "$1:$2"),
    (r"\b(\d{1,2})h\b", "$1:00"),
    (r"\b(\d{1,2})\s?:\s?(\d{2})\b", "$1:$2"),
];

static STEPS_READ: LazyLock<Vec<Step>> = LazyLock::new(|| {
    let read = STEPS.iter().filter_map(|(pattern, with)| {
        Regex::new(pattern)
            .ok()
            .map(|pattern| Step { pattern, with })
    });
    read.collect()
});

/// Day, month and year in digits with a mark between them.
static NUMERIC: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"\b(\d{1,4})\s*([-–/.])\s*(\d{1,2})\s*([-–/.])\s*(\d{2,4})\b").ok()
});

/// A line, folded and evenly spaced.
pub(super) fn even(line: &str) -> String {
    let head: String = line.chars().take(LONGEST).collect();
    let mut line = fold(&head).replace('،', ",");
    for step in STEPS_READ.iter() {
        if step.pattern.is_match(&line) {
            line = step.pattern.replace_all(&line, step.with).into_owned();
        }
    }
    match &*NUMERIC {
        Some(numeric) => numeric.replace_all(&line, closed).into_owned(),
        None => line,
    }
}

/// The three numbers without spaces, where both marks are the same.
fn closed(parts: &Captures<'_>) -> String {
    if parts[2] == parts[4] {
        format!(
            "{}{}{}{}{}",
            &parts[1], &parts[2], &parts[3], &parts[2], &parts[5]
        )
    } else {
        parts[0].to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_is_a_pattern() {
        assert_eq!(STEPS_READ.len(), STEPS.len());
        assert!(NUMERIC.is_some());
    }

    #[test]
    fn numbers_stand_as_in_sentences() {
        for (line, wanted) in [
            ("16 / 01 / 2024", "16/01/2024"),
            ("Le 16-Janv.-2024 à 11 h 02", "le 16 janv 2024 a 11:02"),
            ("16. Januar 2024", "16 januar 2024"),
            ("16 جانفي 2024م", "16 جانفي 2024 م"),
            ("\u{200F}16\u{200F}/1\u{200F}/2024", "16/1/2024"),
            ("19:30 - 16/01/2024", "19:30 - 16/01/2024"),
        ] {
            assert_eq!(even(line), wanted);
        }
    }
}
