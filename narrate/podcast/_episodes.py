"""The releases of a folder as episodes: what their records say, checked against their files.

Releases stand in the folder itself (`output/<slug>/`), or in its `more/` if it is a show.
"""

import hashlib
import json
import posixpath
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from narrate.base.model import TimedChapter
from narrate.write import clamp_title, clean_text, read_record, slugify

MORE = "more"
RECORD, ARTICLE, TIMELINE = "recording.json", "article.json", "timeline.jsonl"
AUDIO_TYPES = {
    ".mp3": "audio/mpeg",
    ".m4b": "audio/x-m4a",
    ".opus": "audio/ogg",
    ".flac": "audio/flac",
    ".wav": "audio/wav",
}
"""By suffix, the one that most apps play first."""
COVERS = ("cover.jpg", "cover.png")
EARLIEST_YEAR = 1900
"""RFC 2822 knows no earlier one."""
OPENING_CHARACTERS = 300
"""What is shown of an article that has no summary."""


@dataclass(frozen=True, slots=True)
class ListedFile:
    """A file of a release, as it lies there."""

    path: str
    """From the folder of the podcast, with slashes."""
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Episode:
    """A release that can be heard."""

    folder: Path
    """Of the release."""
    key: str
    """Which source it is of."""
    title: str
    author: str
    site: str
    summary: str
    """What the article says of itself, else how it begins."""
    published: str
    """ISO 8601 date, or empty."""
    language: str
    source: str
    text: str
    """A hash of title and text: another one is an edited article."""
    length_ms: int
    chapters: tuple[TimedChapter, ...]
    voice: str
    receipt: tuple[tuple[str, int], ...]
    """What is not in the sound: reasons, each with how many passages."""
    audio: tuple[ListedFile, ...]
    """The whole recording in each format there is, the one that most apps play first."""
    files: tuple[ListedFile, ...]
    """All its files, the audio among them."""

    def find(self, *suffixes: str) -> ListedFile | None:
        """Its file whose name ends in one of `suffixes`, the first of them first."""
        found = (file for suffix in suffixes for file in self.files if file.path.endswith(suffix))
        return next(found, None)

    @property
    def cover(self) -> ListedFile | None:
        """Its own picture."""
        return self.find(*(f"/{name}" for name in COVERS))


def find_episodes(folder: Path) -> tuple[list[Episode], list[str]]:
    """The episodes in `folder`, one for each source, and remarks on releases that are none."""
    newest: dict[str, tuple[int, Episode]] = {}
    remarks = []
    for release in list_releases(folder):
        try:
            episode, age = read_episode(release, folder), (release / RECORD).stat().st_mtime_ns
        except Unfit as error:
            remarks.append(f"{release} is left out: {error}")
            continue
        except (OSError, KeyError, ValueError, TypeError, AttributeError):
            remarks.append(f"{release} is left out: its record cannot be read; make it again")
            continue
        known = newest.get(episode.key)
        if known:
            older = min((age, str(release)), (known[0], str(known[1].folder)))[1]
            remarks.append(f"{older} is left out: another release of its source is newer")
        if known is None or (known[0], str(known[1].folder)) < (age, str(release)):
            newest[episode.key] = age, episode
    return [episode for _, episode in newest.values()], remarks


class Unfit(Exception):
    """A release that cannot be an episode; the text says why."""


def list_releases(folder: Path) -> list[Path]:
    """The folders of complete releases in `folder` and in its `more/`, by name."""
    parents = (folder, folder / MORE)
    return sorted(
        path.parent
        for parent in parents
        for path in parent.glob(f"*/{RECORD}")
        if not path.parent.name.startswith(".")
    )


def read_episode(release: Path, top: Path) -> Episode:
    """The release in the folder `release` as an episode of the podcast in `top`.

    Raises Unfit if it has no audio in one file, or not the one that its record knows; and where a
    record is damaged, OSError, KeyError, ValueError, TypeError or AttributeError.
    """
    record = read_record(release)
    article = json.loads((release / ARTICLE).read_text(encoding="utf-8"))
    title = clamp_title(str(record["title"])) or release.name
    files = tuple(_list_files(record, release, top))
    paths = choose_audio([file.path for file in files], str(record["title"]))
    if not paths:
        raise Unfit("it has no audio in one file; narrate export makes some with -t mp3")
    whole = tuple(file for path in paths for file in files if file.path == path)
    if _size(top / paths[0]) != whole[0].bytes:
        raise Unfit(f"{top / paths[0]} is missing or was changed; make it again")
    sound = tuple(file for file in files if _size(top / file.path) == file.bytes)
    texts = [str(block["text"]) for block in article["blocks"]]
    return Episode(
        folder=release,
        key=str(record["source_key"]) or f"folder {release.name}",
        title=title,
        author=clamp_title(str(record["author"])),
        site=clamp_title(str(article["site"])),
        summary=_summarise(str(article["summary"]), article["blocks"]),
        published=str(record["published"]),
        language=str(record["language"]),
        source=str(record["source"]),
        text=hashlib.sha256("\n".join([title, *texts]).encode("utf-8", "replace")).hexdigest(),
        length_ms=int(record["length_ms"]),
        chapters=tuple(TimedChapter(**chapter) for chapter in record["chapters"]),
        voice=str(record["voice"]["name"]),
        receipt=_write_receipt(record),
        audio=tuple(file for file in whole if file in sound),
        files=sound,
    )


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return -1


def _list_files(record: Mapping[str, Any], release: Path, top: Path) -> Iterator[ListedFile]:
    """The files of `record` that lie in `top`."""
    place = release.relative_to(top).as_posix()
    for file in record["files"]:
        path = posixpath.normpath(posixpath.join(place, str(file["path"])))
        if not path.startswith(("../", "/")) and "\\" not in path:
            yield ListedFile(path, int(file["bytes"]), str(file["sha256"]))


def choose_audio(paths: Sequence[str], title: str) -> list[str]:
    """Which of `paths` are the whole recording, one a format, the one that most apps play first.

    That is one at the top of a show, else the only one of its format. An article that was split has
    a file for each chapter; the whole has the name of the title then.
    """
    chosen = []
    for suffix in AUDIO_TYPES:
        found = [path for path in paths if path.endswith(suffix)]
        at_top = [path for path in found if "/" not in path]
        named = [path for path in found if Path(path).name == f"{slugify(title)}{suffix}"]
        if found and (at_top or named or len(found) == 1):
            chosen.append((at_top or named or found)[0])
    return chosen


def _summarise(summary: str, blocks: list[dict[str, Any]]) -> str:
    """`summary`, or where it is blank how the text begins."""
    said = " ".join(clean_text(summary).split())
    if said:
        return said
    paragraphs = (str(block["text"]) for block in blocks if block["kind"] == "para")
    return clamp_title(next(paragraphs, ""), most_characters=OPENING_CHARACTERS)


def _write_receipt(record: Mapping[str, Any]) -> tuple[tuple[str, int], ...]:
    """The reasons for which something was left out, in order, with how often each is given."""
    left_out = [*record["left_out"], *record["omissions"]]
    return tuple(Counter(clamp_title(str(part["reason"])) for part in left_out).items())


def date_episode(published: str, first_seen: str) -> date:
    """The date of an episode: that of its article, else when it was seen first.

    A date to come, at which apps hide an episode, and one that RFC 2822 cannot write are none.
    """
    seen = date.fromisoformat(first_seen)
    try:
        day = date.fromisoformat(published)
    except ValueError:
        return seen
    return day if day <= seen and day.year >= EARLIEST_YEAR else seen
