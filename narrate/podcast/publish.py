"""A show copied to where the web reads it: what has changed, audio first and the feed last.

The place is any that fsspec knows (file, s3, gs, sftp …). What was copied is in a manifest beside
it, and only what that names is ever removed there. At every moment the feed there names only files
that are there, and a run that was killed is gone on with.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, NamedTuple

from narrate.base.errors import UsageError, WriteError
from narrate.base.locks import locked
from narrate.podcast._media_types import media_type
from narrate.podcast._podcast_file import FEED, read_podcast
from narrate.podcast._shelf import Shelf
from narrate.podcast.feed import build_feed
from narrate.podcast.library import INDEX, write_library

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

MANIFEST = ".narrate-published.json"
FORMAT = 1
NOTED_EVERY = 20
"""Files, after which the manifest is written."""
OBJECT_STORES = frozenset({"s3", "s3a", "gs", "gcs", "az", "abfs", "adl", "oss", "memory"})
"""There, what is written appears as a whole, and there are no folders."""
S3_OPTIONS = {
    "config_kwargs": {
        "request_checksum_calculation": "when_required",
        "response_checksum_validation": "when_required",
    }
}
"""Checksums that other stores than Amazon's do not know are left out."""
Tell = Callable[[str], None]


class Sent(NamedTuple):
    """A file, as it is or was when it was copied."""

    sha256: str
    bytes: int


@dataclass(slots=True)
class Published:
    """What a run has done."""

    sent: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    """Paths from the folder of the show, with slashes, in the order in which it was done."""
    kept: int = 0
    """Files that were there as they are."""


def publish_show(
    folder: Path,
    url: str,
    *,
    dry_run: bool = False,
    today: date | None = None,
    tell: Tell = lambda _: None,
) -> Published:
    """Let the place at `url` have what the show in `folder` has for listeners.

    Its feed and library page are written first. `tell` gets the path of each file before it is
    copied. Nothing is made by another command meanwhile. Raises UsageError for a show that has no
    feed, for a place of a kind that is not known and where a library is missing for it; WriteError
    when something cannot be copied.
    """
    read_podcast(folder)
    place = _open_place(url)
    if not dry_run:
        build_feed(folder, today=today)
        write_library(folder)
    with locked(folder), place.explained():
        here = _list_here(folder)
        there = place.read_manifest()
        done = Published()
        changed = [path for path in _in_order(here) if there.get(path) != here[path]]
        done.kept = len(here) - len(changed)
        surplus = sorted(there.keys() - here.keys())
        if dry_run:
            done.sent, done.removed = changed, surplus
            return done
        for count, path in enumerate(changed, start=1):
            tell(path)
            place.send(folder / path, path)
            there[path] = here[path]
            done.sent.append(path)
            if count % NOTED_EVERY == 0:
                place.write_manifest(there)
        if changed:
            place.write_manifest(there)
        for path in surplus:
            place.remove(path)
            del there[path]
            done.removed.append(path)
        if surplus:
            place.write_manifest(there)
    return done


def _list_here(folder: Path) -> dict[str, Sent]:
    """What listeners get: the files of releases, covers, the pages and the feed."""
    found = {
        file.address: Sent(file.sha256, file.bytes)
        for release in Shelf(folder).releases()
        for file in release.files
        if file.path.is_file()
    }
    patterns = (FEED, INDEX, "archive-*.xml", "*.jpg", "*.jpeg", "*.png")
    for path in sorted(path for pattern in patterns for path in folder.glob(pattern)):
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        found[path.name] = Sent(digest, path.stat().st_size)
    return found


def _in_order(paths: Iterable[str]) -> list[str]:
    """`paths` so that nothing is named before it is there: the feed is the last."""

    def rank(path: str) -> int:
        if "/" in path or not path.endswith((".xml", ".html")):
            return 0
        return 2 if path == FEED else 1

    return sorted(paths, key=lambda path: (rank(path), path))


def _open_place(url: str) -> "_Place":
    try:
        import fsspec
    except ImportError as error:
        remedy = "pip install 'narrate-article[publish]'"
        raise UsageError("publish", "a library is missing: fsspec", remedy) from error
    protocol = url.partition("://")[0] if "://" in url else "file"
    options: Mapping[str, Any] = S3_OPTIONS if protocol in ("s3", "s3a") else {}
    try:
        system, root = fsspec.core.url_to_fs(url, **options)
    except ImportError as error:
        remedy = "pip install the library that it names"
        raise UsageError(url, f"a library is missing for it: {error}", remedy) from error
    except ValueError as error:
        raise UsageError(
            url, f"such a place is not known: {error}", "as s3://bucket/show"
        ) from error
    return _Place(system, root.rstrip("/"), url)


class _Place:
    """Where a show is published."""

    def __init__(self, system: "AbstractFileSystem", root: str, url: str) -> None:
        self._system, self._root, self._url = system, root, url
        names = {system.protocol} if isinstance(system.protocol, str) else set(system.protocol)
        self._is_s3 = "s3" in names
        self._is_store = bool(names & OBJECT_STORES)

    @contextmanager
    def explained(self) -> Iterator[None]:
        """Let what goes wrong there be a WriteError."""
        errors: tuple[type[Exception], ...] = (OSError,)
        if self._is_s3:
            from botocore.exceptions import BotoCoreError, ClientError

            errors = (OSError, BotoCoreError, ClientError)
        try:
            yield
        except errors as error:
            why = getattr(error, "strerror", None) or str(error) or type(error).__name__
            remedy = "run it again to go on"
            raise WriteError(self._url, f"it cannot be published there: {why}", remedy) from error

    def read_manifest(self) -> dict[str, Sent]:
        """What was copied and is still there, by its path."""
        self._system.invalidate_cache()
        try:
            record = json.loads(self._system.cat_file(f"{self._root}/{MANIFEST}"))
            files = {str(path): Sent(*sent) for path, sent in record["files"].items()}
        except FileNotFoundError:
            return {}
        except (ValueError, KeyError, TypeError, AttributeError):
            return {}  # it is not ours, or damaged: all is copied again
        sizes = self._sizes()
        inside = {path: sent for path, sent in files.items() if _is_inside(path)}
        return {path: sent for path, sent in inside.items() if sizes.get(path) == sent.bytes}

    def _sizes(self) -> dict[str, int]:
        found = self._system.find(self._root, detail=True)
        start = len(self._root) + 1
        return {path[start:]: int(about["size"]) for path, about in found.items()}

    def write_manifest(self, files: Mapping[str, Sent]) -> None:
        """Note what was copied."""
        record = {"format": FORMAT, "files": {path: list(files[path]) for path in sorted(files)}}
        data = json.dumps(record, indent=0).encode()
        path = f"{self._root}/{MANIFEST}"
        if self._is_store:
            self._system.pipe_file(path, data)
            return
        self._system.pipe_file(f"{path}.part", data)
        self._system.mv(f"{path}.part", path)

    def send(self, source: Path, path: str) -> None:
        """Copy a file, so that the whole of it appears at once."""
        target = PurePosixPath(self._root) / path
        if self._is_store:
            about = {"ContentType": media_type(path)} if self._is_s3 else {}
            self._system.put_file(str(source), str(target), **about)
            return
        self._system.makedirs(str(target.parent), exist_ok=True)
        draft = str(target.with_name(f".{target.name}.part"))
        self._system.put_file(str(source), draft)
        self._system.mv(draft, str(target))

    def remove(self, path: str) -> None:
        """Remove a file, which may be gone already."""
        target = PurePosixPath(self._root) / path
        try:
            self._system.rm_file(str(target))
            if not self._is_store and path.count("/") and not self._system.ls(str(target.parent)):
                self._system.rmdir(str(target.parent))
        except FileNotFoundError:
            return


def _is_inside(path: str) -> bool:
    """Whether a path of a manifest, which anybody may have written, leads into the place."""
    parts = path.split("/")
    return not path.startswith("/") and not {"", ".", ".."} & set(parts) and "\\" not in path
