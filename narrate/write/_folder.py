"""Where a release goes, and how it gets there whole.

Everything is made in a work folder beside it, under a name that begins with ".narrate-", and moved
to its place when it is complete; `recording.json` is moved last and says that all is there.
"""

import hashlib
import json
import os
import re
import shutil
import tempfile
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from narrate.base.errors import UsageError, WriteError
from narrate.base.model import Article

RECORD = "recording.json"
WORK_PREFIX = ".narrate-"
LONGEST_SLUG = 80
KEY_DIGITS = 6


def slugify(title: str) -> str:
    """A file name for `title`: 1 to 80 of a–z, 0–9 and hyphens, whatever the title holds.

    Titles without a Latin letter or digit get a name made of their hash.
    """
    latin = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
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

    The name comes from the title; where another document holds it, six digits of the document's
    key are added.
    """
    folder = out / slugify(article.title)
    record = read_record(folder)
    if record and record.get("source_key") != article.source_key:
        return folder.with_name(f"{folder.name}-{article.source_key[:KEY_DIGITS]}")
    return folder


def read_record(folder: Path) -> dict[str, Any]:
    """What `recording.json` in `folder` says; empty where there is none that can be read."""
    try:
        record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}


@contextmanager
def open_work(out: Path) -> Iterator[Path]:
    """A folder in `out` to work in, gone afterwards; so is `out` if nothing came into it.

    Raises UsageError when nothing can be written there.
    """
    missing = [folder for folder in (out, *out.parents) if not folder.exists()]
    try:
        out.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=WORK_PREFIX, dir=out))
    except OSError as error:
        why = f"it cannot be written to: {str(error.strerror).lower()}"
        raise UsageError(f"folder {out}", why, "choose another with --out") from error
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)
        for folder in missing:
            if not any(folder.iterdir()):
                folder.rmdir()


def commit(folder: Path, files: Sequence[Path], record: Mapping[str, object], work: Path) -> None:
    """Move finished `files` from `work` to `folder`, and `record` as the last.

    What an earlier release has there and this one has not is removed. While files are being
    replaced there is no record, so a release is never taken for what it is not.
    """
    try:
        folder.mkdir(exist_ok=True)
        earlier = read_record(folder)
        (folder / RECORD).unlink(missing_ok=True)
        for path in files:
            path.replace(folder / path.name)
        for name in _names(earlier) - _names(record):
            (folder / name).unlink(missing_ok=True)
        draft = work / RECORD
        with draft.open("w", encoding="utf-8", newline="\n") as file:
            json.dump(record, file, ensure_ascii=False, indent=1)
            file.write("\n")
            file.flush()
            os.fsync(file.fileno())
        draft.replace(folder / RECORD)
    except OSError as error:
        raise WriteError(str(folder), str(error.strerror).lower()) from error


def _names(record: Mapping[str, object]) -> set[str]:
    """The names of the files of `record` that lie in its own folder."""
    files = record.get("files")
    if not isinstance(files, list):
        return set()
    names = {str(file.get("path", "")) for file in files if isinstance(file, dict)}
    return {name for name in names if name and Path(name).name == name}
