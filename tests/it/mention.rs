//! Holds the stage `mention` to its contract from outside.
