//! Answers a request: hits in a stable order, explained and highlighted, with facets and a cursor.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use serde::Serialize;
use tantivy::{DocAddress, Searcher, Term};

use super::Index;
use super::compile::{Layers, Plan, compile};
use super::folder::failed;
use super::gather::{Gather, Gathered, Rank};
use super::hit::Hit;
use super::opened::Segments;
use super::query::{Field, Node, Query};
use super::schema::{GROUP, Shelf};
use super::weights::Weights;
use super::writer::{group_of, stored_id};
use crate::error::{Error, Result};

/// Words of an article by which others like it are found: its lead tells what it is about.
const LEAD: usize = 80;

/// What is asked of an index.
#[derive(Debug, Clone)]
pub struct Request {
    /// The query; [`Query::with`] narrows it.
    pub query: Query,
    /// Articles or dossiers.
    pub shelf: Shelf,
    /// How many hits at most.
    pub limit: usize,
    /// How many hits are passed over.
    pub offset: usize,
    /// The last hit of the page before, as [`Response::cursor`] gave it.
    pub cursor: Option<String>,
    /// The order.
    pub sort: Sort,
    /// What carries the query into the other language.
    pub layers: Layers,
    /// What a match is worth.
    pub weights: Weights,
    /// Whether facets are counted.
    pub facets: bool,
    /// Whether hits say why and where they answer; it costs reading each of them again.
    pub explain: bool,
    /// Whether articles that repeat one another are one hit that names the others; else each is one.
    pub fold: bool,
}

impl Request {
    /// The first ten articles, by relevance, with every layer, explained, without facets.
    pub fn new(query: Query) -> Self {
        Self {
            query,
            shelf: Shelf::Articles,
            limit: 10,
            offset: 0,
            cursor: None,
            sort: Sort::Relevance,
            layers: Layers::default(),
            weights: Weights::default(),
            facets: false,
            explain: true,
            fold: true,
        }
    }
}

/// The order of hits; what it leaves equal is newest first, then by id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// The best answer first.
    #[default]
    Relevance,
    /// The last published first.
    Newest,
    /// The first published first; without a date last.
    Oldest,
}

/// What an index answers.
#[derive(Debug, Clone, Serialize)]
pub struct Response {
    /// How many match, articles that repeat one another counted once; at least so many where `exact` is false.
    pub total: usize,
    /// Whether all were counted: always where facets are, else while they are few.
    pub exact: bool,
    /// The page.
    pub hits: Vec<Hit>,
    /// How many articles of each value, by facet: `country`, `kind`, `year`, `month` ….
    pub facets: BTreeMap<String, BTreeMap<String, u64>>,
    /// Where the next page begins; nothing on the last.
    pub cursor: Option<String>,
}

impl Index {
    /// Answers a request from the state that was committed last.
    ///
    /// # Errors
    /// [`Error::Input`] for a cursor that is none, [`Error::Index`] where the index cannot be read.
    pub fn search(&self, request: &Request) -> Result<Response> {
        let searcher = self.reader.searcher();
        let segments = self.segments(&searcher);
        let segments = segments.map_err(|error| failed(&self.path, &error))?;
        let plan = compile(request, (&self.fields, &self.vocabulary, &segments));
        let after = request.cursor.as_deref().map(read_cursor).transpose()?;
        let mut gathered = self.gather((&searcher, &segments), &plan, request, after.as_ref())?;
        let facets = std::mem::take(&mut gathered.facets);
        let page = gathered.best.iter();
        let page = page.skip(request.offset).take(request.limit);
        let more = gathered.best.len() > request.offset.saturating_add(request.limit);
        let probes = if request.explain {
            plan.probes.as_slice()
        } else {
            &[]
        };
        let hits: Vec<Hit> = page
            .map(|kept| self.hit(&searcher, kept, request, probes))
            .collect::<Result<_>>()?;
        let cursor = hits.last().filter(|_| more).map(|hit| hit.cursor.clone());
        Ok(Response {
            total: gathered.total,
            exact: gathered.exact,
            hits,
            facets,
            cursor,
        })
    }

    /// The query for articles like the one of an id or URL; nothing where there is no such article.
    ///
    /// # Errors
    /// [`Error::Index`] where the index cannot be read.
    pub fn similar(&self, id_or_url: &str) -> Result<Option<Query>> {
        let searcher = self.reader.searcher();
        let id = Term::from_field_text(self.fields.id, &stored_id(Shelf::Articles, id_or_url));
        let url = Term::from_field_text(self.fields.url, id_or_url);
        for term in [id, url] {
            if let Some(address) = self.first(&searcher, term)? {
                let card = self.card(&searcher, address)?;
                let text = self.stored(&searcher, address)?;
                let group = group_at(&searcher, address).unwrap_or_else(|| group_of(&card.id));
                let lead = text.split_whitespace().take(LEAD);
                let lead = lead.collect::<Vec<_>>().join(" ");
                let text = format!("{}\n{lead}", card.title.unwrap_or_default());
                let root = Node::Like { text, group };
                return Ok(Some(Query { root }));
            }
        }
        Ok(None)
    }

    /// The query for all that concerns one institution or place, by id or name, in both scripts: what names
    /// it in its facts or text, and what tells of a dossier that it is a partner of.
    ///
    /// # Errors
    /// [`Error::Index`] where the index cannot be read.
    pub fn concerning(&self, entity: &str) -> Result<Query> {
        let searcher = self.reader.searcher();
        let named = |field| Node::Named {
            field,
            name: entity.to_owned(),
        };
        let mut ways = vec![named(Field::About), named(Field::Partner)];
        let partner = Term::from_field_text(self.fields.partner, entity);
        for address in self.all(&searcher, partner)? {
            let id = self.id(&searcher, address)?.unwrap_or_default();
            if let Some(dossier) = id.strip_prefix(&stored_id(Shelf::Dossiers, "")) {
                ways.push(Node::Key {
                    field: Field::Dossier,
                    value: dossier.to_owned(),
                });
            }
        }
        let root = Node::Any(ways);
        Ok(Query { root })
    }

    /// Keeps more until a page is full or there is no more: repetitions may fill what was kept.
    fn gather(
        &self,
        (searcher, segments): (&Searcher, &Segments),
        plan: &Plan,
        request: &Request,
        after: Option<&Rank>,
    ) -> Result<Gathered> {
        let wanted = request
            .offset
            .saturating_add(request.limit)
            .saturating_add(1);
        let mut keep = wanted.saturating_add(wanted / 2).saturating_add(8);
        loop {
            let collector = Gather {
                segments: Arc::clone(segments),
                keep,
                sort: request.sort,
                after: after.cloned(),
                facets: request.facets,
                fold: request.fold,
                tells: plan.tells,
                before: Mutex::default(),
            };
            let gathered = searcher
                .search(&plan.tree, &collector)
                .map_err(|error| failed(&self.path, &error))?;
            if gathered.best.len() >= wanted || !gathered.cut {
                return Ok(gathered);
            }
            keep = keep.saturating_mul(4);
        }
    }
}

/// The group of an article, as it is indexed.
fn group_at(searcher: &Searcher, address: DocAddress) -> Option<u64> {
    let reader = searcher.segment_reader(address.segment_ord);
    let column = reader.fast_fields().u64(GROUP).ok()?;
    column.first(address.doc_id)
}

/// A place in an order as a word that travels in a URL.
pub(super) fn write_cursor(rank: &Rank) -> String {
    let plain = format!("{:x}.{:x}.{}", rank.key, rank.published, rank.id.0);
    data_encoding::BASE64URL_NOPAD.encode(plain.as_bytes())
}

fn read_cursor(cursor: &str) -> Result<Rank> {
    let read = || {
        let plain = data_encoding::BASE64URL_NOPAD
            .decode(cursor.as_bytes())
            .ok()?;
        let plain = String::from_utf8(plain).ok()?;
        let mut parts = plain.splitn(3, '.');
        Some(Rank {
            key: u64::from_str_radix(parts.next()?, 16).ok()?,
            published: u64::from_str_radix(parts.next()?, 16).ok()?,
            id: Reverse(parts.next()?.to_owned()),
        })
    };
    read().ok_or_else(|| {
        Error::input("cursor", format!("`{cursor}` is no cursor"))
            .hint("pass the `cursor` of the page before")
    })
}
