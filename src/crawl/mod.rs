//! Turns sources into captures, politely.

pub mod robots;
