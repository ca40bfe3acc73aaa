"""A page to read along: the article, its audio, and marks on what is spoken, in one HTML file.

The page loads nothing but the audio file beside it, and says so to the browser (a Content Security
Policy with the hashes of its own style and script). Its sources are in the folder of this name.
"""

import hashlib
from base64 import b64encode
from collections.abc import Sequence
from importlib import resources
from io import StringIO
from pathlib import Path
from string import Template
from urllib.parse import quote

from narrate.base.model import Recording, Segment
from narrate.write._audio import AudioSettings, clamp_title, file_error
from narrate.write._inline import attribute
from narrate.write._page_data import write_about, write_times
from narrate.write._page_parts import PageParts
from narrate.write._text import DEFAULT, PLAYABLE, TextSettings
from narrate.write._waveform import BARS, HEIGHT, draw_waveform, write_peaks
from narrate.write.vtt import write_captions

KIND = "player"
SUFFIX = ".html"
MIME = "text/html"

SPEEDS = [number / 20 for number in (*range(10, 40), *range(40, 61, 2))]
"""Factors on the natural speed."""


def encode(segment: Segment, path: Path, settings: AudioSettings) -> Path:  # noqa: ARG001 a picture of sound has no bitrate
    """Write how loud `segment` is from moment to moment to `path`; raise WriteError."""
    try:
        write_peaks(segment, path)
    except OSError as error:
        raise file_error(path, error) from error
    return path


def finish(
    recording: Recording, parts: Sequence[Path], path: Path, settings: TextSettings = DEFAULT
) -> None:
    """Write the page to `path`; `parts` are those of its chapters, in order. Raises WriteError."""
    try:
        peaks = b"".join(part.read_bytes() for part in parts)
        path.write_text(_fill(recording, peaks, settings), encoding="utf-8", newline="\n")
    except OSError as error:
        raise file_error(path, error) from error


def _fill(recording: Recording, peaks: bytes, settings: TextSettings) -> str:
    style, script = _source("player.css"), _source("player.js")
    parts = PageParts(recording)
    return Template(_source("template.html")).substitute(
        policy=_write_policy(style, script),
        title=attribute(clamp_title(recording.article.title)),
        style=style,
        script=script,
        audio=_address(settings),
        captions=_write_captions(recording),
        speeds="".join(map(_write_speed, SPEEDS)),
        seconds=recording.length_ms // 1000,
        peaks=draw_waveform(peaks),
        ticks=_draw_ticks(recording),
        about=write_about(recording, settings.audio.name if settings.audio else ""),
        times="\n".join(write_times(recording)),
        **parts.write(),
    )


def _source(name: str) -> str:
    folder = resources.files("narrate.write") / "player"
    return (folder / name).read_text(encoding="utf-8")


def _write_policy(style: str, script: str) -> str:
    """What the page may load: its own style and script, and sound."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src '{_hash(script)}'",
            f"style-src '{_hash(style)}'",
            "media-src 'self' file: data:",  # "self" is not every browser's name for a file beside
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def _hash(text: str) -> str:
    return "sha256-" + b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _address(settings: TextSettings) -> str:
    """Where the audio is: a file's name, or the file itself."""
    if settings.audio is None:
        return ""
    if not settings.inline:
        return quote(settings.audio.name)
    data = b64encode(settings.audio.read_bytes()).decode()
    return f"data:{PLAYABLE[settings.audio.suffix[1:]]};base64,{data}"


def _write_captions(recording: Recording) -> str:
    text = StringIO()
    write_captions(recording, text, words=False)
    return "data:text/vtt;base64," + b64encode(text.getvalue().encode()).decode()


def _write_speed(speed: float) -> str:
    chosen = " selected" if speed == 1 else ""
    return f'<option value="{speed:g}"{chosen}>{speed:g}×</option>'


def _draw_ticks(recording: Recording) -> str:
    """The path of a line at the beginning of each chapter but the first."""
    places = (chapter.start_ms * BARS / recording.length_ms for chapter in recording.chapters[1:])
    return "".join(f"M{place:.1f} 0V{HEIGHT}" for place in places)
