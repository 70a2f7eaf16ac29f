//! Writes the last hits of an alert as an Atom feed (RFC 4287).
//!
//! The bytes are a function of what the store keeps: no clock is read, and a feed that says what it said
//! is not touched.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;

use jiff::tz::TimeZone;
use jiff::{Timestamp, civil};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use url::Url;

use crate::config::alert::Alert;
use crate::error::{Error, Result};
use crate::record::dossier::Dossier;
use crate::record::word;
use crate::store::Store;
use crate::store::alert::Kind;

use super::hit::{Change, Hit};

/// Addresses that an entry of a dossier names at most.
const RELATED: usize = 50;

/// Brings the feed of an alert up to the store, in one stroke.
pub(super) fn write(folder: &Path, alert: &Alert, store: &Store) -> Result<()> {
    let feed = render(alert, store)?;
    let path = folder.join(format!("{}.atom", alert.id));
    if fs::read(&path).is_ok_and(|before| before == feed.as_bytes()) {
        return Ok(());
    }
    fs::create_dir_all(folder).map_err(|error| Error::io("create", folder, error))?;
    let part = folder.join(format!(".{}.atom.part", alert.id));
    File::create(&part)
        .and_then(|mut file| {
            file.write_all(feed.as_bytes())?;
            file.sync_all()
        })
        .map_err(|error| Error::io("write", &part, error))?;
    fs::rename(&part, &path).map_err(|error| Error::io("move", &part, error))
}

fn render(alert: &Alert, store: &Store) -> Result<String> {
    let Some(state) = store.alert(&alert.id)? else {
        return Err(alert.fault("id", "is not known to the store"));
    };
    let mut entries = String::new();
    let mut updated = seconds(state.begun);
    for (at, told) in (0..).zip(store.told(&alert.id)?) {
        // What an older version wrote may no longer be read: it ages out of the feed.
        let Ok(hit) = serde_json::from_str::<Hit>(&told.hit) else {
            continue;
        };
        let entry = Entry {
            updated: changed(&hit, told.at),
            hit,
        };
        updated = if at == 0 {
            entry.updated
        } else {
            updated.max(entry.updated)
        };
        entries += &entry.render(&state.tag);
    }
    let title = alert.title.as_deref().unwrap_or(&alert.id);
    let lang = match alert.lang.as_slice() {
        [lang] => language(lang),
        _ => String::new(),
    };
    Ok(format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
         <feed xmlns=\"http://www.w3.org/2005/Atom\"{lang}>\n\
         <id>{}</id>\n<title>{}</title>\n<updated>{updated}</updated>\n\
         <author><name>sihafa</name></author>\n<generator>sihafa</generator>\n\
         <link rel=\"self\" type=\"application/atom+xml\" href=\"{}.atom\"/>\n{entries}</feed>\n",
        escape(&state.tag),
        escape(title),
        alert.id,
    ))
}

struct Entry {
    hit: Hit,
    updated: Timestamp,
}

impl Entry {
    fn render(&self, tag: &str) -> String {
        let hit = &self.hit;
        let mut xml = format!(
            "<entry{}>\n<id>{}/{}/{}</id>\n<title>{}</title>\n<updated>{}</updated>\n",
            language(&hit.lang),
            escape(tag),
            hit.kind.word(),
            utf8_percent_encode(&hit.id, NON_ALPHANUMERIC),
            escape(hit.title.as_deref().unwrap_or(&hit.id)),
            self.updated,
        );
        let mut line = |text: std::fmt::Arguments<'_>| {
            // Writing to a string does not fail.
            let _ = writeln!(xml, "{text}");
        };
        if let Some(at) = hit.published.as_deref().and_then(moment) {
            line(format_args!("<published>{at}</published>"));
        }
        if let Some(paper) = hit
            .publisher
            .as_deref()
            .filter(|name| !name.trim().is_empty())
        {
            line(format_args!(
                "<author><name>{}</name></author>",
                escape(paper)
            ));
        }
        line(format_args!("<category term=\"{}\"/>", word(&hit.change)));
        let address = hit.url.as_deref().and_then(address);
        if let Some(url) = &address {
            line(format_args!(
                "<link rel=\"alternate\" href=\"{}\"/>",
                escape(url)
            ));
        }
        for url in hit
            .urls
            .iter()
            .filter_map(|url| self::address(url))
            .take(RELATED)
        {
            line(format_args!(
                "<link rel=\"related\" href=\"{}\"/>",
                escape(&url)
            ));
        }
        let told = match &hit.dossier {
            Some(dossier) => outline(dossier),
            None => hit.passages().collect::<Vec<_>>().join(" … "),
        };
        // An entry without a link of its own must have a content, be it empty.
        if address.is_none() {
            line(format_args!(
                "<content type=\"text\">{}</content>",
                escape(&told)
            ));
        } else if !told.is_empty() {
            line(format_args!("<summary>{}</summary>", escape(&told)));
        }
        xml + "</entry>\n"
    }
}

/// When what an entry tells came to be: by the articles where they say so, else when the batch began that
/// told it.
fn changed(hit: &Hit, told: Timestamp) -> Timestamp {
    let known = match (&hit.dossier, hit.kind) {
        _ if hit.change == Change::Changed => None,
        (Some(dossier), Kind::Dossier) => {
            let told = dossier.articles.iter();
            told.filter_map(|mention| moment(mention.published.as_deref()?))
                .max()
        }
        _ => hit.published.as_deref().and_then(moment),
    };
    known.unwrap_or_else(|| seconds(told))
}

/// A dossier in lines: what it is, who is bound, what was done.
fn outline(dossier: &Dossier) -> String {
    let date = dossier.date.as_deref().unwrap_or("no date");
    let mut lines = vec![format!(
        "{} · {} · {date}",
        word(&dossier.kind),
        word(&dossier.status)
    )];
    for member in &dossier.partners {
        let names: Vec<&str> = member.name.values().map(String::as_str).collect();
        lines.push(names.join(" | "));
    }
    for act in &dossier.operations {
        let upper = act.max.map(|max| format!("–{max}")).unwrap_or_default();
        let (procedure, status) = (word(&act.procedure), word(&act.status));
        lines.push(format!("{}{upper} {procedure} {status}", act.count));
    }
    lines.join("\n")
}

/// The moment that a date of a record names; a day is its first second, and a time without an offset that of
/// UTC. Nothing for a month or year.
fn moment(date: &str) -> Option<Timestamp> {
    let whole = date.len() >= "2024-05-30".len() && !date.contains('/');
    let local = || {
        let time: civil::DateTime = date.parse().ok().filter(|_| whole)?;
        Some(time.to_zoned(TimeZone::UTC).ok()?.timestamp())
    };
    date.parse().ok().or_else(local).map(seconds)
}

fn seconds(time: Timestamp) -> Timestamp {
    Timestamp::from_second(time.as_second()).unwrap_or(time)
}

/// An address that a reader may follow, as a URL writes it.
fn address(url: &str) -> Option<String> {
    let url = Url::parse(url).ok()?;
    matches!(url.scheme(), "http" | "https").then(|| url.into())
}

/// The attribute that names a language; nothing where the code is none.
fn language(code: &str) -> String {
    let plain = (2..=8).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_alphabetic());
    if plain {
        format!(" xml:lang=\"{code}\"")
    } else {
        String::new()
    }
}

/// Text as XML holds it, without the characters that it cannot hold.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\t' | '\n' => escaped.push(c),
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {}
            _ => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_a_moment_and_a_month_is_none() {
        for (date, expect) in [
            ("2024-05-30", Some("2024-05-30T00:00:00Z")),
            ("2024-05-30T11:24:00+01:00", Some("2024-05-30T10:24:00Z")),
            ("2024-05-30T11:24:00.5Z", Some("2024-05-30T11:24:00Z")),
            ("2024-05-30T11:24:00", Some("2024-05-30T11:24:00Z")),
            ("2024-05", None),
            ("2024-W21", None),
            ("2024", None),
            ("2024-05-26/2024-05-30", None),
            ("", None),
        ] {
            let found = moment(date).map(|moment| moment.to_string());
            assert_eq!(found.as_deref(), expect, "{date}");
        }
    }

    #[test]
    fn text_is_escaped_and_addresses_are_safe() {
        assert_eq!(
            escape("<CHU> & \"توأمة\"\u{0}\u{b}\n\u{fffe}"),
            "&lt;CHU&gt; &amp; &quot;توأمة&quot;\n"
        );
        assert_eq!(address("javascript:alert(1)"), None);
        assert_eq!(
            address("https://press.example/توأمة?a=1&b=2").as_deref(),
            Some("https://press.example/%D8%AA%D9%88%D8%A3%D9%85%D8%A9?a=1&b=2")
        );
        assert_eq!(language("fr\" x=\""), "");
    }
}
