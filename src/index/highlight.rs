//! Finds the words of a hit that answer a query, and the passages that show most of them.
//!
//! The hit's text is analysed again by the chain that indexed it, so that stems, concepts, phrases and
//! slips are found in either script where they stand.

use std::ops::Range;

use serde::Serialize;

use super::analyzer::{Analysis, recall, remember};
use super::query::Scope;
use super::vocabulary::Vocabulary;

/// Words of a passage, and how many passages of one article are shown.
const WINDOW: usize = 32;
const PASSAGES: usize = 2;

/// Words shown before the first one marked.
const LEAD: usize = 6;

/// A passage of a hit with the words that answer the query. All positions count Unicode code points of the
/// title or text, from its beginning.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Highlight {
    /// `title` or `text`.
    #[serde(rename = "in")]
    pub field: &'static str,
    /// The passage.
    pub text: String,
    /// Where the passage begins.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// What is marked, in order, without overlaps.
    pub marks: Vec<Mark>,
}

/// A marked stretch, in code points of the title or text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Mark {
    /// First code point.
    pub start: usize,
    /// Code point after the last.
    pub end: usize,
}

/// Something that a query asks for, by which a hit is explained.
#[derive(Debug, Clone)]
pub(super) struct Probe {
    pub(super) label: String,
    pub(super) seek: Seek,
    pub(super) scope: Scope,
}

/// How a probe is found in a text.
#[derive(Debug, Clone)]
pub(super) enum Seek {
    /// Any word of this stem.
    Stem(String),
    /// This folded word.
    Word(String),
    /// These stems at these distances from the first.
    Phrase(Vec<(usize, String)>),
    /// Words that begin so, folded.
    Prefix(String),
    /// Words that differ by so many slips, folded.
    Fuzzy(String, u8),
    /// A concept or entity, by id.
    Concept(String),
    /// Words whose consonants may be those of a name, by key.
    Name(String),
}

/// Words that answer a probe.
struct Found {
    words: Range<usize>,
    probe: usize,
}

/// What a hit shows, and why it is one.
#[derive(Debug, Default)]
pub(super) struct Explained {
    pub(super) highlights: Vec<Highlight>,
    /// The probes that were found, by position.
    pub(super) probes: Vec<usize>,
}

/// Explains a hit by its title and body.
pub(super) fn explain(
    title: &str,
    body: &str,
    probes: &[&Probe],
    vocabulary: &Vocabulary,
) -> Explained {
    let mut explained = Explained::default();
    for (field, text, other) in [("title", title, Scope::Body), ("text", body, Scope::Title)] {
        let analysis = recall(text, vocabulary);
        let found = found(&analysis, probes, vocabulary, other);
        explained
            .probes
            .extend(found.iter().map(|found| found.probe));
        let words = analysis.words.len();
        let windows: Vec<Range<usize>> = if field == "title" && !found.is_empty() {
            std::iter::once(0..words).collect()
        } else {
            windows(&found, words)
        };
        let passages = windows
            .into_iter()
            .map(|window| passage(field, text, &analysis, &found, window));
        explained.highlights.extend(passages);
        remember(analysis);
    }
    explained.probes.sort_unstable();
    explained.probes.dedup();
    explained
}

fn found(
    analysis: &Analysis,
    probes: &[&Probe],
    vocabulary: &Vocabulary,
    other: Scope,
) -> Vec<Found> {
    let mut found = Vec::new();
    for (at, probe) in probes
        .iter()
        .enumerate()
        .filter(|(_, probe)| probe.scope != other)
    {
        let mut push = |words| found.push(Found { words, probe: at });
        if let Seek::Concept(id) = &probe.seek {
            let named = analysis
                .concepts
                .iter()
                .filter(|concept| vocabulary.id(concept.id) == id);
            named.for_each(|concept| push(concept.first as usize..concept.end as usize));
            continue;
        }
        if let Seek::Name(key) = &probe.seek {
            vocabulary.name_keys(analysis, |known, at| {
                if known == key {
                    push(at..at + 1 + usize::from(key.contains(' ')));
                }
            });
            continue;
        }
        for word in 0..analysis.words.len() {
            if let Some(end) = probe.seek.ends(analysis, word) {
                push(word..end);
            }
        }
    }
    found.sort_by_key(|found| (found.words.start, found.words.end));
    found
}

impl Seek {
    /// The word after the last, where this is found at a word.
    fn ends(&self, analysis: &Analysis, at: usize) -> Option<usize> {
        let word = &analysis.words[at];
        let is = |yes: bool| yes.then_some(at + 1);
        match self {
            Self::Stem(stem) => is(analysis.stem(word) == stem),
            Self::Word(folded) => is(analysis.folded(word) == folded),
            Self::Prefix(prefix) => {
                let folded = analysis.folded(word);
                let bare = folded.strip_prefix("ال").unwrap_or(folded);
                is(folded.starts_with(prefix.as_str()) || bare.starts_with(prefix.as_str()))
            }
            Self::Fuzzy(folded, slips) => {
                let spelled = analysis.folded(word);
                let bare = spelled.strip_prefix("ال").unwrap_or(spelled);
                is(slipped(folded, spelled, *slips) || slipped(folded, bare, *slips))
            }
            Self::Phrase(stems) => {
                let stands = |(distance, stem): &(usize, String)| {
                    analysis
                        .words
                        .get(at + distance)
                        .is_some_and(|word| analysis.stem(word) == stem)
                };
                let last = stems.last().map(|(distance, _)| at + distance + 1);
                stems.iter().all(stands).then_some(last).flatten()
            }
            Self::Concept(_) | Self::Name(_) => None,
        }
    }
}

/// Whether two words differ by at most so many letters put in, left out, changed or swapped.
fn slipped(left: &str, right: &str, slips: u8) -> bool {
    let (left, right): (Vec<char>, Vec<char>) = (left.chars().collect(), right.chars().collect());
    let slips = usize::from(slips);
    if left.len().abs_diff(right.len()) > slips {
        return false;
    }
    let width = right.len() + 1;
    let mut rows: Vec<usize> = (0..width).collect();
    for (i, a) in left.iter().enumerate() {
        rows.push(i + 1);
        for (j, b) in right.iter().enumerate() {
            let here = (i + 1) * width + j + 1;
            let mut least = (rows[here - width - 1] + usize::from(a != b))
                .min(rows[here - 1] + 1)
                .min(rows[here - width] + 1);
            if i > 0 && j > 0 && *a == right[j - 1] && left[i - 1] == *b {
                least = least.min(rows[here - 2 * width - 2] + 1);
            }
            rows.push(least);
        }
    }
    rows.last().is_some_and(|&distance| distance <= slips)
}

/// The stretches of words that answer the most probes, the best first, then as they stand.
fn windows(found: &[Found], words: usize) -> Vec<Range<usize>> {
    let mut chosen: Vec<Range<usize>> = Vec::new();
    let mut seen: Vec<usize> = Vec::new();
    while chosen.len() < PASSAGES {
        let best = found
            .iter()
            .map(|first| first.words.start.saturating_sub(LEAD))
            .map(|start| start..(start + WINDOW).min(words))
            .filter(|window| {
                chosen
                    .iter()
                    .all(|known| known.end <= window.start || window.end <= known.start)
            })
            .map(|window| {
                (
                    worth(found, &window, &seen),
                    std::cmp::Reverse(window.start),
                    window.end,
                )
            })
            .max();
        let Some(((fresh, _), start, end)) = best else {
            break;
        };
        if fresh == 0 && !chosen.is_empty() {
            break;
        }
        let window = start.0..end;
        seen.extend(inside(found, &window).map(|found| found.probe));
        chosen.push(window);
    }
    chosen.sort_by_key(|window| window.start);
    chosen
}

/// How many probes a window answers that were not answered yet, and how often any.
fn worth(found: &[Found], window: &Range<usize>, seen: &[usize]) -> (usize, usize) {
    let mut probes: Vec<usize> = inside(found, window).map(|found| found.probe).collect();
    let often = probes.len();
    probes.sort_unstable();
    probes.dedup();
    let fresh = probes.iter().filter(|probe| !seen.contains(probe)).count();
    (fresh, often)
}

fn inside<'a>(found: &'a [Found], window: &Range<usize>) -> impl Iterator<Item = &'a Found> {
    let first = found.partition_point(|found| found.words.start < window.start);
    let (end, rest) = (window.end, &found[first..]);
    rest.iter()
        .take_while(move |found| found.words.start < end)
        .filter(move |found| found.words.end <= end)
}

fn passage(
    field: &'static str,
    text: &str,
    analysis: &Analysis,
    found: &[Found],
    window: Range<usize>,
) -> Highlight {
    let words = &analysis.words;
    let start = if window.start == 0 {
        0
    } else {
        words[window.start].start as usize
    };
    let end = if window.end == words.len() {
        text.len()
    } else {
        words[window.end - 1].end as usize
    };
    let points = |from: usize, to: usize| text[from..to].chars().count();
    let first = points(0, start);
    let mut marks: Vec<Mark> = Vec::new();
    for found in inside(found, &window) {
        let from = words[found.words.start].start as usize;
        let to = words[found.words.end - 1].end as usize;
        let mark = Mark {
            start: first + points(start, from),
            end: first + points(start, to),
        };
        match marks.last_mut() {
            Some(last) if mark.start < last.end => last.end = last.end.max(mark.end),
            _ => marks.push(mark),
        }
    }
    Highlight {
        field,
        text: text[start..end].to_owned(),
        start: first,
        end: first + points(start, end),
        marks,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_letters_put_in_left_out_changed_or_swapped() {
        for (left, right, slips) in [
            ("jumelage", "jumelage", 0),
            ("jumelage", "jumelag", 1),
            ("jumelage", "jumellage", 1),
            ("jumelage", "jumelaeg", 1),
            ("benbouzid", "benbousit", 2),
        ] {
            assert!(slipped(left, right, slips), "{left} {right}");
            assert!(
                slips == 0 || !slipped(left, right, slips - 1),
                "{left} {right}"
            );
        }
    }
}
