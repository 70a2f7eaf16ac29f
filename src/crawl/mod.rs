//! Turns sources into captures, politely.

pub mod canonical;
pub mod discover;
pub mod robots;
