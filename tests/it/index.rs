//! Searches real indexes in temporary folders: ranking, languages, fields, pages, damage.

use std::path::Path;
use std::sync::{Arc, LazyLock};

use sihafa::index::{Index, Query, Request, Response, Vocabulary};
use sihafa::record::Record;

mod folder;
mod judged;
mod language;
mod page;
pub(crate) mod press;
mod pruned;
mod ranking;
mod rebuild;

/// The word lists are read once for all tests.
static VOCABULARY: LazyLock<Arc<Vocabulary>> = LazyLock::new(|| Arc::new(Vocabulary::built_in()));

/// A record as `extract` writes it, with nothing said but what a test needs.
pub(crate) fn record(id: &str, lang: &str, title: &str, text: &str) -> Record {
    Record {
        schema: sihafa::record::SCHEMA.to_owned(),
        id: id.to_owned(),
        url: Some(format!("https://paper.example/{id}")),
        source: None,
        publisher: None,
        country: None,
        lang: lang.to_owned(),
        title: (!title.is_empty()).then(|| title.to_owned()),
        byline: None,
        published: None,
        fetched: None,
        text: text.to_owned(),
        duplicate_of: None,
        health: 1.0,
        conventions: Vec::new(),
        operations: Vec::new(),
        dates: Vec::new(),
        patterns: "test".to_owned(),
        code: String::new(),
    }
}

/// An index of these records, committed.
pub(crate) fn indexed(folder: &Path, records: impl IntoIterator<Item = Record>) -> Index {
    let index = Index::create(folder, Arc::clone(&VOCABULARY)).unwrap();
    let mut writer = index.writer().unwrap();
    for record in records {
        writer.add(&record).unwrap();
    }
    writer.commit(0).unwrap();
    index.reload().unwrap();
    index
}

pub(crate) fn search(index: &Index, query: &str) -> Response {
    index
        .search(&Request::new(Query::parse(query).unwrap()))
        .unwrap()
}
