//! Turns RSS 0.9 to 2.0, Atom and JSON Feed, well formed or not, into the links that they list.
//!
//! One forgiving reader serves all of them. A strict one in front of it would add nothing: of an entry
//! only address, title, date and categories count, and a library that turns dates into UTC loses the
//! offset, and with it the day on which a paper published.

use std::collections::HashMap;

use scraper::{Html, Node};
use serde_json::Value;
use url::Url;

use super::markup::{Piece, attribute, each_attribute, pieces, unescape};
use super::moment::Moment;
use super::{Found, charset};
use crate::crawl::canonical::canonical;

/// Most entries that are read of one feed.
const MOST: usize = 10_000;

/// An entry of a feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Canonical address; none where the feed gives none that HTTP could ask for.
    pub url: Option<Url>,
    /// Headline, as plain text.
    pub title: Option<String>,
    /// When it was published, or changed where only that is told.
    pub published: Option<Moment>,
    /// Sections and tags.
    pub categories: Vec<String>,
}

/// The links of a feed in its order, or nothing where the bytes are no feed. Entries without an
/// address are left out, for there is nothing to fetch.
///
/// `content_type` is the HTTP header, `base` the address that answered.
pub fn read(bytes: &[u8], content_type: Option<&str>, base: &Url) -> Option<Vec<Found>> {
    let links = entries(bytes, content_type, base)?
        .into_iter()
        .filter_map(|entry| {
            Some(Found {
                url: entry.url?,
                title: entry.title,
                published: entry.published,
                categories: entry.categories,
            })
        });
    Some(links.collect())
}

/// All entries of a feed in its order, or nothing where the bytes are no feed.
pub fn entries(bytes: &[u8], content_type: Option<&str>, base: &Url) -> Option<Vec<Entry>> {
    let text = charset::text_of(bytes, content_type);
    let text = text.trim_start_matches('\u{feff}').trim_start();
    if text.starts_with('{') {
        return json(text, base);
    }
    let mut reader = Reader::new(base);
    for piece in pieces(text) {
        reader.take(piece);
        if reader.found.len() >= MOST {
            break;
        }
    }
    reader.finish_entry();
    reader.rooted.then_some(reader.found)
}

/// The vocabularies that entries are written in.
const CORE: &[&str] = &[
    "http://www.w3.org/2005/Atom",
    "http://purl.org/atom/",
    "http://purl.org/rss/",
    "http://purl.org/net/rss",
    "http://my.netscape.com/",
    "http://channel.netscape.com/",
    "http://backend.userland.com/",
    "http://blogs.law.harvard.edu/",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
];
const DUBLIN: &str = "http://purl.org/dc/";

/// What a field says of an entry. Of several dates the one with the lowest rank counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Title,
    Link,
    Id,
    Date(u8),
    Category,
}

/// Elements whose inside belongs to something else than the entry.
const ASIDE: &[&str] = &[
    "source",
    "image",
    "textinput",
    "author",
    "contributor",
    "content",
    "description",
    "summary",
    "encoded",
];

struct Reader {
    prefixes: HashMap<String, String>,
    base: Url,
    rooted: bool,
    entry: Option<Draft>,
    found: Vec<Entry>,
    /// The field being read, its element and its text so far.
    open: Option<(Field, String, String)>,
    /// The element set aside, and how often it is open.
    aside: Option<(String, usize)>,
}

/// An entry while it is read.
#[derive(Default)]
struct Draft {
    base: Option<Url>,
    link: Option<String>,
    id: Option<String>,
    title: Option<String>,
    date: Option<(u8, Moment)>,
    categories: Vec<String>,
}

impl Reader {
    fn new(base: &Url) -> Self {
        Self {
            prefixes: HashMap::new(),
            base: base.clone(),
            rooted: false,
            entry: None,
            found: Vec::new(),
            open: None,
            aside: None,
        }
    }

    fn take(&mut self, piece: Piece<'_>) {
        match piece {
            Piece::Open {
                name,
                attributes,
                empty,
            } => self.element(name, attributes, empty),
            Piece::Close(name) => self.close(name),
            Piece::Text(text) => self.text(&unescape(text)),
            Piece::Verbatim(text) => self.text(text),
        }
    }

    fn text(&mut self, text: &str) {
        if self.aside.is_none()
            && let Some((_, _, so_far)) = &mut self.open
        {
            so_far.push_str(text);
        }
    }

    fn element(&mut self, name: &str, attributes: &str, empty: bool) {
        for (key, value) in each_attribute(attributes) {
            if let Some(prefix) = key.strip_prefix("xmlns:") {
                self.prefixes.insert(prefix.to_owned(), value.to_owned());
            }
        }
        let (core, dublin, local) = self.resolve(name);
        if let Some((aside, depth)) = &mut self.aside {
            *depth += usize::from(aside == name && !empty);
            // A new entry ends what was never closed.
            if !(core && matches!(local.as_str(), "item" | "entry")) {
                return;
            }
            self.aside = None;
        }
        match local.as_str() {
            "rss" | "feed" | "rdf" | "channel" if core => self.root(attributes),
            "item" | "entry" if core => self.begin_entry(attributes, empty),
            local if self.entry.is_some() => {
                if let Some(field) = field(core, dublin, local) {
                    self.begin_field(field, name, attributes, empty);
                } else if ASIDE.contains(&local) && !empty {
                    self.finish_field();
                    self.aside = Some((name.to_owned(), 1));
                }
            }
            _ => {}
        }
    }

    /// Whether a name is of a feed's own vocabulary, of Dublin Core, and its local part in lower case.
    fn resolve(&self, name: &str) -> (bool, bool, String) {
        let (prefix, local) = name.split_once(':').unwrap_or(("", name));
        let space = self.prefixes.get(prefix).map(String::as_str);
        let core = prefix.is_empty()
            || space.is_some_and(|space| CORE.iter().any(|core| space.starts_with(core)))
            || (space.is_none() && matches!(prefix, "atom" | "rss" | "rdf"));
        let dublin = space.is_some_and(|space| space.starts_with(DUBLIN))
            || (space.is_none() && matches!(prefix, "dc" | "dcterms"));
        (core, dublin, local.to_ascii_lowercase())
    }

    fn root(&mut self, attributes: &str) {
        self.rooted = true;
        if let Some(base) =
            attribute(attributes, "xml:base").and_then(|base| self.base.join(&base).ok())
        {
            self.base = base;
        }
    }

    fn begin_entry(&mut self, attributes: &str, empty: bool) {
        self.finish_entry();
        self.rooted = true;
        self.entry = Some(Draft {
            base: attribute(attributes, "xml:base").and_then(|base| self.base.join(&base).ok()),
            id: attribute(attributes, "rdf:about"),
            ..Draft::default()
        });
        if empty {
            self.finish_entry();
        }
    }

    fn begin_field(&mut self, field: Field, name: &str, attributes: &str, empty: bool) {
        self.finish_field();
        let Some(entry) = &mut self.entry else { return };
        match field {
            Field::Link if attribute(attributes, "href").is_some() => {
                let relation = attribute(attributes, "rel").unwrap_or_default();
                if matches!(relation.as_str(), "" | "alternate") && entry.link.is_none() {
                    entry.link = attribute(attributes, "href");
                }
                return;
            }
            Field::Category => {
                if let Some(term) =
                    attribute(attributes, "label").or_else(|| attribute(attributes, "term"))
                {
                    entry.categories.push(plain(&term));
                    return;
                }
            }
            Field::Id
                if attribute(attributes, "isPermaLink").is_some_and(|is| is.trim() == "false") =>
            {
                return;
            }
            _ => {}
        }
        if !empty {
            self.open = Some((field, name.to_owned(), String::new()));
        }
    }

    fn close(&mut self, name: &str) {
        if let Some((aside, depth)) = &mut self.aside {
            if aside == name {
                *depth -= 1;
                if *depth == 0 {
                    self.aside = None;
                }
                return;
            }
            let (core, _, local) = self.resolve(name);
            if !(core && matches!(local.as_str(), "item" | "entry")) {
                return;
            }
        }
        let (core, _, local) = self.resolve(name);
        if core && matches!(local.as_str(), "item" | "entry") {
            self.finish_entry();
        } else if self.open.as_ref().is_some_and(|(_, open, _)| open == name) {
            self.finish_field();
        }
    }

    fn finish_field(&mut self) {
        let (Some((field, _, text)), Some(entry)) = (self.open.take(), &mut self.entry) else {
            return;
        };
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        match field {
            Field::Title => {
                entry.title.get_or_insert_with(|| plain(text));
            }
            Field::Link => {
                entry.link.get_or_insert_with(|| text.to_owned());
            }
            Field::Id => entry.id = Some(text.to_owned()),
            Field::Category => entry.categories.push(plain(text)),
            Field::Date(rank) => {
                if entry.date.as_ref().is_none_or(|(known, _)| rank < *known)
                    && let Some(moment) = Moment::read(text)
                {
                    entry.date = Some((rank, moment));
                }
            }
        }
    }

    fn finish_entry(&mut self) {
        self.finish_field();
        self.aside = None;
        let Some(entry) = self.entry.take() else {
            return;
        };
        let base = entry.base.as_ref().unwrap_or(&self.base);
        let url = entry
            .link
            .and_then(|link| canonical(&link, Some(base)))
            // An id is an address only where it says so itself.
            .or_else(|| canonical(&entry.id?, None));
        self.found.push(Entry {
            url,
            title: entry.title.filter(|title| !title.is_empty()),
            published: entry.date.map(|(_, moment)| moment),
            categories: entry.categories,
        });
    }
}

fn field(core: bool, dublin: bool, local: &str) -> Option<Field> {
    Some(match local {
        "title" if core || dublin => Field::Title,
        "link" if core => Field::Link,
        "id" | "guid" if core => Field::Id,
        "pubdate" | "published" | "issued" if core => Field::Date(0),
        "date" if core || dublin => Field::Date(1),
        "issued" | "created" if dublin => Field::Date(2),
        "created" if core => Field::Date(2),
        "updated" | "modified" if core || dublin => Field::Date(3),
        "category" if core => Field::Category,
        "subject" if dublin => Field::Category,
        _ => return None,
    })
}

/// Text that may hold HTML, as a reader would see it, on one line.
pub(super) fn plain(text: &str) -> String {
    if !text.contains(['<', '&']) {
        return one_line(text);
    }
    let fragment = Html::parse_fragment(text);
    let unseen = |node: ego_tree::NodeRef<'_, Node>| {
        let element = node.parent().and_then(|parent| parent.value().as_element());
        element.is_some_and(|element| matches!(element.name(), "script" | "style"))
    };
    let seen = fragment.tree.nodes().filter(|node| !unseen(*node));
    let text: String = seen
        .filter_map(|node| Some(&**node.value().as_text()?))
        .collect();
    one_line(&text)
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A JSON Feed of any version.
fn json(text: &str, base: &Url) -> Option<Vec<Entry>> {
    let feed: Value = serde_json::from_str(text).ok()?;
    let entries = feed.get("items")?.as_array()?;
    let string = |entry: &Value, keys: &[&str]| {
        keys.iter()
            .find_map(|key| Some(entry.get(key)?.as_str()?.trim().to_owned()))
    };
    let found = entries.iter().take(MOST).map(|entry| {
        let url = match string(entry, &["url", "external_url"]) {
            Some(link) => canonical(&link, Some(base)),
            None => string(entry, &["id"]).and_then(|id| canonical(&id, None)),
        };
        let categories = entry.get("tags").and_then(Value::as_array);
        Entry {
            url,
            title: string(entry, &["title"]).map(|title| plain(&title)),
            published: string(entry, &["date_published", "date_modified"])
                .and_then(|date| Moment::read(&date)),
            categories: categories
                .into_iter()
                .flatten()
                .filter_map(|tag| Some(tag.as_str()?.to_owned()))
                .collect(),
        }
    });
    Some(found.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each entry as `url|title|date|categories`.
    fn check(feed: &str, expect: &[&str]) {
        let base = Url::parse("http://a.dz/rss/feed.xml").unwrap();
        let found = read(feed.as_bytes(), None, &base).unwrap_or_else(|| panic!("no feed: {feed}"));
        let rows: Vec<String> = found
            .iter()
            .map(|found| {
                let date = found.published.as_ref().map_or("", |date| &date.written);
                let title = found.title.as_deref().unwrap_or_default();
                format!(
                    "{}|{title}|{date}|{}",
                    found.url,
                    found.categories.join(",")
                )
            })
            .collect();
        assert_eq!(rows, expect, "{feed}");
    }

    #[test]
    fn every_family_is_read() {
        check(
            "<rss version='2.0'><channel><title>P</title><link>http://a.dz/</link><item><title>Santé &amp;#8217; <![CDATA[<b>CHU</b><script>x()</script>]]></title><link>http://a.dz/1?utm_source=rss</link><pubDate>Mon, 20 May 2024 10:00:00 +0100</pubDate><category>Santé</category><media:title>no</media:title></item></channel></rss>",
            &["http://a.dz/1|Santé ’ CHU|2024-05-20T10:00:00+01:00|Santé"],
        );
        check(
            "<feed xmlns='http://www.w3.org/2005/Atom' xml:base='http://b.dz/'><title>P</title><entry><title type='html'>A &lt;i&gt;b&lt;/i&gt;</title><link rel='edit' href='/e'/><link href='n/1'/><updated>2024-05-21T00:00:00Z</updated><published>2024-05-20T00:00:00Z</published><category term='x' label='Santé'/><author><name>n</name></author><source><title>other</title></source></entry></feed>",
            &["http://b.dz/n/1|A b|2024-05-20T00:00:00+00:00|Santé"],
        );
        check(
            "<rdf:RDF xmlns='http://purl.org/rss/1.0/' xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns:dc='http://purl.org/dc/elements/1.1/'><item rdf:about='http://a.dz/2'><title>T</title><dc:date>2024-05-20</dc:date><dc:subject>s</dc:subject></item></rdf:RDF>",
            &["http://a.dz/2|T|2024-05-20|s"],
        );
        check(
            "{\"version\":\"https://jsonfeed.org/version/1.1\",\"items\":[{\"id\":\"1\",\"url\":\"/3\",\"title\":\"T\",\"date_published\":\"2024-05-20T00:00:00Z\",\"tags\":[\"s\"]},{\"id\":\"7\"}]}",
            &["http://a.dz/3|T|2024-05-20T00:00:00+00:00|s"],
        );
        check(
            "<a:feed xmlns:a='http://www.w3.org/2005/Atom'><a:entry><a:title>T</a:title><a:id>http://a.dz/4</a:id></a:entry></a:feed>",
            &["http://a.dz/4|T||"],
        );
    }

    #[test]
    fn broken_feeds_give_what_they_hold() {
        // No version, undeclared entities, a bare ampersand, tags that do not match, cut off.
        check(
            "<rss><channel><item><title>Sant&eacute; & soins</titel><link>http://a.dz/1</link><guid isPermaLink='false'>x</guid></item><item><title>Deux<link>/2</link><description><title>no</title></description><pubDate>20 May 2024</pubDate><item><guid>http://a.dz/3</guid></item><item><link>http://a.dz/4",
            &[
                "http://a.dz/1|Santé & soins||",
                "http://a.dz/2|Deux|2024-05-20|",
                "http://a.dz/3|||",
                "http://a.dz/4|||",
            ],
        );
        check(
            "junk before\n<RSS><Item><Link>http://a.dz/5</Link></Item></RSS>",
            &["http://a.dz/5|||"],
        );
        check("<rss><channel></channel></rss>", &[]);
    }

    #[test]
    fn a_page_is_no_feed() {
        let base = Url::parse("http://a.dz/").unwrap();
        for text in [
            "<html><body><a href='/1'>x</a></body></html>",
            "",
            "{}",
            "plain",
            "<sitemapindex/>",
        ] {
            assert_eq!(read(text.as_bytes(), None, &base), None, "{text}");
        }
    }
}
