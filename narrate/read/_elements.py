"""What the walk over a parsed page asks of its elements."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from narrate.read._clean import clean_text

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

XML = "{http://www.w3.org/XML/1998/namespace}"
OPS = "{http://www.idpf.org/2007/ops}"
XLINK = "{http://www.w3.org/1999/xlink}"

SOURCES = (
    "src",
    "data-src",
    "data-lazy-src",
    "data-original",
    f"{XLINK}href",
    "xlink:href",
    "href",
)
"""Where pages put a picture's address; the later ones for scripts that load it when it is seen."""

_CODE_LANGUAGE = re.compile(
    r"(?:^|\s)(?:language-|lang-|highlight-source-|highlight-|brush:\s*|sourceCode\s+)([\w+#.-]+)"
)
"""Classes with which highlighters name a programming language."""


def name_of(element: "Element") -> str:
    """Give the name of an element without its namespace, in lower case; "" for a comment."""
    tag = element.tag
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def language_of(element: "Element") -> str | None:
    """Give the language that an element says it is in; None where it says nothing."""
    if name_of(element) in ("pre", "code"):  # there it is one of programming
        return None
    for name in (f"{XML}lang", "xml:lang", "lang"):
        value = element.get(name)
        if value is not None:
            return clean_text(value).strip().replace("_", "-")
    return None


def is_same_language(one: str, other: str) -> bool:
    """Tell whether one tag is the other or a wider one: en and en-GB (RFC 4647, 3.3.1)."""
    one, other = one.lower(), other.lower()
    return one == other or one.startswith(f"{other}-") or other.startswith(f"{one}-")


def types_of(element: "Element") -> frozenset[str]:
    """Give what an element is by `epub:type` and `role`, in lower case."""
    values = (element.get(name, "") for name in (f"{OPS}type", "epub:type", "role"))
    return frozenset(" ".join(values).lower().split())


def classes_of(element: "Element") -> frozenset[str]:
    """Give the classes of an element, in lower case."""
    return frozenset(element.get("class", "").lower().split())


def text_of(element: "Element", most: int = 0) -> str:
    """Give the text in an element, its white space collapsed; about the first `most` characters."""
    parts: list[str] = []
    length = 0
    for part in element.itertext():
        parts.append(str(part))
        length += len(part.strip())
        if most and length > most:
            break
    return " ".join("".join(parts).split())


def ancestors(element: "Element", most: int) -> Iterator["Element"]:
    """Give the elements around an element, the nearest first, `most` of them."""
    around = element.getparent()
    while around is not None and most:
        yield around
        around = around.getparent()
        most -= 1


def code_language(element: "Element") -> str:
    """Give the programming language that a block of code, or what is around it, names."""
    for source in (element, *element.iterchildren("*"), *ancestors(element, 2)):
        found = _CODE_LANGUAGE.search(source.get("class", ""))
        named = source.get("data-lang") or source.get("data-language")
        if named or found:
            return clean_text(named or (found[1] if found else ""))
    return clean_text(element.get("lang", ""))


class ElementTag:
    """An element's start or end, as the block builder takes it."""

    __slots__ = ("_base", "_element", "is_end", "name")

    def __init__(
        self, element: "Element", name: str, *, is_end: bool = False, base: str = ""
    ) -> None:
        self._element = element
        self._base = base
        self.name = name
        self.is_end = is_end

    def get(self, name: str) -> str:
        """Give the value of an attribute, "" where there is none; addresses are made absolute.

        What follows from the element is given as if it were written: the start of a reversed list
        and the language of code.
        """
        if name == "reversed" and self._element.get(name) is not None:
            return name
        if name == "start" and self._element.get(name) is None and self.get("reversed"):
            return str(sum(name_of(child) == "li" for child in self._element))
        if name == "data-language":
            return code_language(self._element)
        if name == "src":
            return self._address(next(filter(None, map(self._source, SOURCES)), ""))
        value = clean_text(self._element.get(name, ""))
        return self._address(value) if name == "href" else value

    def _source(self, name: str) -> str:
        value = clean_text(self._element.get(name, "")).strip()
        return "" if value[:5].lower() == "data:" else value

    def _address(self, value: str) -> str:
        value = value.strip()
        if not value or not self._base:
            return value
        try:
            return urljoin(self._base, value)
        except ValueError:  # an address that is none
            return value
