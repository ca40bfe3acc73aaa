"""narrate cache: what was spoken and encoded before, kept so that it is not done twice."""

import argparse
from typing import TYPE_CHECKING

from narrate.cli._parser import add_manners
from narrate.terminal import Terminal, plural, size

if TYPE_CHECKING:
    from narrate.cli._parser import Commands


def add(commands: "Commands") -> None:
    """Add the parser of the command."""
    parser = commands.add_parser(
        "cache",
        help="show or clear what was spoken before",
        description="Shows where sentences and chapters are kept that were spoken before, how much "
        "that is, and how often it was of use; or clears it.",
        epilog="example: narrate cache clear",
    )
    parser.set_defaults(run=run)
    parser.add_argument("action", nargs="?", choices=("show", "clear"), default="show")
    parser.add_argument("--cache-dir", metavar="DIR", help="(the user's)")
    add_manners(parser)


def run(options: argparse.Namespace, terminal: Terminal) -> int:
    """Show what is kept, or clear it."""
    from narrate.base.cache import clear_cache, inspect_cache
    from narrate.base.config import load_settings
    from narrate.base.places import user_cache

    settings = load_settings({"cache_dir": options.cache_dir})
    folder = settings.cache_dir or user_cache()
    cleared = options.action == "clear"
    contents = clear_cache(folder) if cleared else inspect_cache(folder)
    record = {"folder": str(folder), "cleared": cleared, **contents._asdict()}
    most = settings.cache_size * 1_000_000
    kept = f"{plural(contents.entries, 'file')}, {size(contents.size_bytes)}"
    if cleared:
        terminal.result(f"Cleared {kept}", record)
        return 0
    asked = contents.hits + contents.misses
    used = f"{contents.hits:,} of {asked:,}" if asked else "not yet"
    damaged = f"\nDamaged and done again: {contents.damaged:,}" if contents.damaged else ""
    terminal.result(
        f"{folder}\n{kept} of at most {size(most)}\nOf use: {used}{damaged}",
        {**record, "most_bytes": most},
    )
    return 0
