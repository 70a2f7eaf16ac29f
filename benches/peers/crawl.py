#!/usr/bin/env python3
"""Compares `sihafa crawl` with Scrapy on one loopback site: pages per second of processor, and peak memory.

    python3 -m venv venv && venv/bin/pip install scrapy warcio
    cargo build --release && cargo bench --bench crawl --no-run
    venv/bin/python benches/peers/crawl.py target/release/sihafa target/release/deps/crawl-* [PAGES]

`sihafa` obeys robots.txt, commits every link, tells charsets, spells addresses, takes a SimHash of every page,
and writes WARC with digests.
Scrapy runs twice: bare (robots.txt and the text of each page, nothing kept), and with what makes it do the
same: a queue on disk, canonical addresses, a SimHash of the words, and WARC by warcio.
"""

import os
import pathlib
import subprocess
import sys
import tempfile

SPIDER = '''
import hashlib, io, os, re
import scrapy
from scrapy.crawler import CrawlerProcess
from w3lib.url import canonicalize_url
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

ALL, SITE, OUT = os.environ["ALL"] == "1", os.environ["SITE"], os.environ["OUT"]

def simhash(text):
    words = re.findall(r"\\w+", text.lower())
    sums = [0] * 64
    for shingle in set(zip(words, words[1:], words[2:])):
        value = int.from_bytes(hashlib.blake2b(" ".join(shingle).encode(), digest_size=8).digest(), "big")
        for bit in range(64):
            sums[bit] += 1 if value >> bit & 1 else -1
    return sum(1 << bit for bit in range(64) if sums[bit] > 0)

class Spider(scrapy.Spider):
    name = "peer"
    start_urls = [f"http://{SITE}/feed"]
    pages = 0
    if ALL:
        warc = WARCWriter(open(os.path.join(OUT, "peer.warc.gz"), "wb"), gzip=True)

    def parse(self, response):
        for link in response.xpath("//link/text()").getall():
            url = response.urljoin(link)
            yield scrapy.Request(canonicalize_url(url) if ALL else url, callback=self.page)

    def page(self, response):
        text = response.text
        Spider.pages += 1
        if ALL:
            simhash(" ".join(response.xpath("//body//text()").getall()))
            headers = [(name.decode(), value.decode()) for name, values in response.headers.items() for value in values]
            record = self.warc.create_warc_record(response.url, "response", payload=io.BytesIO(response.body),
                http_headers=StatusAndHeaders("200 OK", headers, protocol="HTTP/1.1"))
            self.warc.write_record(record)

settings = {"ROBOTSTXT_OBEY": True, "LOG_LEVEL": "ERROR", "DOWNLOAD_DELAY": 0, "TELNETCONSOLE_ENABLED": False}
if ALL:
    settings["JOBDIR"] = os.path.join(OUT, "job")
process = CrawlerProcess(settings)
process.crawl(Spider)
process.start()
print(Spider.pages)
'''

CONFIG = """
[crawl]
contact = "mailto:bench@example.org"
delay = "0s"
sample = 1.0
articles_per_run = 1000000
resolve = {{ "bench.example" = "{site}" }}

[[source]]
id = "bench"
name = "Bench"
lang = "fr"
home = "http://bench.example/"
feeds = ["http://bench.example/feed"]
"""


def run(command, folder, environment=None):
    """Output, processor seconds and peak megabytes of a process."""
    with open(folder / "out", "w+b") as out:
        child = subprocess.Popen(command, cwd=folder, stdout=out, env={**os.environ, **(environment or {})})
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            sys.exit(f"{command[0]} ended with {child.returncode}")
        out.seek(0)
        return out.read().decode(), usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main():
    program, bench = (str(pathlib.Path(path).resolve()) for path in sys.argv[1:3])
    pages = int(sys.argv[3]) if len(sys.argv) > 3 else 3000
    good = True
    for shape in ("tags", "text"):
        server = subprocess.Popen([bench, "serve", shape, str(pages)], stdout=subprocess.PIPE, text=True)
        site = server.stdout.readline().strip()
        rows = {}
        try:
            for name in ("sihafa", "scrapy, all on", "scrapy, bare"):
                with tempfile.TemporaryDirectory() as folder:
                    folder = pathlib.Path(folder)
                    if name == "sihafa":
                        (folder / "sihafa.toml").write_text(CONFIG.format(site=site))
                        out, seconds, memory = run([program, "crawl"], folder)
                        fetched = int(out.split(" new")[0].split()[-1])
                    else:
                        (folder / "spider.py").write_text(SPIDER)
                        environment = {"SITE": site, "OUT": str(folder), "ALL": "1" if "all" in name else "0"}
                        out, seconds, memory = run([sys.executable, "spider.py"], folder, environment)
                        fetched = int(out)
                if fetched != pages:
                    sys.exit(f"{name}: {fetched} of {pages} pages")
                rows[name] = (pages / seconds, memory)
        finally:
            server.kill()
        ours = rows["sihafa"]
        for name, (speed, memory) in rows.items():
            ratio = f"{ours[0] / speed:5.1f} times, {ours[1] / memory:4.2f} of the memory" if name != "sihafa" else ""
            print(f"{shape:5} {name:15} {speed:7.0f} pages a second of processor, {memory:5.0f} MB  {ratio}")
        bare = rows["scrapy, bare"]
        good &= ours[0] >= 5 * bare[0] and ours[1] <= bare[1] / 2
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
