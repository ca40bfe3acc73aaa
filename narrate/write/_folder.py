"""Where a release goes, and how it gets there whole.

Everything is made in a work folder beside it, under a name that begins with ".narrate-", and moved
to its place when it is complete; `recording.json` is moved last and says that all is there.
"""

import hashlib
import json
import os
import re
import signal
import sys
import threading
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from narrate.base.errors import UsageError, WriteError
from narrate.base.locks import sweep, temporary_folder
from narrate.base.model import Article

RECORD = "recording.json"
ARTICLE = "article.json"
WORK_PREFIX = ".narrate-"
LONGEST_SLUG = 80
LATIN = str.maketrans(
    {"ß": "ss", "æ": "ae", "Æ": "Ae", "œ": "oe", "Œ": "Oe", "ø": "o", "Ø": "O", "ł": "l"}
    | {"Ł": "L", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "ı": "i"}
)
"""Latin letters that Unicode does not take apart."""
KEY_DIGITS = 6


def slugify(title: str) -> str:
    """A file name for `title`: 1 to 80 of a–z, 0–9 and hyphens, whatever the title holds.

    Titles without a Latin letter or digit get a name made of their hash.
    """
    latin = (
        unicodedata.normalize("NFKD", title.translate(LATIN))
        .encode("ascii", "ignore")
        .decode()
        .lower()
    )
    latin = re.sub(r"['’]", "", latin)
    slug = re.sub(r"[^a-z0-9]+", "-", latin).strip("-")
    if len(slug) > LONGEST_SLUG:
        cut = slug[: LONGEST_SLUG + 1].rpartition("-")[0]
        slug = cut if len(cut) > LONGEST_SLUG // 2 else slug[:LONGEST_SLUG]
    return slug or f"article-{_digest(title)}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:KEY_DIGITS]


def choose_folder(out: Path, article: Article) -> Path:
    """The folder in `out` for `article`: its own of an earlier run, or a free one.

    The name comes from the title; where something else stands there, another document's release or
    files that are not ours, six digits of the document's key are added. Raises UsageError when
    that is taken, too.
    """
    folder = out / slugify(article.title)
    other = folder.with_name(f"{folder.name}-{article.source_key[:KEY_DIGITS] or 'other'}")
    for choice in (folder, other):
        if _is_free(choice, article):
            return choice
    raise UsageError(f"folder {other}", "something else stands there", "choose another with --out")


def _is_free(folder: Path, article: Article) -> bool:
    """Whether `folder` is not there, is empty, or holds a release of this document."""
    if not folder.is_dir():
        return not os.path.lexists(folder)
    # A release that was interrupted on its way here has an article, but no record yet.
    for name in (RECORD, ARTICLE):
        if (folder / name).exists():
            return _read_json(folder / name).get("source_key") == article.source_key
    return not any(folder.iterdir())


def read_record(folder: Path) -> dict[str, Any]:
    """What `recording.json` in `folder` says; empty where there is none that can be read."""
    return _read_json(folder / RECORD)


def _read_json(path: Path) -> dict[str, Any]:
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}


@contextmanager
def open_work(out: Path) -> Iterator[Path]:
    """A folder in `out` to work in, gone afterwards; so is `out` if nothing came into it.

    What runs that were killed have left there is removed. Raises UsageError when nothing can be
    written there.
    """
    missing = [folder for folder in (out, *out.parents) if not folder.exists()]
    with ExitStack() as stack:
        stack.callback(_remove_empty, missing)
        try:
            out.mkdir(parents=True, exist_ok=True)
            sweep(out, WORK_PREFIX)
            work = stack.enter_context(temporary_folder(out, WORK_PREFIX))
        except OSError as error:
            why = f"it cannot be written to: {reason(error)}"
            raise UsageError(f"folder {out}", why, "choose another with --out") from error
        yield work


def _remove_empty(folders: Sequence[Path]) -> None:
    """Remove those of `folders`, innermost first, that have nothing in them."""
    for folder in folders:
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()


@contextmanager
def undisturbed() -> Iterator[None]:
    """Let Ctrl-C and the like wait until a few files have been moved."""
    if sys.platform == "win32" or threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.pthread_sigmask(
        signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
    )
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def reason(error: OSError) -> str:
    """Why the system refused, in its words."""
    return (error.strerror or str(error)).lower()


def commit(folder: Path, files: Sequence[Path], record: Mapping[str, object], work: Path) -> None:
    """Move finished `files` from `work` to `folder`, and `record` as the last.

    What an earlier release has there and this one has not is removed. While files are being
    replaced there is no record, so a release is never taken for what it is not. Raises WriteError
    before anything is touched where a folder stands in the way of a file.
    """
    draft = work / RECORD
    try:
        with draft.open("w", encoding="utf-8", newline="\n", errors="replace") as file:
            json.dump(record, file, ensure_ascii=False, indent=1)
            file.write("\n")
            file.flush()
            os.fsync(file.fileno())
        for path in (*files, draft):
            if (folder / path.name).is_dir():
                raise WriteError(str(folder / path.name), "a folder stands there", "remove it")
        folder.mkdir(exist_ok=True)
        earlier = read_record(folder)
        with undisturbed():
            (folder / RECORD).unlink(missing_ok=True)
            for path in sorted(files, key=lambda path: path.name != ARTICLE):
                path.replace(folder / path.name)
            for name in _names(earlier) - _names(record):
                (folder / name).unlink(missing_ok=True)
            draft.replace(folder / RECORD)
    except OSError as error:
        raise WriteError(str(folder), reason(error), "free some space, or choose --out") from error


def _names(record: Mapping[str, object]) -> set[str]:
    """The names of the files of `record` that lie in its own folder."""
    files = record.get("files")
    if not isinstance(files, list):
        return set()
    names = {str(file.get("path", "")) for file in files if isinstance(file, dict)}
    return {name for name in names if name and Path(name).name == name}
