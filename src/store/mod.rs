//! Turns the queue, the articles, the facts and the runs into one SQLite file.
