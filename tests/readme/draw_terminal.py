"""Draws tests/readme/terminal.svg: what a few commands print, as the README shows it.

usage: python tests/readme/draw_terminal.py > tests/readme/terminal.svg

The commands run for real, in an empty folder that has the example as story.txt.
"""

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from html import escape
from pathlib import Path

EXAMPLE = Path(__file__).parents[1] / "articles" / "harbour-lights.txt"
COMMANDS = ("narrate make story.txt -v", "narrate preview story.txt | head -9")
WIDTH, LINE, MARGIN, SIZE = 96, 20, 24, 14
CHARACTER = SIZE * 0.602  # width of a character of a monospaced font


def transcript():
    """The commands and all that they print, as lines; those of commands begin with "$ "."""
    lines = []
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(EXAMPLE, Path(folder) / "story.txt")
        homes = {f"XDG_{name}_HOME": folder for name in ("CONFIG", "CACHE")}
        for command in COMMANDS:
            words, _, tail = command.partition(" | head -")
            done = subprocess.run(
                [sys.executable, "-m", "narrate", *shlex.split(words)[1:]],
                cwd=folder,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=True,
                env={**os.environ, **homes, "NARRATE_VOICE": "builtin", "PYTHONUNBUFFERED": "1"},
            )
            printed = done.stdout.splitlines()
            lines += [f"$ {command}", *(printed[: int(tail)] if tail else printed), ""]
    return [line if len(line) <= WIDTH else f"{line[: WIDTH - 1]}…" for line in lines[:-1]]


def draw(lines):
    """The lines as an SVG picture of a terminal, readable as text."""
    width = round(WIDTH * CHARACTER) + 2 * MARGIN
    height = len(lines) * LINE + 2 * MARGIN
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        'role="img" aria-labelledby="t" font-size="14" '
        'font-family="ui-monospace, Menlo, Consolas, DejaVu Sans Mono, monospace">'
    )
    yield '<title id="t">narrate in a terminal: making and previewing an article</title>'
    yield f'<rect width="{width}" height="{height}" rx="10" fill="#12201f"/>'
    for number, line in enumerate(lines):
        y = MARGIN + number * LINE + SIZE
        colour = "#ffd479" if line.startswith("$ ") else "#e8efe9"
        place = f'x="{MARGIN}" y="{y}" fill="{colour}" xml:space="preserve"'
        yield f"<text {place}>{escape(line)}</text>"
    yield "</svg>"


if __name__ == "__main__":
    print("\n".join(draw(transcript())))
