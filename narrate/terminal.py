"""What the command line says, and where: results on stdout, all else on stderr.

On a terminal a bar shows progress and remaining time. Elsewhere, with TERM=dumb, NO_COLOR-minded
screen readers or --plain, it is a plain line now and then, with nothing that moves.
"""

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

PLAIN_STEPS = 4
"""Progress lines where there is no bar: one for each quarter."""


class Terminal:
    """How to speak to the user: which of the lines, and in what form."""

    def __init__(
        self,
        *,
        quiet: bool = False,
        verbose: bool = False,
        plain: bool = False,
        as_json: bool = False,
    ) -> None:
        self.quiet = quiet
        self.verbose = verbose
        self.plain = plain
        self.as_json = as_json

    def say(self, line: str) -> None:
        """A message for people, unless they asked for quiet."""
        if not self.quiet:
            print(printable(line, indent=True), file=sys.stderr)

    def detail(self, line: str) -> None:
        """A message for those who asked for more."""
        if self.verbose:
            self.say(line)

    def fail(self, line: str) -> None:
        """An error: always one line."""
        print(f"narrate: {printable(line)}", file=sys.stderr)

    def result(self, text: str, record: Mapping[str, object], *, raw: bool = False) -> None:
        """What was asked for: `text` on stdout, or with --json `record` as one line.

        `raw` text keeps its lines; each must be fit for a terminal already.
        """
        if self.as_json:
            print(json.dumps(record, ensure_ascii=True))
        elif text:
            print(text if raw else "\n".join(map(printable, text.splitlines())))
        sys.stdout.flush()

    @property
    def moves(self) -> bool:
        """Whether a bar may be drawn."""
        dumb = os.environ.get("TERM", "") in {"", "dumb"}
        return sys.stderr.isatty() and not (self.plain or self.quiet or dumb)

    @contextmanager
    def progress(self, title: str) -> Iterator[Callable[[int, int], None]]:
        """A function to be called with what is done and the whole."""
        if self.moves:
            with _bar(title) as report:
                yield report
        else:
            yield self._plain_progress()

    def _plain_progress(self) -> Callable[[int, int], None]:
        said = 0

        def report(done: int, total: int) -> None:
            nonlocal said
            quarter = PLAIN_STEPS * done // max(total, 1)
            if quarter > said and done < total:
                self.say(f"{100 * quarter // PLAIN_STEPS} % spoken")
            said = max(said, quarter)

        return report


@contextmanager
def _bar(title: str) -> Iterator[Callable[[int, int], None]]:
    from tqdm import tqdm

    layout = "{desc} {percentage:3.0f} %|{bar}| {remaining} left"
    with tqdm(total=1, desc=title[:30], bar_format=layout, leave=False, file=sys.stderr) as bar:

        def report(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield report


def printable(text: str, *, indent: bool = False) -> str:
    """`text` on one line, without what could steer a terminal or cannot be encoded for it."""
    line = " ".join(text.split())
    if indent:
        line = text[: len(text) - len(text.lstrip(" "))] + line
    safe = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in line)
    encodings = {stream.encoding or "utf-8" for stream in (sys.stdout, sys.stderr)}
    for encoding in sorted(encodings):
        safe = safe.encode(encoding, "replace").decode(encoding)
    return safe


def duration(milliseconds: int) -> str:
    """A length of time as people say it: 5 min 46 s."""
    seconds = round(milliseconds / 1000)
    hours, rest = divmod(seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {seconds} s" if minutes else f"{seconds} s"


def size(count: int) -> str:
    """`count` bytes as people say it: 12.3 MB."""
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{count / 1e6:.1f} MB"


def plural(count: int, noun: str) -> str:
    """`count` of `noun`: 1 chapter, 2 chapters."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
