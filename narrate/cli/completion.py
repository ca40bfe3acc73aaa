"""narrate completion: the script that completes commands and options in a shell."""

import argparse
from typing import TYPE_CHECKING

from narrate.cli._parser import add_manners
from narrate.terminal import Terminal

if TYPE_CHECKING:
    from narrate.cli._parser import Commands


def add(commands: "Commands") -> None:
    """Add the parser of the command."""
    parser = commands.add_parser(
        "completion",
        help="print a completion script for your shell",
        description="Prints a script that completes narrate's commands and options.",
        epilog="example: narrate completion bash",
    )
    parser.set_defaults(run=run)
    parser.add_argument("shell", choices=("bash", "zsh", "tcsh"))
    add_manners(parser)


def run(options: argparse.Namespace, terminal: Terminal) -> int:
    """Print the script."""
    import shtab

    from narrate.cli import build_parser

    script = shtab.complete(build_parser(), shell=options.shell)
    terminal.result(script, {"shell": options.shell, "script": script}, raw=True)
    return 0
