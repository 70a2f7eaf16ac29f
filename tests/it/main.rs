//! The one integration binary: each stage's tests from outside, a module a stage.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

mod archive;
mod article;
mod cli;
mod corpus;
mod crawl;
mod extract;
mod floor;
mod foreign;
mod index;
mod link;
mod mention;
mod readers;
mod rules;
mod run;
mod store;
mod tidy;
