//! Turns an article into facts with evidence: organisations, conventions, operations, dates.
