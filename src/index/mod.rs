//! Turns records and dossiers into a tantivy index, and queries into hits.
//!
//! Everything here can be made again from the store: an index of another version, of other word
//! lists, or damaged, is refused, and [`crate::run`] then makes it anew.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use rustc_hash::FxHashMap;
use tantivy::IndexReader;
use tantivy::index::SegmentId;

mod analyzer;
mod blocks;
mod cards;
mod compile;
mod cursor;
mod every;
mod facets;
mod folder;
mod gather;
mod highlight;
mod hit;
mod inverted;
mod leaf;
mod moment;
mod mount;
mod notes;
mod opened;
mod postings;
mod pruned;
mod query;
mod rank;
mod ranking;
mod region;
mod schema;
mod search;
mod sheet;
mod stemmer;
mod stream;
mod vocabulary;
mod weights;
mod window;
mod writer;

pub use compile::Layers;
pub use highlight::{Highlight, Mark};
pub use hit::Hit;
pub use query::{Field, Query};
pub use schema::Shelf;
pub use search::{Request, Response, Sort};
pub use vocabulary::Vocabulary;
pub use weights::Weights;
pub use writer::Writer;

use opened::Opened;
use schema::Fields;

/// An index, open for search.
pub struct Index {
    path: PathBuf,
    inner: tantivy::Index,
    reader: IndexReader,
    fields: Fields,
    vocabulary: Arc<Vocabulary>,
    /// What searches read, by segment.
    opened: Mutex<FxHashMap<SegmentId, Arc<Opened>>>,
}
