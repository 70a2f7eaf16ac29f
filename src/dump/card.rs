//! Fills the data cards, one a language, with what a dump holds.

use std::collections::BTreeSet;

use super::{Contents, Request};

/// File names and templates: French, Arabic, English.
const CARDS: [(&str, &str); 3] = [
    ("README.fr.md", include_str!("card/fr.md")),
    ("README.ar.md", include_str!("card/ar.md")),
    ("README.en.md", include_str!("card/en.md")),
];

/// The cards by file name.
pub(super) fn all(contents: &Contents, request: &Request) -> Vec<(String, String)> {
    let cards = CARDS.iter();
    cards
        .map(|(name, template)| ((*name).to_owned(), fill(template, contents, request)))
        .collect()
}

/// Puts a value in the place of each `{name}`; what is nothing is a dash.
fn fill(template: &str, contents: &Contents, request: &Request) -> String {
    let said =
        |value: Option<&str>| value.map_or_else(|| "—".to_owned(), |value| format!("`{value}`"));
    let list = |values: &BTreeSet<String>| {
        let values = values.iter().filter(|value| !value.is_empty());
        let values: Vec<&str> = values.map(String::as_str).collect();
        said(Some(values.join(", ").as_str()).filter(|values| !values.is_empty()))
    };
    let articles = |lang: &str| contents.articles.get(lang).copied().unwrap_or(0);
    let all: u64 = contents.articles.values().sum();
    let files = contents.resources.iter().map(|resource| {
        format!(
            "| `{}` | {} | {} |\n",
            resource.path, resource.rows, resource.bytes
        )
    });
    let created = contents.created.map(|created| created.to_string());
    let values = [
        ("articles", all.to_string()),
        ("articles_fr", articles("fr").to_string()),
        ("articles_ar", articles("ar").to_string()),
        ("conventions", contents.conventions.to_string()),
        ("partners", contents.partners.to_string()),
        ("operations", contents.operations.to_string()),
        ("dates", contents.dates.to_string()),
        ("dossiers", contents.dossiers.to_string()),
        (
            "query",
            said(request.query.as_ref().map(|(query, _)| query.as_str())),
        ),
        ("since", said(request.since.as_deref())),
        ("lang", said(request.lang.map(crate::record::Lang::code))),
        ("texts", if request.texts { "✓" } else { "—" }.to_owned()),
        ("program", env!("CARGO_PKG_VERSION").to_owned()),
        ("code", list(&contents.code)),
        ("patterns", list(&contents.patterns)),
        ("created", said(created.as_deref())),
        ("files", files.collect::<String>().trim_end().to_owned()),
    ];
    // one pass: what a query holds is never taken for a name
    let mut filled = String::new();
    let mut rest = template;
    while let Some(start) = rest.find('{') {
        let (before, after) = rest.split_at(start);
        filled += before;
        let found = values.iter().find_map(|(name, value)| {
            let left = after
                .strip_prefix('{')?
                .strip_prefix(name)?
                .strip_prefix('}')?;
            Some((value, left))
        });
        let (value, left) =
            found.map_or(("{", &after[1..]), |(value, left)| (value.as_str(), left));
        filled += value;
        rest = left;
    }
    filled + rest
}
