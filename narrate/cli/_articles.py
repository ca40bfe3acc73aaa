"""From options to settings, voices and articles: what several commands share."""

import argparse
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from narrate.base.errors import NarrateError, UsageError
from narrate.terminal import Terminal

if TYPE_CHECKING:
    from pathlib import Path

    from narrate.base.cache import Cache
    from narrate.base.config import Settings
    from narrate.base.model import Article, Voice
    from narrate.produce import Order


SOME_FAILED = 5

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
    "cache": "cache",
    "cache_dir": "cache_dir",
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
    show = find_show_folder(options)
    if show is None:
        return load_settings({**flags, "read": policies or None})
    from narrate.podcast.show import show_settings

    return load_settings({**flags, "read": policies or None}, show_settings(show))


def find_show_folder(options: argparse.Namespace) -> "Path | None":
    """The folder of the show that the options name, if they do."""
    name = getattr(options, "show", None)
    if not name:
        return None
    from narrate.base.config import load_settings
    from narrate.podcast.show import find_show

    return find_show(name, load_settings().shows)


def find_voice(settings: "Settings") -> "Voice":
    """The voice in force, with the user's policies over its own."""
    from dataclasses import replace

    from narrate.base.voice import load_voice

    # A voice that was named for this very run reads whatever it is given.
    named = dict(settings.origins).get("voice") == "flag"
    voice = load_voice(settings.voice, settings.speed, follows_language=not named)
    read = tuple({**dict(voice.read), **dict(settings.read)}.items())
    return with_user_lexicon(replace(voice, read=read))


def with_user_lexicon(voice: "Voice") -> "Voice":
    """`voice` with the user's own pronunciations, where there are any."""
    from dataclasses import replace

    from narrate.base.places import user_lexicon

    lexicon = user_lexicon()
    known = [str(lexicon)] if lexicon.exists() else []
    return replace(voice, lexicons=(*voice.lexicons, *known))


def find_order(settings: "Settings", options: argparse.Namespace) -> "Order":
    """What is to be made."""
    from narrate.produce import Order
    from narrate.write import AudioSettings, TextSettings

    return Order(
        out=settings.output,
        kinds=settings.kinds,
        opening=settings.opening,
        closing=settings.closing,
        audio=AudioSettings(bitrate_kbps=settings.bitrate, sample_rate_hz=settings.sample_rate),
        text=TextSettings(words=options.words, inline=options.inline),
        loudness=settings.loudness,
        draw=settings.cover,
        split=bool(settings.split),
    )


@contextmanager
def find_cache(settings: "Settings", *, fresh: bool = False) -> Iterator["Cache"]:
    """The cache in force, open; with `fresh` all is made again."""
    from narrate.base.cache import Cache, open_cache
    from narrate.base.places import user_cache

    if not settings.cache:
        yield Cache()
        return
    most_bytes = settings.cache_size * 1_000_000
    with open_cache(
        settings.cache_dir or user_cache(), most_bytes=most_bytes, fresh=fresh
    ) as cache:
        yield cache


def find_articles(source: str, options: argparse.Namespace) -> Iterator["Article"]:
    """The articles in `source`, with what the options say of them."""
    from narrate.pronunciation import with_lexicon
    from narrate.read import Given, read_articles

    given = Given(
        title=options.title,
        author=options.author,
        published=options.date,
        language=options.language,
        site=options.site,
        cover=options.cover,
    )
    articles = read_articles(
        source,
        given,
        unlimited=options.yes,
        latest=options.latest,
        allow_private=options.allow_private,
        fetch_images=options.fetch_images,
    )
    return articles if "://" in source else with_lexicon(articles, source)


def for_each_article(
    sources: Sequence[str],
    options: argparse.Namespace,
    terminal: Terminal,
    work: Callable[["Article"], None],
    done: str,
) -> int:
    """Do `work` for each article of each source; the exit code tells whether all went well.

    What fails is said, and the others go on; a line at the end says how many are `done`.
    """
    with _remarks(terminal):
        codes = [
            code
            for source in sources
            for code in _work_on(find_articles(source, options), terminal, work)
        ]
    failed = [code for code in codes if code]
    if len(codes) > 1:
        terminal.say(f"{len(codes) - len(failed)} of {len(codes)} {done}")
    if failed and len(failed) < len(codes):
        return SOME_FAILED
    return max(failed, default=0)


def _work_on(
    articles: Iterator["Article"], terminal: Terminal, work: Callable[["Article"], None]
) -> Iterator[int]:
    """Give an exit code for each of `articles`, or for what stands in their way."""
    while True:
        try:
            article = next(articles, None)
            if article is None:
                return
            work(article)
            yield 0
        except NarrateError as error:
            terminal.fail(str(error))
            yield error.exit_code


@contextmanager
def _remarks(terminal: Terminal) -> Iterator[None]:
    """Let what the stages have to say be a message of this command."""
    logger, handler = logging.getLogger("narrate"), logging.Handler()
    handler.emit = lambda record: terminal.say(record.getMessage())  # type: ignore[method-assign]
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)
