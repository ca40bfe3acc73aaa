"""What the search of the library page looks through: the sentences of a release, with their times.

Sentences that were spoken in several breaths are put together again, so that words are found
however they were parted.
"""

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

LONGEST_SENTENCE = 400
"""Characters, from which on the next breath is a line of its own."""
ENDS = re.compile(r"[.!?…。！？।؟][\"'’”»)\]]*$")


def write_words(timeline: Path) -> str:
    """The sentences of a timeline as one JSON array that can stand in a script element.

    Three values for each: the number of the utterance it begins with, the milliseconds from the
    beginning of the sentence before to its own, and its text. Empty where there is none that can be
    read.
    """
    values: list[int | str] = []
    before = 0
    try:
        with timeline.open(encoding="utf-8") as lines:
            for number, start_ms, text in _join(map(json.loads, lines)):
                values += number, start_ms - before, text
                before = start_ms
    except (OSError, ValueError, KeyError, TypeError):
        return ""
    return to_json(values) if values else ""


def _join(cues: Iterable[dict[str, Any]]) -> Iterator[tuple[int, int, str]]:
    """Number, start in milliseconds and text of each sentence."""
    number = start_ms = 0
    text, block = "", None
    for cue in cues:
        more = " ".join(cue["text"].split())
        goes_on = text and block is not None and cue["block"] == block
        if goes_on and not ENDS.search(text) and len(text) + len(more) < LONGEST_SENTENCE:
            text = f"{text} {more}"
            continue
        if text:
            yield number, start_ms, text
        number = int(cue["id"].removeprefix("u"))
        start_ms, text, block = cue["start_ms"], more, cue["block"]
    if text:
        yield number, start_ms, text


def to_json(value: object) -> str:
    """`value` as JSON that can stand in a script element: no end tag, no comment begins in it."""
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    text = text.encode("utf-8", "replace").decode()
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
