"""What is kept of a release beside its files: the article's blocks, and the commit record."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import narrate
from narrate.base.errors import UsageError
from narrate.base.model import (
    Article,
    Block,
    Cue,
    Picture,
    Recording,
    Script,
    Segment,
    Span,
    TimedChapter,
    Voice,
)

ARTICLE = "article.json"
FORMAT = 1
"""Version of recording.json and article.json."""


def make_recording(
    script: Script,
    voice: Voice,
    segments: Sequence[Segment],
    cues: Iterable[Cue],
    clip_keys: tuple[str, ...],
) -> Recording:
    """The recording that `segments` make up; `cues` may be walked again and again."""
    silent = tuple(omission for segment in segments for omission in segment.omissions)
    return Recording(
        article=script.article,
        voice=voice,
        chapters=tuple(
            TimedChapter(segment.title, segment.level, segment.start_ms, segment.end_ms)
            for segment in segments
        ),
        cues=cues,
        rate_hz=segments[0].rate_hz,
        samples=sum(segment.samples for segment in segments),
        omissions=tuple(sorted((*script.omissions, *silent), key=lambda o: (o.block, o.start))),
        clip_keys=clip_keys,
    )


def write_article(article: Article, folder: Path) -> Path:
    """Write `article` as article.json into `folder`: everything but its cover."""
    record = {"format": FORMAT, **asdict(article)}
    del record["cover"]
    record["blocks"] = [_without_defaults(block) for block in record["blocks"]]
    path = folder / ARTICLE
    with path.open("w", encoding="utf-8", newline="\n") as file:
        json.dump(record, file, ensure_ascii=False, indent=1)
        file.write("\n")
    return path


def read_article(folder: Path) -> Article:
    """The article of the release in `folder`, without its cover.

    Raises UsageError when the folder holds no release, or one of another version of its format.
    """
    try:
        record = json.loads((folder / ARTICLE).read_text(encoding="utf-8"))
        if record.pop("format") != FORMAT:
            raise UsageError(str(folder), "its files are of another version", "make it again")
        blocks = tuple(_read_block(block) for block in record.pop("blocks"))
        return Article(blocks=blocks, **record)
    except (OSError, ValueError, KeyError, TypeError) as error:
        why = "there is no release that can be read in it"
        raise UsageError(str(folder), why, "name a folder that narrate make printed") from error


def _read_block(record: dict[str, Any]) -> Block:
    picture = record.pop("picture", None)
    return Block(
        spans=tuple(Span(*span) for span in record.pop("spans", ())),
        rows=tuple(tuple(row) for row in record.pop("rows", ())),
        notes=tuple(record.pop("notes", ())),
        picture=Picture(**picture) if picture else None,
        **record,
    )


def _without_defaults(block: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in block.items() if value or key == "text"}


def describe(recording: Recording, files: Sequence[Path]) -> dict[str, Any]:
    """The commit record: what was made, from what, with what, and what was left out."""
    article, voice = recording.article, asdict(recording.voice)
    voice.update({key: dict(voice[key]) for key in ("pauses", "read", "options", "sound")})
    return {
        "format": FORMAT,
        "narrate": narrate.__version__,
        "title": article.title,
        "author": article.author,
        "published": article.published,
        "language": article.language,
        "source": article.source,
        "source_key": article.source_key,
        "length_ms": recording.length_ms,
        "samples": recording.samples,
        "rate_hz": recording.rate_hz,
        "voice": voice,
        "chapters": [asdict(chapter) for chapter in recording.chapters],
        "files": [_measure(path) for path in files],
        "omissions": [asdict(omission) for omission in recording.omissions],
        "clip_keys": recording.clip_keys,
    }


def _measure(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {"path": path.name, "bytes": path.stat().st_size, "sha256": digest}
