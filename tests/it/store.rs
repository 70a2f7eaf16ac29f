//! Holds the stage `store` to its contract from outside.
