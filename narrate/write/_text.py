"""What the writers of text and pages are asked for."""

from dataclasses import dataclass, field
from pathlib import Path

from narrate.write._audio import AudioSettings

PLAYABLE = {
    "mp3": "audio/mpeg",
    "m4b": "audio/mp4",
    "opus": "audio/ogg",
    "flac": "audio/flac",
    "wav": "audio/wav",
}
"""The kinds of audio that browsers play, the best known first, and the types they know them by."""


@dataclass(frozen=True, slots=True)
class TextSettings:
    """How subtitles and pages are written."""

    words: bool = False
    """Whether WebVTT cues hold the time of each word, and books are in step word by word."""
    inline: bool = False
    """Whether a page holds its audio."""
    audio: Path | None = None
    """The audio file that a page plays, which stands beside it; `write_release` finds it."""
    encoding: AudioSettings = field(default=AudioSettings())
    """How the audio that a book holds is encoded; `write_release` tells it."""


DEFAULT = TextSettings()
