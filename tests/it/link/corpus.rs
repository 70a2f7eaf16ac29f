//! Links the cases of `corpus/links`, all files at once, and scores each file.

use std::collections::BTreeMap;

use super::case::{Article, b_cubed, groups, link, read, report};
use crate::support::here;

/// Every file of cases with its articles.
pub(super) fn files() -> BTreeMap<String, Vec<Article>> {
    let mut files = BTreeMap::new();
    for entry in std::fs::read_dir(here("corpus/links")).unwrap() {
        let path = entry.unwrap().path();
        if path
            .extension()
            .is_some_and(|extension| extension == "jsonl")
        {
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            files.insert(name, read(&path));
        }
    }
    files
}

#[test]
fn cases_make_the_dossiers_that_they_say() {
    let files = files();
    let all: Vec<Article> = files.values().flatten().cloned().collect();
    let mut linker = link(&all);
    let whole = b_cubed(&groups(&all, &mut linker));
    let mut faults = Vec::new();
    for (name, articles) in &files {
        let groups = groups(articles, &mut linker);
        let score = b_cubed(&groups);
        if score < 0.97 {
            faults.push(format!(
                "== {name} {score:.4}\n{}",
                report(&groups, &mut linker)
            ));
        }
    }
    assert!(
        whole >= 0.99 && faults.is_empty(),
        "{whole:.4}\n{}",
        faults.join("\n\n")
    );
}
