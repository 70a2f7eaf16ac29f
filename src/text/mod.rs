//! Turns a string into language, sentences, tokens and folded forms, in one coordinate system: bytes of the original.

pub mod fold;

pub mod lang;
