"""narrate export: more formats of a release."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from narrate.cli._articles import find_cache, find_order, find_settings
from narrate.cli._parser import add_cache, add_manners, add_texts, count
from narrate.cli.make import show_release
from narrate.terminal import Terminal

if TYPE_CHECKING:
    from narrate.cli._parser import Commands


def add(commands: "Commands") -> None:
    """Add the parser of the command."""
    parser = commands.add_parser(
        "export",
        help="make more formats of a release",
        description="Makes more formats of what narrate make has made, beside what is there.",
        epilog="example: narrate export output/a-story -t m4b,opus",
    )
    parser.set_defaults(run=run, read=[], voice=None, speed=None, opening=None, closing=None)
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="a release's folder")
    parser.add_argument("-t", "--to", required=True, metavar="KINDS", help="what to write")
    parser.add_argument("-j", "--jobs", type=count, metavar="N", help="sentences at a time")
    parser.add_argument("--bitrate", type=count, metavar="KBPS", help="kilobits a second")
    parser.add_argument("--sample-rate", type=count, metavar="HZ", help="(the voice's own)")
    parser.add_argument("--split", choices=("chapters",), help="a file for each chapter")
    add_texts(parser)
    add_cache(parser)
    add_manners(parser)


def run(options: argparse.Namespace, terminal: Terminal) -> int:
    """Make the files."""
    from narrate.produce import export_release

    settings = find_settings(options)
    terminal.plain = settings.plain
    with (
        find_cache(settings, fresh=options.fresh) as cache,
        terminal.progress(str(options.folder)) as report,
    ):
        release = export_release(
            options.folder.absolute(),
            find_order(settings, options),
            jobs=settings.jobs,
            report=report,
            cache=cache,
        )
    show_release(release, terminal)
    return 0
