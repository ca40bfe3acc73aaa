"""A show's sources asked for what is new, and episodes made of it: made to be run by cron.

What is done is noted in more/.update/state.json after every article. A run that was killed at any
point is gone on with by the next one; whatever was made before counts, since an article is known
by its canonical address (or file) and by what it says.
"""

import os
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from narrate.base.errors import UsageError
from narrate.base.locks import locked
from narrate.podcast._files import find_today
from narrate.podcast._podcast_file import PODCAST_FILE, read_podcast
from narrate.podcast._sources_file import SOURCES_FILE, read_sources
from narrate.podcast._update_run import Manner, Run, Tell, Update
from narrate.podcast._update_state import state_folder
from narrate.podcast.show import choose_voice
from narrate.write import check_kinds

__all__ = ["BusyError", "Manner", "Update", "find_now", "find_shows", "update_show"]


class BusyError(UsageError):
    """Another run is updating the show."""


def find_shows(shows: Path) -> list[Path]:
    """The folders in `shows` that follow something, by name."""
    return sorted(path.parent for path in shows.glob(f"*/{SOURCES_FILE}"))


def find_now(environment: Mapping[str, str] = os.environ) -> datetime:
    """The time in UTC, or that of SOURCE_DATE_EPOCH; raises UsageError as `find_today` does."""
    if not environment.get("SOURCE_DATE_EPOCH"):
        return datetime.now(UTC)
    find_today(environment)
    return datetime.fromtimestamp(int(environment["SOURCE_DATE_EPOCH"]), UTC)


def update_show(
    folder: Path,
    manner: Manner,
    *,
    now: datetime | None = None,
    tell: Tell = lambda _: None,
) -> Update:
    """Make episodes of what is new in the sources of the show in `folder`, and its feed.

    `tell` gets a line for each thing that is begun. What fails is in the result, does not stop the
    rest, and is tried again by a later run. Raises BusyError if another run is at it, UsageError
    for a show that cannot be updated, WriteError when something cannot be written.
    """
    if (folder / PODCAST_FILE).is_file():
        read_podcast(folder)  # what is wrong with it is said before any work
    sources = read_sources(folder)
    choose_voice(folder, manner.voice, called=manner.called)
    check_kinds(manner.order.kinds, manner.order.audio)
    place = state_folder(folder)
    with ExitStack() as stack:
        try:
            stack.enter_context(locked(place, wait=False))
        except OSError as error:
            raise BusyError(str(folder), "another run is updating it") from error
        return Run(folder, manner, now or find_now(), tell).run(sources)
