//! Says which paragraphs of a plain text are no part of the article: share rows, "Lire aussi" and the
//! headlines of other articles after it, which tempt with conventions and counts.

use crate::article::boilerplate::{self, Kind};
use crate::text::Text;

/// The longest line that may be another article's headline, in characters.
const HEADLINE: usize = 170;

/// Drops the sentences of furniture from a text. Spans and tokens stay where they are.
pub(super) fn drop_from(text: &mut Text<'_>) {
    let paragraphs = text
        .sentences
        .last()
        .map_or(0, |sentence| sentence.paragraph + 1);
    let lines = lines(text, paragraphs);
    let mut kept = vec![true; paragraphs];
    let mut swallowing = false;
    for (at, line) in lines.iter().enumerate() {
        // A paragraph longer than any furniture is counted no further.
        let letters = || {
            let letters = line.chars().filter(|c| c.is_alphabetic());
            letters.take(boilerplate::LONGEST + 1).count()
        };
        match boilerplate::kind(line, letters) {
            Some(Kind::End) => {
                kept[at..].fill(false);
                break;
            }
            Some(Kind::RelatedHead) => {
                kept[at] = false;
                swallowing = true;
            }
            Some(Kind::Line | Kind::Published) => kept[at] = false,
            None if swallowing && is_headline(line) => kept[at] = false,
            None => swallowing = false,
        }
    }
    // What follows the last furniture at the end of a page is furniture too.
    if let Some(first) = tail(&lines, &kept) {
        kept[first..].fill(false);
    }
    text.keep_sentences(|sentence| kept[sentence.paragraph]);
}

/// The first furniture after which nothing but furniture and headlines stands.
fn tail(lines: &[&str], kept: &[bool]) -> Option<usize> {
    let body = lines
        .iter()
        .zip(kept)
        .rposition(|(line, kept)| *kept && !is_headline(line))
        .map_or(0, |last| last + 1);
    (body..lines.len()).find(|&at| !kept[at])
}

/// A line that ends as no sentence of an article ends, or is too short to be one.
fn is_headline(line: &str) -> bool {
    let length = line.chars().count();
    let line = line.trim_end();
    let ended = line.ends_with(['.', '!', '?', '؟', '…', '»', '"']);
    // A headline may ask, cry or quote: 'Le ministre : "Tout sera prêt"'.
    let quotes = line.ends_with(['»', '"']) && line.contains(':');
    let short = line.ends_with(['?', '؟', '!']) || quotes;
    length <= HEADLINE && (!ended || short && length < HEADLINE / 2)
}

fn lines<'a>(text: &Text<'a>, paragraphs: usize) -> Vec<&'a str> {
    let mut bounds = vec![(usize::MAX, 0); paragraphs];
    for sentence in &text.sentences {
        let (start, end) = text.bytes(sentence.tokens.clone());
        let (first, last) = bounds[sentence.paragraph];
        bounds[sentence.paragraph] = (first.min(start), last.max(end));
    }
    bounds
        .into_iter()
        .map(|(start, end)| text.source.get(start..end).unwrap_or_default())
        .collect()
}
