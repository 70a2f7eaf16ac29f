//! Batches and what can go wrong with them: killed, stopped, without room, beside another, on damaged files.

mod alert;
mod damage;
mod focus;
mod kill;
mod room;
mod stop;
mod trouble;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use serde_json::Value;
use sihafa::dump;
use sihafa::index::{Index, Query, Shelf, Vocabulary};
use sihafa::rules::pack::Pack;
use sihafa::run::Places;
use sihafa::run::audit::audit;

use crate::cli::sihafa;

/// What a folder holds in the end: records and dossiers by id, without the moments of fetching, and the
/// answers to some queries.
type State = BTreeMap<String, Value>;

/// What an undisturbed demo leaves.
static UNDISTURBED: LazyLock<State> = LazyLock::new(|| state(copied(DEMO.path()).path()));

/// A folder in which the demo ran once, to be looked at or copied.
static DEMO: LazyLock<tempfile::TempDir> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    sihafa(folder.path(), &["demo"]).exits(0);
    folder
});

/// Queries that are answered from both shelves: words of both languages, a field, a part of the calendar.
const QUERIES: [&str; 6] = [
    "jumelage",
    "اتفاقية",
    "country:dz",
    "kind:twinning",
    "convention OR santé",
    "published:[2023 TO 2024]",
];

/// Reads the state of the `data` folder in a folder; fails where it is not whole.
fn state(folder: &Path) -> State {
    let places = Places::new(&folder.join("data"));
    let store = places.open_store().unwrap();
    let checked = audit(
        &places,
        &store,
        &Pack::builtin().unwrap(),
        Vocabulary::built_in(),
        &|_| (),
    );
    assert_eq!(checked.unwrap().findings, [], "{}", folder.display());
    let mut state = dumped(&store);
    // opened as it is: what would be made anew here was not whole
    let vocabulary = Arc::new(Vocabulary::built_in());
    let index = Index::open(&places.index, vocabulary).unwrap();
    for query in QUERIES {
        for (shelf, name) in [(Shelf::Articles, "articles"), (Shelf::Dossiers, "dossiers")] {
            let hits: BTreeSet<String> = index.every(&Query::parse(query).unwrap(), shelf).unwrap();
            state.insert(format!("{name} of {query}"), serde_json::json!(hits));
        }
    }
    state
}

/// Records and dossiers as a dump tells them.
fn dumped(store: &sihafa::store::Store) -> State {
    let request = dump::Request {
        format: dump::Format::JsonLines { zstd: false },
        since: None,
        lang: None,
        query: None,
        texts: true,
    };
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("dump");
    dump::write(store, &request, &folder, false, &|_, _| ()).unwrap();
    let mut state = State::new();
    for file in ["records.jsonl", "dossiers.jsonl"] {
        let text = fs::read_to_string(folder.join(file)).unwrap();
        for line in text.lines() {
            let mut value: Value = serde_json::from_str(line).unwrap();
            value.as_object_mut().unwrap().remove("fetched");
            let key = format!("{file} {}", value["id"].as_str().unwrap());
            assert!(state.insert(key, value).is_none(), "twice: {line}");
        }
    }
    state
}

/// Copies a folder with all that is in it, in place of what is there.
fn copy(from: &Path, to: &Path) {
    let _ = fs::remove_dir_all(to);
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let place = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &place);
        } else {
            fs::copy(&path, &place).unwrap();
        }
    }
}

/// A folder of its own with a copy of what another holds. What several tests share is never opened where it
/// stands: SQLite makes and removes files beside a store that is open, under the hands of who copies it.
fn copied(from: &Path) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    copy(from, folder.path());
    folder
}
