#!/usr/bin/env python3
"""Writes what feedparser reads in a folder of feeds, a line a file, for `tests/it/crawl/feeds.rs` to compare with.

    feeds.py FOLDER > expect.jsonl

Titles are given as text, dates as seconds since 1970 in UTC. Test files of feedparser name their HTTP headers
in a comment; those are honoured.
"""

import calendar
import json
import pathlib
import re
import sys
from html.parser import HTMLParser
from urllib.parse import urljoin

import feedparser

BASE = "http://feeds.example/folder/feed.xml"
HEADER = re.compile(rb"^\s*Header:\s*([^:]+?)\s*:\s*(.+?)\s*$", re.M)


class Text(HTMLParser):
    """Collects what a reader would see."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.parts, self.hidden = [], 0

    def handle_starttag(self, tag, attrs):
        self.hidden += tag in ("script", "style")

    def handle_endtag(self, tag):
        self.hidden -= tag in ("script", "style") and self.hidden > 0

    def handle_data(self, text):
        if not self.hidden:
            self.parts.append(text)


def plain(title):
    """Text of a title that may hold HTML, on one line."""
    text = Text()
    text.feed(title)
    text.close()
    return " ".join("".join(text.parts).split())


def seconds(entry):
    """The date of publication, else of the last change."""
    for key in ("published_parsed", "created_parsed", "updated_parsed"):
        # `get` of feedparser gives one for another.
        if dict.get(entry, key):
            return calendar.timegm(dict.get(entry, key))
    return None


def main():
    folder = pathlib.Path(sys.argv[1])
    for path in sorted(folder.rglob("*.xml")):
        content = path.read_bytes()
        headers = {name.decode().lower(): value.decode() for name, value in HEADER.findall(content[:2000])}
        sent = {"content-location": urljoin(BASE, headers.get("content-location", "")), "content-type": headers.get("content-type", "application/xml")}
        try:
            feed = feedparser.parse(content, response_headers=sent)
        except Exception as error:
            print(f"{path}: feedparser: {error}", file=sys.stderr)
            continue
        entries = [
            {"title": plain(entry.get("title", "")), "link": entry.get("link"), "date": seconds(entry)}
            for entry in feed.entries
        ]
        row = {"file": str(path), "type": sent["content-type"], "base": sent["content-location"], "entries": entries}
        print(json.dumps(row))


if __name__ == "__main__":
    main()
