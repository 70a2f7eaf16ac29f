//! Times dom_smoothie on the pages of a folder: prints the seconds of its best round.

use std::hint::black_box;
use std::time::Instant;

use dom_smoothie::Readability;

/// Times that every page is read.
const ROUNDS: usize = 10;

fn main() {
    let folder = std::env::args().nth(1).expect("the folder of the pages");
    let pages: Vec<String> = std::fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| std::fs::read_to_string(entry.expect("an entry").path()).expect("a page"))
        .collect();
    let mut best = f64::MAX;
    for _ in 0..ROUNDS {
        let start = Instant::now();
        for page in &pages {
            let article = Readability::new(page.as_str(), None, None)
                .and_then(|mut reader| reader.parse());
            // A page that it finds no article on takes its time, too.
            let _ = black_box(article);
        }
        best = best.min(start.elapsed().as_secs_f64());
    }
    println!("{best}");
}
