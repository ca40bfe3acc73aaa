"""Subtitles as SubRip: for players that read nothing else.

Nobody owns the format; this is what ffmpeg, VLC and mpv agree on. It has no way to escape, so an
invisible character (U+2060, word joiner) keeps them from taking text for times or for tags.
"""

import re
from pathlib import Path

from narrate.base.model import Recording
from narrate.write._audio import clean_text, file_error
from narrate.write._clock import clock
from narrate.write._subtitles import make_captions
from narrate.write._text import DEFAULT, TextSettings

KIND = "srt"
SUFFIX = ".srt"
MIME = "application/x-subrip"

_TAKEN_FOR_MARKUP = re.compile(r"(<)(?=[A-Za-z/])|(\{)(?=\\)|(--)(?=>)")


def write(recording: Recording, path: Path, settings: TextSettings = DEFAULT) -> None:  # noqa: ARG001 SubRip knows no words
    """Write the captions; raise WriteError if that fails."""
    try:
        with path.open("w", encoding="utf-8", newline="\n") as file:
            for number, caption in enumerate(make_captions(recording.cues), start=1):
                times = f"{_clock(caption.start_ms)} --> {_clock(caption.end_ms)}"
                lines = "\n".join(_escape(caption.text[start:end]) for start, end in caption.lines)
                speaker = f"{_escape(caption.speaker)}: " if caption.speaker else ""
                file.write(f"{number}\n{times}\n{speaker}{lines}\n\n")
    except OSError as error:
        raise file_error(path, error) from error


def _clock(ms: int) -> str:
    return clock(ms).replace(".", ",")


def _escape(text: str) -> str:
    return _TAKEN_FOR_MARKUP.sub(lambda match: f"{match[0]}\u2060", clean_text(text).strip())
