//! Turns records and dossiers into a tantivy index, and queries into hits.
