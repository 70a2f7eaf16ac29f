//! Holds the stage `archive` to its contract from outside.

mod others;
mod own;
mod peer;
mod shapes;
