//! Holds the stage `article` to its contract from outside.
