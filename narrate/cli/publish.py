"""narrate publish: a show on the web."""

import argparse
from typing import TYPE_CHECKING

from narrate.cli._parser import add_manners
from narrate.terminal import Terminal, plural, printable

if TYPE_CHECKING:
    from narrate.cli._parser import Commands


def add(commands: "Commands") -> None:
    """Add the parser of the command."""
    parser = commands.add_parser(
        "publish",
        help="copy a show to the web",
        description="Copies what has changed in a show to a folder, a bucket or a server: audio "
        "first, the feed last. Needs narrate-article[publish]. Keys and addresses of a store are "
        "taken from its usual settings, such as AWS_PROFILE or AWS_ENDPOINT_URL.",
        epilog="example: narrate publish evenings s3://my-bucket/evenings",
    )
    parser.set_defaults(run=run)
    parser.add_argument("show", metavar="SHOW", help="a folder, or a show's name")
    parser.add_argument("url", metavar="URL", help="such as s3://bucket/show or file:///srv/show")
    parser.add_argument("-n", "--dry-run", action="store_true", help="say what would be copied")
    add_manners(parser)


def run(options: argparse.Namespace, terminal: Terminal) -> int:
    """Publish one show."""
    from narrate.cli._articles import find_show_folder
    from narrate.podcast.publish import publish_show

    folder = find_show_folder(options)
    assert folder is not None
    done = publish_show(
        folder,
        options.url,
        dry_run=options.dry_run,
        tell=lambda path: terminal.detail(printable(path)),
    )
    would = "would be " if options.dry_run else ""
    terminal.say(
        f"{plural(len(done.sent), 'file')} {would}copied, {len(done.removed)} {would}removed, "
        f"{done.kept} as they were"
    )
    record = {"url": options.url, "sent": done.sent, "removed": done.removed, "kept": done.kept}
    terminal.result("\n".join([*done.sent, *(f"- {path}" for path in done.removed)]), record)
    return 0
