"""Where the files of a show are: the audio at the top, all else in the release's own folder.

At every moment each `recording.json` is true: audio is put to the top under its own name first,
then the record is replaced, then the audio in the release's folder goes. Done again after being
killed in between, it ends the same.
"""

import hashlib
import json
import os
import shutil
import unicodedata
from datetime import date
from pathlib import Path
from typing import Any

from narrate.podcast._episodes import (
    MORE,
    RECORD,
    Episode,
    Unfit,
    choose_audio,
    date_episode,
    read_episode,
)
from narrate.podcast._files import replace_file, write_error
from narrate.podcast._register import Entry, Register
from narrate.write import read_record, safe_name, slugify

ABOVE = "../../"
"""From the folder of a release to that of its show."""


def arrange_show(folder: Path, register: Register, today: date) -> bool:
    """Put the audio of each release of the show in `folder` to the top; whether anything changed.

    Of two releases of a source the younger stays. The caller holds the locks of `folder` and of its
    `more/`, and writes the register. Raises WriteError when a file cannot be moved.
    """
    releases = [path.parent for path in (folder / MORE).glob(f"[!.]*/{RECORD}")]
    try:
        releases.sort(key=lambda each: ((each / RECORD).stat().st_mtime_ns, each.name))
        keys = {each: str(read_record(each).get("source_key", "")) for each in releases}
        latest = {key: each for each, key in keys.items() if key}
        moved = [bool(_arrange(each, folder, register, today)) for each in releases]
        superseded = [each for each, key in keys.items() if key and latest[key] != each]
        for release in superseded:
            remove_release(release, folder, register.entries.get(keys[release]))
    except OSError as error:
        raise write_error(folder, error) from error
    return any(moved) or bool(superseded)


def arrange_episode(
    release: Path, folder: Path, register: Register, today: date
) -> dict[Path, Path]:
    """Put the audio of one release, just made, to the top; which files have moved, and where.

    An earlier release of its source is removed. Otherwise as `arrange_show`.
    """
    key = str(read_record(release).get("source_key", ""))
    known = register.entries.get(key)
    earlier = folder / MORE / known.release if known and known.release else release
    try:
        moved = _arrange(release, folder, register, today)
        if earlier != release and read_record(earlier).get("source_key") == key:
            remove_release(earlier, folder, known)
    except OSError as error:
        raise write_error(folder, error) from error
    return moved


def _arrange(release: Path, folder: Path, register: Register, today: date) -> dict[Path, Path]:
    record = read_record(release)
    try:
        inside, above = _find_audio(record)
        if above and (inside is None or _is_extra(inside, above)):
            if entry := register.entries.get(str(record["source_key"])):
                entry.file, entry.release = above["path"].removeprefix(ABOVE), release.name
            _remove_moved(release, record, above)
            return {}
        if inside is None:
            return {}
        episode = read_episode(release, folder)
    except (Unfit, KeyError, ValueError, TypeError, AttributeError):
        return {}  # it is no episode, and build_feed says why
    entry = register.see(episode.key, episode.source, episode.text, today)
    source = release / inside["path"]
    name = _choose_name(episode, entry, register, source)
    _place(source, folder / name)
    stays = "player" in record["kinds"]  # the page plays the file beside it
    lifted = {**inside, "path": ABOVE + name}
    files = [lifted if file is inside else file for file in record["files"] if file is not above]
    record["files"] = [*files, inside] if stays else files
    _write_record(release, record)
    if not stays:
        source.unlink()
    if entry.file and entry.file != name:
        (folder / entry.file).unlink(missing_ok=True)
    entry.file, entry.release = name, release.name
    return {source: folder / name}


def _remove_moved(release: Path, record: dict[str, Any], above: dict[str, Any]) -> None:
    """Remove what was left of the audio `above` where it came from, by a run that was killed."""
    left = release / f"{slugify(str(record['title']))}{Path(above['path']).suffix}"
    listed = any(file["path"] == left.name for file in record["files"])
    if not listed and left.is_file() and left.stat().st_size == above["bytes"]:
        left.unlink()


def _find_audio(record: dict[str, Any]) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    """The entries of the whole audio in the release's own folder, and of that at the top."""
    by_path = {str(file["path"]): file for file in record["files"]}
    own = [f"./{path}" for path in by_path if Path(path).name == path]
    inside = choose_audio(own, str(record["title"]))
    above = (file for path, file in by_path.items() if path.startswith(ABOVE))
    return by_path[inside[0].removeprefix("./")] if inside else None, next(above, None)


def _is_extra(inside: dict[str, Any], above: dict[str, Any]) -> bool:
    """Whether `inside` is there beside the audio at the top: another format, or a page's own."""
    same_format = Path(inside["path"]).suffix == Path(above["path"]).suffix
    return not same_format or inside["sha256"] == above["sha256"]


def _choose_name(episode: Episode, entry: Entry, register: Register, source: Path) -> str:
    """A file name that no other episode has, on no file system, and no other file."""
    folder = episode.folder.parent.parent
    day = date_episode(episode.published, entry.first_seen)
    name = f"{day} {safe_name(episode.title)}".strip()
    taken = {_fold(other.file) for other in register.entries.values() if other is not entry}
    number, choice = 1, name + source.suffix
    while _fold(choice) in taken or not _is_ours(folder / choice, entry, source):
        number += 1
        choice = f"{name} ({number}){source.suffix}"
    return choice


def _fold(name: str) -> str:
    """`name` as file systems compare that know no capitals, or compose letters."""
    return unicodedata.normalize("NFC", name).casefold()


def _is_ours(path: Path, entry: Entry, source: Path) -> bool:
    """Whether the place at `path` is free, or holds this episode's audio, of now or of before."""
    if not os.path.lexists(path) or path.name == entry.file:
        return True
    return path.is_file() and _digest(path) == _digest(source)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _place(source: Path, target: Path) -> None:
    """Let the file `source` stand at `target`, too, all at once; its bytes are there once only."""
    draft = target.with_name(".narrate-audio.new")
    draft.unlink(missing_ok=True)
    try:
        os.link(source, draft)
    except OSError:  # FAT knows no links
        shutil.copyfile(source, draft)
    draft.replace(target)
    draft.unlink(missing_ok=True)  # replacing does nothing where both are the same file


def _write_record(release: Path, record: dict[str, Any]) -> None:
    text = json.dumps(record, ensure_ascii=False, indent=1) + "\n"
    replace_file(release / RECORD, text.encode("utf-8", "replace"))


def remove_release(release: Path, folder: Path, entry: Entry | None) -> None:
    """Remove an earlier release of a source; what its record does not list stays."""
    for file in read_record(release).get("files", []):
        path = str(file["path"])
        name = path.removeprefix(ABOVE)
        if Path(name).name != name or name in (".", ".."):
            continue
        if path == name:
            (release / name).unlink(missing_ok=True)
        elif entry is None or name != entry.file:
            (folder / name).unlink(missing_ok=True)
    (release / RECORD).unlink()
    if not any(release.iterdir()):
        release.rmdir()
