//! Measures how fast pages become articles, beside a bare parse of the same pages in the same run.
//!
//! The pages of `corpus/pages` are padded to the size of real ones: 150 KB, half of it script and style.

use std::hint::black_box;
use std::io::Write;
use std::path::PathBuf;
use std::time::Instant;

use sihafa::article::{self, Page};

/// Bytes of a padded page.
const SIZE: usize = 150_000;
/// Times that every page is read.
const ROUNDS: usize = 30;

/// The program's.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::io::Result<()> {
    let pages = pages()?;
    let bytes: usize = pages.iter().map(String::len).sum();
    if let Some(folder) = folder() {
        for (at, page) in pages.iter().enumerate() {
            std::fs::write(folder.join(format!("{at}.html")), page)?;
        }
    }
    let mut out = std::io::stdout().lock();
    let (mut parse, mut read) = (f64::MAX, f64::MAX);
    // By turns, so that whatever else the machine does slows both; the best round is the least disturbed.
    for _ in 0..ROUNDS {
        parse = parse.min(seconds(&pages, |page| {
            black_box(scraper::Html::parse_document(page));
        }));
        read = read.min(seconds(&pages, |page| {
            black_box(article::read(&Page {
                bytes: page.as_bytes(),
                url: Some("https://a.example/2024/05/12/b"),
                ..Page::default()
            }));
        }));
    }
    let mut row = |name: &str, seconds: f64| {
        let (each, size) = (pages.len() as f64 / seconds, bytes as f64 / seconds / 1e6);
        writeln!(out, "{name:<14} {each:>7.0} pages/s {size:>7.1} MB/s")
    };
    row("scraper parse", parse)?;
    row("article::read", read)?;
    writeln!(out, "speed of a bare parse: {:.2}", parse / read)
}

/// Where `--pages DIR` asks for the padded pages, so that others are measured on the same.
fn folder() -> Option<PathBuf> {
    let mut arguments = std::env::args().skip_while(|argument| argument != "--pages");
    arguments.nth(1).map(PathBuf::from)
}

/// Seconds that all pages take once.
fn seconds(pages: &[String], mut read: impl FnMut(&str)) -> f64 {
    let start = Instant::now();
    for page in pages {
        read(page);
    }
    start.elapsed().as_secs_f64()
}

fn pages() -> std::io::Result<Vec<String>> {
    let mut pages = Vec::new();
    for entry in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/corpus/pages"))? {
        let path = entry?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "html")
        {
            pages.push(pad(&String::from_utf8_lossy(&std::fs::read(path)?)));
        }
    }
    pages.sort();
    Ok(pages)
}

/// Half of the size in scripts and styles, the other half in furniture such as menus and cards.
fn pad(page: &str) -> String {
    const SCRIPT: &str = "<script>window.dataLayer=window.dataLayer||[];function gtag(){dataLayer.push(arguments)}if(a<b){c('<div>')}</script>\n";
    const STYLE: &str = "<style>.menu>li:hover{color:#333;background:url(data:image/png;base64,iVBORw0KGgo=)}</style>\n";
    const CARD: &str = "<div class=\"td-block-span12 related-card\" data-id=\"77123\" style=\"width:33%\"><div class=\"td-module-thumb\"><a href=\"/sante/2024/05/un-article-voisin/\" rel=\"bookmark\" title=\"Un article voisin\"><img width=\"218\" height=\"150\" src=\"/wp-content/uploads/2024/05/image-218x150.jpg\" srcset=\"/a.jpg 218w, /b.jpg 436w\" alt=\"\"/></a></div><div class=\"item-details\"><h3 class=\"entry-title\"><a href=\"/sante/2024/05/un-article-voisin/\">Un article voisin du premier</a></h3><span class=\"td-post-date\"><time class=\"entry-date\" datetime=\"2024-05-11T10:00:00+01:00\">11 mai 2024</time></span></div></div>\n";
    let half = SIZE / 2;
    let weight = (SCRIPT.to_owned() + STYLE).repeat(half / (SCRIPT.len() + STYLE.len()));
    let cards = CARD.repeat(half.saturating_sub(page.len()) / CARD.len());
    let (head, body) = page.split_once("</head>").unwrap_or(("", page));
    let (body, end) = body.rsplit_once("</body>").unwrap_or((body, ""));
    format!("{head}{weight}</head>{body}<aside>{cards}</aside></body>{end}")
}
