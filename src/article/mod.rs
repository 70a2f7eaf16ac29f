//! Turns a capture into an article; a broken page gives a poorer one, never an error.

use jiff::Timestamp;
use sha2::{Digest, Sha256};
use unicode_normalization::{UnicodeNormalization, is_nfc};

use crate::mention::date::line::Setting;
use crate::record::{Article, Lang, PageKind};
use crate::text::lang;

mod attribute;
mod block;
mod body;
pub mod boilerplate;
mod charset;
mod element;
mod hint;
mod ld;
mod meta;
mod pick;
mod published;
mod scan;
mod source;
mod stamp;
mod strip;
mod walk;

/// Bytes of a page that are read; what follows is cut off.
pub const LIMIT: usize = 16 << 20;

/// A page as fetched.
#[derive(Clone, Copy, Default)]
pub struct Page<'a> {
    /// The body of the response.
    pub bytes: &'a [u8],
    /// Where it was fetched from.
    pub url: Option<&'a str>,
    /// The `Content-Type` header.
    pub content_type: Option<&'a str>,
    /// The language of the source: decides between charsets that the bytes leave open.
    pub lang_hint: Option<Lang>,
    /// When it was fetched: what pages count back from ("il y a 3 heures").
    pub fetched: Option<Timestamp>,
    /// Whether a block stands on several pages of the host; without it reading is pure.
    pub boilerplate: Option<&'a dyn Fn(&str) -> bool>,
}

/// Reads a page.
pub fn read(page: &Page) -> Article {
    let bytes = &page.bytes[..page.bytes.len().min(LIMIT)];
    let text = charset::decode(bytes, page.content_type, page.lang_hint);
    let stripped = strip::strip(&text);
    let tree = walk::read(&stripped.markup);
    let ld = ld::read(&stripped.json);
    let (title, heading) = meta::title(&tree, &ld);
    let body = body::find(&tree, heading);
    let blocks = pick::pick(&tree, &body, title.as_deref(), page.boilerplate);
    let (title, mut blocks) = headline(&tree, title, heading, blocks);
    let signed = signature(&tree, &mut blocks);
    let text = nfc(join(&tree, &blocks));
    let place = place(&blocks, heading, body.runs[0].start);
    let lang = language(
        &text,
        title.as_deref(),
        tree.lang.as_deref(),
        page.lang_hint,
    );
    let setting = Setting {
        month_first: lang == "en",
        seen: page.fetched.and_then(published::local),
    };
    let days = published::read(&tree, &ld, page.url, place, setting);
    let near = place.title.saturating_sub(6)..place.last + 6;
    let byline = meta::byline(&tree, &ld, near, signed.as_deref());
    let source = source::read(&text, byline.as_deref());
    let url = meta::canonical(&tree, page.url);
    let kind = kind(&tree, &body, &text, ld.paid);
    Article {
        id: id(url.as_deref(), &text),
        url,
        lang,
        title: title.map(nfc),
        byline: byline.map(nfc),
        agency: source.agency.map(str::to_owned),
        dateline: source.place,
        // A list has the days of what it lists, none of its own.
        published: days.published.filter(|_| kind != PageKind::List),
        modified: days.modified,
        kind,
        text,
        ..Article::default()
    }
}

/// Where no heading holds the title and what `title` says is not in the text, a first short line is the headline:
/// old sites give every page the name of the paper.
fn headline(
    tree: &block::Page,
    title: Option<String>,
    heading: Option<usize>,
    mut blocks: Vec<usize>,
) -> (Option<String>, Vec<usize>) {
    let first = blocks.first().map(|&at| &tree.blocks[at]);
    let line = first.filter(|block| {
        (12..150).contains(&block.letters) && !body::ends_sentence(&block.text) && blocks.len() > 1
    });
    let is_heading = |at: usize| matches!(tree.blocks[at].tag, block::Tag::Heading(_));
    let Some(line) = line.filter(|_| !heading.is_some_and(is_heading)) else {
        return (title, blocks);
    };
    let rest = join(tree, &blocks[1..]);
    if title
        .as_deref()
        .is_some_and(|title| meta::speaks_of(title, &rest))
    {
        return (title, blocks);
    }
    blocks.remove(0);
    (Some(line.text.clone()), blocks)
}

/// Takes the name under an article off its text: a last line of nothing but a name with capitals, or the
/// line after it.
fn signature(tree: &block::Page, blocks: &mut Vec<usize>) -> Option<String> {
    let last = *blocks.last().filter(|_| blocks.len() > 2)?;
    let is_name = |at: &usize| {
        tree.blocks.get(*at).is_some_and(|block| {
            block.text.starts_with(char::is_uppercase)
                && block.tag != block::Tag::Entry
                && block.linked == 0
                && meta::is_name(&block.text)
        })
    };
    let at = [last, last + 1].into_iter().find(is_name)?;
    blocks.retain(|block| *block != at);
    Some(tree.blocks[at].text.clone())
}

/// Stable key of an article: 16 hexadecimal digits of its canonical URL where there is one, else of its text.
pub fn id(url: Option<&str>, text: &str) -> String {
    let digest = Sha256::digest(url.unwrap_or(text).as_bytes());
    data_encoding::HEXLOWER.encode(&digest[..8])
}

/// One line a block; lines that a single `<br>` cut in the middle of a sentence are one again.
fn join(tree: &block::Page, blocks: &[usize]) -> String {
    let mut text = String::new();
    for &at in blocks {
        let block = &tree.blocks[at];
        if !text.is_empty() {
            let last = text.rsplit('\n').next().unwrap_or_default();
            let runs_on = block.soft
                && !body::ends_sentence(last)
                && (block.text.starts_with(char::is_lowercase)
                    || (last.len() > 120 && !last.is_ascii()));
            text.push(if runs_on { ' ' } else { '\n' });
        }
        text.push_str(&block.text);
    }
    text
}

fn nfc(text: String) -> String {
    if is_nfc(&text) {
        text
    } else {
        text.nfc().collect()
    }
}

/// Where title and body stand. A path of sections above the title may have passed for the first block.
fn place(blocks: &[usize], heading: Option<usize>, start: usize) -> published::Place {
    let first = blocks.first().copied().unwrap_or(start);
    let title = heading.filter(|at| *at <= first + 2).unwrap_or(first);
    let below = blocks.iter().copied().find(|at| *at > title);
    published::Place {
        title,
        first: if title > first {
            below.unwrap_or(first)
        } else {
            first
        },
        last: blocks.last().map_or(first, |last| last + 1),
    }
}

/// The language of most letters, block by block; the title, the page's own word and the source's where the text is silent.
fn language(text: &str, title: Option<&str>, said: Option<&str>, hint: Option<Lang>) -> String {
    let mut votes: Vec<(&'static str, usize)> = Vec::new();
    let mut read = 0;
    for line in text.lines().filter(|line| line.len() > 60) {
        let weight = line.len().min(2000);
        if let Some(found) = lang::detect(line) {
            match votes.iter_mut().find(|vote| vote.0 == found) {
                Some(vote) => vote.1 += weight,
                None => votes.push((found, weight)),
            }
        }
        read += weight;
        if read > 4000 {
            break;
        }
    }
    let most = votes
        .into_iter()
        .max_by_key(|vote| vote.1)
        .map(|vote| vote.0);
    most.or_else(|| lang::detect(text))
        .or_else(|| title.and_then(lang::detect))
        .map(str::to_owned)
        .or_else(|| said.map(|said| said.chars().take(2).collect::<String>().to_lowercase()))
        .or_else(|| hint.map(|hint| hint.code().to_owned()))
        .unwrap_or_default()
}

/// One article, a list of them, or the beginning of one.
fn kind(tree: &block::Page, body: &body::Body, text: &str, paid: bool) -> PageKind {
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let headlines = tree
        .blocks
        .iter()
        .filter(|block| {
            !body.noisy[block.frame] && block.linked >= 20 && block.linked == block.letters
        })
        .count();
    if paid && letters < 1500 {
        PageKind::Stub
    } else if letters < 150 && headlines >= 6 {
        PageKind::List
    } else {
        PageKind::Article
    }
}
