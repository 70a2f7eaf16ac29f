//! Turns tokens into numbers and dates, the typed spans that a page's date line and a sentence share.
