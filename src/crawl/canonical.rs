//! Turns the many spellings of an address into one, and into a key that two names of a page share.
//!
//! [`canonical`] gives what is fetched: every change keeps the page that the server answers with, so
//! `www.` stays as it is served, and so does `index.php` before a query. [`key`] goes further, for
//! comparing only: no scheme, no `www.`, no index file, no last slash. What only the page itself knows
//! (`rel=canonical` of AMP and print versions on other paths) is the reader's to tell.

use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;
use url::Url;

/// The longest address that is kept, in bytes: longer ones are traps.
pub const LONGEST: usize = 2000;

/// Files that a folder answers with when none is named.
const INDEX: &[&str] = &["index.php", "index.html", "index.htm", "default.aspx"];

/// The one spelling of an http address, resolved against `base` where it is relative.
///
/// Returns nothing for other schemes, for what is no address, and for addresses over [`LONGEST`].
pub fn canonical(address: &str, base: Option<&Url>) -> Option<Url> {
    let address = address.trim();
    let mut url = match base {
        Some(base) => base.join(address),
        None => Url::parse(address),
    }
    .ok()?;
    if !matches!(url.scheme(), "http" | "https") || url.as_str().len() > LONGEST {
        return None;
    }
    let host = url.host_str()?;
    let plain = host.trim_end_matches('.').to_owned();
    if plain != host {
        url.set_host(Some(&plain)).ok()?;
    }
    // A user name in a link is a slip or a disguise.
    url.set_username("").ok()?;
    url.set_password(None).ok()?;
    url.set_fragment(None);
    let query = url.query().map(query).filter(|query| !query.is_empty());
    url.set_query(query.as_deref());
    url.set_path(&sessionless(&url));
    url.set_path(&path(&url));
    (url.as_str().len() <= LONGEST).then_some(url)
}

/// What all names of one page share: host without `www.`, path without index file and last slash, query.
pub fn key(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    let host = host.strip_prefix("www.").unwrap_or(host);
    let port = url.port().map(|port| format!(":{port}"));
    let folder = INDEX
        .iter()
        .find_map(|file| url.path().strip_suffix(file)?.strip_suffix('/'))
        .unwrap_or_else(|| url.path().trim_end_matches('/'));
    let query = url.query().map(|query| format!("?{query}"));
    [
        host,
        port.as_deref().unwrap_or_default(),
        folder,
        query.as_deref().unwrap_or_default(),
    ]
    .concat()
}

/// The path in its one spelling, without the session that old servers append.
fn sessionless(url: &Url) -> String {
    let path = spelled(url.path());
    match path.to_ascii_lowercase().find(";jsessionid=") {
        // What was no UTF-8 may have gone with it.
        Some(session) => spelled(&path[..session]),
        None => path,
    }
}

/// The path without AMP ending and, where no query follows, index file.
fn path(url: &Url) -> String {
    let mut path = url.path().to_owned();
    // One may stand behind the other.
    while let Some(shorter) = without_view(&path, url.query().is_some()) {
        path.truncate(shorter);
    }
    path
}

/// How much of a path names the page, where its end names only a view of it.
fn without_view(path: &str, queried: bool) -> Option<usize> {
    let article = path.trim_end_matches('/').strip_suffix("/amp");
    if let Some(article) = article.filter(|article| !article.trim_matches('/').is_empty()) {
        return Some(article.len() + 1);
    }
    let folder = INDEX.iter().find_map(|file| path.strip_suffix(file))?;
    (!queried && folder.ends_with('/')).then_some(folder.len())
}

/// The query without parameters that name no page, the others in their order.
fn query(query: &str) -> String {
    let kept: Vec<String> = query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(spelled)
        .filter(|pair| !is_noise(pair))
        .collect();
    kept.join("&")
}

/// One spelling of escapes: NFC, escaped only where needed, in upper case.
///
/// Escapes of old charsets, which are no UTF-8, keep their bytes: only that server can read them.
fn spelled(text: &str) -> String {
    let text = match String::from_utf8(decoded(text)) {
        Ok(text) => text,
        Err(error) => return text_of_escapes(error.as_bytes()),
    };
    let mut out = String::with_capacity(text.len());
    let mut parts = text.split('%');
    push_composed(&mut out, parts.next().unwrap_or_default());
    for part in parts {
        // The digits of an escape are no letters for an accent to join.
        let (digits, rest) = part.split_at_checked(2).unwrap_or((part, ""));
        out.push('%');
        out.push_str(digits);
        push_composed(&mut out, rest);
    }
    out
}

fn push_composed(out: &mut String, text: &str) {
    for c in text.nfc() {
        if c.is_ascii() {
            out.push(c);
        } else {
            for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                push_escape(out, byte);
            }
        }
    }
}

/// Text that was no UTF-8, with every byte beyond ASCII escaped again.
fn text_of_escapes(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() * 3);
    for byte in bytes {
        if byte.is_ascii() {
            out.push(char::from(*byte));
        } else {
            push_escape(&mut out, *byte);
        }
    }
    out
}

/// The text with the escapes undone that need not be: unreserved letters, and bytes beyond ASCII.
fn decoded(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        if byte != b'%' {
            out.push(byte);
            continue;
        }
        match tail.get(..2).and_then(hex) {
            Some(value) => {
                rest = &tail[2..];
                let free = value.is_ascii_alphanumeric() || b"-._~".contains(&value);
                if free || !value.is_ascii() {
                    out.push(value);
                } else {
                    out.extend_from_slice(format!("%{value:02X}").as_bytes());
                }
            }
            // A sign that escapes nothing stands for itself; left bare it could begin an escape.
            None => out.extend_from_slice(b"%25"),
        }
    }
    out
}

fn hex(digits: &[u8]) -> Option<u8> {
    let digits = std::str::from_utf8(digits).ok()?;
    let plain = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    plain.then(|| u8::from_str_radix(digits, 16).ok())?
}

fn push_escape(out: &mut String, byte: u8) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    out.push('%');
    out.push(char::from(DIGITS[usize::from(byte >> 4)]));
    out.push(char::from(DIGITS[usize::from(byte & 15)]));
}

/// Whether a parameter names no page.
fn is_noise(pair: &str) -> bool {
    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
    let (name, value) = (name.to_ascii_lowercase(), value.to_ascii_lowercase());
    NOISE.iter().any(|noise| {
        let named = match noise.name.strip_suffix('*') {
            Some(start) => name.starts_with(start),
            None => name == noise.name,
        };
        named && (noise.values.is_empty() || noise.values.contains(&value.as_str()))
    })
}

struct Noise {
    name: &'static str,
    values: Vec<&'static str>,
}

static NOISE: LazyLock<Vec<Noise>> = LazyLock::new(|| {
    include_str!("parameters.tsv")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .skip(1)
        .filter_map(|line| {
            let mut cells = line.split('\t');
            let name = cells.next()?;
            let values = cells.next()?.split('|');
            Some(Noise {
                name,
                values: values.filter(|value| !value.is_empty()).collect(),
            })
        })
        .collect()
});

#[cfg(test)]
mod tests {
    use super::*;

    fn check(address: &str, expect: &str) {
        let once = canonical(address, None).unwrap();
        assert_eq!(once.as_str(), expect, "{address}");
        assert_eq!(canonical(once.as_str(), None).unwrap(), once, "twice");
    }

    #[test]
    fn one_spelling_for_one_page() {
        check(
            "HTTP://Www.APS.dz:80/sante/../sante/1#top",
            "http://www.aps.dz/sante/1",
        );
        check("https://a.dz./", "https://a.dz/");
        check("https://user:secret@a.dz/x", "https://a.dz/x");
        check("https://a.dz/index.php", "https://a.dz/");
        check(
            "https://a.dz/index.php?news=12",
            "https://a.dz/index.php?news=12",
        );
        check(
            "https://a.dz/index.php/2024/sante",
            "https://a.dz/index.php/2024/sante",
        );
        check(
            "https://a.dz/n/1?utm_source=x&utm_medium=y",
            "https://a.dz/n/1",
        );
        check("https://a.dz/?p=12&fbclid=abc", "https://a.dz/?p=12");
        check(
            "https://a.dz/n?&id=3&&UTM_X=1&page=2",
            "https://a.dz/n?id=3&page=2",
        );
        check("https://a.dz/n?", "https://a.dz/n");
        check("https://a.dz/n?ref=12", "https://a.dz/n?ref=12");
        check("https://a.dz/n?ref=rss", "https://a.dz/n");
        check(
            "https://a.dz/sante/convention/amp/",
            "https://a.dz/sante/convention/",
        );
        check("https://a.dz/amp", "https://a.dz/amp");
        check("https://a.dz/n;jsessionid=5A?id=2", "https://a.dz/n?id=2");
        check(
            "https://a.dz/n?tmpl=component&print=1&id=2",
            "https://a.dz/n?id=2",
        );
    }

    #[test]
    fn escapes_have_one_form() {
        let health = "https://a.dz/%D8%B5%D8%AD%D8%A9/";
        check("https://a.dz/صحة/", health);
        check("https://a.dz/%d8%b5%d8%ad%d8%a9/", health);
        check("https://a.dz/sant%65", "https://a.dz/sante");
        check("https://a.dz/sante%CC%81", "https://a.dz/sant%C3%A9");
        check("https://a.dz/a%2fb%3F", "https://a.dz/a%2Fb%3F");
        check("https://a.dz/%e5%c3", "https://a.dz/%E5%C3");
        check("https://a.dz/100%/%%32%35", "https://a.dz/100%25/%2525");
        check(
            "https://a.dz/?q=%d8%b5&x=a%26b",
            "https://a.dz/?q=%D8%B5&x=a%26b",
        );
    }

    #[test]
    fn what_is_no_page_is_no_link() {
        for address in [
            "mailto:x@a.dz",
            "javascript:void(0)",
            "tel:1",
            "/sante",
            "http://",
            "http://..",
        ] {
            assert_eq!(canonical(address, None), None, "{address}");
        }
        assert_eq!(
            canonical(&format!("http://a.dz/{}", "a".repeat(2000)), None),
            None
        );
        let base = Url::parse("http://a.dz/sante/").unwrap();
        assert_eq!(
            canonical("../n/1", Some(&base)).unwrap().as_str(),
            "http://a.dz/n/1"
        );
    }

    #[test]
    fn names_of_one_page_share_a_key() {
        let keys = |address: &str| key(&canonical(address, None).unwrap());
        assert_eq!(keys("http://www.a.dz/sante/"), keys("https://a.dz/sante"));
        assert_eq!(keys("http://a.dz/index.php?p=1"), keys("http://a.dz/?p=1"));
        assert_ne!(keys("http://a.dz/?p=1"), keys("http://a.dz/?p=2"));
        assert_ne!(keys("http://a.dz:81/"), keys("http://a.dz/"));
    }

    #[test]
    fn the_table_of_parameters_is_sorted_and_lower_case() {
        let names: Vec<_> = NOISE.iter().map(|noise| noise.name).collect();
        assert!(names.windows(2).all(|pair| pair[0] < pair[1]), "{names:?}");
        assert!(names.iter().all(|name| *name == name.to_lowercase()));
    }
}
