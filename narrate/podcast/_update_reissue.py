"""An edited article as a new episode, which apps download and play again."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from narrate.base.locks import locked
from narrate.podcast._register import read_register, write_register


def reissue_episode(folder: Path, key: str, today: date) -> None:
    """Give the episode of the source `key` in the show in `folder` a new guid and the date `today`.

    The guid follows of the old one and of what the article says. Raises WriteError when it cannot
    be noted.
    """
    with locked(folder):
        register = read_register(folder)
        entry = register.entries.pop(key)
        guid = uuid5(NAMESPACE_URL, f"{entry.guid} {entry.text}").urn
        register.entries[key] = replace(entry, guid=guid, first_seen=today.isoformat(), updated="")
        write_register(register, folder)
