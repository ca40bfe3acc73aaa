"""narrate follow: where a show's articles come from."""

import argparse
from typing import TYPE_CHECKING

from narrate.base.errors import UsageError
from narrate.cli._parser import add_manners, count
from narrate.terminal import Terminal, printable

if TYPE_CHECKING:
    from narrate.cli._parser import Commands
    from narrate.podcast.follow import Source


def add(commands: "Commands") -> None:
    """Add the parser of the command."""
    parser = commands.add_parser(
        "follow",
        help="let a show have what is new somewhere",
        description="Notes a source of articles for a show, in its sources.toml: a feed or the "
        "page of a site that has one, an OPML file, a list of addresses, an export of Pocket, "
        "Instapaper or Wallabag, a folder of documents, or a Maildir. narrate update makes "
        "episodes of what is in it.",
        epilog="example: narrate follow https://example.org/feed.xml --show evenings",
    )
    parser.set_defaults(run=run)
    parser.add_argument("source", nargs="?", default="", metavar="SOURCE")
    parser.add_argument("--show", required=True, metavar="S", help="a folder, or a show's name")
    parser.add_argument(
        "--private",
        "--allow-private",
        action="store_true",
        help="fetch this source, and what it links to, from this machine's own network, too",
    )
    parser.add_argument(
        "--latest",
        type=count,
        default=0,
        metavar="N",
        help="of what there is now, only N",
    )
    actions = parser.add_mutually_exclusive_group()
    actions.add_argument("--list", action="store_true", help="show what is followed")
    actions.add_argument("--remove", action="store_true", help="follow SOURCE no more")
    add_manners(parser)


def run(options: argparse.Namespace, terminal: Terminal) -> int:
    """Note a source, take it out, or show them all."""
    from narrate.cli._articles import find_show_folder
    from narrate.podcast.follow import follow_source, list_sources, unfollow_source

    folder = find_show_folder(options)
    if folder is None:
        raise UsageError("--show", "it names no show", "give its folder or name")
    if options.list:
        for source in list_sources(folder):
            _show(source, terminal)
        return 0
    if not options.source:
        raise UsageError("SOURCE", "none is given", "narrate follow --help names what it can be")
    if options.remove:
        address = unfollow_source(options.source, folder)
        terminal.say(f"{printable(address)} is followed no more; its episodes stay")
        return 0
    found, is_new = follow_source(
        options.source, folder, private=options.private, latest=options.latest
    )
    done = "follows" if is_new else "follows already"
    terminal.say(
        f"{folder} {done} {printable(found.address)}; then: narrate update --show {folder}"
    )
    _show(found, terminal)
    if not (folder / "podcast.toml").is_file():
        terminal.say(f"For a feed: narrate feed {folder} --init --url URL --title T --email E")
    return 0


def _show(source: "Source", terminal: Terminal) -> None:
    record = {"source": source.address, "private": source.private, "latest": source.latest}
    terminal.result(source.address, record)
