"""Measures dateparser and spaCy's EntityRuler on the text of benches/extract.rs, beside our own numbers.

Reads fr.txt, ar.txt and ours.txt from the folder that it is given; prints MB/s on one core, and ratios.
"""

import csv
import pathlib
import sys
import time

import dateparser.search
import spacy

ROOT = pathlib.Path(__file__).resolve().parents[2]

# Slow readers get the beginning of the text: their speed does not depend on its length.
SHARE = {"dateparser": 50_000, "spaCy": 1_000_000}


def main():
    folder = pathlib.Path(sys.argv[1])
    ours = dict(read_ours(folder / "ours.txt"))
    for lang in ("fr", "ar"):
        paragraphs = (folder / f"{lang}.txt").read_text(encoding="utf-8").split("\n\n")
        for name, (reader, stage) in peers(lang).items():
            speed = measure(paragraphs, SHARE[name], reader)
            row = f"{lang} {name:<12} {speed:>9.4f} MB/s"
            print(f"{row}   {stage}: {ours[lang, stage] / speed:>7.0f} times as fast", flush=True)


def peers(lang):
    ruler = entity_ruler(lang)
    return {
        "dateparser": (
            lambda text: dateparser.search.search_dates(text, languages=[lang]),
            "tokens, numbers, dates",
        ),
        "spaCy": (ruler, "tokens, entries"),
    }


def entity_ruler(lang):
    """A blank pipeline with every form of the lexicons as a pattern."""
    pipeline = spacy.blank(lang)
    ruler = pipeline.add_pipe("entity_ruler", config={"phrase_matcher_attr": "LOWER"})
    forms = sorted(set(lexicon_forms(lang)))
    ruler.add_patterns([{"label": name, "pattern": form} for name, form in forms])
    return pipeline


def lexicon_forms(lang):
    for folder in (lang, "shared"):
        for path in sorted((ROOT / "patterns" / "lexicons" / folder).glob("*.tsv")):
            lines = path.read_text(encoding="utf-8").splitlines()
            rows = list(csv.reader((line for line in lines if not line.startswith("#")), delimiter="\t", quoting=csv.QUOTE_NONE))
            columns = rows[0] if rows else []
            wanted = [at for at, name in enumerate(columns) if name in ("form", f"name_{lang}")]
            for row in rows[1:]:
                yield from ((path.stem, row[at]) for at in wanted if at < len(row) and row[at])


def measure(paragraphs, share, reader):
    """MB/s over the paragraphs of the first `share` bytes; the first is read once before."""
    reader(paragraphs[0])
    read = 0
    begin = time.process_time()
    for paragraph in paragraphs:
        reader(paragraph)
        read += len(paragraph.encode())
        if read >= share:
            break
    return read / 1e6 / (time.process_time() - begin)


def read_ours(path):
    """Lines such as `fr tokens, numbers, dates     10.3 MB/s …`."""
    for line in path.read_text(encoding="utf-8").splitlines():
        words = line.split()
        if words[:1] in (["fr"], ["ar"]) and "MB/s" in words:
            at = words.index("MB/s")
            yield (words[0], " ".join(words[1 : at - 1])), float(words[at - 1])


if __name__ == "__main__":
    main()
