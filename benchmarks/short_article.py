"""CPU and wall time of `narrate make`, against espeak-ng piped into ffmpeg, on one short article.

usage: python benchmarks/short_article.py [ARTICLE] [ROUNDS]

The two run in turn. The pipe makes one long file: no sentences, chapters, tags or word times.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ARTICLE = Path(__file__).parents[1] / "tests" / "articles" / "harbour-lights.txt"


def measure(command, folder):
    """CPU seconds of the command and all it started, and wall seconds."""
    started, before = time.monotonic(), os.times()
    subprocess.run(command, shell=True, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    after = os.times()
    cpu = after.children_user + after.children_system
    cpu -= before.children_user + before.children_system
    return cpu, time.monotonic() - started


def compare(article, rounds):
    """Print a table of both, and of the ratio, as medians of `rounds`."""
    ours = f"{sys.executable} -m narrate make -q {article}"
    pipe = f"espeak-ng -f {article} --stdout | ffmpeg -v error -y -i - -b:a 64k out.mp3"
    with tempfile.TemporaryDirectory() as folder:
        pairs = [(measure(ours, folder), measure(pipe, folder)) for _ in range(rounds)]
    print("| | narrate | espeak-ng and ffmpeg | ratio |")
    print("| --- | --- | --- | --- |")
    for index, name in enumerate(("CPU s", "wall s")):
        mine = statistics.median(pair[0][index] for pair in pairs)
        theirs = statistics.median(pair[1][index] for pair in pairs)
        ratio = statistics.median(pair[0][index] / pair[1][index] for pair in pairs)
        print(f"| {name} | {mine:.2f} | {theirs:.2f} | {ratio:.2f} |")


if __name__ == "__main__":
    story = Path(sys.argv[1] if len(sys.argv) > 1 else ARTICLE).resolve()
    compare(story, int(sys.argv[2]) if len(sys.argv) > 2 else 5)
