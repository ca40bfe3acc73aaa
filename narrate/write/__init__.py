"""Stage 5, Segments → files: the audio people play, and the record of what was made.

A writer is a module with KIND, SUFFIX and MIME. Audio writers have MOST_CHAPTERS,
check_settings(settings), encode(segment, part, settings) and finish(recording, parts, path,
settings); all others write(recording, path).
"""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import BinaryIO, Protocol

from narrate.base import plugins
from narrate.base.errors import UsageError
from narrate.base.model import Article, Clip, Cue, Release, Script, Segment, Voice
from narrate.base.pool import in_order
from narrate.write._audio import AudioSettings
from narrate.write._cover import draw_cover
from narrate.write._folder import choose_folder, commit, open_work, slugify
from narrate.write._record import describe, make_recording, write_article

__all__ = [
    "AudioSettings",
    "choose_folder",
    "estimate_sizes",
    "load_writers",
    "open_work",
    "slugify",
    "stream_clips",
    "write_release",
]

AHEAD = 2
"""Chapters that are encoded while the next is spoken."""


class CueFile(Protocol):
    """Where the cues of a recording are collected, and read from again."""

    path: Path

    def append(self, cues: Sequence[Cue]) -> None:
        """Add `cues` at the end."""

    def __iter__(self) -> Iterator[Cue]:
        """All cues, in order."""


def load_writers(kinds: Sequence[str]) -> list[ModuleType]:
    """The writers of `kinds` ("mp3"), each once. Raises UsageError for an unknown kind."""
    known = plugins.names("write")
    for kind in kinds:
        if kind not in known:
            raise UsageError(
                f"kind {kind}", "it cannot be written", f"there are: {', '.join(known)}"
            )
    return [plugins.load("write", kind) for kind in dict.fromkeys(kinds)]


def check_kinds(kinds: Sequence[str], settings: AudioSettings) -> None:
    """Raise UsageError when files of `kinds` cannot be made with `settings`."""
    if not kinds:
        raise UsageError(
            "--to", "no kind is named", f"there are: {', '.join(plugins.names('write'))}"
        )
    for writer in load_writers(kinds):
        if hasattr(writer, "check_settings"):
            writer.check_settings(settings)


def estimate_sizes(kinds: Sequence[str], settings: AudioSettings, length_ms: int) -> dict[str, int]:
    """About how many bytes each audio file of `kinds` would have for a recording of that length."""
    return {
        writer.KIND: writer.estimate_bytes(length_ms, settings)
        for writer in load_writers(kinds)
        if hasattr(writer, "estimate_bytes")
    }


def stream_clips(clips: Iterable[Clip], sink: BinaryIO, kind: str, settings: AudioSettings) -> None:
    """Encode `clips` one after another into `sink`, each as soon as it is there.

    Raises UsageError for a kind that can only be written when its end is known.
    """
    (writer,) = load_writers([kind])
    if not hasattr(writer, "open_stream"):
        raise UsageError(f"kind {kind}", "it cannot be streamed", "mp3 can")
    encoder = None
    for clip in clips:
        encoder = encoder or writer.open_stream(clip.rate_hz, settings)
        sink.write(encoder.encode(clip.pcm))
        sink.flush()
    if encoder:
        sink.write(encoder.flush())
        sink.flush()


def name_files(folder: Path, article: Article, kinds: Sequence[str]) -> tuple[Path, ...]:
    """The files of `kinds` that a release of `article` in `folder` has."""
    slug = slugify(article.title)
    return tuple(folder / f"{slug}{writer.SUFFIX}" for writer in load_writers(kinds))


def write_release(
    script: Script,
    voice: Voice,
    segments: Iterable[Segment],
    cues: CueFile,
    *,
    kinds: Sequence[str],
    folder: Path,
    work: Path,
    pool: Executor,
    settings: AudioSettings | None = None,
    clip_keys: tuple[str, ...] = (),
    draw: bool = True,
) -> Release:
    """Write `segments` as files of `kinds` into `folder`, by way of the folder `work`.

    Chapters are encoded in `pool` while `segments` is still being spoken, and their samples are
    deleted then. With `draw`, an article without a cover gets one, drawn meanwhile. Raises
    WriteError when a file cannot be encoded or put in its place; then `folder` is as it was.
    """
    writers = load_writers(kinds)
    settings = settings or AudioSettings()
    audio = [writer for writer in writers if hasattr(writer, "encode")]
    done: list[Segment] = []

    def collect() -> Iterator[Segment]:
        for segment in segments:
            cues.append(segment.cues)
            done.append(replace(segment, cues=()))  # they are on disk now
            yield segment

    def encode(segment: Segment) -> list[Path]:
        paths = [
            writer.encode(segment, segment.pcm.with_suffix(f".{writer.KIND}.part"), settings)
            for writer in audio
        ]
        segment.pcm.unlink()
        return paths

    drawing = pool.submit(draw_cover, script.article) if draw and not script.article.cover else None
    parts = list(in_order(pool, encode, collect(), AHEAD))
    if drawing:
        script = replace(script, article=replace(script.article, cover=drawing.result()))
    recording = make_recording(script, voice, done, cues, clip_keys)
    files = list(name_files(work, script.article, kinds))
    for writer, path in zip(writers, files, strict=True):
        if writer in audio:
            writer.finish(recording, [each[audio.index(writer)] for each in parts], path, settings)
        else:
            writer.write(recording, path)
    files += [write_article(script.article, work), cues.path]
    commit(folder, files, describe(recording, files), work)
    made = tuple(folder / path.name for path in files[: len(writers)])
    return Release(folder, recording, made, _remark(audio, len(recording.chapters)))


def _remark(writers: Sequence[ModuleType], chapters: int) -> tuple[str, ...]:
    """What to say of formats that cannot hold so many chapters."""
    return tuple(
        f"{writer.KIND} holds {writer.MOST_CHAPTERS} of {chapters} chapters: "
        "the others, of the deepest levels first, are part of the one before them"
        for writer in writers
        if chapters > writer.MOST_CHAPTERS
    )
