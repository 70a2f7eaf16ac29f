//! Holds the stage `crawl` to its contract from outside.

mod hostile;
mod regular;
mod robots;
mod site;
mod total;
mod unkillable;
