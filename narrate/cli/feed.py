"""narrate feed: recordings as a podcast feed."""

import argparse
from typing import TYPE_CHECKING

from narrate.base.errors import UsageError
from narrate.cli._parser import add_manners
from narrate.terminal import Terminal, plural

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from narrate.cli._parser import Commands

VALUES = ("url", "title", "email", "description", "author", "language", "category")


def add(commands: "Commands") -> None:
    """Add the parser of the command."""
    parser = commands.add_parser(
        "feed",
        help="make recordings a podcast feed",
        description="Writes feed.xml of the recordings in a folder, such as output or a show's. "
        "With --init, writes podcast.toml, which says what the podcast is called and where it "
        "will be on the web.",
        epilog="example: narrate feed output --init --title Talks --email me@example.org",
    )
    parser.set_defaults(run=run)
    parser.add_argument("folder", metavar="FOLDER", help="a folder of recordings, or a show's name")
    parser.add_argument(
        "--date", metavar="YYYY-MM-DD", help="when recordings that are new were seen (today)"
    )
    group = parser.add_argument_group("what podcast.toml says")
    group.add_argument("--init", action="store_true", help="write podcast.toml, or change it")
    group.add_argument("--url", default="", help="where the folder will be on the web")
    group.add_argument("--title", default="", help="what the podcast is called")
    group.add_argument("--email", default="", help="of the owner, for directories")
    group.add_argument("--description", default="")
    group.add_argument("--author", default="")
    group.add_argument("--language", default="", metavar="TAG", help="such as en or de-AT")
    group.add_argument("--category", default="", help='such as News or "Arts > Books"')
    add_manners(parser)


def run(options: argparse.Namespace, terminal: Terminal) -> int:
    """Write the feed, or with --init what it is made with."""
    from narrate.base.config import load_settings
    from narrate.podcast.show import find_show

    folder = find_show(options.folder, load_settings().shows)
    if options.init:
        return _init(folder, options, terminal)
    given = [name for name in VALUES if getattr(options, name)]
    if given:
        raise UsageError(f"--{given[0]}", "it is kept in podcast.toml", "add --init to set it")
    return _build(folder, options, terminal)


def _init(folder: "Path", options: argparse.Namespace, terminal: Terminal) -> int:
    from narrate.podcast.feed import init_podcast

    path, remarks = init_podcast(folder, **{name: getattr(options, name) for name in VALUES})
    for remark in remarks:
        terminal.say(f"Warning: {remark}")
    terminal.say(f"Everything that can be set is told in it; then: narrate feed {folder}")
    terminal.result(str(path), {"podcast": str(path), "remarks": remarks})
    return 0


def _build(folder: "Path", options: argparse.Namespace, terminal: Terminal) -> int:
    from narrate.podcast.feed import build_feed

    feed = build_feed(folder, today=_read_date(options.date))
    for remark in feed.remarks:
        terminal.say(f"Warning: {remark}")
    pages = f" and {plural(len(feed.archives), 'archive page')}" if feed.archives else ""
    done = "written" if feed.changed else "as it was"
    terminal.say(f"{plural(feed.episodes, 'episode')}{pages}, {done}; to subscribe: {feed.url}")
    record = {
        "feed": str(feed.path),
        "url": feed.url,
        "episodes": feed.episodes,
        "archives": [str(path) for path in feed.archives],
        "changed": feed.changed,
        "remarks": feed.remarks,
    }
    terminal.result(str(feed.path), record)
    return 0


def _read_date(text: str | None) -> "date | None":
    from datetime import date

    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise UsageError(f"--date {text}", "it is no date", "write it like 2026-11-22") from error
