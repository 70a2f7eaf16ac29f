//! Learns which blocks a host repeats from page to page, and tells which of a page's are such furniture.

use rustc_hash::FxHashSet;
use sha2::{Digest, Sha256};

use crate::error::Result;
use crate::record::Article;
use crate::store::Store;
use crate::text::fold::fold;

/// Pages of a host on which a block stands before it is furniture.
const PAGES: u32 = 3;

/// Letters that are left of a page without its repeated blocks. With fewer it is a copy of another page,
/// under another address: all of its blocks are repeated, and none is furniture.
const LEFT: usize = 100;

/// A key of a block: what is written, not how.
pub(super) fn key(block: &str) -> u64 {
    let digest = Sha256::digest(fold(block).as_bytes());
    digest
        .first_chunk()
        .map_or(0, |bytes| u64::from_le_bytes(*bytes))
}

/// Counts the blocks of articles that were read without what is told here; articles of one key are one page.
pub(super) fn note<'a>(store: &Store, articles: impl Iterator<Item = &'a Article>) -> Result<()> {
    for article in articles {
        let Some(host) = host(article) else { continue };
        let keys: Vec<u64> = article.text.lines().map(key).collect();
        store.note_blocks(&host, &article.id, &keys)?;
    }
    Ok(())
}

/// The keys of the blocks that go; none where too little would be left.
pub(super) fn repeated(store: &Store, article: &Article) -> Result<FxHashSet<u64>> {
    let mut repeated = FxHashSet::default();
    let Some(host) = host(article) else {
        return Ok(repeated);
    };
    let keys: Vec<u64> = article.text.lines().map(key).collect();
    let pages = store.block_pages(&host, &keys)?;
    let (mut left, mut blocks) = (0, 0);
    for ((line, key), pages) in article.text.lines().zip(keys).zip(pages) {
        if pages >= PAGES {
            repeated.insert(key);
        } else {
            left += line.chars().filter(|c| c.is_alphabetic()).count();
            blocks += 1;
        }
    }
    // A story that grows from page to page repeats most of itself.
    if left < LEFT || blocks < repeated.len() {
        repeated.clear();
    }
    Ok(repeated)
}

fn host(article: &Article) -> Option<String> {
    let url = url::Url::parse(article.url.as_deref()?).ok()?;
    url.host_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::{self, Page};

    const PROMO: &str = "Chaque matin, l'essentiel de la santé dans votre boîte aux lettres : huit pages, dix rubriques.";

    /// Pages of different sites, as if of one, each with the promotion after its first paragraph.
    fn pages() -> Vec<(String, String)> {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/corpus/pages/");
        ["wordpress", "drupal", "spip", "cards"]
            .into_iter()
            .map(|name| {
                let page = std::fs::read_to_string(format!("{folder}{name}.html")).unwrap();
                let text = read(name, &page, None).text;
                let line = text.lines().find(|line| line.len() > 120).unwrap();
                let start: String = line.chars().take(20).collect();
                let at = page.find(&start).unwrap();
                let end = at + page[at..].find("</p>").unwrap() + "</p>".len();
                let page = format!("{}<p>{PROMO}</p>{}", &page[..end], &page[end..]);
                (name.to_owned(), page)
            })
            .collect()
    }

    fn read(name: &str, page: &str, repeated: Option<&FxHashSet<u64>>) -> Article {
        let is_repeated = |block: &str| repeated.is_some_and(|all| all.contains(&key(block)));
        let url = format!("https://journal.example/{name}");
        let article = article::read(&Page {
            bytes: page.as_bytes(),
            boilerplate: repeated.is_some().then_some(&is_repeated),
            ..Page::default()
        });
        Article {
            id: article::id(Some(&url), ""),
            url: Some(url),
            ..article
        }
    }

    #[test]
    fn the_third_page_teaches_what_is_furniture() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("store.sqlite")).unwrap();
        let pages = pages();
        let articles: Vec<Article> = pages
            .iter()
            .map(|(name, page)| read(name, page, None))
            .collect();
        assert!(articles.iter().all(|article| article.text.contains(PROMO)));
        note(&store, articles[..2].iter()).unwrap();
        assert!(repeated(&store, &articles[0]).unwrap().is_empty());
        // The same pages again teach nothing new.
        note(&store, articles[..2].iter()).unwrap();
        assert!(repeated(&store, &articles[0]).unwrap().is_empty());
        note(&store, articles.iter()).unwrap();
        for ((name, page), before) in pages.iter().zip(&articles) {
            let found = repeated(&store, before).unwrap();
            assert_eq!(found.len(), 1, "{name}");
            let after = read(name, page, Some(&found)).text;
            let kept: Vec<&str> = before.text.lines().filter(|line| *line != PROMO).collect();
            assert_eq!(after, kept.join("\n"), "{name}");
        }
    }

    #[test]
    fn a_story_under_many_addresses_stays() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("store.sqlite")).unwrap();
        let page = &pages()[0].1;
        let copies = ["a", "b", "c", "d"].map(|name| read(name, page, None));
        note(&store, copies.iter()).unwrap();
        assert!(repeated(&store, &copies[0]).unwrap().is_empty());
    }
}
