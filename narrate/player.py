"""Plays a file with the program that is there for it."""

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from narrate.base.errors import UsageError

PLAYERS: Sequence[Sequence[str]] = (
    ("mpv", "--no-video"),
    ("ffplay", "-nodisp", "-autoexit", "-loglevel", "error"),
    ("cvlc", "--play-and-exit", "--quiet"),
    ("afplay",),
)


def find_player(chosen: str = "") -> list[str]:
    """The command that plays a file: `chosen`, else the first known one that is installed.

    Raises UsageError when there is none.
    """
    for command in [[chosen]] if chosen else PLAYERS:
        program = shutil.which(command[0])
        if program:
            return [program, *command[1:]]
    names = chosen or ", ".join(command[0] for command in PLAYERS)
    raise UsageError("--play", f"no player is installed ({names})", "install one, or set player")


def play(path: Path, chosen: str = "") -> None:
    """Play the file at `path` to its end."""
    command = [*find_player(chosen), str(path.absolute())]
    subprocess.run(command, check=False, stdout=sys.stderr)  # noqa: S603 the user's own player
