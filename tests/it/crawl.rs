//! Holds the stage `crawl` to its contract from outside.

mod robots;
