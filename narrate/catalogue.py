"""The voices that can speak here, and how a new one is added: any Piper model in a file."""

import json
import re
import wave
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from narrate.base.cast import primary_language
from narrate.base.errors import UsageError, WriteError
from narrate.base.model import Article, Block, Clip, Script, Utterance, Voice
from narrate.base.places import user_folder
from narrate.base.pool import open_pool
from narrate.base.voice import list_voices, load_voice
from narrate.script import make_script
from narrate.speak import load_engine, speak_script
from narrate.splice import calibrate_voice, pace_clips

SPEEDS = (0.75, 1.0, 1.5)
"""At which a new voice is measured; beyond, its sound is only pressed together."""
TARGETS = (-23.0, -19.0, -16.0)
NATURAL = "piper"
"""The engine of natural voices."""
NOTHING = Script(Article("", ()), (), (), ())
GREETING = "1, 2, 3."
"""Said to see whether a voice works at all: digits are read in every language."""


def find_missing(voice: Voice) -> str:
    """What has to be installed before `voice` can speak: a command, or empty."""
    engine = load_engine(voice)
    missing: str = engine.find_missing(voice) if hasattr(engine, "find_missing") else ""
    return missing


def require_voice(voice: Voice) -> None:
    """Raise UsageError, with the command that helps, when `voice` is not installed."""
    if missing := find_missing(voice):
        raise UsageError(f"voice {voice.name}", "it is not installed", missing)


def find_natural_voice(language: str) -> str:
    """The name of a natural voice that is installed and speaks `language`; empty for none."""
    wanted = primary_language(language)
    for path in list_voices():
        voice = load_voice(str(path))
        same = primary_language(voice.language) == wanted
        if voice.engine == NATURAL and same and not find_missing(voice):
            return voice.name
    return ""


def add_voice(model: Path, name: str = "") -> Path:
    """Write a profile for the Piper model in the file `model` into the user's folder; its path.

    The model says something, and its level and pace are measured if it speaks English. Its
    settings must be beside it, in a file named as the model with .json added; licence and source
    are taken from a MODEL_CARD, if there is one. `name` is what the voice will be called (default:
    as the file). Raises UsageError for a file that is no such model and for a name that is taken
    by another, SpeakError when it says nothing.
    """
    model = model.expanduser().absolute()
    config = _read_config(model)
    name = name or re.sub(r"[^a-z0-9]+", "-", model.stem.lower()).strip("-")
    profile = user_folder() / "voices" / f"{name}.toml"
    _check_name(name, profile, model)
    voice = Voice(
        name=name,
        engine=NATURAL,
        model=str(model),
        language=_find_language(config),
        reproducible=False,
        description=f"{model.stem}, natural",
        licence=_read_licence(model),
    )
    engine = load_engine(voice)
    require_voice(voice)
    voice = replace(voice, options=(("sha256", engine.hash_model(model)),))
    if voice.language.lower().startswith("en"):
        voice = measure_voice(voice)
    else:
        _say(voice, _script(GREETING))
    _write(profile, voice)
    return profile


def measure_voice(voice: Voice, speeds: Sequence[float] = SPEEDS) -> Voice:
    """The English `voice` with its pace, and its level at `speeds`, which must hold 1.0."""
    gains = []
    for speed in speeds:
        at_speed = replace(voice, speed=speed, level=())
        heard: list[tuple[Utterance, Clip]] = []

        def speak(
            script: Script, at_speed: Voice = at_speed, heard: list[tuple[Utterance, Clip]] = heard
        ) -> list[Clip]:
            clips = _say(at_speed, script)
            heard += zip(script.utterances, clips, strict=True)
            return clips

        gains.append(dict(calibrate_voice(at_speed, speak, TARGETS, NOTHING).level))
        if speed == 1.0:
            voice = _with_pace(voice, heard)
    table = {f"{target:g}": tuple(gain[f"{target:g}"][0] for gain in gains) for target in TARGETS}
    return replace(voice, level=tuple(sorted({"speeds": tuple(speeds), **table}.items())))


def _with_pace(voice: Voice, heard: Sequence[tuple[Utterance, Clip]]) -> Voice:
    """`voice` with its words a minute, pauses included, and characters a second without them."""
    seconds = sum((clip.words[-1].last - clip.words[0].first) / clip.rate_hz for _, clip in heard)
    pauses = sum(utterance.pause_ms for utterance, _ in heard) / 1000
    words = sum(len(clip.words) for _, clip in heard)
    characters = sum(len(utterance.spoken) for utterance, _ in heard)
    return replace(
        voice,
        words_per_minute=round(words * 60 / (seconds + pauses)),
        characters_per_second=round(characters / seconds, 1),
    )


def say_text(text: str, voice: Voice, path: Path) -> int:
    """Write what `voice` makes of `text` as a WAV file to `path`; its length in milliseconds."""
    article = Article(title=text, blocks=(Block("para", text),), language=voice.language)
    script = make_script(article, voice, opening=False, closing=False)
    with open_pool() as pool, closing(speak_script(script, voice, pool)) as spoken:
        clips = list(pace_clips(script, spoken))
    rate_hz = clips[0].rate_hz
    try:
        with path.open("wb") as plain, wave.open(plain, "wb") as file:
            file.setparams((1, 2, rate_hz, 0, "NONE", ""))
            for clip in clips:
                file.writeframesraw(clip.pcm)
            return file.tell() * 1000 // rate_hz
    except OSError as error:
        raise WriteError(str(path), str(error.strerror or error).lower()) from error


def _say(voice: Voice, script: Script) -> list[Clip]:
    with open_pool() as pool:
        return list(speak_script(script, voice, pool))


def _script(text: str) -> Script:
    return replace(NOTHING, utterances=(Utterance("u0001", None, 0, len(text), text, text),))


def _read_config(model: Path) -> dict[str, object]:
    if model.suffix != ".onnx":
        raise UsageError(str(model), "it is no .onnx file", "give the path of a Piper model")
    config = model.with_name(f"{model.name}.json")
    for path in (model, config):
        if not path.is_file():
            raise UsageError(str(path), "there is no such file", "a Piper voice has both files")
    try:
        table = json.loads(config.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(str(config), "it cannot be read as JSON") from error
    if not isinstance(table, dict):
        raise UsageError(str(config), "it describes no Piper voice")
    return table


def _check_name(name: str, profile: Path, model: Path) -> None:
    if not re.fullmatch(r"[\w-]+", name):
        raise UsageError(f"voice {name}", "a name is of letters, digits and hyphens")
    taken = [path for path in list_voices() if path.stem == name]
    if taken and (taken[0] != profile or load_voice(str(profile)).model != str(model)):
        raise UsageError(f"voice {name}", "there is a voice of this name", "choose one with --name")


def _find_language(config: dict[str, object]) -> str:
    """The model's language as a BCP 47 tag: its own word for it, or espeak-ng's."""
    language, espeak = config.get("language"), config.get("espeak")
    code = language.get("code") if isinstance(language, dict) else None
    code = code or (espeak.get("voice") if isinstance(espeak, dict) else None) or "en"
    tag, *region = str(code).replace("_", "-").split("-")
    return "-".join([tag.lower(), *(part.upper() for part in region[:1])])


def _read_licence(model: Path) -> str:
    """Licence and source in the MODEL_CARD beside the model, a list of "* Key: value"."""
    for card in (model.with_name("MODEL_CARD"), model.with_name(f"{model.stem}.MODEL_CARD")):
        if card.is_file():
            text = card.read_text(encoding="utf-8", errors="replace")
            entries = {
                match[1].strip().lower(): match[2].strip()
                for match in re.finditer(r"^\s*[*-]\s*([^:\n]+):[ \t]*(.+)$", text, re.MULTILINE)
            }
            return ", ".join(filter(None, map(entries.get, ("license", "licence", "url"))))
    return ""


def _write(profile: Path, voice: Voice) -> None:
    """Write the profile of `voice`: all at once, or not at all."""
    keys = (
        "engine",
        "model",
        "language",
        "description",
        "licence",
        "words_per_minute",
        "characters_per_second",
        "reproducible",
    )
    # A basic string of TOML is written as one of JSON is; so are numbers, lists and booleans.
    lines = ["# Made by narrate voices add; what is in it may be changed."]
    lines += [f"{key} = {_quote(getattr(voice, key))}" for key in keys]
    for table in ("options", "level"):
        if entries := dict(getattr(voice, table)):
            lines += ["", f"[{table}]"]
            bare = {key: key if key.isidentifier() else _quote(key) for key in entries}
            lines += [f"{bare[key]} = {_quote(value)}" for key, value in entries.items()]
    try:
        profile.parent.mkdir(parents=True, exist_ok=True)
        draft = profile.with_suffix(".tmp")
        draft.write_text("\n".join([*lines, ""]), encoding="utf-8")
        draft.replace(profile)
    except OSError as error:
        why = str(error.strerror or error).lower()
        raise UsageError(str(profile), f"it cannot be written: {why}") from error


def _quote(value: object) -> str:
    rounded = [round(entry, 2) for entry in value] if isinstance(value, tuple) else value
    return json.dumps(rounded, ensure_ascii=False).replace("\x7f", "\\u007f")
