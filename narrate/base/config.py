"""Settings: flag > environment (NARRATE_VOICE …) > show > the user's config.toml > default."""

import os
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from narrate.base.errors import UsageError
from narrate.base.places import user_folder

PREFIX = "NARRATE_"
READ = "read"
LOUDNESSES = (-14.0, -16.0, -19.0, -23.0)
"""LUFS: loud streaming, podcasts, quiet podcasts, broadcast (EBU R 128)."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a user may set once for all."""

    voice: str = "builtin"
    """A voice's name, or the path of its profile."""
    speed: str = ""
    """A factor ("1.5") or words a minute ("400wpm"); empty for the voice's own."""
    output: Path = Path("output")
    shows: Path = Path("shows")
    """The folder of the shows that are called by their names."""
    kinds: tuple[str, ...] = ("mp3",)
    bitrate: int | None = None
    """Kilobits a second; None for each format's own."""
    sample_rate: int | None = None
    """Hertz; None for the voice's own."""
    loudness: float | None = -16.0
    """LUFS; None ("off") leaves the speech as loud as the engine made it."""
    cover: bool = True
    """Whether a cover is drawn where there is none."""
    split: str = ""
    """"chapters" for a file for each chapter."""
    jobs: int | None = None
    """Sentences at a time; None for one a processor."""
    opening: bool = True
    closing: bool = True
    plain: bool = False
    player: str = ""
    """The program that plays audio; empty to look for one."""
    cache: bool = True
    """Whether what was spoken and encoded is kept and used again."""
    cache_dir: Path | None = None
    """Where; None for the user's cache folder."""
    cache_size: int = 5_000
    """The most that is kept, in megabytes."""
    read: tuple[tuple[str, str], ...] = ()
    """Policies by kind of structure; they win over the voice's."""
    origins: tuple[tuple[str, str], ...] = field(default=())
    """Where each setting that is not the default comes from."""


def _text(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError("it must be text")  # noqa: TRY004 `parse` tells the user of ValueErrors
    return str(value)


def _path(value: object) -> Path:
    return Path(_text(value)).expanduser()


def _number(value: object) -> int:
    number = int(_text(value))
    if number < 1:
        raise ValueError("it must be 1 or more")
    return number


def _switch(value: object) -> bool:
    words = {"true": True, "yes": True, "on": True, "1": True}
    words |= {"false": False, "no": False, "off": False, "0": False}
    known = words.get(str(value).lower())
    if known is None:
        raise ValueError("it must be true or false")
    return known


def _loudness(value: object) -> float | None:
    if str(value).lower() in {"off", "false", "none"}:
        return None
    try:
        loudness = float(_text(value))
    except ValueError:
        loudness = 0.0
    if loudness not in LOUDNESSES:
        known = ", ".join(f"{known:g}" for known in LOUDNESSES)
        raise ValueError(f"it must be one of {known}, or off")
    return loudness


def _split(value: object) -> str:
    if value not in {"", "chapters"}:
        raise ValueError("it can only be chapters")
    return str(value)


def _list(value: object) -> tuple[str, ...]:
    parts = value if isinstance(value, list | tuple) else str(value).split(",")
    return tuple(part for part in (str(part).strip() for part in parts) if part)


PARSERS: Mapping[str, Callable[[object], Any]] = {
    "voice": _text,
    "speed": _text,
    "output": _path,
    "shows": _path,
    "kinds": _list,
    "bitrate": _number,
    "sample_rate": _number,
    "loudness": _loudness,
    "cover": _switch,
    "split": _split,
    "jobs": _number,
    "opening": _switch,
    "closing": _switch,
    "plain": _switch,
    "player": _text,
    "cache": _switch,
    "cache_dir": _path,
    "cache_size": _number,
}


def load_settings(
    flags: Mapping[str, object] | None = None,
    show: Mapping[str, object] | None = None,
    environment: Mapping[str, str] = os.environ,
) -> Settings:
    """The settings in force; a flag that is None has not been given.

    Raises UsageError for a key that does not exist, with the nearest that does, and for a value
    that cannot be.
    """
    given = {key: value for key, value in (flags or {}).items() if value is not None}
    values: dict[str, Any] = {}
    read: dict[str, str] = {}
    origins: dict[str, str] = {}
    for origin, source in (
        (str(config_file()), read_file(config_file())),
        ("show", show or {}),
        ("environment", _from_environment(environment)),
        ("flag", given),
    ):
        for key, value in source.items():
            if key == READ:
                if not isinstance(value, dict):
                    raise UsageError(f"{key} in {origin}", "it must be a table", "write [read]")
                read |= {kind: str(policy) for kind, policy in value.items()}
                origins |= {f"{READ}.{kind}": origin for kind in value}
                continue
            values[key] = parse(key, value, origin)
            origins[key] = origin
    return Settings(**values, read=tuple(read.items()), origins=tuple(origins.items()))


def parse(key: str, value: object, origin: str) -> object:
    """The value of the setting `key`. Raises UsageError as `load_settings` does."""
    if key not in PARSERS:
        near = get_close_matches(key, [*PARSERS, READ], n=1)
        remedy = f"did you mean {near[0]}?" if near else f"there are: {', '.join(PARSERS)}"
        raise UsageError(f"{key} in {origin}", "there is no such setting", remedy)
    try:
        return PARSERS[key](value)
    except ValueError as error:
        why = str(error) if str(error).startswith("it ") else "it must be a number"
        raise UsageError(f"{key} = {value} in {origin}", why) from None


def config_file() -> Path:
    """The user's settings; the file need not exist."""
    return user_folder() / "config.toml"


def read_file(path: Path) -> dict[str, Any]:
    """The table in the TOML file at `path`; empty where there is none."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(str(path), f"it cannot be read: {error}") from error


def _from_environment(environment: Mapping[str, str]) -> dict[str, object]:
    found: dict[str, object] = {}
    read: dict[str, str] = {}
    for name, value in environment.items():
        if not name.startswith(PREFIX) or not value:
            continue
        key = name.removeprefix(PREFIX).lower()
        if key.startswith(f"{READ}_"):
            read[key.removeprefix(f"{READ}_")] = value
        else:
            found[key] = value
    return {**found, READ: read} if read else found


def write_setting(key: str, value: str | None) -> Path:
    """Set `key` ("voice", "read.quote") in the user's file, or take it out; the file's path.

    Comments and order of the file stay. Raises UsageError as `load_settings` does, and when the
    file cannot be written.
    """
    table, _, kind = key.partition(".")
    if table != READ and value is not None:
        parse(key, value, "the command")
    toml = None if value is None else _as_toml(key, value)
    if toml is None:
        toml = value  # "off" is kept as it is said
    return edit_toml(config_file(), (table, kind) if kind else (key,), toml)


def edit_toml(path: Path, keys: Sequence[str], value: object) -> Path:
    """Set what stands at `keys` in the TOML file at `path`, or take it out (None); its real path.

    `keys` are a key, or a table and a key in it. Comments and order of the file stay, and it
    changes as a whole or not at all. Raises UsageError when it cannot be read or written, and when
    what is to be taken out is not there.
    """
    import tomlkit

    path = path.resolve()
    before = read_file(path)
    text = path.read_text(encoding="utf-8-sig") if before or path.is_file() else ""
    document = tomlkit.parse(text)
    place: Any = document
    for table in keys[:-1]:
        place = place.setdefault(table, tomlkit.table())
    name = keys[-1]
    if value is None:
        if name not in place:
            raise UsageError(".".join(keys), f"it is not set in {path}")
        del place[name]
    else:
        place[name] = _inline(value) if isinstance(value, dict) else value
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.tmp")
        draft.write_text(tomlkit.dumps(document), encoding="utf-8")
        draft.replace(path)
    except OSError as error:
        raise UsageError(
            str(path), f"it cannot be written: {str(error.strerror).lower()}"
        ) from error
    return path


def _inline(value: Mapping[str, object]) -> object:
    """`value` as a table on the line of its key."""
    import tomlkit

    table = tomlkit.inline_table()
    table.update(value)
    return table


def _as_toml(key: str, value: str) -> Any:  # noqa: ANN401 any TOML value
    if key.startswith(f"{READ}."):
        return value
    parsed = parse(key, value, "the command")
    return (
        list(parsed)
        if isinstance(parsed, tuple)
        else str(parsed)
        if isinstance(parsed, Path)
        else parsed
    )


def setting_names() -> list[str]:
    """The names of all settings, in the order of `Settings`."""
    return [entry.name for entry in fields(Settings) if entry.name in PARSERS]
