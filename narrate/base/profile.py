"""Profiles: the TOML file that describes a voice, checked key by key."""

import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from narrate.base.errors import UsageError
from narrate.base.model import Voice

# Scalar keys of a profile with the type each must have; tables are told apart in `parse_profile`.
FIELDS: Mapping[str, type] = {
    "engine": str,
    "model": str,
    "language": str,
    "words_per_minute": int,
    "speed": float,
    "characters_per_second": float,
    "reproducible": bool,
    "description": str,
    "licence": str,
}
TABLES: Mapping[str, type] = {"pauses": int, "read": str, "options": str, "sound": str}
SOUND_FILES = ("bed", "intro", "outro")
SOUND_KEYS = (*SOUND_FILES, "earcons")
REQUIRED = ("engine", "model")
PARTS = ("answer", "caption", "heading", "note", "question", "quote")
"""What a voice may be cast for, beside "speaker:NAME" and "language:TAG"."""
SLOWEST, FASTEST = 0.46, 8.0
"""Factors on the natural speed: 80 words a minute, the slowest of espeak-ng, is the first."""
BOUNDS = {
    "speed": (SLOWEST, FASTEST),
    "words_per_minute": (60, 600),
    "characters_per_second": (1.0, 100.0),
    "pauses": (0, 60_000),
}


def parse_profile(path: Path) -> tuple[Voice, dict[str, str]]:
    """The voice in the profile at `path`, and the names or paths of its cast, by part.

    Raises UsageError when it cannot be read, lacks the engine or the model, or has a key that no
    profile has (with the nearest that one has).
    """
    try:
        profile = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"voice {path.name}", f"the profile cannot be read: {error}") from error
    cast = _cast(path, profile.pop("cast", {}))
    values: dict[str, Any] = {}
    for key, value in profile.items():
        if key == "sound":
            values[key] = _sounds(path, value)
        elif key in TABLES:
            values[key] = _table(path, key, value)
        elif key == "level":
            values[key] = _levels(path, value)
        elif key == "lexicons":
            if not isinstance(value, list):
                raise UsageError(f"voice {path.name}", "lexicons must be a list of paths")
            values[key] = tuple(str(path.parent / str(lexicon)) for lexicon in value)
        else:
            values[key] = _scalar(path, key, value)
    missing = [key for key in REQUIRED if key not in values]
    if missing:
        raise UsageError(f"voice {path.name}", f"the profile lacks {' and '.join(missing)}")
    return Voice(name=path.stem, **values), cast


def _cast(path: Path, table: object) -> dict[str, str]:
    """The table [cast]: the names of voices by part, paths as seen from the profile's folder."""
    if not isinstance(table, dict) or not all(isinstance(name, str) for name in table.values()):
        raise UsageError(f"voice {path.name}", "[cast] must hold the names of voices")
    cast = {}
    for part, name in table.items():
        kind, colon, rest = part.partition(":")
        named = colon and rest.strip() and kind in {"speaker", "language"}
        if not named and part not in PARTS:
            near = get_close_matches(part, PARTS, n=1)
            known = ", ".join((*PARTS, '"speaker:NAME"', '"language:TAG"'))
            remedy = f"did you mean {near[0]}?" if near else f"there are: {known}"
            raise UsageError(f"voice {path.name}", f"[cast] has no part {part}", remedy)
        key = part.replace("_", "-").lower() if kind == "language" else part
        cast[key] = str(path.parent / name) if name.endswith(".toml") else name
    return dict(sorted(cast.items()))


def _scalar(path: Path, key: str, value: object) -> object:
    if key not in FIELDS:
        near = get_close_matches(key, [*FIELDS, *TABLES, "cast", "level", "lexicons"], n=1)
        remedy = f"did you mean {near[0]}?" if near else ""
        raise UsageError(f"voice {path.name}", f"no profile has the key {key}", remedy)
    wanted = FIELDS[key]
    if wanted is float and type(value) is int:
        value = float(value)
    if type(value) is not wanted:
        raise UsageError(f"voice {path.name}", f"{key} must be of the type {wanted.__name__}")
    _check_bounds(path, key, key, value)
    return value


def _check_bounds(path: Path, key: str, name: str, value: Any) -> None:  # noqa: ANN401 a TOML value
    if key in BOUNDS:
        low, high = BOUNDS[key]
        if not low <= value <= high:
            raise UsageError(f"voice {path.name}", f"{name} must be from {low:g} to {high:g}")


def _table(path: Path, key: str, value: object) -> tuple[tuple[str, Any], ...]:
    wanted = TABLES[key]
    if not isinstance(value, dict) or any(type(entry) is not wanted for entry in value.values()):
        raise UsageError(f"voice {path.name}", f"[{key}] must hold values of {wanted.__name__}")
    for name, entry in value.items():
        _check_bounds(path, key, f"[{key}] {name}", entry)
    return tuple(sorted(value.items()))


def _sounds(path: Path, value: object) -> tuple[tuple[str, str], ...]:
    """The table [sound], with the paths of files as seen from the profile's folder."""
    table = dict(_table(path, "sound", value))
    for key in table:
        if key not in SOUND_KEYS:
            near = get_close_matches(key, SOUND_KEYS, n=1)
            remedy = f"did you mean {near[0]}?" if near else f"there are: {', '.join(SOUND_KEYS)}"
            raise UsageError(f"voice {path.name}", f"[sound] has no key {key}", remedy)
    for key in SOUND_FILES:
        if key in table:
            table[key] = str(path.parent / table[key])
    return tuple(sorted(table.items()))


def _levels(path: Path, value: object) -> tuple[tuple[str, tuple[float, ...]], ...]:
    """The table [level]: "speeds", and as many gains for each loudness."""
    problem = UsageError(
        f"voice {path.name}",
        "[level] must hold a list of rising speeds, and lists of as many gains by loudness",
        "leave it out, and the voice is measured each time",
    )
    if not isinstance(value, dict) or "speeds" not in value or len(value) < 2:
        raise problem
    try:
        table = {key: tuple(float(entry) for entry in row) for key, row in value.items()}
        loudest = max(float(key) for key in table if key != "speeds")
    except (TypeError, ValueError):
        raise problem from None
    speeds = table["speeds"]
    rising = speeds == tuple(sorted(set(speeds)))
    if loudest > 0 or not rising or {len(row) for row in table.values()} != {len(speeds)}:
        raise problem
    return tuple(sorted(table.items()))
