//! Batches and what can go wrong with them: killed, stopped, without room, beside another, on damaged files.

mod alert;
mod focus;
mod kill;
mod stop;
mod trouble;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::LazyLock;

use serde_json::Value;

use crate::cli::sihafa;

/// What a folder holds in the end: records and dossiers by id, without the moments of fetching.
type State = BTreeMap<String, Value>;

/// What an undisturbed demo leaves.
static UNDISTURBED: LazyLock<State> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    sihafa(folder.path(), &["demo"]).exits(0);
    state(folder.path())
});

/// Reads the state of the `data` folder in a folder; fails where it is not whole.
fn state(folder: &Path) -> State {
    let checked = sihafa(folder, &["status", "--check"]).exits(0).out;
    assert!(checked.contains("nothing is wrong"), "{checked}");
    sihafa(folder, &["dump", "--format", "jsonl", "-o", "dump"]).exits(0);
    let mut state = State::new();
    for file in ["records.jsonl", "dossiers.jsonl"] {
        let text = std::fs::read_to_string(folder.join("dump").join(file)).unwrap();
        for line in text.lines() {
            let mut value: Value = serde_json::from_str(line).unwrap();
            value.as_object_mut().unwrap().remove("fetched");
            let key = format!("{file} {}", value["id"].as_str().unwrap());
            assert!(state.insert(key, value).is_none(), "twice: {line}");
        }
    }
    std::fs::remove_dir_all(folder.join("dump")).unwrap();
    state
}
