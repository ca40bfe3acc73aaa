"""narrate doctor: what is there and what is missing."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from narrate.cli._parser import add_manners
from narrate.terminal import Terminal

if TYPE_CHECKING:
    from narrate.cli._parser import Commands


def add(commands: "Commands") -> None:
    """Add the parser of the command."""
    parser = commands.add_parser(
        "doctor",
        help="say what is there and what is missing",
        description="Looks at everything that making audio needs.",
        epilog="example: narrate doctor",
    )
    parser.set_defaults(run=run)
    parser.add_argument("-o", "--out", type=Path, default=Path("output"), metavar="DIR")
    add_manners(parser)


def run(options: argparse.Namespace, terminal: Terminal) -> int:
    """Say what is there and what is missing; 1 if anything is."""
    from narrate.doctor import examine

    code = 0
    for finding in examine(options.out):
        mark = "ok" if finding.good else "missing"
        terminal.result(f"{mark}: {finding.name}, {finding.detail}", finding._asdict())
        code = code if finding.good else 1
    return code
