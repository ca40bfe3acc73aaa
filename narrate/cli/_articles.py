"""From options to settings, voices and articles: what several commands share."""

import argparse
from collections.abc import Iterator
from typing import TYPE_CHECKING

from narrate.base.errors import UsageError

if TYPE_CHECKING:
    from narrate.base.config import Settings
    from narrate.base.model import Article, Voice
    from narrate.produce import Order


# The settings on what is written, and the options that give them where a command has these.
OUTPUT_FLAGS = {
    "output": "out",
    "kinds": "to",
    "jobs": "jobs",
    "bitrate": "bitrate",
    "sample_rate": "sample_rate",
    "loudness": "loudness",
    "split": "split",
    "cover": "draw",
}


def find_settings(options: argparse.Namespace) -> "Settings":
    """The settings in force for a command with these options."""
    from narrate.base.config import load_settings

    policies = {}
    for choice in options.read:
        kind, equals, how = choice.partition("=")
        if not equals:
            raise UsageError(f"--read {choice}", "it has no =", "write it like quote=announced")
        policies[kind.strip()] = how.strip()
    names = ("voice", "speed", "opening", "closing", "plain")
    flags: dict[str, object] = {name: getattr(options, name) for name in names}
    for name, flag in OUTPUT_FLAGS.items():
        flags[name] = getattr(options, flag, None)
    return load_settings({**flags, "read": policies or None})


def find_voice(settings: "Settings") -> "Voice":
    """The voice in force, with the user's policies over its own."""
    from dataclasses import replace

    from narrate.base.places import user_lexicon
    from narrate.base.voice import load_voice

    voice = load_voice(settings.voice, settings.speed)
    lexicon = user_lexicon()
    return replace(
        voice,
        read=tuple({**dict(voice.read), **dict(settings.read)}.items()),
        lexicons=(*voice.lexicons, *([str(lexicon)] if lexicon.exists() else [])),
    )


def find_order(settings: "Settings") -> "Order":
    """What is to be made."""
    from narrate.produce import Order
    from narrate.write import AudioSettings

    return Order(
        out=settings.output,
        kinds=settings.kinds,
        opening=settings.opening,
        closing=settings.closing,
        audio=AudioSettings(bitrate_kbps=settings.bitrate, sample_rate_hz=settings.sample_rate),
        loudness=settings.loudness,
        draw=settings.cover,
        split=bool(settings.split),
    )


def find_articles(source: str, options: argparse.Namespace) -> Iterator["Article"]:
    """The articles in `source`, with what the options say of them."""
    from narrate.read import Given, read_articles

    given = Given(
        title=options.title,
        author=options.author,
        published=options.date,
        language=options.language,
        site=options.site,
        cover=options.cover,
    )
    return read_articles(source, given, unlimited=options.yes)
