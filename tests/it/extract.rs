//! Holds the stage `extract` to its contract from outside.

mod topic;
