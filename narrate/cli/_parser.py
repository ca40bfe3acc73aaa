"""What the parsers of all commands share."""

import argparse
import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, NoReturn

from narrate.terminal import printable

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction["Parser"]  # noqa: SLF001 argparse has no public name


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, as all our errors do; takes options by their full names."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 as argparse has them
        super().__init__(**options, allow_abbrev=False)

    def error(self, message: str) -> NoReturn:
        """Say `message`, with the option that was likely meant, and end with exit code 2."""
        remedy = f"see {self.prog} --help"
        unknown = re.search(r"unrecognized arguments: (-[\w-]+)", message)
        if unknown:
            near = get_close_matches(unknown[1], self._all_options(), n=1)
            remedy = f"did you mean {near[0]}?" if near else remedy
        self.exit(2, f"narrate: {printable(message)} ({remedy})\n")

    def _all_options(self) -> list[str]:
        """The options of this parser and of all commands below it."""
        options = list(self._option_string_actions)
        for action in self._actions:
            if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001 as above
                for parser in action.choices.values():
                    options += parser._all_options()  # noqa: SLF001 one of ours
        return options


def count(text: str) -> int:
    """A whole number from 1 up; argparse turns the ValueError into its message."""
    number = int(text)
    if number < 1:
        raise ValueError
    return number


def add_manners(parser: Parser) -> None:
    """The options on what is said, and how."""
    group = parser.add_argument_group("messages")
    group.add_argument("-q", "--quiet", action="store_true", help="only errors and results")
    group.add_argument("-v", "--verbose", action="store_true", help="say more")
    group.add_argument("--plain", action="store_true", default=None, help="no bar, only lines")
    group.add_argument("--json", action="store_true", help="results as JSON, one object a line")


def add_speech(parser: Parser) -> None:
    """The options on the voice and on what is announced."""
    group = parser.add_argument_group("speech")
    group.add_argument("--voice", metavar="NAME", help="a voice's name or its profile's path")
    group.add_argument("--speed", metavar="S", help="a factor like 1.5, or 400wpm")
    group.add_argument(
        "--read",
        action="append",
        default=[],
        metavar="KIND=HOW",
        help="how to read a kind of structure, such as quote=announced or note=end",
    )
    group.add_argument("--no-opening", action="store_false", dest="opening", default=None)
    group.add_argument("--no-closing", action="store_false", dest="closing", default=None)


def add_source(parser: Parser) -> None:
    """The options on what is taken of a source, and from where."""
    group = parser.add_argument_group("feeds, mailboxes and pages of the web")
    group.add_argument(
        "--latest", type=count, metavar="N", help="take the newest N articles of each (50)"
    )
    group.add_argument(
        "--fetch-images", action="store_true", help="fetch a page's lead image as the cover"
    )
    group.add_argument(
        "--allow-private",
        action="store_true",
        help="fetch from this machine and its own network, too",
    )


def add_article(parser: Parser) -> None:
    """The options that say what the document does not, or not rightly."""
    group = parser.add_argument_group("what you know better than the document")
    group.add_argument("--title", default="")
    group.add_argument("--author", default="")
    group.add_argument("--date", default="", metavar="YYYY-MM-DD")
    group.add_argument("--language", default="", metavar="TAG", help="such as en or de-AT")
    group.add_argument("--site", default="", help="where it was published")
    group.add_argument("--cover", default="", metavar="FILE", help="a JPEG or PNG picture")
    group.add_argument("--yes", action="store_true", help="take very long texts without asking")


def add_output(parser: Parser) -> None:
    """The options on what is written, and where."""
    parser.add_argument("-o", "--out", metavar="DIR", help="where to; - is standard output")
    parser.add_argument("-t", "--to", metavar="KINDS", help="what to write, with commas (mp3)")
    parser.add_argument("-j", "--jobs", type=count, metavar="N", help="sentences at a time")
    parser.add_argument("-n", "--dry-run", action="store_true", help="say what would be made")
    parser.add_argument("--bitrate", type=count, metavar="KBPS", help="kilobits a second (64)")
    parser.add_argument("--sample-rate", type=count, metavar="HZ", help="(the voice's own)")
    parser.add_argument("--loudness", metavar="LUFS", help="-14, -16, -19, -23 or off (-16)")
    parser.add_argument("--split", choices=("chapters",), help="a file for each chapter")
    parser.add_argument("--no-cover", action="store_false", dest="draw", default=None)
    add_texts(parser)
    add_cache(parser)


def add_texts(parser: Parser) -> None:
    """The options on subtitles and pages."""
    parser.add_argument("--words", action="store_true", help="time each word (vtt, epub)")
    parser.add_argument("--inline", action="store_true", help="a page holds its audio (player)")


def add_cache(parser: Parser) -> None:
    """The options on what is kept of the work."""
    group = parser.add_argument_group("what was made before")
    group.add_argument("--fresh", action="store_true", help="speak and encode all again")
    group.add_argument(
        "--no-cache",
        action="store_false",
        dest="cache",
        default=None,
        help="neither use nor keep what is spoken",
    )
    group.add_argument("--cache-dir", metavar="DIR", help="keep it there")
