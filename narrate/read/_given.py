"""What the caller knows better than a document, and what a document lacks, put into articles."""

import hashlib
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from narrate.base.errors import LimitError, UsageError
from narrate.base.model import Article
from narrate.read._clean import clean_text
from narrate.read._fetch import is_url
from narrate.read._limits import MEGABYTE, MOST_CHARACTERS, MOST_FILE_BYTES
from narrate.read._open import Document

TITLE_LENGTH = 60
CHARACTERS_PER_HOUR = 54_000
PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
"""How the files of pictures begin that can be a cover: JPEG and PNG."""


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


def check_given(given: Given) -> Given:
    """Clean what the caller says. Raises UsageError for what is no calendar date."""
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


class Completer:
    """Puts what the caller says, and what every article has, into the articles of a source."""

    def __init__(self, given: Given, *, unlimited: bool) -> None:
        self._given = given
        self._cover = read_cover(given.cover) if given.cover else b""
        self._unlimited = unlimited
        self._seen: Counter[tuple[bytes, str]] = Counter()

    def complete(self, article: Article, document: Document) -> Article:
        """Give `article`, which was found in `document`, with all that it needs.

        Raises LimitError for a text that is too long.
        """
        length = sum(len(block.text) for block in article.blocks)
        if length > MOST_CHARACTERS and not self._unlimited:
            hours = length // CHARACTERS_PER_HOUR
            why = f"{length:,} characters are about {hours} hours of speech"
            raise LimitError(document.name, why, "--yes makes it all the same")
        given, stem = self._given, clean_text(Path(document.file_name).stem)
        title = given.title or article.title or _first_words(article) or stem
        title = " ".join(title.split())
        source = article.source or document.url or clean_text(document.file_name)
        return replace(
            article,
            title=title,
            author=given.author or article.author,
            published=given.published or article.published,
            language=given.language or article.language,
            site=given.site or article.site,
            cover=self._cover or article.cover,
            source=source,
            source_key=self._make_key(source, title, document),
        )

    def _make_key(self, source: str, title: str, document: Document) -> str:
        """Name the document whatever it says today; of equal ones in a source, each apart."""
        identity = source.encode() if is_url(source) else document.identity
        self._seen[identity, title] += 1
        nth = self._seen[identity, title]
        return hashlib.sha256(identity if nth == 1 else b"%b %d" % (identity, nth)).hexdigest()


def _first_words(article: Article) -> str:
    """The beginning of a text that has no title, as its title."""
    prose = [block for block in article.blocks if block.kind != "code"] or article.blocks
    text = next((" ".join(block.text.split()) for block in prose if block.text.strip()), "")
    if len(text) <= TITLE_LENGTH:
        return text
    cut = text[: TITLE_LENGTH - 1]
    return f"{cut.rpartition(' ')[0] or cut}…"


def read_cover(path: str) -> bytes:
    """Read the file of a cover. Raises UsageError for what is none."""
    try:
        with Path(path).open("rb") as file:
            data = file.read(MOST_FILE_BYTES + 1)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        raise UsageError(f"cover {path}", str(why).lower()) from error
    if len(data) > MOST_FILE_BYTES:
        raise UsageError(f"cover {path}", f"it is larger than {MOST_FILE_BYTES // MEGABYTE} MB")
    if not data.startswith(PICTURES):
        raise UsageError(f"cover {path}", "it is neither a JPEG nor a PNG file")
    return data
