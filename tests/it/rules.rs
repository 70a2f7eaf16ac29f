//! Holds the stage `rules` to its contract from outside.
