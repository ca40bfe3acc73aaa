"""What a page says about itself in JSON-LD, in the vocabulary of schema.org."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from narrate.read._clean import clean_text

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

LONGEST = 500_000
"""Characters of a script; what is longer is no metadata."""

MOST_NODES = 2_000

ARTICLES = (
    "article",
    "blogposting",
    "posting",
    "report",
    "review",
    "recipe",
    "webpage",
    "creativework",
    "book",
    "chapter",
)
"""Ends of the names of types that stand for what is on the page, the most telling first."""


def read_json_ld(root: "Element") -> dict[str, Any]:
    """Give the properties of the article on a page; those of the page where it says no more."""
    found: dict[str, Any] = {}
    nodes = [node for node in _nodes(root) if _rank(node) < len(ARTICLES)]
    for node in sorted(nodes, key=_rank):
        for name, value in node.items():
            found.setdefault(name, value)
    return found


def text_in(value: object) -> str:
    """Give the text of a property: a string, or the name or address of a thing."""
    if isinstance(value, list):
        return next(filter(None, map(text_in, value[:20])), "")
    if isinstance(value, dict):
        return text_in(value.get("name") or value.get("@value") or value.get("url") or "")
    return " ".join(clean_text(value).split()) if isinstance(value, str) else ""


def names_in(value: object) -> list[str]:
    """Give the names of persons or organisations, in order and each once."""
    values = value if isinstance(value, list) else [value]
    names = []
    for one in values[:20]:
        if isinstance(one, dict) and isinstance(one.get("name"), list):
            names += names_in(one["name"])
        elif name := text_in(one):
            names.append(name)
    return list(dict.fromkeys(name for name in names if "://" not in name))


def address_in(value: object) -> str:
    """Give the address of a picture or page."""
    if isinstance(value, list):
        return next(filter(None, map(address_in, value[:20])), "")
    if isinstance(value, dict):
        return address_in(value.get("url") or value.get("contentUrl") or value.get("@id") or "")
    return value.strip() if isinstance(value, str) else ""


def _nodes(root: "Element") -> Iterator[dict[str, Any]]:
    """Give the things that are described, those within others after them."""
    for script in root.iter("script"):
        if script.get("type", "").split(";")[0].strip().lower() != "application/ld+json":
            continue
        try:
            waiting = [json.loads((script.text or "")[:LONGEST], strict=False)]
        except (ValueError, RecursionError):  # not JSON, or nested to break parsers
            continue
        seen = 0
        while waiting and seen < MOST_NODES:
            value = waiting.pop(0)
            seen += 1
            if isinstance(value, list):
                waiting += value
            elif isinstance(value, dict):
                yield value
                waiting += [
                    value[key]
                    for key in ("@graph", "mainEntity", "mainEntityOfPage")
                    if key in value
                ]


def _rank(node: dict[str, Any]) -> int:
    types = node.get("@type", "")
    names = [str(name).lower() for name in (types if isinstance(types, list) else [types])]
    ranks = (at for at, end in enumerate(ARTICLES) if any(name.endswith(end) for name in names))
    return next(ranks, len(ARTICLES))
