"""The text of a mail in plain text: lines joined, old mails and signatures left out."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from narrate.read._mail_words import is_attribution, is_divider

_QUOTE = re.compile(r"(?:> ?)+")
_SIGNED = re.compile(
    r"\A\s*-----BEGIN PGP SIGNED MESSAGE-----\n(?:Hash:.*\n)*\n(?P<text>.*?)"
    r"^-----BEGIN PGP SIGNATURE-----.*\Z",
    re.DOTALL | re.MULTILINE,
)
_HEADER = re.compile(
    r"\*?(?:From|Von|De|Da|Van|Från|Fra|Od|Sent|Gesendet|Date|Datum|To|An|Subject|Betreff|Cc)"
    r"\s?:\*?(?:\s|$)",
    re.IGNORECASE,
)
FEWEST_HEADERS = 3
"""Lines in a row that look like headers, which begin an older mail where nothing else does."""

LONGEST_SIGNATURE = 15
"""Lines; what is longer behind the mark of a signature is text."""


class MailText(NamedTuple):
    """What one person wrote."""

    text: str
    left_out: tuple[str, ...]
    """What was in the mail besides, in words."""


def unflow(text: str, *, delete_space: bool = False) -> str:
    """Give text in "format=flowed" with its paragraphs on one line each (RFC 3676).

    `delete_space` is what "delsp=yes" says: the space at a soft line end is none of the text's.
    """
    joined: list[str] = []
    open_depth = -1
    for line in text.split("\n"):
        quote = re.match(">*", line)
        depth = quote.end() if quote else 0
        body = line[depth:].removeprefix(" ")
        is_soft = body.endswith(" ") and body != "-- "
        if depth == open_depth and body != "-- ":
            joined[-1] += body
        else:
            joined.append(f"{'>' * depth}{' ' if depth else ''}{body}")
        if is_soft and delete_space:
            joined[-1] = joined[-1][:-1]
        open_depth = depth if is_soft else -1
    return "\n".join(joined)


def read_mail_text(text: str, *, is_reply: bool, is_forward: bool) -> MailText:
    """Give what the sender wrote; in a mail that is passed on, what is passed on stays."""
    signed = _SIGNED.match(text)
    if signed:
        text = re.sub(r"^- ", "", signed["text"], flags=re.MULTILINE)
    lines = text.split("\n")
    left_out: list[str] = []
    end = _find_signature(lines)
    if end < len(lines):
        lines = lines[:end]
        left_out.append("a signature")
    if is_forward:
        return MailText(_without_marks(lines), tuple(left_out))
    end = _find_older(lines)
    if end < len(lines):
        lines = lines[:end]
        left_out.append("an older mail")
    kept = list(_drop_quotes(lines, drop=is_reply))
    if len(kept) < len(lines):
        left_out.append("quotes of an older mail")
    return MailText("\n".join(kept), tuple(left_out))


def _find_signature(lines: list[str]) -> int:
    """Give the line at which the signature begins, else the number of lines."""
    for index in range(len(lines) - 1, max(-1, len(lines) - 1 - LONGEST_SIGNATURE), -1):
        if lines[index] in ("-- ", "--"):
            return index
    return len(lines)


def _find_older(lines: list[str]) -> int:
    """Give the line at which an older mail begins that is not marked as a quote."""
    headers = 0
    for index, line in enumerate(lines):
        headers = headers + 1 if _HEADER.match(line) else 0
        if index and is_divider(line):
            return index
        if headers == FEWEST_HEADERS and index >= FEWEST_HEADERS:
            return index + 1 - FEWEST_HEADERS
    return len(lines)


def _drop_quotes(lines: list[str], *, drop: bool) -> Iterator[str]:
    """Give the lines without quotes of the mail that is answered.

    Quotes are such where `drop` says so, or below a line that says who wrote them; else they are
    the sender's own, and stay.
    """
    index = 0
    while index < len(lines):
        below = _attributed(lines, index)
        if below:
            drop = True
            index = below
        elif drop and _QUOTE.match(lines[index]):
            index += 1
        else:
            yield lines[index]
            index += 1


def _attributed(lines: list[str], index: int) -> int:
    """Give the line where the quote begins that the one or two lines at `index` stand above."""
    for count in (1, 2):
        line = " ".join(lines[index : index + count])
        if lines[index].strip() and not _QUOTE.match(line) and is_attribution(line):
            below = index + count
            while below < len(lines) and not lines[below].strip():
                below += 1
            if below < len(lines) and _QUOTE.match(lines[below]):
                return below
    return 0


def _without_marks(lines: list[str]) -> str:
    """Give what is passed on without dividers, headers and the marks of a quote."""
    bare = (_QUOTE.sub("", line, count=1) if _QUOTE.match(line) else line for line in lines)
    return "\n".join(line for line in bare if not (is_divider(line) or _HEADER.match(line)))
