r"""One cleaning for all readers: text keeps what is read aloud and loses what has no sound.

Kept as written are the zero-width joiner and non-joiner (Indic scripts, Persian and emoji need
them) and the no-break spaces: they hold "10 000", "5 km" and French quotation marks together, which
both the normaliser and the line breaks of subtitles rely on; Python counts them as white space.
Unassigned code points are kept as well: next year's letters would otherwise be lost on this year's
Python.
"""

import re
import unicodedata

_LINE_ENDS = re.compile("\r\n?|[\v\f\x85\u2028\u2029]")

_SILENT = re.compile(
    "["
    "\x00-\x08\x0e-\x1f\x7f-\x9f"  # controls, but tab and the line ends
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # bidirectional marks and overrides
    "\u200b\u2060-\u2064\u206a-\u206f\ufeff"  # zero-width space, joiners, byte order mark
    "\ufff9-\ufffb"  # interlinear annotation
    "\ud800-\udfff"  # lone surrogates
    "\ue000-\uf8ff\U000f0000-\U0010ffff"  # private use: a meaning in one font only
    "\ufdd0-\ufdef"  # noncharacters, as are the last two of each plane
    + "".join(chr(plane << 16 | 0xFFFE) + chr(plane << 16 | 0xFFFF) for plane in range(17))
    + "]+"
)

_TERMINAL = re.compile(
    "\x1b(?:\\[[0-?]{0,32}[ -/]{0,8}[@-~]|\\][^\x07\x1b]{0,256}(?:\x07|\x1b\\\\)|[@-Z^_])"
)
"""Colours and the like in what was copied from a terminal (ECMA-48): their letters are no text."""

_SOFT_HYPHEN = re.compile(r"\u00ad+(?:\n(?=[^\W\d_]))?")
"""Where it ended a line, the word goes on in the next one."""

MAX_MARKS = 30
"""Combining marks in a row that are kept: the Stream-Safe Text Format of Unicode (UAX #15)."""

_MARKS = re.compile(rf"[^\w\s\x00-\u02ff]{{{MAX_MARKS // 2 + 1},}}")
"""Stretches that may hold too many combining marks, which are no word characters.

U+0344 alone counts as two, since it falls apart in NFC; hence the half.
"""


def clean_text(text: str) -> str:
    r"""Give `text` in NFC without characters that have no sound; its lines end in "\n".

    Cleaning what is clean changes nothing. Runs of more than MAX_MARKS combining marks are cut:
    no writing system has them, and normalising takes quadratic time in their length.
    """
    text = _LINE_ENDS.sub("\n", text)
    if "\x1b" in text:
        text = _TERMINAL.sub("", text)
    text = _SILENT.sub("", text)
    text = _SOFT_HYPHEN.sub("", text)
    text = _MARKS.sub(lambda run: _cut_marks(run[0]), text)
    return unicodedata.normalize("NFC", text)


def _cut_marks(run: str) -> str:
    """Drop the combining marks beyond MAX_MARKS in a row."""
    kept: list[str] = []
    marks = 0
    for character in run:
        if unicodedata.combining(character):
            marks += len(unicodedata.normalize("NFD", character))
        else:
            marks = 0
        if marks <= MAX_MARKS:
            kept.append(character)
    return "".join(kept)
