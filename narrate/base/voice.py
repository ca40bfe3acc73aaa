"""Voices: one TOML profile each, found as a path, in the user's folder, or among the shipped."""

from collections.abc import Mapping
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path

from narrate.base.cast import primary_language
from narrate.base.errors import UsageError
from narrate.base.model import Article, Voice
from narrate.base.places import user_folder
from narrate.base.profile import FASTEST, SLOWEST, parse_profile

DEFAULT = "builtin"


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


def load_voice(name: str = "", speed: str = "", *, follows_language: bool | None = None) -> Voice:
    """The voice called `name`, or described by the profile at the path `name`, with its cast.

    `speed` is a factor on its natural speed ("1.5") or words a minute ("400wpm"), and the cast
    keeps step; empty leaves the profiles' own. `follows_language` as in `Voice`; None is yes for
    the default voice, and no for a named one. Raises UsageError for an unknown voice, a profile
    that cannot be used, and a speed out of bounds.
    """
    voice = read_profile(_find_profile(name or DEFAULT))
    follows = not name if follows_language is None else follows_language
    voice = replace(voice, follows_language=follows)
    return set_speed(voice, parse_speed(speed, voice)) if speed else voice


def set_speed(voice: Voice, factor: float) -> Voice:
    """`voice` at `factor` times its natural speed, with a cast that keeps step."""
    change = factor / voice.speed
    cast = tuple((part, _change_speed(other, change)) for part, other in voice.cast)
    return replace(voice, speed=factor, cast=cast)


def _change_speed(voice: Voice, change: float) -> Voice:
    return replace(voice, speed=min(max(voice.speed * change, SLOWEST), FASTEST))


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


def fit_voice(voice: Voice, article: Article) -> Voice:
    """`voice` as it narrates `article`, with a cast for the languages that occur in it.

    Where there is no voice in the cast for one of them, that is the one of all profiles that
    `find_language` gives. If the article is in another language and the voice leaves it (see
    `Voice.follows_language`), that language's voice takes its place: at its speed, with its
    policies, lexicons and sounds, and with those of its cast who speak the language.
    """
    used = [article.language]
    for block in article.blocks:
        used += [block.language, *(span.value for span in block.spans if span.kind == "language")]
    cast = dict(voice.cast)
    for language in dict.fromkeys(filter(None, used)):
        if _speaks(voice, language) or _find_part(cast, language):
            continue
        found = find_language(language, voice)
        if found:
            cast[f"language:{primary_language(language)}"] = found
    part = _find_part(cast, article.language)
    if part and voice.follows_language and not _speaks(voice, article.language):
        return _hand_over(voice, cast, part)
    return replace(voice, cast=tuple(cast.items()))


def find_language(language: str, beside: Voice) -> Voice | None:
    """The voice of `language` (BCP 47) that goes best with `beside`, at its speed.

    It is one of the very tag before one of another country, of the same engine before one of
    another, of the user's before one of ours, then the default and the first by name.
    """
    own = user_folder() / "voices"
    fitting = []
    for path in list_voices():
        try:
            voice = parse_profile(path)[0]
        except UsageError:
            continue  # a profile that nobody asked for must not be in the way
        if _speaks(voice, language):
            tag, engine = voice.language != language, voice.engine != beside.engine
            rank = (tag, engine, path.parent != own, path.stem != DEFAULT, path.stem)
            fitting.append((rank, voice))
    if not fitting:
        return None
    return replace(min(fitting, key=lambda found: found[0])[1], speed=beside.speed)


def _hand_over(voice: Voice, cast: dict[str, Voice], part: str) -> Voice:
    """The voice cast for `part` as the narrator in place of `voice`."""
    narrator = cast.pop(part)
    staying = {
        name: other
        for name, other in cast.items()
        if name.startswith("language:") or _speaks(other, narrator.language)
    }
    own = f"language:{primary_language(voice.language)}"
    staying.setdefault(own, replace(voice, cast=(), follows_language=False))
    return replace(
        narrator,
        read=voice.read,
        pauses=voice.pauses,
        sound=voice.sound,
        lexicons=voice.lexicons,
        follows_language=True,
        cast=tuple(staying.items()),
    )


def _speaks(voice: Voice, language: str) -> bool:
    return primary_language(voice.language) == primary_language(language)


def _find_part(cast: Mapping[str, Voice], language: str) -> str:
    """The part of `cast` that stands for `language`; empty where there is none."""
    tags = (language.replace("_", "-").lower(), primary_language(language))
    parts = (f"language:{tag}" for tag in tags)
    return next((part for part in parts if part in cast), "")


def read_profile(path: Path) -> Voice:
    """The voice that the TOML file at `path` describes, with its cast; its name is the file's.

    Raises UsageError when it cannot be read, lacks the engine or the model, or has a key that no
    profile has (with the nearest that one has).
    """
    voice, names = parse_profile(path)
    cast = tuple((part, parse_profile(_find_profile(name))[0]) for part, name in names.items())
    return replace(voice, cast=cast)
