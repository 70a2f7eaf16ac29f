//! Turns one record into one gzip member, with its digests and its identity.
//!
//! Each member carries the `sl` extra field that the WARC drafts describe: its packed and
//! unpacked length, so that a file is walked record by record without unpacking it.

use std::fmt::{self, Write as _};
use std::io::Write as _;

use data_encoding::BASE32;
use libdeflater::{CompressionLvl, Compressor, crc32};
use sha1::{Digest, Sha1};

/// What a gzip member with an extra field of [`SKIP`]'s length begins with: no time, no system, the usual effort.
const GZIP: [u8; 12] = [0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 255, SKIP.len() as u8, 0];
/// The gzip extra field before its lengths are known: `sl`, eight bytes, two lengths.
const SKIP: [u8; 12] = [b's', b'l', 8, 0, 0, 0, 0, 0, 0, 0, 0, 0];
/// Where in a member the packed length stands: after the fixed header, the size of the extra field and `sl`.
const PACKED_AT: usize = 16;
/// The first bytes of every member that [`Packer::member`] writes: gzip, deflate, an extra field.
pub(super) const MAGIC: [u8; 4] = [0x1f, 0x8b, 8, 4];
/// How hard a member is packed: the press packs 7 % larger than by zlib's usual 6, in a third of the time.
const LEVEL: i32 = 1;
/// Bytes at the start of a member that say how long it is.
pub(super) const HEAD: usize = PACKED_AT + 8;

/// SHA-1 in base32, as WARC tools write it.
pub(super) fn digest(bytes: &[u8]) -> String {
    BASE32.encode(&Sha1::digest(bytes))
}

/// A record id that follows from where the record stands: the same archive is written the same way twice.
pub(super) fn record_id(file: &str, offset: u64, kind: &str) -> String {
    let hash = Sha1::digest(format!("{file}\n{offset}\n{kind}"));
    let mut bytes: [u8; 16] = std::array::from_fn(|at| hash[at]);
    bytes[6] = bytes[6] & 0x0f | 0x50;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let mut id = "<urn:uuid:".to_owned();
    for (at, byte) in bytes.iter().enumerate() {
        if matches!(at, 4 | 6 | 8 | 10) {
            id.push('-');
        }
        // a `String` takes whatever is written to it
        let _ = write!(id, "{byte:02x}");
    }
    id.push('>');
    id
}

/// Packs records; its tables are kept from one to the next.
pub(super) struct Packer {
    deflate: Compressor,
    plain: Vec<u8>,
}

impl Default for Packer {
    fn default() -> Self {
        let level = CompressionLvl::new(LEVEL).unwrap_or_default();
        Self {
            deflate: Compressor::new(level),
            plain: Vec::new(),
        }
    }
}

impl fmt::Debug for Packer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Packer").finish_non_exhaustive()
    }
}

impl Packer {
    /// One record as one gzip member. `fields` lack block digest and length, which are added; the block
    /// may come in two parts.
    pub(super) fn member(
        &mut self,
        fields: &[(&str, &str)],
        block: [&[u8]; 2],
    ) -> std::io::Result<Vec<u8>> {
        let plain = &mut self.plain;
        plain.clear();
        write!(plain, "WARC/1.1\r\n")?;
        for (name, value) in fields {
            write!(plain, "{name}: {}\r\n", one_line(value))?;
        }
        let [first, second] = block;
        let digest = Sha1::new().chain_update(first).chain_update(second);
        let digest = BASE32.encode(&digest.finalize());
        let length = first.len() + second.len();
        write!(
            plain,
            "WARC-Block-Digest: sha1:{digest}\r\nContent-Length: {length}\r\n\r\n"
        )?;
        for part in [first, second, b"\r\n\r\n"] {
            plain.extend_from_slice(part);
        }
        let mut member = self.gzip()?;
        let (packed, unpacked) = (member.len(), self.plain.len());
        // a length that does not fit stays 0: the reader then unpacks the member to find its end
        if let (Ok(packed), Ok(unpacked)) = (u32::try_from(packed), u32::try_from(unpacked)) {
            member[PACKED_AT..PACKED_AT + 4].copy_from_slice(&packed.to_le_bytes());
            member[PACKED_AT + 4..HEAD].copy_from_slice(&unpacked.to_le_bytes());
        }
        Ok(member)
    }

    fn gzip(&mut self) -> std::io::Result<Vec<u8>> {
        let begin = GZIP.len() + SKIP.len();
        let most = self.deflate.deflate_compress_bound(self.plain.len());
        let mut member = vec![0; begin + most];
        member[..GZIP.len()].copy_from_slice(&GZIP);
        member[GZIP.len()..begin].copy_from_slice(&SKIP);
        let packed = self
            .deflate
            .deflate_compress(&self.plain, &mut member[begin..])
            .map_err(std::io::Error::other)?;
        member.truncate(begin + packed);
        member.extend_from_slice(&crc32(&self.plain).to_le_bytes());
        // the length modulo 2³², as gzip has it
        member.extend_from_slice(&(self.plain.len() as u32).to_le_bytes());
        Ok(member)
    }
}

/// The length that a member says it has, from its first [`HEAD`] bytes.
pub(super) fn packed_length(head: &[u8]) -> Option<u64> {
    if head.len() < HEAD || head[..4] != MAGIC || head[12..16] != SKIP[..4] {
        return None;
    }
    let length = u32::from_le_bytes(head[PACKED_AT..PACKED_AT + 4].try_into().ok()?);
    (length > 0).then_some(u64::from(length))
}

/// A value that cannot end its header line early.
pub(super) fn one_line(value: &str) -> String {
    value.replace(['\r', '\n', '\0'], " ")
}
