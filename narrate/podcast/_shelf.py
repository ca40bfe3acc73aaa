"""The releases of a folder, as they are on disk now: their records, and the files these list.

They are looked at anew with every request, so that what is served follows the folder.
"""

import json
import stat
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from narrate.podcast._episodes import RECORD, list_releases


@dataclass(frozen=True, slots=True)
class Listed:
    """A file that the record of a release lists."""

    address: str
    """Its path from the top, with slashes; not quoted."""
    path: Path
    bytes: int
    sha256: str
    release: Path
    """The folder of its release."""


@dataclass(frozen=True, slots=True)
class Shelved:
    """A release on the shelf."""

    folder: Path
    state: tuple[int, ...]
    """Changes whenever its record is written anew."""
    files: tuple[Listed, ...]


class Shelf:
    """All releases of a folder; a record is read again when it has changed, and only then."""

    def __init__(self, top: Path) -> None:
        self.top = top.resolve()
        self._lock = threading.Lock()
        self._releases: dict[Path, Shelved] = {}
        self._files: dict[str, Listed] = {}

    def releases(self) -> tuple[Shelved, ...]:
        """The releases that are complete now, by the names of their folders."""
        with self._lock:
            self._refresh()
            return tuple(self._releases.values())

    def state(self) -> tuple[object, ...]:
        """What changes whenever a release comes, goes or is made anew."""
        return tuple((release.folder, release.state) for release in self.releases())

    def find(self, address: str) -> Listed | None:
        """The file at `address`, if a release lists it now."""
        with self._lock:
            known = self._files.get(address)
            if known is None or self._is_stale(known.release):
                self._refresh()
                known = self._files.get(address)
            return known

    def _is_stale(self, folder: Path) -> bool:
        return find_state(folder / RECORD) != self._releases[folder].state

    def _refresh(self) -> None:
        """Look at every record again; read those that are new or have changed."""
        found: dict[Path, Shelved] = {}
        for folder in list_releases(self.top):
            state = find_state(folder / RECORD)
            known = self._releases.get(folder)
            if known is None or known.state != state:
                known = _read(folder, state, self.top) if state else None
            if known is not None:
                found[folder] = known
        if found != self._releases:
            self._releases = found
            self._files = {file.address: file for each in found.values() for file in each.files}


def find_state(path: Path) -> tuple[int, ...]:
    """What changes when a file is replaced; empty where it is not there."""
    try:
        status = path.stat()
    except OSError:
        return ()
    if not stat.S_ISREG(status.st_mode):
        return ()
    return status.st_ino, status.st_mtime_ns, status.st_size


def _read(folder: Path, state: tuple[int, ...], top: Path) -> Shelved | None:
    """The release in `folder`; None where its record cannot be read."""
    try:
        record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
        files = tuple(
            file for entry in record["files"] if (file := _list(entry, folder, top)) is not None
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return Shelved(folder, state, files)


def _list(entry: Mapping[str, Any], folder: Path, top: Path) -> Listed | None:
    """The file of an entry, if it lies below `top`, wherever links lead."""
    path = (folder / entry["path"]).resolve()
    if not path.is_relative_to(top):
        return None
    address = path.relative_to(top).as_posix()
    return Listed(address, path, int(entry["bytes"]), str(entry["sha256"]), folder)
