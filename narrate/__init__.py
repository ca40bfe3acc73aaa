"""Turns an article into audio, offline.

The road of the data, one folder a stage:

    read    any document  → Articles
    script  Article       → Script: utterances, chapters, what is left out and why
    speak   Script        → Clips: the sound of each utterance
    splice  Clips         → Segments: a chapter each, joined to the sample
    write   Segments      → files: audio with tags and chapters, and the record of it all

`make_release` walks the whole road for one article. The types that travel are in
`narrate.base.model`; every error that a user may see is a `NarrateError`.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from narrate.base.errors import NarrateError
    from narrate.base.pool import open_pool
    from narrate.base.voice import load_voice
    from narrate.podcast.feed import build_feed
    from narrate.produce import make_release
    from narrate.read import read_articles
    from narrate.script import make_script
    from narrate.speak import speak_script
    from narrate.splice import splice_clips
    from narrate.write import write_release

__version__ = "0.1.0"

_HOMES = {
    "NarrateError": "narrate.base.errors",
    "build_feed": "narrate.podcast.feed",
    "load_voice": "narrate.base.voice",
    "make_release": "narrate.produce",
    "make_script": "narrate.script",
    "open_pool": "narrate.base.pool",
    "read_articles": "narrate.read",
    "speak_script": "narrate.speak",
    "splice_clips": "narrate.splice",
    "write_release": "narrate.write",
}

__all__ = [
    "NarrateError",
    "build_feed",
    "load_voice",
    "make_release",
    "make_script",
    "open_pool",
    "read_articles",
    "speak_script",
    "splice_clips",
    "write_release",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 any of the public names
    """Import a public name when it is asked for, so that `import narrate` costs nothing."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
