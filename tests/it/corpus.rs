//! Holds the stage `corpus` to its contract from outside.
