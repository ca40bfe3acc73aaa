"""narrate voices: what there is, how it sounds, and which one is used."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from narrate.cli._articles import with_user_lexicon
from narrate.cli._parser import add_manners
from narrate.terminal import Terminal

if TYPE_CHECKING:
    from narrate.cli._parser import Commands


def add(commands: "Commands") -> None:
    """Add the parser of the command."""
    parser = commands.add_parser(
        "voices",
        help="list the voices, hear one, choose one",
        description="Lists the voices, lets one say something, or makes one the default.",
        epilog='example: narrate voices say british "Good evening."',
    )
    parser.set_defaults(run=run)
    add_manners(parser)
    actions = parser.add_subparsers(title="actions", metavar="ACTION")
    _add_say(actions)
    _add_use(actions)
    _add_add(actions)


def _add_say(actions: "Commands") -> None:
    parser = actions.add_parser(
        "say",
        help="make a WAV file of a few words",
        description="Makes a WAV file of a few words in a voice.",
        epilog='example: narrate voices say british "Good evening."',
    )
    parser.set_defaults(run=run_say)
    parser.add_argument("name", metavar="NAME")
    parser.add_argument("text", metavar="TEXT")
    parser.add_argument("-o", "--out", type=Path, metavar="FILE", help="the WAV file (NAME.wav)")
    parser.add_argument("--speed", default="", metavar="S", help="a factor like 1.5, or 400wpm")
    parser.add_argument("--play", action="store_true", help="play it, too")
    add_manners(parser)


def _add_use(actions: "Commands") -> None:
    parser = actions.add_parser(
        "use",
        help="make a voice the default",
        description="Makes a voice the one that speaks where no other is named.",
        epilog="example: narrate voices use british",
    )
    parser.set_defaults(run=run_use)
    parser.add_argument("name", metavar="NAME")
    add_manners(parser)


def _add_add(actions: "Commands") -> None:
    parser = actions.add_parser(
        "add",
        help="make a voice of a Piper model in a file",
        description="Makes a voice of a Piper model, which is two files: .onnx and .onnx.json.",
        epilog="example: narrate voices add ~/en_GB-alba-medium.onnx --name alba",
    )
    parser.set_defaults(run=run_add)
    parser.add_argument("model", type=Path, metavar="PATH.onnx")
    parser.add_argument("--name", default="", metavar="NAME", help="(the file's)")
    add_manners(parser)


def run(_options: argparse.Namespace, terminal: Terminal) -> int:
    """List the voices; the one in use has a mark."""
    from narrate.base.config import load_settings
    from narrate.base.voice import list_voices, load_voice
    from narrate.catalogue import find_missing

    used = load_settings().voice
    for path in list_voices():
        voice = load_voice(str(path))
        missing = find_missing(voice)
        mark = " (in use)" if voice.name == used else ""
        mark += f" (not installed: {missing})" if missing else ""
        terminal.result(
            f"{voice.name}, {voice.language}: {voice.description}{mark}",
            {
                "name": voice.name,
                "language": voice.language,
                "engine": voice.engine,
                "description": voice.description,
                "used": voice.name == used,
                "installed": not missing,
            },
        )
    return 0


def run_say(options: argparse.Namespace, terminal: Terminal) -> int:
    """Make a WAV file of a few words."""
    from narrate.base.voice import load_voice
    from narrate.catalogue import say_text

    voice = with_user_lexicon(load_voice(options.name, options.speed))
    path = options.out or Path(f"{voice.name}.wav")
    length_ms = say_text(options.text, voice, path)
    terminal.result(str(path), {"file": str(path), "length_ms": length_ms})
    if options.play:
        from narrate.base.config import load_settings
        from narrate.player import play

        play(path, load_settings().player)
    return 0


def run_use(options: argparse.Namespace, terminal: Terminal) -> int:
    """Make a voice the default."""
    from narrate.base.config import write_setting
    from narrate.base.voice import load_voice
    from narrate.catalogue import require_voice

    voice = load_voice(options.name)
    require_voice(voice)
    is_path = voice.name != options.name
    path = write_setting("voice", str(Path(options.name).absolute()) if is_path else voice.name)
    terminal.say(f"{voice.name} speaks from now on, by {path}")
    return 0


def run_add(options: argparse.Namespace, terminal: Terminal) -> int:
    """Make a voice of a model."""
    from narrate.catalogue import add_voice

    terminal.say(f"Measuring {options.model}")
    profile = add_voice(options.model, options.name)
    terminal.result(str(profile), {"name": profile.stem, "file": str(profile)})
    terminal.say(f"Make it the default: narrate voices use {profile.stem}")
    return 0
