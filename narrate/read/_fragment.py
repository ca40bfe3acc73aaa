"""HTML in which nothing is boilerplate, as feeds and mail hold it → blocks and plain text."""

import re
from typing import TYPE_CHECKING

from narrate.base.model import Block
from narrate.read._tree import read_tree

if TYPE_CHECKING:
    from lxml.html import HtmlElement

LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")
"""Language tags, as far as their form goes (BCP 47); some write them with an underscore."""


def parse_fragment(html: str) -> "HtmlElement | None":
    """Give the root of some HTML; None where there is nothing in it."""
    from lxml.etree import ParserError
    from lxml.html import HTMLParser, document_fromstring

    parser = HTMLParser(encoding="utf-8", huge_tree=True, no_network=True, remove_comments=True)
    try:
        return document_fromstring(html.encode(errors="replace"), parser=parser)
    except ParserError:
        return None


def read_blocks(html: str, *, base: str = "", language: str = "") -> tuple[Block, ...]:
    """Give the blocks of some HTML, all of it."""
    root = parse_fragment(html)
    return () if root is None else tuple(read_tree(root, base=base, language=language))


def plain_text(html: str) -> str:
    """Give the text of some HTML on one line."""
    root = parse_fragment(html)
    return "" if root is None else " ".join("".join(root.itertext()).split())


def language_tag(written: object) -> str:
    """Give a language as BCP 47 writes it; empty for what is none."""
    text = str(written or "").strip()
    return text.replace("_", "-") if LANGUAGE.fullmatch(text) else ""
