"""What the YAML at the top of a document says about it.

Only the document's tree is built, never Python objects: values are taken as they are written, so
that `lang: no` is Norwegian and a date stays a date, and nothing in the file can make anything.
"""

import re
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from narrate.read._clean import clean_text
from narrate.read._dates import read_date

if TYPE_CHECKING:
    from yaml import Node  # type: ignore[import-untyped, unused-ignore] # PyYAML has no types

FIELDS: dict[str, tuple[str, ...]] = {
    "title": ("title",),
    "author": ("author", "authors", "byline"),
    "published": ("date", "published", "date_published", "datepublished", "pubdate"),
    "language": ("lang", "language"),
    "summary": ("description", "summary", "excerpt", "subtitle"),
    "site": ("site", "site_name", "publication", "publisher"),
    "source": ("canonical_url", "canonical", "url", "link"),
}
"""Fields of Metadata, and the keys that Jekyll, Hugo, Pandoc and others write them under."""

LONGEST = 16_000
"""Characters; what is longer is no metadata."""

MOST_BRACKETS = 200
DEEPEST = 20
"""Bounds on the nesting: the YAML library is recursive, and quadratic in open brackets."""

_FENCED = re.compile(
    r"---[ \t]*\n(?P<yaml>.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE
)
_KEY = re.compile(r"\s*[\w-]+[ \t]*:(?:\s|$)")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")
_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)")


class Metadata(NamedTuple):
    """What a document says about itself; empty where it says nothing."""

    title: str = ""
    author: str = ""
    """Names parted by commas."""
    published: str = ""
    """ISO 8601 calendar date."""
    language: str = ""
    """BCP 47 tag."""
    summary: str = ""
    site: str = ""
    source: str = ""
    """A web address."""


def split_front_matter(text: str) -> tuple[str, str]:
    """Give the front matter of a document ("" where it has none) and what follows it.

    It stands between two lines of three dashes, the first of them at the very top, and begins
    with a key; else it is prose between two rules.
    """
    match = _FENCED.match(text)
    if match is None:
        return "", text
    lines = (line for line in match["yaml"].split("\n") if line.strip() and line[0] != "#")
    if not _KEY.match(next(lines, "")):
        return "", text
    return match["yaml"], text[match.end() :]


def read_front_matter(text: str) -> Metadata | None:
    """Give the metadata in a YAML mapping; None where it is none, or broken, or too deep."""
    root = _compose(text)
    if root is None or root.id != "mapping":
        return None
    written = {
        key.value.lower(): value for key, value in reversed(root.value) if key.id == "scalar"
    }
    found: dict[str, str] = {}
    for field, keys in FIELDS.items():
        values = (_text(written[key]) for key in keys if key in written)
        found[field] = next(filter(None, values), "")
    found["published"] = _iso_date(found["published"])
    language = found["language"].replace("_", "-")
    found["language"] = language if _LANGUAGE.fullmatch(language) else ""
    if not found["source"].lower().startswith(("http://", "https://")):
        found["source"] = ""
    return Metadata(**found)


def _compose(text: str) -> "Node | None":
    """Build the tree; None where there is none."""
    import yaml  # type: ignore[import-untyped, unused-ignore] # as above

    if len(text) > LONGEST or text.count("[") + text.count("{") > MOST_BRACKETS:
        return None
    try:
        depth = 0
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            if depth > DEEPEST:
                return None
        return yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError:
        return None


def _text(node: "Node") -> str:
    """Give a value as one line: a scalar, a list's members, or a person's name."""
    if node.id == "sequence":
        return ", ".join(filter(None, map(_text, node.value)))
    if node.id == "mapping":
        return next((_text(value) for key, value in node.value if key.value == "name"), "")
    is_null = node.tag == "tag:yaml.org,2002:null"
    return "" if is_null else " ".join(clean_text(node.value).split())


def _iso_date(text: str) -> str:
    """Give the calendar date that `text` begins with or names; "" where it is none."""
    match = _DAY.match(text)
    if match:
        try:
            return date(*map(int, match.groups())).isoformat()
        except ValueError:
            return ""
    day = read_date(text)
    return day.iso if day else ""
