"""ID3v2.3 tags with chapters.

Formats: https://id3.org/id3v2.3.0 and https://id3.org/id3v2-chapters-1.0. Version 2.3 because
libavformat reads the size of a chapter's parts as 2.3 has it even in 2.4, and drops chapters
whose title is longer than 127 bytes.
"""

# mypy: untyped-calls-exclude="mutagen"
# mutagen says that it is typed, but most of its functions are not.

import re
from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import TYPE_CHECKING

from narrate.base.model import Article, Recording, TimedChapter
from narrate.write._audio import (
    CHAPTER_TITLE_BYTES,
    WrittenChapter,
    album,
    artist,
    clamp_title,
    fit_chapters,
    image_type,
    language_code,
    track,
    voice_note,
    web_address,
    written_text,
)

if TYPE_CHECKING:
    from mutagen.id3 import CHAP, ID3, Frame

CTOC_CHAPTERS = 255
"""A table of contents counts its children in one byte."""

_HEADER_BYTES = 10
_NO_OFFSET = 0xFFFFFFFF
_TABLE_OF_CONTENTS = "toc"
_UNKNOWN_LANGUAGE = "XXX"
_FRONT_COVER = 3


def render_tag(frames: Sequence["Frame"]) -> bytes:
    """Write `frames` in the order given as an ID3v2.3 tag.

    mutagen writes the frames of one tag by size, and readers such as ffprobe list chapters as
    they stand in the file; so each frame is rendered by itself.
    """
    body = b"".join(_render_frame(frame) for frame in frames)
    # The size has seven bits in each byte, so that no byte looks like the start of a frame.
    size = bytes(len(body) >> shift & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3\x03\x00\x00" + size + body


def _render_frame(frame: "Frame") -> bytes:
    from mutagen.id3 import ID3

    tag = ID3()
    tag.add(frame)
    file = BytesIO()
    tag.save(file, v1=0, v2_version=3, padding=lambda _: 0)
    return file.getvalue()[_HEADER_BYTES:]


def recording_frames(recording: Recording, *, chapters: bool = True) -> Iterator["Frame"]:
    """Yield what a tag says about `recording`: small texts, chapters, the full text, the cover."""
    yield from _text_frames(recording)
    if chapters:
        yield from _chapter_frames(recording)
    yield from _large_frames(recording.article)


def _text_frames(recording: Recording) -> Iterator["Frame"]:
    from mutagen.id3 import COMM, TALB, TCON, TDAT, TIT2, TLAN, TLEN, TPE1, TRCK, TYER, WOAS

    article = recording.article
    year, month, day = _date_parts(article.published)
    texts = (
        (TIT2, clamp_title(article.title)),
        (TPE1, artist(article)),
        (TALB, album(recording)),
        (TYER, year),
        (TDAT, day + month),
        (TLAN, language_code(article.language)),
        (TCON, "Speech"),
        (TLEN, str(recording.length_ms)),
        (TRCK, track(recording)),
    )
    for frame, text in texts:
        if text:
            yield frame(encoding=_encoding(text), text=text)
    if address := web_address(article):
        yield WOAS(url=address)
    note = voice_note(recording.voice)
    yield COMM(encoding=_encoding(note), lang="eng", desc="", text=note)


def _chapter_frames(recording: Recording) -> Iterator["Frame"]:
    from mutagen.id3 import CTOC, CTOCFlags

    chapters = fit_chapters(recording.chapters, CTOC_CHAPTERS)
    if not chapters:
        return
    ids = [f"ch{number:03}" for number in range(1, len(chapters) + 1)]
    yield CTOC(
        element_id=_TABLE_OF_CONTENTS,
        flags=CTOCFlags.TOP_LEVEL | CTOCFlags.ORDERED,
        child_element_ids=ids,
        sub_frames=_title_frames(clamp_title(recording.article.title)),
    )
    for element_id, chapter in zip(ids, chapters, strict=True):
        yield _chapter_frame(element_id, chapter)


def _chapter_frame(element_id: str, chapter: TimedChapter) -> "CHAP":
    from mutagen.id3 import CHAP

    return CHAP(
        element_id=element_id,
        start_time=chapter.start_ms,
        end_time=chapter.end_ms,
        start_offset=_NO_OFFSET,
        end_offset=_NO_OFFSET,
        sub_frames=_title_frames(clamp_title(chapter.title, most_bytes=CHAPTER_TITLE_BYTES)),
    )


def _title_frames(title: str) -> list["Frame"]:
    from mutagen.id3 import TIT2

    return [TIT2(encoding=_encoding(title), text=title)] if title else []


def _large_frames(article: Article) -> Iterator["Frame"]:
    from mutagen.id3 import APIC, USLT, Encoding

    if text := written_text(article):
        language = language_code(article.language) or _UNKNOWN_LANGUAGE
        yield USLT(encoding=_encoding(text), lang=language, desc="", text=text)
    if media_type := image_type(article.cover):
        yield APIC(
            encoding=Encoding.LATIN1,
            mime=media_type,
            type=_FRONT_COVER,
            desc="",
            data=article.cover,
        )


def _encoding(text: str) -> int:
    """Choose UTF-16 unless `text` is ASCII, as many programs read Latin-1 as something else."""
    from mutagen.id3 import Encoding

    return Encoding.LATIN1 if text.isascii() else Encoding.UTF16


def _date_parts(published: str) -> tuple[str, str, str]:
    """Split an ISO 8601 date into year, month and day; empty where it does not say."""
    found = re.match(r"(\d{4})(?:-(\d\d)-(\d\d))?", published, re.ASCII)
    year, month, day = found.groups("") if found else ("", "", "")
    return year, month, day


def read_texts(tags: "ID3") -> dict[str, str]:
    """Read title, artist, album and date of a tag, named as in `Written`."""
    names = {"title": "TIT2", "artist": "TPE1", "album": "TALB", "date": "TDRC"}
    return {name: str(tags.get(frame, "")) for name, frame in names.items()}


def read_chapters(tags: "ID3") -> tuple[WrittenChapter, ...]:
    """Read the chapters that a tag's table of contents lists, in its order."""
    contents = tags.get(f"CTOC:{_TABLE_OF_CONTENTS}")
    ids = contents.child_element_ids if contents else []
    frames = [tags[key] for key in (f"CHAP:{element_id}" for element_id in ids) if key in tags]
    return tuple(
        WrittenChapter(
            str(frame.sub_frames.get("TIT2", "")), int(frame.start_time), int(frame.end_time)
        )
        for frame in frames
    )
