//! Holds the stage `archive` to its contract from outside.
