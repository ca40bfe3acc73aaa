"""Subtitles as WebVTT, https://www.w3.org/TR/webvtt1/: for web pages and podcast players."""

from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import TextIO

from narrate.base.model import Recording
from narrate.write._audio import clean_text, file_error
from narrate.write._clock import clock
from narrate.write._subtitles import Caption, make_captions
from narrate.write._text import DEFAULT, TextSettings

KIND = "vtt"
SUFFIX = ".vtt"
MIME = "text/vtt"


def write(recording: Recording, path: Path, settings: TextSettings = DEFAULT) -> None:
    """Write the captions, with the times of words if `settings` ask; raise WriteError."""
    try:
        with path.open("w", encoding="utf-8", newline="\n") as file:
            write_captions(recording, file, words=settings.words)
    except OSError as error:
        raise file_error(path, error) from error


def write_captions(recording: Recording, file: TextIO, *, words: bool) -> None:
    """Write a WebVTT file's text."""
    file.write("WEBVTT\n")
    for number, caption in enumerate(make_captions(recording.cues), start=1):
        times = f"{clock(caption.start_ms)} --> {clock(caption.end_ms)}"
        file.write(f"\n{number}\n{times}\n{_write_text(caption, words=words)}\n")


def _write_text(caption: Caption, *, words: bool) -> str:
    lines = "\n".join(
        "".join(_write_line(caption, start, end, words=words)).strip()
        for start, end in caption.lines
    )
    if caption.language:
        lines = f"<lang {_escape(caption.language)}>{lines}</lang>"
    if caption.speaker:
        lines = f"<v {_escape(caption.speaker)}>{lines}"
    return lines


def _write_line(caption: Caption, start: int, end: int, *, words: bool) -> Iterator[str]:
    """The text of a line, with a time before each word that begins inside the caption."""
    place = start
    latest_ms = caption.start_ms
    for word in caption.words if words else ():
        if start <= word.start < end and latest_ms < word.start_ms < caption.end_ms:
            yield _escape(caption.text[place : word.start])
            yield f"<{clock(word.start_ms)}>"
            place, latest_ms = word.start, word.start_ms
    yield _escape(caption.text[place:end])


def _escape(text: str) -> str:
    return escape(clean_text(text), quote=False)
