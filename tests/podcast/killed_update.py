"""Updates a show and is killed at the nth change to its files: killed_update.py N SHOW VOICE KEEP.

Prints how many changes there were if it was not killed.
"""

import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

from narrate.base.voice import load_voice
from narrate.podcast.update import Manner, update_show
from narrate.produce import Order

left, folder = int(sys.argv[1]), Path(sys.argv[2])
count = 0
CHANGES = {"os.rename", "os.remove", "os.link", "os.rmdir", "os.mkdir"}


def watch(event, arguments):
    global count  # noqa: PLW0603 the hook has no other place
    writes = event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wxa+")
    if (writes or event in CHANGES) and str(folder) in str(arguments[0]):
        count += 1
        if count > left:
            os.kill(os.getpid(), signal.SIGKILL)


sys.addaudithook(watch)
manner = Manner(
    load_voice(sys.argv[3]),
    Order(kinds=("mp3", "vtt"), draw=False),
    called="tone",
    keep=int(sys.argv[4]),
    jobs=1,
)
update_show(folder, manner, now=datetime(2026, 11, 22, tzinfo=UTC))
print(count)
