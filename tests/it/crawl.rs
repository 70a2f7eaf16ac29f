//! Holds the stage `crawl` to its contract from outside.

mod alike;
mod archived;
mod corpus_press;
mod feeds;
mod focused;
mod hostile;
mod hostile_lists;
mod pace;
mod regular;
mod robots;
pub(crate) mod site;
mod total;
mod trouble;
mod unkillable;
