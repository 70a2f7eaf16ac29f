//! Runs `sihafa search`: queries in, hits out, for a reader or as JSON Lines.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde_json::json;

use crate::error::{Error, Result};
use crate::index::{Index, Layers, Query, Request, Shelf, Sort};

use super::{Global, Outcome, batch, print, unwritable};

mod filter;
mod many;
mod show;

use filter::Filters;

#[derive(Debug, Args)]
pub(super) struct Options {
    /// Words, "phrases", field:value, AND OR NOT, parentheses, prefix*, fuzzy~, published:[2023 TO 2024], count:>50;
    /// without it everything that the filters let through
    #[arg(value_name = "QUERY")]
    query: Option<String>,
    /// Articles like this one, by id or URL
    #[arg(long, value_name = "URL", conflicts_with = "query")]
    similar: Option<String>,
    /// All that concerns an institution or place, by id or name, in both scripts
    #[arg(long, value_name = "ID")]
    partner: Option<String>,
    /// Answer many queries: a file of lines `id ⇥ query`, or with a header that names these columns; a line of
    /// JSON each
    #[arg(long, value_name = "FILE", conflicts_with_all = ["query", "similar", "partner", "cursor", "facets"])]
    queries: Option<PathBuf>,
    /// Dossiers instead of articles
    #[arg(long)]
    dossiers: bool,
    #[command(flatten)]
    filters: Filters,
    /// How many hits at most
    #[arg(long, value_name = "N", default_value_t = 10)]
    limit: usize,
    /// The page after this place: the `cursor` of a hit of `--json`, or as the last line names it
    #[arg(long, value_name = "CURSOR")]
    cursor: Option<String>,
    /// The order of hits
    #[arg(long, value_enum, default_value_t = Order::Relevance)]
    sort: Order,
    /// Count the hits by country, region, partner, kind, year, month …; with `--json` in a last line of its own
    #[arg(long)]
    facets: bool,
    /// Show articles that repeat another as hits of their own; with --queries they always are
    #[arg(long)]
    repetitions: bool,
    /// Do not find institutions and places by their other names
    #[arg(long)]
    no_entities: bool,
    /// Do not find the words of the other language that say the same
    #[arg(long)]
    no_concepts: bool,
    /// Do not find unlisted names by their consonants in the other script
    #[arg(long)]
    no_names: bool,
    /// A hit a line as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Order {
    Relevance,
    Newest,
    Oldest,
}

pub(super) fn run(global: &Global, options: &Options) -> Result<Outcome> {
    let config = global.config()?;
    let index = batch::index(global, &config)?;
    match &options.queries {
        Some(path) => many::run(&index, path, options),
        None => one(&index, options),
    }
}

fn one(index: &Index, options: &Options) -> Result<Outcome> {
    let response = index.search(&options.request(options.asked(index)?)?)?;
    let mut lines = Vec::new();
    if options.json {
        for hit in &response.hits {
            lines.push(serde_json::to_string(hit).map_err(unwritable)?);
        }
        if options.facets {
            let counted = json!({
                "total": response.total,
                "facets": response.facets,
                "cursor": response.cursor,
            });
            lines.push(counted.to_string());
        }
    } else {
        lines.extend(response.hits.iter().map(show::hit));
        lines.extend(show::facets(&response.facets));
        let shown = response.hits.len();
        let more = if response.exact { "" } else { "more than " };
        lines.push(format!("{shown} of {more}{} hits", response.total));
        lines.extend(
            response
                .cursor
                .map(|cursor| format!("more: --cursor {cursor}")),
        );
    }
    print(&lines)?;
    Ok(if response.total == 0 {
        Outcome::Nothing
    } else {
        Outcome::Done
    })
}

impl Options {
    /// What the arguments ask for, before the filters.
    fn asked(&self, index: &Index) -> Result<Query> {
        let query = match (&self.similar, &self.query) {
            (Some(like), _) => index.similar(like)?.ok_or_else(|| {
                Error::input("--similar", format!("no article `{like}` in the index"))
            })?,
            (None, query) => {
                let query = query.as_deref().unwrap_or_default();
                Query::parse(query).map_err(|error| show::located(query, error))?
            }
        };
        match &self.partner {
            Some(entity) => Ok(query.and(index.concerning(entity)?)),
            None => Ok(query),
        }
    }

    fn request(&self, query: Query) -> Result<Request> {
        Ok(Request {
            shelf: if self.dossiers {
                Shelf::Dossiers
            } else {
                Shelf::Articles
            },
            limit: self.limit,
            cursor: self.cursor.clone(),
            sort: match self.sort {
                Order::Relevance => Sort::Relevance,
                Order::Newest => Sort::Newest,
                Order::Oldest => Sort::Oldest,
            },
            layers: Layers {
                entities: !self.no_entities,
                concepts: !self.no_concepts,
                names: !self.no_names,
            },
            facets: self.facets,
            fold: !self.repetitions && self.queries.is_none(),
            ..Request::new(self.filters.narrow(query)?)
        })
    }
}
