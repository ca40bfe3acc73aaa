"""narrate serve: a folder of recordings as a library page and a feed, here or in the network."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from narrate.cli._parser import add_manners, count
from narrate.terminal import Terminal

if TYPE_CHECKING:
    from narrate.cli._parser import Commands
    from narrate.podcast.serve import Log, Place

WHO_REACHES_IT = """\
Phones and other machines of this network reach it while this runs.
The address is a secret: whoever has it can listen.
Apps that fetch by way of servers of their own, as Overcast does, do not reach it;
nor does Audiobookshelf as it comes, which refuses addresses of a home network.
If a phone finds nothing, let this port through the firewall of this machine."""
PICTURES = (".jpg", ".png")


def add(commands: "Commands") -> None:
    """Add the parser of the command."""
    parser = commands.add_parser(
        "serve",
        help="hear and subscribe to what was made, here or on the phone",
        description="Serves what narrate make has made: a library page to search and to listen, "
        "and a feed for podcast apps. Only this machine reaches it, unless --lan is given. "
        "Ctrl-C ends it.",
        epilog="example: narrate serve output --lan",
    )
    parser.set_defaults(run=run)
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="a show, or a place of --out")
    parser.add_argument("--port", type=count, metavar="N", help="(8080, or the next that is free)")
    parser.add_argument(
        "--lan", action="store_true", help="let the network of this machine reach it"
    )
    add_manners(parser)


def run(options: argparse.Namespace, terminal: Terminal) -> int:
    """Serve the folder until Ctrl-C."""
    from narrate.podcast.serve import open_place, serve_folder

    place = open_place(options.folder, port=options.port, lan=options.lan)
    record = {"library": place.url, "feed": place.feed}
    terminal.result(f"Library: {place.url}\nFeed: {place.feed}", record)
    explain_reach(place, terminal)
    terminal.say("Ctrl-C ends it.")
    try:
        serve_folder(place, make_log(terminal))
    except KeyboardInterrupt:
        terminal.say("ended")
    return 0


def explain_reach(place: "Place", terminal: Terminal) -> None:
    """Say who reaches `place`, and show its address to the camera of a phone."""
    from narrate.podcast.serve import draw_qr

    if not place.reach:
        terminal.say("Only this machine reaches it; --lan lets your phone in.")
        return
    if terminal.moves:
        sys.stderr.write(draw_qr(place.url))
    for line in WHO_REACHES_IT.splitlines():
        terminal.say(line)


def make_log(terminal: Terminal) -> "Log":
    """What tells of answers: the pages and the beginnings of files, or with -v all of them."""

    def log(client: str, method: str, path: str, status: int, later: bool) -> None:
        if terminal.verbose or not (later or status >= 400 or path.endswith(PICTURES)):
            terminal.say(f"{client} {method} /{path} {status}")

    return log
