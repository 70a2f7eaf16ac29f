//! Turns sources into captures, politely.
