"""Every question of speed and memory in one Markdown table.

usage: python benchmarks/table.py [--hours 10] [--voice joe] [QUESTION …]

The questions are the names of the functions below: startup short long memory edit first piper.
Each is answered against what a user would otherwise run. The pipe of espeak-ng and ffmpeg makes
one long file at 64 kb/s: no sentences, chapters, levels, tags or word times. The two of a pair run
in turn, three times where they are short; the table has medians.
"""

import argparse
import platform
import shlex
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from measure import measure
from texts import make_text

SHORT = Path(__file__).parents[1] / "tests" / "articles" / "harbour-lights.txt"
NARRATE = f"{shlex.quote(sys.executable)} -m narrate"
MAKE = f"{NARRATE} make -q --yes"
ROUNDS = 3
COSTS = {}
"""Of whole texts that were made, by their hours."""


def row(question, ours, other="", ratio=""):
    print(f"| {question} | {ours} | {other} | {ratio} |", flush=True)


def pair(folder, ours, other, rounds):
    """Medians of CPU and wall seconds of both, and of their ratios."""
    runs = [(measure(ours, folder), measure(other, folder)) for _ in range(rounds)]
    for kind in ("cpu_s", "wall_s"):
        pairs = [(getattr(one, kind), getattr(two, kind)) for one, two in runs]
        yield (
            statistics.median(one for one, _ in pairs),
            statistics.median(two for _, two in pairs),
            statistics.median(one / two for one, two in pairs),
        )


def pipe(source):
    return f"espeak-ng -f {source} --stdout | ffmpeg -v error -y -i - -b:a 64k pipe.mp3"


def startup(folder, _options):
    """What it costs to begin."""
    cost = statistics.median(measure(f"{NARRATE} --help", folder).cpu_s for _ in range(5))
    row("`narrate --help`, CPU", f"{cost:.2f} s")
    (folder / "one.txt").write_text("One sentence.\n")
    cost = statistics.median(
        measure(f"{MAKE} one.txt --no-cache", folder).cpu_s for _ in range(ROUNDS)
    )
    row("one sentence, CPU", f"{cost:.2f} s")


def short(folder, options):
    """An article of some minutes."""
    article = shlex.quote(str(options.article))
    both = pair(folder, f"{MAKE} {article} --no-cache", pipe(article), ROUNDS)
    for name, (ours, other, ratio) in zip(("CPU", "wall"), both, strict=True):
        row(
            f"short article, {name}",
            f"{ours:.2f} s",
            f"espeak-ng and ffmpeg: {other:.2f} s",
            f"{ratio:.2f}",
        )
    cached = f"{MAKE} {article} --cache-dir cache"
    measure(cached, folder)
    again = measure(cached, folder)
    row("the same again, CPU", f"{again.cpu_s:.2f} s")


def long(folder, _options):
    """Two hours."""
    (folder / "long.md").write_text(make_text(2))
    both = pair(folder, f"{MAKE} long.md --cache-dir long-cache --fresh", pipe("long.md"), 1)
    for name, (ours, other, ratio) in zip(("CPU", "wall"), both, strict=True):
        row(
            f"two hours, {name}",
            f"{ours:.1f} s",
            f"espeak-ng and ffmpeg: {other:.1f} s",
            f"{ratio:.2f}",
        )


def memory(folder, options):
    """What grows with the length, and what does not."""
    found = COSTS
    for hours in (1 / 6, 1, options.hours):
        (folder / "tale.md").write_text(make_text(hours))
        cost = measure(f"{MAKE} tale.md --cache-dir cache-{hours:.0f}", folder, memory=True)
        found[hours] = cost
        name = "10 minutes" if hours < 1 else f"{hours:g} h"
        row(
            f"{name}: memory, CPU",
            f"{cost.memory_mb:.0f} MB, {cost.cpu_s:.0f} s",
            ratio=f"{cost.cpu_s / hours:.0f} CPU s an hour",
        )
    grown = (found[options.hours].memory_mb - found[1].memory_mb) / (options.hours - 1)
    row("memory by each hour more", f"{grown:.1f} MB")


def edit(folder, options):
    """One sentence of a long text is another one; the text of `memory` is taken where it is."""
    text, book = make_text(options.hours), folder / "tale.md"
    command = f"{MAKE} tale.md --cache-dir cache-{options.hours:.0f}"
    if options.hours not in COSTS:
        book.write_text(text)
        COSTS[options.hours] = measure(command, folder)
    middle = text.index("The old keeper", len(text) // 2)
    book.write_text(f"{text[:middle]}A stranger{text[middle + 14 :]}")
    whole, edited = COSTS[options.hours].cpu_s, measure(command, folder).cpu_s
    row(
        f"one edit in {options.hours:g} h, CPU",
        f"{edited:.1f} s",
        f"all of it: {whole:.0f} s",
        f"{edited / whole:.3f}",
    )


def first(folder, _options):
    """When the first chapter of a long text is spoken, levelled and encoded."""
    (folder / "wait.md").write_text(make_text(2))
    started = time.monotonic()
    process = subprocess.Popen(
        shlex.split(f"{MAKE} wait.md --no-cache"), cwd=folder, stdout=subprocess.DEVNULL
    )
    while not list(folder.glob("output/.narrate-*/00001.mp3.part")):
        time.sleep(0.01)
    waited = time.monotonic() - started
    process.wait()
    row(
        "first chapter of two hours finished after",
        f"{waited:.1f} s",
        f"all: {time.monotonic() - started:.0f} s",
    )


def piper(folder, options):
    """A natural voice against its engine alone: one thread, the same sentences."""
    article = shlex.quote(str(options.article))
    thrice = folder / "thrice.txt"
    text = options.article.read_text(encoding="utf-8")
    thrice.write_text(
        "\n\n".join(text.replace("the ", f"{word} ") for word in ("the", "that", "our"))
    )
    made = f"{MAKE} --voice {options.voice} --no-cache"
    ours = measure(f"{made} thrice.txt", folder).cpu_s - measure(f"{made} {article}", folder).cpu_s
    bare = f"{shlex.quote(sys.executable)} {Path(__file__).with_name('bare_piper.py')}"
    other = measure(f"{bare} thrice.txt", folder).cpu_s - measure(f"{bare} {article}", folder).cpu_s
    row(
        f"voice {options.voice}, CPU of two more articles",
        f"{ours:.1f} s",
        f"Piper alone: {other:.1f} s",
        f"{ours / other:.2f}",
    )


def main():
    questions = {f.__name__: f for f in (startup, short, long, memory, edit, first, piper)}
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--hours", type=float, default=10)
    parser.add_argument("--voice", default="joe")
    parser.add_argument("--article", type=Path, default=SHORT)
    parser.add_argument("questions", nargs="*", default=[], metavar="QUESTION")
    options = parser.parse_args()
    options.article = options.article.resolve()
    print(f"{platform.processor() or platform.machine()}, Python {platform.python_version()}\n")
    print("| | narrate | instead | ratio |\n| --- | --- | --- | --- |", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for name in options.questions or questions:
            questions[name](Path(folder), options)


if __name__ == "__main__":
    main()
