//! Counts and sums the bytes of a file while they are written.

use std::fs::File;
use std::io::{BufWriter, Result, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::Resource;
use crate::error::Error;

/// A file under way.
pub(super) struct Summed {
    out: BufWriter<File>,
    path: PathBuf,
    digest: Sha256,
    bytes: u64,
}

impl Summed {
    /// Begins a file.
    pub(super) fn create(path: &Path) -> crate::error::Result<Self> {
        let file = File::create_new(path).map_err(|error| Error::io("create", path, error))?;
        Ok(Self {
            out: BufWriter::with_capacity(1 << 16, file),
            path: path.to_owned(),
            digest: Sha256::new(),
            bytes: 0,
        })
    }

    /// What the system said of it.
    pub(super) fn failed(path: &Path) -> impl Fn(std::io::Error) -> Error {
        move |error| Error::io("write", path, error)
    }

    /// Waits until the file is on the disk, and says what it holds.
    pub(super) fn finish(
        mut self,
        name: &'static str,
        rows: u64,
    ) -> crate::error::Result<Resource> {
        let failed = Self::failed(&self.path);
        self.out.flush().map_err(&failed)?;
        self.out.get_ref().sync_all().map_err(&failed)?;
        let path = self.path.file_name().unwrap_or_default();
        Ok(Resource {
            name,
            path: path.to_string_lossy().into_owned(),
            rows,
            bytes: self.bytes,
            hash: data_encoding::HEXLOWER.encode(&self.digest.finalize()),
        })
    }
}

impl Write for Summed {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        let written = self.out.write(bytes)?;
        self.digest.update(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> Result<()> {
        self.out.flush()
    }
}
