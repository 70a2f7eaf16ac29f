//! Renders the facts of a record for a reader in a terminal, each with the words that justify it.

use std::io::{self, Write};

use crate::record::fact::{Convention, Evidence, Operation, Role};
use crate::record::{Record, word};

/// First-strong isolate and its end: text of either direction stays whole inside a line of the other.
const ISOLATE: (char, char) = ('\u{2068}', '\u{2069}');

/// Writes one record.
pub(super) fn render(record: &Record, out: &mut impl Write) -> io::Result<()> {
    let title = record.title.as_deref().unwrap_or("(no title)");
    let day = record.published.as_deref().unwrap_or("no date");
    writeln!(
        out,
        "{}  [{} · {} · health {:.2}]",
        isolated(title),
        record.lang,
        day,
        record.health
    )?;
    record
        .conventions
        .iter()
        .try_for_each(|convention| agreement(record, convention, out))?;
    record
        .operations
        .iter()
        .try_for_each(|operation| act(record, operation, out))?;
    for date in &record.dates {
        writeln!(
            out,
            "  date  {}  {}",
            date.value.as_deref().unwrap_or("?"),
            isolated(&date.text)
        )?;
    }
    writeln!(out)
}

fn agreement(record: &Record, convention: &Convention, out: &mut impl Write) -> io::Result<()> {
    let date = convention
        .date
        .as_ref()
        .and_then(|date| date.value.as_deref())
        .unwrap_or("no date");
    let number = convention
        .number
        .map_or_else(|| "several".to_owned(), |number| number.to_string());
    writeln!(
        out,
        "  {} · {} · {date} · {number}",
        word(&convention.kind),
        word(&convention.status)
    )?;
    for partner in &convention.partners {
        let role = if partner.role == Role::Patron {
            "patron"
        } else {
            "partner"
        };
        writeln!(
            out,
            "    {role}  {}  {}",
            isolated(&partner.name),
            partner.id.as_deref().unwrap_or("")
        )?;
    }
    proof(record, &convention.evidence, out)
}

fn act(record: &Record, operation: &Operation, out: &mut impl Write) -> io::Result<()> {
    let upper = operation
        .max
        .map(|max| format!("–{max}"))
        .unwrap_or_default();
    writeln!(
        out,
        "  {}{upper} {} · {} · {}",
        operation.count,
        word(&operation.procedure),
        word(&operation.status),
        word(&operation.bound)
    )?;
    proof(record, &operation.evidence, out)
}

/// The first words that justify a fact, underlined.
fn proof(record: &Record, evidence: &[Evidence], out: &mut impl Write) -> io::Result<()> {
    let Some(first) = evidence.first() else {
        return Ok(());
    };
    let words = record
        .slice(first.span)
        .unwrap_or_default()
        .replace('\n', " ");
    writeln!(
        out,
        "    {}  \x1b[4m{}\x1b[24m",
        first.rule,
        isolated(&words)
    )
}

fn isolated(text: &str) -> String {
    format!("{}{text}{}", ISOLATE.0, ISOLATE.1)
}
