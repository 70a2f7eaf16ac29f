#!/usr/bin/env python3
"""Learns the weights of `patterns/lexicons/{fr,ar}/topic.tsv` from the articles of this folder.

    corpus/topic/learn.py          learns, says how many articles are right, writes the weights
    corpus/topic/learn.py --check  the same without writing

A logistic model over classes of cues (the `id` of a row; for an institution of the gazetteer the class
that `topic_scale.tsv` gives its type): an article is about health as far as

    logistic(bias + sum over cues of weight / sqrt(words))

goes, where what stands in the title counts `title` times, words included. The rows that are marked
`held_out` are scored and never learnt from. Words are read as `src/rules` reads them, near enough
for learning; `tests/it/extract/topic.rs` holds the program itself to the same articles.
"""

import json
import math
import re
import sys
import unicodedata
from pathlib import Path

HERE = Path(__file__).parent
LEXICONS = HERE.parent.parent / "patterns" / "lexicons"
# Chosen on the learnt part alone, by leaving out a fifth of it at a time.
TITLE = 2
PENALTY = 0.002
# An article of health that is taken for another is lost to the reader; the other way costs a line.
MISSED = 1.5
STEPS = 600
RATE = 0.3

ARABIC = {"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ئ": "ي", "ة": "ه", "ؤ": "و"}
WORD = re.compile(r"(?:qu|jusqu|lorsqu|[ldjmtscn])'|[^\W_]+(?:'[^\W_]+)*")
PRONOUNS = ("ه", "ها", "هم", "هما", "هن", "نا", "ك", "كم", "ي")


def fold(source):
    source = source.replace("’", "'").replace("œ", "oe").replace("Œ", "oe")
    source = "".join(ARABIC.get(c, c) for c in source.replace("\u0640", ""))
    parts = unicodedata.normalize("NFKD", source)
    return "".join(c for c in parts if not unicodedata.combining(c)).lower()


def words(source):
    return WORD.findall(fold(re.sub(r"\b((?:[A-Z]\.)+[A-Z]?)", lambda m: m[0].replace(".", ""), source)))


def bare(word):
    """A word without ال, wherever it stands after a clitic."""
    for clitic in ("", "و", "ف", "ب", "ك"):
        if word.startswith(clitic + "ال") and len(word) - len(clitic) >= 5:
            return clitic + word[len(clitic) + 2 :]
    return word[1:] if word.startswith("لل") and len(word) >= 5 else word


def key_of(form, lang):
    return tuple(bare(word) if lang == "ar" else word for word in words(form))


def french(word):
    yield word
    if len(word) >= 4:
        if word[-1] in "sx":
            yield word[:-1]
            if word[-2] == "e":
                yield word[:-2]
        elif word[-1] == "e":
            yield word[:-1]
        if word.endswith("aux"):
            yield word[:-3] + "al"


def arabic(word, inside):
    """The words that a word may stand for; inside a name nothing is taken off its front but ال."""
    yield bare(word)
    stems = [word]
    if not inside:
        stems += [word[1:]] if word[0] in "وف" else []
        stems += [stem[1:] for stem in stems if stem[:1] in ("ب", "ل", "ك", "س")]
    for stem in stems:
        if len(stem) < 2:
            continue
        yield bare(stem)
        if stem[0] == "ل" and len(stem) >= 4:
            yield stem[1:]
        for pronoun in PRONOUNS:
            if stem.endswith(pronoun) and len(stem) - len(pronoun) >= 3:
                base = stem[: -len(pronoun)]
                yield base
                if base.endswith("ت"):
                    yield base[:-1] + "ه"


class Cues:
    def __init__(self, rows, lang):
        self.lang = lang
        self.classes = {key_of(form, lang): name for form, name in rows}
        self.starts = {key[:n] for key in self.classes for n in range(1, len(key) + 1)}

    def readings(self, word, inside):
        if self.lang == "fr":
            return set(french(word))
        if not inside and (bare(word),) in self.classes:
            return {bare(word)}
        return set(arabic(word, inside))

    def longest(self, tokens, at):
        best, open_ = None, [((), at)]
        while open_:
            key, end = open_.pop()
            if key in self.classes and (best is None or end > best[1]):
                best = self.classes[key], end
            if end < len(tokens):
                for reading in self.readings(tokens[end], bool(key)):
                    longer = key + (reading,)
                    if longer in self.starts:
                        open_.append((longer, end + 1))
        return best

    def found(self, source):
        tokens, at, hits = words(source), 0, []
        while at < len(tokens):
            best = self.longest(tokens, at)
            if best:
                hits.append((best[0], " ".join(tokens[at : best[1]])))
            at = best[1] if best else at + 1
        return hits, len(tokens)


def cues_of(article, cues):
    """The hits of each class over the root of the length, the title counted `TITLE` times."""
    counts, length = {}, 0
    for source, times in ((article["title"], TITLE), (article["text"], 1)):
        hits, size = cues.found(source)
        length += times * size
        for name, _ in hits:
            counts[name] = counts.get(name, 0) + times
    return {name: count / math.sqrt(max(length, 1)) for name, count in counts.items()}


def health(features, weights):
    score = weights["bias"] + sum(weights.get(name, 0.0) * x for name, x in features.items())
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, score))))


def learn(rows, classes):
    """Gradient descent on the mean log loss, with a quadratic penalty on all but the bias."""
    weights = dict.fromkeys([*classes, "bias"], 0.0)
    speed = dict.fromkeys(weights, 0.0)
    for _ in range(STEPS):
        slope = {name: PENALTY * value for name, value in weights.items()}
        slope["bias"] = 0.0
        for features, wanted in rows:
            error = (health(features, weights) - wanted) * (MISSED if wanted else 1) / len(rows)
            slope["bias"] += error
            for name, x in features.items():
                slope[name] += error * x
        for name in weights:
            speed[name] = 0.9 * speed[name] - RATE * slope[name]
            weights[name] += speed[name]
    return weights


def read(path):
    """The lines of a lexicon up to its column names, and its rows."""
    lines = path.read_text(encoding="utf-8").splitlines()
    head = next(at for at, line in enumerate(lines) if not line.startswith("#")) + 1
    return lines[:head], [line.split("\t") for line in lines[head:]]


def institutions(lang, classes):
    """The names of the gazetteer whose type is a cue, each with the class that its type counts as."""
    head, rows = read(LEXICONS / "shared" / "institutions.tsv")
    columns = head[-1].split("\t")
    for row in rows:
        cells = dict(zip(columns, row))
        names = [cells[f"name_{lang}"], *cells[f"aliases_{lang}"].split(" | ")]
        if cells["type"] in classes:
            yield from ((name, classes[cells["type"]]) for name in names if name)


def write(path, head, rows):
    lines = head + ["\t".join(row) for row in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def right(rows, weights):
    return sum((health(features, weights) >= 0.5) == wanted for features, wanted in rows)


def main():
    for lang in ("fr", "ar"):
        cue_head, cue_rows = read(LEXICONS / lang / "topic.tsv")
        scale_head, scale_rows = read(LEXICONS / lang / "topic_scale.tsv")
        classes = {row[1]: row[2].split()[0][6:] for row in scale_rows if "class=" in row[2]}
        cues = Cues([*institutions(lang, classes), *(row[:2] for row in cue_rows)], lang)
        articles = (HERE / f"{lang}.jsonl").read_text(encoding="utf-8").splitlines()
        parts = {False: [], True: []}
        for article in map(json.loads, articles):
            parts[article["held_out"]].append((cues_of(article, cues), article["health"]))
        weights = learn(parts[False], sorted({row[1] for row in cue_rows}))
        for name, value in sorted(weights.items(), key=lambda pair: -pair[1]):
            print(f"{lang}\t{name}\t{value:+.2f}")
        for part, name in ((False, "learnt"), (True, "held out")):
            print(f"{lang}\t{name}\t{right(parts[part], weights)} of {len(parts[part])} right")
        if "--check" in sys.argv[1:]:
            continue
        weights["title"] = TITLE
        for row in cue_rows:
            row[2] = f"weight={weights[row[1]]:.2f}"
        for row in scale_rows:
            name = classes.get(row[1], row[1])
            row[2] = f"class={name} " * (row[1] in classes) + f"weight={weights[name]:.2f}"
        write(LEXICONS / lang / "topic.tsv", cue_head, cue_rows)
        write(LEXICONS / lang / "topic_scale.tsv", scale_head, scale_rows)


if __name__ == "__main__":
    main()
