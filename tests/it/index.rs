//! Holds the stage `index` to its contract from outside.
