"""narrate digest: several articles in one episode."""

import argparse
import math
from typing import TYPE_CHECKING

from narrate.base.errors import UsageError
from narrate.cli._parser import add_manners, add_output, add_speech, count
from narrate.terminal import Terminal, duration, plural, printable

if TYPE_CHECKING:
    from narrate.cli._parser import Commands
    from narrate.podcast.digest import Digest

MINUTES = 30.0
SOME_FAILED = 5


def add(commands: "Commands") -> None:
    """Add the parser of the command."""
    parser = commands.add_parser(
        "digest",
        help="make one episode of several articles",
        description="Makes one recording of the newest articles of several sources: as many whole "
        "ones as fit a length of time, with an index at its beginning and a chapter for each.",
        epilog="example: narrate digest https://example.org/feed.xml ~/Articles --minutes 30",
    )
    parser.set_defaults(run=run)
    parser.add_argument(
        "sources",
        nargs="*",
        metavar="SOURCE",
        help="feeds, lists, folders, documents (what the show follows)",
    )
    parser.add_argument(
        "--minutes", type=_minutes, default=MINUTES, metavar="N", help="how long at most (30)"
    )
    parser.add_argument("--show", metavar="S", help="make an episode of this show: folder or name")
    parser.add_argument(
        "--latest", type=count, default=20, metavar="N", help="look at the newest N of each (20)"
    )
    parser.add_argument(
        "--allow-private",
        action="store_true",
        help="fetch from this machine and its own network, too",
    )
    add_output(parser)
    add_speech(parser)
    add_manners(parser)


def _minutes(text: str) -> float:
    number = float(text)
    if not math.isfinite(number) or number <= 0:
        raise ValueError
    return number


def run(options: argparse.Namespace, terminal: Terminal) -> int:
    """Choose the articles, and make the recording."""
    from narrate.cli._articles import (
        find_cache,
        find_order,
        find_settings,
        find_show_folder,
        find_voice,
    )
    from narrate.podcast.digest import choose_digest, find_sources
    from narrate.podcast.show import order_episode, with_show_lexicon

    show = find_show_folder(options)
    if show is not None and options.out:
        raise UsageError("--out", "an episode goes into its show", "leave out --out or --show")
    if options.out == "-":
        raise UsageError("-o -", "a digest is a file with chapters", "name a folder")
    settings = find_settings(options)
    terminal.plain = settings.plain
    voice, order = find_voice(settings), find_order(settings, options)
    if show is not None:
        voice, order = with_show_lexicon(voice, show), order_episode(show, order)
    sources = find_sources(options.sources, show, private=options.allow_private)
    digest = choose_digest(
        sources,
        voice,
        order,
        options.minutes,
        latest=options.latest,
        tell=lambda title: terminal.detail(f"Looking at: {printable(title)}"),
    )
    _tell(digest, terminal)
    if options.dry_run:
        record = {"title": digest.article.title, "taken": digest.taken, "left_out": digest.left_out}
        terminal.result("\n".join(digest.taken), record)
        return SOME_FAILED if digest.failed else 0
    from functools import partial

    from narrate.cli.make import show_release
    from narrate.podcast.show import make_episode
    from narrate.produce import make_release

    maker = make_release
    if show is not None:
        named = dict(settings.origins).get("voice") == "flag"
        maker = partial(make_episode, folder=show, named=named, called=settings.voice)
    with (
        find_cache(settings, fresh=options.fresh) as cache,
        terminal.progress(printable(digest.article.title)) as report,
    ):
        release = maker(
            digest.article, voice, order=order, jobs=settings.jobs, report=report, cache=cache
        )
    show_release(release, terminal)
    return SOME_FAILED if digest.failed else 0


def _tell(digest: "Digest", terminal: Terminal) -> None:
    """Say what is in it and what is not."""
    articles = plural(len(digest.taken), "article")
    terminal.say(f"{printable(digest.article.title)}: {articles}, {duration(digest.estimate_ms)}")
    for title in digest.taken:
        terminal.say(f"  {printable(title)}")
    if digest.left_out:
        terminal.say(f"{plural(len(digest.left_out), 'article')} did not fit:")
        for title in digest.left_out:
            terminal.say(f"  {printable(title)}")
    for line in digest.failed:
        terminal.fail(line)
