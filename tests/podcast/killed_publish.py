"""Publishes a show and is killed at the nth change to files there: killed_publish.py N SHOW URL.

The last part of URL is "public". Prints how many changes there were if it was not killed.
"""

import os
import signal
import sys
from datetime import date
from pathlib import Path

from narrate.podcast.publish import publish_show

left, folder, url = int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
count = 0
CHANGES = ("os.rename", "os.remove", "os.rmdir", "shutil.copyfile")


def watch(event, arguments):
    global count  # noqa: PLW0603 the hook has no other place
    if event in CHANGES and "public" in str(arguments):
        count += 1
        if count > left:
            os.kill(os.getpid(), signal.SIGKILL)


sys.addaudithook(watch)
publish_show(folder, url, today=date(2026, 11, 22))
print(count)
