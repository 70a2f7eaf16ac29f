//! Turns the classes, ids and microdata of an element into what its author says it holds.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

/// What an element is said to hold; several may be said at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Hint(u16);

impl Hint {
    /// The article's paragraphs.
    pub(super) const BODY: Self = Self(1);
    /// The whole article, title and furniture included.
    pub(super) const ARTICLE: Self = Self(2);
    /// Furniture: navigation, comments, related articles, advertising.
    pub(super) const NOISE: Self = Self(4);
    /// The standfirst.
    pub(super) const LEAD: Self = Self(8);
    /// Who wrote it.
    pub(super) const BYLINE: Self = Self(16);
    /// When it was published.
    pub(super) const DATE: Self = Self(32);
    /// Words below a picture.
    pub(super) const CAPTION: Self = Self(64);
    /// A line of day, author and counts.
    pub(super) const META: Self = Self(128);
    /// Not shown.
    pub(super) const HIDDEN: Self = Self(256);
    /// `itemprop="articleBody"`: said in a vocabulary made for it.
    pub(super) const SCHEMA: Self = Self(512);

    /// When it was last changed.
    pub(super) const UPDATED: Self = Self(1024);

    /// Whether it says any of `other`.
    pub(super) const fn says(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Both together.
    pub(super) const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether nothing is said.
    pub(super) const fn is_silent(self) -> bool {
        self.0 == 0
    }

    fn from_word(word: &str) -> Self {
        match word {
            "body" => Self::BODY,
            "article" => Self::ARTICLE,
            "noise" => Self::NOISE,
            "lead" => Self::LEAD,
            "byline" => Self::BYLINE,
            "date" => Self::DATE,
            "caption" => Self::CAPTION,
            "meta" => Self::META,
            "updated" => Self::UPDATED,
            _ => Self::default(),
        }
    }
}

/// The table of `hints.tsv`.
struct Table {
    names: FxHashMap<&'static str, Hint>,
    words: FxHashMap<&'static str, Hint>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut table = Table {
        names: FxHashMap::default(),
        words: FxHashMap::default(),
    };
    let rows = include_str!("hints.tsv").lines();
    for row in rows.filter(|row| !row.starts_with('#')) {
        let mut cells = row.split('\t');
        let (Some(kind), Some(form), Some(role)) = (cells.next(), cells.next(), cells.next())
        else {
            continue;
        };
        let map = if kind == "name" {
            &mut table.names
        } else {
            &mut table.words
        };
        map.insert(form, Hint::from_word(role));
    }
    table
});

/// Openings of class names that hold a rubric or keyword of the article, not a role of the element.
const TERMS: [&str; 5] = ["category-", "tag-", "term-", "author-", "rubrique-"];

/// What the words of a `class` or `id` attribute say.
pub(super) fn of_names(attribute: &str) -> Hint {
    let mut hint = Hint::default();
    for name in attribute.split_ascii_whitespace().take(16) {
        hint = hint.and(of_name(name));
    }
    hint
}

fn of_name(name: &str) -> Hint {
    if name.len() > 80 || TERMS.iter().any(|term| name.starts_with(term)) {
        return Hint::default();
    }
    let lower = name.to_ascii_lowercase();
    let known = TABLE.names.get(lower.as_str()).or_else(|| {
        TABLE
            .names
            .get(lower.trim_end_matches(|c: char| c.is_ascii_digit() || c == '-'))
    });
    if let Some(hint) = known {
        return *hint;
    }
    let mut hint = Hint::default();
    for_each_word(name, |from, to| {
        if let Some(said) = TABLE.words.get(&lower[from..to]) {
            hint = hint.and(*said);
        }
    });
    hint
}

/// Calls `visit` with the bounds of each word of a name: `relatedPosts`, `related-posts`, `related_posts`.
fn for_each_word(name: &str, mut visit: impl FnMut(usize, usize)) {
    let bytes = name.as_bytes();
    let mut start = 0;
    for at in 0..=bytes.len() {
        let ends = bytes
            .get(at)
            .is_none_or(|byte| !byte.is_ascii_alphabetic() && byte.is_ascii());
        let humps = at > start
            && bytes.get(at).is_some_and(u8::is_ascii_uppercase)
            && bytes[at - 1].is_ascii_lowercase();
        if ends || humps {
            if at > start && name.is_char_boundary(start) && name.is_char_boundary(at) {
                visit(start, at);
            }
            start = if ends { at + 1 } else { at };
        }
    }
}

/// What `itemprop` says.
pub(super) fn of_property(property: &str) -> Hint {
    property
        .split_ascii_whitespace()
        .fold(Hint::default(), |hint, name| {
            hint.and(match name {
                "articleBody" | "reviewBody" => Hint::BODY.and(Hint::SCHEMA),
                "author" | "creator" => Hint::BYLINE,
                "datePublished" | "dateCreated" => Hint::DATE,
                "dateModified" | "dateUpdate" => Hint::UPDATED,
                "caption" => Hint::CAPTION,
                "comment" => Hint::NOISE,
                "alternativeHeadline" => Hint::LEAD,
                _ => Hint::default(),
            })
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_each_name_once_and_only_known_roles() {
        let mut seen = rustc_hash::FxHashSet::default();
        let rows = include_str!("hints.tsv").lines();
        for row in rows.filter(|row| !row.starts_with('#')) {
            let cells: Vec<&str> = row.split('\t').collect();
            assert_eq!(cells.len(), 3, "{row}");
            assert!(matches!(cells[0], "name" | "word"), "{row}");
            assert!(
                cells[2] == "none" || !Hint::from_word(cells[2]).is_silent(),
                "{row}"
            );
            assert!(seen.insert((cells[0], cells[1])), "{row} is there twice");
        }
    }

    #[test]
    fn names_and_words_of_themes() {
        assert_eq!(of_names("td-post-content x"), Hint::BODY);
        assert_eq!(of_names("jp-relatedposts"), Hint::NOISE);
        assert_eq!(of_names("relatedPosts"), Hint::NOISE);
        assert_eq!(of_names("entry-date published"), Hint::DATE);
        assert!(of_names("story unrelated reads").is_silent());
        assert_eq!(of_property("articleBody"), Hint::BODY.and(Hint::SCHEMA));
    }
}
