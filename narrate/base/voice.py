"""Voices: one TOML profile each, found as a path, in the user's folder, or among the shipped."""

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from narrate.base.errors import UsageError
from narrate.base.model import Voice
from narrate.base.places import user_folder

# Scalar keys of a profile with the type each must have; tables are told apart in `read_profile`.
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
SLOWEST, FASTEST = 0.46, 8.0
"""Factors on the natural speed: 80 words a minute, the slowest of espeak-ng, is the first."""
BOUNDS = {
    "speed": (SLOWEST, FASTEST),
    "words_per_minute": (60, 600),
    "characters_per_second": (1.0, 100.0),
    "pauses": (0, 60_000),
}


def shipped_folder() -> Path:
    """The voices that come with us: beside this package in a checkout, inside it in a wheel."""
    package = Path(__file__).resolve().parents[1]
    installed = package / "voices"
    return installed if installed.is_dir() else package.parent / "voices"


def list_voices() -> list[Path]:
    """Every profile that has a name of its own, sorted by name; the user's win over ours."""
    found: dict[str, Path] = {}
    for folder in (shipped_folder(), user_folder() / "voices"):
        if folder.is_dir():
            found.update({path.stem: path for path in sorted(folder.glob("*.toml"))})
    return [found[name] for name in sorted(found)]


def load_voice(name: str = "builtin", speed: str = "") -> Voice:
    """The voice called `name`, or described by the profile at the path `name`.

    `speed` is a factor on its natural speed ("1.5") or words a minute ("400wpm"); empty leaves
    the profile's own. Raises UsageError for an unknown voice, a profile that cannot be used, and
    a speed out of bounds.
    """
    voice = read_profile(_find_profile(name))
    return replace(voice, speed=parse_speed(speed, voice)) if speed else voice


def parse_speed(speed: str, voice: Voice) -> float:
    """The factor on the voice's natural speed that "1.5" or "400wpm" asks for."""
    number, per_minute = speed.strip().lower(), False
    if number.endswith("wpm"):
        number, per_minute = number.removesuffix("wpm"), True
    try:
        factor = float(number)
    except ValueError:
        raise UsageError(
            f"speed {speed}", "it is not a number", "say a factor like 1.5, or 400wpm"
        ) from None
    if per_minute:
        factor /= voice.words_per_minute
    if not SLOWEST <= factor <= FASTEST:
        low, high = (round(voice.words_per_minute * bound) for bound in (SLOWEST, FASTEST))
        raise UsageError(
            f"speed {speed}",
            "it is out of bounds",
            f"from {SLOWEST:g} to {FASTEST:g}, or from {low}wpm to {high}wpm",
        )
    return factor


def _find_profile(name: str) -> Path:
    if name.endswith(".toml") or "/" in name or "\\" in name:
        path = Path(name)
        if not path.is_file():
            raise UsageError(f"voice {name}", "there is no such file")
        return path
    voices = {path.stem: path for path in list_voices()}
    if name in voices:
        return voices[name]
    near = get_close_matches(name, voices, n=1)
    remedy = f"did you mean {near[0]}?" if near else f"there are: {', '.join(voices)}"
    raise UsageError(f"voice {name}", "there is no voice of this name", remedy)


def read_profile(path: Path) -> Voice:
    """The voice that the TOML file at `path` describes; its name is the file's.

    Raises UsageError when it cannot be read, lacks the engine or the model, or has a key that no
    profile has (with the nearest that one has).
    """
    try:
        profile = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"voice {path.name}", f"the profile cannot be read: {error}") from error
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
    return Voice(name=path.stem, **values)


def _scalar(path: Path, key: str, value: object) -> object:
    if key not in FIELDS:
        near = get_close_matches(key, [*FIELDS, *TABLES, "level", "lexicons"], n=1)
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
