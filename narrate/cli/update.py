"""narrate update: what is new in a show's sources, as episodes."""

import argparse
import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING

from narrate.base.errors import UsageError
from narrate.cli._parser import add_cache, add_manners, count
from narrate.terminal import Terminal, printable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from narrate.cli._parser import Commands
    from narrate.podcast.update import Update

NOTHING_WELL, SOME_FAILED = 1, 5


def add(commands: "Commands") -> None:
    """Add the parser of the command."""
    parser = commands.add_parser(
        "update",
        help="make episodes of what is new",
        description="Asks the sources that shows follow for what is new, makes episodes of it, "
        "and writes the feeds. Made to be run by cron: narrate update -q",
        epilog="example: narrate update --show evenings --keep 50",
    )
    unset = dict.fromkeys(("voice", "speed", "opening", "closing"))
    parser.set_defaults(run=run, read=[], words=False, inline=False, **unset)
    parser.add_argument("--show", metavar="S", help="a folder, or a show's name (all shows)")
    parser.add_argument("-n", "--dry-run", action="store_true", help="say what would be made")
    parser.add_argument("-j", "--jobs", type=count, metavar="N", help="sentences at a time")
    parser.add_argument(
        "--reissue",
        action="store_true",
        help="let an edited article be a new episode, which apps play again",
    )
    group = parser.add_argument_group("which episodes stay")
    group.add_argument("--keep", type=count, default=0, metavar="N", help="the newest N")
    group.add_argument(
        "--max-age", type=count, default=0, metavar="DAYS", help="those that are not older"
    )
    add_cache(parser)
    add_manners(parser)


def run(options: argparse.Namespace, terminal: Terminal) -> int:
    """Update one show or all of them."""
    from narrate.base.config import load_settings
    from narrate.cli._articles import find_show_folder
    from narrate.podcast.update import BusyError, find_shows

    named = find_show_folder(options)
    shows = load_settings().shows
    folders = find_shows(shows) if named is None else [named]
    if not folders:
        remedy = "narrate follow SOURCE --show S lets one"
        raise UsageError(f"folder {shows}", "no show in it follows anything", remedy)
    codes = []
    for folder in folders:
        try:
            codes.append(_update(folder, options, terminal))
        except BusyError as error:
            terminal.say(f"{error}")
    return max(codes, default=0)


def _update(folder: "Path", options: argparse.Namespace, terminal: Terminal) -> int:
    from narrate.cli._articles import find_cache, find_order, find_settings, find_voice
    from narrate.podcast.show import order_episode, with_show_lexicon
    from narrate.podcast.update import Manner, update_show
    from narrate.speak import Engines

    options = argparse.Namespace(**{**vars(options), "show": str(folder.absolute())})
    settings = find_settings(options)
    with (
        find_cache(settings, fresh=options.fresh) as cache,
        Engines() as engines,
        _details(terminal),
    ):
        manner = Manner(
            voice=with_show_lexicon(find_voice(settings), folder),
            order=order_episode(folder, find_order(settings, options)),
            called=settings.voice,
            keep=options.keep,
            max_age=options.max_age,
            reissue=options.reissue,
            dry_run=options.dry_run,
            jobs=settings.jobs,
            cache=cache,
            engines=engines,
        )
        doing = "Would make" if options.dry_run else "Making"
        done = update_show(
            folder, manner, tell=lambda title: terminal.detail(f"{doing}: {printable(title)}")
        )
    return _report(folder, done, options, terminal)


def _report(folder: "Path", done: "Update", options: argparse.Namespace, terminal: Terminal) -> int:
    for line in done.failed:
        terminal.fail(line)
    for remark in done.remarks:
        terminal.detail(f"{folder}: {remark}")
    counts = [(len(done.new), "new"), (len(done.updated), "updated"), (done.removed, "removed")]
    counts += [(len(done.failed), "failed"), (done.waiting, "to be tried again")]
    said = ", ".join(f"{number} {word}" for number, word in counts if number)
    if options.dry_run:
        said = f"would be {said}" if said else said
    line = f"{folder.name or folder}: {said or 'nothing new'}"
    titles = "; ".join([*done.new, *done.updated])
    summary = f"{line}: {printable(titles)}" if titles else line
    record = {
        "show": str(folder),
        "new": done.new,
        "updated": done.updated,
        "removed": done.removed,
        "failed": done.failed,
        "waiting": done.waiting,
    }
    quiet = terminal.quiet and not (titles or done.removed or done.failed)
    terminal.result("" if quiet else summary, record)
    if not done.failed:
        return 0
    return SOME_FAILED if done.well else NOTHING_WELL


@contextmanager
def _details(terminal: Terminal) -> "Iterator[None]":
    """Let remarks on single documents be details: cron sends a mail for every line."""
    logger, handler = logging.getLogger("narrate"), logging.Handler()
    handler.emit = lambda record: terminal.detail(record.getMessage())  # type: ignore[method-assign]
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)
