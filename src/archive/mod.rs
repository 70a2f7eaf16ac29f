//! Turns captures into WARC files, and back; reads the WARC files of others too.
//!
//! The archive is a folder of files `sihafa-<time>-<serial>.warc.gz`: WARC 1.1, one gzip member a
//! record, a `response` and its `request` for each fetch. It is ground state: the store can be
//! lost and built again from it. Bodies are kept decoded, so the headers that spoke of the
//! transfer stand under `X-Archive-Orig-…`; both readers here give them their names back.
//!
//! ```text
//! capture::Capture { url, fetched, status, headers, request_headers, body, truncated, address }
//!     .header(name) -> Option<&str>          .digest() -> String       sha1, base32
//! archive::Location { file, offset, length, digest }
//! archive::files(folder) -> Result<Vec<PathBuf>>                       in order of their making
//! archive::read_at(folder, &Location) -> Result<Capture>
//! writer::WarcWriter::open(folder, limit, now) -> Result<WarcWriter>   repairs a torn end
//!     .append(&Capture) -> Result<Location>                            handed to the system
//!     .append_known(&Capture, digest) -> Result<Location>              where that is known
//!     .append_listing(&Capture) -> Result<Location>                    marked as no article
//!     .append_revisit(&Capture, &Original) -> Result<Location>         headers only
//!     .append_resource(&Capture) -> Result<Location>                   a file that no server sent
//!     .sync() -> Result<()>                                            on the disk
//!     .end() -> (&str, u64)                                            file and bytes
//! reader::WarcReader::open(path, body_limit) / ::new(input, name, body_limit) -> Result<_>
//!     : Iterator<Item = Result<WarcRecord>>  .broken() -> u64
//! record::WarcRecord { kind, url, date, status, headers, body, truncated, extent, … }
//!     .into_capture() -> Option<Capture>     .location(file) -> Option<Location>
//! ```

use std::fs::File;
use std::io::{Seek, SeekFrom};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

pub mod capture;
mod http;
pub mod payload;
pub mod reader;
pub mod record;
mod repair;
mod stream;
mod warc;
pub mod writer;

use capture::Capture;
use reader::WarcReader;
use record::{Kind, WarcRecord};

/// The WARC field that carries what is known of a resource beside its bytes, as one JSON object.
/// Other tools that archive files write it under the same name.
pub const METADATA: &str = "WARC-JSON-Metadata";

/// The WARC field of our own that marks a response which was read for its links: a feed, a sitemap, a section.
pub const LISTING: &str = "WARC-Listing";

/// Where a capture lies in the archive.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Location {
    /// Name of the file inside the archive folder.
    pub file: String,
    /// First byte of the record's gzip member.
    pub offset: u64,
    /// Bytes of the member.
    pub length: u64,
    /// SHA-1 of the body in base32, as `WARC-Payload-Digest` has it behind `sha1:`.
    pub digest: String,
}

/// The WARC files of a folder, oldest first; none where the folder is not there yet.
///
/// # Errors
/// The folder cannot be listed.
pub fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(Error::io("list", folder, error)),
    };
    let mut found = Vec::new();
    for entry in entries {
        let path = entry
            .map_err(|error| Error::io("list", folder, error))?
            .path();
        if let Some(serial) = path.file_name().and_then(|name| serial(name.to_str()?)) {
            found.push((serial, path));
        }
    }
    found.sort();
    Ok(found.into_iter().map(|(_, path)| path).collect())
}

/// The number that orders the files of one archive, from a name such as `sihafa-20260101120000-00007.warc.gz`.
fn serial(name: &str) -> Option<u64> {
    let stem = name.strip_prefix("sihafa-")?.strip_suffix(".warc.gz")?;
    stem.rsplit_once('-')?.1.parse().ok()
}

/// Reads one capture back, with the headers of its request where they follow it.
///
/// # Errors
/// The file cannot be read, or holds no whole response at that place, or another body than the
/// digest says.
pub fn read_at(folder: &Path, location: &Location) -> Result<Capture> {
    let path = folder.join(&location.file);
    let mut file = File::open(&path).map_err(|error| Error::io("open", &path, error))?;
    file.seek(SeekFrom::Start(location.offset))
        .map_err(|error| Error::io("read", &path, error))?;
    let mut records = WarcReader::new(file, &path.display().to_string(), usize::MAX)?;
    let damaged = |message: &str| {
        Error::input(format!("{}:{}", path.display(), location.offset), message)
            .hint("the record is lost; fetch its URL again")
    };
    let response = records
        .next()
        .transpose()?
        .filter(|_| records.broken() == 0)
        .ok_or_else(|| damaged("no whole WARC record begins here"))?;
    let id = response.id.clone();
    let holds_body = response.kind != Kind::Revisit;
    let was_asked = response.kind != Kind::Resource;
    let mut capture = response
        .into_capture()
        .ok_or_else(|| damaged("the WARC record here is no response"))?;
    if holds_body && capture.digest() != location.digest {
        return Err(damaged("the body here is not the one that was archived"));
    }
    if was_asked
        && let Some(Ok(request)) = records.next()
        && belongs_to(&request, id.as_deref())
    {
        capture.request_headers = request.headers;
    }
    Ok(capture)
}

fn belongs_to(request: &WarcRecord, response: Option<&str>) -> bool {
    request.kind == Kind::Request
        && response.is_some()
        && request.concurrent_to.as_deref() == response
}
