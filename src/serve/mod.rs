//! Turns index and store into a page and an API.
