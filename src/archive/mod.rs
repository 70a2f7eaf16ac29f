//! Turns captures into WARC files, and back.
