//! Reads pages that no one should write: reading ends soon, takes little and never fails.

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use proptest::prelude::*;
use sihafa::article::{self, Page};
use sihafa::record::Article;

use crate::support::here;

fn read(page: &[u8]) -> Article {
    article::read(&Page {
        bytes: page,
        url: Some("https://a.example/b"),
        ..Page::default()
    })
}

/// Reads and holds the time to seconds: the tests run unoptimised.
#[track_caller]
fn soon(page: &str) -> Article {
    let start = spent();
    let article = read(page.as_bytes());
    let taken = spent().saturating_sub(start);
    assert!(taken < Duration::from_secs(20), "{taken:?}");
    article
}

/// What this thread has taken of a processor, so that a busy machine fails no test; where the system does not
/// tell, the time that has passed.
fn spent() -> Duration {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    let told = std::fs::read_to_string("/proc/thread-self/schedstat");
    let taken = told
        .ok()
        .and_then(|told| told.split(' ').next()?.parse().ok())
        .map(Duration::from_nanos);
    taken.unwrap_or_else(|| START.elapsed())
}

/// A pattern so many times, `N` replaced by the count.
fn numbered(pattern: &str, times: usize) -> String {
    let each: Vec<_> = (0..times)
        .map(|n| pattern.replace('N', &n.to_string()))
        .collect();
    each.concat()
}

const PARAGRAPH: &str =
    "<p>Le ministre de la Santé a signé lundi une convention avec la caisse d'assurance.</p>";

#[test]
fn nesting_of_any_depth() {
    for depth in [100, 5_000, 100_000] {
        for tag in [
            "div",
            "span class=a",
            "table><tr><td",
            "ul><li",
            "a href=x",
            "b",
            "blockquote",
            "font",
            "section",
        ] {
            let page = format!("{}{PARAGRAPH}", format!("<{tag}>").repeat(depth));
            let article = soon(&page);
            let shallow = depth == 100 && !tag.starts_with("a ");
            assert!(
                !shallow || article.text.contains("Le ministre"),
                "{tag} {depth}"
            );
        }
    }
}

#[test]
fn unclosed_and_misnested_everything() {
    soon(&numbered("<b id=bN><i class=cN><p>mot ", 20_000));
    soon(&"<a href=x><div><a href=y><p>".repeat(20_000));
    soon(&"<table><div><tr><p><td>x".repeat(20_000));
    soon(&"<svg><textarea><select><iframe>".repeat(20_000));
    soon(&"</div></p></table>".repeat(50_000));
    soon(&"<".repeat(500_000));
    soon(&"<p title=\"".repeat(100_000));
    soon(&"<!-- ".repeat(100_000));
    soon(&"<h1>x".repeat(50_000));
    soon(&"<time datetime=2024-01-01>".repeat(50_000));
}

#[test]
fn scripts_and_comments_that_never_end() {
    let page = format!(
        "{PARAGRAPH}<script>var a = '</scrip' ;{}",
        "x".repeat(1 << 20)
    );
    assert!(soon(&page).text.contains("Le ministre"));
    let page = format!("{PARAGRAPH}<!-- {}", "x".repeat(1 << 20));
    assert!(soon(&page).text.contains("Le ministre"));
}

#[test]
fn many_attributes_entities_and_zeros() {
    let attributes = numbered(" aN=\"N\"", 200_000);
    assert!(
        soon(&format!("<div{attributes}>{PARAGRAPH}</div>"))
            .text
            .contains("Le ministre")
    );
    soon(&format!(
        "<p>{}</p>",
        "&amp;lt;&NotEqualTilde;&#x1F600;&#0;".repeat(100_000)
    ));
    let zeros = PARAGRAPH.replace("signé", "si\0gné");
    assert!(!soon(&zeros).text.contains('\0'));
}

#[test]
fn fifty_megabytes() {
    let page = PARAGRAPH.repeat(50 * (1 << 20) / PARAGRAPH.len());
    assert!(!soon(&page).text.is_empty());
    soon(
        &"[{\"a\":"
            .repeat(1 << 20)
            .replace('[', "<script type=application/ld+json>["),
    );
    let json = format!(
        "<script type=\"application/ld+json\">{}</script>{PARAGRAPH}",
        "[".repeat(1 << 20)
    );
    assert!(soon(&json).text.contains("Le ministre"));
}

fn pages() -> Vec<Vec<u8>> {
    let mut paths: Vec<_> = std::fs::read_dir(here("corpus/pages"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "html")
        })
        .collect();
    paths.sort();
    paths
        .iter()
        .map(|path| std::fs::read(path).unwrap())
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Cut, doubled, overwritten and spliced pages give some article, in NFC, a block a line.
    #[test]
    fn mutated_pages_give_some_article(
        first in 0_usize..64, second in 0_usize..64,
        cut in 0_usize..1000, from in 0_usize..1000,
        noise in proptest::collection::vec((0_usize..1000, any::<u8>()), 0..40),
    ) {
        let pages = pages();
        let at = |page: &[u8], thousandths: usize| page.len() * thousandths / 1000;
        let (a, b) = (&pages[first % pages.len()], &pages[second % pages.len()]);
        let mut page = [&a[..at(a, cut)], &b[at(b, from)..]].concat();
        for (part, byte) in noise {
            let at = at(&page, part);
            if let Some(place) = page.get_mut(at) {
                *place = byte;
            }
        }
        let article = read(&page);
        prop_assert_eq!(article.text.clone(), article.text.split('\n').map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n"));
        prop_assert!(article.published.as_deref().is_none_or(|day| day.len() >= 10));
        prop_assert_eq!(article.id.len(), 16);
    }

    /// Any bytes at all.
    #[test]
    fn any_bytes_give_some_article(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        read(&bytes);
    }

    /// Any markup-like words.
    #[test]
    fn any_markup_gives_some_article(page in "(<[/a-z!? \"'=-]{0,9}>?|[a-zéش0-9/.: -]{0,9}|&[a-z#0-9]{0,6};?){0,60}") {
        read(page.as_bytes());
    }
}
