"""The oldest episodes of a show, removed so that records, files and feed agree at every moment."""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from narrate.base.locks import locked
from narrate.podcast._arrange import remove_release
from narrate.podcast._episodes import MORE, find_episodes, list_releases
from narrate.podcast._files import write_error
from narrate.podcast._register import read_register, write_register
from narrate.podcast._update_state import Made, State, write_state
from narrate.podcast.feed import list_items
from narrate.write import read_record


@dataclass(frozen=True, slots=True)
class Limits:
    """Which episodes a show keeps; 0 for no limit."""

    keep: int = 0
    """How many, the newest."""
    max_age: int = 0
    """Days."""

    def allow(self, day: str, today: date) -> bool:
        """Whether an article of that date (ISO 8601, or empty) is young enough."""
        try:
            written = date.fromisoformat(day)
        except ValueError:
            return True
        return not self.max_age or written >= today - timedelta(days=self.max_age)


def remove_oldest(folder: Path, state: State, limits: Limits, today: date) -> int:
    """Remove the episodes of the show in `folder` that `limits` do not allow; how many.

    They are noted first, so that a run that is killed meanwhile is gone on with. What is made of
    the same source later has the same guid. Raises WriteError when something cannot be removed.
    """
    if not (limits.keep or limits.max_age):
        return 0
    items = list_items(find_episodes(folder)[0], read_register(folder), today)
    items.sort(key=lambda item: (item.day, item.number), reverse=True)
    young = [item for item in items if limits.allow(item.day.isoformat(), today)]
    kept = {item.episode.key for item in young[: limits.keep or None]}
    state.removing = [item.episode.key for item in items if item.episode.key not in kept]
    return finish_removing(folder, state)


def finish_removing(folder: Path, state: State) -> int:
    """Remove the episodes that are noted in `state`; how many."""
    if not state.removing:
        return 0
    write_state(state, folder)
    keys = set(state.removing)
    try:
        with locked(folder), locked(folder / MORE):
            register = read_register(folder)
            for release in list_releases(folder):
                if read_record(release).get("source_key") in keys:
                    remove_release(release, folder, None)
            for key in keys & register.entries.keys():
                register.entries[key].file = register.entries[key].release = ""
            write_register(register, folder)
    except OSError as error:
        raise write_error(folder, error) from error
    for key in sorted(keys):
        state.made.setdefault(key, Made("", "")).removed = True
    state.removing = []
    write_state(state, folder)
    return len(keys)
