"""What is kept of a release beside its files: the article's blocks, and the commit record."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import narrate
from narrate.base.errors import UsageError
from narrate.base.model import (
    Article,
    Block,
    Cue,
    LeftOut,
    Picture,
    Recording,
    Script,
    Segment,
    Span,
    TimedChapter,
    Voice,
)
from narrate.write._audio import image_type
from narrate.write._folder import ARTICLE, read_record

COVERS = {"image/jpeg": "cover.jpg", "image/png": "cover.png"}
TABLES = ("pauses", "read", "options", "sound", "level")
"""The fields of a voice that are tables."""
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


def write_article(article: Article, folder: Path) -> list[Path]:
    """Write `article` as article.json and its cover, if it has one, into `folder`."""
    record = {"format": FORMAT, **asdict(article)}
    del record["cover"]
    record["blocks"] = [_without_defaults(block) for block in record["blocks"]]
    path = folder / ARTICLE
    with path.open("w", encoding="utf-8", newline="\n", errors="replace") as file:
        json.dump(record, file, ensure_ascii=False, indent=1)
        file.write("\n")
    if not article.cover:
        return [path]
    cover = folder / COVERS[image_type(article.cover)]
    cover.write_bytes(article.cover)
    return [path, cover]


def read_article(folder: Path) -> Article:
    """The article of the release in `folder`.

    Raises UsageError when the folder holds no release, or one of another version of its format.
    """
    try:
        record = json.loads((folder / ARTICLE).read_text(encoding="utf-8"))
        if record.pop("format") != FORMAT:
            raise UsageError(str(folder), "its files are of another version", "make it again")
        blocks = tuple(_read_block(block) for block in record.pop("blocks"))
        covers = (folder / name for name in COVERS.values())
        cover = next((path.read_bytes() for path in covers if path.exists()), b"")
        left_out = tuple(LeftOut(*part) for part in record.pop("left_out", ()))
        return Article(blocks=blocks, cover=cover, left_out=left_out, **record)
    except (OSError, ValueError, KeyError, TypeError) as error:
        why = "there is no release that can be read in it"
        raise UsageError(str(folder), why, "name a folder that narrate make printed") from error


def read_release(folder: Path) -> tuple[Article, Voice, dict[str, Any]]:
    """The article and the voice of a release, and of its record what it was made with.

    That is choices, settings, clip_keys and kinds. Raises UsageError as `read_article` does.
    """
    article, record = read_article(folder), read_record(folder)
    try:
        known = {key: record[key] for key in ("choices", "settings", "clip_keys", "kinds")}
        return article, _read_voice(record["voice"]), known
    except (KeyError, TypeError, AttributeError) as error:
        why = "its recording.json is missing or of another version"
        raise UsageError(str(folder), why, "make it again") from error


def read_fingerprints(folder: Path, voice: Voice) -> list[dict[str, str]]:
    """What the engines were, by voice, that spoke the release in `folder`; the oldest first.

    Empty where there is no release, or one in another voice.
    """
    record = read_record(folder)
    spoke, known = record.get("voice"), record.get("fingerprints")
    if not isinstance(spoke, dict) or not isinstance(known, list):
        return []
    same = ("engine", "model", "speed", "words_per_minute")
    if any(spoke.get(name) != getattr(voice, name) for name in same):
        return []
    return [{str(name): str(said) for name, said in each.items()} for each in known]


def _read_voice(record: Mapping[str, Any]) -> Voice:
    """The voice that `_describe_voice` made `record` of."""
    fields = dict(record)
    for name in TABLES:
        fields[name] = tuple((key, _frozen(value)) for key, value in fields[name].items())
    fields["lexicons"] = tuple(fields["lexicons"])
    cast = fields.get("cast", {})
    fields["cast"] = tuple((part, _read_voice(other)) for part, other in cast.items())
    return Voice(**fields)


def _describe_voice(voice: Voice) -> dict[str, Any]:
    record = asdict(replace(voice, cast=()))
    record.update({name: dict(record[name]) for name in TABLES})
    record["cast"] = {part: _describe_voice(other) for part, other in voice.cast}
    return record


def _frozen(value: Any) -> Any:  # noqa: ANN401 a value of JSON
    return tuple(value) if isinstance(value, list) else value


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


def keep_files(folder: Path, timeline: Path) -> list[dict[str, Any]]:
    """The files in `folder` that its record lists, if they are of the same recording.

    They are if the timeline there has the same bytes as `timeline`; else none is.
    """
    listed = read_record(folder).get("files", [])
    files = {file["path"]: file for file in listed} if isinstance(listed, list) else {}
    same = files.get(timeline.name, {}).get("sha256") == _measure(timeline)["sha256"]
    return list(files.values()) if same else []


def describe(
    recording: Recording,
    files: Sequence[Path],
    notes: Mapping[str, Any],
    kinds: Sequence[str],
    kept: Sequence[dict[str, Any]] = (),
) -> dict[str, Any]:
    """The commit record: what was made, from what, with what, and what was left out.

    `notes` are put in as they are; `kept` are entries of files that stand already.
    """
    article = recording.article
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
        "voice": _describe_voice(recording.voice),
        "kinds": list(kinds),
        "chapters": [asdict(chapter) for chapter in recording.chapters],
        "files": [
            *(entry for entry in kept if entry["path"] not in {path.name for path in files}),
            *map(_measure, files),
        ],
        "left_out": [part._asdict() for part in article.left_out],
        "omissions": [asdict(omission) for omission in recording.omissions],
        **notes,
        "clip_keys": recording.clip_keys,
    }


def _measure(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {"path": path.name, "bytes": path.stat().st_size, "sha256": digest}
