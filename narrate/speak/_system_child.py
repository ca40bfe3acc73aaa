"""The process in which a system voice says one text into a file, through a driver of pyttsx3.

pyttsx3's drivers may return before the file is written, swallow errors, print, hang and crash, and
two engines in one process disturb each other. So each utterance has a process, which looks at the
result before it calls it one.
"""

import importlib
import json
import os
import sys
import threading
import time
from pathlib import Path
from typing import Any

SETTLED_S = 0.1
"""A file that has not grown for so long is whole, as far as can be seen from here."""
SPOKEN, NO_DRIVER, NO_VOICE, FAILED = "spoken", "no driver", "no voice", "failed"


def open_engine(driver: str) -> Any:  # noqa: ANN401 pyttsx3 has no types
    """pyttsx3's engine with `driver`: one of pyttsx3's own, or the dotted path of a module."""
    import pyttsx3

    if "." in driver:  # pyttsx3 looks only among its own
        sys.modules[f"pyttsx3.drivers.{driver}"] = importlib.import_module(driver)
    return pyttsx3.init(driver)


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """Do what `request` asks; how it went."""
    try:
        engine = open_engine(request["driver"])
    except ImportError as error:
        why = f"there is no driver {request['driver']} on this system: {error}"
        return {"status": NO_DRIVER, "why": why}
    known = [(voice.id, _language(voice), voice.name) for voice in engine.getProperty("voices")]
    if "text" not in request:
        return {"status": SPOKEN, "voices": known}
    wanted = request["voice"]
    if wanted and wanted not in [identifier for identifier, _, _ in known]:
        return {"status": NO_VOICE, "voices": known}
    failures: list[Exception] = []
    engine.connect("error", lambda exception, **_: failures.append(exception))
    if wanted:
        engine.setProperty("voice", wanted)
    engine.setProperty("rate", request["wpm"])
    engine.save_to_file(request["text"], request["path"])
    engine.runAndWait()
    if failures:
        return {"status": FAILED, "why": repr(failures[0])}
    wait_for_file(Path(request["path"]))
    return {"status": SPOKEN}


def _language(voice: Any) -> str:  # noqa: ANN401 pyttsx3's Voice
    """The first of the voice's languages; espeak's driver gives bytes after a number."""
    language = (voice.languages or [""])[0]
    return language[1:].decode() if isinstance(language, bytes) else str(language or "")


def wait_for_file(path: Path) -> None:
    """Return when `path` has stopped growing; whoever waits for us has a time-out."""
    before = 0
    while True:
        time.sleep(SETTLED_S)
        size = path.stat().st_size if path.exists() else 0
        if size and size == before:
            return
        before = size


def _end_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(1)


def main(_arguments: list[str]) -> None:
    """Answer the JSON object in the first line of standard input into the file it names."""
    request = json.loads(sys.stdin.buffer.readline())
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        found = answer(request)
    except Exception as error:  # noqa: BLE001 a driver may raise anything: our parent reports it
        found = {"status": FAILED, "why": repr(error)}
    Path(request["answer"]).write_text(json.dumps(found), encoding="utf-8")
    os._exit(0)  # a driver's own threads need not end
