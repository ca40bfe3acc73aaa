"""Which part of a file a request asks for, and whether it has that part already.

By RFC 9110: conditions (section 13) and ranges (section 14).
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

RANGE = re.compile(r"bytes[ \t]*=[ \t]*([0-9]*)-([0-9]*)[ \t]*", re.IGNORECASE)
MOST_DIGITS = 18
"""Of a position; longer ones lie behind the end of any file."""


class Part(NamedTuple):
    """What to answer: the status, and which bytes."""

    status: int
    """200, 206, 304 or 416."""
    first: int = 0
    length: int = 0


def choose_part(headers: Mapping[str, str], size: int, etag: str) -> Part:
    """What to send of a file of `size` bytes, whose strong entity tag is `etag`, quotes included.

    One range is taken; several at once, and what is no range of bytes, are answered with the whole,
    as the standard allows. `headers` are to be found by names in lower case.
    """
    if _matches(headers.get("if-none-match", ""), etag):
        return Part(304)
    whole = Part(200, 0, size)
    asked = RANGE.fullmatch(headers.get("range", "").strip())
    # A date, or a weak tag, in If-Range cannot prove that the file is the same.
    if asked is None or headers.get("if-range", etag).strip() != etag:
        return whole
    first, last = asked[1], asked[2]
    if not first:
        return _take_last(last, size) if last else whole
    if last and _number(last) < _number(first):
        return whole
    if _number(first) >= size:
        return Part(416)
    end = min(_number(last) + 1, size) if last else size
    return Part(206, _number(first), end - _number(first))


def _take_last(count: str, size: int) -> Part:
    length = min(_number(count), size)
    return Part(206, size - length, length) if length else Part(416)


def _number(digits: str) -> int:
    return int(digits) if len(digits) <= MOST_DIGITS else 10**MOST_DIGITS


def _matches(tags: str, etag: str) -> bool:
    """Whether `etag` is one of the tags of If-None-Match; weak ones count, by section 13.1.2."""
    known = {tag.strip().removeprefix("W/") for tag in tags.split(",")}
    return etag in known or "*" in known
