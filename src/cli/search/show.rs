//! Renders hits, counts and a faulty query for a reader.

use std::collections::BTreeMap;

use crate::error::Error;
use crate::index::{Highlight, Hit};

/// Values of a facet that are shown, the most frequent first, and months of the histogram, the last ones.
const VALUES: usize = 8;
const MONTHS: usize = 24;

/// Columns of the longest bar.
const BAR: u64 = 40;

/// One hit in a few lines.
pub(super) fn hit(hit: &Hit) -> String {
    let title = hit.title.as_deref().unwrap_or("(no title)");
    let paper = hit.publisher.as_deref().or(hit.source.as_deref());
    let mut text = format!(
        "{title}\n  {} · {} · {} · {:.2}\n",
        hit.published.as_deref().unwrap_or("no date"),
        paper.unwrap_or("no source"),
        hit.lang,
        hit.score
    );
    for highlight in hit
        .highlights
        .iter()
        .filter(|highlight| highlight.field == "text")
    {
        text += &format!("  … {} …\n", marked(highlight));
    }
    if !hit.matched.is_empty() {
        text += &format!("  matched: {}\n", hit.matched.join(", "));
    }
    if !hit.duplicates.is_empty() {
        text += &format!("  and {} that repeat it\n", hit.duplicates.len());
    }
    text + &format!("  {}\n", hit.url.as_deref().unwrap_or(&hit.id))
}

/// The passage with what answers in brackets.
fn marked(highlight: &Highlight) -> String {
    let mut text = String::new();
    for (at, c) in (highlight.start..).zip(highlight.text.chars()) {
        if highlight.marks.iter().any(|mark| mark.start == at) {
            text.push('[');
        }
        text.push(if c == '\n' { ' ' } else { c });
        if highlight.marks.iter().any(|mark| mark.end == at + 1) {
            text.push(']');
        }
    }
    text
}

/// A line a facet, and months as a histogram.
pub(super) fn facets(facets: &BTreeMap<String, BTreeMap<String, u64>>) -> Vec<String> {
    let mut lines = Vec::new();
    let told =
        |(name, values): &(&String, &BTreeMap<String, u64>)| *name != "month" && !values.is_empty();
    for (name, values) in facets.iter().filter(told) {
        let mut counts: Vec<(&String, &u64)> = values.iter().collect();
        counts.sort_by_key(|&(value, count)| (std::cmp::Reverse(count), value));
        let some: Vec<String> = counts
            .iter()
            .take(VALUES)
            .map(|(value, count)| format!("{value} {count}"))
            .collect();
        let rest = counts.len().saturating_sub(VALUES);
        let more = (rest > 0).then(|| format!(" · {rest} more"));
        lines.push(format!(
            "{name:<12} {}{}",
            some.join(" · "),
            more.unwrap_or_default()
        ));
    }
    if let Some(months) = facets.get("month") {
        lines.extend(histogram(months));
    }
    lines
}

fn histogram(months: &BTreeMap<String, u64>) -> Vec<String> {
    let longest = months.values().copied().max().unwrap_or(1).max(1);
    months
        .iter()
        .skip(months.len().saturating_sub(MONTHS))
        .map(|(month, &count)| {
            let width = (count * BAR).div_ceil(longest);
            format!("{month}  {} {count}", "▪".repeat(width as usize))
        })
        .collect()
}

/// A fault of a query with the query, and a mark under the place. Arabic runs the other way on a terminal, so
/// where it stands before the place the mark stands inside.
pub(super) fn located(query: &str, error: Error) -> Error {
    let Error::Input { at, message, hint } = error else {
        return error;
    };
    let column: usize = at
        .strip_prefix("query:")
        .and_then(|column| column.parse().ok())
        .unwrap_or(1);
    let before: String = query.chars().take(column - 1).collect();
    let arabic = before.chars().any(|c| ('\u{590}'..='\u{8FF}').contains(&c));
    let shown = if arabic {
        format!("  {before}▸{}", &query[before.len()..])
    } else {
        format!("  {query}\n  {}^", " ".repeat(column - 1))
    };
    Error::Input {
        at,
        message: format!("{message}\n{shown}"),
        hint,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::Query;

    #[test]
    fn a_fault_is_shown_where_it_stands() {
        for (query, shown) in [
            ("jumelage (oran", "\n  jumelage (oran\n           ^"),
            ("وهران kind:noces", "\n  وهران kind:▸noces"),
        ] {
            let error = located(query, Query::parse(query).unwrap_err());
            assert!(error.to_string().contains(shown), "{error}");
        }
    }
}
