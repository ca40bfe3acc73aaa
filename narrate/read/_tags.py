"""Tags of HTML: finding them in text, and what those inside a line do to it.

Nothing here needs the HTML to be well formed, and time grows linearly with it.
"""

import re
from collections.abc import Iterator
from html import unescape
from typing import NamedTuple, Protocol

from narrate.read._clean import clean_text
from narrate.read._rich import TextBuilder

SPANS = {
    "a": "link",
    "b": "strong",
    "strong": "strong",
    "i": "emphasis",
    "em": "emphasis",
    "code": "code",
    "kbd": "code",
    "samp": "code",
    "tt": "code",
    "del": "strikethrough",
    "s": "strikethrough",
    "strike": "strikethrough",
    "sup": "superscript",
    "sub": "subscript",
}
"""Tags inside a line, and the kind of span they make."""

SILENT = frozenset({"script", "style", "template"})
"""Elements whose text is for machines."""

BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "caption",
        "center",
        "dd",
        "details",
        "dialog",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hgroup",
        "hr",
        "html",
        "legend",
        "li",
        "main",
        "menu",
        "nav",
        "ol",
        "p",
        "pre",
        "search",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
"""Tags that end a line of text, after the HTML Standard's section on flow content."""

_TAG = re.compile(
    r"""<(?P<end>/?)(?P<name>[A-Za-z][^\s<>/]*+)
    (?P<attributes>(?:[^<>"']|"[^"]*"|'[^']*')*+)>""",
    re.VERBOSE,
)
_ATTRIBUTE = re.compile(
    r"""(?P<name>[^\s=<>"'/]++)
    (?:\s*+=\s*+(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[^\s"'<>]++)))?""",
    re.VERBOSE,
)
_DECLARATIONS = (("<!--", "-->"), ("<![CDATA[", "]]>"), ("<!", ">"), ("<?", "?>"))
"""What begins that is no tag and no text, and what ends it."""


class HtmlTag(Protocol):
    """A start or end tag, wherever it comes from."""

    @property
    def name(self) -> str:
        """Give its name in lower case."""

    @property
    def is_end(self) -> bool:
        """Tell whether it is an end tag."""

    def get(self, name: str) -> str:
        """Give the value of an attribute, "" where there is none."""


class Tag(NamedTuple):
    """A start or end tag."""

    name: str
    """In lower case."""
    is_end: bool = False
    attributes: str = ""
    """As written."""

    def get(self, name: str) -> str:
        """Give the value of an attribute, "" where there is none."""
        for attribute in _ATTRIBUTE.finditer(self.attributes):
            if attribute["name"].lower() == name:
                value = attribute["double"] or attribute["single"] or attribute["bare"] or ""
                return clean_text(unescape(value))
        return ""


def match_tag(html: str) -> Tag | None:
    """Give the tag that `html` begins with."""
    tag = _TAG.match(html)
    return _as_tag(tag) if tag else None


def split_tags(html: str) -> Iterator[Tag | str]:
    """Give the tags in `html` and the text between them, its entities still written as such.

    Comments and silent elements are left out; where one has no end, only its beginning is.
    """
    endless: set[str] = set()
    place = at = 0
    while (start := html.find("<", at)) >= 0:
        tag = _TAG.match(html, start)
        end = tag.end() if tag else _skip_declaration(html, start, endless)
        if end == start:
            at = start + 1
            continue
        if place < start:
            yield html[place:start]
        if tag:
            found = _as_tag(tag)
            if found.name not in SILENT:
                yield found
            elif not found.is_end:
                end = _skip_to(html, f"</{found.name}", end, endless)
        place = at = end
    if place < len(html):
        yield html[place:]


def _as_tag(match: re.Match[str]) -> Tag:
    return Tag(match["name"].lower(), match["end"] == "/", match["attributes"])


def _skip_declaration(html: str, start: int, endless: set[str]) -> int:
    """Give where the comment or declaration at `start` ends; `start` where there is none."""
    for opener, closer in _DECLARATIONS:
        if html.startswith(opener, start):
            end = _skip_to(html, closer, start + len(opener), endless)
            return end + len(closer) if html.startswith(closer, end) else end
    return start


def _skip_to(html: str, closer: str, start: int, endless: set[str]) -> int:
    """Give where `closer` stands next, else `start`; `endless` saves looking for it again."""
    if closer in endless:
        return start
    found = re.compile(re.escape(closer), re.IGNORECASE).search(html, start)
    if found is None:
        endless.add(closer)
        return start
    return found.start()


def write_tag(builder: TextBuilder, tag: HtmlTag) -> None:
    """Do to a line of text what a tag inside it says."""
    if tag.name == "br":
        builder.break_line()
    elif tag.name == "img" and not tag.is_end:
        builder.open("image", tag.get("src"))
        builder.add(tag.get("alt"))
        builder.close("image")
    elif tag.name in BLOCKS:
        builder.add(" ")
    elif tag.name in SPANS:
        if tag.is_end:
            builder.close(SPANS[tag.name])
        else:
            builder.open(SPANS[tag.name], tag.get("href"))
