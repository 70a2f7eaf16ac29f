//! Turns a capture into an article; a broken page gives a poorer one, never an error.

use crate::record::{Article, Lang};

mod block;
mod body;
mod boilerplate;
mod charset;
mod hint;
mod pick;
mod strip;

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
    /// Whether a block stands on several pages of the host; without it reading is pure.
    pub boilerplate: Option<&'a dyn Fn(&str) -> bool>,
}

/// Reads a page.
pub fn read(page: &Page) -> Article {
    let bytes = &page.bytes[..page.bytes.len().min(LIMIT)];
    let text = charset::decode(bytes, page.content_type, page.lang_hint);
    let stripped = strip::strip(&text);
    let tree = block::read(&stripped.markup);
    let body = body::find(&tree);
    let title = Some(tree.title.trim().to_owned());
    let picked = pick::pick(&tree, &body, title.as_deref(), page.boilerplate);
    let mut out = String::new();
    for at in picked.blocks {
        out.push_str(&tree.blocks[at].text);
        out.push('\n');
    }
    Article { title, text: out, ..Article::default() }
}
