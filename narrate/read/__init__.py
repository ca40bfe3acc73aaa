"""Stage 1, any document → Articles.

A reader is a module with SUFFIXES and read(data, url) -> Iterator[Article]. This door opens files
and standard input, chooses the reader, and puts in what the caller knows better.
"""

import hashlib
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from types import ModuleType

from narrate.base import plugins
from narrate.base.errors import LimitError, NothingToSay, ReadError, UsageError
from narrate.base.model import Article
from narrate.read._clean import clean_text

__all__ = ["Given", "read_articles"]

MOST_BYTES = 20_000_000
MOST_CHARACTERS = 2_000_000
"""About 35 hours of speech."""
TITLE_LENGTH = 60
NOT_READ = {".html", ".htm", ".epub", ".pdf", ".docx", ".doc", ".odt", ".rtf", ".eml", ".mhtml"}
PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")


@dataclass(frozen=True, slots=True)
class Given:
    """What the caller says about an article; it wins over what the document says."""

    title: str = ""
    author: str = ""
    published: str = ""
    """ISO 8601 calendar date."""
    language: str = ""
    """BCP 47 tag."""
    site: str = ""
    cover: str = ""
    """Path of a JPEG or PNG file."""


def read_articles(
    source: str | Path, given: Given | None = None, *, unlimited: bool = False
) -> Iterator[Article]:
    """The articles in `source`: a file's path, or "-" for standard input.

    `unlimited` lifts the limit on the length of the text. Raises ReadError for what is missing,
    binary or of a kind that is not read, LimitError for what is too large, UsageError for a date
    or a cover in `given` that cannot be used.
    """
    checked = _check(given or Given())
    name, data, key = _open(str(source))
    suffix = Path(name).suffix.lower()
    if suffix in NOT_READ or data[:200].lstrip().lower().startswith((b"<!doctype html", b"<html")):
        raise ReadError(name, "documents of this kind are not read", "save it as plain text first")
    for article in _choose_reader(suffix).read(data, name):
        length = sum(len(block.text) for block in article.blocks)
        if length > MOST_CHARACTERS and not unlimited:
            raise LimitError(
                name,
                f"{length:,} characters are about {length // 54_000} hours of speech",
                "--yes makes it all the same",
            )
        yield _complete(article, name, key, checked)


def _choose_reader(suffix: str) -> ModuleType:
    """The reader of files with this ending; what none of them knows is read as plain text."""
    for name in plugins.names("read"):
        reader = plugins.load("read", name)
        if suffix in reader.SUFFIXES:
            return reader
    return plugins.load("read", "text")


def _open(source: str) -> tuple[str, bytes, str]:
    """The name, the bytes and the key of a file or of standard input."""
    if source == "-":
        data = sys.stdin.buffer.read(MOST_BYTES + 1)
        name, identity = "standard input", data
    else:
        path = Path(source)
        name, identity = path.name, str(path.absolute()).encode(errors="surrogateescape")
        try:
            if path.is_dir():
                raise ReadError(source, "this is a folder", "name the files in it")
            with path.open("rb") as file:
                data = file.read(MOST_BYTES + 1)
        except (OSError, ValueError) as error:
            why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
            raise ReadError(source, why.lower()) from error
    if len(data) > MOST_BYTES:
        raise LimitError(source, f"it is larger than {MOST_BYTES // 1_000_000} MB")
    if not data.strip():
        raise NothingToSay(source, "it is empty")
    return name, data, hashlib.sha256(identity).hexdigest()


def _check(given: Given) -> Given:
    texts = ("title", "author", "language", "site")
    given = replace(given, **{name: clean_text(getattr(given, name)).strip() for name in texts})
    if not given.published:
        return given
    try:
        return replace(given, published=date.fromisoformat(given.published).isoformat())
    except ValueError:
        raise UsageError(
            f"date {given.published}", "it is no calendar date", "write it like 2026-03-17"
        ) from None


def _complete(article: Article, name: str, key: str, given: Given) -> Article:
    title = given.title or article.title or _first_words(article) or clean_text(Path(name).stem)
    return replace(
        article,
        title=" ".join(title.split()),
        author=given.author or article.author,
        published=given.published or article.published,
        language=given.language or article.language,
        site=given.site or article.site,
        cover=_read_cover(given.cover) if given.cover else article.cover,
        source=article.source or clean_text(name),
        source_key=key,
    )


def _first_words(article: Article) -> str:
    """The beginning of a text that has no title, as its title."""
    text = next(
        (" ".join(block.text.split()) for block in article.blocks if block.text.strip()), ""
    )
    if len(text) <= TITLE_LENGTH:
        return text
    cut = text[: TITLE_LENGTH - 1]
    return f"{cut.rpartition(' ')[0] or cut}…"


def _read_cover(path: str) -> bytes:
    try:
        with Path(path).open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        raise UsageError(f"cover {path}", str(why).lower()) from error
    if len(data) > MOST_BYTES:
        raise UsageError(f"cover {path}", f"it is larger than {MOST_BYTES // 1_000_000} MB")
    if not data.startswith(PICTURES):
        raise UsageError(f"cover {path}", "it is neither a JPEG nor a PNG file")
    return data
