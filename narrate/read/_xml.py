"""XML without its dangers: no DTD, no entity of the document's own, nothing from the network."""

import codecs
import re
from collections.abc import Container, Iterator
from html.entities import html5
from typing import TYPE_CHECKING, cast

from narrate.base.errors import LimitError, ReadError
from narrate.read._clean import clean_text
from narrate.read._decode import decode
from narrate.read._tags import BLOCKS

if TYPE_CHECKING:
    from lxml.etree import _Element as Element
    from lxml.html import HtmlElement

PREDEFINED = frozenset({"amp", "lt", "gt", "quot", "apos"})
"""Entities that XML itself knows."""

PLAIN_NAMESPACES = (
    "{http://www.w3.org/1999/xhtml}",
    "{http://www.daisy.org/z3986/2005/dtbook/}",
    "{http://openebook.org/namespaces/oeb-document/1.0/}",
)
"""Namespaces of the languages that pages are written in; their names are HTML's."""

_DECLARATION = re.compile(r"\s*<\?xml\b[^>]{0,200}\?>")
_ENCODING = re.compile(rb"""<\?xml[^>]{0,100}encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_DOCTYPE_BEGINS = re.compile("<!DOCTYPE", re.IGNORECASE)
_DOCTYPE = re.compile(r"<!DOCTYPE\b[^\[<>]*+(?:\[.*?\]\s*)?>", re.DOTALL | re.IGNORECASE)
_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]{0,40});")
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
STATEFUL = ("iso-2022", "utf-7", "hz")
"""Encodings whose bytes are all ASCII, and look like UTF-8 therefore."""


def parse_xml(data: bytes, name: str) -> "HtmlElement":
    """Give the root of an XML document; `name` is what messages call it.

    Elements have the methods of lxml.html; those of pages come without their namespace. Raises
    ReadError for what is not well formed.
    """
    from lxml import etree

    try:
        return _parse(_prepare(data, name))
    except etree.XMLSyntaxError as error:
        raise ReadError(name, f"its XML is broken: {error.msg}") from error


def parse_xhtml(data: bytes, name: str) -> "HtmlElement | None":
    """Give the root of a page of XHTML, read as HTML where it is not well formed.

    None where there is nothing in it. Raises ReadError for what is no text, and LimitError for
    what the parser would give half of.
    """
    from lxml import etree
    from lxml.html import HTMLParser, document_fromstring

    text = _prepare(data, name)
    try:
        return _parse(text)
    except etree.XMLSyntaxError:
        parser = HTMLParser(
            encoding="utf-8",
            huge_tree=True,
            no_network=True,
            remove_comments=True,
            remove_pis=True,
        )
    try:
        page = document_fromstring(text.encode(), parser=parser)
    except etree.ParserError:
        return None
    if any(error.type_name == "ERR_RESOURCE_LIMIT" for error in parser.error_log):
        raise LimitError(name, "the elements of a page in it are nested too deep")
    return page


def local(element: "HtmlElement") -> str:
    """Give an element's name without its namespace; "" for what is no element."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def find_all(root: "HtmlElement", name: str) -> Iterator["HtmlElement"]:
    """Give the elements of this name in any namespace."""
    return (element for element in root.iter() if local(element) == name)


def text_of(element: "HtmlElement", without: Container["Element"] = ()) -> str:
    """Give an element's text on one line, with the descriptions of its pictures.

    The text in elements of `without` is left out.
    """
    from lxml.etree import iterwalk

    pieces: list[str] = []
    walk = iterwalk(element, events=("start", "end"))
    for event, node in walk:
        if event == "start" and node in without:
            walk.skip_subtree()
            continue
        if node.tag == "br" or node.tag in BLOCKS:
            pieces.append(" ")
        if event == "start":
            pieces += [node.get("alt", "")] if node.tag == "img" else []
            pieces.append(node.text or "")
        elif node is not element:
            pieces.append(node.tail or "")
    return " ".join(clean_text("".join(pieces)).split())


def has_text(element: "HtmlElement") -> bool:
    """Tell whether there is any text in an element, or a picture with a description."""
    texts = (*element.itertext(with_tail=False), *(i.get("alt", "") for i in element.iter("img")))
    return any(text.strip() for text in texts)


def _parse(text: str) -> "HtmlElement":
    from lxml import etree
    from lxml.html import HtmlElementClassLookup

    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    parser.set_element_class_lookup(HtmlElementClassLookup())
    root = etree.fromstring(text.encode(), parser)
    for namespace in PLAIN_NAMESPACES:
        for element in root.iter(f"{namespace}*"):
            element.tag = str(element.tag)[len(namespace) :]
    return cast("HtmlElement", root)


def _prepare(data: bytes, name: str) -> str:
    """Give the text of a document without its declarations, HTML's entities put in."""
    text = _ILLEGAL.sub("", _decode(data, name).removeprefix("\ufeff"))
    declaration = _DECLARATION.match(text)
    if declaration:
        text = text[declaration.end() :]
    doctype = _DOCTYPE_BEGINS.search(text)
    if doctype and (whole := _DOCTYPE.match(text, doctype.start())):
        text = text[: whole.start()] + text[whole.end() :]
    text = text.lstrip()
    return _ENTITY.sub(_put_in, text)


def _put_in(entity: re.Match[str]) -> str:
    """Give the characters that an entity of HTML stands for; nothing for one it has not."""
    if entity[1] in PREDEFINED:
        return entity[0]
    characters = html5.get(f"{entity[1]};", "")
    return characters.replace("&", "&amp;").replace("<", "&lt;")


def _decode(data: bytes, name: str) -> str:
    """Decode as the document says, but as UTF-8 where it is that whatever the document says."""
    if data.startswith((b"<\x00", b"\x00<")):
        return data.decode("utf-16-le" if data[0] else "utf-16-be", errors="replace")
    declared = _ENCODING.match(data.removeprefix(codecs.BOM_UTF8).lstrip()[:200])
    if declared:
        encoding = declared[1].decode("ascii").lower()
        try:
            if not encoding.startswith(STATEFUL):
                return data.decode("utf-8")
        except UnicodeDecodeError:
            pass
        try:
            return data.decode(encoding)
        except (UnicodeError, LookupError):
            pass
    return decode(data, name)
