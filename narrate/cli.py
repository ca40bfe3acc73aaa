"""The command line: a thin skin over the public API."""

import argparse
import signal
import sys
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

from narrate import __version__
from narrate.base.errors import NarrateError, UsageError
from narrate.terminal import Terminal, duration, printable

if TYPE_CHECKING:
    from narrate.base.model import Release
    from narrate.produce import Plan

    Commands = argparse._SubParsersAction["Parser"]  # noqa: SLF001 argparse has no public name

SOME_FAILED = 5
INTERRUPTED, TERMINATED = 130, 143
COMMANDS = ("make", "voices", "doctor")


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, as all our errors do."""

    def error(self, message: str) -> NoReturn:
        """Say `message` and end with exit code 2."""
        self.exit(2, f"narrate: {printable(message)} (see {self.prog} --help)\n")


def build_parser() -> Parser:
    """The parser of all commands."""
    parser = Parser(
        prog="narrate",
        description="Turns an article into a chaptered, tagged audio file, offline.",
        epilog="example: narrate make story.txt",
    )
    parser.add_argument("--version", action="version", version=f"narrate {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_make(commands)
    _add_voices(commands)
    _add_doctor(commands)
    return parser


def _add_make(commands: "Commands") -> None:
    make = commands.add_parser(
        "make",
        help="make audio from articles",
        description="Makes an audio file with chapters and tags from each article.",
        epilog="example: narrate make story.txt --voice british --speed 1.2",
    )
    make.set_defaults(run=run_make)
    make.add_argument(
        "sources", nargs="+", metavar="SOURCE", help="a file, or - for standard input"
    )
    make.add_argument(
        "-t", "--to", default="mp3", metavar="KINDS", help="what to write, with commas (mp3)"
    )
    make.add_argument(
        "-n", "--dry-run", action="store_true", help="say what would be made; no audio"
    )
    make.add_argument("--yes", action="store_true", help="make very long articles without asking")
    _add_place(make)
    _add_speech(make)
    _add_article(make)
    _add_manners(make)


def _add_place(parser: Parser) -> None:
    parser.add_argument(
        "-o", "--out", type=Path, default=Path("output"), metavar="DIR", help="where to (output)"
    )
    parser.add_argument("-j", "--jobs", type=_count, metavar="N", help="sentences at a time")
    parser.add_argument("--no-cache", action="store_true", help="speak everything anew")
    parser.add_argument("--cache-dir", type=Path, metavar="DIR", help="where clips are kept")
    parser.add_argument("--bitrate", type=_count, metavar="KBPS", help="kilobits a second (64)")


def _add_speech(parser: Parser) -> None:
    group = parser.add_argument_group("speech")
    group.add_argument(
        "--voice", default="builtin", metavar="NAME", help="a name or a profile's path"
    )
    group.add_argument("--speed", default="", metavar="S", help="a factor like 1.5, or 400wpm")
    group.add_argument("--no-opening", action="store_true", help="don't announce title and author")
    group.add_argument("--no-closing", action="store_true", help="don't announce the end")


def _add_article(parser: Parser) -> None:
    group = parser.add_argument_group("what you know better than the document")
    group.add_argument("--title", default="")
    group.add_argument("--author", default="")
    group.add_argument("--date", default="", metavar="YYYY-MM-DD")
    group.add_argument("--language", default="", metavar="TAG", help="such as en or de-AT")
    group.add_argument("--site", default="", help="where it was published")
    group.add_argument("--cover", default="", metavar="FILE", help="a JPEG or PNG picture")


def _add_manners(parser: Parser) -> None:
    group = parser.add_argument_group("messages")
    group.add_argument("-q", "--quiet", action="store_true", help="only errors and results")
    group.add_argument("-v", "--verbose", action="store_true", help="chapters and omissions, too")
    group.add_argument("--plain", action="store_true", help="no bar, only lines")
    group.add_argument("--json", action="store_true", help="results as JSON, one object a line")


def _add_voices(commands: "Commands") -> None:
    voices = commands.add_parser(
        "voices",
        help="list the voices, or hear one",
        description="Lists the voices, or lets one say something.",
        epilog='example: narrate voices say british "Good evening."',
    )
    voices.set_defaults(run=run_voices)
    _add_manners(voices)
    actions = voices.add_subparsers(title="actions", metavar="ACTION")
    say = actions.add_parser(
        "say",
        help="make a WAV file of a few words",
        description="Makes a WAV file of a few words in a voice.",
        epilog='example: narrate voices say british "Good evening."',
    )
    say.set_defaults(run=run_say)
    say.add_argument("name", metavar="NAME")
    say.add_argument("text", metavar="TEXT")
    say.add_argument("-o", "--out", type=Path, metavar="FILE", help="the WAV file (NAME.wav)")
    say.add_argument("--speed", default="", metavar="S", help="a factor like 1.5, or 400wpm")
    _add_manners(say)


def _add_doctor(commands: "Commands") -> None:
    doctor = commands.add_parser(
        "doctor",
        help="say what is there and what is missing",
        description="Looks at everything that making audio needs.",
        epilog="example: narrate doctor",
    )
    doctor.set_defaults(run=run_doctor)
    doctor.add_argument("-o", "--out", type=Path, default=Path("output"), metavar="DIR")
    _add_manners(doctor)


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError
    return number


_count.__name__ = "count"  # argparse names the type in its message


def run_make(options: argparse.Namespace, terminal: Terminal) -> int:
    """Make a release from each article of each source; the exit code tells whether all were."""
    codes = []
    for source in options.sources:
        try:
            _make(source, options, terminal)
        except NarrateError as error:
            terminal.fail(str(error))
            codes.append(error.exit_code)
    if codes and len(options.sources) > 1:
        terminal.say(f"{len(options.sources) - len(codes)} of {len(options.sources)} made")
        return SOME_FAILED if len(codes) < len(options.sources) else max(codes)
    return codes[0] if codes else 0


def _make(source: str, options: argparse.Namespace, terminal: Terminal) -> None:
    from narrate.base.voice import load_voice
    from narrate.produce import Order, make_release, plan_release
    from narrate.read import Given, read_articles
    from narrate.write import AudioSettings

    voice = load_voice(options.voice, options.speed)
    given = Given(
        title=options.title,
        author=options.author,
        published=options.date,
        language=options.language,
        site=options.site,
        cover=options.cover,
    )
    order = Order(
        out=options.out,
        kinds=tuple(kind.strip() for kind in options.to.split(",") if kind.strip()),
        opening=not options.no_opening,
        closing=not options.no_closing,
        audio=AudioSettings(bitrate_kbps=options.bitrate),
    )
    for article in read_articles(source, given, unlimited=options.yes):
        terminal.say(f"Title: {printable(article.title)}")
        if options.dry_run:
            _show_plan(plan_release(article, voice, order), terminal)
            continue
        with terminal.progress(printable(article.title)) as report:
            release = make_release(article, voice, order, jobs=options.jobs, report=report)
        _show_release(release, terminal)


def _show_plan(plan: "Plan", terminal: Terminal) -> None:
    terminal.say(
        f"About {duration(plan.estimate_ms)}, {_plural(len(plan.script.chapters), 'chapter')}, "
        f"{_plural(len(plan.script.utterances), 'utterance')}"
    )
    for chapter in plan.script.chapters:
        terminal.detail(f"  {printable(chapter.title)}")
    paths = [str(path) for path in plan.files]
    record = {"title": plan.script.article.title, "files": paths, "estimate_ms": plan.estimate_ms}
    terminal.result("\n".join(paths), record)


def _show_release(release: "Release", terminal: Terminal) -> None:
    recording = release.recording
    terminal.say(f"{duration(recording.length_ms)}, {_plural(len(recording.chapters), 'chapter')}")
    for remark in release.remarks:
        terminal.say(remark)
    for chapter in recording.chapters:
        terminal.detail(f"  {duration(chapter.start_ms)}: {printable(chapter.title)}")
    if recording.omissions:
        where = release.folder / "recording.json"
        terminal.say(f"{_plural(len(recording.omissions), 'passage')} left out, see {where}")
    for omission in recording.omissions:
        text = recording.article.blocks[omission.block].text[omission.start : omission.end]
        terminal.detail(f"  {omission.reason}: {printable(text)[:60]}")
    paths = [str(path) for path in release.files]
    record = {
        "title": recording.article.title,
        "folder": str(release.folder),
        "files": paths,
        "length_ms": recording.length_ms,
        "chapters": len(recording.chapters),
        "omissions": len(recording.omissions),
        "remarks": release.remarks,
    }
    terminal.result("\n".join(paths), record)


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def run_voices(_options: argparse.Namespace, terminal: Terminal) -> int:
    """List the voices."""
    from narrate.base.voice import list_voices, load_voice

    for path in list_voices():
        voice = load_voice(str(path))
        terminal.result(
            f"{voice.name:12} {voice.language:8} {voice.description}",
            {"name": voice.name, "language": voice.language, "description": voice.description},
        )
    return 0


def run_say(options: argparse.Namespace, terminal: Terminal) -> int:
    """Make a WAV file of a few words."""
    from narrate.base.voice import load_voice
    from narrate.produce import say_text

    voice = load_voice(options.name, options.speed)
    path = options.out or Path(f"{voice.name}.wav")
    length_ms = say_text(options.text, voice, path)
    terminal.result(str(path), {"file": str(path), "length_ms": length_ms})
    return 0


def run_doctor(options: argparse.Namespace, terminal: Terminal) -> int:
    """Say what is there and what is missing."""
    from narrate.doctor import examine

    code = 0
    for finding in examine(options.out):
        mark = "ok" if finding.good else "missing"
        terminal.result(f"{mark}: {finding.name}, {finding.detail}", finding._asdict())
        code = code if finding.good else 1
    return code


class Terminated(BaseException):
    """SIGTERM, as an exception: everything is left tidy on the way out."""


def _terminate(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise Terminated


def check_command(arguments: Sequence[str]) -> None:
    """Raise UsageError, with the likely command, when the first of `arguments` is none."""
    first = arguments[0] if arguments else ""
    if not first or first.startswith("-") or first in COMMANDS:
        return
    near = get_close_matches(first, COMMANDS, n=1)
    if Path(first).exists() or (not near and "." in first):
        raise UsageError(first, "this is no command", f"did you mean `narrate make {first}`?")
    remedy = f"did you mean {near[0]}?" if near else f"there are: {', '.join(COMMANDS)}"
    raise UsageError(first, "there is no such command", remedy)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command that `arguments` (default: the process's) ask for; the exit code."""
    arguments = sys.argv[1:] if arguments is None else arguments
    signal.signal(signal.SIGTERM, _terminate)
    try:
        check_command(arguments)
        options = build_parser().parse_args(arguments)
        terminal = Terminal(options.quiet, options.verbose, options.plain, options.json)
        run: Callable[[argparse.Namespace, Terminal], int] = options.run
        return run(options, terminal)
    except NarrateError as error:
        Terminal().fail(str(error))
        return error.exit_code
    except KeyboardInterrupt:
        Terminal().fail("interrupted; run the same command again to make it")
        return INTERRUPTED
    except Terminated:
        Terminal().fail("terminated; run the same command again to make it")
        return TERMINATED
    except BrokenPipeError:
        # Whoever read our results has enough of them; the interpreter must not flush into it.
        sys.stdout = None
        return 1
