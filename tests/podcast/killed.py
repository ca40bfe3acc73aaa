"""Builds the feed of a folder and is killed at the nth change to its files: killed.py N FOLDER."""

import os
import signal
import sys
from datetime import date
from pathlib import Path

from narrate.podcast.feed import build_feed

left, folder = int(sys.argv[1]), Path(sys.argv[2])
CHANGES = {"os.rename", "os.remove", "os.link", "os.rmdir", "os.mkdir"}


def count(event, arguments):
    global left  # noqa: PLW0603 the hook has no other place
    writes = event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wxa+")
    if (writes or event in CHANGES) and str(folder) in str(arguments[0]):
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)


sys.addaudithook(count)
build_feed(folder, today=date(2026, 11, 22))
