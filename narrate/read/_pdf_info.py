"""What a PDF says of itself: title, author, language, bookmarks; and which of it to believe."""

import ctypes
import logging
import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from narrate.read._clean import clean_text
from narrate.read._pdf_chunks import Chunk
from narrate.read._pdf_headings import Outline, fold, heading_text
from narrate.read._pdf_lines import Measures

LARGER = 1.15
"""Size of a title's letters to the text's, at least."""
LONGEST_TITLE = 300
MOST_BOOKMARKS = 5_000
DEEPEST = 8
MOST_ABOVE = 3
"""Paragraphs at the top of the first page among which a bold line can be the title."""

_NO_TITLE = re.compile(
    r"microsoft (?:word|powerpoint|excel|office).*|untitled.*|document\s?\d*|title|slide \d+"
    r"|powerpoint.*|layout \d+|no title|unbenannt.*|sans titre.*|about:blank|temp\d*"
    r"|(?:doi|pii|arxiv|isbn)[: ].*|https?:.*|[\W\d_]*"
    r"|\S*\.(?:docx?|pdf|tex|dvi|indd|qxd|odt|rtf|txt|html?|ps|eps|pptx?|xlsx?|md|pages|wpd)",
    re.IGNORECASE,
)
_NO_AUTHOR = re.compile(
    r"(?:root|user|admin(?:istrator)?|owner|unknown|anonymous|author|default|microsoft.*|adobe.*"
    r"|windows.*|\(?unspecified\)?|test|[\W\d_]*|\S*@\S*|\S*\d\S*)",
    re.IGNORECASE,
)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")


class Info(NamedTuple):
    """What the file says of the document."""

    title: str
    author: str
    language: str
    """BCP 47 tag, or empty."""
    outline: Outline


def read_info(document: Any) -> Info:  # noqa: ANN401 (pypdfium2 has no types)
    """Read what a document of pypdfium2 says of itself."""
    said = document.get_metadata_dict()
    title = " ".join(clean_text(said.get("Title", "")).split())
    author = " ".join(clean_text(said.get("Author", "")).split())
    return Info(
        "" if _NO_TITLE.fullmatch(title) or len(title) > LONGEST_TITLE else title,
        "" if _NO_AUTHOR.fullmatch(author) or len(author) > LONGEST_TITLE else author,
        _read_language(document),
        Outline(_read_outline(document)),
    )


def _read_language(document: Any) -> str:  # noqa: ANN401
    import pypdfium2.raw as pdfium

    length = pdfium.FPDFCatalog_GetLanguage(document.raw, None, 0)
    if not 2 < length < 200:
        return ""
    buffer = ctypes.create_string_buffer(length)
    pdfium.FPDFCatalog_GetLanguage(
        document.raw, ctypes.cast(buffer, ctypes.POINTER(pdfium.FPDF_WCHAR)), length
    )
    language = buffer.raw.decode("utf-16-le", "replace").strip("\0 ").replace("_", "-")
    return language if _LANGUAGE.fullmatch(language) else ""


def _read_outline(document: Any) -> list[tuple[str, int]]:  # noqa: ANN401
    logging.getLogger("pypdfium2").setLevel(logging.ERROR)  # it tells of bookmarks too deep
    entries = []
    for bookmark in document.get_toc(max_depth=DEEPEST):
        entries.append((" ".join(clean_text(bookmark.get_title()).split()), bookmark.level))
        if len(entries) >= MOST_BOOKMARKS:
            break
    return entries


class Title(NamedTuple):
    """A document's title, and where the text has it."""

    text: str
    chunks: tuple[Chunk, ...]


def find_title(chunks: Sequence[Chunk], said: str, measures: Measures) -> Title:
    """Find the title: what the first page says in its largest letters, or what the file says.

    `chunks` are those of the first page with text. The file is believed where the page agrees, or
    where nothing on the page is large; without either, a bold line at the top is the title.
    """
    candidates = [chunk for chunk in chunks if _can_be_title(chunk)]
    agreed = _agreeing(candidates, said)
    if agreed:
        return Title(heading_text_of(agreed), agreed)
    largest = max((chunk.lines[0].style.size for chunk in candidates), default=0.0)
    if largest < LARGER * measures.body:
        bold = [c for c in candidates[:MOST_ABOVE] if c.lines[0].style.bold and not measures.bold]
        found = tuple(bold[:1]) if not said else ()
        return Title(said or heading_text_of(found), found)
    first = next(
        at for at, chunk in enumerate(candidates) if chunk.lines[0].style.size > 0.97 * largest
    )
    run = [candidates[first]]
    for chunk in candidates[first + 1 :]:
        style = chunk.lines[0].style
        if style != run[-1].lines[0].style or chunks.index(chunk) != chunks.index(run[-1]) + 1:
            break
        run.append(chunk)
    found = tuple(run if len(run) <= 3 else run[:1])
    return Title(heading_text_of(found), found)


def heading_text_of(chunks: Sequence[Chunk]) -> str:
    """Give the text of several chunks as one heading."""
    return clean_text(" ".join(heading_text(chunk) for chunk in chunks)).strip()


def _can_be_title(chunk: Chunk) -> bool:
    text = heading_text(chunk)
    letters = sum(character.isalpha() for character in text)
    return chunk.kind in ("para", "item") and letters > 2 and len(text) <= LONGEST_TITLE


def _agreeing(candidates: Sequence[Chunk], said: str) -> tuple[Chunk, ...]:
    """Give the chunks of the page that say the title that the file says."""
    wanted = fold(said)
    if len(wanted) < 4:
        return ()
    for at in range(len(candidates)):
        text = ""
        for end in range(at, min(at + 4, len(candidates))):
            text += fold(heading_text(candidates[end]))
            if text == wanted:
                return tuple(candidates[at : end + 1])
            if not wanted.startswith(text):
                break
    return ()
