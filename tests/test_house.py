"""The rules of the house: who may import whom, and how large a file may be."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import narrate

HOUSE = Path(narrate.__file__).parent
FILES = sorted(HOUSE.rglob("*.py"))
STAGES = ("read", "script", "speak", "splice", "write")
UPPER = ("produce", "preview", "check", "batch", "podcast", "cli", "doctor", "terminal")
ONLY_IN = {
    "nltk": "script/_punkt.py",
    "pydub": "splice/",
    "mutagen": "write/",
    "dask": "base/pool.py",
    "yaml": "read/",
    "lxml": "read/",
    "trafilatura": "read/",
    "markdown_it": "read/",
    "mdit_py_plugins": "read/",
    "numpy": ("splice/", "speak/_piper_voice.py", "write/_waveform.py"),
    "av": ("splice/", "write/", "speak/_tempo.py"),
    "piper": "speak/_piper_voice.py",
    "onnxruntime": "speak/_piper_session.py",
    "PIL": "write/",
    "tomlkit": "base/config.py",
    "shtab": "cli/completion.py",
    "pyttsx3": ("speak/_espeak_driver.py", "speak/_system_child.py"),
    "espeakng_loader": "speak/_espeak_driver.py",
    "lameenc": "write/mp3.py",
    "num2words": "script/european/",
    "feedparser": "read/feed.py",
    "pypdfium2": ("read/pdf.py", "read/_pdf_"),
    "mammoth": "read/docx.py",
    "urllib3": "read/_fetch.py",
    "certifi": "read/_fetch.py",
    "email": "read/",
    "fsspec": "podcast/publish.py",
    "botocore": "podcast/publish.py",
    "py3langid": "script/languages.py",
    "starlette": ("podcast/serve.py", "podcast/_deliver.py"),
    "uvicorn": ("podcast/serve.py", "podcast/_patience.py"),
    "segno": ("podcast/serve.py", "podcast/_network.py"),
    "soundfile": ("speak/_clips.py", "speak/system.py"),
}
GROUND = ("errors", "model", "places")
"""What everything in base/ may stand on."""
STANDS_ON = {"voice": ("cast", "profile"), "cache": ("locks",), "model": ("document",)}
"""What else a file of base/ needs."""
LONGEST_FILE = 330


def imports_of(path):
    """The modules that `path` imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def room_of(module):
    return module.split(".")[1] if module.startswith("narrate.") else ""


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(HOUSE)))
def test_a_file_imports_only_what_its_room_may(path):
    place = path.relative_to(HOUSE)
    room = place.parts[0] if len(place.parts) > 1 else place.stem
    ours = {module for module in imports_of(path) if module.startswith("narrate")}
    if room == "base":
        below = () if place.stem in (*GROUND, "document") else GROUND
        allowed = {f"narrate.base.{name}" for name in (*below, *STANDS_ON.get(place.stem, ()))}
        assert ours <= allowed
    elif room in STAGES:
        assert {room_of(module) for module in ours} <= {"base", room, ""}
    else:
        doors = {f"narrate.{stage}" for stage in STAGES}
        behind = {m for m in ours if room_of(m) in STAGES and m not in doors}
        assert not behind, "a stage is entered by its door"


@pytest.mark.parametrize("library", ONLY_IN)
def test_a_library_is_imported_in_one_place_only(library):
    users = {
        str(path.relative_to(HOUSE).as_posix())
        for path in FILES
        if any(module.split(".")[0] == library for module in imports_of(path))
    }
    assert all(user.startswith(ONLY_IN[library]) for user in users)


def test_the_import_graph_has_no_circle():
    graph = {}
    for path in FILES:
        name = ".".join(("narrate", *path.relative_to(HOUSE).with_suffix("").parts))
        name = name.removesuffix(".__init__")
        graph[name] = {m for m in imports_of(path) if m.startswith("narrate.") and m != name}
    lazy = {"narrate"}  # the public API is resolved when it is asked for

    def walk(module, way):
        assert module not in way, " → ".join([*way, module])
        for other in graph.get(module, ()):
            if other not in lazy and not module.startswith(other):
                walk(other, [*way, module])

    for module in graph:
        if module not in lazy:
            walk(module, [])


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(HOUSE)))
def test_a_file_is_read_in_one_sitting(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE


def test_importing_narrate_loads_no_library():
    code = "import sys, narrate, narrate.cli; print(*sorted(sys.modules))"
    modules = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert not {
        "nltk",
        "numpy",
        "pydub",
        "mutagen",
        "pyttsx3",
        "lameenc",
        "tqdm",
        "av",
        "PIL",
    } & set(modules)


def test_the_public_names_are_there():
    for name in narrate.__all__:
        assert getattr(narrate, name).__doc__
    assert set(narrate.__all__) <= set(dir(narrate))
