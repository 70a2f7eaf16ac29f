//! Runs `sihafa search`: queries in, hits out, for a reader or as JSON Lines.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::error::{Error, Result};
use crate::index::{Highlight, Hit, Index, Layers, Query, Request, Shelf, Sort};
use crate::record::Lang;
use crate::run::Places;

use super::{Global, Outcome, print, unwritable};

#[derive(Debug, Args)]
pub(super) struct Options {
    /// Words, "phrases", field:value, AND OR NOT, parentheses, prefix*, fuzzy~, published:[2023 TO 2024], count:>50
    #[arg(value_name = "QUERY", required_unless_present_any = ["queries", "similar"])]
    query: Option<String>,
    /// Dossiers instead of articles
    #[arg(long)]
    dossiers: bool,
    /// Only articles in this language
    #[arg(long, value_name = "fr|ar", value_parser = super::extract::lang)]
    lang: Option<Lang>,
    /// How many hits at most
    #[arg(long, value_name = "N", default_value_t = 10)]
    limit: usize,
    /// The page after this one, as the last hit of `--json` or the last line names it
    #[arg(long, value_name = "CURSOR")]
    cursor: Option<String>,
    /// The order of hits
    #[arg(long, value_enum, default_value_t = Order::Relevance)]
    sort: Order,
    /// Articles like this one, by id or URL
    #[arg(long, value_name = "URL", conflicts_with = "query")]
    similar: Option<String>,
    /// Do not find institutions and places by their other names
    #[arg(long)]
    no_entities: bool,
    /// Do not find the words of the other language that say the same
    #[arg(long)]
    no_concepts: bool,
    /// A hit a line as JSON
    #[arg(long)]
    json: bool,
    /// Answer many queries: a file of lines `id ⇥ query`; a line of JSON each
    #[arg(long, value_name = "FILE", conflicts_with_all = ["query", "similar"])]
    queries: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Order {
    Relevance,
    Newest,
    Oldest,
}

pub(super) fn run(global: &Global, options: &Options) -> Result<Outcome> {
    let index = Places::new(&global.data).open_index()?;
    match &options.queries {
        Some(path) => many(&index, path, options),
        None => one(&index, options),
    }
}

fn one(index: &Index, options: &Options) -> Result<Outcome> {
    let query = match (&options.similar, &options.query) {
        (Some(like), _) => index.similar(like)?.ok_or_else(|| {
            Error::input("--similar", format!("no article `{like}` in the index"))
        })?,
        (None, query) => Query::parse(query.as_deref().unwrap_or_default())?,
    };
    let response = index.search(&request(query, options)?)?;
    if options.json {
        let lines: Result<Vec<String>> = response
            .hits
            .iter()
            .map(|hit| serde_json::to_string(hit).map_err(unwritable))
            .collect();
        print(&lines?)?;
    } else {
        let mut lines: Vec<String> = response.hits.iter().map(render).collect();
        lines.push(format!(
            "{} of {} hits",
            response.hits.len(),
            response.total
        ));
        lines.extend(
            response
                .cursor
                .map(|cursor| format!("more: --cursor {cursor}")),
        );
        print(&lines)?;
    }
    Ok(if response.total == 0 {
        Outcome::Nothing
    } else {
        Outcome::Done
    })
}

fn request(query: Query, options: &Options) -> Result<Request> {
    let query = match options.lang {
        Some(lang) => query.with(crate::index::Field::Lang, lang.code())?,
        None => query,
    };
    Ok(Request {
        shelf: if options.dossiers {
            Shelf::Dossiers
        } else {
            Shelf::Articles
        },
        limit: options.limit,
        cursor: options.cursor.clone(),
        sort: match options.sort {
            Order::Relevance => Sort::Relevance,
            Order::Newest => Sort::Newest,
            Order::Oldest => Sort::Oldest,
        },
        layers: Layers {
            entities: !options.no_entities,
            concepts: !options.no_concepts,
            ..Layers::default()
        },
        ..Request::new(query)
    })
}

/// One line of JSON for each query of a file.
fn many(index: &Index, path: &PathBuf, options: &Options) -> Result<Outcome> {
    let text = std::fs::read_to_string(path).map_err(|source| Error::io("read", path, source))?;
    for (number, line) in text
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
    {
        let Some((id, words)) = line.split_once('\t') else {
            let message = "no tab between id and query";
            return Err(Error::input(
                format!("{}:{}", path.display(), number + 1),
                message,
            ));
        };
        if (id, words) == ("id", "query") {
            continue;
        }
        let response = index.search(&request(Query::words(words), options)?)?;
        let line = serde_json::json!({"query": id, "hits": response.hits});
        print(&[line.to_string()])?;
    }
    Ok(Outcome::Done)
}

fn render(hit: &Hit) -> String {
    let title = hit.title.as_deref().unwrap_or("(no title)");
    let mut text = format!(
        "{title}\n  {} · {} · {} · {:.2}\n",
        hit.published.as_deref().unwrap_or("no date"),
        hit.publisher
            .as_deref()
            .or(hit.source.as_deref())
            .unwrap_or("no source"),
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
