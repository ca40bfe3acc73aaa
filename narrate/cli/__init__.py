"""The command line: a thin skin over the public API, a file for each command.

A command is a module with add(commands), which adds its parser, and run(options, terminal), which
gives the exit code.
"""

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

from narrate import __version__
from narrate.base.errors import NarrateError, UsageError
from narrate.cli._parser import Parser
from narrate.terminal import Terminal

if TYPE_CHECKING:
    import argparse

COMMANDS = (
    "make",
    "preview",
    "pronounce",
    "export",
    "feed",
    "serve",
    "follow",
    "update",
    "digest",
    "publish",
    "voices",
    "formats",
    "config",
    "cache",
    "doctor",
    "completion",
)
INTERRUPTED, TERMINATED = 130, 143


def build_parser() -> Parser:
    """The parser of all commands."""
    parser = Parser(
        prog="narrate",
        description="Turns an article into a chaptered, tagged audio file, offline.",
        epilog="example: narrate make story.txt",
    )
    parser.add_argument("--version", action="version", version=f"narrate {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name in COMMANDS:
        import_module(f"narrate.cli.{name}").add(commands)
    return parser


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
    if Path(first).exists() or (not near and ("." in first or "/" in first)):
        raise UsageError(first, "this is no command", f"did you mean `narrate make {first}`?")
    remedy = f"did you mean {near[0]}?" if near else f"there are: {', '.join(COMMANDS)}"
    raise UsageError(first, "there is no such command", remedy)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command that `arguments` (default: the process's) ask for; the exit code."""
    from narrate.base.pool import has_stuck_threads

    _fill_streams()
    with _signals():
        code = _run(sys.argv[1:] if arguments is None else arguments)
    if arguments is None and has_stuck_threads():
        # The interpreter would wait for an engine that hangs; all that we made is in its place.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    return code


def _fill_streams() -> None:
    """Put something in the place of streams that whoever started us has closed."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            stream = Path(os.devnull).open(mode, encoding="utf-8")  # noqa: SIM115 for all the time
            setattr(sys, name, stream)


@contextmanager
def _signals() -> Iterator[None]:
    """Let a request to end be an exception, while a command runs."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    wanted = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = [signal.signal(number, _terminate) for number in wanted]
    try:
        yield
    finally:
        for number, handler in zip(wanted, before, strict=True):
            signal.signal(number, handler)


def _run(arguments: Sequence[str]) -> int:
    try:
        check_command(arguments)
        options = build_parser().parse_args(arguments)
        terminal = Terminal(
            quiet=options.quiet,
            verbose=options.verbose,
            plain=bool(options.plain),
            as_json=options.json,
        )
        run: Callable[[argparse.Namespace, Terminal], int] = options.run
        return run(options, terminal)
    except BrokenPipeError:
        _stop_writing()  # whoever read our results has enough of them
        return 1
    except (
        NarrateError,
        KeyboardInterrupt,
        Terminated,
        MemoryError,
        ModuleNotFoundError,
        OSError,
    ) as error:
        line, code = _explain(error)
        Terminal().fail(line)
        if isinstance(error, OSError):
            _stop_writing()
        return code


def _stop_writing() -> None:
    """Let the interpreter not flush into what cannot be written to."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _explain(error: BaseException) -> tuple[str, int]:
    """The line and the exit code for what ended a command."""
    match error:
        case NarrateError():
            return str(error), error.exit_code
        case KeyboardInterrupt():
            return "interrupted; run the same command again to go on", INTERRUPTED
        case Terminated():
            return "terminated; run the same command again to go on", TERMINATED
        case MemoryError():
            return "there is not enough memory (close something, or use -j 1)", 1
        case ModuleNotFoundError():
            return f"{error.name}: this library is missing (install narrate again with pip)", 1
        case OSError():
            return f"{error.filename or 'standard output'}: {error.strerror or error}", 1
    raise AssertionError("unreachable") from error
