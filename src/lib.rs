//! Reads the French and Arabic health press of the Maghreb and answers who has an agreement with
//! whom, since when, and what came of it.
//!
//! The stages, in the order in which data flows and in which they are best read; each may use
//! those before it, never one after it:
//!
//! ```text
//! source ──crawl──▶ capture ──article──▶ article ──extract──▶ facts ──link──▶ dossier
//!                   archive (WARC)        text, rules, mention        index, dump, serve
//!                   store (SQLite)
//! ```
//!
//! Invariants: a [`record::fact::Span`] counts bytes of the article's original text until a
//! [`record::Record`] leaves the program; stages that read articles are total; `now` is an argument.

pub mod error;

pub mod record;

pub mod config;

pub mod text;

pub mod rules;

pub mod mention;

pub mod archive;

pub mod store;

pub mod crawl;

pub mod article;

pub mod extract;

pub mod link;

pub mod index;

pub mod dump;

pub mod run;

pub mod serve;

pub mod cli;
