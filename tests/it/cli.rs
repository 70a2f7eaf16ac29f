//! Holds the stage `cli` to its contract from outside.
