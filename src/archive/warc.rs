//! Turns one record into one gzip member, with its digests and its identity.
//!
//! Each member carries the `sl` extra field that the WARC drafts describe: its packed and
//! unpacked length, so that a file is walked record by record without unpacking it.

use std::fmt::Write as _;
use std::io::Write as _;

use data_encoding::BASE32;
use flate2::{Compression, GzBuilder};
use sha1::{Digest, Sha1};

/// The gzip extra field before its lengths are known: `sl`, eight bytes, two lengths.
const SKIP: [u8; 12] = [b's', b'l', 8, 0, 0, 0, 0, 0, 0, 0, 0, 0];
/// Where in a member the packed length stands: after the fixed header, the size of the extra field and `sl`.
const PACKED_AT: usize = 16;
/// The first bytes of every member that [`member`] writes: gzip, deflate, an extra field.
pub(super) const MAGIC: [u8; 4] = [0x1f, 0x8b, 8, 4];
/// How hard a member is packed: the press packs 5 % larger than by the usual 6, in half of the time.
const LEVEL: Compression = Compression::new(4);
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

/// One record as one gzip member. `fields` lack block digest and length, which are added.
pub(super) fn member(fields: &[(&str, &str)], block: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut head = "WARC/1.1\r\n".to_owned();
    for (name, value) in fields {
        // a `String` takes whatever is written to it
        let _ = write!(head, "{name}: {}\r\n", one_line(value));
    }
    let _ = write!(
        head,
        "WARC-Block-Digest: sha1:{}\r\nContent-Length: {}\r\n\r\n",
        digest(block),
        block.len()
    );
    let unpacked = head.len() + block.len() + 4;
    let mut gzip = GzBuilder::new().extra(SKIP).write(Vec::new(), LEVEL);
    gzip.write_all(head.as_bytes())?;
    gzip.write_all(block)?;
    gzip.write_all(b"\r\n\r\n")?;
    let mut member = gzip.finish()?;
    let packed = member.len();
    // a length that does not fit stays 0: the reader then unpacks the member to find its end
    if let (Ok(packed), Ok(unpacked)) = (u32::try_from(packed), u32::try_from(unpacked)) {
        member[PACKED_AT..PACKED_AT + 4].copy_from_slice(&packed.to_le_bytes());
        member[PACKED_AT + 4..HEAD].copy_from_slice(&unpacked.to_le_bytes());
    }
    Ok(member)
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
