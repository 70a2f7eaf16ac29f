//! Serves pages of our own in every charset that old papers use, declared, undeclared and wrongly declared.

use encoding_rs::{Encoding, ISO_8859_6, ISO_8859_15, UTF_8, WINDOWS_1252, WINDOWS_1256};
use sihafa::article::{self, Page};
use sihafa::record::Lang;

use crate::support::here;

/// A page of the corpus as text, without its own declaration.
fn page(name: &str) -> String {
    let text = std::fs::read_to_string(here("corpus/pages").join(name)).unwrap();
    text.replace("<meta charset=\"utf-8\">", "")
        .replace("<meta charset=\"UTF-8\">", "")
}

fn read(bytes: &[u8], content_type: Option<&str>, lang: Option<Lang>) -> String {
    let article = article::read(&Page {
        bytes,
        content_type,
        lang_hint: lang,
        ..Page::default()
    });
    article.text
}

/// Every encoding under every declaration gives the text that UTF-8 gives.
#[track_caller]
fn check(name: &str, lang: Lang, encodings: &[&'static Encoding]) {
    let source = page(name);
    for encoding in encodings {
        // What the charset lacks, a paper would not have written.
        let (bytes, _, _) = encoding.encode(&source);
        let expect = read(encoding.decode(&bytes).0.as_bytes(), None, None);
        for declared in [
            None,
            Some("text/html"),
            Some("text/html; charset=utf-8"),
            Some("text/html; charset=iso-8859-1"),
            Some("text/html; charset=windows-1256"),
            Some("text/html; charset=nonsense"),
        ] {
            for hint in [None, Some(lang)] {
                let found = read(&bytes, declared, hint);
                assert_eq!(
                    found,
                    expect,
                    "{name} in {} as {declared:?}",
                    encoding.name()
                );
            }
        }
    }
}

#[test]
fn arabic_pages_in_arabic_charsets() {
    for name in ["amp.html", "split.html", "aggregator.html"] {
        check(name, Lang::Ar, &[UTF_8, WINDOWS_1256, ISO_8859_6]);
    }
    check("bilingual.html", Lang::Ar, &[UTF_8, WINDOWS_1256]);
}

#[test]
fn french_pages_in_latin_charsets() {
    for name in [
        "wordpress.html",
        "drupal.html",
        "breaks.html",
        "cards.html",
        "spip.html",
    ] {
        check(name, Lang::Fr, &[UTF_8, WINDOWS_1252]);
    }
}

#[test]
fn utf16_and_stray_bytes() {
    for name in ["wordpress.html", "split.html"] {
        let source = page(name);
        let expect = read(source.as_bytes(), None, None);
        let little: Vec<u8> = source.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = source.encode_utf16().flat_map(u16::to_be_bytes).collect();
        for (bytes, mark) in [(&little, [0xFF, 0xFE]), (&big, [0xFE, 0xFF])] {
            assert_eq!(read(bytes, None, None), expect);
            assert_eq!(read(&[&mark[..], bytes].concat(), None, None), expect);
        }
        let at = source.find("<body").unwrap();
        let mut stray = source.into_bytes();
        stray.splice(at..at, [0xC3, b' ', 0x92]);
        assert_eq!(read(&stray, None, None), expect);
    }
}

/// Title and text of the articles of a language in the corpus, and of each only the first lines.
fn articles(lang: &str) -> Vec<String> {
    let path = here(&format!("corpus/facts/articles-{lang}.jsonl"));
    let lines = std::fs::read_to_string(path).unwrap();
    let mut pages = Vec::new();
    for line in lines.lines() {
        let row: serde_json::Value = serde_json::from_str(line).unwrap();
        let (title, text) = (
            row["title"].as_str().unwrap(),
            row["text"].as_str().unwrap(),
        );
        let page = |text: &str| {
            let paragraphs: Vec<_> = text.lines().map(|line| format!("<p>{line}</p>")).collect();
            format!(
                "<html><head>META<title>{title}</title></head><body><h1>{title}</h1>{}</body></html>",
                paragraphs.concat()
            )
        };
        pages.push(page(text));
        pages.push(page(text.lines().next().unwrap_or_default()));
    }
    pages
}

/// Serves articles in every encoding, declared rightly, wrongly, in the header or the page, or not at all.
fn serve(lang: Lang, encodings: &[&'static Encoding]) {
    const SAID: [&str; 8] = [
        "",
        "utf-8",
        "iso-8859-1",
        "windows-1252",
        "windows-1256",
        "iso-8859-6",
        "iso-8859-15",
        "x-unknown",
    ];
    let (mut served, mut wrong) = (0, Vec::new());
    for page in articles(lang.code()) {
        for encoding in encodings {
            // What the charset lacks, a paper would not have written.
            let (bytes, _, _) = encoding.encode(&page);
            let plain = encoding.decode(&bytes).0.replace("META", "");
            let expect = read(plain.as_bytes(), None, None);
            for said in SAID {
                let meta = page.replace("META", &format!("<meta charset=\"{said}\">"));
                let header = format!("text/html; charset={said}");
                let bare = page.replace("META", "");
                for (page, header) in [(&meta, None), (&bare, Some(header.as_str()))] {
                    let found = read(&encoding.encode(page).0, header, None);
                    served += 1;
                    if found != expect {
                        let at = found.chars().zip(expect.chars()).position(|(a, b)| a != b);
                        let shown: String = found.chars().skip(at.unwrap_or(0)).take(30).collect();
                        wrong.push(format!("{} as `{said}`: {shown}", encoding.name()));
                    }
                }
            }
        }
    }
    assert!(
        served > 500 && wrong.is_empty(),
        "{} of {served}\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn articles_of_the_corpus_in_every_charset() {
    serve(Lang::Fr, &[UTF_8, WINDOWS_1252, ISO_8859_15]);
    serve(Lang::Ar, &[UTF_8, WINDOWS_1256, ISO_8859_6]);
}
