//! A wall that is served as if it were the article: nothing is dropped for it, and `status` can say so.

use super::site::{Press, feed, missing, page};

/// Three hundred words that no page of another number has.
fn words(number: usize) -> String {
    let words = (0..300).map(|at| format!("mot{}", number * 300 + at));
    words.collect::<Vec<_>>().join(" ")
}

#[test]
fn pages_that_read_alike_are_counted_and_kept() {
    let press = Press::new(|request| match request.path.as_str() {
        "/robots.txt" => missing(),
        "/feed" => page(feed(&[
            "/1",
            "/wall/1",
            "/2",
            "/wall/2",
            "/wall/3",
            "/wall/same",
        ])),
        "/wall/same" => page(format!("<p>{} incident /wall/3</p>", words(9))),
        path if path.starts_with("/wall") => page(format!("<p>{} incident {path}</p>", words(9))),
        path => page(format!(
            "<p>{}</p>",
            words(path.len() + usize::from(path == "/2"))
        )),
    });
    let seen = press.crawl();
    assert_eq!(press.captured().len(), 5);
    // the last is the third to the byte, which its digest tells
    assert_eq!(
        (seen.new, seen.duplicates, seen.alike),
        (5, 1, 2),
        "{seen:?}"
    );
}
