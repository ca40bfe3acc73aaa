"""narrate formats: what can be written."""

import argparse
from typing import TYPE_CHECKING

from narrate.cli._parser import add_manners
from narrate.terminal import Terminal

if TYPE_CHECKING:
    from narrate.cli._parser import Commands


def add(commands: "Commands") -> None:
    """Add the parser of the command."""
    parser = commands.add_parser(
        "formats",
        help="list what can be written",
        description="Lists the kinds of file that --to takes.",
        epilog="example: narrate formats",
    )
    parser.set_defaults(run=run)
    add_manners(parser)


def run(_options: argparse.Namespace, terminal: Terminal) -> int:
    """List the kinds, their files, and about how large an hour is."""
    from narrate.write import list_formats

    for known in list_formats():
        size = f", about {known.hour_bytes / 1e6:.0f} MB an hour" if known.hour_bytes else ""
        terminal.result(f"{known.kind}: {known.suffix}, {known.mime}{size}", known._asdict())
    return 0
