//! Turns a match into a hit: what is shown of it, why it is one, and what repeats it.

use serde::Serialize;
use tantivy::query::{EnableScoring, TermQuery};
use tantivy::schema::{IndexRecordOption, Value};
use tantivy::{DocAddress, DocSet, Searcher, TERMINATED, TantivyDocument, Term};

use super::Index;
use super::cards::Card;
use super::folder::{failed, refused};
use super::gather::Kept;
use super::highlight::{Highlight, Probe, Seek, explain};
use super::schema::{ID, Shelf};
use super::search::{Request, Sort, write_cursor};
use super::sheet::title_of;
use super::writer::stored_id;
use crate::error::{Error, Result};
use crate::record::Lang;
use crate::record::dossier::Dossier;

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
    /// Where a page that begins after it begins.
    pub cursor: String,
    /// The dossier, where dossiers are asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dossier: Option<Box<Dossier>>,
}

impl Index {
    pub(super) fn hit(
        &self,
        searcher: &Searcher,
        kept: &Kept,
        request: &Request,
        probes: &[Probe],
    ) -> Result<Hit> {
        let mut hit = match request.shelf {
            Shelf::Articles => self.article(searcher, kept, probes)?,
            Shelf::Dossiers => self.dossier(searcher, kept, probes)?,
        };
        if request.fold && request.shelf == Shelf::Articles {
            hit.duplicates = self.repetitions(searcher, kept)?;
        }
        if request.sort == Sort::Relevance {
            hit.score = f32::from_bits(kept.key as u32);
        }
        Ok(hit)
    }

    fn article(&self, searcher: &Searcher, kept: &Kept, probes: &[Probe]) -> Result<Hit> {
        let card = self.card(searcher, kept.address)?;
        let cursor = self.cursor(searcher, kept, stored_id(Shelf::Articles, &card.id))?;
        let (matched, highlights) = if probes.is_empty() {
            (Vec::new(), Vec::new())
        } else {
            let title = card.title.as_deref().unwrap_or_default();
            let text = self.stored(searcher, kept.address)?;
            let probes = (probes, Shelf::Articles);
            self.why(searcher, kept.address, probes, [title, &text])?
        };
        Ok(Hit {
            matched,
            highlights,
            duplicates: Vec::new(),
            id: card.id,
            lang: card.lang,
            title: card.title,
            url: card.url,
            published: card.published,
            source: card.source,
            publisher: card.publisher,
            country: card.country,
            score: 0.0,
            cursor,
            dossier: None,
        })
    }

    fn dossier(&self, searcher: &Searcher, kept: &Kept, probes: &[Probe]) -> Result<Hit> {
        let stored = self.stored(searcher, kept.address)?;
        let dossier: Dossier = serde_json::from_str(&stored).map_err(|error| self.cut(&error))?;
        let cursor = self.cursor(searcher, kept, stored_id(Shelf::Dossiers, &dossier.id))?;
        let told = |lang: Lang| {
            dossier
                .articles
                .iter()
                .any(|article| article.lang == lang.code())
        };
        let lang = if told(Lang::Fr) { Lang::Fr } else { Lang::Ar };
        let title = title_of(&dossier, lang);
        let subject = dossier.subject.get(lang.code()).map_or("", String::as_str);
        let (matched, highlights) = self.why(
            searcher,
            kept.address,
            (probes, Shelf::Dossiers),
            [&title, subject],
        )?;
        Ok(Hit {
            matched,
            highlights,
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
            cursor,
            dossier: Some(Box::new(dossier)),
        })
    }

    /// The place of a hit, whose stored id is known, as a word.
    fn cursor(&self, searcher: &Searcher, kept: &Kept, id: String) -> Result<String> {
        let id = if kept.place == kept.address {
            id
        } else {
            self.id(searcher, kept.place)?.unwrap_or_default()
        };
        Ok(write_cursor(&kept.rank(id)))
    }

    /// The labels of what answers, in the text or in the facts, and the passages that show it.
    fn why(
        &self,
        searcher: &Searcher,
        address: DocAddress,
        (probes, on): (&[Probe], Shelf),
        [title, body]: [&str; 2],
    ) -> Result<(Vec<String>, Vec<Highlight>)> {
        if probes.is_empty() {
            return Ok((Vec::new(), Vec::new()));
        }
        let mut sought: Vec<&Probe> = Vec::new();
        for probe in probes {
            // Words whose consonants are those of a name are marked where the facts have that name.
            let is_there = match &probe.seek {
                Seek::Name(key) => {
                    let term = Term::from_field_text(self.fields.name_key(on), key);
                    self.holds(searcher, address, &term)?
                }
                _ => true,
            };
            sought.extend(is_there.then_some(probe));
        }
        let explained = explain(title, body, &sought, &self.vocabulary);
        let mut matched = Vec::new();
        for (at, probe) in sought.iter().enumerate() {
            let told = explained.probes.binary_search(&at).is_ok();
            if told || self.in_facts(searcher, address, (probe, on))? {
                matched.push(probe.label.clone());
            }
        }
        Ok((matched, explained.highlights))
    }

    /// Whether something that the text does not say stands in the facts, by id or key.
    fn in_facts(
        &self,
        searcher: &Searcher,
        address: DocAddress,
        (probe, on): (&Probe, Shelf),
    ) -> Result<bool> {
        match &probe.seek {
            Seek::Name(_) => Ok(true),
            Seek::Concept(id) if id.contains('/') || on == Shelf::Dossiers => {
                for lang in [Lang::Fr, Lang::Ar] {
                    let field = self.fields.texts(on, lang).concept;
                    if self.holds(searcher, address, &Term::from_field_text(field, id))? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            _ => Ok(false),
        }
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

    pub(super) fn first(&self, searcher: &Searcher, term: Term) -> Result<Option<DocAddress>> {
        Ok(self.all(searcher, term)?.into_iter().next())
    }

    pub(super) fn all(&self, searcher: &Searcher, term: Term) -> Result<Vec<DocAddress>> {
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
        let wrap = |error| failed(&self.path, &error);
        let segments = self.segments(searcher).map_err(wrap)?;
        let all = segments.iter().map(|segment| segment.of_group(&term));
        if all.sum::<tantivy::Result<u32>>().map_err(wrap)? < 2 {
            return Ok(ids);
        }
        for address in self.all(searcher, term)? {
            if address != kept.address {
                let id = self.id(searcher, address)?;
                ids.extend(id.and_then(|id| id.split_once(':').map(|(_, id)| id.to_owned())));
            }
        }
        ids.sort_unstable();
        Ok(ids)
    }

    /// The id of a document, as it is stored.
    pub(super) fn id(&self, searcher: &Searcher, address: DocAddress) -> Result<Option<String>> {
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
        Ok(read.map(|_| id))
    }

    /// What a hit shows of an article.
    pub(super) fn card(&self, searcher: &Searcher, address: DocAddress) -> Result<Card> {
        let wrap = |error| failed(&self.path, &error);
        let segments = self.segments(searcher).map_err(wrap)?;
        let drawer = &segments[address.segment_ord as usize].drawer;
        let card = drawer.card(address.doc_id).map_err(wrap)?;
        serde_json::from_slice(card).map_err(|error| self.cut(&error))
    }

    /// The text of an article, or a dossier.
    pub(super) fn stored(&self, searcher: &Searcher, address: DocAddress) -> Result<String> {
        let document: TantivyDocument = searcher
            .doc(address)
            .map_err(|error| failed(&self.path, &error))?;
        let stored = document.get_first(self.fields.stored);
        let stored = stored.and_then(|value| value.as_str().map(str::to_owned));
        Ok(stored.unwrap_or_default())
    }

    fn cut(&self, error: &serde_json::Error) -> Error {
        refused(&self.path, format!("a stored hit cannot be read: {error}"))
    }
}
