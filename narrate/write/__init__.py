"""Stage 5, Segments → files: the audio people play, and the record of what was made.

A writer is a module with KIND, SUFFIX and MIME. Audio writers have MOST_CHAPTERS,
check_settings(settings), encode(segment, part, settings) and finish(recording, parts, path,
settings); all others write(recording, path). A writer of several files names them all in SUFFIXES,
SUFFIX first, and is told the path of that one.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any, BinaryIO, NamedTuple, Protocol

from narrate.base import plugins
from narrate.base.errors import UsageError
from narrate.base.model import Article, Clip, Cue, Recording, Release, Script, Segment, Voice
from narrate.write._audio import AudioSettings
from narrate.write._cover import draw_cover
from narrate.write._encode import encode_segments
from narrate.write._folder import (
    choose_folder,
    commit,
    locked,
    open_work,
    read_record,
    slugify,
)
from narrate.write._record import (
    describe,
    keep_files,
    make_recording,
    read_release,
    write_article,
)
from narrate.write._split import write_tracks

__all__ = [
    "AudioSettings",
    "choose_folder",
    "estimate_sizes",
    "list_formats",
    "load_writers",
    "open_work",
    "read_release",
    "slugify",
    "stream_clips",
    "write_release",
]


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


class Format(NamedTuple):
    """A kind of file that can be written."""

    kind: str
    suffix: str
    mime: str
    hour_bytes: int
    """About, with the default settings; 0 for what is no audio."""


def list_formats() -> list[Format]:
    """Every kind of file that can be written, by name."""
    formats = []
    for writer in load_writers(plugins.names("write")):
        sizes = estimate_sizes([writer.KIND], AudioSettings(), 3_600_000)
        formats.append(Format(writer.KIND, writer.SUFFIX, writer.MIME, sizes.get(writer.KIND, 0)))
    return formats


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
        raise UsageError(f"kind {kind}", "it cannot be streamed", "mp3 and wav can")
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
    return tuple(
        path for writer in load_writers(kinds) for path in _name_files_of(writer, folder, article)
    )


def _name_files_of(writer: ModuleType, folder: Path, article: Article) -> list[Path]:
    """The files of one kind, that which the writer is told first."""
    slug = slugify(article.title)
    suffixes = getattr(writer, "SUFFIXES", (writer.SUFFIX,))
    return [folder / f"{slug}{suffix}" for suffix in suffixes]


def write_release(
    script: Script,
    voice: Voice,
    segments: Iterable[Segment],
    cues: CueFile,
    *,
    kinds: Sequence[str],
    out: Path,
    work: Path,
    pool: Executor,
    settings: AudioSettings | None = None,
    clip_keys: tuple[str, ...] = (),
    draw: bool = True,
    split: bool = False,
    keep: bool = False,
    choices: Mapping[str, Any] | None = None,
) -> Release:
    """Write `segments` as files of `kinds` into a folder in `out`, by way of the folder `work`.

    Chapters are encoded in `pool` while `segments` is still being spoken, and their samples are
    deleted then. With `draw`, an article without a cover gets one, drawn meanwhile. With `split`,
    audio is a file for each chapter. With `keep`, what is there of the same recording stays.
    `choices` is what else decided on the sound, for the record. Raises WriteError when a file
    cannot be encoded or put in its place; then `out` is as it was.
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

    drawing = pool.submit(draw_cover, script.article) if draw and not script.article.cover else None
    parts = list(encode_segments(collect(), audio, settings, pool))
    if drawing:
        script = replace(script, article=replace(script.article, cover=drawing.result()))
    recording = make_recording(script, voice, done, cues, clip_keys)
    files = _write_files(
        recording, done, writers, parts, work, settings=settings, pool=pool, split=split
    )
    every = [*files, *write_article(script.article, work), cues.path]
    with locked(out):  # two runs may want the same folder
        folder = choose_folder(out, script.article)
        kept = keep_files(folder, cues.path) if keep else []
        before = read_record(folder).get("kinds", []) if kept else []
        kinds = list(dict.fromkeys((*before, *kinds)))
        commit(folder, every, describe(recording, every, choices or {}, kinds, kept), work)
    made = tuple(folder / path.name for path in files)
    return Release(folder, recording, made, _remark(audio, len(recording.chapters)))


def _write_files(
    recording: Recording,
    segments: Sequence[Segment],
    writers: Sequence[ModuleType],
    parts: Sequence[Sequence[Path]],
    work: Path,
    *,
    settings: AudioSettings,
    pool: Executor,
    split: bool,
) -> list[Path]:
    """Write the files of all `writers` into `work`, side by side; `parts` are as encoded.

    With `split`, audio is a file for each of `segments`, and a playlist.
    """
    of_each_writer = zip(*parts, strict=True)
    files: list[Path] = []
    tasks = []
    for writer in writers:
        own = next(of_each_writer) if hasattr(writer, "encode") else ()
        if own and split:
            files += write_tracks(
                recording, segments, writer, own, work, settings=settings, pool=pool
            )
            continue
        paths = _name_files_of(writer, work, recording.article)
        files += paths
        if own:
            tasks.append(pool.submit(writer.finish, recording, own, paths[0], settings))
        else:
            tasks.append(pool.submit(writer.write, recording, paths[0]))
    for task in tasks:
        task.result()
    return files


def _remark(writers: Sequence[ModuleType], chapters: int) -> tuple[str, ...]:
    """What to say of formats that cannot hold so many chapters."""
    return tuple(
        f"{writer.KIND} holds {writer.MOST_CHAPTERS} of {chapters} chapters: "
        "the others, of the deepest levels first, are part of the one before them"
        for writer in writers
        if chapters > writer.MOST_CHAPTERS
    )
