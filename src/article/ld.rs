//! Turns the JSON-LD of a page into what it says of the article: title, authors, days, publisher.

use serde_json::Value;

/// Nodes that are looked at; more is no article's metadata.
const NODES: usize = 4000;

/// What JSON-LD says.
#[derive(Debug, Default)]
pub(super) struct Ld {
    /// `headline`.
    pub headline: Option<String>,
    /// Names of `author`.
    pub authors: Vec<String>,
    /// `datePublished`.
    pub published: Option<String>,
    /// `dateModified`.
    pub modified: Option<String>,
    /// Name of `publisher`.
    pub publisher: Option<String>,
    /// Whether `isAccessibleForFree` is false.
    pub paid: bool,
    rank: u8,
}

/// Reads all scripts; the node that is most clearly an article wins.
pub(super) fn read(scripts: &[&str]) -> Ld {
    let mut ld = Ld::default();
    let mut left = NODES;
    for script in scripts {
        match serde_json::from_str::<Value>(trim(script)) {
            Ok(value) => walk(&value, &mut ld, &mut left),
            Err(_) => salvage(script, &mut ld),
        }
    }
    ld
}

fn trim(script: &str) -> &str {
    script
        .trim()
        .trim_start_matches("<!--")
        .trim_start_matches("//<![CDATA[")
        .trim_start_matches("<![CDATA[")
        .trim_end_matches("-->")
        .trim_end_matches("//]]>")
        .trim_end_matches("]]>")
        .trim_end_matches(';')
        .trim()
}

/// What broken JSON still tells: the two days.
pub(super) fn salvage(script: &str, ld: &mut Ld) {
    let find = |key: &str| -> Option<String> {
        let at = memchr::memmem::find(script.as_bytes(), key.as_bytes())? + key.len();
        let rest = script[at..].trim_start().strip_prefix(':')?.trim_start();
        let rest = rest.strip_prefix('"')?;
        let end = rest.find('"').filter(|end| *end < 60)?;
        Some(rest[..end].to_owned())
    };
    if ld.published.is_none() {
        ld.published = find("\"datePublished\"");
    }
    if ld.modified.is_none() {
        ld.modified = find("\"dateModified\"");
    }
}

fn walk(root: &Value, ld: &mut Ld, left: &mut usize) {
    let mut open = vec![root];
    while let Some(value) = open.pop() {
        if *left == 0 {
            return;
        }
        *left -= 1;
        match value {
            Value::Array(values) => open.extend(values.iter().rev()),
            Value::Object(fields) => {
                object(value, ld);
                let inner = [
                    "@graph",
                    "mainEntity",
                    "mainEntityOfPage",
                    "itemListElement",
                    "video",
                ];
                open.extend(inner.into_iter().filter_map(|key| fields.get(key)));
            }
            _ => {}
        }
    }
}

fn object(value: &Value, ld: &mut Ld) {
    let rank = rank(value);
    if rank <= ld.rank {
        return;
    }
    let word = |key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
    if word("datePublished").is_none() && word("headline").is_none() {
        return;
    }
    ld.rank = rank;
    ld.headline = word("headline").or(ld.headline.take());
    ld.published = word("datePublished")
        .or(word("dateCreated"))
        .or(ld.published.take());
    ld.modified = word("dateModified").or(ld.modified.take());
    let authors = names(value.get("author").or(value.get("creator")));
    if !authors.is_empty() {
        ld.authors = authors;
    }
    if let Some(publisher) = names(value.get("publisher")).pop() {
        ld.publisher = Some(publisher);
    }
    ld.paid = match value.get("isAccessibleForFree") {
        Some(Value::Bool(free)) => !free,
        Some(Value::String(free)) => free.eq_ignore_ascii_case("false"),
        _ => ld.paid,
    };
}

/// How clearly a node is the article: 3 news, 2 any article, 1 a page; 0 says nothing of it.
fn rank(value: &Value) -> u8 {
    let of = |name: &str| match name {
        "NewsArticle"
        | "ReportageNewsArticle"
        | "AnalysisNewsArticle"
        | "OpinionNewsArticle"
        | "BackgroundNewsArticle"
        | "LiveBlogPosting" => 3,
        name if name.ends_with("Article") || name.ends_with("Posting") || name == "Report" => 2,
        "WebPage" | "ItemPage" | "VideoObject" | "Review" | "CreativeWork" | "ImageObject" => 1,
        _ => 0,
    };
    match value.get("@type") {
        Some(Value::String(name)) => of(name),
        Some(Value::Array(names)) => names
            .iter()
            .filter_map(Value::as_str)
            .map(of)
            .max()
            .unwrap_or(0),
        _ => 0,
    }
}

fn names(value: Option<&Value>) -> Vec<String> {
    let one = |value: &Value| -> Option<String> {
        let name = match value {
            Value::String(name) => name,
            Value::Object(fields) => fields.get("name")?.as_str()?,
            _ => return None,
        };
        let name = name.trim();
        (!name.is_empty()).then(|| name.to_owned())
    };
    match value {
        Some(Value::Array(values)) => values.iter().take(6).filter_map(one).collect(),
        Some(value) => one(value).into_iter().collect(),
        None => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_article_wins_over_the_page() {
        let graph = r#"{"@graph":[{"@type":"WebPage","datePublished":"2020-01-01"},
            {"@type":["Article","NewsArticle"],"headline":"T","datePublished":"2024-05-01","author":[{"name":"Amel B."}]}]}"#;
        let ld = read(&[graph]);
        assert_eq!(ld.published.as_deref(), Some("2024-05-01"));
        assert_eq!(ld.authors, ["Amel B."]);
    }

    #[test]
    fn broken_json_still_tells_the_day() {
        let ld = read(&["{\"headline\": \"a \"b\" c\", \"datePublished\": \"2024-05-01\""]);
        assert_eq!(ld.published.as_deref(), Some("2024-05-01"));
    }
}
