"""What is there, what is missing, and what to do about it."""

import platform
import sys
import tempfile
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from narrate.base import plugins
from narrate.base.config import load_settings
from narrate.base.errors import NarrateError
from narrate.base.places import user_folder
from narrate.base.voice import list_voices, load_voice

LIBRARIES = {
    "nltk": "nltk",
    "pyttsx3": "pyttsx3",
    "espeakng_loader": "espeakng-loader",
    "pydub": "pydub",
    "lameenc": "lameenc",
    "mutagen": "mutagen",
    "av": "av",
    "numpy": "numpy",
    "PIL": "pillow",
    "markdown_it": "markdown-it-py",
    "charset_normalizer": "charset-normalizer",
    "platformdirs": "platformdirs",
    "tomlkit": "tomlkit",
}


class Finding(NamedTuple):
    """One thing that was looked at."""

    name: str
    good: bool
    detail: str


def examine(out: Path) -> Iterator[Finding]:
    """Look at everything that making a release into `out` needs."""
    yield Finding("Python", sys.version_info >= (3, 11), platform.python_version())
    for module, distribution in LIBRARIES.items():
        yield _library(module, distribution)
    yield _speech()
    yield Finding("voices", True, ", ".join(path.stem for path in list_voices()))
    yield Finding("formats", True, ", ".join(plugins.names("write")))
    yield _place(out)
    yield _settings()


def _library(module: str, distribution: str) -> Finding:
    try:
        return Finding(distribution, find_spec(module) is not None, version(distribution))
    except PackageNotFoundError:
        return Finding(distribution, False, f"missing: pip install {distribution}")


def _speech() -> Finding:
    try:
        voice = load_voice()
        engine = plugins.load("speak", voice.engine).load(voice)
        try:
            clip = engine("One, two, three.")
        finally:
            engine.close()
    except NarrateError as error:
        return Finding("speech", False, str(error))
    seconds = len(clip.pcm) / 2 / clip.rate_hz
    return Finding("speech", seconds > 0, f"{voice.name} says three words in {seconds:.1f} s")


def _settings() -> Finding:
    try:
        load_settings()
    except NarrateError as error:
        return Finding("your settings", False, str(error))
    return Finding("your settings", True, str(user_folder()))


def _place(out: Path) -> Finding:
    place = next(folder for folder in (out, *out.absolute().parents) if folder.is_dir())
    try:
        with tempfile.TemporaryFile(dir=place):
            return Finding("output", True, str(out))
    except OSError as error:
        return Finding("output", False, f"{place}: {error.strerror}; choose another with --out")
