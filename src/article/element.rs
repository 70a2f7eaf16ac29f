//! Turns an element's name and attributes into how it stands among others and what its author says of it.

use std::hash::{Hash, Hasher};

use rustc_hash::FxHasher;
use scraper::node::Element;

use super::block::Tag;
use super::hint::{self, Hint};

/// How an element stands among others.
pub(super) enum Shape {
    /// Within a line.
    Inline,
    /// A block of text; a frame only where its names say something.
    Text(Tag),
    /// Holds blocks.
    Frame(Tag),
    /// Neither holds text of the page nor breaks a line.
    Outside,
}

/// How an element of that name stands.
pub(super) fn shape(name: &str) -> Shape {
    match name {
        "p" => Shape::Text(Tag::Paragraph),
        "h1" => Shape::Text(Tag::Heading(1)),
        "h2" => Shape::Text(Tag::Heading(2)),
        "h3" => Shape::Text(Tag::Heading(3)),
        "h4" | "h5" | "h6" => Shape::Text(Tag::Heading(4)),
        "li" | "dt" | "dd" => Shape::Frame(Tag::Entry),
        "td" | "th" => Shape::Frame(Tag::Cell),
        "blockquote" => Shape::Frame(Tag::Quote),
        "pre" => Shape::Text(Tag::Plain),
        "figcaption" | "caption" => Shape::Frame(Tag::Caption),
        "nav" | "aside" | "footer" | "form" | "menu" | "dialog" | "fieldset" => {
            Shape::Frame(Tag::Furniture)
        }
        "header" | "hgroup" => Shape::Frame(Tag::Header),
        "article" | "main" => Shape::Frame(Tag::Main),
        "span" | "a" | "time" | "abbr" | "label" | "relative-time" | "time-ago" => Shape::Inline,
        "html" | "head" | "title" | "meta" | "link" | "br" | "hr" => Shape::Outside,
        // Elements of other vocabularies: Word's `o:p`.
        name if name.contains(':') => Shape::Inline,
        _ => Shape::Frame(Tag::Box),
    }
}

/// A digest of an element's classes; 0 where it has none.
pub(super) fn class_digest(element: &Element) -> u64 {
    let Some(class) = element.attr("class") else {
        return 0;
    };
    let mut hasher = FxHasher::default();
    class.hash(&mut hasher);
    hasher.finish()
}

/// What classes, id, microdata and role say.
pub(super) fn hint_of(element: &Element) -> Hint {
    let mut hint = Hint::default();
    for (name, value) in &element.attrs {
        let said = match &*name.local {
            "class" | "id" => hint::of_names(value),
            "itemprop" => hint::of_property(value),
            "hidden" => Hint::HIDDEN,
            "aria-hidden" if value.trim() == "true" => Hint::HIDDEN,
            "role" if matches!(value.trim(), "navigation" | "complementary" | "contentinfo") => {
                Hint::NOISE
            }
            _ => Hint::default(),
        };
        hint = hint.and(said);
    }
    hint
}
