//! Turns a configuration into one batch: crawl, read, extract, link, index, with a report.
