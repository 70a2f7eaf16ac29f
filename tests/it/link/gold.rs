//! Links the development gold from its own facts.

use super::case::{Article, b_cubed, groups, link, read, report};
use crate::support::shared;

pub(super) const FILES: [&str; 5] = ["seeds", "dev-fr", "dev-ar", "dev2-fr", "dev2-ar"];

pub(super) fn articles() -> Option<Vec<Article>> {
    let mut articles = Vec::new();
    for file in FILES {
        articles.extend(read(&shared(&format!("gold/{file}.jsonl"))?));
    }
    Some(articles)
}

#[test]
fn gold_facts_make_the_gold_dossiers() {
    let Some(articles) = articles() else { return };
    let mut linker = link(&articles);
    let groups = groups(&articles, &mut linker);
    let score = b_cubed(&groups);
    assert!(
        score >= 0.98,
        "{score:.4}\n{}",
        report(&groups, &mut linker)
    );
}
