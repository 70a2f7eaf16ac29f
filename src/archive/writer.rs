//! Appends captures to the archive's files, so that a crash at any moment costs at most the record being written.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::capture::Capture;
use super::warc::Packer;
use super::{LISTING, Location, METADATA, files, http, repair, serial, warc};
use crate::error::{Error, Result};

/// The size in bytes at which a new file begins, where nothing else is said: 1 GB, as WARC 1.1 advises.
pub const ROLL_AT: u64 = 1_000_000_000;

/// The capture that a revisit record stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Original<'a> {
    /// The URL that it was fetched under.
    pub url: &'a str,
    /// When it was fetched.
    pub fetched: Timestamp,
    /// Digest of its body.
    pub digest: &'a str,
}

/// Writes one file at a time, which it holds locked; another writer in the folder takes another file.
#[derive(Debug)]
pub struct WarcWriter {
    folder: PathBuf,
    limit: u64,
    name: String,
    file: File,
    end: u64,
    packer: Packer,
}

impl WarcWriter {
    /// Opens the newest file of `folder` that has room, or begins one named after `now`. What a
    /// crash left of an unfinished record is cut off; whole records are never touched.
    ///
    /// # Errors
    /// The folder cannot be made, or no file opened in it.
    pub fn open(folder: &Path, limit: u64, now: Timestamp) -> Result<Self> {
        std::fs::create_dir_all(folder).map_err(|error| Error::io("create", folder, error))?;
        if let Some(newest) = files(folder)?.pop()
            && let Some((file, end)) = resume(&newest, limit)?
        {
            let name = newest.file_name().unwrap_or_default().to_string_lossy();
            let name = name.into_owned();
            let mut writer = Self {
                folder: folder.to_owned(),
                limit,
                name,
                file,
                end,
                packer: Packer::default(),
            };
            if end == 0 {
                writer.describe(now)?;
            }
            return Ok(writer);
        }
        let (name, file) = begin(folder, now)?;
        let mut writer = Self {
            folder: folder.to_owned(),
            limit,
            name,
            file,
            end: 0,
            packer: Packer::default(),
        };
        writer.describe(now)?;
        Ok(writer)
    }

    /// Appends the response and its request, where that is known, and hands both to the system. The
    /// location is the response's.
    ///
    /// # Errors
    /// The disk is full or refuses; the file then ends as before.
    pub fn append(&mut self, capture: &Capture) -> Result<Location> {
        self.append_known(capture, &capture.digest())
    }

    /// As [`WarcWriter::append`], where the digest of the body is known.
    ///
    /// # Errors
    /// As [`WarcWriter::append`].
    pub fn append_known(&mut self, capture: &Capture, digest: &str) -> Result<Location> {
        self.append_response(capture, digest, &[])
    }

    /// Appends a response that was read for its links, and says so: whoever reads the archive without the
    /// queue does not take it for an article.
    ///
    /// # Errors
    /// As [`WarcWriter::append`].
    pub fn append_listing(&mut self, capture: &Capture) -> Result<Location> {
        self.append_response(capture, &capture.digest(), &[(LISTING, "true")])
    }

    fn append_response(
        &mut self,
        capture: &Capture,
        digest: &str,
        marks: &[(&str, &str)],
    ) -> Result<Location> {
        let head = http::response_head(capture);
        let block = [head.as_bytes(), &capture.body];
        let payload = format!("sha1:{digest}");
        let mut fields = vec![
            ("WARC-Type", "response"),
            ("Content-Type", "application/http; msgtype=response"),
            ("WARC-Payload-Digest", &payload),
        ];
        if capture.truncated {
            fields.push(("WARC-Truncated", "length"));
        }
        fields.extend(marks);
        let (offset, length) = self.exchange(capture, &fields, block)?;
        Ok(Location {
            file: self.name.clone(),
            offset,
            length,
            digest: digest.to_owned(),
        })
    }

    /// Appends that the server answered as before: headers only. A 304 says so itself, any
    /// other status by the equal digest of the body, which is not stored again.
    ///
    /// # Errors
    /// As [`WarcWriter::append`].
    pub fn append_revisit(
        &mut self,
        capture: &Capture,
        original: &Original<'_>,
    ) -> Result<Location> {
        let profile = if capture.status == 304 {
            "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
        } else {
            "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
        };
        let payload = format!("sha1:{}", original.digest);
        let fetched = original.fetched.to_string();
        let fields = [
            ("WARC-Type", "revisit"),
            ("Content-Type", "application/http; msgtype=response"),
            ("WARC-Profile", profile),
            ("WARC-Payload-Digest", &payload),
            ("WARC-Refers-To-Target-URI", original.url),
            ("WARC-Refers-To-Date", &fetched),
        ];
        let head = http::response_head(capture);
        let (offset, length) = self.exchange(capture, &fields, [head.as_bytes(), &[]])?;
        Ok(Location {
            file: self.name.clone(),
            offset,
            length,
            digest: original.digest.to_owned(),
        })
    }

    /// Appends a file that no server sent: what was handed over. Of its headers `Content-Type` and
    /// [`METADATA`] are kept.
    ///
    /// # Errors
    /// As [`WarcWriter::append`].
    pub fn append_resource(&mut self, capture: &Capture) -> Result<Location> {
        if self.end >= self.limit {
            self.roll(capture.fetched)?;
        }
        let (offset, digest) = (self.end, capture.digest());
        let id = warc::record_id(&self.name, offset, "resource");
        let date = capture.fetched.to_string();
        let payload = format!("sha1:{digest}");
        let mut fields = vec![
            ("WARC-Type", "resource"),
            ("WARC-Record-ID", id.as_str()),
            ("WARC-Target-URI", &capture.url),
            ("WARC-Date", &date),
            ("WARC-Payload-Digest", &payload),
        ];
        fields.extend(
            ["Content-Type", METADATA]
                .into_iter()
                .filter_map(|name| Some((name, capture.header(name)?))),
        );
        let member = self.pack(&fields, [&capture.body, &[]])?;
        self.write(&member)?;
        Ok(Location {
            file: self.name.clone(),
            offset,
            length: member.len() as u64,
            digest,
        })
    }

    /// Waits until everything appended is on the disk.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn sync(&mut self) -> Result<()> {
        self.file
            .sync_data()
            .map_err(|error| Error::io("write", self.path(), error))
    }

    /// The name of the file that is written to, and how many bytes it has.
    pub fn end(&self) -> (&str, u64) {
        (&self.name, self.end)
    }

    fn path(&self) -> PathBuf {
        self.folder.join(&self.name)
    }

    /// Writes an answer and what was asked in one stroke; returns where the answer lies.
    fn exchange(
        &mut self,
        capture: &Capture,
        fields: &[(&str, &str)],
        block: [&[u8]; 2],
    ) -> Result<(u64, u64)> {
        if self.end >= self.limit {
            self.roll(capture.fetched)?;
        }
        let offset = self.end;
        let id = warc::record_id(&self.name, offset, "answer");
        let request_id = warc::record_id(&self.name, offset, "request");
        let date = capture.fetched.to_string();
        let address = capture.address.map(|address| address.to_string());
        let mut shared = vec![
            ("WARC-Target-URI", capture.url.as_str()),
            ("WARC-Date", &date),
        ];
        shared.extend(
            address
                .as_deref()
                .map(|address| ("WARC-IP-Address", address)),
        );
        let answer = [
            &[("WARC-Record-ID", id.as_str())],
            shared.as_slice(),
            fields,
        ]
        .concat();
        let asked = [
            shared.as_slice(),
            &[
                ("WARC-Record-ID", &request_id),
                ("WARC-Type", "request"),
                ("Content-Type", "application/http; msgtype=request"),
                ("WARC-Concurrent-To", &id),
            ],
        ]
        .concat();
        let mut members = self.pack(&answer, block)?;
        let length = members.len() as u64;
        if !capture.request_headers.is_empty() {
            let request = http::request(capture);
            members.extend(self.pack(&asked, [request.as_bytes(), &[]])?);
        }
        self.write(&members)?;
        Ok((offset, length))
    }

    fn pack(&mut self, fields: &[(&str, &str)], block: [&[u8]; 2]) -> Result<Vec<u8>> {
        let packed = self.packer.member(fields, block);
        packed.map_err(|error| Error::io("write", self.path(), error))
    }

    fn write(&mut self, members: &[u8]) -> Result<()> {
        let written = self.file.write_all(members);
        if let Err(error) = written {
            // a rest that stays nevertheless is cut off at the next opening
            let _ = self.file.set_len(self.end);
            return Err(Error::io("write", self.path(), error));
        }
        self.end += members.len() as u64;
        Ok(())
    }

    fn roll(&mut self, now: Timestamp) -> Result<()> {
        self.sync()?;
        (self.name, self.file) = begin(&self.folder, now)?;
        self.end = 0;
        self.describe(now)
    }

    /// Opens a file with the record that says who wrote it, and how.
    fn describe(&mut self, now: Timestamp) -> Result<()> {
        let id = warc::record_id(&self.name, 0, "warcinfo");
        let (date, name) = (now.to_string(), self.name.clone());
        let fields = [
            ("WARC-Type", "warcinfo"),
            ("WARC-Record-ID", id.as_str()),
            ("WARC-Date", &date),
            ("WARC-Filename", &name),
            ("Content-Type", "application/warc-fields"),
        ];
        let block = format!(
            "software: sihafa/{}\r\nformat: WARC File Format 1.1\r\n\
             conformsTo: https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/\r\n\
             description: bodies are stored decoded\r\n",
            env!("CARGO_PKG_VERSION")
        );
        let member = self.pack(&fields, [block.as_bytes(), &[]])?;
        self.write(&member)
    }
}

/// Takes up a file again: locked, cut to its whole records. Nothing where another writer has it,
/// it is full, or damaged elsewhere than at its end.
fn resume(path: &Path, limit: u64) -> Result<Option<(File, u64)>> {
    let failed = |error| Error::io("open", path, error);
    let file = OpenOptions::new()
        .read(true)
        .append(true)
        .open(path)
        .map_err(failed)?;
    if matches!(file.try_lock(), Err(TryLockError::WouldBlock)) {
        return Ok(None);
    }
    match repair::whole_end(&file).map_err(failed)? {
        Some(end) if end < limit => {
            file.set_len(end).map_err(failed)?;
            Ok(Some((file, end)))
        }
        _ => Ok(None),
    }
}

/// A new file under the next serial, locked.
fn begin(folder: &Path, now: Timestamp) -> Result<(String, File)> {
    let last = files(folder)?;
    let last = last
        .last()
        .and_then(|path| serial(path.file_name()?.to_str()?));
    let mut next = last.map_or(0, |last| last + 1);
    loop {
        let name = format!("sihafa-{}-{next:05}.warc.gz", now.strftime("%Y%m%d%H%M%S"));
        let path = folder.join(&name);
        match OpenOptions::new()
            .read(true)
            .append(true)
            .create_new(true)
            .open(&path)
        {
            Ok(file) if !matches!(file.try_lock(), Err(TryLockError::WouldBlock)) => {
                return Ok((name, file));
            }
            Err(error) if error.kind() != ErrorKind::AlreadyExists => {
                return Err(Error::io("create", &path, error));
            }
            _ => next += 1,
        }
    }
}
