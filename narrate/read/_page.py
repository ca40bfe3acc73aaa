"""A page's bytes → its tree: encoding found, pictures that are in it left out, then parsed."""

import codecs
import re
from typing import TYPE_CHECKING

from narrate.base.errors import LimitError, NothingToSay
from narrate.read._decode import decode
from narrate.read._elements import name_of
from narrate.read._shown import is_hidden

if TYPE_CHECKING:
    from lxml.html import HtmlElement

MOST_CHARACTERS = 10_000_000
"""Of a page without the pictures that are in it; what is more takes the extractor too long."""

ENCODINGS = {
    "ascii": "cp1252",
    "latin_1": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis_620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
}
"""Encodings that pages name, and those that browsers take instead (Encoding Standard, 4.2)."""

WHERE_DECLARED = 4096
"""Bytes from the beginning in which the encoding is looked for; browsers look at 1,024."""

MOST_BROKEN = 0.01
"""Share of characters that may be broken in the declared encoding; beyond, it is a false one."""

_DECLARED = re.compile(
    rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*(?P<meta>[\w.:-]+)
    |\A\s*<\?xml[^>]{0,100}?encoding\s*=\s*["'](?P<xml>[\w.:-]+)""",
    re.IGNORECASE | re.VERBOSE,
)
_DATA_ADDRESS = re.compile(r"data:[\w.+-]*/[\w.+-]*(?:;[\w=.+-]*)*,[^\s\"'<>)]{64,}")
_NESTING = re.compile(
    r"</?(?!(?:p|h[1-6]|br|hr|img|script|style|template|head|title|meta|link|body|html)\b)"
    r"[a-z][^<>]*>",
    re.IGNORECASE,
)
"""Tags that nest. The parser drops what is deeper than 2,048 elements; without them nothing is."""

_REFERENCE = re.compile(r"&#(?P<number>\d{1,9}|[xX][0-9a-fA-F]{1,7})(?![\da-fA-F]);?")
_NO_CHARACTERS = re.compile("[\x00-\x08\x0b\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def decode_page(data: bytes, name: str) -> str:
    """Give the text of a page in the encoding that it is in.

    Bytes that are valid UTF-8 and not ASCII are nothing else whatever the page says: browsers save
    pages as UTF-8. Else what the page declares is believed, if it fits. Raises ReadError for what
    is no text.
    """
    if not data.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = _declared_encoding(data)
        if encoding.startswith("iso2022"):
            return data.decode(encoding, errors="replace")
        if encoding and not _is_utf8(data):
            text = data.decode(encoding, errors="replace")
            if text.count("\ufffd") <= MOST_BROKEN * len(text):
                return text
    return decode(data, name)


def _declared_encoding(data: bytes) -> str:
    """Give Python's name of the encoding that a page says it is in; "" where it says none."""
    found = _DECLARED.search(data[:WHERE_DECLARED])
    if found is None:
        return ""
    label = (found["meta"] or found["xml"]).decode("ascii")
    try:
        codec = codecs.lookup(label)
    except LookupError:
        return ""
    encoding = ENCODINGS.get(codec.name, codec.name)
    is_for_text = getattr(codec, "_is_text_encoding", True) and not encoding.startswith("utf")
    return encoding if is_for_text and encoding not in ("idna", "punycode") else ""


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def parse_page(page: bytes | str, name: str) -> "HtmlElement":
    """Give the tree of a page, comments left out.

    Raises NothingToSay for what holds no element, LimitError for what is too large.
    """
    text = page if isinstance(page, str) else decode_page(page, name)
    text = _NO_CHARACTERS.sub("", _REFERENCE.sub(_without_control, text))
    text = text.replace("\f", " ")
    text = _DATA_ADDRESS.sub("data:,", text)
    if len(text) > MOST_CHARACTERS:
        raise LimitError(name, f"the page is longer than {MOST_CHARACTERS // 1_000_000} MB")
    root, is_whole = _parse(text)
    if not is_whole:
        root, _ = _parse(_NESTING.sub("<p>", text))
    if root is None:
        raise NothingToSay(name, "the page has no text")
    return root


def _parse(text: str) -> tuple["HtmlElement | None", bool]:
    """Give the tree of a page, and whether the parser came to the bottom of it."""
    from lxml import etree, html

    parser = html.HTMLParser(
        encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True, no_network=True
    )
    try:
        root = html.document_fromstring(text.encode(), parser=parser)
    except etree.ParserError:  # there is no element in it
        return None, True
    errors = (error.message for error in parser.error_log)
    return root, not any("depth" in message for message in errors)


def _without_control(reference: re.Match[str]) -> str:
    """Give a reference to a character as it is, but for those that no XML can hold."""
    digits = reference["number"]
    number = int(digits[1:], 16) if digits[0] in "xX" else int(digits)
    if number in (9, 10, 12, 13):
        return " "
    return "" if number < 0x20 or number in (0xFFFE, 0xFFFF) else reference[0]


def drop_hidden(root: "HtmlElement") -> None:
    """Take out of a tree what readers of the page do not see, its text with it."""
    for element in list(root.iter("*")):
        name = name_of(element)
        says_so = {"hidden", "style"} & set(element.attrib) or name in ("template", "dialog")
        is_gone = says_so and (name == "template" or is_hidden(element, name))
        if is_gone and element.getparent() is not None and name != "body":
            element.drop_tree()
