#!/usr/bin/env python3
"""dumps.py SIHAFA DATA WORK: dumps DATA in every format to WORK and opens the files with other people's tools.

pandas and DuckDB read Parquet and CSV, and find in them what the JSON Lines say; Frictionless validates the
descriptors; Spark reads the Parquet where it is installed. Exits 1 at the first difference.
"""
import csv, hashlib, importlib.util, json, pathlib, subprocess, sys

import duckdb
import frictionless
import pandas

sihafa, data, work = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
TABLES = ["articles", "conventions", "partners", "operations", "dates", "dossiers"]


def dump(name, *options):
    folder = work / name
    subprocess.run([sihafa, "dump", "--data", data, "-o", folder, *options], check=True, stdout=subprocess.DEVNULL)
    for line in (folder / "SHA256SUMS").read_text().splitlines():
        digest, file = line.split("  ")
        same(hashlib.sha256((folder / file).read_bytes()).hexdigest(), digest, f"sum of {name}/{file}")
    return folder


def same(found, expected, what):
    if found != expected:
        sys.exit(f"dumps: {what}: {found!r} and not {expected!r}")


def lines(path):
    return [json.loads(line) for line in path.open(encoding="utf-8")]


def missing(value):
    return None if not isinstance(value, (list, tuple)) and not hasattr(value, "tolist") and pandas.isna(value) else value


def listed(value):
    return list(value) if value is not None else None


jsonl = dump("jsonl", "--format", "jsonl")
parquet = dump("parquet", "--format", "parquet")
plain = dump("csv", "--format", "csv")
marked = dump("bom", "--format", "csv", "--bom")
bare = dump("bare", "--format", "parquet", "--without-text", "--lang", "ar")
packed = dump("zstd", "--format", "jsonl", "--zstd")

records, dossiers = lines(jsonl / "records.jsonl"), lines(jsonl / "dossiers.jsonl")
conventions = [(r["id"], i, c) for r in records for i, c in enumerate(r["conventions"])]
partners = [(a, i, j, p) for a, i, c in conventions for j, p in enumerate(c["partners"])]
operations = [(r["id"], i, o) for r in records for i, o in enumerate(r["operations"])]
dates = [(r["id"], i, d) for r in records for i, d in enumerate(r["dates"])]


def rules(fact):
    return [e["rule"] for e in fact["evidence"]]


def value(date):
    return date["value"] if date else None


EXPECTED = {
    "articles": {
        ("id", "url", "lang", "title", "published", "text", "health", "conventions", "patterns"): [
            (r["id"], r["url"], r["lang"], r["title"], r["published"], r["text"], r["health"], len(r["conventions"]), r["patterns"])
            for r in records
        ]
    },
    "conventions": {
        ("article", "convention", "kind", "status", "number", "date", "subject", "dossier", "rules"): [
            (a, i, c["kind"], c["status"], c["number"], value(c["date"]), c["subject"], c["dossier"], rules(c))
            for a, i, c in conventions
        ]
    },
    "partners": {
        ("article", "convention", "partner", "name", "id", "type", "role", "aliases", "start", "end"): [
            (a, i, j, p["name"], p["id"], p["type"], p["role"], p["aliases"], p["start"], p["end"]) for a, i, j, p in partners
        ]
    },
    "operations": {
        ("article", "operation", "count", "max", "procedure", "specialty", "status", "date", "rules"): [
            (a, i, o["count"], o["max"], o["procedure"], o["specialty"], o["status"], value(o["date"]), rules(o))
            for a, i, o in operations
        ]
    },
    "dates": {
        ("article", "date", "value", "text", "start", "end"): [
            (a, i, d["value"], d["text"], d["start"], d["end"]) for a, i, d in dates
        ]
    },
    "dossiers": {
        ("id", "kind", "status", "date", "partners", "confidence"): [
            (d["id"], d["kind"], d["status"], d["date"], [p["id"] for p in d["partners"]], d["confidence"]) for d in dossiers
        ]
    },
}
LISTS = {"rules", "aliases", "partners"}


def unguarded(cell):
    rest = cell.lstrip("'")
    return cell[1:] if cell.startswith("'") and rest[:1] in set("=+-@\t\r\n＝＋－＠") and rest else cell


for table, ((columns, rows),) in ((name, expected.items()) for name, expected in EXPECTED.items()):
    frame = pandas.read_parquet(parquet / f"{table}.parquet", dtype_backend="pyarrow")
    found = [tuple(listed(v) if c in LISTS else missing(v) for c, v in zip(columns, row)) for row in frame[list(columns)].itertuples(index=False)]
    same(found, rows, f"pandas, {table}.parquet")
    names = ", ".join(f'"{name}"' for name in columns)
    same(duckdb.sql(f"SELECT {names} FROM '{parquet}/{table}.parquet'").fetchall(), rows, f"DuckDB, {table}.parquet")
    same(duckdb.sql(f"SELECT count(*) FROM read_csv('{plain}/{table}.csv', header = true)").fetchall(), [(len(rows),)], f"DuckDB, {table}.csv")
    same(len(pandas.read_csv(marked / f"{table}.csv", encoding="utf-8-sig")), len(rows), f"pandas, {table}.csv")
    for folder, encoding in [(plain, "utf-8"), (marked, "utf-8-sig")]:
        with (folder / f"{table}.csv").open(encoding=encoding, newline="") as file:
            cells = list(csv.DictReader(file))
        for row, expected in zip(cells, rows, strict=True):
            for name, want in zip(columns, expected):
                cell = row[name]
                if cell[:1] in set("=+-@\t\r"):
                    sys.exit(f"dumps: {table}.csv: a formula: {cell!r}")
                if isinstance(want, str):
                    same(unguarded(cell), want, f"csv, {table}.{name}")
                elif want is None:
                    same(cell, "", f"csv, {table}.{name}")
                else:
                    same(json.loads(cell), want, f"csv, {table}.{name}")

kinds = {name: str(kind) for name, kind in pandas.read_parquet(parquet / "articles.parquet", dtype_backend="pyarrow").dtypes.items()}
same(kinds["published_day"], "date32[day][pyarrow]", "type of published_day")
same(kinds["fetched"], "timestamp[us, tz=UTC][pyarrow]", "type of fetched")
same(kinds["health"], "double[pyarrow]", "type of health")
arabic = pandas.read_parquet(bare / "articles.parquet")
same(len(arabic), sum(r["lang"] == "ar" for r in records), "rows of the Arabic dump")
same(int(arabic["text"].notna().sum()), 0, "texts in a dump without")
same(duckdb.sql(f"SELECT count(*) FROM read_json('{packed}/records.jsonl.zst', format = 'newline_delimited', maximum_object_size = 67108864)").fetchall(), [(len(records),)], "DuckDB, records.jsonl.zst")

frictionless.system.trusted = True
for folder in (jsonl, packed, parquet, bare, plain, marked):
    report = frictionless.validate(str(folder / "datapackage.json"))
    same(report.flatten(["type", "note"]), [], f"Frictionless, {folder.name}")
read = "pandas, DuckDB, Frictionless"
if importlib.util.find_spec("pyspark"):
    from pyspark.sql import SparkSession

    spark = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
    for table, ((_, rows),) in ((name, expected.items()) for name, expected in EXPECTED.items()):
        same(spark.read.parquet(str(parquet / f"{table}.parquet")).count(), len(rows), f"Spark, {table}.parquet")
    spark.stop()
    read += ", Spark"
print(f"dumps: {len(records)} records and {len(dossiers)} dossiers read back by {read}")
