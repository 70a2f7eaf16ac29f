//! Turns sources into captures, politely.

pub mod canonical;
pub mod cause;
pub mod discover;
pub mod fetch;
pub mod guard;
pub mod pace;
pub mod robots;
