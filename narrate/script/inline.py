"""What is inside a sentence but not said as it is written: citations, addresses, struck text."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from narrate.base.model import Span
from narrate.script.phrases import say

# [12], [3, 4], [5–7], [note 2] and, close behind a word, [b]: what encyclopedias and papers put
# behind a statement. [2019], [a] man and [s]he are an editor's words and are said.
MARK = re.compile(
    r"\[(?:(?:note|n|nb|fn) )?\d{1,3}(?:\s?[,;–-]\s?\d{1,3})*\](?!\w)|(?<=\S)\[[a-z]\](?!\w)"
)
_NAME = r"(?:(?:van|von|de|der|den|da|di|la|le|al|el) )*[A-Z][\w’'-]+"
_YEAR = r"(?:1[5-9]|20)\d\d[a-z]?(?:/\d{2,4})?"
_WORK = (
    rf"(?:(?:see|cf\.|e\.g\.,?|see also) )?{_NAME}"
    rf"(?:,? (?:and|&|und|et|y) {_NAME}|, {_NAME})*(?:,? et al\.?)?,? \(?{_YEAR}\)?"
    r"(?:[,:] ?(?:pp?\. ?)?\d+(?:[–-]\d+)?)?"
)
# (Smith 2019), (Smith & Jones, 2019, p. 4; van Dijk et al. 2020)
AUTHOR_YEAR = re.compile(rf"\({_WORK}(?:; ?{_WORK})*\)")
# A word before a year that makes it a date or a count and no author.
NOT_AUTHORS = frozenset(
    [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
        "jan",
        "feb",
        "mar",
        "apr",
        "jun",
        "jul",
        "aug",
        "sep",
        "sept",
        "oct",
        "nov",
        "dec",
        "spring",
        "summer",
        "autumn",
        "fall",
        "winter",
        "easter",
        "christmas",
        "since",
        "until",
        "till",
        "before",
        "after",
        "circa",
        "about",
        "around",
        "in",
        "by",
        "from",
        "born",
        "died",
        "early",
        "mid",
        "late",
        "season",
        "olympics",
        "election",
        "version",
        "series",
        "chapter",
        "figure",
        "table",
        "section",
        "part",
        "act",
    ]
)
URL = re.compile(r"(?:https?://|www\.)[^\s<>“”\"]+", re.IGNORECASE)
TRAILING = ".,;:!?)]}'’*_"


RAISED = re.compile(r"[-−]?\d{1,3}(?:[,–-][ ]?\d{1,3})*|[a-z*†‡§]")
NUMBER = re.compile(r"[-−]?\d{1,3}")
BASE = re.compile(
    r"(?:(?<![\d.,])\d{1,2}|\d\.\d{1,9}|(?<![^\W\d_])(?:[A-Za-z]|[kcdmµn]m|ft|mi|yd|in|mc)|\))\Z"
)
"""What has a power: a short number, a variable or a unit. Behind a year or a word is a note."""
POWERS = str.maketrans("0123456789-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻")


class Edit(NamedTuple):
    """A stretch of the text that is said otherwise, or not at all."""

    start: int
    end: int
    said: str
    reason: str
    """Why it is left out; empty where something stands for it."""


def find_edits(
    text: str, spans: Sequence[Span], policies: Mapping[str, str], language: str
) -> list[Edit]:
    """What is to be said otherwise in `text`, in order and without overlap.

    `spans` count in `text`. Citations, addresses and struck text follow `policies`.
    """
    found = [
        *_struck(spans, policies["strikethrough"]),
        *_addresses(text, policies["url"], language),
        *_citations(text, spans, policies["citation"]),
        *_raised(text, spans, policies["citation"]),
    ]
    edits: list[Edit] = []
    for edit in sorted(found):
        if not edits or edit.start >= edits[-1].end:
            edits.append(_with_gap(text, edit))
    return edits


def _with_gap(text: str, edit: Edit) -> Edit:
    """`edit` with the space before it, where nothing is said in its place and no word follows."""
    goes_on = text[edit.end : edit.end + 1].isalnum()
    if not edit.said and not goes_on and edit.start and text[edit.start - 1] == " ":
        return edit._replace(start=edit.start - 1)
    return edit


def _struck(spans: Sequence[Span], policy: str) -> Iterator[Edit]:
    if policy == "skipped":
        for span in spans:
            if span.kind == "strikethrough":
                yield Edit(span.start, span.end, "", "strikethrough: skipped")


def _raised(text: str, spans: Sequence[Span], policy: str) -> Iterator[Edit]:
    """Powers with the digits that are read as powers, and marks of notes as citations."""
    for span in spans:
        raised = text[span.start : span.end].strip()
        if span.kind != "superscript" or not RAISED.fullmatch(raised):
            continue
        base = BASE.search(text, max(0, span.start - 20), span.start)
        if base and NUMBER.fullmatch(raised) and not text[span.end : span.end + 1].isalnum():
            yield Edit(span.start, span.end, raised.translate(POWERS), "")
        elif policy == "skipped" and span.start:
            yield Edit(span.start, span.end, "", "citation: skipped")


def _addresses(text: str, policy: str, language: str) -> Iterator[Edit]:
    if policy == "spoken":
        return
    for match in URL.finditer(text):
        address = match.group().rstrip(TRAILING)
        end = match.start() + len(address)
        if policy == "skipped":
            yield Edit(match.start(), end, "", "address: skipped")
            continue
        site = re.sub(r"^(?:https?://)?(?:www\.)?", "", address, flags=re.IGNORECASE)
        site = re.split(r"[/?#:]", site)[0]
        said = say("link", language, site.replace(".", f" {say('dot', language)} "))
        yield Edit(match.start(), end, said, "")


def _citations(text: str, spans: Sequence[Span], policy: str) -> Iterator[Edit]:
    if policy == "spoken":
        return
    code = [span for span in spans if span.kind == "code"]
    for match in [*MARK.finditer(text), *AUTHOR_YEAR.finditer(text)]:
        if match.start() == 0 and match.end() == len(text):
            continue  # all that is there: no citation of anything
        first = re.search(r"\w+", match.group())
        if first and match.re is AUTHOR_YEAR and first.group().lower() in NOT_AUTHORS:
            continue
        if not any(span.start < match.end() and match.start() < span.end for span in code):
            yield Edit(match.start(), match.end(), "", "citation: skipped")
