"""narrate config: what is set, and where."""

import argparse
from typing import TYPE_CHECKING

from narrate.cli._parser import add_manners
from narrate.terminal import Terminal

if TYPE_CHECKING:
    from narrate.cli._parser import Commands


def add(commands: "Commands") -> None:
    """Add the parser of the command."""
    parser = commands.add_parser(
        "config",
        help="show or change your settings",
        description="Shows every setting and where it comes from, or changes one.",
        epilog="example: narrate config set read.quote announced",
    )
    parser.set_defaults(run=run)
    add_manners(parser)
    actions = parser.add_subparsers(title="actions", metavar="ACTION")
    change = actions.add_parser(
        "set",
        help="change a setting",
        description="Changes a setting in your config.toml; comments in it stay.",
        epilog="example: narrate config set speed 1.25",
    )
    change.set_defaults(run=run_set)
    change.add_argument("key", metavar="KEY", help="such as voice, speed or read.quote")
    change.add_argument("value", metavar="VALUE")
    add_manners(change)
    remove = actions.add_parser(
        "unset",
        help="take a setting back",
        description="Takes a setting out of your config.toml.",
        epilog="example: narrate config unset speed",
    )
    remove.set_defaults(run=run_set, value=None)
    remove.add_argument("key", metavar="KEY")
    add_manners(remove)


def run(_options: argparse.Namespace, terminal: Terminal) -> int:
    """Show every setting, its value and its origin."""
    from narrate.base.config import config_file, load_settings, setting_names

    settings = load_settings()
    origins = dict(settings.origins)
    rows = [(name, getattr(settings, name)) for name in setting_names()]
    rows += [(f"read.{kind}", policy) for kind, policy in settings.read]
    for name, value in rows:
        origin = origins.get(name, "default")
        shown = ",".join(value) if isinstance(value, tuple) else "" if value is None else str(value)
        record = {"name": name, "value": shown, "origin": origin}
        terminal.result(f"{name} = {shown} ({origin})", record)
    terminal.say(f"Your settings are in {config_file()}")
    return 0


def _check(key: str, value: str) -> None:
    """Raise UsageError for a value that would make other commands fail."""
    from narrate.base.config import load_settings
    from narrate.base.voice import load_voice
    from narrate.write import AudioSettings, check_kinds

    settings = load_settings({key: value})
    if key in {"voice", "speed"}:
        load_voice(settings.voice, settings.speed)
    if key in {"kinds", "bitrate", "sample_rate"}:
        audio = AudioSettings(bitrate_kbps=settings.bitrate, sample_rate_hz=settings.sample_rate)
        check_kinds(settings.kinds, audio)


def run_set(options: argparse.Namespace, terminal: Terminal) -> int:
    """Change a setting, or take it back."""
    from narrate.base.config import write_setting

    table, _, kind = options.key.partition(".")
    if table == "read" and options.value is not None:
        from narrate.base.model import Voice
        from narrate.script import find_policies

        find_policies(Voice("", "", "", read=((kind, options.value),)))
    elif options.value is not None:
        _check(options.key, options.value)
    path = write_setting(options.key, options.value)
    done = "is set back" if options.value is None else f"is {options.value}"
    terminal.say(f"{options.key} {done}, by {path}")
    return 0
