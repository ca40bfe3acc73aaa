"""Memory of `narrate make` and all its processes together, at the peak.

usage: python benchmarks/memory.py [ARTICLE] [TIMES]

TIMES repeats the article's text that many times, to see what grows with it. The figure is the
largest sum of the proportional set sizes (PSS, from /proc) of all processes, so that shared pages
count once. Linux only.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

ARTICLE = Path(__file__).parents[1] / "tests" / "articles" / "harbour-lights.txt"


def pss_kb(pid):
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    return next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))


def tree(root):
    """`root` and all processes below it."""
    parents = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(entry.name)] = int((entry / "stat").read_text().split(") ")[1].split()[1])
        except OSError:
            continue
    found, more = set(), {root}
    while more:
        found |= more
        more = {pid for pid, parent in parents.items() if parent in more} - found
    return found


def main():
    article = Path(sys.argv[1] if len(sys.argv) > 1 else ARTICLE).resolve()
    times = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    text = article.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "text.txt").write_text("\n\n".join([text] * times), encoding="utf-8")
        command = [sys.executable, "-m", "narrate", "make", "-q", "--yes", "text.txt"]
        process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL)
        peak = 0
        while process.poll() is None:
            peak = max(peak, sum(map(pss_kb, tree(process.pid))))
            time.sleep(0.02)
    print(f"{times} x {len(text)} characters: {peak / 1024:.0f} MB at the peak")


if __name__ == "__main__":
    main()
