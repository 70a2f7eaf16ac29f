#!/usr/bin/env python3
"""Writes WARC files as others do, and what warcio finds in them, for `tests/it/archive/peer.rs` to compare with.

    warc.py FOLDER > expect.jsonl

FOLDER receives the files; WARC files that lie there already are compared too. A line a record: file, place,
type, URL, HTTP status and the SHA-1 of the payload as it was meant.
"""

import base64
import gzip
import hashlib
import io
import json
import pathlib
import sys
import zlib

from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

TEXT = "<html><body><p>Convention de jumelage, اتفاقية توأمة.</p></body></html>\n".encode() * 40


def chunked(body, size=1000):
    """The body in chunks, as HTTP sends it."""
    parts = (body[at : at + size] for at in range(0, len(body), size))
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


def deflated(body):
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


PAYLOADS = [
    ([], TEXT),
    ([], b""),
    ([("Content-Encoding", "gzip")], gzip.compress(TEXT)),
    ([("Content-Encoding", "deflate")], zlib.compress(TEXT)),
    ([("Content-Encoding", "deflate")], deflated(TEXT)),
    ([("Transfer-Encoding", "chunked")], chunked(TEXT)),
    ([("Transfer-Encoding", "chunked"), ("Content-Encoding", "gzip")], chunked(gzip.compress(TEXT))),
    # It says so and is not.
    ([("Transfer-Encoding", "chunked")], TEXT),
    ([("Content-Encoding", "gzip")], TEXT),
    ([], b"WARC/1.0\r\nWARC-Type: response\r\n\r\n" * 3),
]


def fill(writer):
    """Every kind of record."""
    writer.write_record(writer.create_warcinfo_record("peer.warc", {"software": "warcio"}))
    for number, (headers, payload) in enumerate(PAYLOADS):
        url = f"http://peer.example/{number}?q=é"
        headers = [("Content-Type", "text/html; charset=utf-8"), *headers]
        http = StatusAndHeaders("200 OK", headers, protocol="HTTP/1.1")
        response = writer.create_warc_record(url, "response", payload=io.BytesIO(payload), http_headers=http)
        asked = StatusAndHeaders("GET / HTTP/1.1", [("Host", "peer.example")], is_http_request=True)
        request = writer.create_warc_record(url, "request", http_headers=asked)
        writer.write_request_response_pair(request, response)
        writer.write_record(writer.create_revisit_record(url, "sha1:AAAA", url, "2024-05-30T10:24:00Z", http_headers=http))
    gone = StatusAndHeaders("404 Not Found", [], protocol="HTTP/1.0")
    writer.write_record(writer.create_warc_record("http://peer.example/gone", "response", payload=io.BytesIO(b"no"), http_headers=gone))
    for kind in ("resource", "metadata", "conversion"):
        record = writer.create_warc_record("http://peer.example/x", kind, payload=io.BytesIO(TEXT), warc_content_type="text/plain")
        writer.write_record(record)


def write(folder):
    for version in ("WARC/1.0", "WARC/1.1"):
        for packed in (True, False):
            name = f"peer-{version[-3:]}.warc" + (".gz" if packed else "")
            with open(folder / name, "wb") as out:
                fill(WARCWriter(out, gzip=packed, warc_version=version))


def records(path):
    with open(path, "rb") as stream:
        iterator = ArchiveIterator(stream)
        for record in iterator:
            try:
                payload = record.content_stream().read()
            except Exception:
                payload = None
            digest = None if payload is None else base64.b32encode(hashlib.sha1(payload).digest()).decode()
            # A length is known once the record was read.
            yield {
                "file": str(path),
                "offset": iterator.get_record_offset(),
                "length": iterator.get_record_length(),
                "type": record.rec_type,
                "url": record.rec_headers.get_header("WARC-Target-URI"),
                "status": int(record.http_headers.get_statuscode()) if record.rec_type == "response" and record.http_headers else None,
                "digest": digest,
            }


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    write(folder)
    for path in sorted([*folder.rglob("*.warc"), *folder.rglob("*.warc.gz")]):
        rows = []
        try:
            for row in records(path):
                rows.append(row)
        except Exception as error:
            # What warcio refuses it cannot be compared with.
            print(f"{path}: warcio: {error}", file=sys.stderr)
            continue
        for row in rows:
            print(json.dumps(row))


if __name__ == "__main__":
    main()
