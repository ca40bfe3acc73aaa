"""One file for each chapter, and a playlist: for players that see no chapters in a file."""

import re
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from pathlib import Path
from types import ModuleType

from narrate.base.model import Article, Recording, Segment, TimedChapter
from narrate.write._audio import AudioSettings, clean_text
from narrate.write._folder import slugify

LONGEST_NAME, LONGEST_NAME_BYTES = 80, 200
# What Windows, FAT sticks of car radios, or shells stumble over, and what turns letters around.
UNSAFE = re.compile(r'[\\/:*?"<>|\x00-\x1f\u202a-\u202e\u2066-\u2069]+')


def split_recording(recording: Recording, segments: Sequence[Segment]) -> Iterator[Recording]:
    """A recording for each of `segments`: its title is the chapter's, its album the article's."""
    article = recording.article
    blocks = _blocks_by_chapter(recording, len(segments))
    for number, segment in enumerate(segments):
        length_ms = segment.end_ms - segment.start_ms
        own = tuple(article.blocks[block] for block in sorted(blocks[number]))
        yield replace(
            recording,
            article=replace(article, title=segment.title, blocks=own),
            chapters=(TimedChapter(segment.title, 1, 0, length_ms),),
            cues=(),
            samples=segment.samples,
            album=article.title,
            track=(number + 1, len(segments)),
        )


def _blocks_by_chapter(recording: Recording, count: int) -> list[set[int]]:
    blocks: list[set[int]] = [set() for _ in range(count)]
    for cue in recording.cues:
        if cue.block is not None:
            blocks[cue.chapter].add(cue.block)
    return blocks


def name_track(recording: Recording, suffix: str) -> str:
    """The file name of one chapter: "003 Title.mp3"."""
    number, whole = recording.track
    digits = max(3, len(str(whole)))
    return f"{number:0{digits}d} {safe_name(recording.article.title)}".strip() + suffix


def safe_name(title: str) -> str:
    """`title` as a part of a file name that every file system takes; empty if nothing is left."""
    name = " ".join(UNSAFE.sub(" ", clean_text(title)).split())[:LONGEST_NAME]
    return name.encode()[:LONGEST_NAME_BYTES].decode(errors="ignore").rstrip(" .")


def name_playlist(article: Article, writer: ModuleType) -> str:
    """The file name of the playlist of a kind."""
    return f"{slugify(article.title)}.{writer.KIND}.m3u8"


def write_tracks(
    recording: Recording,
    segments: Sequence[Segment],
    writer: ModuleType,
    parts: Sequence[Path],
    work: Path,
    *,
    settings: AudioSettings,
    pool: Executor,
) -> list[Path]:
    """Write a file for each chapter and a playlist of them (extended M3U, UTF-8) into `work`."""
    tracks = list(split_recording(recording, segments))
    paths = [work / name_track(track, writer.SUFFIX) for track in tracks]
    tasks = [
        pool.submit(writer.finish, track, [part], path, settings)
        for track, part, path in zip(tracks, parts, paths, strict=True)
    ]
    for task in tasks:
        task.result()
    playlist = work / name_playlist(recording.article, writer)
    lines = ["#EXTM3U"]
    for track, path in zip(tracks, paths, strict=True):
        title = " ".join(track.article.title.split())
        lines += [f"#EXTINF:{round(track.length_ms / 1000)},{title}", path.name]
    playlist.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return [*paths, playlist]
