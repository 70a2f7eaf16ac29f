//! Keeps what a hit shows of an article in a file of its own, where it is read without unpacking the text.

use std::any::Any;
use std::io::Write;

use serde::{Deserialize, Serialize};
use tantivy::directory::{OwnedBytes, TerminatingWrite};
use tantivy::error::DataCorruption;
use tantivy::index::SegmentComponent;
use tantivy::indexer::DocIdMapping;
use tantivy::schema::document::ErasedDocument;
use tantivy::schema::{Field, Schema, Value};
use tantivy::{
    DocId, PluginMergeContext, PluginWriter, PluginWriterContext, Segment, SegmentPlugin,
    SegmentReader, TantivyDocument,
};

/// The ending of the file. It holds the cards one after the other, then the position of the end of each, eight
/// bytes, the lowest first.
const EXTENSION: &str = "card";

/// What a hit shows of an article; kept without the names of its parts, in their order.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(from = "Row", into = "Row")]
pub(super) struct Card {
    pub(super) id: String,
    pub(super) url: Option<String>,
    pub(super) source: Option<String>,
    pub(super) publisher: Option<String>,
    pub(super) country: Option<String>,
    pub(super) lang: String,
    pub(super) title: Option<String>,
    pub(super) published: Option<String>,
}

type Part = Option<String>;
type Row = (String, Part, Part, Part, Part, String, Part, Part);

impl From<Row> for Card {
    fn from(row: Row) -> Self {
        let (id, url, source, publisher, country, lang, title, published) = row;
        Self {
            id,
            url,
            source,
            publisher,
            country,
            lang,
            title,
            published,
        }
    }
}

impl From<Card> for Row {
    fn from(card: Card) -> Self {
        (
            card.id,
            card.url,
            card.source,
            card.publisher,
            card.country,
            card.lang,
            card.title,
            card.published,
        )
    }
}

/// Writes the values of one field; a document without has an empty card.
pub(super) struct Cards {
    pub(super) field: Field,
}

impl SegmentPlugin for Cards {
    fn extensions(&self) -> &[&str] {
        &[EXTENSION]
    }

    fn create_writer(&self, _: &PluginWriterContext) -> tantivy::Result<Box<dyn PluginWriter>> {
        Ok(Box::new(CardsWriter {
            field: self.field,
            cards: Packed::default(),
        }))
    }

    fn merge(&self, merge: PluginMergeContext) -> tantivy::Result<()> {
        let mut cards = Packed::default();
        for reader in merge.readers {
            let drawer = Drawer::open(reader)?;
            for doc in reader.doc_ids_alive() {
                cards.push(drawer.card(doc)?);
            }
        }
        cards.write(merge.target_segment)
    }
}

struct CardsWriter {
    field: Field,
    cards: Packed,
}

impl PluginWriter for CardsWriter {
    fn add_document(
        &mut self,
        _: DocId,
        document: &dyn ErasedDocument,
        _: &Schema,
    ) -> tantivy::Result<()> {
        let document = document.as_any().downcast_ref::<TantivyDocument>();
        let value = document.and_then(|document| document.get_first(self.field));
        let card = value.and_then(|value| value.as_custom());
        self.cards.push(card.unwrap_or_default());
        Ok(())
    }

    fn serialize(
        self: Box<Self>,
        segment: &Segment,
        _: Option<&DocIdMapping>,
    ) -> tantivy::Result<()> {
        self.cards.write(segment)
    }

    fn mem_usage(&self) -> usize {
        self.cards.bytes.len() + size_of_val(&*self.cards.ends)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

/// Cards to be written.
#[derive(Debug, Default)]
struct Packed {
    bytes: Vec<u8>,
    ends: Vec<u64>,
}

impl Packed {
    fn push(&mut self, card: &[u8]) {
        self.bytes.extend_from_slice(card);
        self.ends.push(self.bytes.len() as u64);
    }

    fn write(&self, segment: &Segment) -> tantivy::Result<()> {
        let mut file = segment.open_write(SegmentComponent::Custom(EXTENSION.to_owned()))?;
        file.write_all(&self.bytes)?;
        for end in &self.ends {
            file.write_all(&end.to_le_bytes())?;
        }
        Ok(file.terminate()?)
    }
}

/// The cards of one segment.
pub(super) struct Drawer {
    bytes: OwnedBytes,
    docs: usize,
}

impl Drawer {
    pub(super) fn open(reader: &SegmentReader) -> tantivy::Result<Self> {
        let file = reader.open_read(SegmentComponent::Custom(EXTENSION.to_owned()))?;
        Ok(Self {
            bytes: file.read_bytes()?,
            docs: reader.max_doc() as usize,
        })
    }

    /// The card of a document, empty where it has none.
    pub(super) fn card(&self, doc: DocId) -> tantivy::Result<&[u8]> {
        let begin = match doc.checked_sub(1) {
            Some(before) => self.end(before),
            None => Some(0),
        };
        let range = begin.zip(self.end(doc));
        let card = range.and_then(|(begin, end)| self.bytes.get(begin..end));
        Ok(card.ok_or_else(|| DataCorruption::comment_only("a card is cut off"))?)
    }

    fn end(&self, doc: DocId) -> Option<usize> {
        let ends = self.bytes.len().checked_sub(8 * self.docs)?;
        let at = ends + 8 * doc as usize;
        let end = self.bytes.get(at..at + 8)?;
        usize::try_from(u64::from_le_bytes(end.try_into().ok()?)).ok()
    }
}
