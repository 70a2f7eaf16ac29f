//! Holds the stage `extract` to its contract from outside.

mod operation;
mod topic;
