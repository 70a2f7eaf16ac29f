#!/usr/bin/env python3
"""Time article reading beside trafilatura and dom_smoothie on the same padded pages.

Makes a virtual environment with trafilatura from PyPI and a release build of the small project
beside this file under target/peers/, has benches/article.rs write its pages there, and prints
pages per second of each, best round, one thread, with how many times faster sihafa is.
"""
import pathlib, re, subprocess, sys, time, venv

ROOT = pathlib.Path(__file__).resolve().parents[2]
HERE = ROOT / "target" / "peers"
PAGES = HERE / "pages"
ROUNDS = 3


def run(*command, **options):
    return subprocess.run([str(part) for part in command], check=True, text=True, stdout=subprocess.PIPE, **options).stdout


def sihafa():
    """Pages per second, from the bench itself, which also writes the pages."""
    PAGES.mkdir(parents=True, exist_ok=True)
    for page in PAGES.iterdir():
        page.unlink()
    shown = run("cargo", "bench", "--bench", "article", "--", "--pages", PAGES, cwd=ROOT)
    print(shown, end="")
    return float(re.search(r"article::read +(\d+) pages/s", shown).group(1))


def dom_smoothie():
    project = pathlib.Path(__file__).with_name("article_dom_smoothie")
    target = HERE / "dom_smoothie"
    run("cargo", "build", "--release", "--manifest-path", project / "Cargo.toml", "--target-dir", target)
    seconds = float(run(target / "release" / "article_dom_smoothie", PAGES))
    return len(list(PAGES.iterdir())) / seconds


def trafilatura():
    """Runs this file again inside the environment."""
    home = HERE / "venv"
    python = home / "bin" / "python"
    if not python.exists():
        venv.create(home, with_pip=True)
        run(python, "-m", "pip", "install", "--quiet", "trafilatura==2.*")
    return float(run(python, __file__, "--inside"))


def inside():
    from trafilatura import bare_extraction

    pages = [page.read_text(encoding="utf-8") for page in sorted(PAGES.iterdir())]
    best = float("inf")
    for _ in range(ROUNDS):
        start = time.perf_counter()
        for page in pages:
            bare_extraction(page, url="https://a.example/2024/05/12/b", with_metadata=True, favor_precision=True)
        best = min(best, time.perf_counter() - start)
    print(len(pages) / best)


def main():
    own = sihafa()
    for name, peer, wanted in [("trafilatura", trafilatura, 10), ("dom_smoothie", dom_smoothie, 1.5)]:
        rate = peer()
        print(f"{name:<14} {rate:>7.0f} pages/s, sihafa is {own / rate:.1f} times as fast (wanted: {wanted})")


if __name__ == "__main__":
    inside() if "--inside" in sys.argv else main()
