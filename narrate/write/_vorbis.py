"""Vorbis comments, the tags of Ogg and FLAC files, with chapters and the cover.

Formats: https://xiph.org/vorbis/doc/v-comment.html, for chapters
https://wiki.xiph.org/Chapter_Extension, for the cover the picture block of RFC 9639. FFmpeg's own
chapters in these files begin a second late where their milliseconds are 500 and more; so nothing
of this comes from a muxer.
"""

# mypy: untyped-calls-exclude="mutagen"
# mutagen says that it is typed, but most of its functions are not.

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from narrate.base.model import Article, Recording
from narrate.write._audio import (
    CHAPTER_TITLE_BYTES,
    WrittenChapter,
    album,
    artist,
    clamp_title,
    clean_text,
    fit_chapters,
    image_type,
    language_code,
    track,
    voice_note,
    web_address,
    written_text,
)
from narrate.write._clock import clock, read_clock

if TYPE_CHECKING:
    from mutagen._vorbis import VComment
    from mutagen.flac import Picture

VORBIS_CHAPTERS = 100
"""AntennaPod tells chapters by two digits of their numbers."""
VENDOR = "narrate"

_CHAPTER = re.compile(r"chapter(\d{3})", re.IGNORECASE)
_FRONT_COVER = 3


def comments(recording: Recording) -> Iterator[tuple[str, str]]:
    """Yield the names and values of what is said about `recording`, chapters last."""
    article = recording.article
    fields = (
        ("TITLE", clamp_title(article.title)),
        ("ARTIST", artist(article)),
        ("ALBUM", album(recording)),
        ("DATE", clean_text(article.published)),
        ("LANGUAGE", language_code(article.language)),
        ("GENRE", "Speech"),
        ("DESCRIPTION", clean_text(article.summary)),
        ("WEBSITE", web_address(article)),
        ("COMMENT", voice_note(recording.voice)),
        ("LYRICS", written_text(article)),
        ("TRACKNUMBER", track(recording).partition("/")[0]),
        ("TRACKTOTAL", track(recording).partition("/")[2]),
    )
    yield from (field for field in fields if field[1])
    chapters = fit_chapters(recording.chapters, VORBIS_CHAPTERS)
    for number, chapter in enumerate(chapters, start=1):
        name = f"CHAPTER{number:03}"
        yield name, clock(chapter.start_ms)
        yield f"{name}NAME", clamp_title(chapter.title, most_bytes=CHAPTER_TITLE_BYTES)


def cover_picture(article: Article) -> "Picture | None":
    """Return the article's cover as FLAC has it, or nothing."""
    from mutagen.flac import Picture

    media_type = image_type(article.cover)
    if not media_type:
        return None
    picture = Picture()
    picture.type = _FRONT_COVER
    picture.mime = media_type
    picture.data = article.cover
    return picture


def read_texts(tags: "VComment") -> dict[str, str]:
    """Read title, artist, album and date, named as in `Written`."""
    values = {name.lower(): value for name, value in reversed(tags)}
    return {name: values.get(name, "") for name in ("title", "artist", "album", "date")}


def read_chapters(tags: "VComment", length_ms: int) -> tuple[WrittenChapter, ...]:
    """Read the chapters by their times; each ends where the next begins, the last at the end.

    Raises ValueError where a time is none.
    """
    values = {name.lower(): value for name, value in tags}
    found = sorted(
        (read_clock(value), values.get(f"{name}name", ""))
        for name, value in values.items()
        if _CHAPTER.fullmatch(name)
    )
    ends = [start for start, _ in found[1:]] + [length_ms]
    return tuple(
        WrittenChapter(title, start, end) for (start, title), end in zip(found, ends, strict=False)
    )
