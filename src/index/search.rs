//! Answers a request: hits in a stable order, explained and highlighted, with facets and a cursor.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde::Serialize;
use tantivy::query::{EnableScoring, TermQuery};
use tantivy::schema::{IndexRecordOption, Value};
use tantivy::{DocAddress, DocSet, Searcher, TERMINATED, TantivyDocument, Term};

use super::compile::{Layers, Plan, compile};
use super::gather::{Gather, Gathered, Kept, Rank};
use super::highlight::{Explained, Highlight, Probe, Seek, explain};
use super::query::{Node, Query};
use super::schema::{ID, Shelf};
use super::writer::{Shown, group_of, stored_id, title_of};
use super::{Index, failed, refused};
use crate::error::{Error, Result};
use crate::record::Lang;
use crate::record::dossier::Dossier;

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
    /// Whether facets are counted.
    pub facets: bool,
}

impl Request {
    /// The first ten articles, by relevance, with every layer and without facets.
    pub fn new(query: Query) -> Self {
        Self {
            query,
            shelf: Shelf::Articles,
            limit: 10,
            offset: 0,
            cursor: None,
            sort: Sort::Relevance,
            layers: Layers::default(),
            facets: false,
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
    /// How many match, articles that repeat one another counted once.
    pub total: usize,
    /// The page.
    pub hits: Vec<Hit>,
    /// How many articles of each value, by facet: `country`, `kind`, `year`, `month` ….
    pub facets: BTreeMap<String, BTreeMap<String, u64>>,
    /// Where the next page begins; nothing on the last.
    pub cursor: Option<String>,
}

/// One article or dossier that answers.
#[derive(Debug, Clone, Serialize)]
pub struct Hit {
    /// Id of the article or dossier.
    pub id: String,
    /// Language of the article, or of a dossier's title.
    pub lang: String,
    /// Headline, or the partners of a dossier.
    pub title: Option<String>,
    /// Canonical URL of the article.
    pub url: Option<String>,
    /// Publication of the article, or signature of the dossier.
    pub published: Option<String>,
    /// Id of the source.
    pub source: Option<String>,
    /// Name of the paper.
    pub publisher: Option<String>,
    /// Country of the source.
    pub country: Option<String>,
    /// How well it answers; comparable within one response.
    pub score: f32,
    /// Why it is a hit: `word …`, `concept …`, `entity …`, `phrase …`, `prefix …`, `fuzzy …`.
    pub matched: Vec<String>,
    /// Where, in title and text.
    pub highlights: Vec<Highlight>,
    /// Ids of the articles that repeat it, or that it repeats.
    pub duplicates: Vec<String>,
    /// The dossier, where dossiers are asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dossier: Option<Box<Dossier>>,
}

impl Index {
    /// Answers a request from the state that was committed last.
    ///
    /// # Errors
    /// [`Error::Input`] for a cursor that is none, [`Error::Index`] where the index cannot be read.
    pub fn search(&self, request: &Request) -> Result<Response> {
        let searcher = self.reader.searcher();
        let tools = (&self.fields, &*self.vocabulary);
        let plan = compile(&request.query, request.shelf, request.layers, tools);
        let after = request.cursor.as_deref().map(read_cursor).transpose()?;
        let mut gathered = self.gather(&searcher, &plan, request, after)?;
        let facets = std::mem::take(&mut gathered.facets);
        let page: Vec<Kept> = gathered.best.iter().skip(request.offset).take(request.limit).cloned().collect();
        let more = gathered.best.len() > request.offset.saturating_add(request.limit);
        let cursor = page.last().filter(|_| more).map(|last| write_cursor(&last.rank));
        let hits = page
            .iter()
            .map(|kept| self.hit(&searcher, kept, request, &plan.probes))
            .collect::<Result<_>>()?;
        Ok(Response {
            total: gathered.total,
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
                let shown: Shown = self.stored(&searcher, address)?;
                let group = self.group(&searcher, address).unwrap_or_else(|| group_of(&shown.id));
                let text = format!("{}\n{}", shown.title.unwrap_or_default(), shown.text);
                let root = Node::Like { text, group };
                return Ok(Some(Query { root }));
            }
        }
        Ok(None)
    }

    /// Keeps more until a page is full or there is no more: repetitions may fill what was kept.
    fn gather(&self, searcher: &Searcher, plan: &Plan, request: &Request, after: Option<Rank>) -> Result<Gathered> {
        let wanted = request.offset.saturating_add(request.limit).saturating_add(1);
        let mut keep = wanted.saturating_mul(2).saturating_add(16);
        loop {
            let collector = Gather {
                keep,
                sort: request.sort,
                after: after.clone(),
                facets: request.facets,
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

    fn hit(&self, searcher: &Searcher, kept: &Kept, request: &Request, probes: &[Probe]) -> Result<Hit> {
        let mut hit = match request.shelf {
            Shelf::Articles => self.article(searcher, kept, probes)?,
            Shelf::Dossiers => self.dossier(searcher, kept, probes)?,
        };
        if request.sort == Sort::Relevance {
            hit.score = f32::from_bits(kept.rank.key as u32);
        }
        Ok(hit)
    }

    fn article(&self, searcher: &Searcher, kept: &Kept, probes: &[Probe]) -> Result<Hit> {
        let shown: Shown = self.stored(searcher, kept.address)?;
        let title = shown.title.as_deref().unwrap_or_default();
        let explained = explain(title, &shown.text, probes, &self.vocabulary);
        Ok(Hit {
            matched: self.matched(searcher, kept.address, probes, &explained)?,
            highlights: explained.highlights,
            duplicates: self.repetitions(searcher, kept)?,
            id: shown.id,
            lang: shown.lang,
            title: shown.title,
            url: shown.url,
            published: shown.published,
            source: shown.source,
            publisher: shown.publisher,
            country: shown.country,
            score: 0.0,
            dossier: None,
        })
    }

    fn dossier(&self, searcher: &Searcher, kept: &Kept, probes: &[Probe]) -> Result<Hit> {
        let dossier: Dossier = self.stored(searcher, kept.address)?;
        let told = |lang: Lang| dossier.articles.iter().any(|article| article.lang == lang.code());
        let lang = if told(Lang::Fr) { Lang::Fr } else { Lang::Ar };
        let title = title_of(&dossier, lang);
        let subject = dossier.subject.get(lang.code()).map_or("", String::as_str);
        let explained = explain(&title, subject, probes, &self.vocabulary);
        Ok(Hit {
            matched: self.matched(searcher, kept.address, probes, &explained)?,
            highlights: explained.highlights,
            duplicates: Vec::new(),
            id: dossier.id.clone(),
            lang: lang.code().to_owned(),
            title: Some(title),
            url: None,
            published: dossier.date.clone(),
            source: None,
            publisher: None,
            country: None,
            score: 0.0,
            dossier: Some(Box::new(dossier)),
        })
    }

    /// The labels of what was found in the text, or in the facts by id.
    fn matched(&self, searcher: &Searcher, address: DocAddress, probes: &[Probe], explained: &Explained) -> Result<Vec<String>> {
        let mut matched = Vec::new();
        for (at, probe) in probes.iter().enumerate() {
            let told = explained.probes.binary_search(&at).is_ok();
            let known = match &probe.seek {
                Seek::Concept(id) if !told => {
                    let term = Term::from_field_text(self.fields.concept, id);
                    self.holds(searcher, address, &term)?
                }
                _ => told,
            };
            matched.extend(known.then(|| probe.label.clone()));
        }
        Ok(matched)
    }

    fn holds(&self, searcher: &Searcher, address: DocAddress, term: &Term) -> Result<bool> {
        let reader = searcher.segment_reader(address.segment_ord);
        let postings = reader
            .inverted_index(term.field())
            .and_then(|index| Ok(index.read_postings(term, IndexRecordOption::Basic)?))
            .map_err(|error| failed(&self.path, &error))?;
        Ok(postings.is_some_and(|mut postings| {
            let doc = address.doc_id;
            postings.doc() == doc || postings.doc() < doc && postings.seek(doc) == doc
        }))
    }

    fn first(&self, searcher: &Searcher, term: Term) -> Result<Option<DocAddress>> {
        Ok(self.all(searcher, term)?.into_iter().next())
    }

    fn all(&self, searcher: &Searcher, term: Term) -> Result<Vec<DocAddress>> {
        use tantivy::query::Query as _;
        let query = TermQuery::new(term, IndexRecordOption::Basic);
        let wrap = |error| failed(&self.path, &error);
        let weight = query
            .weight(EnableScoring::disabled_from_searcher(searcher))
            .map_err(wrap)?;
        let mut found = Vec::new();
        for (segment, reader) in (0..).zip(searcher.segment_readers()) {
            let mut scorer = weight.scorer(reader, 1.0).map_err(wrap)?;
            while scorer.doc() != TERMINATED {
                if !reader.is_deleted(scorer.doc()) {
                    found.push(DocAddress::new(segment, scorer.doc()));
                }
                scorer.advance();
            }
        }
        Ok(found)
    }

    /// Ids of the other articles of a group, in order.
    fn repetitions(&self, searcher: &Searcher, kept: &Kept) -> Result<Vec<String>> {
        let term = Term::from_field_u64(self.fields.group, kept.group);
        let mut ids = Vec::new();
        for address in self.all(searcher, term)? {
            if address != kept.address {
                ids.extend(self.id(searcher, address)?);
            }
        }
        ids.sort_unstable();
        Ok(ids)
    }

    fn id(&self, searcher: &Searcher, address: DocAddress) -> Result<Option<String>> {
        let reader = searcher.segment_reader(address.segment_ord);
        let column = reader
            .fast_fields()
            .str(ID)
            .map_err(|error| failed(&self.path, &error))?;
        let mut id = String::new();
        let read = column.and_then(|column| {
            let ord = column.term_ords(address.doc_id).next()?;
            column.ord_to_str(ord, &mut id).ok()
        });
        Ok(read.and_then(|_| id.split_once(':').map(|(_, id)| id.to_owned())))
    }

    fn group(&self, searcher: &Searcher, address: DocAddress) -> Option<u64> {
        let reader = searcher.segment_reader(address.segment_ord);
        let column = reader.fast_fields().u64(super::schema::GROUP).ok()?;
        column.first(address.doc_id)
    }

    fn stored<T: serde::de::DeserializeOwned>(&self, searcher: &Searcher, address: DocAddress) -> Result<T> {
        let document: TantivyDocument = searcher
            .doc(address)
            .map_err(|error| failed(&self.path, &error))?;
        let json = document
            .get_first(self.fields.stored)
            .and_then(|value| value.as_str())
            .unwrap_or_default();
        serde_json::from_str(json)
            .map_err(|error| refused(&self.path, format!("a stored hit cannot be read: {error}")))
    }
}

/// A place in an order as a word that travels in a URL.
fn write_cursor(rank: &Rank) -> String {
    let plain = format!("{:x}.{:x}.{}", rank.key, rank.published, rank.id.0);
    data_encoding::BASE64URL_NOPAD.encode(plain.as_bytes())
}

fn read_cursor(cursor: &str) -> Result<Rank> {
    let read = || {
        let plain = data_encoding::BASE64URL_NOPAD.decode(cursor.as_bytes()).ok()?;
        let plain = String::from_utf8(plain).ok()?;
        let mut parts = plain.splitn(3, '.');
        Some(Rank {
            key: u64::from_str_radix(parts.next()?, 16).ok()?,
            published: u64::from_str_radix(parts.next()?, 16).ok()?,
            id: Reverse(parts.next()?.to_owned()),
        })
    };
    read().ok_or_else(|| {
        Error::input("cursor", format!("`{cursor}` is no cursor")).hint("pass the `cursor` of the page before")
    })
}
