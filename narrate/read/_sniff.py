"""Which reader a document needs: by what is in it first, by its name or MIME type second."""

import re
import shlex
import tomllib
from collections.abc import Collection, Mapping
from importlib.resources import files
from pathlib import Path
from types import ModuleType
from typing import Any

from narrate.base import plugins
from narrate.base.errors import ReadError
from narrate.read._decode import SIGNATURES
from narrate.read._open import Document

_TAG = re.compile(
    rb"<(?:!doctype|/?(?:html|head|body|title|p|div|h[1-6]|ul|ol|li|table|article|section|main"
    rb"|blockquote|pre|br|hr|a|b|i|em|strong|span|img|figure))\b",
    re.IGNORECASE,
)
# Neither markup, JSON, TeX nor RTF, nor the first line of a mail or a mailbox.
_PLAIN_START = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?!From |\d+\s|[!-9;-~]+:)[^\s<{%\\]")
PLAIN = {".txt": "text", ".text": "text", ".md": "markdown", ".markdown": "markdown"}
ARCHIVE = "an archive"

_BEGINNING = 65_536
"""Bytes in which a page has its first tag."""


def choose_reader(document: Document) -> ModuleType:
    """Give the reader of a document; what is plain text and nothing else is read as that.

    Raises ReadError, with a way to convert it, for a kind that none of them reads.
    """
    if plain := _find_plain(document):
        return plugins.load("read", plain)
    readers = {name: plugins.load("read", name) for name in plugins.names("read")}
    found = [reader for reader in readers.values() if _recognises(reader, document.data)]
    if found:
        return next((reader for reader in found if _is_named(reader, document)), found[0])
    is_named = any(_is_named(reader, document) for reader in readers.values())
    _refuse(document, is_named=is_named)
    for reader in readers.values():
        if _is_named(reader, document) and (
            not is_limited(reader)
            or not hasattr(reader, "recognise")
            or _is_marked_up(reader, document)
        ):
            return reader
    if is_named and _is_binary(document.data):
        raise ReadError(document.name, f"this is no {document.suffix} document, or a damaged one")
    return readers["text"]


def _find_plain(document: Document) -> str:
    """The reader of what is named as a text and begins as none of the other kinds can.

    To ask all readers is to import them, which takes longer than to speak a minute of text.
    """
    name = PLAIN.get(document.suffix, "")
    data = document.data[:_BEGINNING]
    odd = b"\0" in data or b"%PDF-" in data or _find_signature(document.data)
    return "" if odd or document.mime or not _PLAIN_START.match(data) else name


def is_limited(reader: ModuleType) -> bool:
    """Tell whether a reader works in a child process with limits; most do."""
    return bool(getattr(reader, "LIMITED", True))


def _recognises(reader: ModuleType, data: bytes) -> bool:
    recognise = getattr(reader, "recognise", None)
    return recognise is not None and bool(recognise(data))


def _is_named(reader: ModuleType, document: Document) -> bool:
    """Tell whether the name or the server says that this is for `reader`."""
    mimes: Collection[str] = getattr(reader, "MIMES", ())
    return document.suffix in reader.SUFFIXES or document.mime in mimes


def _is_marked_up(reader: ModuleType, document: Document) -> bool:
    """Tell whether a piece of a page is in a file of that name."""
    is_page = reader.__name__ == "narrate.read.html"
    return is_page and _TAG.search(document.data, 0, _BEGINNING) is not None


def _is_binary(data: bytes) -> bool:
    return b"\0" in data[:_BEGINNING] and not data.startswith((b"\xff\xfe", b"\xfe\xff"))


def _refuse(document: Document, *, is_named: bool) -> None:
    """Raise ReadError for a kind that is known and not read.

    `is_named` says that by its name the document is of a kind that is read: then it is no archive
    but a damaged one of those.
    """
    kinds = tomllib.loads(files("narrate.read").joinpath("unread.toml").read_text("utf-8"))["kind"]
    name = _find_signature(document.data)
    for kind in kinds:
        if _is_of(kind, name, document) and not (is_named and kind["name"] == ARCHIVE):
            hint = _fill_in(kind["hint"], document)
            raise ReadError(document.name, f"{kind['name']} is not read", hint)


def _fill_in(hint: str, document: Document) -> str:
    """Put the file's name into a command, so that it can be typed as it stands."""
    path = Path(f"file{document.suffix}" if document.url else document.file_name)
    names = {"file": path.name, "stem": path.stem}
    return " ".join(
        shlex.quote(word.format(**names)) if "{" in word else word for word in hint.split()
    )


def _find_signature(data: bytes) -> str:
    """What the first bytes say this is; empty where they say nothing."""
    return next((kind for at, mark, kind in SIGNATURES if data.startswith(mark, at)), "")


def _is_of(kind: Mapping[str, Any], signature: str, document: Document) -> bool:
    """Tell whether a document is of a kind of the table."""
    if "holds" in kind:
        return bool(signature) and kind["holds"].encode() in document.data
    if "signature" in kind:
        return signature.endswith(kind["signature"])
    if "begins" in kind and document.data[:400].lstrip().startswith(kind["begins"].encode()):
        return True
    named = document.suffix in kind.get("suffixes", ()) or any(
        document.mime.startswith(mime) for mime in kind.get("mimes", ())
    )
    return named and (_is_binary(document.data) or bool(kind.get("text")))
