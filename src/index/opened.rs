//! Keeps open, segment by segment, what every search reads.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use tantivy::columnar::{Column, StrColumn};
use tantivy::directory::{CompositeFile, OwnedBytes};
use tantivy::index::{SegmentComponent, SegmentId};
use tantivy::postings::TermInfo;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{InvertedIndexReader, Score, SegmentReader, Term};

use super::blocks::{List, Tells};
use super::cards::Drawer;
use super::schema::{Fields, GROUP, ID, PUBLISHED};

/// The segments of a searcher, in its order.
pub(super) type Segments = Arc<[Arc<Opened>]>;

/// What searches read of one segment.
pub(super) struct Opened {
    pub(super) id: SegmentId,
    pub(super) drawer: Drawer,
    pub(super) ids: Option<StrColumn>,
    pub(super) published: Column<u64>,
    pub(super) group: Column<u64>,
    texts: FxHashMap<Field, Text>,
    groups: Arc<InvertedIndexReader>,
}

/// A ranked field of a segment.
pub(super) struct Text {
    terms: Arc<InvertedIndexReader>,
    postings: OwnedBytes,
    /// The byte that stands for the length of each document.
    pub(super) lengths: OwnedBytes,
    pub(super) tells: Tells,
    placed: bool,
}

impl Opened {
    pub(super) fn new(reader: &SegmentReader, fields: &Fields) -> tantivy::Result<Self> {
        let fast = reader.fast_fields();
        let mut texts = FxHashMap::default();
        for field in fields.ranked() {
            texts.extend(Text::open(reader, field)?.map(|text| (field, text)));
        }
        Ok(Self {
            id: reader.segment_id(),
            drawer: Drawer::open(reader)?,
            ids: fast.str(ID)?,
            published: fast.u64(PUBLISHED)?,
            group: fast.u64(GROUP)?,
            texts,
            groups: reader.inverted_index(fields.group)?,
        })
    }

    /// How many documents are of the group of a term, deleted ones included.
    pub(super) fn of_group(&self, term: &Term) -> tantivy::Result<u32> {
        let info = self.groups.get_term_info(term)?;
        Ok(info.map_or(0, |info| info.doc_freq))
    }

    /// A ranked field; nothing where no document has it.
    pub(super) fn text(&self, field: Field) -> Option<&Text> {
        self.texts.get(&field)
    }
}

impl Text {
    /// A field of a segment; nothing where no document has it.
    pub(super) fn open(reader: &SegmentReader, field: Field) -> tantivy::Result<Option<Self>> {
        let part = |component| -> tantivy::Result<Option<OwnedBytes>> {
            let file = CompositeFile::open(&reader.open_read(component)?)?;
            let part = file.open_read(field).map(|part| part.read_bytes());
            Ok(part.transpose()?)
        };
        let Some(postings) = part(SegmentComponent::Postings)? else {
            return Ok(None);
        };
        let lengths = part(SegmentComponent::FieldNorms)?;
        let terms = reader.inverted_index(field)?;
        let documents = reader.max_doc();
        let entry = reader.schema().get_field_entry(field);
        let option = entry.field_type().get_index_record_option();
        Ok(Some(Self {
            // Documents without the field count too.
            tells: Tells::new(terms.total_num_tokens() as Score / documents as Score),
            terms,
            postings,
            lengths: lengths.unwrap_or_else(|| OwnedBytes::new(vec![1; documents as usize])),
            placed: option.is_some_and(IndexRecordOption::has_positions),
        }))
    }

    pub(super) fn tokens(&self) -> u64 {
        self.terms.total_num_tokens()
    }

    pub(super) fn info(&self, term: &Term) -> tantivy::Result<Option<TermInfo>> {
        Ok(self.terms.get_term_info(term)?)
    }

    /// The documents of a term.
    pub(super) fn list(&self, info: &TermInfo) -> tantivy::Result<List> {
        // The number of tokens stands first.
        let first = size_of::<u64>();
        let range = &info.postings_range;
        let range = range.start + first..(range.end + first).min(self.postings.len());
        let postings = self.postings.slice(range.start.min(range.end)..range.end);
        Ok(List::open(postings, info.doc_freq, self.placed)?)
    }
}
