//! Counts what a query matches by facet: country, kind, year ….

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;
use tantivy::columnar::StrColumn;
use tantivy::{DocId, SegmentReader};

/// The fast fields that are counted, under the names of their facets.
const FACETS: [&str; 11] = [
    "country",
    "source",
    "lang",
    "kind",
    "status",
    "procedure",
    "specialty",
    "partner",
    "partner_type",
    "place",
    "region",
];

/// Counts of one segment.
pub(super) struct Facets {
    counted: Vec<Counted>,
    months: FxHashMap<u64, u64>,
}

/// One facet's column and its counts by ordinal.
struct Counted {
    name: &'static str,
    column: StrColumn,
    counts: Vec<u64>,
}

impl Facets {
    pub(super) fn open(reader: &SegmentReader) -> tantivy::Result<Self> {
        let mut counted = Vec::new();
        for name in FACETS {
            let column = reader.fast_fields().str(name)?;
            counted.extend(column.map(|column| Counted {
                name,
                counts: vec![0; column.num_terms()],
                column,
            }));
        }
        Ok(Self {
            counted,
            months: FxHashMap::default(),
        })
    }

    /// Counts a document of a moment, 0 where it has none.
    pub(super) fn count(&mut self, doc: DocId, published: u64) {
        for facet in &mut self.counted {
            let mut last = None;
            for ord in facet.column.term_ords(doc) {
                // An article with two agreements of one kind is one article.
                if last != Some(ord) {
                    facet.counts[ord as usize] += 1;
                }
                last = Some(ord);
            }
        }
        if published > 0 {
            *self.months.entry(published / 100_000_000).or_default() += 1;
        }
    }

    /// The counts by facet and value.
    pub(super) fn named(&self) -> BTreeMap<String, BTreeMap<String, u64>> {
        let mut facets: BTreeMap<String, BTreeMap<String, u64>> = BTreeMap::new();
        for facet in &self.counted {
            let values = facets.entry(facet.name.to_owned()).or_default();
            for (ord, &count) in (0..).zip(&facet.counts).filter(|(_, count)| **count > 0) {
                let mut value = String::new();
                if facet.column.ord_to_str(ord, &mut value).unwrap_or_default() {
                    values.insert(value, count);
                }
            }
        }
        for (&month, &count) in &self.months {
            let (year, month) = (month / 100, month % 100);
            let mut add = |facet: &str, value: String| {
                let values = facets.entry(facet.to_owned()).or_default();
                *values.entry(value).or_default() += count;
            };
            add("year", format!("{year:04}"));
            add("month", format!("{year:04}-{month:02}"));
        }
        facets
    }
}
