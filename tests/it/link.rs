//! Holds the stage `link` to its contract from outside.
